#include "data/known_words.h"

#include "base/nearest.h"
#include "base/text.h"

namespace freshet::data {

std::string InsteadOf(std::string_view wanted, std::span<const std::string_view> known) {
  std::string out = DidYouMean(wanted, known);
  if (!out.empty()) return out;
  for (std::string_view word : known) out += StrCat(out.empty() ? "; known are " : ", ", word);
  return out;
}

}  // namespace freshet::data
