// The table of verbs, and how their words are read.
#include "providers/sim/world_verbs.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "providers/sim/disturbances.h"
#include "providers/sim/world_document.h"
#include "specs/did_you_mean.h"

namespace tbx::sim {

namespace {

using Words = std::span<const std::string>;
using Act = Result<std::string> (*)(LiveWorld& live, Words arguments);

struct Row {
  WorldVerb verb;
  std::size_t fewest = 0;
  std::size_t most = 0;
  Act act = nullptr;
};

Result<std::string> put_off(LiveWorld& live, Words arguments);

const std::vector<std::string> formats = {"text", "json"};

constexpr std::size_t any_number = 1000;

const std::array rows{
    Row{{"show", "[--format json]", "the whole world, for people; as JSON its machines and disks", "show"},
        0,
        2,
        nullptr},
    Row{{"power-off", "NODE", "turn a machine off, as a power cut would", "power-off talos-hypv-worker-01"},
        1,
        1,
        cut_power},
    Row{{"power-on", "NODE", "start a machine", "power-on talos-hypv-worker-01"}, 1, 1, give_power},
    Row{{"delete-machine", "NODE", "delete a VM; its disk stays", "delete-machine talos-hypv-worker-01"},
        1,
        1,
        take_machine},
    Row{{"delete-disk", "NODE", "delete a node's disk; its VM stays, off", "delete-disk talos-hypv-cp-01"},
        1,
        1,
        take_disk},
    Row{{"leave-disk", "NODE [--foreign]", "leave an old disk where the node's would be; --foreign: without our mark",
         "leave-disk talos-hypv-worker-02"},
        1,
        2,
        leave_disk},
    Row{{"foreign-machine", "NAME", "make a VM that tbx did not make", "foreign-machine build-server"},
        1,
        1,
        make_foreign_machine},
    Row{{"set", "NODE [cpus=N] [memory=SIZE]", "change a VM by hand", "set talos-hypv-worker-01 cpus=4 memory=8Gi"},
        2,
        3,
        set_sizes},
    Row{{"remake-machine", "NODE", "make a VM anew by hand around its disk: another ID, another UUID",
         "remake-machine talos-hypv-worker-01"},
        1,
        1,
        remake_machine},
    Row{{"readdress", "[SUBNET]", "restart the host: another subnet, new addresses for all", "readdress"},
        0,
        1,
        readdress},
    Row{{"delete-node", "NODE", "delete a Node object of Kubernetes", "delete-node talos-hypv-worker-01"},
        1,
        1,
        take_node},
    Row{{"uninstall", "RELEASE", "uninstall a Helm release", "uninstall traefik"}, 1, 1, uninstall},
    Row{{"edit-release", "RELEASE [PATH=VALUE]", "change a value by hand, or without one a live object",
         "edit-release traefik deployment.replicas=3"},
        1,
        2,
        edit_release},
    Row{{"edit-hosts", "", "change our first line of the hosts file", "edit-hosts"}, 0, 0, edit_hosts},
    Row{{"raise-alarm", "NODE", "let etcd's member on a node run out of space", "raise-alarm talos-hypv-cp-01"},
        1,
        1,
        raise_alarm},
    Row{{"clear-alarms", "", "let all etcds have space again", "clear-alarms"}, 0, 0, clear_alarms},
    Row{{"hide", "SYSTEM", "let a system answer nothing", "hide hyperv"}, 1, 1, hide},
    Row{{"unhide", "SYSTEM", "let it answer again", "unhide hyperv"}, 1, 1, unhide},
    Row{{"fail-next", "OP", "let the next action of this kind fail", "fail-next create-machine"}, 1, 1, fail_next},
    Row{{"at", "SECONDS VERB …", "do it that many virtual seconds from now, in the middle of an apply too",
         "at 40 power-off talos-hypv-worker-01"},
        2,
        any_number,
        put_off},
};

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  std::ranges::transform(rows, std::back_inserter(names), [](const Row& row) { return std::string(row.verb.name); });
  return names;
}

std::string usage(const WorldVerb& verb) {
  return fmt::format("tbx world FILE {}{}{}", verb.name, verb.arguments.empty() ? "" : " ", verb.arguments);
}

/// The verb's row, with a number of words that it takes.
Result<const Row*> find_row(Words words) {
  if (words.empty()) {
    return failure(ErrorKind::rejected, "a verb is missing: tbx world FILE show", world_verbs_help());
  }
  auto row = std::ranges::find(rows, words.front(), [](const Row& each) { return each.verb.name; });
  if (row == rows.end()) {
    std::vector<std::string> names = verb_names();
    return failure(ErrorKind::rejected,
                   fmt::format("there is no verb \"{}\"{}", words.front(), did_you_mean(words.front(), names)),
                   world_verbs_help());
  }
  std::size_t count = words.size() - 1;
  if (count < row->fewest || count > row->most) {
    return failure(ErrorKind::rejected,
                   fmt::format("{} {}: {}", words.front(),
                               count < row->fewest ? "needs more words" : "takes fewer words", usage(row->verb)));
  }
  return &*row;
}

Result<std::string> put_off(LiveWorld& live, Words arguments) {
  char* end = nullptr;
  double seconds = std::strtod(arguments[0].c_str(), &end);
  if (end == arguments[0].c_str() || *end != '\0' || !(seconds >= 0) || seconds > 1e9) {
    return failure(ErrorKind::rejected, fmt::format("\"{}\" is no number of seconds", arguments[0]));
  }
  Words later = arguments.subspan(1);
  auto row = find_row(later);
  if (!row) {
    return tl::unexpected(row.error());
  }
  if ((*row)->act == nullptr || (*row)->act == put_off) {
    return failure(ErrorKind::rejected, fmt::format("{} can't be put off", later.front()));
  }
  auto& scheduled = change_disturbances(live).scheduled;
  double at = live.now() + seconds;
  auto place = std::ranges::upper_bound(scheduled, at, {}, &Scheduled::at_seconds);
  scheduled.insert(place, Scheduled{at, {later.begin(), later.end()}});
  wake_at(live, at);
  return fmt::format("{} will happen in {:g} s of virtual time", later.front(), seconds);
}

}  // namespace

