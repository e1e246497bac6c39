// VMs: made, sized, started, stopped, deleted, marked, and waited for.
#include <fmt/format.h>

#include "engine/execute.h"
#include "engine/ownership.h"
#include "providers/hyperv/mark_text.h"
#include "providers/hyperv/perform.h"
#include "providers/json_place.h"
#include "providers/poll.h"
#include "specs/quantity.h"

namespace tbx {

namespace {

using nlohmann::json;

/// Talos stops Kubernetes' pods and its own services in two thirds of the time; then the plug is pulled, as on a
/// machine that hangs, and a sixth is left for other work.
struct StopPatience {
  std::chrono::duration<double> shut_down;
  std::chrono::duration<double> turn_off;
};

StopPatience stop_patience(const HostWork& work, const StopMachine& op) {
  const double deadline = deadline_of(op, work.context);
  return {std::chrono::duration<double>(deadline * 2 / 3), std::chrono::duration<double>(deadline / 6)};
}

/// Ours of this name, as the second look saw it.
Result<const Machine*> machine_of(const HostWork& work, const std::string& node) {
  const Machine* machine = our_machine(work.context.found, work.context.spec, node);
  return machine != nullptr ? Result<const Machine*>(machine)
                            : failure(ErrorKind::rejected, fmt::format("there is no VM of ours named {}", node));
}

Result<std::string> stop_state(const HostWork& work, const std::string& node, const std::string& id, const char* how) {
  auto answer = work.ask_to_change("machine-stop", node, {{"machineId", id}, {"how", how}});
  return answer ? Result<std::string>(text_at(*answer, {"state"})) : tl::unexpected(answer.error());
}

bool is_off(const std::string& state) { return state == "Off" || state == "OffCritical" || state == "Absent"; }

/// Whether to go on after this: a try that fails for a while is no end, and one that can't be asked, such as a saved VM
/// for which there is no memory now, can still be turned off.
bool may_try_on(const Error& error, std::string_view how) {
  return is_retryable(error.kind) || (how == "ask" && error.kind == ErrorKind::rejected);
}

/// False while it runs on when the time is over.
Result<bool> is_off_within(const HostWork& work, const StopMachine& op, const char* how,
                           std::chrono::duration<double> patience) {
  const std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<double>> until =
      std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto state = stop_state(work, op.target, op.machine_id, how);
    if (!state && !may_try_on(state.error(), how)) return tl::unexpected(state.error());
    if (state && is_off(*state)) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    work.context.waiting_for(state ? fmt::format("the VM is {}", *state) : state.error().message);
    if (!pause(work.stop, poll_seconds)) {
      return failure(ErrorKind::cancelled, "stopped while " + op.target + " shuts down");
    }
  }
}

Status mark(const HostWork& work, const std::string& node, BootstrapMark bootstrap) {
  auto machine = machine_of(work, node);
  if (!machine) return tl::unexpected(machine.error());
  Mark changed = (*machine)->mark;
  if (static_cast<int>(changed.bootstrap) >= static_cast<int>(bootstrap)) return {};
  changed.bootstrap = bootstrap;
  return work.change("machine-mark", node, {{"machineId", (*machine)->id}, {"mark", mark_text(changed)}});
}

}  // namespace

Status perform(const HostWork& work, const CreateMachine& op) {
  std::string mac = op.mark.mac;
  std::erase(mac, ':');
  return work.change("machine-create", op.target,
                     {{"cpus", op.cpu_count},
                      {"memoryBytes", op.memory_mib * mebibyte},
                      {"switchName", op.switch_name},
                      {"isoFolder", work.host.image_folder(work.context.spec)},
                      {"image", op.image},
                      {"mac", mac},
                      {"mark", work.mark_with_id(op.mark)}});
}

Status perform(const HostWork& work, const ResizeMachine& op) {
  return work.change("machine-resize", op.target,
                     {{"machineId", op.machine_id}, {"cpus", op.cpu_count}, {"memoryBytes", op.memory_mib * mebibyte}});
}

/// Where it was made in this very plan, its ID is not planned.
Status perform(const HostWork& work, const StartMachine& op) {
  std::string id = op.machine_id;
  if (id.empty()) {
    auto machine = machine_of(work, op.target);
    if (!machine) return tl::unexpected(machine.error());
    id = (*machine)->id;
  }
  return work.change("machine-start", op.target, {{"machineId", id}});
}

Status perform(const HostWork& work, const StopMachine& op) {
  const StopPatience patience = stop_patience(work, op);
  auto stopped = is_off_within(work, op, "ask", patience.shut_down);
  if (stopped && !*stopped) stopped = is_off_within(work, op, "turn-off", patience.turn_off);
  if (!stopped) return tl::unexpected(stopped.error());
  if (*stopped) return {};
  return failure(
      ErrorKind::busy,
      fmt::format("the VM {} does not turn off: in Hyper-V Manager, turn it off, or end its vmwp.exe", op.target));
}

Status perform(const HostWork& work, const DeleteMachine& op) {
  return work.change("machine-delete", op.target, {{"machineId", op.machine_id}});
}

Status perform(const HostWork& work, const MarkBootstrapping& op) {
  return mark(work, op.target, BootstrapMark::bootstrapping);
}

Status perform(const HostWork& work, const MarkBootstrapped& op) {
  return mark(work, op.target, BootstrapMark::bootstrapped);
}

Status perform(const HostWork& work, const AwaitAddress& op) {
  return wait_until(work.stop, work.context.waiting_for, [&]() -> Waiting {
    auto host = work.looks.fresh(work.host, work.context.spec, work.cluster_id(), work.stop);
    if (!host) return is_retryable(host.error().kind) ? not_yet(host.error().message) : never(host.error());
    Observed now = work.context.found;
    now.host = *std::move(host);
    const Machine* machine = our_machine(now, work.context.spec, op.target);
    if (machine == nullptr) return never({ErrorKind::rejected, fmt::format("the VM {} is gone", op.target), ""});
    if (machine->power == Power::off)
      return never({ErrorKind::rejected, fmt::format("the VM {} is off", op.target), ""});
    return machine->dhcp_address.empty() ? not_yet("no address from DHCP yet") : it_is_so();
  });
}

}  // namespace tbx
