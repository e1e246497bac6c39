#include "providers/helm/helm_failure.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "providers/kubernetes_failure.h"
#include "providers/redact.h"
#include "specs/mask.h"

namespace tbx {

namespace {

using nlohmann::json;

struct Meaning {
  std::string_view text;  ///< somewhere in stderr
  HelmTrouble trouble;
  ErrorKind kind;
  std::string_view what_to_do = {};
};

constexpr std::string_view another_helm =
    "another helm works on it, or one was killed while it did; once it is older than an install may take, tbx unlocks "
    "it";
constexpr std::string_view look_at_chart = "look at chart, repo and version of the addon";
constexpr std::string_view look_at_network = "look at chart and repo of the addon, and at this machine's network";
constexpr std::string_view somebody_elses =
    "somebody else made that object: delete it, or take the addon out of the file";

/// First match counts. What helm says of a chart's source holds the same words as what it says of the API server.
constexpr std::array meanings = {
    Meaning{"another operation (install/upgrade/rollback) is in progress", HelmTrouble::locked, ErrorKind::busy,
            another_helm},
    Meaning{"release: not found", HelmTrouble::not_found, ErrorKind::rejected},
    Meaning{"release: already exists", HelmTrouble::locked, ErrorKind::busy, another_helm},
    Meaning{"cannot be imported into the current release", HelmTrouble::not_ours, ErrorKind::rejected, somebody_elses},
    Meaning{"the specifications of the schema", HelmTrouble::invalid_values, ErrorKind::rejected,
            "correct the values of the addon"},
    Meaning{"chart requires kubeVersion", HelmTrouble::not_possible, ErrorKind::rejected},
    Meaning{"404 Not Found", HelmTrouble::chart_not_found, ErrorKind::rejected, look_at_chart},
    Meaning{"is not a valid chart repository or cannot be reached", HelmTrouble::chart_unreachable,
            ErrorKind::unreachable, look_at_network},
    Meaning{"failed to perform \"", HelmTrouble::chart_unreachable, ErrorKind::unreachable, look_at_network},
    Meaning{"failed to do request", HelmTrouble::chart_unreachable, ErrorKind::unreachable, look_at_network},
    Meaning{"failed to fetch ", HelmTrouble::chart_unreachable, ErrorKind::unreachable, look_at_network},
    Meaning{" not found in ", HelmTrouble::chart_not_found, ErrorKind::rejected, look_at_chart},
    Meaning{"unable to locate any tags", HelmTrouble::chart_not_found, ErrorKind::rejected, look_at_chart},
    Meaning{": not found", HelmTrouble::chart_not_found, ErrorKind::rejected, look_at_chart},
    Meaning{"Error: path \"", HelmTrouble::chart_not_found, ErrorKind::rejected, look_at_chart},
    Meaning{"Chart.yaml file is missing", HelmTrouble::chart_not_found, ErrorKind::rejected, look_at_chart},
    Meaning{"missing in charts/ directory", HelmTrouble::chart_not_found, ErrorKind::rejected,
            "run `helm dependency build` in the chart's folder"},
    Meaning{"no matches for kind", HelmTrouble::chart_fails, ErrorKind::rejected,
            "the definition of that kind is not there: apply it, or install what brings it first"},
    Meaning{"failed to delete release", HelmTrouble::not_possible, ErrorKind::rejected,
            "the definition of one of its kinds may be gone: apply it (helm show crds CHART), and apply again"},
    Meaning{"field is immutable", HelmTrouble::not_possible, ErrorKind::rejected,
            "delete that object, and apply again"},
    Meaning{"updates to statefulset spec for fields other than", HelmTrouble::not_possible, ErrorKind::rejected,
            "delete that object (--cascade=orphan keeps its pods), and apply again"},
    Meaning{"Too long: must have at most", HelmTrouble::not_possible, ErrorKind::rejected,
            "Helm's record of the release is too large: make the values smaller"},
    Meaning{"has no deployed releases", HelmTrouble::not_possible, ErrorKind::rejected},
    Meaning{"execution error at", HelmTrouble::chart_fails, ErrorKind::rejected, "correct the values of the addon"},
    Meaning{"template: ", HelmTrouble::chart_fails, ErrorKind::rejected, "correct the values of the addon"},
    Meaning{"YAML parse error", HelmTrouble::chart_fails, ErrorKind::rejected, "correct the values of the addon"},
    Meaning{"timed out waiting for the condition", HelmTrouble::not_finished, ErrorKind::outcome_unknown},
    Meaning{"context deadline exceeded", HelmTrouble::not_finished, ErrorKind::outcome_unknown},
    Meaning{"context canceled", HelmTrouble::not_finished, ErrorKind::outcome_unknown},
};

bool is_beside(std::string_view line) {
  return line.empty() || line.starts_with("level=") || line.starts_with("WARNING: ") || line.starts_with("Warning: ") ||
         (line.starts_with("Release \"") && line.find("does not exist. Installing it now") != std::string_view::npos);
}

/// What counts in one line: the bullets of a schema violation stand on lines of their own.
std::string sentence_of(std::string_view text) {
  constexpr std::size_t longest = 1000;
  std::string sentence;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (is_beside(line)) continue;
    if (line.starts_with("Error: ")) line.remove_prefix(std::string_view("Error: ").size());
    line.remove_prefix(std::min(line.find_first_not_of("\t "), line.size()));
    const bool is_bullet = line.starts_with("- ") || line.starts_with("* ");
    const bool goes_on = sentence.empty() || sentence.back() == ':';
    sentence += sentence.empty() ? "" : goes_on ? " " : "; ";
    sentence += is_bullet ? line.substr(2) : line;
  }
  if (sentence.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(sentence[end]) & 0xC0U) == 0x80U) --end;  // within a character
    sentence = sentence.substr(0, end) + " …";
  }
  return sentence.empty() ? "it failed without a word" : sentence;
}

