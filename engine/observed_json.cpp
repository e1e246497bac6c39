#include "engine/observed_json.h"

#include <fmt/format.h>

#include "engine/described_json.h"
#include "engine/json_file.h"

namespace tbx {
namespace {

using nlohmann::json;

constexpr int snapshot_format = 1;

struct Envelope {
  int format_version = 0;
  std::string cluster;
  Observed observed;
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (format_version, cluster, observed))

auto malformed(std::string message) { return failure(ErrorKind::malformed_answer, std::move(message)); }

/// Another version is told before its keys are judged: they may be right for that one.
Result<void> check_version(const boost::json::value& document, std::string_view file) {
  const boost::json::object* object = document.if_object();
  if (object == nullptr || !object->contains("observed")) {
    return malformed(fmt::format("{}: this is not a snapshot of `tbx observe`: it has no \"observed\"", file));
  }
  const boost::json::value* version = object->if_contains("format_version");
  if (version == nullptr || *version != boost::json::value(snapshot_format)) {
    return malformed(
        fmt::format("{}: /format_version: this tbx reads snapshots of format {} only", file, snapshot_format));
  }
  return {};
}

}  // namespace

std::string snapshot_to_json(const Snapshot& snapshot) {
  nlohmann::ordered_json document;
  document["format_version"] = snapshot_format;
  document["cluster"] = snapshot.cluster;
  document["observed"] = to_json_value(snapshot.observed);
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<Snapshot> snapshot_from_json(std::string_view text, std::string_view file) {
  try {
    boost::json::monotonic_resource memory(text.size() * 2 + 4096);
    const boost::json::value document = parse_quickly(text, &memory);
    if (const auto checked = check_version(document, file); !checked) return tl::unexpected(checked.error());
    Envelope envelope;
    from_json_value(document, envelope);
    return Snapshot{std::move(envelope.cluster), std::move(envelope.observed)};
  } catch (const json::parse_error& error) {
    return tl::unexpected(syntax_error(file, text, error));
  } catch (const ShapeError& error) {
    return malformed(fmt::format("{}: {}: {}", file, error.path.empty() ? "/" : error.path, error.what()));
  }
}

}  // namespace tbx
