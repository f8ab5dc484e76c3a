#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/features.h"

namespace freshet::features {

// A KeyPattern such as "user:{user_id}:features" turns an entity into a key and back. Between two placeholders there is
// text; with several placeholders, values that contain that text do not come back and are not shown as keys. Immutable.
class KeyPattern {
 public:
  // Every name of `entity` once and no other; kInvalid otherwise.
  static Result<KeyPattern> Parse(std::string_view text, const std::vector<std::string>& entity);

  std::string Render(const ports::EntityKey& entity) const;
  std::optional<ports::EntityKey> Read(std::string_view key) const;
  // With its placeholders' names taken out: two views of one shape would claim the same keys.
  std::string Shape() const;

 private:
  struct Placeholder {
    size_t place;            // in the entity
    std::string text_after;  // up to the next placeholder or the end
  };
  std::string text_before_;
  std::vector<Placeholder> placeholders_;
};

}  // namespace freshet::features