/// Helm says so of its first question only: before it did anything.
bool did_nothing(std::string_view text) { return text.find("cluster unreachable") != std::string_view::npos; }

HelmFailure of_kubernetes(std::string_view text, std::string_view what) {
  KubernetesFailure failure =
      classify_kubernetes_failure(text, what, did_nothing(text) ? CallKind::looks : CallKind::changes);
  failure.sentence = sentence_of(failure.error.detail);
  Error error = told_as(failure, what);
  const bool may_be_half_done = error.kind == ErrorKind::unreachable && !did_nothing(text);
  error.kind = may_be_half_done ? ErrorKind::outcome_unknown : error.kind;
  return {HelmTrouble::of_kubernetes, std::move(error)};
}

/// Both trees have the same shape: masking changes leaves only.
void collect_secrets(const json& values, const json& masked, std::vector<std::string>& texts) {
  if (values.is_structured() && masked.type() == values.type()) {
    auto other = masked.begin();
    for (auto each = values.begin(); each != values.end(); ++each, ++other) collect_secrets(*each, *other, texts);
  } else if (values != masked) {
    texts.push_back(values.is_string() ? values.get<std::string>() : values.dump());
  }
}

std::string as_base64(const std::string& text) {
  std::string encoded(sodium_base64_ENCODED_LEN(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  encoded.pop_back();
  return encoded;
}

/// As Go and YAML may print it: quoted, encoded as a Secret holds it, or line by line.
std::vector<std::string> ways_to_print(const std::string& secret) {
  const std::string quoted = json(secret).dump();
  std::vector<std::string> ways{secret, quoted.substr(1, quoted.size() - 2), as_base64(secret)};
  for (std::size_t start = 0; secret.find('\n') != std::string::npos && start < secret.size();) {
    const std::size_t end = std::min(secret.find('\n', start), secret.size());
    constexpr std::size_t shortest_line = 8;
    if (end - start >= shortest_line) ways.push_back(secret.substr(start, end - start));
    start = end + 1;
  }
  return ways;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool stands_alone(const std::string& text, std::size_t at, std::size_t size) {
  return (at == 0 || !is_word(text[at - 1])) && (at + size == text.size() || !is_word(text[at + size]));
}

}  // namespace

SecretTexts::SecretTexts(const std::string& values) {
  const json clear = json::parse(values, nullptr, false);
  const json masked = json::parse(mask_secrets(values, nullptr), nullptr, false);
  std::vector<std::string> secrets;
  collect_secrets(clear, masked, secrets);
  for (const std::string& secret : secrets) {
    for (std::string& way : ways_to_print(secret)) {
      if (!way.empty()) texts_.push_back(std::move(way));
    }
  }
  std::ranges::sort(texts_, std::greater{}, [](const std::string& text) { return std::pair(text.size(), text); });
  texts_.erase(std::ranges::unique(texts_).begin(), texts_.end());
}

std::string SecretTexts::hide(std::string text) const {
  constexpr std::string_view hidden = "(secret)";
  constexpr std::size_t shortest_anywhere = 4;
  for (const std::string& secret : texts_) {
    for (std::size_t at = text.find(secret); at != std::string::npos;) {
      const bool is_it = secret.size() >= shortest_anywhere || stands_alone(text, at, secret.size());
      if (is_it) text.replace(at, secret.size(), hidden);
      at = text.find(secret, at + (is_it ? hidden.size() : 1));
    }
  }
  return text;
}

HelmFailure classify_helm_failure(std::string_view stderr_text, std::string_view what, const SecretTexts& secrets) {
  const std::string text = redact(secrets.hide(std::string(stderr_text)));
  const auto meaning =
      std::ranges::find_if(meanings, [&](const Meaning& each) { return text.find(each.text) != std::string::npos; });
  if (did_nothing(text) || meaning == meanings.end()) {
    return of_kubernetes(text, what);
  }
  std::string message =
      fmt::format("{}: {}{}{}", what, sentence_of(text), meaning->what_to_do.empty() ? "" : "; ", meaning->what_to_do);
  return {meaning->trouble, Error{meaning->kind, std::move(message), text}};
}

}  // namespace tbx
