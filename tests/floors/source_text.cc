#include "floors/source_text.h"

#include <algorithm>
#include <regex>

namespace freshet::floors {
namespace {

// Blanks [from, to) but for line ends.
void Blank(std::string& text, size_t from, size_t to) {
  for (size_t i = from; i < std::min(to, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

// Where a quoted literal that opens at `at` ends (just past its closing quote).
size_t EndOfQuoted(std::string_view text, size_t at) {
  char quote = text[at];
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == quote || text[i] == '\n') return i + 1;
  }
  return text.size();
}

// Where the raw string ends whose opening quote is at `at`.
size_t EndOfRaw(std::string_view text, size_t at) {
  size_t open = text.find('(', at);
  if (open == std::string_view::npos) return text.size();
  std::string closing = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
  size_t end = text.find(closing, open);
  return end == std::string_view::npos ? text.size() : end + closing.size();
}

bool IsWord(char c) { return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

}  // namespace

std::string CodeOnly(std::string_view text) {
  std::string code(text);
  for (size_t i = 0; i < text.size();) {
    if (text.substr(i, 2) == "//") {
      size_t end = std::min(text.find('\n', i), text.size());
      Blank(code, i, end);
      i = end;
    } else if (text.substr(i, 2) == "/*") {
      size_t end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
      Blank(code, i, end);
      i = end;
    } else if (text[i] == '"' && i > 0 && text[i - 1] == 'R' && (i < 2 || !IsWord(text[i - 2]) || text[i - 2] == 'u')) {
      size_t end = EndOfRaw(text, i);
      Blank(code, i + 1, end - 1);
      i = end;
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !IsWord(text[i - 1])))) {
      size_t end = EndOfQuoted(text, i);
      Blank(code, i + 1, end - 1);
      i = end;
    } else {
      ++i;
    }
  }
  return code;
}

std::vector<Include> IncludesOf(std::string_view text) {
  std::vector<Include> includes;
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  int line = 0;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string one(text.substr(at, end - at));
    ++line;
    std::smatch match;
    if (std::regex_search(one, match, kInclude)) includes.push_back({line, match[2], match[1] == "\""});
    at = end + 1;
  }
  return includes;
}

int LineAt(std::string_view text, size_t position) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size())), '\n'));
}

}  // namespace freshet::floors
