#include "base/nearest.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace freshet {
namespace {

// Letters that are missing, too many, other ones, or two that have changed places.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), last[j] + 1, row[j - 1] + 1});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

constexpr size_t kLongestCompared = 256;

}  // namespace

std::string DidYouMean(std::string_view wanted, std::span<const std::string_view> known) {
  if (wanted.size() > kLongestCompared) return "";
  std::string_view nearest;
  size_t least = std::min<size_t>(5, 1 + wanted.size() / 3);
  for (std::string_view word : known) {
    size_t distance = Distance(wanted, word);
    if (distance >= least) continue;
    least = distance;
    nearest = word;
  }
  return nearest.empty() ? "" : StrCat("; did you mean '", nearest, "'?");
}

}  // namespace freshet
