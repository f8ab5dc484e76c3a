#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "data/column.h"
#include "data/expr/function.h"

// What kernels are made of: writers of Flat columns addressed by row number, and loops that read any encoding,
// skip NULLs and touch selected rows only. Included by the families' .cc files alone.

namespace freshet::expr {

using data::Column;
using data::Reader;
using data::Slab;
using data::StringRef;

// Bits of a validity bitmap, made at the first NULL.
class Nulls {
 public:
  explicit Nulls(int length) : length_(length) {}
  void Set(uint32_t row) {
    if (!slab_) Start();
    reinterpret_cast<uint64_t*>(slab_->data())[row >> 6] &= ~(uint64_t{1} << (row & 63));
  }
  void MoveTo(Column& column) {
    if (!slab_) return;
    column.validity = reinterpret_cast<const uint64_t*>(slab_->data());
    column.pins.push_back(std::move(slab_));
  }

 private:
  void Start() {
    size_t bytes = (static_cast<size_t>(length_) / 64 + 1) * 8;
    slab_ = Slab::Make(bytes);
    std::memset(slab_->data(), 0xFF, bytes);
  }
  int length_;
  std::shared_ptr<Slab> slab_;
};

template <typename T>
class Output {
 public:
  explicit Output(int length)
      : length_(length), slab_(Slab::Make(static_cast<size_t>(length < 1 ? 1 : length) * sizeof(T))), values_(reinterpret_cast<T*>(slab_->data())), nulls_(length) {}
  void Set(uint32_t row, T value) { values_[row] = value; }
  void SetNull(uint32_t row) {
    values_[row] = T{};
    nulls_.Set(row);
  }
  ColumnPtr Finish(const Type& type) {
    CHECK(data::PhysicalWidth(type.physical()) == sizeof(T));
    auto column = std::make_shared<Column>();
    column->type = type;
    column->length = column->base_rows = length_;
    column->values = values_;
    column->pins.push_back(std::move(slab_));
    nulls_.MoveTo(*column);
    return column;
  }

 private:
  int length_;
  std::shared_ptr<Slab> slab_;
  T* values_;
  Nulls nulls_;
};

// Strings are copied into an arena of the new column.
template <>
class Output<std::string_view> {
 public:
  explicit Output(int length)
      : length_(length), slab_(Slab::Make(static_cast<size_t>(length < 1 ? 1 : length) * sizeof(StringRef))), refs_(reinterpret_cast<StringRef*>(slab_->data())), nulls_(length) {
    std::memset(slab_->data(), 0, slab_->size());
  }
  void Set(uint32_t row, std::string_view text) {
    if (text.size() <= StringRef::kInlineMax) {
      refs_[row] = StringRef::Inline(text);
      return;
    }
    refs_[row] = StringRef::Far(text, 0, static_cast<uint32_t>(arena_.size()));
    arena_.append(text);
  }
  void SetNull(uint32_t row) {
    refs_[row] = StringRef{};
    nulls_.Set(row);
  }
  ColumnPtr Finish(const Type& type) {
    CHECK(type.physical() == data::Physical::kString);
    auto column = std::make_shared<Column>();
    column->type = type;
    column->length = column->base_rows = length_;
    column->values = refs_;
    column->pins.push_back(std::move(slab_));
    auto bytes = Slab::Make(arena_.size());
    std::memcpy(bytes->data(), arena_.data(), arena_.size());
    column->buffers.emplace_back(bytes->data(), arena_.size());
    column->pins.push_back(std::move(bytes));
    nulls_.MoveTo(*column);
    return column;
  }

