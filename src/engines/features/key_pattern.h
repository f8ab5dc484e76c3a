#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/features.h"

namespace freshet::features {

// A KeyPattern such as "trip:{origin}:{carrier}" turns an entity into a key and back, and different entities into different keys: between
// two placeholders there is text, and in the values before the last one its characters and % are written as %3A (docs/decisions/0322). Immutable.
class KeyPattern {
 public:
  // Every name of `entity` once and no other; kInvalid otherwise.
  static Result<KeyPattern> Parse(std::string_view text, const std::vector<std::string>& entity);

  std::string Render(const ports::EntityKey& entity) const;
  // Nothing for what Render does not write.
  std::optional<ports::EntityKey> Read(std::string_view key) const;
  // With its placeholders' names taken out: two views of one shape would claim the same keys.
  std::string Shape() const;

 private:
  struct Placeholder {
    size_t place;            // in the entity
    std::string text_after;  // up to the next placeholder or the end
  };
  std::string Escaped(const std::string& value) const;
  std::string text_before_;
  std::vector<Placeholder> placeholders_;
  std::string separators_;  // the characters of the texts between placeholders, and %; none with one placeholder
};

}  // namespace freshet::features