std::span<const WorldVerb> world_verbs() {
  static const std::vector<WorldVerb> verbs = [] {
    std::vector<WorldVerb> made;
    std::ranges::transform(rows, std::back_inserter(made), &Row::verb);
    return made;
  }();
  return verbs;
}

std::string world_verbs_help() {
  std::string text;
  for (const Row& row : rows) {
    std::string words = fmt::format("{} {}", row.verb.name, row.verb.arguments);
    text += fmt::format("  {:<36}{}\n  {:<36}e.g. {}\n", words, row.verb.help, "", row.verb.example);
  }
  return text;
}

namespace {

Result<std::string> show(const World& world, Words arguments) {
  if (arguments.empty()) {
    return show_world(world);
  }
  if (arguments.size() != 2 || arguments[0] != "--format") {
    return failure(ErrorKind::rejected, fmt::format("\"{}\" is not known: show --format json", arguments[0]));
  }
  if (arguments[1] == "json") {
    return world_document(world);
  }
  return arguments[1] == "text"
             ? Result<std::string>(show_world(world))
             : failure(ErrorKind::rejected, fmt::format("\"{}\" is no format: text or json{}", arguments[1],
                                                        did_you_mean(arguments[1], formats)));
}

}  // namespace

Result<std::string> disturb(LiveWorld& live, std::span<const std::string> words) {
  auto row = find_row(words);
  if (!row) {
    return tl::unexpected(row.error());
  }
  if ((*row)->act == nullptr) {
    return show(live.world, words.subspan(1));
  }
  return (*row)->act(live, words.subspan(1));
}

void run_scheduled_verb(LiveWorld& live, const std::vector<std::string>& words) { (void)disturb(live, words); }

Result<std::string> run_world_verb(WorldFile& file, std::span<const std::string> words) {
  auto row = find_row(words);
  if (!row) {
    return tl::unexpected(row.error());
  }
  if ((*row)->act == nullptr) {
    if (auto taken = file.refresh(); !taken) {
      return tl::unexpected(taken.error());
    }
    return show(file.world(), words.subspan(1));
  }
  Result<std::string> said;
  Status written = file.commit([&](LiveWorld& live) {
    touch(live, EntityKind::clock, "");
    said = disturb(live, words);
  });
  return written ? said : tl::unexpected(written.error());
}

}  // namespace tbx::sim
