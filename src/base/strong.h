#pragma once

#include <compare>
#include <functional>

#include "base/text.h"

namespace freshet {

// A Strong<Tag, Int> is a number that only compares and adds with its own kind: an Offset is never passed
// where a PartitionId is meant. `using Offset = Strong<struct OffsetTag, int64_t>;`
template <typename Tag, typename Int>
class Strong {
 public:
  using Number = Int;

  constexpr Strong() = default;
  constexpr explicit Strong(Int number) : number_(number) {}

  constexpr Int get() const { return number_; }
  constexpr auto operator<=>(const Strong&) const = default;

  constexpr Strong operator+(Int n) const { return Strong(static_cast<Int>(number_ + n)); }
  constexpr Strong operator-(Int n) const { return Strong(static_cast<Int>(number_ - n)); }
  constexpr Int operator-(Strong other) const { return static_cast<Int>(number_ - other.number_); }
  constexpr Strong& operator+=(Int n) { number_ = static_cast<Int>(number_ + n); return *this; }
  constexpr Strong& operator++() { ++number_; return *this; }

  friend void AppendText(std::string& out, const Strong& id) { freshet::AppendText(out, id.number_); }

 private:
  Int number_ = 0;
};

}  // namespace freshet

template <typename Tag, typename Int>
struct std::hash<freshet::Strong<Tag, Int>> {
  size_t operator()(const freshet::Strong<Tag, Int>& id) const noexcept { return std::hash<Int>()(id.get()); }
};
