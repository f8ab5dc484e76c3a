#include <algorithm>
#include <unordered_set>

#include "data/expr/element.h"
#include "data/expr/kernel.h"
#include "data/expr/types.h"

// Functions on arrays. Elements count from 1; NULL is an element like others.

namespace freshet::expr {
namespace {

using data::ColumnBuilder;
using data::Kind;
using Text = std::string_view;

// ---- binding ----

Result<Type> BindArrayOnly(Site& s) {
  if (s.type(0).kind() != Kind::kArray) return s.Mismatch("an array");
  return s.type(0);
}

// An array and an element, which is brought to the array's element type when it fits.
Status BindElement(Site& s, size_t element) {
  if (s.type(0).kind() != Kind::kArray) return s.Mismatch("an array and an element");
  Type wanted = s.type(0).element();
  if (!ImplicitlyCastable(s.type(element), wanted)) return s.Mismatch("an array and an element of its type");
  return s.CastTo(element, wanted);
}

Result<Type> BindContains(Site& s) {
  RETURN_NOT_OK(BindElement(s, 1));
  return Type::Boolean().WithNullable(s.type(0).nullable());
}
Result<Type> BindPosition(Site& s) {
  RETURN_NOT_OK(BindElement(s, 1));
  return Type::Int().WithNullable(s.AnyNullable());
}
Result<Type> BindRemove(Site& s) {
  RETURN_NOT_OK(BindElement(s, 1));
  return s.type(0);
}
Result<Type> BindGrow(Site& s) {
  RETURN_NOT_OK(BindElement(s, 1));
  Type element = s.type(0).element();
  return Type::Array(element.WithNullable(element.nullable() || s.type(1).nullable())).WithNullable(s.type(0).nullable());
}

// Several arrays of one element type.
Result<Type> BindArrays(Site& s) {
  Type element = s.type(0).kind() == Kind::kArray ? s.type(0).element() : Type::Null();
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (s.type(i).kind() != Kind::kArray) return s.Mismatch("arrays");
    auto common = CommonType(element, s.type(i).element());
    if (!common) return s.Mismatch("arrays of one element type");
    element = *common;
  }
  for (size_t i = 0; i < s.args.size(); ++i) RETURN_NOT_OK(s.CastTo(i, Type::Array(element)));
  return Type::Array(element).WithNullable(s.AnyNullable());
}

Result<Type> BindSlice(Site& s) {
  if (s.type(0).kind() != Kind::kArray) return s.Mismatch("an array, a first and a last place");
  for (size_t i = 1; i < s.args.size(); ++i) {
    if (!s.type(i).IsInteger()) return s.Mismatch("an array, a first and a last place");
    RETURN_NOT_OK(s.CastTo(i, Type::Int()));
  }
  return s.type(0).WithNullable(s.AnyNullable());
}

Result<Type> BindSort(Site& s) {
  if (s.type(0).kind() != Kind::kArray || s.type(0).element().IsNested() || s.type(0).element().IsOpaque()) return s.Mismatch("an array of values that have an order");
  for (size_t i = 1; i < s.args.size(); ++i) {
    if (s.type(i).kind() != Kind::kBoolean) return s.Mismatch("an array, whether it ascends, and whether NULLs come first");
  }
  return s.type(0).WithNullable(s.AnyNullable());
}

Result<Type> BindBest(Site& s) {
  if (s.type(0).kind() != Kind::kArray || s.type(0).element().IsNested() || s.type(0).element().IsOpaque()) return s.Mismatch("an array of values that have an order");
  return s.type(0).element().WithNullable(true);
}

Result<Type> BindJoin(Site& s) {
  bool strings = s.type(0).kind() == Kind::kArray && s.type(0).element().IsString();
  for (size_t i = 1; i < s.args.size(); ++i) strings &= s.type(i).IsString();
  if (!strings) return s.Mismatch("an array of strings, a separator and what stands for NULL");
  return Type::String().WithNullable(s.AnyNullable());
}

Result<Type> BindOnly(Site& s) {
  if (s.type(0).kind() != Kind::kArray) return s.Mismatch("an array");
  return s.type(0).element().WithNullable(true);
}

// ---- kernels ----

// The elements of one row.
struct Elements {
  const Column& column;
  int begin;
  int end;
  Elements(const Column& list, int row) : column(*list.children[0]), begin(list.Range(row).first), end(list.Range(row).second) {}
  int Find(const Column& wanted, int row) const {
    for (int k = begin; k < end; ++k) {
      if (SameElement(column, k, wanted, row)) return k;
    }
    return -1;
  }
};

// A set of elements, by their bytes.
class ElementSet {
 public:
  bool Add(const Column& column, int k) { return known_.insert(Key(column, k)).second; }
  bool Has(const Column& column, int k) const { return known_.contains(Key(column, k)); }
  void AddAll(const Elements& elements) {
    for (int k = elements.begin; k < elements.end; ++k) Add(elements.column, k);
  }

