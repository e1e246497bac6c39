#!/usr/bin/env python3
"""Computes again, from a plan's JSON alone, how fast the plan could be, and how near tbx comes to it.

usage: tbx plan SPEC --format json | scripts/lower_bound.py [--journal FILE] [--parallel N] [--within PERCENT] [PLAN]

Each action's estimate and order are in the plan, and the limits that hold in its `limits`. No schedule is faster than
the longest path, nor than the work of a system or of a kind of action divided by how many of it run at once. tbx's own
time is `estimate_s`. With --journal, the file of `tbx apply --events`, the durations are those that the actions had,
and the time is the one that the first round took.

Where that time is further above the bound than PERCENT (5), the best of many schedules is looked for, and it is shown
what keeps it from the bound: the chain of actions that waited for one another or for room. Exit code 1 if tbx could be
better.
"""
import argparse
import heapq
import json
import random
import signal
import sys

TRIES = 2000


class Plan:
    def __init__(self, document, parallel=None):
        self.document = document
        self.actions = [a for a in document["actions"] if not a.get("blocked")]
        self.place = {a["id"]: i for i, a in enumerate(self.actions)}
        self.before = [[self.place[b] for b in a["after"] if b in self.place] for a in self.actions]
        self.after = [[] for _ in self.actions]
        for i, before in enumerate(self.before):
            for b in before:
                self.after[b].append(i)
        self.seconds = [a["estimate_s"] for a in self.actions]
        limits = document["limits"]
        self.rooms = {("system", name): limit for name, limit in limits["systems"].items()}
        self.rooms.update({("kind", name): limit for name, limit in limits["ops"].items()})
        self.needs = [(("system", a["system"]), ("kind", a["op"])) for a in self.actions]
        if parallel:
            self.rooms[("whole of", "tbx")] = parallel
            self.needs = [needs + (("whole of", "tbx"),) for needs in self.needs]

    def heads(self):
        """When each could start if nothing had a limit."""
        heads = []
        for before in self.before:
            heads.append(max((heads[b] + self.seconds[b] for b in before), default=0))
        return heads

    def tails(self):
        """Its own seconds, and those of the longest chain that waits for it."""
        tails = [0] * len(self.actions)
        for i in reversed(range(len(self.actions))):
            tails[i] = self.seconds[i] + max((tails[a] for a in self.after[i]), default=0)
        return tails

    def work(self):
        """Seconds by room: the sum of those who need it, by how many it lets in."""
        sums = dict.fromkeys(self.rooms, 0)
        for needs, seconds in zip(self.needs, self.seconds):
            for room in needs:
                sums[room] += seconds
        return {room: total / self.rooms[room] for room, total in sums.items()}


def schedule(plan, priority):
    """Whatever is ready and has room starts, the highest priority first. Returns the starts, by action."""
    free = dict(plan.rooms)
    waiting = [len(b) for b in plan.before]
    ready = {i for i, count in enumerate(waiting) if count == 0}
    starts, running, now = [0.0] * len(waiting), [], 0.0
    while ready or running:
        for i in sorted(ready, key=lambda i: (-priority[i], i)):
            if all(free[room] for room in plan.needs[i]):
                ready.remove(i)
                starts[i] = now
                heapq.heappush(running, (now + plan.seconds[i], i))
                for room in plan.needs[i]:
                    free[room] -= 1
        now, i = heapq.heappop(running)
        ended = [i]
        while running and running[0][0] == now:
            ended.append(heapq.heappop(running)[1])
        for i in ended:
            for room in plan.needs[i]:
                free[room] += 1
            for a in plan.after[i]:
                waiting[a] -= 1
                if waiting[a] == 0:
                    ready.add(a)
    return starts


def length(plan, starts):
    return max((start + seconds for start, seconds in zip(starts, plan.seconds)), default=0)


