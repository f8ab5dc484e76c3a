#include "data/expr/element.h"
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
  if (s.type(0).IsVariant()) return BindVariantItem(s);
  if (s.type(0).kind() != Kind::kMap) return s.Mismatch("an array and an index, a map and a key, or a VARIANT and one of both");
  RETURN_NOT_OK(s.CastTo(1, s.type(0).key()));
  return s.type(0).value().WithNullable(true);
}

Result<Type> BindCardinality(Site& s) {
  if (!s.type(0).IsNested() || s.type(0).kind() == Kind::kRow) return s.Mismatch("an array or a map");
  return Type::Int().WithNullable(s.AnyNullable());
}

Result<Type> BindTypeOf(Site& s) {
  if (s.args.size() > 1 && s.type(1).kind() != Kind::kBoolean) return s.Mismatch("a value and whether its type is written out");
  return Type::String().NotNull();
}

Result<ColumnPtr> Row(const Call& call) {
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    for (size_t c = 0; c < call.args.size(); ++c) out.child(static_cast<int>(c)).AppendFrom(*call.args[c], i);
    out.AppendRow();
  });
}

Result<ColumnPtr> List(const Call& call) {
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    for (const auto& arg : call.args) out.child(0).AppendFrom(*arg, i);
    out.AppendList();
  });
}

Result<ColumnPtr> Item(const Call& call) {
  if (call.arg_type(0).IsVariant()) return VariantItem(call);
  const Column &list = *call.args[0], &key = *call.args[1];
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    if (list.IsNull(i) || key.IsNull(i)) return out.AppendNull();
    auto [begin, end] = list.Range(i);
    if (list.type.kind() == Kind::kArray) {
      int64_t at = begin + key.IntAt(i) - 1;
      if (at < begin || at >= end) return out.AppendNull();
      return out.AppendFrom(*list.children[0], static_cast<int>(at));
    }
    for (int k = end - 1; k >= begin; --k) {
      if (SameElement(*list.children[0], k, key, i)) return out.AppendFrom(*list.children[1], k);
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

// Of equal keys of a literal the last one counts.
Result<ColumnPtr> Map(const Call& call) {
  return BuildRows(call, [&](data::ColumnBuilder& out, int i) {
    for (size_t k = 0; k < call.args.size(); k += 2) {
      bool again = false;
      for (size_t later = k + 2; later < call.args.size() && !again; later += 2) again = SameElement(*call.args[k], i, *call.args[later], i);
      if (again) continue;
      for (int c = 0; c < 2; ++c) out.child(c).AppendFrom(*call.args[k + static_cast<size_t>(c)], i);
    }
    out.AppendList();
  });
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

// The type is known before the first row.
Result<ColumnPtr> TypeOf(const Call& call) {
  std::string name = call.arg_type(0).ToString();
  ReplaceAll(name, "INTERVAL DAY TO SECOND(3)", "INTERVAL SECOND(3)");  // as Flink names them here
  ReplaceAll(name, "INTERVAL YEAR TO MONTH", "INTERVAL MONTH");
  bool whole = call.args.size() > 1 && call.length > 0 && !call.args[1]->IsNull(0) && call.args[1]->Value<int8_t>(0) != 0;
  if (whole) {
    ReplaceAll(name, "STRING", "VARCHAR(2147483647)");
    ReplaceAll(name, "BYTES", "VARBINARY(2147483647)");
  }
  return data::Repeat(Literal(call.type(), name)->constant, 0, call.length);
}

constexpr Function kFunctions[] = {
    {"ROW", 1, 1000, BindRow, Row,
     {"ROW(a, b, …) | (a, b, …)", "a row of fields EXPR$0, EXPR$1 …", "ROW(1, 'a')", "{'EXPR$0':1,'EXPR$1':'a'}"}},
    {"ARRAY", 1, 100000, BindArray, List,
     {"ARRAY[a, b, …]", "an array of one type", "ARRAY[1, 2]", "[1,2]"}},
    {"MAP", 2, 10000, BindMap, Map,
     {"MAP[key, value, …]", "a map; of equal keys the last one counts", "MAP['a', 1, 'b', 2]", "[['a',1],['b',2]]"}},
    {"ITEM", 2, 2, BindItem, Item,
     {"array[n] | map[key] | variant[n] | variant[key]", "the n-th element, from 1, or the value of a key; NULL when there is none", "ARRAY['a', 'b'][2]", "'b'"}},
    {"CARDINALITY", 1, 1, BindCardinality, Cardinality,
     {"CARDINALITY(array | map)", "how many elements", "CARDINALITY(MAP['a', 1])", "1"}},
    {"TYPEOF", 1, 2, BindTypeOf, TypeOf,
     {"TYPEOF(a [, full])", "the name of its type", "TYPEOF(1.50)", "'DECIMAL(3, 2) NOT NULL'"}},
};

}  // namespace

std::span<const Function> CollectionFunctions() { return kFunctions; }

}  // namespace freshet::expr