 private:
  static std::string Key(const Column& column, int k) {
    std::string key;
    AppendElement(key, column, k);
    return key;
  }
  std::unordered_set<std::string> known_;
};

Result<ColumnPtr> Contains(const Call& call) {
  return BuildRows(call, [&](ColumnBuilder& out, int row) {
    if (call.args[0]->IsNull(row)) return out.AppendNull();
    out.Append(static_cast<int8_t>(Elements(*call.args[0], row).Find(*call.args[1], row) >= 0));
  });
}

Result<ColumnPtr> Position(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Elements elements(*call.args[0], row);
    int found = elements.Find(*call.args[1], row);
    out.Append(static_cast<int32_t>(found < 0 ? 0 : found - elements.begin + 1));
  });
}

Result<ColumnPtr> Remove(const Call& call) {
  return BuildRows(call, [&](ColumnBuilder& out, int row) {
    if (call.args[0]->IsNull(row)) return out.AppendNull();
    Elements elements(*call.args[0], row);
    for (int k = elements.begin; k < elements.end; ++k) {
      if (!SameElement(elements.column, k, *call.args[1], row)) out.child(0).AppendFrom(elements.column, k);
    }
    out.AppendList();
  });
}

template <bool kFront>
Result<ColumnPtr> Grow(const Call& call) {
  return BuildRows(call, [&](ColumnBuilder& out, int row) {
    if (call.args[0]->IsNull(row)) return out.AppendNull();
    Elements elements(*call.args[0], row);
    if (kFront) out.child(0).AppendFrom(*call.args[1], row);
    for (int k = elements.begin; k < elements.end; ++k) out.child(0).AppendFrom(elements.column, k);
    if (!kFront) out.child(0).AppendFrom(*call.args[1], row);
    out.AppendList();
  });
}

Result<ColumnPtr> Concat(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    for (const auto& arg : call.args) {
      Elements elements(*arg, row);
      for (int k = elements.begin; k < elements.end; ++k) out.child(0).AppendFrom(elements.column, k);
    }
    out.AppendList();
  });
}

Result<ColumnPtr> Distinct(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    ElementSet seen;
    Elements elements(*call.args[0], row);
    for (int k = elements.begin; k < elements.end; ++k) {
      if (seen.Add(elements.column, k)) out.child(0).AppendFrom(elements.column, k);
    }
    out.AppendList();
  });
}

Result<ColumnPtr> Union(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    ElementSet seen;
    for (const auto& arg : call.args) {
      Elements elements(*arg, row);
      for (int k = elements.begin; k < elements.end; ++k) {
        if (seen.Add(elements.column, k)) out.child(0).AppendFrom(elements.column, k);
      }
    }
    out.AppendList();
  });
}

// Elements of the first array that are in the second one (INTERSECT), or are not (EXCEPT), each once.
template <bool kIn>
Result<ColumnPtr> Compare(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    ElementSet other, said;
    other.AddAll(Elements(*call.args[1], row));
    Elements elements(*call.args[0], row);
    for (int k = elements.begin; k < elements.end; ++k) {
      if (other.Has(elements.column, k) == kIn && said.Add(elements.column, k)) out.child(0).AppendFrom(elements.column, k);
    }
    out.AppendList();
  });
}

