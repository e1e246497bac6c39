// VMs: made, sized, started, stopped, deleted, marked, and waited for.
#include <fmt/format.h>

#include "engine/ownership.h"
#include "providers/credentials.h"
#include "providers/hyperv/host_look.h"
#include "providers/hyperv/mark_text.h"
#include "providers/hyperv/perform.h"
#include "providers/json_place.h"
#include "providers/poll.h"

namespace tbx {

namespace {

using nlohmann::json;

constexpr std::int64_t mebibyte = 1 << 20;
/// Talos stops Kubernetes' pods and its own services; then the plug is pulled, as on a machine that hangs.
constexpr auto time_to_shut_down = std::chrono::seconds(120);
constexpr auto time_to_turn_off = std::chrono::seconds(30);

/// The VM that the op is about: by its ID, or ours of this name where it was made in this very plan.
Result<std::string> machine_id(const HostWork& work, const std::string& node, const std::string& planned = {}) {
  if (!planned.empty()) return planned;
  const Machine* machine = our_machine(work.context.found, work.context.spec, node);
  return machine != nullptr ? Result<std::string>(machine->id)
                            : failure(ErrorKind::rejected, fmt::format("there is no VM of ours named {}", node));
}

Status change(const HostWork& work, std::string_view script, json arguments) {
  auto answer = work.ask(script, std::move(arguments), ToolEffect::changes);
  return answer ? Status() : tl::unexpected(answer.error());
}

Result<std::string> stop_state(const HostWork& work, const std::string& node, const std::string& id, const char* how) {
  auto answer = work.ask("machine-stop", {{"node", node}, {"machineId", id}, {"how", how}}, ToolEffect::changes);
  return answer ? Result<std::string>(text_at(*answer, {"state"})) : tl::unexpected(answer.error());
}

bool is_off(const std::string& state) { return state == "Off" || state == "OffCritical" || state == "Absent"; }

/// False while it runs on when the time is over.
Result<bool> is_off_within(const HostWork& work, const StopMachine& op, const char* how,
                           std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  auto state = stop_state(work, op.target, op.machine_id, how);
  while (state && !is_off(*state) && std::chrono::steady_clock::now() < until) {
    work.context.waiting_for(fmt::format("the VM is {}", *state));
    if (!pause(work.stop, poll_seconds))
      return failure(ErrorKind::cancelled, "stopped while " + op.target + " shuts down");
    state = stop_state(work, op.target, op.machine_id, how);
  }
  if (!state) return tl::unexpected(state.error());
  return is_off(*state);
}

Status mark(const HostWork& work, const std::string& node, BootstrapMark bootstrap) {
  const Machine* machine = our_machine(work.context.found, work.context.spec, node);
  if (machine == nullptr) {
    return failure(ErrorKind::rejected, fmt::format("there is no VM of ours named {}", node));
  }
  Mark changed = machine->mark;
  if (static_cast<int>(changed.bootstrap) >= static_cast<int>(bootstrap)) return {};
  changed.bootstrap = bootstrap;
  return change(work, "machine-mark", {{"node", node}, {"machineId", machine->id}, {"mark", mark_text(changed)}});
}

}  // namespace

Status perform(const HostWork& work, const CreateMachine& op) {
  Mark mark = op.mark;
  if (mark.cluster_id.empty()) mark.cluster_id = CredentialReader(work.host.credentials).observe().cluster_id;
  std::string mac = mark.mac;
  std::erase(mac, ':');
  const std::string folder = work.host.image_folder(work.context.spec);
  const bool is_windows_path = folder.find('\\') != std::string::npos;
  return change(work, "machine-create",
                {{"node", op.target},
                 {"cpus", op.cpu_count},
                 {"memoryBytes", op.memory_mib * mebibyte},
                 {"switchName", op.switch_name},
                 {"iso", op.image.empty() ? "" : folder + (is_windows_path ? "\\" : "/") + op.image + ".iso"},
                 {"mac", mac},
                 {"mark", mark_text(mark)}});
}

Status perform(const HostWork& work, const ResizeMachine& op) {
  return change(work, "machine-resize",
                {{"node", op.target},
                 {"machineId", op.machine_id},
                 {"cpus", op.cpu_count},
                 {"memoryBytes", op.memory_mib * mebibyte}});
}

Status perform(const HostWork& work, const StartMachine& op) {
  auto id = machine_id(work, op.target, op.machine_id);
  return id ? change(work, "machine-start", {{"node", op.target}, {"machineId", *id}}) : tl::unexpected(id.error());
}

Status perform(const HostWork& work, const StopMachine& op) {
  auto stopped = is_off_within(work, op, "ask", time_to_shut_down);
  if (stopped && !*stopped) stopped = is_off_within(work, op, "turn-off", time_to_turn_off);
  if (!stopped) return tl::unexpected(stopped.error());
  if (*stopped) return {};
  return failure(
      ErrorKind::busy,
      fmt::format("the VM {} does not turn off: in Hyper-V Manager, turn it off, or end its vmwp.exe", op.target));
}

Status perform(const HostWork& work, const DeleteMachine& op) {
  return change(work, "machine-delete", {{"node", op.target}, {"machineId", op.machine_id}});
}

Status perform(const HostWork& work, const MarkBootstrapping& op) {
  return mark(work, op.target, BootstrapMark::bootstrapping);
}

Status perform(const HostWork& work, const MarkBootstrapped& op) {
  return mark(work, op.target, BootstrapMark::bootstrapped);
}

Status perform(const HostWork& work, const AwaitAddress& op) {
  return wait_until(work.stop, work.context.waiting_for, [&]() -> Waiting {
    auto answer = work.ask("observe",
                           {{"switchName", work.context.spec.hyperv.switch_name},
                            {"isoFolder", work.host.image_folder(work.context.spec)}},
                           ToolEffect::looks);
    auto host = answer ? read_host(*answer) : tl::unexpected(answer.error());
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
