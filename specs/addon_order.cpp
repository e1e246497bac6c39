#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "specs/addon_wish.h"
#include "specs/did_you_mean.h"

namespace tbx {
namespace {

using Order = std::map<std::string, std::set<std::string>>;  // an addon, and what comes before it

std::vector<std::string> names_of(const std::vector<AddonWish>& wishes) {
  std::vector<std::string> names;
  for (const AddonWish& wish : wishes) names.push_back(wish.addon.name);
  return names;
}

bool is_listed(const Loading& loading, const std::string& name) {
  const Field addons = member(member(root_field(loading.document), "spec"), "addons");
  return std::ranges::any_of(children(addons),
                             [&](const Field& addon) { return text_of(member(addon, "name")) == name; });
}

void add_written_order(Loading& loading, const AddonWish& wish, const std::vector<std::string>& names, Order& order) {
  for (const Field& field : children(member(wish.field, "after"))) {
    const auto other = text_of(field);
    if (!other) continue;
    if (*other == wish.addon.name) {
      complain(loading, field.path, fmt::format("{} can't come after itself", *other));
    } else if (std::ranges::count(names, *other) > 0) {
      order[wish.addon.name].insert(*other);
    } else if (is_listed(loading, *other)) {
      complain(loading, field.path,
               fmt::format("{} can't come after {}, which is not enabled", wish.addon.name, *other));
    } else {
      complain(loading, field.path,
               fmt::format("{} can't come after {}, which is not among the addons{}", wish.addon.name,
                           in_quotes(*other), did_you_mean(*other, names)));
    }
  }
}

/// The way from an addon back to itself; empty where there is none.
bool find_cycle(const Order& order, const std::string& name, std::vector<std::string>& path,
                std::set<std::string>& done) {
  const auto on_path = std::ranges::find(path, name);
  if (on_path != path.end()) {
    path.erase(path.begin(), on_path);
    path.push_back(name);
    return true;
  }
  if (done.contains(name)) return false;
  path.push_back(name);
  const auto before = order.find(name);
  if (before != order.end()) {
    for (const std::string& other : before->second) {
      if (find_cycle(order, other, path, done)) return true;
    }
  }
  path.pop_back();
  done.insert(name);
  return false;
}

void report_cycle(Loading& loading, const std::vector<AddonWish>& wishes, const Order& order) {
  std::set<std::string> done;
  for (const AddonWish& wish : wishes) {
    std::vector<std::string> path;
    if (!find_cycle(order, wish.addon.name, path, done)) continue;
    // The catalogue alone has no circle, so one of these was closed by an `after` of the user's.
    for (const AddonWish& closing : wishes) {
      const Field after = member(closing.field, "after");
      if (!after || std::ranges::count(path, closing.addon.name) == 0) continue;
      complain(loading, after.path, fmt::format("these addons wait for one another: {}", fmt::join(path, " after ")));
      return;
    }
  }
}

}  // namespace

void order_addons(Loading& loading, std::vector<AddonWish>& wishes) {
  const std::vector<std::string> names = names_of(wishes);
  const auto network = std::ranges::find_if(wishes, [](const AddonWish& wish) { return wish.addon.is_cni; });
  Order order;
  for (const AddonWish& wish : wishes) {
    for (const std::string& other : wish.addon.after) {
      if (std::ranges::count(names, other) > 0) order[wish.addon.name].insert(other);
    }
    const bool needs_network = network != wishes.end() && !wish.addon.is_cni;
    if (needs_network) order[wish.addon.name].insert(network->addon.name);
    add_written_order(loading, wish, names, order);
  }
  report_cycle(loading, wishes, order);
  for (AddonWish& wish : wishes) {
    const std::set<std::string>& before = order[wish.addon.name];
    wish.addon.after.assign(before.begin(), before.end());
  }
}

}  // namespace tbx
