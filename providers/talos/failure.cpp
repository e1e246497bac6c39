#include "providers/talos/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/redact.h"

namespace tbx {

namespace {

struct Meaning {
  std::string_view text;  ///< somewhere in stderr
  TalosTrouble trouble;
  ErrorKind kind;
};

/// First match counts: what stands in an answer from behind a connection comes before what stands in any.
constexpr std::array<Meaning, 39> meanings = {{
    {"tls: certificate required", TalosTrouble::certificate_required, ErrorKind::rejected},
    {"tls: bad certificate", TalosTrouble::certificate_required, ErrorKind::rejected},
    {"x509: certificate signed by unknown authority", TalosTrouble::unknown_authority, ErrorKind::rejected},
    {"x509: certificate has expired or is not yet valid", TalosTrouble::certificate_expired, ErrorKind::rejected},
    {"x509: ", TalosTrouble::unknown_authority, ErrorKind::rejected},
    {"first record does not look like a TLS handshake", TalosTrouble::not_talos, ErrorKind::malformed_answer},
    {"dial tcp 127.0.0.1:2379: ", TalosTrouble::not_yet, ErrorKind::unreachable},  // Talos answers, its etcd does not
    {"connect: connection refused", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"no route to host", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"network is unreachable", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"i/o timeout", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"authentication handshake failed: context deadline exceeded", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"produced zero addresses", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"authentication handshake failed", TalosTrouble::handshake_broken, ErrorKind::unreachable},
    {"error reading server preface", TalosTrouble::handshake_broken, ErrorKind::unreachable},
    {"write: broken pipe", TalosTrouble::handshake_broken, ErrorKind::unreachable},
    {"unexpected HTTP status code", TalosTrouble::not_talos, ErrorKind::malformed_answer},
    {"bootstrap is not available yet", TalosTrouble::not_yet, ErrorKind::busy},
    {"time is not in sync yet", TalosTrouble::not_yet, ErrorKind::busy},
    {"already in progress", TalosTrouble::not_yet, ErrorKind::busy},
    {"already applied and node is rebooting", TalosTrouble::not_yet, ErrorKind::busy},
    {"failed to acquire upgrade mutex", TalosTrouble::not_yet, ErrorKind::busy},
    {"code = AlreadyExists", TalosTrouble::already_exists, ErrorKind::rejected},
    {"code = NotFound", TalosTrouble::not_found, ErrorKind::rejected},
    {"code = PermissionDenied", TalosTrouble::not_authorized, ErrorKind::rejected},
    {"code = Unauthenticated", TalosTrouble::not_authorized, ErrorKind::rejected},
    {"code = Unimplemented", TalosTrouble::not_implemented, ErrorKind::rejected},
    {"code = FailedPrecondition", TalosTrouble::not_possible, ErrorKind::rejected},
    {"code = InvalidArgument", TalosTrouble::not_possible, ErrorKind::rejected},
    {"code = ResourceExhausted", TalosTrouble::not_yet, ErrorKind::busy},
    {"code = Aborted", TalosTrouble::not_yet, ErrorKind::busy},
    {"code = DeadlineExceeded", TalosTrouble::lost, ErrorKind::outcome_unknown},
    {"code = Canceled", TalosTrouble::lost, ErrorKind::outcome_unknown},
    {"code = Unavailable", TalosTrouble::lost, ErrorKind::outcome_unknown},
    {"Signal received, aborting", TalosTrouble::lost, ErrorKind::outcome_unknown},
    {"context deadline exceeded", TalosTrouble::lost, ErrorKind::outcome_unknown},
    {"unknown flag", TalosTrouble::usage, ErrorKind::rejected},
    {"unknown command", TalosTrouble::usage, ErrorKind::rejected},
    {"unknown shorthand flag", TalosTrouble::usage, ErrorKind::rejected},
}};

std::string_view trimmed(std::string_view text) {
  std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

constexpr std::string_view bullet = "\n\t* ";

/// The items of a list of errors. One that only begins a list of its own is left out.
std::vector<std::string_view> bullets_of(std::string_view text) {
  std::vector<std::string_view> items;
  for (std::size_t at = text.find(bullet); at != std::string_view::npos; at = text.find(bullet)) {
    text.remove_prefix(at + bullet.size());
    std::string_view item = trimmed(text.substr(0, text.find(bullet)));
    if (!item.ends_with("occurred:")) items.push_back(item);
  }
  return items;
}

/// Cuts "10.0.0.2: " off before "rpc error: "; returns the node.
std::string take_node(std::string_view& item) {
  constexpr std::string_view error = ": rpc error: ";
  std::size_t colon = item.find(error);
  if (colon == std::string_view::npos || item.substr(0, colon).find(' ') != std::string_view::npos) {
    return "";
  }
  std::string node(item.substr(0, colon));
  item.remove_prefix(colon + 2);
  return node;
}

/// `get` names the node that failed only by the address that could not be dialled.
std::string dialled_node(std::string_view item) {
  constexpr std::string_view start = "dial tcp ";
  std::size_t at = item.find(start);
  std::size_t end = at == std::string_view::npos ? at : item.find(":50000", at);
  return end == std::string_view::npos ? "" : std::string(item.substr(at + start.size(), end - at - start.size()));
}

/// What comes behind the last "desc = ", without the quotes that gRPC puts around a transport's error.
std::string_view description_of(std::string_view item) {
  constexpr std::string_view start = "desc = ";
  std::size_t at = item.rfind(start);
  if (at == std::string_view::npos) {
    return item;
  }
  item.remove_prefix(at + start.size());
  constexpr std::string_view transport = "transport: ";
  if (item.starts_with('"') && item.ends_with('"') && item.size() > 1) {
    item = item.substr(1, item.size() - 2);
  }
  return item.starts_with(transport) ? item.substr(transport.size()) : item;
}

/// One line for people: the items of a list, else the first line.
std::string sentence_of(std::string_view text) {
  std::vector<std::string_view> items = bullets_of(text);
  if (items.empty()) {
    std::string_view whole = trimmed(text);
    return std::string(description_of(trimmed(whole.substr(0, whole.find("\n")))));
  }
  std::string sentence;
  for (std::string_view item : items) {
    std::string node = take_node(item);
    sentence += sentence.empty() ? "" : "; ";
    sentence += fmt::format("{}{}{}", node, node.empty() ? "" : ": ", description_of(item));
  }
  return sentence;
}

/// "1 error occurred:\n lstat …: no such file or directory" has its item on a line of its own, without a bullet.
std::string_view without_list_head(std::string_view text) {
  constexpr std::string_view head = "1 error occurred:\n ";
  std::size_t at = text.find(head);
  return at == std::string_view::npos ? text : text.substr(at + head.size());
}

TalosFailure classify_one(std::string_view redacted, std::string_view what) {
  auto meaning = std::ranges::find_if(
      meanings, [&](const Meaning& each) { return redacted.find(each.text) != std::string_view::npos; });
  TalosTrouble trouble = meaning == meanings.end() ? TalosTrouble::other : meaning->trouble;
  ErrorKind kind = meaning == meanings.end() ? ErrorKind::rejected : meaning->kind;
  std::string sentence = sentence_of(without_list_head(redacted));
  if (sentence.empty()) {
    sentence = "it failed without a word";
  }
  return {trouble, "", Error{kind, fmt::format("{}: {}", what, sentence), std::string(trimmed(redacted))}};
}

}  // namespace

TalosFailure classify_failure(std::string_view stderr_text, std::string_view what) {
  std::string redacted = redact(stderr_text);
  TalosFailure failure = classify_one(redacted, what);
  std::vector<std::string_view> items = bullets_of(redacted);
  if (items.size() == 1) {
    failure.node = take_node(items.front());
  }
  return failure;
}

std::vector<TalosFailure> partial_failures(std::string_view stderr_text, std::string_view what) {
  std::string redacted = redact(stderr_text);
  std::vector<TalosFailure> failures;
  for (std::string_view item : bullets_of(redacted)) {
    std::string node = take_node(item);
    failures.push_back(classify_one(item, what));
    failures.back().node = node.empty() ? dialled_node(item) : node;
  }
  return failures;
}

}  // namespace tbx
