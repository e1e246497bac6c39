#include "providers/helm/release_record.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "providers/base64.h"
#include "providers/helm/gunzip.h"
#include "providers/json_place.h"

namespace tbx {

namespace {

using nlohmann::json;

std::map<std::string, std::string> labels_of(const json& secret) {
  std::map<std::string, std::string> labels;
  for (const auto& [name, value] : at(secret, {"metadata", "labels"}).items()) {
    labels[name] = value.is_string() ? value.get<std::string>() : "";
  }
  return labels;
}

/// By its labels: enough to tell which Secret of a release is the newest.
int revision_of(const json& secret) {
  const std::string text = text_at(secret, {"metadata", "labels", "version"});
  int revision = 0;
  for (const char digit : text) {
    constexpr int most = 100'000'000;
    if (digit < '0' || digit > '9' || revision > most) return 0;
    revision = revision * 10 + (digit - '0');
  }
  return revision;
}

Result<json> unpacked(const json& secret) {
  const auto outer = from_base64(text_at(secret, {"data", "release"}));
  const auto inner = outer ? from_base64(*outer) : std::nullopt;
  if (!inner || inner->empty()) {
    return failure(ErrorKind::malformed_answer, "it is not in base64");
  }
  auto text = gunzip(*inner, largest_record_bytes);
  if (!text) {
    return tl::unexpected(text.error());
  }
  json record = json::parse(*text, nullptr, false);
  if (!record.is_object()) {
    return failure(ErrorKind::malformed_answer, "it holds no JSON");
  }
  return record;
}

}  // namespace

std::int64_t seconds_of_rfc3339(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int read = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &read) !=
      6) {
    return 0;
  }
  const std::size_t zone = copy.find_first_of("Z+-", static_cast<std::size_t>(read));
  int zone_hours = 0;
  int zone_minutes = 0;
  if (zone != std::string::npos && copy[zone] != 'Z') {
    std::sscanf(copy.c_str() + zone + 1, "%2d:%2d", &zone_hours, &zone_minutes);
  }
  const int ahead = (zone_hours * 60 + zone_minutes) * (zone != std::string::npos && copy[zone] == '-' ? -60 : 60);
  const std::chrono::sys_days date =
      std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day));
  return std::chrono::duration_cast<std::chrono::seconds>(date.time_since_epoch()).count() + hour * 3600 + minute * 60 +
         second - ahead;
}

bool is_locked(std::string_view status) { return status.starts_with("pending-") || status == "uninstalling"; }

Result<ReleaseRecord> release_record(const json& secret) {
  const std::string place = text_at(secret, {"metadata", "namespace"}) + "/" + text_at(secret, {"metadata", "name"});
  auto content = unpacked(secret);
  if (!content) {
    return failure(ErrorKind::malformed_answer,
                   fmt::format("the Secret {} is no release of Helm: {}", place, content.error().message));
  }
  ReleaseRecord record;
  record.labels = labels_of(secret);
  record.name = text_at(*content, {"name"});
  record.namespace_name = text_at(secret, {"metadata", "namespace"});
  record.revision = revision_of(secret);
  record.status = text_at(*content, {"info", "status"});
  record.description = text_at(*content, {"info", "description"});
  record.changed_at = std::max(seconds_of_rfc3339(text_at(*content, {"info", "last_deployed"})),
                               seconds_of_rfc3339(text_at(*content, {"info", "deleted"})));
  record.chart = text_at(*content, {"chart", "metadata", "name"});
  record.version = text_at(*content, {"chart", "metadata", "version"});
  record.manifest = text_at(*content, {"manifest"});
  if (const json& values = at(*content, {"config"}); values.is_object()) {
    record.values = values;
  }
  if (record.name.empty() || record.status.empty() || record.revision == 0) {
    return failure(ErrorKind::malformed_answer,
                   fmt::format("the Secret {} is no release of Helm: name, status or revision is missing", place));
  }
  return record;
}

Result<std::vector<ReleaseRecord>> newest_records(std::string_view secrets) {
  const json list = json::parse(secrets, nullptr, false);
  if (!at(list, {"items"}).is_array()) {
    return failure(ErrorKind::malformed_answer, "kubectl printed no list of Secrets");
  }
  std::map<std::tuple<std::string, std::string>, const json*> newest;
  for (const json& secret : list["items"]) {
    const json*& known =
        newest[{text_at(secret, {"metadata", "labels", "name"}), text_at(secret, {"metadata", "namespace"})}];
    if (known == nullptr || revision_of(*known) < revision_of(secret)) {
      known = &secret;
    }
  }
  std::vector<ReleaseRecord> records;
  for (const auto& [place, secret] : newest) {
    auto record = release_record(*secret);
    if (!record) {
      return tl::unexpected(record.error());
    }
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace tbx