Result<ColumnPtr> Reverse(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Elements elements(*call.args[0], row);
    for (int k = elements.end - 1; k >= elements.begin; --k) out.child(0).AppendFrom(elements.column, k);
    out.AppendList();
  });
}

// Places below zero count from the end; 0 is 1.
Result<ColumnPtr> Slice(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Elements elements(*call.args[0], row);
    int64_t size = elements.end - elements.begin;
    auto place = [&](size_t argument) {
      int64_t n = call.args[argument]->Value<int32_t>(row);
      return n < 0 ? n + size : n == 0 ? 0 : n - 1;
    };
    int64_t from = std::max<int64_t>(place(1), 0), to = call.args.size() > 2 ? std::min(place(2), size - 1) : size - 1;
    for (int64_t k = from; k <= to; ++k) out.child(0).AppendFrom(elements.column, elements.begin + static_cast<int>(k));
    out.AppendList();
  });
}

Result<ColumnPtr> Sort(const Call& call) {
  std::vector<int> order;
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Elements elements(*call.args[0], row);
    bool ascending = call.args.size() < 2 || call.args[1]->Value<int8_t>(row) != 0;
    bool nulls_first = call.args.size() < 3 ? ascending : call.args[2]->Value<int8_t>(row) != 0;
    order.clear();
    for (int k = elements.begin; k < elements.end; ++k) order.push_back(k);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      bool a_null = elements.column.IsNull(a), b_null = elements.column.IsNull(b);
      if (a_null || b_null) return a_null != b_null && a_null == nulls_first;
      int compared = CompareElements(elements.column, a, elements.column, b);
      return ascending ? compared < 0 : compared > 0;
    });
    for (int k : order) out.child(0).AppendFrom(elements.column, k);
    out.AppendList();
  });
}

template <bool kMax>
Result<ColumnPtr> Best(const Call& call) {
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Elements elements(*call.args[0], row);
    int best = -1;
    for (int k = elements.begin; k < elements.end; ++k) {
      if (elements.column.IsNull(k)) continue;
      int compared = best < 0 ? 0 : CompareElements(elements.column, k, elements.column, best);
      if (best < 0 || (kMax ? compared > 0 : compared < 0)) best = k;
    }
    if (best < 0) out.AppendNull();
    else out.AppendFrom(elements.column, best);
  });
}

Result<ColumnPtr> Join(const Call& call) {
  std::string text;
  return BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Elements elements(*call.args[0], row);
    text.clear();
    bool first = true;
    for (int k = elements.begin; k < elements.end; ++k) {
      bool null = elements.column.IsNull(k);
      if (null && call.args.size() < 3) continue;
      if (!first) text += call.args[1]->String(row);
      first = false;
      text += null ? call.args[2]->String(row) : elements.column.String(k);
    }
    out.AppendString(text);
  });
}

Result<ColumnPtr> Only(const Call& call) {
  bool several = false;
  auto column = BuildPresent(call, [&](ColumnBuilder& out, int row) {
    Elements elements(*call.args[0], row);
    several |= elements.end - elements.begin > 1;
    if (elements.begin == elements.end) out.AppendNull();
    else out.AppendFrom(elements.column, elements.begin);
  });
  if (several) return Fault::Invalid("function ELEMENT: the array has more than one element");
  return column;
}

