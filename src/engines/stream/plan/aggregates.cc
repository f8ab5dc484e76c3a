#include "engines/stream/plan/aggregates.h"

#include <algorithm>

#include "base/text.h"

namespace freshet::stream {
namespace {

using data::Kind;
using data::Type;

constexpr std::string_view kNames[] = {"COUNT", "SUM", "SUM0", "$SUM0", "AVG", "MIN", "MAX", "FIRST_VALUE", "LAST_VALUE", "LISTAGG", "COLLECT", "ARRAY_AGG",
                                       "STDDEV_POP", "STDDEV_SAMP", "STDDEV", "VAR_POP", "VAR_SAMP", "VARIANCE", "APPROX_COUNT_DISTINCT", "JSON_OBJECTAGG", "JSON_ARRAYAGG", "PERCENTILE"};

Type SumType(const Type& arg) {
  if (arg.kind() == Kind::kDecimal) return Type::Decimal(data::kMaxDecimalPrecision, arg.scale());
  return arg;
}
Type AverageType(const Type& arg) {
  if (arg.kind() == Kind::kDecimal) return Type::Decimal(data::kMaxDecimalPrecision, std::max(6, arg.scale()));
  return arg;
}

}  // namespace

bool IsAggregateFunction(std::string_view name) { return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames); }

bool NeedsAllRows(std::string_view name) { return name == "LEAD" || name == "NTILE" || name == "CUME_DIST" || name == "PERCENT_RANK"; }

bool IsPlaceFunction(std::string_view name) { return name == "ROW_NUMBER" || name == "RANK" || name == "DENSE_RANK" || name == "LAG" || NeedsAllRows(name); }

Result<Type> AggregateType(std::string_view name, const std::vector<Type>& args) {
  if (name == "COUNT") {
    if (args.size() > 1) return Fault::Unsupported("COUNT of several columns is not supported; count a ROW or nest the query");
    return Type::BigInt().NotNull();
  }
  if (args.size() != 1) return Fault::Invalid("aggregate ", name, " takes one argument, got ", args.size());
  const Type& arg = args[0];
  if (name == "SUM" || name == "AVG") {
    if (!arg.IsNumeric()) return Fault::Invalid("aggregate ", name, " takes a number, not ", arg, "; put a CAST around it");
    return (name == "SUM" ? SumType(arg) : AverageType(arg)).WithNullable(arg.nullable());
  }
  if (name == "MIN" || name == "MAX" || name == "FIRST_VALUE" || name == "LAST_VALUE") {
    if (arg.IsNested()) return Fault::Unsupported("aggregate ", name, " over ", arg, " is not supported");
    return arg;
  }
  if (name == "LISTAGG") {
    if (!arg.IsString()) return Fault::Invalid("aggregate LISTAGG takes a string, not ", arg, "; put a CAST around it");
    return Type::String();
  }
  return Fault::Unsupported("aggregate ", name, " is not supported yet; known are COUNT, SUM, AVG, MIN, MAX, FIRST_VALUE, LAST_VALUE, LISTAGG");
}

}  // namespace freshet::stream
