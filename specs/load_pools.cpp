#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "specs/load_steps.h"
#include "specs/names.h"
#include "specs/quantity.h"

namespace tbx {
namespace {

/// A pool as it is written: a node that stands for all of them, and their numbers.
struct Pool {
  NodeSpec pattern;
  std::string short_name;  ///< the middle of the node names: cp, worker, or the pool's own
  std::vector<int> numbers;
  Field field;
};

void load_numbers(Loading& loading, Pool& pool) {
  const Field count = member(pool.field, "count");
  const Field nodes = member(pool.field, "nodes");
  if (count && nodes) {
    complain_at_key(loading, nodes.path, "count and nodes exclude one another: keep the one that you mean");
  }
  if (!nodes) {
    const auto wanted = std::clamp<std::int64_t>(whole_number_of(count).value_or(1), 0, 10000);
    for (int number = 1; number <= wanted; ++number) pool.numbers.push_back(number);
    return;
  }
  std::set<int> numbers;
  for (const Field& node : children(nodes)) {
    const auto number = whole_number_of(node);
    if (!number || *number < 1 || *number > 99999) continue;
    if (!numbers.insert(static_cast<int>(*number)).second) {
      complain(loading, node.path, fmt::format("node {} is listed twice", *number));
    }
  }
  pool.numbers.assign(numbers.begin(), numbers.end());
}

void load_memory(Loading& loading, Pool& pool) {
  const Field field = member(pool.field, "memory");
  const auto text = text_or_number_of(field);
  if (!text) return;
  const auto memory = parse_memory_mib(*text);
  if (!memory) {
    complain(loading, field.path, "memory " + memory.error());
    return;
  }
  const bool is_worker = pool.pattern.role == Role::worker;
  pool.pattern.memory_mib = *memory;
  if (*memory < (is_worker ? 1024 : 2048)) {
    complain(loading, field.path,
             fmt::format("memory {} is too little: a {} needs at least {}", *text,
                         is_worker ? "worker" : "control plane", is_worker ? "1Gi" : "2Gi"));
  }
}

void load_disk(Loading& loading, Pool& pool) {
  const Field field = member(pool.field, "disk");
  const auto text = text_or_number_of(field);
  if (!text) return;
  const auto disk = parse_disk_gib(*text);
  if (!disk) {
    complain(loading, field.path, "disk " + disk.error());
    return;
  }
  pool.pattern.disk_gib = *disk;
  if (*disk < 10) complain(loading, field.path, fmt::format("disk {} is too little: Talos needs at least 10Gi", *text));
}

void load_labels(Loading& loading, Pool& pool) {
  for (const Field& label : children(member(pool.field, "labels"))) {
    const std::string key = key_of(label);
    if (!is_label_key(key)) {
      complain_at_key(loading, label.path,
                      in_quotes(key) + " can't be a label's key: write it like tier or example.org/tier");
    }
    const auto value = text_of(label);
    if (!value) continue;
    if (!is_label_value(*value)) {
      complain(loading, label.path,
               in_quotes(*value) + " can't be a label's value: at most 63 letters, digits and inner -_. are possible");
    }
    pool.pattern.labels[key] = *value;
  }
}

std::optional<Taint> read_taint(Loading& loading, const Field& field) {
  if (const auto text = text_of(field)) {
    auto taint = parse_taint(*text);
    if (taint) return std::move(*taint);
    complain(loading, field.path, taint.error());
    return std::nullopt;
  }
  const auto key = text_of(member(field, "key"));
  const auto value = text_of(member(field, "value")).value_or("");
  const auto effect = text_of(member(field, "effect"));
  const auto known = effect ? parse_taint_effect(*effect) : std::nullopt;
  if (!key || !known) return std::nullopt;
  if (!is_label_key(*key)) {
    complain(loading, member(field, "key").path, in_quotes(*key) + " can't be a taint's key: write it like dedicated");
  }
  if (!is_label_value(value)) {
    complain(loading, member(field, "value").path,
             in_quotes(value) + " can't be a taint's value: write it like database");
  }
  return Taint{*key, value, *known};
}

void load_taints(Loading& loading, Pool& pool) {
  std::vector<Taint>& taints = pool.pattern.taints;
  for (const Field& field : children(member(pool.field, "taints"))) {
    const auto taint = read_taint(loading, field);
    if (!taint) continue;
    const bool repeated = std::ranges::any_of(
        taints, [&](const Taint& other) { return other.key == taint->key && other.effect == taint->effect; });
    if (repeated) {
      complain(loading, field.path,
               fmt::format("the taint {}:{} is given twice", taint->key, taint_effect_name(taint->effect)));
      continue;
    }
    taints.push_back(*taint);
  }
  std::ranges::sort(taints, {}, [](const Taint& taint) { return std::tuple(taint.key, taint.effect); });
}

void load_pool(Loading& loading, Pool& pool, const std::vector<std::string>& shared_patches) {
  load_numbers(loading, pool);
  const auto cpus = whole_number_of(member(pool.field, "cpus"));
  if (cpus && *cpus >= 1 && *cpus <= 2048) pool.pattern.cpu_count = static_cast<int>(*cpus);
  load_memory(loading, pool);
  load_disk(loading, pool);
  load_labels(loading, pool);
  load_taints(loading, pool);
  pool.pattern.is_protected = flag_of(member(pool.field, "protect")).value_or(false);
  const auto at_once = whole_number_of(member(pool.field, "maxUnavailable"));
  if (at_once && *at_once >= 1 && *at_once <= 1000) pool.pattern.max_unavailable = static_cast<int>(*at_once);
  const bool are_workers = pool.pattern.role == Role::worker;
  pool.pattern.patches = are_workers ? patches_for_workers(shared_patches) : shared_patches;
  for (std::string& patch : load_patches(loading, member(pool.field, "patches"),
                                         are_workers ? PatchedNodes::workers : PatchedNodes::any)) {
    pool.pattern.patches.push_back(std::move(patch));
  }
}

Pool control_plane_pool(Loading& loading, const Field& spec, const std::vector<std::string>& shared_patches) {
  Pool pool;
  pool.pattern.role = Role::control_plane;
  pool.pattern.pool = "control-plane";
  pool.short_name = "cp";
  pool.field = member(spec, "controlPlane");
  load_pool(loading, pool, shared_patches);
  const auto count = pool.numbers.size();
  const std::string path = member(pool.field, member(pool.field, "nodes") ? "nodes" : "count").path;
  if (count == 0 && !(member(pool.field, "count") && member(pool.field, "nodes"))) {
    complain(loading, path, "a cluster needs at least one control plane");
  } else if (count > 0 && count % 2 == 0) {
    warn(loading, path,
         fmt::format("{} control planes tolerate no more failures than {}: take {} or {}", count, count - 1, count - 1,
                     count + 1));
  }
  return pool;
}

/// Whether nodes can be named after it without a mix-up with the control plane or another pool.
void check_pool_name(Loading& loading, const Field& name, std::map<std::string, int>& first_lines) {
  const auto text = text_of(name);
  if (!text) return;
  if (!is_dns_label(*text)) {
    complain(loading, name.path,
             in_quotes(*text) + " can't name a pool: use lower-case letters, digits and inner hyphens");
  } else if (*text == "cp" || *text == "control-plane") {
    complain(loading, name.path, in_quotes(*text) + " is the control plane's name: call this pool something else");
  }
  const int line = value_position(loading.document, name.path).line;
  const auto [first, is_new] = first_lines.emplace(*text, line);
  if (!is_new) {
    complain(loading, name.path,
             fmt::format("there is a pool {} already, in line {}", in_quotes(*text), first->second));
  }
}

std::vector<Pool> worker_pools(Loading& loading, const Field& spec, const std::vector<std::string>& shared_patches) {
  const Field workers = member(spec, "workers");
  const bool is_list = workers && workers.value->is_array();
  std::vector<Pool> pools;
  std::map<std::string, int> first_lines;
  if (!workers) return pools;
  for (const Field& field : is_list ? children(workers) : std::vector<Field>{workers}) {
    if (!field.value->is_object()) continue;
    const Field name = member(field, "name");
    if (is_list) check_pool_name(loading, name, first_lines);
    if (!is_list && name) {
      complain_at_key(loading, name.path, "a single pool is called worker: make workers a list to give it a name");
    }
    Pool pool;
    pool.short_name = is_list ? text_of(name).value_or("worker") : "worker";
    pool.pattern.pool = pool.short_name;
    pool.field = field;
    load_pool(loading, pool, shared_patches);
    pools.push_back(std::move(pool));
  }
  return pools;
}

void add_nodes(Loading& loading, const Pool& pool) {
  constexpr std::size_t longest_name = 63;
  std::string too_long;
  for (int number : pool.numbers) {
    NodeSpec node = pool.pattern;
    node.number = number;
    node.name = fmt::format("{}-{}-{:02}", loading.spec.name, pool.short_name, number);
    if (node.name.size() > longest_name) too_long = node.name;
    loading.spec.nodes.push_back(std::move(node));
  }
  if (too_long.empty() || !is_dns_label(loading.spec.name)) return;
  complain(
      loading, "/metadata/name",
      fmt::format("the node {} would have a name of {} characters, and {} are possible: shorten the cluster's name",
                  too_long, too_long.size(), longest_name));
}

}  // namespace

void load_pools(Loading& loading, const Field& spec) {
  const std::vector<std::string> shared_patches = load_patches(loading, member(spec, "patches"), PatchedNodes::any);
  Pool control_plane = control_plane_pool(loading, spec, shared_patches);
  std::vector<Pool> workers = worker_pools(loading, spec, shared_patches);
  const bool any_worker = std::ranges::any_of(workers, [](const Pool& pool) { return !pool.numbers.empty(); });
  control_plane.pattern.schedulable = flag_of(member(control_plane.field, "schedulable")).value_or(!any_worker);
  std::ranges::sort(workers, {}, &Pool::short_name);
  add_nodes(loading, control_plane);
  for (const Pool& pool : workers) add_nodes(loading, pool);
}

}  // namespace tbx
