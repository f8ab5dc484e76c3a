#include "engines/features/key_pattern.h"

#include <algorithm>

namespace freshet::features {

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
  return pattern;
}

std::string KeyPattern::Render(const ports::EntityKey& entity) const {
  std::string key = text_before_;
  for (const Placeholder& placeholder : placeholders_) key += entity[placeholder.place] + placeholder.text_after;
  return key;
}

std::optional<ports::EntityKey> KeyPattern::Read(std::string_view key) const {
  if (!key.starts_with(text_before_)) return std::nullopt;
  key.remove_prefix(text_before_.size());
  ports::EntityKey entity(placeholders_.size());
  for (const Placeholder& placeholder : placeholders_) {
    bool last = &placeholder == &placeholders_.back();
    if (last && !key.ends_with(placeholder.text_after)) return std::nullopt;
    size_t end = last ? key.size() - placeholder.text_after.size() : key.find(placeholder.text_after);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    entity[placeholder.place] = key.substr(0, end);
    key.remove_prefix(end + placeholder.text_after.size());
  }
  return entity;
}

std::string KeyPattern::Shape() const {
  std::string shape = text_before_;
  for (const Placeholder& placeholder : placeholders_) shape += "{}" + placeholder.text_after;
  return shape;
}

}  // namespace freshet::features
