#include <cmath>

#include "data/expr/kernel.h"
#include "data/expr/types.h"

// Comparisons, IS …, NOT, IN, GREATEST and LEAST. Strings compare by their bytes.

namespace freshet::expr {
namespace {

using data::Kind;

bool HasOrder(const Type& t) { return !t.IsNested() && !t.IsOpaque(); }
bool IsMoment(const Type& t) { return t.IsTimestamp() || t.kind() == Kind::kDate || t.kind() == Kind::kTime; }

// Brings all arguments to the type in which they compare: numbers widen; a string meets a time as a time;
// numbers never meet strings.
Status Align(Site& s) {
  Type common = s.type(0);
  for (size_t i = 1; i < s.args.size(); ++i) {
    const Type& t = s.type(i);
    bool text_meets_moment = (common.IsString() && IsMoment(t)) || (IsMoment(common) && t.IsString());
    if (text_meets_moment) {
      common = IsMoment(t) ? t : common;
      continue;
    }
    auto next = CommonType(common, t);
    if (!next) return s.Mismatch("values that compare with each other");
    common = *next;
  }
  if (common.IsString()) common = Type::String();  // 'a' and CAST('a' AS CHAR(3)) differ: no padding
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (common.IsString() && s.type(i).IsString()) continue;
    if (common.IsBinary() && s.type(i).IsBinary()) continue;
    RETURN_NOT_OK(s.CastTo(i, common));
  }
  return {};
}

Result<Type> BindCompare(Site& s) {
  RETURN_NOT_OK(Align(s));
  bool equality = s.name == "=" || s.name == "<>" || (s.name == "IN" && !s.type(0).IsNested());
  if (!equality && !HasOrder(s.type(0))) return s.Mismatch("values that have an order");
  return Type::Boolean().WithNullable(s.AnyNullable());
}

Result<Type> BindDistinct(Site& s) {
  RETURN_NOT_OK(Align(s));
  return Type::Boolean().NotNull();
}

Result<Type> BindBooleanTest(Site& s) {
  if (s.type(0).kind() != Kind::kBoolean) return s.Mismatch("a BOOLEAN");
  return Type::Boolean().NotNull();
}

Result<Type> BindNullTest(Site&) { return Type::Boolean().NotNull(); }

Result<Type> BindNot(Site& s) {
  if (s.type(0).kind() == Kind::kNull) s.args[0] = Literal(Type::Boolean(), Value());
  if (s.type(0).kind() != Kind::kBoolean) return s.Mismatch("a BOOLEAN");
  return s.type(0);
}

Result<Type> BindExtreme(Site& s) {
  RETURN_NOT_OK(Align(s));
  if (!HasOrder(s.type(0))) return s.Mismatch("values that have an order");
  Type common = s.type(0);
  for (size_t i = 1; i < s.args.size(); ++i) common = *CommonType(common, s.type(i));
  return common.WithNullable(s.AnyNullable());
}

// How two rows of nested columns compare for equality.
bool NestedEqual(const Column& a, int i, const Column& b, int j) {
  if (a.IsNull(i) || b.IsNull(j)) return a.IsNull(i) && b.IsNull(j);
  return data::ValueAt(a, i) == data::ValueAt(b, j);
}

ColumnPtr CompareNested(const Call& call, bool equal) {
  Output<int8_t> out(call.length);
  call.sel.ForEach([&](uint32_t row) {
    int i = static_cast<int>(row);
    if (call.args[0]->IsNull(i) || call.args[1]->IsNull(i)) return out.SetNull(row);
    out.Set(row, NestedEqual(*call.args[0], i, *call.args[1], i) == equal ? 1 : 0);
  });
  return out.Finish(call.type());
}

template <typename F>
ColumnPtr Compare(const Call& call, F f) {
  return VisitPhysical(call.arg_type(0).physical(), [&](auto tag) {
    using T = decltype(tag);
    return Map2<int8_t, T, T>(call, [f](T a, T b) { return static_cast<int8_t>(f(a, b)); });
  });
}

struct Equals { template <typename T> bool operator()(T a, T b) const { return a == b; } };
struct Differs { template <typename T> bool operator()(T a, T b) const { return a != b; } };
struct Less { template <typename T> bool operator()(T a, T b) const { return a < b; } };
struct LessEqual { template <typename T> bool operator()(T a, T b) const { return a <= b; } };
struct Greater { template <typename T> bool operator()(T a, T b) const { return a > b; } };
struct GreaterEqual { template <typename T> bool operator()(T a, T b) const { return a >= b; } };

template <typename F>
Result<ColumnPtr> CompareCall(const Call& call) {
  if (call.arg_type(0).IsNested()) return CompareNested(call, std::is_same_v<F, Equals>);
  return Compare(call, F{});
}

template <bool kDistinct>
Result<ColumnPtr> IsDistinct(const Call& call) {
  const Column &a = *call.args[0], &b = *call.args[1];
  Output<int8_t> out(call.length);
  if (a.type.IsNested()) {
    call.sel.ForEach([&](uint32_t i) { out.Set(i, NestedEqual(a, static_cast<int>(i), b, static_cast<int>(i)) != kDistinct ? 1 : 0); });
    return out.Finish(call.type());
  }
  VisitPhysical(a.type.physical(), [&](auto tag) {
    using T = decltype(tag);
    Reader<T> x(a), y(b);
    call.sel.ForEach([&](uint32_t i) {
      bool same = x.valid(i) == y.valid(i) && (!x.valid(i) || x[i] == y[i]);
      out.Set(i, same != kDistinct ? 1 : 0);
    });
    return 0;
  });
  return out.Finish(call.type());
}

template <bool kWantNull>
Result<ColumnPtr> NullTest(const Call& call) {
  const Column& a = *call.args[0];
  Output<int8_t> out(call.length);
  call.sel.ForEach([&](uint32_t i) { out.Set(i, a.IsNull(static_cast<int>(i)) == kWantNull ? 1 : 0); });
  return out.Finish(call.type());
}

// IS TRUE, IS FALSE, IS UNKNOWN and their NOT forms: never NULL.
template <int8_t kWanted, bool kNegated>
Result<ColumnPtr> BooleanTest(const Call& call) {
  Reader<int8_t> a(*call.args[0]);
  Output<int8_t> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    int8_t state = !a.valid(i) ? int8_t{2} : a[i];
    out.Set(i, (state == kWanted) != kNegated ? 1 : 0);
  });
  return out.Finish(call.type());
}

