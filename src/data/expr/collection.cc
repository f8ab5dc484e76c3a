#include "data/expr/kernel.h"
#include "data/expr/types.h"

// ROW, ARRAY and MAP: made, taken apart, counted.

namespace freshet::expr {
namespace {

using data::Kind;

Result<Type> BindRow(Site& s) {
  std::vector<data::NamedType> fields;
  for (size_t i = 0; i < s.args.size(); ++i) fields.push_back({StrCat("EXPR$", i), s.type(i)});
  return Type::Row(std::move(fields)).NotNull();
}

Status AlignEvery(Site& s, size_t first, size_t step, Type* common) {
  *common = s.type(first);
  for (size_t i = first; i < s.args.size(); i += step) {
    auto next = CommonType(*common, s.type(i));
    if (!next) return s.Mismatch("elements of one type");
    *common = *next;
  }
  for (size_t i = first; i < s.args.size(); i += step) RETURN_NOT_OK(s.CastTo(i, *common));
  return {};
}

Result<Type> BindArray(Site& s) {
  Type element;
  RETURN_NOT_OK(AlignEvery(s, 0, 1, &element));
  return Type::Array(element).NotNull();
}

Result<Type> BindMap(Site& s) {
  Type key, value;
  RETURN_NOT_OK(AlignEvery(s, 0, 2, &key));
  RETURN_NOT_OK(AlignEvery(s, 1, 2, &value));
  return Type::Map(key, value).NotNull();
}

Result<Type> BindItem(Site& s) {
  if (s.type(0).kind() == Kind::kArray) {
    if (!s.type(1).IsInteger()) return s.Mismatch("an array and a whole number");
    bool below = s.args[1]->op == Op::kLiteral && !s.args[1]->value.is_null() && s.args[1]->value.integer() < 1;
    if (below) return Fault::Invalid("array index must be 1 or more: arrays count from 1");
    RETURN_NOT_OK(s.CastTo(1, Type::BigInt()));
    return s.type(0).element().WithNullable(true);
  }
  if (s.type(0).kind() != Kind::kMap) return s.Mismatch("an array and an index, or a map and a key");
  RETURN_NOT_OK(s.CastTo(1, s.type(0).key()));
  return s.type(0).value().WithNullable(true);
}

Result<Type> BindCardinality(Site& s) {
  if (!s.type(0).IsNested() || s.type(0).kind() == Kind::kRow) return s.Mismatch("an array or a map");
  return Type::Int().WithNullable(s.AnyNullable());
}

Result<Type> BindContains(Site& s) {
  if (s.type(0).kind() != Kind::kArray) return s.Mismatch("an array and an element");
  RETURN_NOT_OK(s.CastTo(1, s.type(0).element()));
  return Type::Boolean().WithNullable(s.type(0).nullable());
}

// Rows outside the selection are NULL; builders number rows one after another.
template <typename F>
ColumnPtr BuildRows(const Call& call, F append) {
  data::ColumnBuilder builder(call.type(), call.length);
  int next = 0;
  call.sel.ForEach([&](uint32_t i) {
    while (next < static_cast<int>(i)) {
      builder.AppendNull();
      ++next;
    }
    append(builder, static_cast<int>(i));
    ++next;
  });
  while (next++ < call.length) builder.AppendNull();
  return builder.Finish();
}

Result<ColumnPtr> Row(const Call& call) {
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    for (size_t c = 0; c < call.args.size(); ++c) out.child(static_cast<int>(c)).AppendFrom(*call.args[c], i);
    out.AppendRow();
  });
}

Result<ColumnPtr> List(const Call& call) {
  int columns = call.type().kind() == Kind::kMap ? 2 : 1;
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    for (size_t c = 0; c < call.args.size(); ++c) out.child(static_cast<int>(c) % columns).AppendFrom(*call.args[c], i);
    out.AppendList();
  });
}

Result<ColumnPtr> Item(const Call& call) {
  const Column &list = *call.args[0], &key = *call.args[1];
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    if (list.IsNull(i) || key.IsNull(i)) return out.AppendNull();
    auto [begin, end] = list.Range(i);
    if (list.type.kind() == Kind::kArray) {
      int64_t at = begin + key.IntAt(i) - 1;
      if (at < begin || at >= end) return out.AppendNull();
      return out.AppendFrom(*list.children[0], static_cast<int>(at));
    }
    Value wanted = data::ValueAt(key, i);
    for (int k = end - 1; k >= begin; --k) {
      if (data::ValueAt(*list.children[0], k) == wanted) return out.AppendFrom(*list.children[1], k);
    }
    out.AppendNull();
  });
}

Result<ColumnPtr> Cardinality(const Call& call) {
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    if (call.args[0]->IsNull(i)) return out.AppendNull();
    auto [begin, end] = call.args[0]->Range(i);
    out.Append(static_cast<int32_t>(end - begin));
  });
}

Result<ColumnPtr> Contains(const Call& call) {
  const Column& list = *call.args[0];
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    if (list.IsNull(i)) return out.AppendNull();
    Value wanted = data::ValueAt(*call.args[1], i);
    auto [begin, end] = list.Range(i);
    bool found = false;
    for (int k = begin; k < end && !found; ++k) found = data::ValueAt(*list.children[0], k) == wanted;
    out.Append(static_cast<int8_t>(found));
  });
}

constexpr Function kFunctions[] = {
    {"ROW", 1, 1000, BindRow, Row},
    {"ARRAY", 1, 100000, BindArray, List},
    {"MAP", 2, 100000, BindMap, List},
    {"ITEM", 2, 2, BindItem, Item},
    {"CARDINALITY", 1, 1, BindCardinality, Cardinality},
    {"ARRAY_CONTAINS", 2, 2, BindContains, Contains},
};

}  // namespace

std::span<const Function> CollectionFunctions() { return kFunctions; }

}  // namespace freshet::expr
