#include "providers/kubernetes_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "providers/redact.h"

namespace tbx {

namespace {

using Trouble = KubernetesTrouble;

struct Meaning {
  std::string_view text;  ///< somewhere in stderr
  Trouble trouble;
  ErrorKind kind;
};

/// First match counts. What an API server says of something behind it (a webhook, etcd) holds the same words as what a
/// client says of the API server, so it comes first.
constexpr std::array meanings = {
    Meaning{"failed calling webhook", Trouble::webhook_silent, ErrorKind::busy},
    Meaning{"denied the request", Trouble::denied, ErrorKind::rejected},
    Meaning{"no matches for kind", Trouble::not_installed, ErrorKind::rejected},
    Meaning{"doesn't have a resource type", Trouble::not_installed, ErrorKind::rejected},
    Meaning{"storage is (re)initializing", Trouble::not_ready, ErrorKind::busy},
    Meaning{"because it is being terminated", Trouble::not_ready, ErrorKind::busy},
    Meaning{"etcdserver: ", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"x509: certificate signed by unknown authority", Trouble::unknown_authority, ErrorKind::rejected},
    Meaning{"x509: certificate has expired or is not yet valid", Trouble::certificate_expired, ErrorKind::rejected},
    Meaning{"x509: certificate is valid for", Trouble::certificate_names, ErrorKind::unreachable},
    Meaning{"x509: cannot validate certificate", Trouble::certificate_names, ErrorKind::unreachable},
    Meaning{"x509: ", Trouble::unknown_authority, ErrorKind::rejected},
    Meaning{"gave HTTP response to HTTPS client", Trouble::not_kubernetes, ErrorKind::malformed_answer},
    Meaning{"first record does not look like a TLS handshake", Trouble::not_kubernetes, ErrorKind::malformed_answer},
    Meaning{"asked for the client to provide credentials", Trouble::unauthorized, ErrorKind::rejected},
    Meaning{"(Unauthorized)", Trouble::unauthorized, ErrorKind::rejected},
    Meaning{"Unauthorized", Trouble::unauthorized, ErrorKind::rejected},
    Meaning{"Apply failed with", Trouble::conflict, ErrorKind::rejected},
    Meaning{"(Conflict)", Trouble::conflict, ErrorKind::busy},
    Meaning{"Operation cannot be fulfilled", Trouble::conflict, ErrorKind::busy},
    Meaning{"the object has been modified", Trouble::conflict, ErrorKind::busy},
    Meaning{"(AlreadyExists)", Trouble::already_exists, ErrorKind::rejected},
    Meaning{"(NotFound)", Trouble::not_found, ErrorKind::rejected},
    Meaning{"(Forbidden)", Trouble::forbidden, ErrorKind::rejected},
    Meaning{" is forbidden: ", Trouble::forbidden, ErrorKind::rejected},
    Meaning{"(Invalid)", Trouble::invalid, ErrorKind::rejected},
    Meaning{" is invalid: ", Trouble::invalid, ErrorKind::rejected},
    Meaning{"The request is invalid", Trouble::invalid, ErrorKind::rejected},
    Meaning{"(BadRequest)", Trouble::invalid, ErrorKind::rejected},
    Meaning{"(TooManyRequests)", Trouble::not_ready, ErrorKind::busy},
    Meaning{"(ServiceUnavailable)", Trouble::not_ready, ErrorKind::unreachable},
    Meaning{"currently unable to handle the request", Trouble::not_ready, ErrorKind::unreachable},
    Meaning{"has prevented the request from succeeding", Trouble::not_ready, ErrorKind::busy},
    Meaning{"apiserver not ready", Trouble::not_ready, ErrorKind::unreachable},
    Meaning{"unable to return a response in the time allotted", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"(Timeout)", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"connection refused", Trouble::unreachable, ErrorKind::unreachable},
    Meaning{"was refused - did you specify", Trouble::unreachable, ErrorKind::unreachable},
    Meaning{"no route to host", Trouble::unreachable, ErrorKind::unreachable},
    Meaning{"network is unreachable", Trouble::unreachable, ErrorKind::unreachable},
    Meaning{"no such host", Trouble::unreachable, ErrorKind::unreachable},
    Meaning{"i/o timeout", Trouble::silent, ErrorKind::unreachable},
    Meaning{"TLS handshake timeout", Trouble::silent, ErrorKind::unreachable},
    Meaning{"canceled while waiting for connection", Trouble::silent, ErrorKind::unreachable},
    Meaning{"error from a previous attempt: EOF", Trouble::silent, ErrorKind::unreachable},
    Meaning{"Unable to connect to the server: EOF", Trouble::silent, ErrorKind::unreachable},
    Meaning{"context deadline exceeded", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"Client.Timeout exceeded", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"connection reset by peer", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"http2: ", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"unexpected EOF", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{": EOF", Trouble::lost, ErrorKind::outcome_unknown},
    Meaning{"cluster unreachable", Trouble::unreachable, ErrorKind::unreachable},
    Meaning{"error loading config file", Trouble::no_credentials, ErrorKind::rejected},
    Meaning{"invalid configuration", Trouble::no_credentials, ErrorKind::rejected},
    Meaning{"error: stat ", Trouble::no_credentials, ErrorKind::rejected},
    Meaning{"unknown flag", Trouble::usage, ErrorKind::rejected},
    Meaning{"unknown command", Trouble::usage, ErrorKind::rejected},
    Meaning{"unknown shorthand flag", Trouble::usage, ErrorKind::rejected},
    Meaning{"flags cannot be placed before plugin name", Trouble::usage, ErrorKind::rejected},
};

std::string_view what_to_do(Trouble trouble) {
  switch (trouble) {
    case Trouble::unknown_authority:
      return "another cluster answers there, or the kubeconfig is another cluster's: delete it, and `tbx apply` writes "
             "a new one";
    case Trouble::certificate_expired:
      return "compare the clocks of this machine and of the nodes; if they agree, delete the kubeconfig, and `tbx "
             "apply` writes a new one";
    case Trouble::unauthorized:
    case Trouble::no_credentials:
      return "delete the kubeconfig, and `tbx apply` writes a new one";
    case Trouble::certificate_names:
      return "Talos takes up a new address of its machine by itself, within a minute";
    case Trouble::not_installed:
      return "what brings this kind is not installed (yet)";
    default:
      return "";
  }
}

std::string_view trimmed(std::string_view text) {
  std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

/// `E1128 16:24:40.289545    9838 memcache.go:265] …`: klog, which says five times what the last line says once.
bool is_log_line(std::string_view line) {
  constexpr std::size_t prefix_length = 5;
  bool has_level = line.size() > prefix_length && (line[0] == 'E' || line[0] == 'W' || line[0] == 'I');
  return has_level && line[prefix_length] == ' ' && std::ranges::all_of(line.substr(1, prefix_length - 1), [](char c) {
           return std::isdigit(static_cast<unsigned char>(c)) != 0;
         });
}

/// What is said beside the failure: by kubectl, by Helm.
bool is_aside(std::string_view line) {
  return line.empty() || line.starts_with("Warning: ") || line.starts_with("level=") || is_log_line(line);
}

/// The lines that count; all of them where there are no others.
std::string without_asides(std::string_view text) {
  std::string kept;
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!is_aside(line)) {
      kept += kept.empty() ? "" : "\n";
      kept += line;
    }
  }
  return kept.empty() ? std::string(trimmed(text)) : kept;
}

/// The first line, without what kubectl and Helm begin it with.
std::string sentence_of(std::string_view text) {
  std::string_view line = trimmed(text.substr(0, text.find('\n')));
  for (std::string_view start : {"error: ", "Error: ", "Unable to connect to the server: "}) {
    if (line.starts_with(start)) {
      line.remove_prefix(start.size());
    }
  }
  return line.empty() ? "it failed without a word" : std::string(line);
}

/// An answer that is lost leaves no doubt where nothing was to be changed.
ErrorKind kind_of(ErrorKind kind, CallKind call) {
  return kind == ErrorKind::outcome_unknown && call == CallKind::looks ? ErrorKind::unreachable : kind;
}

std::string message_of(std::string_view what, std::string_view sentence, Trouble trouble) {
  std::string_view advice = what_to_do(trouble);
  return fmt::format("{}: {}{}{}", what, sentence, advice.empty() ? "" : "; ", advice);
}

}  // namespace

KubernetesFailure classify_kubernetes_failure(std::string_view stderr_text, std::string_view what, CallKind kind) {
  std::string text = without_asides(redact(stderr_text));
  auto meaning =
      std::ranges::find_if(meanings, [&](const Meaning& each) { return text.find(each.text) != std::string::npos; });
  bool is_known = meaning != meanings.end();
  Trouble trouble = is_known ? meaning->trouble : Trouble::other;
  std::string sentence = sentence_of(text);
  std::string message = message_of(what, sentence, trouble);
  return {trouble, std::move(sentence),
          Error{is_known ? kind_of(meaning->kind, kind) : ErrorKind::rejected, std::move(message), std::move(text)}};
}

Error told_as(const KubernetesFailure& failure, std::string_view what) {
  return {failure.error.kind, message_of(what, failure.sentence, failure.trouble), failure.error.detail};
}

}  // namespace tbx
