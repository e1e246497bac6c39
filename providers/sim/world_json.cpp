// Boost.JSON instead of nlohmann's: a world of 1,000 nodes is some MB, and every command reads it.
#include "providers/sim/world_json.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>

#include <fmt/format.h>

#include "engine/described.h"
#include "providers/sim/world_parts.h"

namespace tbx::sim {

namespace {

namespace json = boost::json;

void write_text(std::string_view text, std::string& out) {
  out += '"';
  for (char letter : text) {
    auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (code < 0x20) {
      out += fmt::format("\\u{:04x}", code);
    } else {
      out += letter;
    }
  }
  out += '"';
}

template <class T>
void write(const T& value, std::string& out);

template <class T>
void write_struct(const T& value, std::string& out) {
  [[maybe_unused]] static const T defaults{};
  out += '{';
  bool first = true;
  for_each_member<T>([&](std::string_view key, auto member) {
    if (value.*member == defaults.*member) {
      return;
    }
    if (!first) out += ',';
    first = false;
    write_text(key, out);
    out += ':';
    write(value.*member, out);
  });
  out += '}';
}

template <class T>
void write(const T& value, std::string& out) {
  if constexpr (DescribedStruct<T>) {
    write_struct(value, out);
  } else if constexpr (DescribedEnum<T>) {
    write_text(enum_name(value), out);
  } else if constexpr (DescribedVector<T>) {
    out += '[';
    for (const auto& item : value) {
      if (out.back() != '[') out += ',';
      write(item, out);
    }
    out += ']';
  } else if constexpr (DescribedMap<T>) {
    out += '{';
    for (const auto& [key, item] : value) {
      if (out.back() != '{') out += ',';
      write_text(key, out);
      out += ':';
      write(item, out);
    }
    out += '}';
  } else if constexpr (std::is_same_v<T, std::string>) {
    write_text(value, out);
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_floating_point_v<T>) {
    // As a text: Boost.JSON 1.81 reads numbers with a fraction to the last digit but one only.
    write_text(fmt::format("{}", value), out);
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

/// A text that parses as JSON but is no world. Thrown and caught in this file only.
struct NotAWorld {
  std::string message;
};

template <class T>
void read(const json::value& from, T& value);

template <class T>
void read_struct(const json::value& from, T& value) {
  if (!from.is_object()) throw NotAWorld{"an object is expected"};
  const json::object& object = from.get_object();
  std::size_t taken = 0;
  for_each_member<T>([&](std::string_view key, auto member) {
    const json::value* found = object.if_contains(key);
    if (found == nullptr) return;
    ++taken;
    read(*found, value.*member);
  });
  if (taken != object.size()) throw NotAWorld{"it has a key that this version of tbx does not know"};
}

template <class T>
void read_number(const json::value& from, T& value) {
  if constexpr (std::is_floating_point_v<T>) {
    std::string_view text = from.is_string() ? std::string_view(from.get_string()) : std::string_view();
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
      throw NotAWorld{"a number in quotes is expected"};
    }
  } else {
    json::error_code error;
    value = from.to_number<T>(error);
    if (error) throw NotAWorld{"a whole number is expected"};
  }
}

template <class T>
void read(const json::value& from, T& value) {
  if constexpr (DescribedStruct<T>) {
    read_struct(from, value);
  } else if constexpr (DescribedEnum<T>) {
    auto known = from.is_string() ? enum_value<T>(from.get_string()) : std::nullopt;
    if (!known) throw NotAWorld{"one of these is expected: " + enum_choices<T>()};
    value = *known;
  } else if constexpr (DescribedVector<T>) {
    if (!from.is_array()) throw NotAWorld{"a list is expected"};
    value.clear();
    for (const json::value& item : from.get_array()) read(item, value.emplace_back());
  } else if constexpr (DescribedMap<T>) {
    if (!from.is_object()) throw NotAWorld{"an object is expected"};
    for (const auto& member : from.get_object()) {
      read(member.value(), value.try_emplace(value.end(), std::string(member.key()))->second);
    }
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!from.is_string()) throw NotAWorld{"a text is expected"};
    value.assign(from.get_string().data(), from.get_string().size());
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!from.is_bool()) throw NotAWorld{"true or false is expected"};
    value = from.get_bool();
  } else {
    read_number(from, value);
  }
}

struct KindName {
  EntityKind kind;
  std::string_view name;
  bool of_cluster = false;
};

constexpr std::array kind_names{
    KindName{EntityKind::clock, "clock"},
    KindName{EntityKind::host, "host"},
    KindName{EntityKind::machine, "machine"},
    KindName{EntityKind::disk, "disk"},
    KindName{EntityKind::cluster, "cluster", true},
    KindName{EntityKind::member, "member", true},
    KindName{EntityKind::node, "node", true},
    KindName{EntityKind::kube_namespace, "namespace", true},
    KindName{EntityKind::route, "route", true},
    KindName{EntityKind::release, "release", true},
    KindName{EntityKind::hosts_file, "hosts-file"},
    KindName{EntityKind::disturbances, "disturbances"},
    KindName{EntityKind::lock, "lock"},
};

std::string entity_text(const EntityKey& entity) {
  const KindName& kind = kind_names[static_cast<std::size_t>(entity.kind)];
  std::string text(kind.name);
  if (kind.of_cluster) text += "/" + entity.cluster;
  if (!entity.key.empty()) text += "/" + entity.key;
  return text;
}

EntityKey parse_entity(std::string_view text) {
  std::string_view name = text.substr(0, text.find('/'));
  for (const KindName& kind : kind_names) {
    if (kind.name != name) continue;
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    EntityKey entity{kind.kind, "", ""};
    if (kind.of_cluster) {
      entity.cluster = text.substr(0, text.find('/'));
      text.remove_prefix(std::min(text.size(), entity.cluster.size() + 1));
    }
    entity.key = text;
    return entity;
  }
  throw NotAWorld{fmt::format("it has a part \"{}\" that this version of tbx does not know", name)};
}

void write_entity(const World& world, const EntityKey& entity, std::string& out) {
  if (entity.kind == EntityKind::cluster && !world.clusters.contains(entity.cluster)) {
    out += "null";
    return;
  }
  auto write_one = [&](const auto& part) { write(part, out); };
  auto write_of = [&](const auto& parts) {
    auto place = parts.find(entity.key);
    if (place == parts.end()) {
      out += "null";
    } else {
      write(place->second, out);
    }
  };
  visit_part(entity, write_one, write_of, world);
}

void read_entity(const json::value& from, const EntityKey& entity, World& world) {
  if (entity.kind == EntityKind::cluster && from.is_null()) {
    world.clusters.erase(entity.cluster);
    return;
  }
  if (from.is_null() && !entity.cluster.empty() && !world.clusters.contains(entity.cluster)) {
    return;  // what belonged to a cluster went with it
  }
  auto replace = [&](auto& part) {
    part = {};
    read(from, part);
  };
  auto replace_of = [&](auto& parts) {
    if (from.is_null()) {
      parts.erase(entity.key);
    } else {
      replace(parts[entity.key]);
    }
  };
  visit_part(entity, replace, replace_of, world);
}

}  // namespace

