#include "providers/certificate.h"

#include <charconv>
#include <cstdint>
#include <string>

#include "providers/base64.h"

namespace tbx {

namespace {

constexpr unsigned char sequence = 0x30;
constexpr unsigned char utc_time = 0x17;
constexpr unsigned char generalized_time = 0x18;
constexpr unsigned char explicit_version = 0xA0;

std::optional<std::string> pem_body(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  std::size_t from = pem.find(begin);
  std::size_t to = pem.find(end);
  if (from == std::string_view::npos || to == std::string_view::npos || to < from) {
    return std::nullopt;
  }
  return from_base64(pem.substr(from + begin.size(), to - from - begin.size()));
}

struct Element {
  unsigned char tag = 0;
  std::string_view content;
};

/// Takes the first element of DER off `rest`; empty where it is cut short.
std::optional<Element> take(std::string_view& rest) {
  if (rest.size() < 2) {
    return std::nullopt;
  }
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  std::size_t length = byte(1);
  std::size_t header = 2;
  if (length >= 0x80) {
    std::size_t count = length & 0x7FU;
    if (count == 0 || count > 4 || rest.size() < header + count) {
      return std::nullopt;
    }
    length = 0;
    for (std::size_t i = 0; i < count; ++i) {
      length = length << 8U | byte(header + i);
    }
    header += count;
  }
  if (rest.size() - header < length) {
    return std::nullopt;
  }
  Element element{byte(0), rest.substr(header, length)};
  rest.remove_prefix(header + length);
  return element;
}

std::optional<Element> take(std::string_view& rest, unsigned char tag) {
  auto element = take(rest);
  return element && element->tag == tag ? element : std::nullopt;
}

/// "261128161223Z"; years below 50 are of this century. Or "20501128161223Z".
std::optional<std::chrono::system_clock::time_point> time_of(const Element& element) {
  std::string digits(element.content);
  if (element.tag == utc_time && digits.size() == 13) {
    digits.insert(0, digits < "5" ? "20" : "19");
  }
  if ((element.tag != utc_time && element.tag != generalized_time) || digits.size() != 15 || digits.back() != 'Z') {
    return std::nullopt;
  }
  auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    std::from_chars(digits.data() + at, digits.data() + at + length, value);
    return value;
  };
  const auto day = std::chrono::year(number(0, 4)) / number(4, 2) / number(6, 2);
  if (!day.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(day) + std::chrono::hours(number(8, 2)) + std::chrono::minutes(number(10, 2)) +
         std::chrono::seconds(number(12, 2));
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> certificate_ends_at(std::string_view text) {
  auto pem = from_base64(text);
  auto bytes = pem ? pem_body(*pem) : std::nullopt;
  std::string_view rest = bytes ? std::string_view(*bytes) : std::string_view();
  auto certificate = take(rest, sequence);
  auto is_signed = certificate ? take(certificate->content, sequence) : std::nullopt;
  if (!is_signed) {
    return std::nullopt;
  }
  std::string_view fields = is_signed->content;
  auto field = take(fields);
  if (field && field->tag == explicit_version) {
    field = take(fields);
  }
  // The serial number was the first; the signature's algorithm and the issuer come before the validity.
  for (int skipped = 0; field && skipped < 3; ++skipped) {
    field = take(fields);
  }
  if (!field || field->tag != sequence || !take(field->content)) {
    return std::nullopt;
  }
  auto not_after = take(field->content);
  return not_after ? time_of(*not_after) : std::nullopt;
}

}  // namespace tbx
