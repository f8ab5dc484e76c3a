#include "data/column_builder.h"

#include <algorithm>

namespace freshet::data {
namespace {

size_t WidthOf(const Type& type) {
  if (type.kind() == Kind::kRow) return 0;
  return type.IsNested() ? sizeof(int32_t) : PhysicalWidth(type.physical());
}

}  // namespace

ColumnBuilder::ColumnBuilder(ColumnBuilder&& other) noexcept = default;
ColumnBuilder& ColumnBuilder::operator=(ColumnBuilder&& other) noexcept = default;
ColumnBuilder::~ColumnBuilder() = default;

ColumnBuilder::ColumnBuilder(Type type, int expected_rows)
    : type_(std::move(type)), width_(WidthOf(type_)), expected_rows_(expected_rows) {
  if (!type_.IsNested()) return;
  children_.reserve(type_.fields().size());
  for (const auto& field : type_.fields()) children_.emplace_back(field.type, expected_rows);
}

void ColumnBuilder::Grow(size_t width, int more) {
  CHECK(width == width_);
  size_t rows = values_ ? static_cast<size_t>(length_) * 2 : static_cast<size_t>(expected_rows_ < 1 ? 1 : expected_rows_);
  rows = std::max(rows, static_cast<size_t>(length_ + more));
  auto bigger = Slab::Make(rows * width);
  if (values_) std::memcpy(bigger->data(), values_->data(), static_cast<size_t>(length_) * width);
  values_ = std::move(bigger);
  capacity_ = rows * width;
}

void ColumnBuilder::MarkNulls(int count) {
  int end = length_ + count;
  auto words = static_cast<size_t>((end + 63) >> 6);
  if (words > validity_.size()) validity_.resize(words, ~uint64_t{0});
  for (int row = length_; row < end;) {
    int bits = std::min(64 - (row & 63), end - row);
    validity_[static_cast<size_t>(row >> 6)] &= ~(~uint64_t{0} >> (64 - bits) << (row & 63));
    row += bits;
  }
}

void ColumnBuilder::AppendNull() { AppendNulls(1); }

void ColumnBuilder::AppendNulls(int count) {
  MarkNulls(count);
  if (width_ > 0 && static_cast<size_t>(length_ + count) * width_ > capacity_) Grow(width_, count);
  if (type_.kind() == Kind::kRow) {
    behind_ = true;
  } else if (type_.IsNested()) {
    auto* offsets = reinterpret_cast<int32_t*>(values_->data());
    std::fill(offsets + length_, offsets + length_ + count, children_[0].length());
  } else {
    std::memset(values_->data() + static_cast<size_t>(length_) * width_, 0, static_cast<size_t>(count) * width_);
  }
  length_ += count;
}

void ColumnBuilder::CatchUp() {
  behind_ = false;
  for (auto& child : children_) {
    if (child.length() < length_) child.AppendNulls(length_ - child.length());
  }
}

void ColumnBuilder::AppendInt(int64_t value) {
  switch (width_) {
    case 1: return Append(static_cast<int8_t>(value));
    case 2: return Append(static_cast<int16_t>(value));
    case 4: return Append(static_cast<int32_t>(value));
    case 8: return Append(value);
    case 16: return Append(static_cast<Int128>(value));
    default: CHECK(false);
  }
}

void ColumnBuilder::AppendDecimal(Int128 value) {
  if (width_ == 16) return Append(value);
  AppendInt(static_cast<int64_t>(value));
}

void ColumnBuilder::AppendString(std::string_view text) {
  if (text.size() <= StringRef::kInlineMax) return Append(StringRef::Inline(text));
  if (arena_number_ < 0) arena_number_ = static_cast<int>(AddBuffer({}, nullptr));
  auto offset = static_cast<uint32_t>(arena_used_);
  std::memcpy(ArenaRoom(text.size()), text.data(), text.size());
  Append(StringRef::Far(text, static_cast<uint32_t>(arena_number_), offset));
}

// A column is mostly as long as the one before it.
char* ColumnBuilder::ArenaRoom(size_t bytes) {
  size_t wanted = arena_used_ + bytes;
  if (arena_ == nullptr || wanted > arena_->size()) {
    auto bigger = Slab::Make(std::max({wanted, arena_used_ * 2, size_t{arena_before_} + arena_before_ / 8}));
    if (arena_used_ > 0) std::memcpy(bigger->data(), arena_->data(), arena_used_);
    arena_ = std::move(bigger);
  }
  arena_used_ = wanted;
  return arena_->data() + wanted - bytes;
}

// As it is, unless most of it is empty.
void ColumnBuilder::FinishArena(Column& column) {
  if (arena_used_ * 2 < arena_->size()) {
    auto smaller = Slab::Make(arena_used_);
    std::memcpy(smaller->data(), arena_->data(), arena_used_);
    arena_ = std::move(smaller);
  }
  buffers_[static_cast<size_t>(arena_number_)] = {arena_->data(), arena_used_};
  column.pins.push_back(std::move(arena_));
  arena_before_ = static_cast<uint32_t>(arena_used_);
  arena_used_ = 0;
}

uint32_t ColumnBuilder::AddBuffer(std::string_view bytes, Pin pin) {
  CHECK(buffers_.size() < kMaxStringBuffers);
  buffers_.push_back(bytes);
  if (pin) pins_.push_back(std::move(pin));
  return static_cast<uint32_t>(buffers_.size() - 1);
}

void ColumnBuilder::AppendValue(const Value& value) {
  if (value.is_null()) return AppendNull();
  switch (type_.physical()) {
    case Physical::kFloat: return Append(static_cast<float>(value.real()));
    case Physical::kDouble: return Append(value.real());
    case Physical::kString: return AppendString(value.text());
    case Physical::kInt128: return AppendDecimal(value.decimal());
    case Physical::kNested: break;
    default: return type_.kind() == Kind::kDecimal ? AppendDecimal(value.decimal()) : AppendInt(value.integer());
  }
  const auto& list = value.list();
  if (type_.kind() == Kind::kRow) {
    if (behind_) CatchUp();
    for (size_t i = 0; i < children_.size(); ++i) children_[i].AppendValue(list[i]);
    return AppendRow();
  }
  size_t columns = children_.size();
  for (size_t i = 0; i < list.size(); ++i) children_[i % columns].AppendValue(list[i]);
  AppendList();
}

void ColumnBuilder::AppendFrom(const Column& column, int row) {
  if (column.IsNull(row)) return AppendNull();
  switch (type_.physical()) {
    case Physical::kInt8: return Append(column.Value<int8_t>(row));
    case Physical::kInt16: return Append(column.Value<int16_t>(row));
    case Physical::kInt32: return Append(column.Value<int32_t>(row));
    case Physical::kInt64: return Append(column.Value<int64_t>(row));
    case Physical::kInt128: return Append(column.Value<Int128>(row));
    case Physical::kFloat: return Append(column.Value<float>(row));
    case Physical::kDouble: return Append(column.Value<double>(row));
    case Physical::kString: return AppendString(column.String(row));
    case Physical::kNested: break;
  }
  if (type_.kind() == Kind::kRow) {
    if (behind_) CatchUp();
    for (size_t i = 0; i < children_.size(); ++i) children_[i].AppendFrom(*column.children[i], column.Base(row));
    return AppendRow();
  }
  auto [begin, end] = column.Range(row);
  for (size_t c = 0; c < children_.size(); ++c) {
    for (int i = begin; i < end; ++i) children_[c].AppendFrom(*column.children[c], i);
  }
  AppendList();
}

void ColumnBuilder::AppendList() { Append(static_cast<int32_t>(children_[0].length())); }

void ColumnBuilder::Truncate(int rows) {
  CHECK(rows <= length_);
  if (behind_) CatchUp();
  bool list = type_.IsNested() && type_.kind() != Kind::kRow;
  int kept = !list ? rows : rows == 0 ? 0 : reinterpret_cast<const int32_t*>(values_->data())[rows - 1];
  for (auto& child : children_) child.Truncate(kept);
  auto word = static_cast<size_t>(rows >> 6);
  if (word < validity_.size()) {
    validity_.resize(word + 1);
    validity_[word] |= ~uint64_t{0} << (rows & 63);
  }
  length_ = rows;
}

ColumnPtr ColumnBuilder::Finish() {
  if (behind_) CatchUp();
  auto out = std::make_shared<Column>();
  out->type = type_;
  out->length = out->base_rows = length_;
  if (!validity_.empty()) {
    validity_.resize(static_cast<size_t>(length_ / 64 + 1), ~uint64_t{0});
    auto slab = Slab::Make(validity_.size() * 8 + 8);
    std::memcpy(slab->data(), validity_.data(), validity_.size() * 8);
    out->validity = reinterpret_cast<const uint64_t*>(slab->data());
    out->pins.push_back(std::move(slab));
  }
  if (type_.IsNested() && type_.kind() != Kind::kRow) {
    auto offsets = Slab::Make(static_cast<size_t>(length_ + 1) * sizeof(int32_t));
    std::memset(offsets->data(), 0, sizeof(int32_t));
    if (length_ > 0) std::memcpy(offsets->data() + sizeof(int32_t), values_->data(), static_cast<size_t>(length_) * sizeof(int32_t));
    out->values = offsets->data();
    out->pins.push_back(std::move(offsets));
  } else {
    if (!values_) values_ = Slab::Make(64);
    out->values = values_->data();
    out->pins.push_back(std::move(values_));
  }
  if (arena_number_ >= 0) FinishArena(*out);
  out->buffers = std::move(buffers_);
  for (auto& pin : pins_) out->pins.push_back(std::move(pin));
  for (auto& child : children_) out->children.push_back(child.Finish());
  length_ = 0;
  capacity_ = 0;
  values_.reset();
  validity_.clear();
  arena_number_ = -1;
  shared_ = -1;
  buffers_.clear();
  pins_.clear();
  return out;
}

Value ValueAt(const Column& column, int row) {
  if (column.IsNull(row)) return {};
  switch (column.type.physical()) {
    case Physical::kFloat: return static_cast<double>(column.Value<float>(row));
    case Physical::kDouble: return column.Value<double>(row);
    case Physical::kString: return std::string(column.String(row));
    case Physical::kInt128: return column.Value<Int128>(row);
    case Physical::kNested: break;
    default: return column.IntAt(row);
  }
  Value::List list;
  if (column.type.kind() == Kind::kRow) {
    for (const auto& child : column.children) list.push_back(ValueAt(*child, column.Base(row)));
    return list;
  }
  auto [begin, end] = column.Range(row);
  for (int i = begin; i < end; ++i) {
    for (const auto& child : column.children) list.push_back(ValueAt(*child, i));
  }
  return list;
}

}  // namespace freshet::data
