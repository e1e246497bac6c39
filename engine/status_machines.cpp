#include "engine/status_machines.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/described.h"
#include "engine/ownership.h"

namespace tbx {
namespace {

struct MachineRow {
  std::string name;
  std::string power;
  std::string address;
  std::string talos;
  std::string node;
  bool is_well = false;
};

struct Pool {
  std::string title;
  std::vector<MachineRow> rows;
};

std::string or_dash(std::string text) { return text.empty() ? "-" : printable(text); }

/// There is no Talos to ask where there is no machine.
std::string talos_cell(const Observed& found, std::string_view name, const Machine* machine) {
  if (machine == nullptr && found.host.presence == Presence::present) return "-";
  const TalosNode* talos = talos_node(found, name);
  if (talos == nullptr || talos->presence == Presence::unknown) {
    return found.talos_presence == Presence::absent ? "-" : "unknown";
  }
  if (talos->presence == Presence::absent) return "-";
  return printable(talos->version.empty() ? enum_name(talos->stage)
                                          : fmt::format("{} {}", talos->version, enum_name(talos->stage)));
}

std::string node_cell(const Observed& found, std::string_view name) {
  if (found.kubernetes.presence == Presence::unknown) return "unknown";
  const KubernetesNode* node = kubernetes_node(found.kubernetes, name);
  if (node == nullptr) return "-";
  if (!node->ready) return "NotReady";
  return node->unschedulable ? "cordoned" : "Ready";
}

MachineRow row_of(const Observed& found, const std::string& name, const Machine* machine) {
  MachineRow row{printable(name), "absent", "-", talos_cell(found, name, machine), node_cell(found, name), false};
  if (machine != nullptr) {
    row.power = enum_name(machine->power);
    row.address = or_dash(machine->dhcp_address);
  } else if (found.host.presence == Presence::unknown) {
    row.power = row.address = "unknown";
  }
  row.is_well = row.power == "running" && row.node == "Ready";
  return row;
}

std::string pool_title(const NodeSpec& node) {
  if (node.role == Role::control_plane) return "Control plane";
  return node.pool == "worker" ? "Workers" : fmt::format("Workers: {}", printable(node.pool));
}

std::vector<Pool> pools_of(const ClusterSpec& wanted, const Observed& found) {
  std::vector<Pool> pools;
  for (const NodeSpec& node : wanted.nodes) {
    std::string title = pool_title(node);
    if (pools.empty() || pools.back().title != title) pools.push_back({std::move(title), {}});
    pools.back().rows.push_back(row_of(found, node.name, our_machine(found, wanted, node.name)));
  }
  Pool others{"Not in the file", {}};
  for (const Machine& machine : found.host.machines) {
    const bool is_extra =
        is_ours(machine.mark, wanted, found.credentials) && wanted_node(wanted, machine.name) == nullptr;
    if (is_extra) others.rows.push_back(row_of(found, machine.name, &machine));
  }
  if (!others.rows.empty()) pools.push_back(std::move(others));
  return pools;
}

using Widths = std::array<std::size_t, 4>;

void append_row(std::string& out, const MachineRow& row, const Widths& widths, const TextStyle& style) {
  const Ink power = row.power == "running" ? Ink::green : Ink::red;
  const Ink node = row.node == "Ready" ? Ink::green : row.node == "-" ? Ink::plain : Ink::red;
  out += fmt::format("  {}  {}{}  {}  {}  {}\n", padded(shortened(row.name, widths[0], style), widths[0]),
                     painted(power, row.power, style), std::string(widths[1] - display_width(row.power), ' '),
                     padded(row.address, widths[2]), padded(row.talos, widths[3]), painted(node, row.node, style));
}

Widths widths_of(const std::vector<Pool>& pools) {
  Widths widths{4, 7, 7, 5};
  for (const Pool& pool : pools) {
    for (const MachineRow& row : pool.rows) {
      const std::array<const std::string*, 4> cells{&row.name, &row.power, &row.address, &row.talos};
      for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], display_width(*cells[i]));
    }
  }
  constexpr std::size_t longest_name = 40;
  widths[0] = std::min(widths[0], longest_name);
  return widths;
}

void append_pool(std::string& out, const Pool& pool, const Widths& widths, const TextStyle& style) {
  constexpr std::size_t all_shown = 20;
  constexpr std::size_t most_shown = 40;
  std::size_t shown = 0;
  std::size_t well = 0;
  for (const MachineRow& row : pool.rows) {
    const bool is_counted = pool.rows.size() > all_shown && (row.is_well || shown >= most_shown);
    if (is_counted)
      well += row.is_well ? 1 : 0;
    else
      append_row(out, row, widths, style);
    shown += is_counted ? 0 : 1;
  }
  const std::size_t ill = pool.rows.size() - shown - well;
  if (well > 0)
    out += fmt::format("  {} {} running and Ready\n", well, shown + ill > 0 ? "others are" : "machines are");
  if (ill > 0) out += fmt::format("  {} more are not running and Ready\n", ill);
}

}  // namespace

MachineTotals machine_totals(const ClusterSpec& wanted, const Observed& found) {
  MachineTotals totals;
  for (const NodeSpec& node : wanted.nodes) {
    ++totals.wanted;
    const Machine* machine = our_machine(found, wanted, node.name);
    if (machine != nullptr && machine->power == Power::running) ++totals.running;
    const KubernetesNode* in_kubernetes = kubernetes_node(found.kubernetes, node.name);
    if (in_kubernetes != nullptr && in_kubernetes->ready) ++totals.ready;
  }
  return totals;
}

void append_machines(std::string& out, const ClusterSpec& wanted, const Observed& found, const TextStyle& style) {
  const std::vector<Pool> pools = pools_of(wanted, found);
  const Widths widths = widths_of(pools);
  for (const Pool& pool : pools) {
    out += '\n';
    const std::string title = padded(pool.title, widths[0] + 2);
    out += painted(Ink::bold, title, style);
    const std::string heads = fmt::format("  {}  {}  {}  {}", padded("power", widths[1]), padded("address", widths[2]),
                                          padded("Talos", widths[3]), "node");
    out += painted(Ink::dim, heads, style) + '\n';
    append_pool(out, pool, widths, style);
  }
}

}  // namespace tbx
