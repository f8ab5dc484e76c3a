#include "data/pick.h"

#include <algorithm>

namespace freshet::data {
namespace {

// Numbers of base rows, by the numbers that they were picked from: absent for columns that are Flat.
struct Numbers {
  const uint16_t* of;
  Pin made;
};

Pin Compose(const uint16_t* of, std::span<const uint16_t> rows) {
  auto slab = Slab::Make(std::max<size_t>(rows.size_bytes(), sizeof(uint16_t)));
  auto* out = reinterpret_cast<uint16_t*>(slab->data());
  for (size_t i = 0; i < rows.size(); ++i) out[i] = of == nullptr ? rows[i] : of[rows[i]];
  return slab;
}

bool AreAllInOrder(std::span<const uint16_t> rows, int length) {
  if (static_cast<int>(rows.size()) != length) return false;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != i) return false;
  }
  return true;
}

ColumnPtr PickOne(const ColumnPtr& column, std::span<const uint16_t> rows, std::vector<Numbers>& known) {
  auto out = std::make_shared<Column>(*column);
  out->length = static_cast<int>(rows.size());
  if (column->encoding == Encoding::kConstant) return out;
  auto same = std::find_if(known.begin(), known.end(), [&](const Numbers& numbers) { return numbers.of == column->indices; });
  if (same == known.end()) same = known.insert(known.end(), {column->indices, Compose(column->indices, rows)});
  out->encoding = Encoding::kDictionary;
  out->indices = reinterpret_cast<const uint16_t*>(same->made->data());
  out->pins.push_back(same->made);
  return out;
}

}  // namespace

std::vector<ColumnPtr> Pick(const std::vector<ColumnPtr>& columns, std::span<const uint16_t> rows) {
  auto first = std::find_if(columns.begin(), columns.end(), [](const ColumnPtr& column) { return column != nullptr; });
  if (first == columns.end() || AreAllInOrder(rows, (*first)->length)) return columns;
  std::vector<ColumnPtr> out;
  out.reserve(columns.size());
  std::vector<Numbers> known;
  for (const auto& column : columns) out.push_back(column ? PickOne(column, rows, known) : nullptr);
  return out;
}

}  // namespace freshet::data