std::string snapshot_text(const World& world) {
  std::string out = fmt::format("{{\"tbxWorld\":{},\"world\":", world_format);
  out.reserve(256 + world.machines.size() * 4096);
  write(world, out);
  out += '}';
  return out;
}

std::string changes_text(const World& world, const std::set<EntityKey>& touched) {
  std::string out = "{";
  for (const EntityKey& entity : touched) {
    if (out.size() > 1) out += ',';
    write_text(entity_text(entity), out);
    out += ':';
    write_entity(world, entity, out);
  }
  out += '}';
  return out;
}

Result<World> parse_snapshot(std::string_view line) {
  json::monotonic_resource memory(line.size() * 2 + 4096);
  json::error_code error;
  json::value document = json::parse(line, error, &memory);
  const json::value* format = !error && document.is_object() ? document.get_object().if_contains("tbxWorld") : nullptr;
  if (format == nullptr) {
    return failure(ErrorKind::malformed_answer, "is not a world file of tbx");
  }
  if (!format->is_int64() || format->get_int64() != world_format) {
    return failure(ErrorKind::malformed_answer,
                   fmt::format("is a world of format {}, and this version of tbx reads format {}: use the tbx that "
                               "made it, or begin a new one",
                               json::serialize(*format), world_format));
  }
  try {
    World world;
    const json::value* body = document.get_object().if_contains("world");
    read(body == nullptr ? json::value(nullptr) : *body, world);
    return world;
  } catch (const NotAWorld& problem) {
    return failure(ErrorKind::malformed_answer, "is damaged: " + problem.message);
  }
}

Status apply_changes(std::string_view line, World& world) {
  json::error_code error;
  json::value document = json::parse(line, error);
  if (error || !document.is_object()) {
    return failure(ErrorKind::malformed_answer, "is damaged: a line is no JSON object");
  }
  try {
    for (const auto& member : document.get_object()) {
      read_entity(member.value(), parse_entity(std::string_view(member.key())), world);
    }
  } catch (const NotAWorld& problem) {
    return failure(ErrorKind::malformed_answer, "is damaged: " + problem.message);
  }
  return {};
}

}  // namespace tbx::sim
