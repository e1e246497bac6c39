// What moved between two looks, field by field.
#include <map>
#include <utility>

#include "engine/described.h"
#include "engine/digest.h"
#include "engine/json_writer.h"
#include "engine/observed_facts.h"

namespace tbx {
namespace {

class Differences {
 public:
  template <class T>
  void compare(const T& before, const T& after, const std::string& path) {
    if constexpr (DescribedStruct<T>) {
      if (before == after) return;
      for_each_member<T>([&](std::string_view key, auto member) {
        if (moves_by_itself<T>(key)) return;
        compare(before.*member, after.*member, path.empty() ? std::string(key) : path + "." + std::string(key));
      });
    } else if constexpr (DescribedMap<T>) {
      compare_maps(before, after, path);
    } else if constexpr (DescribedVector<T>) {
      if constexpr (DescribedStruct<typename T::value_type>)
        compare_maps(by_key(before), by_key(after), path);
      else if (before != after)
        moved(path, to_json_text(before), to_json_text(after));
    } else {
      if (before != after) moved(path, to_json_text(before), to_json_text(after));
    }
  }

  std::vector<Change> take() && { return std::move(changes_); }

 private:
  /// Several of one key (VM names are not unique) stay apart by their order.
  template <class T>
  static std::map<std::string, T> by_key(const std::vector<T>& list) {
    std::map<std::string, T> keyed;
    for (const T& item : list) {
      std::string key = key_of(item);
      for (int copy = 2; keyed.contains(key); ++copy) key = key_of(item) + " #" + std::to_string(copy);
      keyed.emplace(std::move(key), item);
    }
    return keyed;
  }

  template <class T>
  void compare_maps(const std::map<std::string, T>& before, const std::map<std::string, T>& after,
                    const std::string& path) {
    for (const auto& [key, item] : before) {
      const auto same = after.find(key);
      if (same == after.end())
        came_or_went(path, key, item, Went{});
      else
        compare(item, same->second, path + "[" + key + "]");
    }
    for (const auto& [key, item] : after) {
      if (!before.contains(key)) came_or_went(path, key, item, Came{});
    }
  }

  struct Came {};
  struct Went {};

  template <class T, class Way>
  void came_or_went(const std::string& path, const std::string& key, const T& item, Way) {
    std::string text = "\"present\"";
    if constexpr (std::is_same_v<T, std::string>) text = to_json_text(item);
    if constexpr (std::is_same_v<Way, Came>)
      moved(path + "[" + key + "]", "null", std::move(text));
    else
      moved(path + "[" + key + "]", std::move(text), "null");
  }

  void moved(std::string path, std::string from, std::string to) {
    changes_.push_back(Change{std::move(path), std::move(from), std::move(to)});
  }

  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> differences(const Observed& before, const Observed& after) {
  Differences found;
  found.compare(before, after, "");
  return std::move(found).take();
}

}  // namespace tbx
