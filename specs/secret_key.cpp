#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "specs/mask.h"

namespace tbx {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// `adminAPIKey2` and `ADMIN_API_KEY` are both admin, api, key.
std::vector<std::string> words_of(std::string_view key) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < key.size(); ++i) {
    const char c = key[i];
    const bool begins_word =
        is_upper(c) && i > 0 && (!is_upper(key[i - 1]) || (i + 1 < key.size() && is_lower(key[i + 1])));
    if (begins_word || !(is_upper(c) || is_lower(c))) finish();
    if (is_upper(c) || is_lower(c)) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (is_decimal(c) && !words.empty() && words.back() == "base") words.pop_back();  // passwordBase64 is a password
  }
  finish();
  return words;
}

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& list, std::string_view word) {
  return std::ranges::count(list, word) > 0;
}

constexpr std::array<std::string_view, 22> secret_words{
    "password", "passwords",  "passwd",  "passphrase",      "pass",       "pwd",
    "secret",   "secrets",    "token",   "tokens",          "credential", "credentials",
    "psk",      "apikey",     "authkey", "secretkey",       "privatekey", "accesskey",
    "htpasswd", "kubeconfig", "bearer",  "dockerconfigjson"};

/// What makes a secret of the `key` that follows.
constexpr std::array<std::string_view, 12> secret_kinds_of_key{"api",        "private", "secret",  "access",
                                                               "encryption", "signing", "auth",    "shared",
                                                               "license",    "master",  "account", "pre"};

/// `existingSecret` names one, `useToken` switches one on.
constexpr std::array<std::string_view, 14> talking_about{"existing", "use",      "has",    "with",   "is",
                                                         "allow",    "generate", "create", "rotate", "automount",
                                                         "mount",    "image",    "enable", "pull"};

bool ends_in_secret(const std::vector<std::string>& words) {
  const std::string& last = words.back();
  const std::string before = words.size() > 1 ? words[words.size() - 2] : "";
  if (last == "key" || last == "keys") return is_one_of(secret_kinds_of_key, before);
  if (last == "url")
    return before == "webhook" || (before == "api" && words.size() > 2);  // Slack's are enough to write
  if (last == "value" || last == "hash" || last == "plaintext") return is_one_of(secret_words, before);
  return is_one_of(secret_words, last);
}

}  // namespace

bool is_secret_key(std::string_view key) {
  constexpr std::size_t longest_key = 128;
  const std::vector<std::string> words = words_of(key.substr(0, longest_key));
  if (words.empty() || !ends_in_secret(words)) return false;
  return std::ranges::none_of(words, [](const std::string& word) { return is_one_of(talking_about, word); });
}

bool is_secret_value(std::string_view value) {
  constexpr std::string_view encoded_pem = "LS0tLS1CRUdJTi";  // base64 of -----BEGIN
  if (value.starts_with(encoded_pem)) return true;
  if (value.find("PRIVATE KEY-----") != std::string_view::npos) return true;
  if (value.find("kind: Secret") != std::string_view::npos) return true;  // a manifest inside a text
  const std::size_t scheme = value.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view authority = value.substr(scheme + 3, value.find_first_of("/?# ", scheme + 3) - scheme - 3);
  const std::size_t at = authority.rfind('@');
  return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
}

}  // namespace tbx