def best_schedule(plan, bound):
    """Longest remaining path first, then that order shaken; stops where nothing can be better."""
    base = plan.tails()
    best = schedule(plan, base)
    chance = random.Random(1)
    for _ in range(max(20, min(TRIES, TRIES * 100 // (len(base) + 1)))):
        if length(plan, best) <= bound * 1.005:
            break
        shake = chance.choice((0.05, 0.2, 0.5, 1.0)) * max(base)
        found = schedule(plan, [tail + chance.uniform(0, shake) for tail in base])
        best = min(best, found, key=lambda starts: length(plan, starts))
    return best


def tight_bound(plan):
    """For each room, and any of those who need it: the first can't start earlier than its head, the work takes its
    time, and after the last comes its tail. Never below the plain bound of that room."""
    heads, tails = plan.heads(), plan.tails()
    best, why = 0, None
    for room, limit in plan.rooms.items():
        users = [i for i, needs in enumerate(plan.needs) if room in needs]
        if len(users) > 1500:
            continue
        users.sort(key=lambda i: -(tails[i] - plan.seconds[i]))
        for head in {heads[i] for i in users}:
            work = 0
            for i in users:
                if heads[i] >= head:
                    work += plan.seconds[i]
                    bound = head + work / limit + tails[i] - plan.seconds[i]
                    if bound > best:
                        best, why = bound, room
    return best, why


def longest_path(plan):
    tails = plan.tails()
    chain, open_ = [], [i for i, b in enumerate(plan.before) if not b]
    while open_:
        chain.append(max(open_, key=lambda i: (tails[i], -i)))
        open_ = plan.after[chain[-1]]
    return chain


def critical_chain(plan, starts):
    """Back from the last to end: what it waited for, an action before it or one that took its room."""
    ends = [start + seconds for start, seconds in zip(starts, plan.seconds)]
    if not ends:
        return []
    i, chain = max(range(len(ends)), key=ends.__getitem__), []
    while True:
        waited = [b for b in plan.before[i] if abs(ends[b] - starts[i]) < 1e-6]
        if waited or starts[i] == 0:
            chain.append((i, None))
        else:
            in_room = [(b, room) for b in range(len(ends)) if abs(ends[b] - starts[i]) < 1e-6 and b != i
                       for room in plan.needs[i] if room in plan.needs[b]]
            if not in_room:
                chain.append((i, None))
                return chain[::-1]
            chain.append((i, in_room[0][1]))
            waited = [in_room[0][0]]
        if starts[i] == 0:
            return chain[::-1]
        i = waited[0]


def duration(seconds):
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)} min {rest:g} s" if minutes else f"{rest:g} s"


def read_journal(plan, file):
    """Seconds that each action's attempts ran in the first round, and how long that round took."""
    began, took = {}, dict.fromkeys(plan.place, 0)
    round_began = round_ended = 0
    with open(file, encoding="utf-8") as lines:
        for event in map(json.loads, lines):
            kind, at, action = event.get("event"), event.get("at_s"), event.get("action")
            if kind == "round-started":
                round_began = at
            elif kind == "round-finished":
                round_ended = at
                break
            elif kind == "action-started":
                began[action] = at
            elif kind in ("action-succeeded", "action-retried", "action-failed") and action in began:
                if action not in took:
                    sys.exit(f"{file} is of another plan: it has {action}")
                took[action] += at - began.pop(action)
    plan.seconds = [took[a["id"]] for a in plan.actions]
    return round_ended - round_began


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", nargs="?", default="-", help="what `tbx plan --format json` prints; standard input")
    parser.add_argument("--journal", help="what `tbx apply --events` wrote, for the durations that the actions had")
    parser.add_argument("--parallel", type=int, metavar="N", help="what `tbx apply --parallel` was told")
    parser.add_argument("--within", type=float, default=5, metavar="PERCENT", help="good if no further above it (5)")
    return parser.parse_args()


def show_chain(plan, title, chain, starts=None):
    print(title)
    for i, room in chain:
        at = "" if starts is None else f"{duration(starts[i]):>14}  "
        why = "" if room is None else f", when the {room[0]} {room[1]} had room (at once: {plan.rooms[room]})"
        print(f"  {at}{plan.actions[i]['id']} ({duration(plan.seconds[i])}){why}")


def explain(plan, bound, took, within):
    """Whether no schedule is nearer to the bound than that; with the proof or the counter-example."""
    tight, room = tight_bound(plan)
    starts = best_schedule(plan, max(bound, tight))
    best = length(plan, starts)
    print(f"best schedule   {duration(best)}, of many tried")
    if tight > bound:
        print(f"tighter bound   {duration(tight)}: heads, work and tails of those who need the {room[0]} {room[1]}")
    show_chain(plan, "what the best schedule waits for:", critical_chain(plan, starts), starts)
    if took <= max(tight, bound) * (1 + within / 100):
        print(f"Within {within:g} % of the tighter bound: the shape of the graph allows no better.")
        return True
    if took <= best * (1 + within / 100):
        print(f"Within {within:g} % of the best schedule that was found: nothing better is known.")
        return True
    print("A faster schedule exists.")
    return False


def main():
    arguments = parse_arguments()
    with (sys.stdin if arguments.plan == "-" else open(arguments.plan, encoding="utf-8")) as source:
        plan = Plan(json.load(source), arguments.parallel)
    took, whose = plan.document["estimate_s"], "by its estimates"
    if arguments.journal:
        took, whose = read_journal(plan, arguments.journal), "in its first round"
    path = max(plan.tails(), default=0)
    room, work = max(plan.work().items(), key=lambda each: each[1], default=(("system", "none"), 0))
    bound = max(path, work)
    above = 100 * (took / bound - 1) if bound else 0
    print(f"{plan.document['cluster']}: {len(plan.actions)} actions")
    print(f"longest path    {duration(path)}")
    at_once = plan.rooms.get(room, 1)
    print(f"work by limit   {duration(work)}, most of all: the {room[0]} {room[1]} (at once: {at_once})")
    print(f"lower bound     {duration(bound)}")
    print(f"tbx took        {duration(took)} {whose}: {above:.1f} % above")
    if not arguments.journal and not arguments.parallel and abs(bound - plan.document["lower_bound_s"]) > 1e-6:
        print(f"tbx says that the bound is {plan.document['lower_bound_s']} s: one of the two is wrong")
        return 1
    if above > arguments.within:
        return 0 if explain(plan, bound, took, arguments.within) else 1
    if path >= work:
        show_chain(plan, "the longest path:", [(i, None) for i in longest_path(plan)])
    return 0


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as in `… | head`
    sys.exit(main())
