#include "providers/kubernetes/taints.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tbx {

namespace {

using nlohmann::json;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string key_and_effect(const json& taint) {
  return fmt::format("{}:{}", taint.value("key", ""), taint.value("effect", ""));
}

json taint_from(const std::string& text) {
  std::size_t equals = text.find('=');
  std::size_t colon = text.rfind(':');
  json taint = {{"key", text.substr(0, equals)}, {"effect", text.substr(colon + 1)}};
  if (std::string value = text.substr(equals + 1, colon - equals - 1); !value.empty()) {
    taint["value"] = std::move(value);
  }
  return taint;
}

}  // namespace

std::string taint_text(const json& taint) {
  return fmt::format("{}={}:{}", taint.value("key", ""), taint.value("value", ""), taint.value("effect", ""));
}

std::vector<std::string> own_taints(const json& taints, std::string_view annotation) {
  std::vector<std::string> listed = split(annotation);
  std::vector<std::string> ours;
  for (const json& taint : taints) {
    std::string text = taint_text(taint);
    if (std::ranges::find(listed, text) != listed.end()) {
      ours.push_back(std::move(text));
    }
  }
  std::ranges::sort(ours);
  return ours;
}

std::string taints_annotation_value(const std::vector<std::string>& taints) {
  return fmt::format("{}", fmt::join(taints, ","));
}

json merged_taints(const json& taints, std::string_view annotation, const std::vector<std::string>& wanted) {
  std::vector<std::string> ours = own_taints(taints, annotation);
  std::vector<std::string> taken;
  std::ranges::transform(wanted, std::back_inserter(taken),
                         [](const std::string& text) { return key_and_effect(taint_from(text)); });
  json merged = json::array();
  std::vector<std::string> there;
  for (const json& taint : taints) {
    std::string text = taint_text(taint);
    bool is_wanted = std::ranges::find(wanted, text) != wanted.end();
    bool gives_way =
        std::ranges::find(ours, text) != ours.end() || std::ranges::find(taken, key_and_effect(taint)) != taken.end();
    if (is_wanted || !gives_way) {
      merged.push_back(taint);
      there.push_back(std::move(text));
    }
  }
  for (const std::string& text : wanted) {
    if (std::ranges::find(there, text) == there.end()) {
      merged.push_back(taint_from(text));
    }
  }
  return merged;
}

json taints_patch(const json& before, const json& after) {
  constexpr const char* path = "/spec/taints";
  return json::array(
      {{{"op", "test"}, {"path", path}, {"value", before}}, {{"op", "add"}, {"path", path}, {"value", after}}});
}

}  // namespace tbx