 private:
  int length_;
  std::shared_ptr<Slab> slab_;
  StringRef* refs_;
  Nulls nulls_;
  std::string arena_;
};

// f(row values…) for rows where no argument is NULL; NULL elsewhere.
template <typename R, typename A, typename F>
ColumnPtr Map1(const Call& call, F f) {
  Reader<A> a(*call.args[0]);
  Output<R> out(call.length);
  if (!a.has_nulls()) {
    call.sel.ForEach([&](uint32_t i) { out.Set(i, f(a[i])); });
  } else {
    call.sel.ForEach([&](uint32_t i) {
      if (a.valid(i)) out.Set(i, f(a[i]));
      else out.SetNull(i);
    });
  }
  return out.Finish(call.type());
}

template <typename R, typename A, typename B, typename F>
ColumnPtr Map2(const Call& call, F f) {
  Reader<A> a(*call.args[0]);
  Reader<B> b(*call.args[1]);
  Output<R> out(call.length);
  if (!a.has_nulls() && !b.has_nulls()) {
    call.sel.ForEach([&](uint32_t i) { out.Set(i, f(a[i], b[i])); });
  } else {
    call.sel.ForEach([&](uint32_t i) {
      if (a.valid(i) && b.valid(i)) out.Set(i, f(a[i], b[i]));
      else out.SetNull(i);
    });
  }
  return out.Finish(call.type());
}

// The same for functions that may answer NULL or a Fault: f(Output&, row, values…) writes its row itself.
template <typename R, typename A, typename F>
ColumnPtr Write1(const Call& call, F f) {
  Reader<A> a(*call.args[0]);
  Output<R> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    if (a.valid(i)) f(out, i, a[i]);
    else out.SetNull(i);
  });
  return out.Finish(call.type());
}

template <typename R, typename A, typename B, typename F>
ColumnPtr Write2(const Call& call, F f) {
  Reader<A> a(*call.args[0]);
  Reader<B> b(*call.args[1]);
  Output<R> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    if (a.valid(i) && b.valid(i)) f(out, i, a[i], b[i]);
    else out.SetNull(i);
  });
  return out.Finish(call.type());
}

template <typename R, typename A, typename B, typename C, typename F>
ColumnPtr Write3(const Call& call, F f) {
  Reader<A> a(*call.args[0]);
  Reader<B> b(*call.args[1]);
  Reader<C> c(*call.args[2]);
  Output<R> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    if (a.valid(i) && b.valid(i) && c.valid(i)) f(out, i, a[i], b[i], c[i]);
    else out.SetNull(i);
  });
  return out.Finish(call.type());
}

// append(builder, row) appends one value for each selected row: for results that are nested. Rows outside the selection are NULL; builders number rows one
// after another.
template <typename F>
ColumnPtr BuildRows(const Call& call, F append) {
  data::ColumnBuilder builder(call.type(), call.length);
  call.sel.ForEach([&](uint32_t i) {
    while (builder.length() < static_cast<int>(i)) builder.AppendNull();
    append(builder, static_cast<int>(i));
  });
  while (builder.length() < call.length) builder.AppendNull();
  return builder.Finish();
}

// The same for rows where no argument is NULL; NULL elsewhere.
template <typename F>
ColumnPtr BuildPresent(const Call& call, F append) {
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    for (const auto& arg : call.args) {
      if (arg->IsNull(i)) return out.AppendNull();
    }
    append(out, i);
  });
}

// Reads a DECIMAL or integer column as 128-bit unscaled numbers.
class DecimalReader {
 public:
  explicit DecimalReader(const Column& column) : column_(column), kind_(column.type.physical()) {}
  bool valid(uint32_t row) const { return !column_.IsNull(static_cast<int>(row)); }
  data::Int128 operator[](uint32_t row) const {
    int r = static_cast<int>(row);
    if (kind_ == data::Physical::kInt64) return column_.Value<int64_t>(r);
    if (kind_ == data::Physical::kInt128) return column_.Value<data::Int128>(r);
    return column_.IntAt(r);
  }

 private:
  const Column& column_;
  data::Physical kind_;
};

// Calls visit(T{}) with the C++ type behind a physical type; strings are std::string_view.
template <typename F>
auto VisitPhysical(data::Physical physical, F visit) {
  switch (physical) {
    case data::Physical::kInt8: return visit(int8_t{});
    case data::Physical::kInt16: return visit(int16_t{});
    case data::Physical::kInt32: return visit(int32_t{});
    case data::Physical::kInt64: return visit(int64_t{});
    case data::Physical::kInt128: return visit(data::Int128{});
    case data::Physical::kFloat: return visit(float{});
    case data::Physical::kDouble: return visit(double{});
    case data::Physical::kString: return visit(std::string_view{});
    case data::Physical::kNested: break;
  }
  CHECK(false);
}

}  // namespace freshet::expr
