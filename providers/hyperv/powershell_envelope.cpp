#include "providers/hyperv/powershell_envelope.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "providers/base64.h"
#include "specs/embedded.h"
#include "specs/encoding.h"

namespace tbx {

namespace {

using nlohmann::json;

constexpr std::string_view sentinel = "@TBX1 ";
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// Over ssh a command line has 8191 characters at most, and each of the script becomes 2.67 of them.
std::string without_comments(std::string_view script) {
  std::string code;
  while (!script.empty()) {
    const std::size_t length = std::min(script.find('\n'), script.size() - 1) + 1;
    if (!script.starts_with('#')) {
      code += script.substr(0, length);
    }
    script.remove_prefix(length);
  }
  return code;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// It comes as text, as all of a failure does.
int number_of(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::max(number, 0);
}

/// HResult is the same for all errors of Hyper-V: what tells them apart stands in the message, as in
/// "The file exists. (0x80070050)". Some hosts put it in quotes.
std::string code_in(std::string_view message) {
  constexpr std::size_t digits = 8;
  for (std::size_t at = message.find("0x"); at != std::string_view::npos; at = message.find("0x", at + 1)) {
    const std::string_view before = message.substr(0, at);
    const std::string_view code = message.substr(at + 2, digits);
    const std::string_view after = message.substr(std::min(at + 2 + digits, message.size()));
    const bool all_digits = code.size() == digits &&
                            std::ranges::all_of(code, [](unsigned char letter) { return std::isxdigit(letter) != 0; });
    const bool stands_alone =
        (before.ends_with('(') && after.starts_with(')')) || (before.ends_with("('") && after.starts_with("')"));
    if (all_digits && stands_alone) {
      std::string text = "0x";
      std::ranges::transform(code, std::back_inserter(text),
                             [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
      return text;
    }
  }
  return {};
}

PowerShellFailure failure_of(const json& error) {
  const std::string message = text_of(error, "message");
  std::string code = code_in(message);
  // Errors of files have theirs there alone: one of Windows, such as a file that somebody holds.
  if (const std::string own = text_of(error, "hresult"); code.empty() && own.starts_with("0x8007")) code = own;
  return {text_of(error, "id"), text_of(error, "category"), message, std::move(code),
          number_of(text_of(error, "line"))};
}

}  // namespace

std::vector<std::string> powershell_arguments() {
  const std::string bootstrap = to_base64(utf16_of(without_comments(embedded_script("bootstrap"))));
  return {"-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand", bootstrap};
}

Result<std::string> request_line(int number, const PowerShellRequest& request) {
  const json envelope = {{"n", number}, {"script", request.script}, {"args", request.arguments}};
  try {
    return to_base64(envelope.dump()) + "\n";
  } catch (const json::type_error&) {
    return failure(ErrorKind::rejected, "a value for Windows PowerShell is not UTF-8");
  }
}

std::optional<PowerShellAnswer> read_answer(std::string_view line) {
  if (line.starts_with(utf8_mark)) {
    line.remove_prefix(utf8_mark.size());
  }
  if (!line.starts_with(sentinel)) {
    return std::nullopt;
  }
  const auto text = from_base64(line.substr(sentinel.size()));
  const json envelope = text ? json::parse(*text, nullptr, false) : json(json::value_t::discarded);
  if (!envelope.is_object() || !envelope.contains("n") || !envelope["n"].is_number_integer() ||
      !envelope.contains("ok") || !envelope["ok"].is_boolean()) {
    return PowerShellAnswer{};
  }
  PowerShellAnswer answer{envelope["n"].get<int>(), envelope.value("result", json()), {}};
  if (!envelope["ok"].get<bool>()) {
    answer.failure = failure_of(envelope.value("error", json::object()));
  }
  return answer;
}

}  // namespace tbx
