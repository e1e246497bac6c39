#include "engine/observed_json.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/described_json.h"

namespace tbx {
namespace {

using nlohmann::json;

constexpr int format_version = 1;

struct Envelope {
  int format_version = 0;
  std::string cluster;
  Observed observed;
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (format_version, cluster, observed))

auto malformed(std::string message) { return failure(ErrorKind::malformed_answer, std::move(message)); }

std::string position_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("{}:{}", line, before.size() - start + 1);
}

/// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …" without its head.
std::string without_head(std::string_view what) {
  const std::size_t head = what.find(": ");
  return std::string(head == std::string_view::npos ? what : what.substr(head + 2));
}

/// Another version is told before its keys are judged: they may be right for that one.
Result<void> check_version(const json& document, std::string_view file) {
  if (!document.is_object() || !document.contains("observed")) {
    return malformed(fmt::format("{}: this is not a snapshot of `tbx observe`: it has no \"observed\"", file));
  }
  if (document.value("format_version", json()) != format_version) {
    return malformed(
        fmt::format("{}: /format_version: this tbx reads snapshots of format {} only", file, format_version));
  }
  return {};
}

}  // namespace

std::string snapshot_to_json(const Snapshot& snapshot) {
  nlohmann::ordered_json document;
  document["format_version"] = format_version;
  document["cluster"] = snapshot.cluster;
  document["observed"] = to_json_value(snapshot.observed);
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<Snapshot> snapshot_from_json(std::string_view text, std::string_view file) {
  try {
    const json document = json::parse(text);
    if (const auto checked = check_version(document, file); !checked) return tl::unexpected(checked.error());
    Envelope envelope;
    from_json_value(document, envelope);
    return Snapshot{std::move(envelope.cluster), std::move(envelope.observed)};
  } catch (const json::parse_error& error) {
    return malformed(fmt::format("{}:{}: {}", file, position_of(text, error.byte), without_head(error.what())));
  } catch (const ShapeError& error) {
    return malformed(fmt::format("{}: {}: {}", file, error.path.empty() ? "/" : error.path, error.what()));
  }
}

}  // namespace tbx