Result<ColumnPtr> Not(const Call& call) {
  return Map1<int8_t, int8_t>(call, [](int8_t a) { return static_cast<int8_t>(1 - a); });
}

// x IN (a, b, …): TRUE at a match; else NULL when x or a list member is NULL; else FALSE.
Result<ColumnPtr> In(const Call& call) {
  Output<int8_t> out(call.length);
  if (call.arg_type(0).IsNested()) {
    call.sel.ForEach([&](uint32_t row) {
      int i = static_cast<int>(row);
      bool null = call.args[0]->IsNull(i), found = false;
      for (size_t k = 1; k < call.args.size() && !found && !null; ++k) found = NestedEqual(*call.args[0], i, *call.args[k], i);
      if (null) out.SetNull(row);
      else out.Set(row, found ? 1 : 0);
    });
    return out.Finish(call.type());
  }
  VisitPhysical(call.arg_type(0).physical(), [&](auto tag) {
    using T = decltype(tag);
    std::vector<Reader<T>> list;
    for (const auto& arg : call.args) list.emplace_back(*arg);
    call.sel.ForEach([&](uint32_t i) {
      bool null = !list[0].valid(i), found = false;
      for (size_t k = 1; k < list.size() && !found && list[0].valid(i); ++k) {
        if (!list[k].valid(i)) null = true;
        else found = list[k][i] == list[0][i];
      }
      if (found) out.Set(i, 1);
      else if (null) out.SetNull(i);
      else out.Set(i, 0);
    });
    return 0;
  });
  return out.Finish(call.type());
}

// The order of values among each other: of floating ones as in Java, -0.0 before 0.0 and NaN behind all.
template <typename T>
bool Before(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
    if (a == 0 && b == 0) return std::signbit(a) && !std::signbit(b);
  }
  return a < b;
}

template <bool kGreatest>
Result<ColumnPtr> Extreme(const Call& call) {
  return VisitPhysical(call.type().physical(), [&](auto tag) -> ColumnPtr {
    using T = decltype(tag);
    std::vector<Reader<T>> list;
    for (const auto& arg : call.args) list.emplace_back(*arg);
    Output<T> out(call.length);
    call.sel.ForEach([&](uint32_t i) {
      bool null = !list[0].valid(i);
      T best = null ? T{} : list[0][i];
      for (size_t k = 1; k < list.size() && !null; ++k) {
        null = !list[k].valid(i);
        if (!null && (kGreatest ? Before(best, list[k][i]) : Before(list[k][i], best))) best = list[k][i];
      }
      if (null) out.SetNull(i);
      else out.Set(i, best);
    });
    return out.Finish(call.type());
  });
}

