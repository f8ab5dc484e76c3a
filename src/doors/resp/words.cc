#include "base/capitals.h"
#include "doors/resp/requests.h"

#include <charconv>

namespace freshet::doors::resp {
namespace {

// Matches one character against the pattern element at `at` (not a star) and moves `at` past it.
bool MatchesOne(std::string_view pattern, size_t& at, char c) {
  char p = pattern[at++];
  if (p == '?') return true;
  if (p == '\\' && at < pattern.size()) return pattern[at++] == c;
  if (p != '[') return p == c;
  bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool found = false;
  while (at < pattern.size() && pattern[at] != ']') {
    char low = pattern[at];
    if (low == '\\' && at + 1 < pattern.size()) low = pattern[++at];
    char high = low;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      high = pattern[at + 2];
      at += 2;
    }
    ++at;
    if (low > high) std::swap(low, high);
    found = found || (c >= low && c <= high);
  }
  if (at < pattern.size()) ++at;
  return found != negated;
}

}  // namespace

bool Is(std::string_view word, std::string_view upper) {
  if (word.size() != upper.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (Capital(word[i]) != upper[i]) return false;
  }
  return true;
}

std::optional<int64_t> Integer(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Greedy with one place to come back to: at most pattern × text steps, whatever the pattern.
bool Matches(std::string_view pattern, std::string_view text) {
  size_t at = 0, place = 0;
  size_t star = std::string_view::npos, star_place = 0;
  while (place < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      star_place = place;
      continue;
    }
    if (at < pattern.size() && MatchesOne(pattern, at, text[place])) {
      ++place;
      continue;
    }
    if (star == std::string_view::npos) return false;
    at = star + 1;
    place = ++star_place;
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

}  // namespace freshet::doors::resp
