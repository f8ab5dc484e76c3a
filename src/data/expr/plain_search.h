#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshet::expr {

// A regular expression that is a search for a text and the bytes behind it, as who looks for a field of an address writes it: (&|^)id=([^&]*). It is found by looking for the text, and answers
// as RE2 would, or not at all. Never changed.
class PlainSearch {
 public:
  // Absent: the pattern is of another shape. In front of the text may stand (x|^) or (^|x), where the text begins with another character than x; behind it ([^c]*) or ([^c]+). All is
  // ASCII that means itself.
  static std::optional<PlainSearch> Of(std::string_view pattern);

  enum class Outcome : unsigned char { kNone, kFound, kUnclear };
  static constexpr size_t kGroupsMost = 3;
  // The first match: into `groups` as a whole, then what the pattern's groups took. kUnclear: the bytes behind the text are not all ASCII.
  Outcome Find(std::string_view text, std::string_view* groups) const;

 private:
  bool ReadFront(std::string_view& pattern);
  bool ReadRest(std::string_view pattern);

  std::string whole_;          // front and text
  size_t front_ = 0;           // bytes of whole_ that the beginning of a text stands for as well
  bool has_front_ = false;
  bool has_rest_ = false;
  bool rest_needed_ = false;   // of one byte at least
  char stop_ = 0;              // before which the rest ends
};

}  // namespace freshet::expr