constexpr Function kFunctions[] = {
    {"=", 2, 2, BindCompare, CompareCall<Equals>,
     {"a = b", "equal; NULL when one is NULL", "1 = 1.0", "true"}},
    {"<>", 2, 2, BindCompare, CompareCall<Differs>,
     {"a <> b", "different", "'a' <> 'b'", "true"}},
    {"<", 2, 2, BindCompare, CompareCall<Less>,
     {"a < b", "less; strings by their bytes", "'a' < 'B'", "false"}},
    {"<=", 2, 2, BindCompare, CompareCall<LessEqual>,
     {"a <= b", "less or equal", "1 <= 1", "true"}},
    {">", 2, 2, BindCompare, CompareCall<Greater>,
     {"a > b", "greater", "'é' > 'z'", "true"}},
    {">=", 2, 2, BindCompare, CompareCall<GreaterEqual>,
     {"a >= b", "greater or equal", "2 >= 3", "false"}},
    {"IS DISTINCT FROM", 2, 2, BindDistinct, IsDistinct<true>,
     {"a IS DISTINCT FROM b", "different, where NULL is a value like others", "1 IS DISTINCT FROM CAST(NULL AS INT)", "true"}},
    {"IS NOT DISTINCT FROM", 2, 2, BindDistinct, IsDistinct<false>,
     {"a IS NOT DISTINCT FROM b", "equal, where NULL is a value like others", "1 IS NOT DISTINCT FROM 1", "true"}},
    {"IS NULL", 1, 1, BindNullTest, NullTest<true>,
     {"a IS NULL", "whether it is NULL", "1 IS NULL", "false"}},
    {"IS NOT NULL", 1, 1, BindNullTest, NullTest<false>,
     {"a IS NOT NULL", "whether it is not NULL", "1 IS NOT NULL", "true"}},
    {"IS TRUE", 1, 1, BindBooleanTest, BooleanTest<1, false>,
     {"b IS TRUE", "whether it is TRUE", "CAST(NULL AS BOOLEAN) IS TRUE", "false"}},
    {"IS NOT TRUE", 1, 1, BindBooleanTest, BooleanTest<1, true>,
     {"b IS NOT TRUE", "FALSE or NULL", "CAST(NULL AS BOOLEAN) IS NOT TRUE", "true"}},
    {"IS FALSE", 1, 1, BindBooleanTest, BooleanTest<0, false>,
     {"b IS FALSE", "whether it is FALSE", "FALSE IS FALSE", "true"}},
    {"IS NOT FALSE", 1, 1, BindBooleanTest, BooleanTest<0, true>,
     {"b IS NOT FALSE", "TRUE or NULL", "FALSE IS NOT FALSE", "false"}},
    {"IS UNKNOWN", 1, 1, BindBooleanTest, BooleanTest<2, false>,
     {"b IS UNKNOWN", "whether it is NULL", "CAST(NULL AS BOOLEAN) IS UNKNOWN", "true"}},
    {"IS NOT UNKNOWN", 1, 1, BindBooleanTest, BooleanTest<2, true>,
     {"b IS NOT UNKNOWN", "TRUE or FALSE", "TRUE IS NOT UNKNOWN", "true"}},
    {"NOT", 1, 1, BindNot, Not,
     {"NOT b", "the opposite; NULL of NULL", "NOT TRUE", "false"}},
    {"IN", 2, 100000, BindCompare, In,
     {"a [NOT] IN (b, …)", "whether one of them is equal; NULL when none is and one is NULL", "2 IN (1, 2)", "true"}},
    {"GREATEST", 1, 1000, BindExtreme, Extreme<true>,
     {"GREATEST(a, b, …)", "the greatest; NULL when one is NULL", "GREATEST(1, 2.5)", "'2.5'"}},
    {"LEAST", 1, 1000, BindExtreme, Extreme<false>,
     {"LEAST(a, b, …)", "the least; NULL when one is NULL", "LEAST('b', 'a')", "'a'"}},
};

}  // namespace

std::span<const Function> CompareFunctions() { return kFunctions; }

}  // namespace freshet::expr
