#include "specs/edit_pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "specs/document.h"
#include "specs/encoding.h"
#include "specs/loading.h"
#include "specs/number_list.h"
#include "specs/write_member.h"
#include "specs/yaml_tree.h"

namespace tbx {
namespace {

using nlohmann::json;

/// A text as values and as written.
struct ReadText {
  std::shared_ptr<const Source> source;
  Document document;
  std::shared_ptr<const YamlNode> root;
};

std::optional<ReadText> read_text(const std::string& file, std::string text) {
  ReadText read{make_source(file, std::move(text)), {}, nullptr};
  ReadDocuments documents = read_yaml(read.source, DocumentCount::one);
  const YamlTrees trees = parse_yaml(*read.source);
  if (!documents.problems.empty() || documents.documents.size() != 1 || trees.documents.empty()) return std::nullopt;
  read.document = std::move(documents.documents.front());
  read.root = trees.documents.front().root;
  return read.root == nullptr ? std::nullopt : std::optional(std::move(read));
}

json::json_pointer pointer_of(const MemberPath& path) {
  json::json_pointer pointer;
  for (const std::string& step : path) pointer.push_back(step);
  return pointer;
}

/// The value at the path; null where there is none.
json member_at(const json& document, const MemberPath& path) {
  const json::json_pointer pointer = pointer_of(path);
  return document.contains(pointer) ? document.at(pointer) : json(nullptr);
}

struct PoolPlace {
  std::string pool;
  MemberPath path;
};

std::vector<PoolPlace> pool_places(const json& document) {
  std::vector<PoolPlace> places{{"control-plane", {"spec", "controlPlane"}}};
  const json workers = member_at(document, {"spec", "workers"});
  if (!workers.is_array()) places.push_back({"worker", {"spec", "workers"}});
  for (std::size_t item = 0; workers.is_array() && item < workers.size(); ++item) {
    places.push_back({workers[item].value("name", ""), {"spec", "workers", std::to_string(item)}});
  }
  return places;
}

std::vector<int> numbers_in(const ClusterSpec& spec, std::string_view pool) {
  std::vector<int> numbers;
  for (const NodeSpec& node : spec.nodes) {
    if (node.pool == pool) numbers.push_back(node.number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

/// One pool that is to change: what the document shall say then, and the ways to write it.
struct PoolChange {
  json wanted;
  std::vector<Edit> ways;
  std::string key;  ///< of what is written
  std::string value;
};

bool runs_from_one(const std::vector<int>& numbers) {
  return numbers.empty() || numbers.back() == static_cast<int>(numbers.size());
}

MemberPath below(MemberPath path, const std::string& key) {
  path.push_back(key);
  return path;
}

/// `nodes` is what the pool says by itself or by a merge.
PoolChange change_nodes(const ReadText& read, const MemberPath& pool, const std::vector<int>& numbers) {
  const MemberPath member = below(pool, "nodes");
  const auto present = member_at(read.document.value, member).get<std::vector<int>>();
  const std::vector<int> order = edited_order(present, numbers);
  PoolChange change{read.document.value, {}, "nodes", flow_list(order)};
  change.wanted[pointer_of(member)] = order;
  const YamlNode* mapping = find_mapping(*read.root, pool);
  const auto own = mapping == nullptr ? std::nullopt : find_member(*mapping, "nodes");
  if (!own || is_alias(*mapping, *own + 1)) {
    change.ways = ways_to_write(*read.source, *read.root, member, change.value);
  } else if (Edit edit = edit_number_list(*read.source, *mapping, *own, present, numbers); !edit.empty()) {
    change.ways.push_back(std::move(edit));
  }
  return change;
}

PoolChange count_to_nodes(const ReadText& read, const MemberPath& pool, const std::vector<int>& numbers) {
  PoolChange change{read.document.value, {}, "nodes", flow_list(numbers)};
  change.wanted[pointer_of(pool)].erase("count");
  change.wanted[pointer_of(below(pool, "nodes"))] = numbers;
  const YamlNode* mapping = find_mapping(*read.root, pool);
  const auto own = mapping == nullptr ? std::nullopt : find_member(*mapping, "count");
  if (!own) return change;
  Edit edit = rewrite_member(*read.source, *mapping, *own, "nodes", change.value);
  if (!edit.empty()) change.ways.push_back(std::move(edit));
  return change;
}

PoolChange change_pool(const ReadText& read, const MemberPath& pool, const std::vector<int>& numbers) {
  if (!member_at(read.document.value, below(pool, "nodes")).is_null()) return change_nodes(read, pool, numbers);
  if (!runs_from_one(numbers)) return count_to_nodes(read, pool, numbers);
  const MemberPath member = below(pool, "count");
  PoolChange change{read.document.value, {}, "count", std::to_string(numbers.size())};
  change.wanted[pointer_of(member)] = numbers.size();
  change.ways = ways_to_write(*read.source, *read.root, member, change.value);
  return change;
}

/// Where the pool's number of nodes comes from: its nodes, its count, or the pool itself.
std::string origin_of(const ReadText& read, const MemberPath& pool) {
  for (const char* key : {"nodes", "count"}) {
    std::string path = pointer_of(below(pool, key)).to_string();
    if (read.document.spots.contains(path)) return path;
  }
  return pointer_of(pool).to_string();
}

Problem no_safe_way(const ReadText& read, const PoolPlace& place, const PoolChange& change) {
  const std::string path = origin_of(read, place.path);
  return make_problem(*read.source, value_position(read.document, path), path,
                      fmt::format("this tells how many nodes pool {} has, and changing it here would change something "
                                  "else too: edit the file by hand so that the pool has {}: {}",
                                  in_quotes(place.pool), change.key, change.value));
}

/// The first way after which the text says what is wanted, and nothing else differently.
const Edit* first_that_fits(const std::string& file, const std::string& text, const PoolChange& change) {
  for (const Edit& way : change.ways) {
    const auto result = read_text(file, spliced(text, way));
    if (result && result->document.value == change.wanted) return &way;
  }
  return nullptr;
}

/// Whether the nodes are those of before, but for the pools that were to change.
bool has_nodes(const ClusterSpec& result, const ClusterSpec& before, std::span<const PoolNumbers> wanted) {
  std::set<std::pair<std::string, int>> expected;
  for (const NodeSpec& node : before.nodes) {
    if (std::ranges::find(wanted, node.pool, &PoolNumbers::pool) == wanted.end()) {
      expected.emplace(node.pool, node.number);
    }
  }
  for (const PoolNumbers& pool : wanted) {
    for (const int number : pool.numbers) expected.emplace(pool.pool, number);
  }
  std::set<std::pair<std::string, int>> found;
  for (const NodeSpec& node : result.nodes) found.emplace(node.pool, node.number);
  return found == expected;
}

EditFailure failure_of(const ReadText& read, Problem problem) {
  return {{std::move(problem)}, {{read.source->file, read.source}}, false};
}

/// In the text as the pools before left it.
std::optional<EditFailure> edit_pool(TrackedText& text, const std::string& file, const ClusterSpec& before,
                                     const PoolNumbers& wanted) {
  if (numbers_in(before, wanted.pool) == wanted.numbers) return std::nullopt;
  const ReadText read = read_text(file, text.text()).value();  // it was read before
  const std::vector<PoolPlace> places = pool_places(read.document.value);
  const auto place = std::ranges::find(places, wanted.pool, &PoolPlace::pool);
  if (place == places.end()) {
    return failure_of(read, make_problem(*read.source, value_position(read.document, "/spec"), "/spec",
                                         fmt::format("there is no pool {}", in_quotes(wanted.pool))));
  }
  const PoolChange change = change_pool(read, place->path, wanted.numbers);
  const Edit* way = first_that_fits(file, text.text(), change);
  if (way == nullptr) return failure_of(read, no_safe_way(read, *place, change));
  text.splice(*way);
  return std::nullopt;
}

/// A pool that can't be changed while it shares its number with another may become free when that one has its own.
std::optional<EditFailure> edit_each(TrackedText& text, const std::string& file, const ClusterSpec& before,
                                     std::vector<PoolNumbers> wanted) {
  std::optional<EditFailure> failure;
  for (std::size_t left = wanted.size() + 1; !wanted.empty() && wanted.size() < left;) {
    left = wanted.size();
    failure.reset();
    std::erase_if(wanted, [&](const PoolNumbers& pool) {
      auto problem = edit_pool(text, file, before, pool);
      if (problem && !failure) failure = std::move(problem);
      return !problem;
    });
  }
  return failure;
}

}  // namespace

std::vector<PoolNumbers> pools_of(std::string_view bytes, const SpecLocation& location, const LoadOptions& options) {
  const LoadedSpec loaded = load_cluster_spec(bytes, location, options);
  const auto read = read_text(location.file, decode_text(bytes).value_or(""));
  std::vector<PoolNumbers> pools;
  if (!loaded.spec || !read) return pools;
  for (const PoolPlace& place : pool_places(read->document.value)) {
    pools.push_back({place.pool, numbers_in(*loaded.spec, place.pool)});
  }
  return pools;
}

std::vector<int> scaled_numbers(std::vector<int> numbers, std::size_t count) {
  numbers.resize(std::min(numbers.size(), count));
  std::size_t kept = 0;
  for (int number = 1; numbers.size() < count; ++number) {
    while (kept < numbers.size() && numbers[kept] < number) ++kept;
    if (kept < numbers.size() && numbers[kept] == number) continue;
    numbers.insert(numbers.begin() + static_cast<std::ptrdiff_t>(kept), number);
  }
  return numbers;
}

tl::expected<EditedPools, EditFailure> edit_pools(std::string_view bytes, const SpecLocation& location,
                                                  std::span<const PoolNumbers> wanted, const LoadOptions& options) {
  LoadedSpec before = load_cluster_spec(bytes, location, options);
  if (!before.spec) return tl::unexpected(EditFailure{std::move(before.problems), std::move(before.sources), false});
  TrackedText text(*decode_text(bytes));
  auto failure = edit_each(text, location.file, *before.spec, {wanted.begin(), wanted.end()});
  if (failure) return tl::unexpected(std::move(*failure));
  EditedPools edited{encode_text(text.text(), bytes), text.changes(), {}};
  edited.loaded = load_cluster_spec(edited.bytes, location, options);
  if (!edited.loaded.spec) {
    return tl::unexpected(EditFailure{std::move(edited.loaded.problems), std::move(edited.loaded.sources), true});
  }
  if (!has_nodes(*edited.loaded.spec, *before.spec, wanted)) {
    const Problem problem{location.file, 0, 0, "", "other nodes than wanted would change: edit the file by hand",
                          Problem::error};
    return tl::unexpected(EditFailure{{problem}, std::move(edited.loaded.sources), true});
  }
  return edited;
}

}  // namespace tbx
