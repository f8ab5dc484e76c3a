#include "data/expr/element.h"

#include <cmath>

#include "data/expr/kernel.h"

namespace freshet::expr {
namespace {

using data::Column;
using data::Physical;

std::pair<int, int> PartsOf(const Column& column, int row) {
  if (column.type.kind() == data::Kind::kRow) return {column.Base(row), column.Base(row) + 1};
  return column.Range(row);
}

bool SameNested(const Column& a, int i, const Column& b, int j) {
  auto [a_begin, a_end] = PartsOf(a, i);
  auto [b_begin, b_end] = PartsOf(b, j);
  if (a_end - a_begin != b_end - b_begin) return false;
  for (size_t c = 0; c < a.children.size(); ++c) {
    for (int k = 0; k < a_end - a_begin; ++k) {
      if (!SameElement(*a.children[c], a_begin + k, *b.children[c], b_begin + k)) return false;
    }
  }
  return true;
}

template <typename T>
int Order(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a) || std::isnan(b)) return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  }
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

bool SameElement(const Column& a, int i, const Column& b, int j) {
  if (a.IsNull(i) || b.IsNull(j)) return a.IsNull(i) && b.IsNull(j);
  if (a.type.IsNested()) return SameNested(a, i, b, j);
  return CompareElements(a, i, b, j) == 0;
}

int CompareElements(const Column& a, int i, const Column& b, int j) {
  return VisitPhysical(a.type.physical(), [&](auto tag) {
    using T = decltype(tag);
    if constexpr (std::is_same_v<T, std::string_view>) return Order(a.String(i), b.String(j));
    else return Order(a.Value<T>(i), b.Value<T>(j));
  });
}

void AppendElement(std::string& out, const Column& column, int row) {
  bool null = column.IsNull(row);
  out += null ? '\0' : '\1';
  if (null) return;
  if (column.type.IsNested()) {
    auto [begin, end] = PartsOf(column, row);
    out += StrCat(end - begin, ':');
    for (const auto& child : column.children) {
      for (int k = begin; k < end; ++k) AppendElement(out, *child, k);
    }
    return;
  }
  VisitPhysical(column.type.physical(), [&](auto tag) {
    using T = decltype(tag);
    if constexpr (std::is_same_v<T, std::string_view>) {
      std::string_view text = column.String(row);
      out += StrCat(text.size(), ':', text);
    } else {
      T value = column.Value<T>(row);
      if (value == T{}) value = T{};  // −0.0 is 0.0
      out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return 0;
  });
}

}  // namespace freshet::expr