constexpr Function kFunctions[] = {
    {"ELEMENT", 1, 1, BindOnly, Only, {"ELEMENT(array)", "the only element; NULL of an empty array, a Fault when there are more", "ELEMENT(ARRAY[5])", "5"}},
    {"ARRAY_CONTAINS", 2, 2, BindContains, Contains, {"ARRAY_CONTAINS(array, a)", "whether it is among the elements; NULL is found, too", "ARRAY_CONTAINS(ARRAY[1, 2], 2)", "true"}},
    {"ARRAY_POSITION", 2, 2, BindPosition, Position, {"ARRAY_POSITION(array, a)", "its first place, from 1; 0 when it is not there", "ARRAY_POSITION(ARRAY['a', 'b'], 'b')", "2"}},
    {"ARRAY_REMOVE", 2, 2, BindRemove, Remove, {"ARRAY_REMOVE(array, a)", "without the elements that are equal", "ARRAY_REMOVE(ARRAY[1, 2, 1], 1)", "[2]"}},
    {"ARRAY_APPEND", 2, 2, BindGrow, Grow<false>, {"ARRAY_APPEND(array, a)", "with one element more at the end", "ARRAY_APPEND(ARRAY[1, 2], 3)", "[1,2,3]"}},
    {"ARRAY_PREPEND", 2, 2, BindGrow, Grow<true>, {"ARRAY_PREPEND(array, a)", "with one element more at the beginning", "ARRAY_PREPEND(ARRAY[1, 2], 0)", "[0,1,2]"}},
    {"ARRAY_CONCAT", 1, 1000, BindArrays, Concat, {"ARRAY_CONCAT(a, b, …)", "arrays one after the other", "ARRAY_CONCAT(ARRAY[1, 2], ARRAY[3])", "[1,2,3]"}},
    {"ARRAY_DISTINCT", 1, 1, BindArrayOnly, Distinct, {"ARRAY_DISTINCT(array)", "each element once, in order", "ARRAY_DISTINCT(ARRAY[1, 2, 1, 3])", "[1,2,3]"}},
    {"ARRAY_UNION", 2, 2, BindArrays, Union, {"ARRAY_UNION(a, b)", "the elements of both, each once", "ARRAY_UNION(ARRAY[1, 2, 2], ARRAY[2, 3])", "[1,2,3]"}},
    {"ARRAY_EXCEPT", 2, 2, BindArrays, Compare<false>, {"ARRAY_EXCEPT(a, b)", "the elements of a that are not in b, each once", "ARRAY_EXCEPT(ARRAY[1, 1, 2], ARRAY[2])", "[1]"}},
    {"ARRAY_INTERSECT", 2, 2, BindArrays, Compare<true>, {"ARRAY_INTERSECT(a, b)", "the elements that are in both, each once", "ARRAY_INTERSECT(ARRAY[1, 1, 2], ARRAY[1])", "[1]"}},
    {"ARRAY_REVERSE", 1, 1, BindArrayOnly, Reverse, {"ARRAY_REVERSE(array)", "from last to first", "ARRAY_REVERSE(ARRAY[1, 2, 3])", "[3,2,1]"}},
    {"ARRAY_SLICE", 2, 3, BindSlice, Slice, {"ARRAY_SLICE(array, from [, to])", "the elements from one place to another; places below zero count from the end", "ARRAY_SLICE(ARRAY[1, 2, 3, 4], 2, 3)", "[2,3]"}},
    {"ARRAY_SORT", 1, 3, BindSort, Sort,
     {"ARRAY_SORT(array [, ascending [, nulls_first]])", "in order; NULLs come first where it ascends, last where not", "ARRAY_SORT(ARRAY[3, CAST(NULL AS INT), 1])", "[null,1,3]"}},
    {"ARRAY_MAX", 1, 1, BindBest, Best<true>, {"ARRAY_MAX(array)", "the greatest element; NULLs are skipped", "ARRAY_MAX(ARRAY[1, CAST(NULL AS INT), 3])", "3"}},
    {"ARRAY_MIN", 1, 1, BindBest, Best<false>, {"ARRAY_MIN(array)", "the least element; NULLs are skipped", "ARRAY_MIN(ARRAY['b', 'a'])", "'a'"}},
    {"ARRAY_JOIN", 2, 3, BindJoin, Join, {"ARRAY_JOIN(array, separator [, null])", "strings with a separator between; NULLs are skipped, or stand as said", "ARRAY_JOIN(ARRAY['a', 'b'], '-')", "'a-b'"}},
};

}  // namespace

std::span<const Function> ArrayFunctions() { return kFunctions; }

}  // namespace freshet::expr
