#include "specs/addon_wish.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "specs/did_you_mean.h"
#include "specs/load_steps.h"
#include "specs/names.h"

namespace tbx {
namespace {

constexpr std::size_t longest_release_name = 53;  // Helm's own limit

enum class ChartPlace { repository, registry, folder };

ChartPlace place_of(std::string_view chart, std::string_view repo) {
  if (chart.starts_with("oci://")) return ChartPlace::registry;
  const bool is_path = chart.starts_with('.') || chart.find_first_of("/\\") != std::string_view::npos;
  return is_path && repo.empty() ? ChartPlace::folder : ChartPlace::repository;
}

void check_folder(Loading& loading, const AddonWish& wish, const std::string& path) {
  const std::string& chart = wish.addon.chart;
  const std::string file = chart.ends_with(".tgz") ? chart : chart + "/Chart.yaml";
  if (loading.location.read_file(path_beside(loading.location, file))) return;
  complain(loading, path, fmt::format("there is no chart in {}: {} can't be read", in_quotes(chart), in_quotes(file)));
}

void check_repository(Loading& loading, const AddonWish& wish, const std::string& path) {
  const std::string& repo = wish.addon.repo;
  if (repo.empty()) {
    complain(loading, path,
             fmt::format("the chart {} has no repository: add repo, or write oci://… or a folder like ./{}",
                         in_quotes(wish.addon.chart), wish.addon.chart));
  } else if (!repo.starts_with("https://") && !repo.starts_with("http://")) {
    complain(
        loading, member(wish.field, "repo").path,
        in_quotes(repo) + " is no chart repository: it begins with https://; an oci:// address belongs into chart");
  }
}

void load_chart(Loading& loading, AddonWish& wish) {
  const Field chart = member(wish.field, "chart");
  const Field repo = member(wish.field, "repo");
  const Field version = member(wish.field, "version");
  AddonSpec& addon = wish.addon;
  addon.chart = text_of(chart).value_or(addon.chart);
  // A known chart taken from elsewhere (a mirror) leaves the known repository behind.
  const bool moved = chart && place_of(addon.chart, "") != ChartPlace::repository;
  addon.repo = text_of(repo).value_or(moved ? "" : addon.repo);
  addon.version = text_of(version).value_or(addon.version);
  const std::string path = chart ? chart.path : wish.field.path;
  const ChartPlace place = place_of(addon.chart, addon.repo);
  if (place == ChartPlace::folder) {
    addon.version.clear();
    if (version)
      complain_at_key(loading, version.path,
                      "the version of a chart in a folder stands in its Chart.yaml: leave it out");
    return check_folder(loading, wish, path);
  }
  if (place == ChartPlace::registry && repo) {
    complain_at_key(loading, repo.path, "an oci:// chart names its repository itself: leave repo out");
  }
  if (place == ChartPlace::repository) check_repository(loading, wish, path);
  if (addon.version.empty()) {
    complain(loading, path,
             fmt::format("the addon {} needs a version, so that each apply gives the same", in_quotes(addon.name)));
  }
}

/// A name that is neither known nor a chart of the user's own.
void complain_unknown(Loading& loading, const Field& name, const std::string& text) {
  std::string hint = did_you_mean(text, catalogue_names());
  if (hint.empty()) hint = ": give it a chart, or take one of these: ";
  if (hint.ends_with(": ")) {
    for (const std::string& known : catalogue_names()) hint += known + ", ";
    hint.erase(hint.size() - 2);
  }
  complain(loading, name.path, fmt::format("there is no known addon {}{}", in_quotes(text), hint));
}

void load_namespace(Loading& loading, AddonWish& wish) {
  const Field field = member(wish.field, "namespace");
  AddonSpec& addon = wish.addon;
  if (addon.namespace_name.empty()) addon.namespace_name = addon.name;
  if (const auto text = text_of(field)) {
    addon.namespace_name = *text;
    if (!is_dns_label(*text)) {
      complain(loading, field.path,
               in_quotes(*text) + " can't name a namespace: use lower-case letters, digits and inner hyphens");
    }
  }
  // Talos exempts kube-system from Pod Security, and its labels are not ours to set.
  if (addon.namespace_name == "kube-system") addon.namespace_privileged = false;
}

AddonWish read_wish(Loading& loading, const Field& field, const std::string& name) {
  AddonWish wish{{}, field, find_in_catalogue(name)};
  if (wish.entry != nullptr) wish.addon = wish.entry->addon;
  wish.addon.name = name;
  const Field name_field = field.value->is_object() ? member(field, "name") : field;
  if (wish.entry == nullptr && !member(field, "chart")) {
    complain_unknown(loading, name_field, name);
    return wish;
  }
  if (!is_dns_label(name) || name.size() > longest_release_name) {
    complain(loading, name_field.path,
             fmt::format("{} can't name a Helm release: use at most {} lower-case letters, digits "
                         "and inner hyphens",
                         in_quotes(name), longest_release_name));
  }
  load_chart(loading, wish);
  load_namespace(loading, wish);
  if (const Field definitions = member(field, "deleteCRDs")) {
    complain_at_key(
        loading, definitions.path,
        "deleteCRDs is not supported yet: custom resource definitions stay when an addon goes; leave the key "
        "out");
  }
  if (const Field pool = member(field, "pool"); pool && !wish.addon.is_load_balancer) {
    complain_at_key(loading, pool.path, fmt::format("{} gives out no addresses: only metallb takes a pool", name));
  }
  return wish;
}

}  // namespace

std::vector<AddonWish> read_addon_wishes(Loading& loading, const Field& addons) {
  std::vector<AddonWish> wishes;
  std::map<std::string, int> first_lines;
  for (const Field& field : children(addons)) {
    const Field name_field = field.value->is_object() ? member(field, "name") : field;
    const auto name = text_of(name_field);
    if (!name) continue;
    const int line = value_position(loading.document, name_field.path).line;
    const auto [first, is_new] = first_lines.emplace(*name, line);
    if (!is_new) {
      complain(loading, name_field.path,
               fmt::format("the addon {} is listed already, in line {}", in_quotes(*name), first->second));
      continue;
    }
    AddonWish wish = read_wish(loading, field, *name);
    if (flag_of(member(field, "enabled")).value_or(true)) wishes.push_back(std::move(wish));
  }
  return wishes;
}

}  // namespace tbx
