#include "data/expr/plain_search.h"

#include <algorithm>

namespace freshet::expr {
namespace {

using Text = std::string_view;

bool IsItself(char c) { return c >= ' ' && c < 0x7f && Text("()[]{}|.^$*?+\\").find(c) == Text::npos; }
size_t Plain(Text pattern) { return static_cast<size_t>(std::find_if_not(pattern.begin(), pattern.end(), IsItself) - pattern.begin()); }
bool IsAscii(Text text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

// (x|^) or (^|x).
bool PlainSearch::ReadFront(Text& pattern) {
  if (!pattern.starts_with('(')) return true;
  size_t close = pattern.find(')');
  if (close == Text::npos) return false;
  Text inside = pattern.substr(1, close - 1);
  if (inside.starts_with("^|")) inside.remove_prefix(2);
  else if (inside.ends_with("|^")) inside.remove_suffix(2);
  else return false;
  pattern.remove_prefix(close + 1);
  whole_ = inside;
  front_ = inside.size();
  has_front_ = true;
  return !inside.empty() && Plain(inside) == inside.size() && !pattern.empty() && pattern[0] != inside[0];
}

// Nothing, or ([^c]*) or ([^c]+).
bool PlainSearch::ReadRest(Text pattern) {
  has_rest_ = !pattern.empty();
  if (!has_rest_) return true;
  bool shape = pattern.size() == 7 && pattern.starts_with("([^") && pattern[4] == ']' && (pattern[5] == '*' || pattern[5] == '+') && pattern[6] == ')';
  if (!shape) return false;
  stop_ = pattern[3];
  rest_needed_ = pattern[5] == '+';
  return IsItself(stop_);
}

std::optional<PlainSearch> PlainSearch::Of(Text pattern) {
  PlainSearch search;
  if (!search.ReadFront(pattern)) return std::nullopt;
  size_t length = Plain(pattern);
  bool repeated = length < pattern.size() && pattern[length] != '(';
  if (length == 0 || repeated || !search.ReadRest(pattern.substr(length))) return std::nullopt;
  search.whole_ += pattern.substr(0, length);
  return search;
}

PlainSearch::Outcome PlainSearch::Find(Text text, Text* groups) const {
  const Text wanted = Text(whole_).substr(front_);
  for (size_t from = 0;;) {
    size_t at = text.find(wanted, from);
    if (at == Text::npos) return Outcome::kNone;
    from = at + 1;
    bool behind_front = at >= front_ && text.substr(at - front_, front_) == Text(whole_).substr(0, front_);
    if (!behind_front && at != 0) continue;
    size_t begin = behind_front ? at - front_ : 0, rest = at + wanted.size(), end = rest;
    if (has_rest_) end = std::min(text.find(stop_, rest), text.size());
    if (rest_needed_ && end == rest) continue;
    if (!IsAscii(text.substr(rest, end - rest))) return Outcome::kUnclear;
    *groups++ = text.substr(begin, end - begin);
    if (has_front_) *groups++ = text.substr(begin, at - begin);
    if (has_rest_) *groups = text.substr(rest, end - rest);
    return Outcome::kFound;
  }
}

}  // namespace freshet::expr
