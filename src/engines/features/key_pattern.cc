#include "engines/features/key_pattern.h"

#include <algorithm>

namespace freshet::features {
namespace {

int DigitOf(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

// %3A is ':'; a % with other things behind it stays.
std::string Unescaped(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    int high = text[at] == '%' && at + 2 < text.size() ? DigitOf(text[at + 1]) : -1;
    int low = high < 0 ? -1 : DigitOf(text[at + 2]);
    if (low < 0) {
      out += text[at];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return out;
}

}  // namespace

Result<KeyPattern> KeyPattern::Parse(std::string_view text, const std::vector<std::string>& entity) {
  KeyPattern pattern;
  std::vector<bool> used(entity.size());
  std::string* literal = &pattern.text_before_;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '{') {
      literal->push_back(text[at++]);
      continue;
    }
    size_t end = text.find('}', at);
    if (end == std::string_view::npos) return Fault::Invalid("'", text, "' has a { without its }");
    std::string_view name = text.substr(at + 1, end - at - 1);
    auto found = std::find(entity.begin(), entity.end(), name);
    if (found == entity.end()) return Fault::Invalid("'", text, "': {", name, "} is not a key of the entity");
    auto place = static_cast<size_t>(found - entity.begin());
    if (used[place]) return Fault::Invalid("'", text, "': {", name, "} stands twice");
    used[place] = true;
    if (!pattern.placeholders_.empty() && pattern.placeholders_.back().text_after.empty()) {
      return Fault::Invalid("'", text, "': between two placeholders there must be text, or their values cannot be told apart");
    }
    pattern.placeholders_.push_back({place, {}});
    literal = &pattern.placeholders_.back().text_after;
    at = end + 1;
  }
  for (size_t i = 0; i < entity.size(); ++i) {
    if (!used[i]) return Fault::Invalid("'", text, "' lacks {", entity[i], "}");
  }
  for (size_t i = 0; i + 1 < pattern.placeholders_.size(); ++i) pattern.separators_ += pattern.placeholders_[i].text_after;
  if (!pattern.separators_.empty()) pattern.separators_ += '%';
  return pattern;
}

std::string KeyPattern::Escaped(const std::string& value) const {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (char letter : value) {
    if (separators_.find(letter) == std::string::npos) {
      out += letter;
      continue;
    }
    auto byte = static_cast<unsigned char>(letter);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

std::string KeyPattern::Render(const ports::EntityKey& entity) const {
  std::string key = text_before_;
  for (const Placeholder& placeholder : placeholders_) {
    bool last = &placeholder == &placeholders_.back();
    const std::string& value = entity[placeholder.place];
    key += (last ? value : Escaped(value)) + placeholder.text_after;
  }
  return key;
}

std::optional<ports::EntityKey> KeyPattern::Read(std::string_view whole) const {
  std::string_view key = whole;
  if (!key.starts_with(text_before_)) return std::nullopt;
  key.remove_prefix(text_before_.size());
  ports::EntityKey entity(placeholders_.size());
  for (const Placeholder& placeholder : placeholders_) {
    bool last = &placeholder == &placeholders_.back();
    if (last && !key.ends_with(placeholder.text_after)) return std::nullopt;
    size_t end = last ? key.size() - placeholder.text_after.size() : key.find(placeholder.text_after);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    entity[placeholder.place] = last ? std::string(key.substr(0, end)) : Unescaped(key.substr(0, end));
    key.remove_prefix(end + placeholder.text_after.size());
  }
  // One entity has one key: what is escaped without need, or wrongly, is none.
  if (!separators_.empty() && Render(entity) != whole) return std::nullopt;
  return entity;
}

std::string KeyPattern::Shape() const {
  std::string shape = text_before_;
  for (const Placeholder& placeholder : placeholders_) shape += "{}" + placeholder.text_after;
  return shape;
}

}  // namespace freshet::features
