#include "cli/moved.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/described_json.h"
#include "engine/json_text.h"
#include "engine/machine_paths.h"
#include "engine/spec_differences.h"

namespace tbx {
namespace {

constexpr std::size_t most_shown = 10;
constexpr std::size_t longest_value = 400;

/// A thing that came or went has no value of its own.
std::string values_text(const Change& change) {
  const auto value = [](const std::string& text) {
    return text == json_null() ? std::string("not there") : shortened(printable(text), longest_value, {});
  };
  const std::string there = json_text("present");
  if (change.from == there && change.to == json_null()) return "was there, is gone";
  if (change.from == json_null() && change.to == there) return "was not there, is there";
  return fmt::format("was {}, is {}", value(change.from), value(change.to));
}

std::vector<Moved> with_values(const std::vector<Change>& changes) {
  std::vector<Moved> moved;
  for (const Change& change : changes) moved.push_back({change.field, values_text(change)});
  return moved;
}

std::string secret_text(const std::string& field, const std::vector<SecretReference>& secrets) {
  const auto written = std::ranges::find(secrets, field, &SecretReference::field);
  if (written == secrets.end() || written->file.empty()) return "is a secret, and was changed";
  return fmt::format("is a secret, and was changed (in {}, at {})", written->file, written->pointer);
}

/// Only one of the two was made with the key that comes from the cluster's secrets.
bool differs_by_key_alone(const Change& change) {
  return is_fingerprint(change.from) && is_fingerprint(change.to) &&
         is_new_fingerprint(change.from) != is_new_fingerprint(change.to);
}

Moved moved_key(const SavedPlan& saved, bool is_there_now) {
  return {fmt::format("_out/{}/secrets.yaml", saved.spec.name),
          is_there_now ? "was not there, is there" : "was there, is gone: the file's secrets can't be compared"};
}

template <class T>
void add_if_moved(const std::string& what, const T& before, const T& after, std::vector<Moved>& moved) {
  if (before == after) return;
  moved.push_back({what, values_text({what, to_json_value(before).dump(), to_json_value(after).dump()})});
}

/// A system that can't be asked has lost nothing: all that is known of it is that.
void forget_unknown(Observed& facts, const Observed& found) {
  const auto forget = [](auto& part, Presence presence_now) {
    if (presence_now == Presence::unknown) {
      const Presence presence = part.presence;
      part = {};
      part.presence = presence;
    }
  };
  forget(facts.host, found.host.presence);
  if (found.talos_presence == Presence::unknown) {
    facts.talos.clear();
  }
  forget(facts.etcd, found.etcd.presence);
  forget(facts.kubernetes, found.kubernetes.presence);
  forget(facts.helm, found.helm.presence);
  forget(facts.access, found.access.presence);
}

}  // namespace

std::vector<Moved> moved_in_spec(const SavedPlan& saved, const SpecSources& sources, const ClusterSpec& wanted) {
  std::vector<Moved> moved;
  bool is_key_told = false;
  const std::string file = sources.spec_file.substr(sources.spec_file.rfind('/') + 1);
  for (const Change& change : differences(saved.spec, without_machine_paths(wanted))) {
    const bool is_secret = is_fingerprint(change.from) && is_fingerprint(change.to);
    if (!differs_by_key_alone(change)) {
      moved.push_back({fmt::format("{}: {}", file, change.field),
                       is_secret ? secret_text(change.field, sources.secrets) : values_text(change)});
    } else if (!is_key_told) {
      is_key_told = true;
      moved.push_back(moved_key(saved, is_new_fingerprint(change.from)));
    }
  }
  if (!moved.empty()) return moved;
  add_if_moved(file + ": files beside it", saved.sources.files, sources.files, moved);
  add_if_moved(file + ": where its secrets are written", saved.sources.secrets, sources.secrets, moved);
  return moved;
}

std::vector<Moved> moved_in_facts(const SavedPlan& saved, const Observed& found) {
  Observed before = saved.observed;
  Observed now = without_machine_paths(found);
  forget_unknown(before, found);
  forget_unknown(now, found);
  return with_values(differences(before, now));
}

std::string moved_text(const std::vector<Moved>& moved, const TextStyle& style) {
  std::string text;
  for (std::size_t i = 0; i < std::min(moved.size(), most_shown); ++i) {
    append_wrapped(text, "  ", printable(moved[i].what), style, Ink::bold);
    append_wrapped(text, "    ", moved[i].how, style);
  }
  if (moved.size() > most_shown) text += fmt::format("  and {} more\n", moved.size() - most_shown);
  return text;
}

}  // namespace tbx
