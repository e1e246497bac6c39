#include "providers/redact.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace tbx {

namespace {

constexpr std::string_view hidden = "(secret)";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_base64(char c) { return is_word(c) || c == '+' || c == '/' || c == '-' || c == '_'; }
bool is_token_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string_view without_usage(std::string_view text) { return text.substr(0, text.find("\n\nUsage:")); }

/// "    crt: LS0t…" to "    crt:"; nothing for a line that is no key, such as the rest of a longer value.
std::optional<std::string_view> key_of(std::string_view line) {
  std::size_t start = line.find_first_not_of(" -");
  std::size_t colon = start == std::string_view::npos ? start : line.find(':', start);
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view name = line.substr(start, colon - start);
  bool is_name =
      std::ranges::all_of(name, [](char c) { return is_word(c) || c == '.' || c == '/' || c == '-' || c == '_'; });
  constexpr std::size_t longest_key = 63;
  bool ends = colon + 1 == line.size() || line[colon + 1] == ' ';
  return is_name && ends && name.size() <= longest_key ? std::optional(line.substr(0, colon + 1)) : std::nullopt;
}

std::size_t indentation(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// The names of the keys of a YAML text, with their indentation. What stands below `key: |` is a value.
std::string keys_only(std::string_view yaml) {
  std::string keys;
  std::optional<std::size_t> block;
  while (!yaml.empty()) {
    std::size_t end = yaml.find('\n');
    std::string_view line = yaml.substr(0, end);
    yaml.remove_prefix(end == std::string_view::npos ? yaml.size() : end + 1);
    if (line.empty() || (block && indentation(line) > *block)) {
      continue;
    }
    block.reset();
    if (auto key = key_of(line)) {
      keys += '\n';
      keys += *key;
      std::string_view value = line.substr(key->size());
      bool begins_block =
          value.find_first_of("|>") != std::string_view::npos || value.find_first_of("\"'") != std::string_view::npos;
      block = begins_block ? std::optional(indentation(line)) : std::nullopt;
    }
  }
  return keys;
}

/// Long base64, as certificates, keys and 32-byte secrets are written. A hash in hex or a UUID is none.
bool is_secret_run(std::string_view run, std::string_view behind) {
  constexpr std::size_t pem_start_length = 6;
  constexpr std::size_t secret_length = 43;
  if (run.substr(0, pem_start_length) == "LS0tLS") {
    return true;
  }
  if (run.size() == secret_length && behind.starts_with('=')) {
    return true;
  }
  constexpr std::size_t path_length = 80;
  return run.size() > path_length && std::ranges::none_of(run, [](char c) { return c == '-' || c == '_'; });
}

/// `abcdef.0123456789abcdef` at the start of `text`.
bool starts_with_token(std::string_view text) {
  constexpr std::size_t id_length = 6;
  constexpr std::size_t token_length = 23;
  if (text.size() < token_length || text[id_length] != '.') {
    return false;
  }
  for (std::size_t i = 0; i < token_length; ++i) {
    if (i != id_length && !is_token_char(text[i])) return false;
  }
  return text.size() == token_length || !is_word(text[token_length]);
}

/// The length of the JSON web token at the start of `text`, as service accounts have them; 0 for none.
std::size_t web_token_length(std::string_view text) {
  constexpr std::string_view json_object = "eyJ";
  if (!text.starts_with(json_object)) {
    return 0;
  }
  auto end = std::ranges::find_if_not(text, [](char c) { return is_base64(c) || c == '.'; });
  std::string_view token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  return token.find('.') == std::string_view::npos ? 0 : token.size();
}

/// The length of the secret at the start of `text`; 0 for none.
std::size_t secret_length(std::string_view text) {
  constexpr std::size_t token_length = 23;
  constexpr std::string_view pem = "-----BEGIN ";
  if (text.starts_with(pem)) {
    std::size_t end = text.find("-----END ");
    std::size_t line = end == std::string_view::npos ? end : text.find_first_of("\n\"'", end);
    return std::min(line, text.size());
  }
  if (starts_with_token(text)) {
    return token_length;
  }
  if (std::size_t web_token = web_token_length(text); web_token > 0) {
    return web_token;
  }
  std::size_t run = static_cast<std::size_t>(std::ranges::find_if_not(text, is_base64) - text.begin());
  if (!is_secret_run(text.substr(0, run), text.substr(run))) {
    return 0;
  }
  while (run < text.size() && text[run] == '=') ++run;
  return run;
}

std::string without_secrets(std::string_view text) {
  std::string clean;
  bool at_start = true;
  while (!text.empty()) {
    std::size_t secret = at_start ? secret_length(text) : 0;
    if (secret > 0) {
      clean += hidden;
    } else {
      clean += text.front();
      secret = 1;
    }
    at_start = !is_base64(text[secret - 1]);
    text.remove_prefix(secret);
  }
  return clean;
}

/// go-yaml quotes the value that has the wrong type: cannot unmarshal !!str `hunter2` into bool.
std::string without_quoted_values(std::string text) {
  constexpr std::string_view start = "cannot unmarshal !!";
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + start.size())) {
    std::size_t open = text.find('`', at);
    std::size_t close = open == std::string::npos ? open : text.find('`', open + 1);
    if (close == std::string::npos) break;
    text.replace(open, close - open + 1, "`...`");
  }
  return text;
}

}  // namespace

std::string redact(std::string_view text) {
  text = without_usage(text);
  constexpr std::string_view decoding = "during decoding:";
  std::size_t end = text.find(decoding);
  std::string clean(text.substr(0, end));
  if (end != std::string_view::npos) {
    clean += decoding;
    clean += keys_only(text.substr(end + decoding.size()));
  }
  return without_quoted_values(without_secrets(clean));
}

std::string last_words(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  std::size_t end = text.find_last_not_of(white_space);
  if (end == std::string_view::npos) {
    return "it failed without a word";
  }
  text = text.substr(0, end + 1);
  std::size_t start = text.find_last_of('\n');
  std::string_view line = text.substr(start == std::string_view::npos ? 0 : start + 1);
  return std::string(line.substr(line.find_first_not_of(white_space)));
}

}  // namespace tbx
