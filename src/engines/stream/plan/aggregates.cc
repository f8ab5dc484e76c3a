#include "engines/stream/plan/aggregates.h"

#include <algorithm>

#include "base/text.h"
#include "data/expr/function.h"
#include "data/expr/json_value.h"
#include "data/expr/types.h"

namespace freshet::stream {
namespace {

using data::Kind;
using data::Type;
using data::Value;
using expr::ExprPtr;

const Type& ArgType(const BoundAggregate& call) { return call.args[0]->type; }

Fault Wants(std::string_view name, std::string_view what, const Type& got) { return Fault::Invalid("aggregate ", name, " takes ", what, ", not ", got.WithNullable(true), "; put a CAST around it"); }

// COUNT of several columns counts the rows in which none is NULL.
Status BindCount(std::string_view, BoundAggregate& call) {
  call.type = Type::BigInt().NotNull();
  if (call.args.size() < 2) return {};
  ExprPtr all;
  for (const auto& arg : call.args) {
    ASSIGN_OR_RETURN(auto there, expr::MakeCall("IS NOT NULL", {arg}));
    all = expr::MakeAnd(all, there);
  }
  ASSIGN_OR_RETURN(auto row, expr::MakeCall("ROW", call.args));
  ASSIGN_OR_RETURN(auto counted, expr::MakeCase({all, row, expr::Literal(row->type.WithNullable(true), Value())}));
  call.args = {counted};
  return {};
}

Status BindSum(std::string_view name, BoundAggregate& call) {
  const Type& arg = ArgType(call);
  if (!arg.IsNumeric()) return Wants(name, "a number", arg);
  call.type = arg.kind() == Kind::kDecimal ? Type::Decimal(data::kMaxDecimalPrecision, arg.scale()).WithNullable(arg.nullable()) : arg;
  return {};
}

Type AverageType(const Type& arg) {
  if (arg.kind() != Kind::kDecimal) return arg;
  return Type::Decimal(data::kMaxDecimalPrecision, std::max(6, arg.scale())).WithNullable(arg.nullable());
}

Status BindAverage(std::string_view name, BoundAggregate& call) {
  if (!ArgType(call).IsNumeric()) return Wants(name, "a number", ArgType(call));
  call.type = AverageType(ArgType(call));
  return {};
}

// VAR_… and STDDEV_… have the type of AVG: of integers they are cut to integers, as in Flink.
Status BindVariance(std::string_view name, BoundAggregate& call) {
  if (!ArgType(call).IsNumeric()) return Wants(name, "a number", ArgType(call));
  call.type = AverageType(ArgType(call)).WithNullable(true);
  ASSIGN_OR_RETURN(call.args[0], expr::MakeCast(call.args[0], Type::Double().WithNullable(ArgType(call).nullable())));
  return {};
}

Status BindBest(std::string_view name, BoundAggregate& call) {
  if (ArgType(call).IsNested() || ArgType(call).IsOpaque()) return Fault::Unsupported("aggregate ", name, " over ", ArgType(call), " is not supported");
  call.type = ArgType(call);
  return {};
}

Status BindArrival(std::string_view, BoundAggregate& call) {
  call.type = ArgType(call).WithNullable(true);
  return {};
}

Status BindListAgg(std::string_view name, BoundAggregate& call) {
  if (!ArgType(call).IsString()) return Wants(name, "a string", ArgType(call));
  call.option = ",";
  if (call.args.size() > 1) {
    const expr::Expr& separator = *call.args[1];
    if (separator.op != expr::Op::kLiteral || !separator.type.IsString() || separator.value.is_null()) return Fault::Unsupported("LISTAGG takes its separator as a string literal");
    call.option = separator.value.text();
    call.args.resize(1);
  }
  call.type = Type::String();
  return {};
}

Status BindCollect(std::string_view, BoundAggregate& call) {
  call.type = Type::Multiset(ArgType(call).NotNull()).NotNull();
  return {};
}

Status BindArrayAgg(std::string_view, BoundAggregate& call) {
  call.type = Type::Array(ArgType(call));
  return {};
}

Result<double> FractionOf(const ExprPtr& arg) {
  ASSIGN_OR_RETURN(auto cast, expr::MakeCast(arg, Type::Double().WithNullable(arg->type.nullable())));
  ASSIGN_OR_RETURN(auto constant, expr::Fold(cast, {}));
  bool fine = constant->op == expr::Op::kLiteral && !constant->value.is_null() && constant->value.real() >= 0 && constant->value.real() <= 1;
  if (!fine) return Fault::Invalid("PERCENTILE takes constant fractions from 0 to 1");
  return constant->value.real();
}

// PERCENTILE(x, p | ARRAY[p, …] [, weight]): the fractions become the option, a weight stands beside the value in a ROW.
Status BindPercentile(std::string_view name, BoundAggregate& call) {
  if (!ArgType(call).IsNumeric()) return Wants(name, "a number", ArgType(call));
  bool several = call.args[1]->type.kind() == Kind::kArray;
  std::vector<ExprPtr> fractions{call.args[1]};
  if (several) {
    if (call.args[1]->function == nullptr) return Fault::Unsupported("PERCENTILE takes its fractions as ARRAY[…] of literals");
    fractions = call.args[1]->args;
  }
  call.option = several ? "ARRAY" : "";
  for (const auto& fraction : fractions) {
    ASSIGN_OR_RETURN(double p, FractionOf(fraction));
    call.option += StrCat(call.option.empty() ? "" : " ", p);
  }
  ASSIGN_OR_RETURN(auto value, expr::MakeCast(call.args[0], Type::Double().WithNullable(ArgType(call).nullable())));
  if (call.args.size() > 2) {
    if (!call.args[2]->type.IsInteger()) return Wants(name, "a whole number as weight", call.args[2]->type);
    ASSIGN_OR_RETURN(auto weight, expr::MakeCast(call.args[2], Type::BigInt().WithNullable(call.args[2]->type.nullable())));
    ASSIGN_OR_RETURN(value, expr::MakeCall("ROW", {value, weight}));
  }
  call.args = {value};
  call.type = several ? Type::Array(Type::Double()) : Type::Double();
  return {};
}

// A value as JSON text; what is JSON already stays as it is.
Result<ExprPtr> AsJson(const ExprPtr& value) {
  bool json = value->function != nullptr && (value->function->name == "JSON_OBJECT" || value->function->name == "JSON_ARRAY" || value->function->name == "JSON");
  return json ? Result<ExprPtr>(value) : expr::MakeCall("JSON_STRING", {value});
}

Status BindJsonArrayAgg(std::string_view, BoundAggregate& call) {
  if (call.option.empty()) call.option = "ABSENT ON NULL";
  ASSIGN_OR_RETURN(call.args[0], AsJson(call.args[0]));
  call.type = Type::String().NotNull();
  return {};
}

Status BindJsonObjectAgg(std::string_view name, BoundAggregate& call) {
  if (!ArgType(call).IsString()) return Wants(name, "a string as key", ArgType(call));
  if (call.option.empty()) call.option = "NULL ON NULL";
  ASSIGN_OR_RETURN(auto value, AsJson(call.args[1]));
  ASSIGN_OR_RETURN(auto member, expr::MakeCall("ROW", {call.args[0], value}));
  call.args = {member};
  call.type = Type::String().NotNull();
  return {};
}

// BITMAP_…_CARDINALITY_AGG counts what the one without the word gives.
Type BitmapResult(std::string_view name) { return name.ends_with("_CARDINALITY_AGG") ? Type::BigInt() : Type::Bitmap(); }

Status BindBitmapBuild(std::string_view name, BoundAggregate& call) {
  const Type& arg = ArgType(call);
  if (!expr::ImplicitlyCastable(arg, Type::Int())) return Wants(name, "an INT", arg);
  ASSIGN_OR_RETURN(call.args[0], expr::MakeCast(call.args[0], Type::Int().WithNullable(arg.nullable())));
  call.type = BitmapResult(name);
  return {};
}

Status BindBitmaps(std::string_view name, BoundAggregate& call) {
  if (!ArgType(call).IsBitmap()) return Fault::Invalid("aggregate ", name, " takes a BITMAP, not ", ArgType(call).WithNullable(true), "; BITMAP_BUILD_AGG makes one of numbers, BITMAP_FROM_BYTES of bytes");
  call.type = BitmapResult(name);
  return {};
}

Status BindApprox(std::string_view, BoundAggregate& call) {
  call.type = Type::BigInt().NotNull();
  return {};
}

constexpr AggregateFunction kFunctions[] = {
    {"COUNT", 0, 1000, BindCount, {"COUNT(*) | COUNT([DISTINCT] a, …)", "how many rows, or rows in which nothing is NULL", "SELECT COUNT(DISTINCT a) FROM (VALUES (1), (2), (1)) AS t (a)", "2"}},
    {"SUM", 1, 1, BindSum, {"SUM([DISTINCT] a)", "the sum in the type of a, which wraps; of DECIMAL(p, s) DECIMAL(38, s)", "SELECT SUM(a) FROM (VALUES (1.50), (2.25)) AS t (a)", "'3.75'"}},
    {"AVG", 1, 1, BindAverage, {"AVG([DISTINCT] a)", "the mean in the type of a, cut; of DECIMAL with six digits at least", "SELECT AVG(a) FROM (VALUES (1), (2), (2)) AS t (a)", "1"}},
    {"MIN", 1, 1, BindBest, {"MIN(a)", "the least", "SELECT MIN(a) FROM (VALUES ('b'), ('a')) AS t (a)", "'a'"}},
    {"MAX", 1, 1, BindBest, {"MAX(a)", "the greatest", "SELECT MAX(a) FROM (VALUES (1), (3), (2)) AS t (a)", "3"}},
    {"FIRST_VALUE", 1, 1, BindArrival, {"FIRST_VALUE(a)", "the first that came and is not NULL", "SELECT FIRST_VALUE(a) FROM (VALUES (5), (3)) AS t (a)", "5"}},
    {"LAST_VALUE", 1, 1, BindArrival, {"LAST_VALUE(a)", "the last that came and is not NULL", "SELECT LAST_VALUE(a) FROM (VALUES (5), (3)) AS t (a)", "3"}},
    {"LISTAGG", 1, 2, BindListAgg, {"LISTAGG([DISTINCT] s [, separator])", "the strings one after the other, as they came; ',' between", "SELECT LISTAGG(s, '-') FROM (VALUES ('a'), ('b')) AS t (s)", "'a-b'"}},
    {"COLLECT", 1, 1, BindCollect, {"COLLECT([DISTINCT] a)", "the values with their counts as MULTISET; NULLs are skipped", "SELECT COLLECT(a) FROM (VALUES (1), (2), (1)) AS t (a)", "[[1,2],[2,1]]"}},
    {"ARRAY_AGG", 1, 1, BindArrayAgg, {"ARRAY_AGG([DISTINCT] a)", "the values as an array, as they came; NULLs, too", "SELECT ARRAY_AGG(a) FROM (VALUES (2), (1), (2)) AS t (a)", "[2,1,2]"}},
    {"STDDEV_POP", 1, 1, BindVariance, {"STDDEV_POP([DISTINCT] a)", "the standard deviation of all; of integers cut to an integer", "SELECT STDDEV_POP(a) FROM (VALUES (1e0), (3e0)) AS t (a)", "1.0"}},
    {"STDDEV_SAMP", 1, 1, BindVariance, {"STDDEV_SAMP([DISTINCT] a)", "the standard deviation of a sample; NULL of one value", "SELECT STDDEV_SAMP(a) FROM (VALUES (1e0), (2e0), (3e0)) AS t (a)", "1.0"}},
    {"STDDEV", 1, 1, BindVariance, {"STDDEV([DISTINCT] a)", "the same as STDDEV_SAMP", "SELECT STDDEV(a) FROM (VALUES (1e0), (2e0), (3e0)) AS t (a)", "1.0"}},
    {"VAR_POP", 1, 1, BindVariance, {"VAR_POP([DISTINCT] a)", "the variance of all", "SELECT VAR_POP(a) FROM (VALUES (1e0), (3e0)) AS t (a)", "1.0"}},
    {"VAR_SAMP", 1, 1, BindVariance, {"VAR_SAMP([DISTINCT] a)", "the variance of a sample; NULL of one value", "SELECT VAR_SAMP(a) FROM (VALUES (1e0), (3e0)) AS t (a)", "2.0"}},
    {"VARIANCE", 1, 1, BindVariance, {"VARIANCE([DISTINCT] a)", "the same as VAR_SAMP", "SELECT VARIANCE(a) FROM (VALUES (1e0), (3e0)) AS t (a)", "2.0"}},
    {"PERCENTILE", 2, 3, BindPercentile, {"PERCENTILE(a, p | ARRAY[p, …] [, weight])", "where a fraction p of the values lies, between two of them by proportion", "SELECT PERCENTILE(a, 0.5) FROM (VALUES (1), (2), (4)) AS t (a)", "2.0"}},
    {"JSON_ARRAYAGG", 1, 1, BindJsonArrayAgg, {"JSON_ARRAYAGG(a [NULL|ABSENT ON NULL])", "the values as a JSON array, as they came; NULLs are left out", "SELECT JSON_ARRAYAGG(a) FROM (VALUES ('x'), ('y')) AS t (a)", "'[\"x\",\"y\"]'"}},
    {"JSON_OBJECTAGG", 2, 2, BindJsonObjectAgg,
     {"JSON_OBJECTAGG([KEY] k VALUE a [NULL|ABSENT ON NULL])", "the values as a JSON object, keys in order; NULLs stay; of a key that came twice the newest value counts", "SELECT JSON_OBJECTAGG(KEY k VALUE a) FROM (VALUES ('x', 1), ('w', 2)) AS t (k, a)", "'{\"w\":2,\"x\":1}'"}},
    {"APPROX_COUNT_DISTINCT", 1, 1, BindApprox,
     {"APPROX_COUNT_DISTINCT(a)", "about how many different values, in at most 16 KiB: exact up to 1,024, then with an error of 0.8 % (one standard deviation); exact over rows that may be taken back", "SELECT APPROX_COUNT_DISTINCT(a) FROM (VALUES (1), (2), (1)) AS t (a)", "2"}},
    {"BITMAP_BUILD_AGG", 1, 1, BindBitmapBuild, {"BITMAP_BUILD_AGG(n)", "the numbers as BITMAP; NULLs are skipped, and of none it is NULL", "SELECT BITMAP_BUILD_AGG(n) FROM (VALUES (3), (1), (3), (-1)) AS t (n)", "'{1,3,4294967295}'"}},
    {"BITMAP_BUILD_CARDINALITY_AGG", 1, 1, BindBitmapBuild, {"BITMAP_BUILD_CARDINALITY_AGG(n)", "how many different numbers, in the memory of a BITMAP; NULL of none", "SELECT BITMAP_BUILD_CARDINALITY_AGG(n) FROM (VALUES (3), (1), (3)) AS t (n)", "2"}},
    {"BITMAP_AND_AGG", 1, 1, BindBitmaps, {"BITMAP_AND_AGG(b)", "what is in all of them; NULLs are skipped", "SELECT BITMAP_AND_AGG(BITMAP_BUILD(a)) FROM (VALUES (ARRAY[1, 2]), (ARRAY[2, 3])) AS t (a)", "'{2}'"}},
    {"BITMAP_AND_CARDINALITY_AGG", 1, 1, BindBitmaps, {"BITMAP_AND_CARDINALITY_AGG(b)", "how many are in all of them", "SELECT BITMAP_AND_CARDINALITY_AGG(BITMAP_BUILD(a)) FROM (VALUES (ARRAY[1, 2]), (ARRAY[2, 3])) AS t (a)", "1"}},
    {"BITMAP_OR_AGG", 1, 1, BindBitmaps, {"BITMAP_OR_AGG(b)", "what is in one of them or more", "SELECT BITMAP_OR_AGG(BITMAP_BUILD(a)) FROM (VALUES (ARRAY[1, 2]), (ARRAY[2, 3])) AS t (a)", "'{1,2,3}'"}},
    {"BITMAP_OR_CARDINALITY_AGG", 1, 1, BindBitmaps, {"BITMAP_OR_CARDINALITY_AGG(b)", "how many are in one of them or more", "SELECT BITMAP_OR_CARDINALITY_AGG(BITMAP_BUILD(a)) FROM (VALUES (ARRAY[1, 2]), (ARRAY[2, 3])) AS t (a)", "3"}},
    {"BITMAP_XOR_AGG", 1, 1, BindBitmaps, {"BITMAP_XOR_AGG(b)", "what is in an odd number of them", "SELECT BITMAP_XOR_AGG(BITMAP_BUILD(a)) FROM (VALUES (ARRAY[1, 2]), (ARRAY[2, 3])) AS t (a)", "'{1,3}'"}},
    {"BITMAP_XOR_CARDINALITY_AGG", 1, 1, BindBitmaps, {"BITMAP_XOR_CARDINALITY_AGG(b)", "how many are in an odd number of them", "SELECT BITMAP_XOR_CARDINALITY_AGG(BITMAP_BUILD(a)) FROM (VALUES (ARRAY[1, 2]), (ARRAY[2, 3])) AS t (a)", "2"}},
};

}  // namespace

std::span<const AggregateFunction> AggregateFunctions() { return kFunctions; }

std::span<const expr::Doc> GroupDocs() {
  static constexpr expr::Doc kDocs[] = {
      {"GROUPING(key, …) | GROUPING_ID(key, …)", "a bit for each key, the first one the highest: 1 where the grouping set leaves it out", "SELECT GROUPING(a) FROM (VALUES (1)) AS t (a) GROUP BY a", "0"},
      {"ROW_NUMBER() OVER (PARTITION BY … ORDER BY …)", "the place in a partition, from 1; <= n makes a Top-N, of a time attribute = 1 a deduplication",
       "SELECT a FROM (SELECT a, ROW_NUMBER() OVER (ORDER BY a DESC) AS n FROM (VALUES (1), (3)) AS t (a)) WHERE n = 1", "3"},
      {"RANK() OVER (…)", "one more than the rows before it; equal rows have one rank", "SELECT MAX(r) FROM (SELECT RANK() OVER (ORDER BY a) AS r FROM (VALUES (1), (1), (2)) AS t (a))", "3"},
      {"DENSE_RANK() OVER (…)", "the same without gaps", "SELECT MAX(r) FROM (SELECT DENSE_RANK() OVER (ORDER BY a) AS r FROM (VALUES (1), (1), (2)) AS t (a))", "2"},
      {"LAG(a [, n [, otherwise]]) OVER (…)", "a of the row n before it", "SELECT l FROM (SELECT a, LAG(a) OVER (ORDER BY a) AS l FROM (VALUES (1), (3)) AS t (a)) WHERE a = 3", "1"},
      {"LEAD(a [, n [, otherwise]]) OVER (…)", "a of the row n behind it, told when it comes; Flink has it in batches only", "SELECT l FROM (SELECT a, LEAD(a) OVER (ORDER BY a) AS l FROM (VALUES (1), (3)) AS t (a)) WHERE a = 1", "3"},
      {"NTILE(n) OVER (…)", "which of n parts of the partition, kept up to date; in Flink in batches only", "SELECT n FROM (SELECT a, NTILE(2) OVER (ORDER BY a) AS n FROM (VALUES (1), (2), (3)) AS t (a)) WHERE a = 3", "2"},
      {"PERCENT_RANK() OVER (…)", "the rank from 0 to 1; in Flink in batches only", "SELECT p FROM (SELECT a, PERCENT_RANK() OVER (ORDER BY a) AS p FROM (VALUES (1), (2), (3)) AS t (a)) WHERE a = 2", "0.5"},
      {"CUME_DIST() OVER (…)", "the share of rows up to it and its equals; in Flink in batches only", "SELECT p FROM (SELECT a, CUME_DIST() OVER (ORDER BY a) AS p FROM (VALUES (1), (2)) AS t (a)) WHERE a = 1", "0.5"},
  };
  return kDocs;
}

bool IsAggregateFunction(std::string_view name) {
  auto named = [name](const auto& function) { return function.name == name; };
  return std::any_of(std::begin(kFunctions), std::end(kFunctions), named);
}

bool NeedsAllRows(std::string_view name) { return name == "LEAD" || name == "NTILE" || name == "CUME_DIST" || name == "PERCENT_RANK"; }

bool IsPlaceFunction(std::string_view name) { return name == "ROW_NUMBER" || name == "RANK" || name == "DENSE_RANK" || name == "LAG" || NeedsAllRows(name); }

bool IsInOrder(std::string_view name) {
  constexpr std::string_view kInOrder[] = {"LISTAGG", "ARRAY_AGG", "FIRST_VALUE", "LAST_VALUE", "JSON_ARRAYAGG", "JSON_OBJECTAGG"};
  return std::find(std::begin(kInOrder), std::end(kInOrder), name) != std::end(kInOrder);
}

Result<BoundAggregate> BindAggregate(std::string_view name, std::vector<ExprPtr> args, const std::string& words) {
  BoundAggregate call{std::move(args), words, {}};
  for (const auto& function : kFunctions) {
    if (function.name != name) continue;
    auto count = static_cast<int>(call.args.size());
    if (count < function.args_min || count > function.args_max) return Fault::Invalid("aggregate ", function.doc.signature, " does not take ", count, " arguments");
    bool json = name.starts_with("JSON_");
    bool fine = words.empty() || (json && (words == "NULL ON NULL" || words == "ABSENT ON NULL"));
    if (!fine) return Fault::Unsupported("aggregate ", name, " does not take '", words, "'");
    RETURN_NOT_OK(function.bind(name, call));
    return call;
  }
  return Fault::Unsupported("aggregate ", name, " is not supported");
}

}  // namespace freshet::stream
