#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/expr/doc.h"
#include "data/expr/expr.h"

// How a scalar function is described. Each family (arithmetic.cc, compare.cc, text.cc, time.cc …) ends in a
// table of these; registry.cc lists the tables. To add a function, copy its neighbour.

namespace freshet::expr {

// A call while its types are derived: the function looks at the arguments, may put casts around them, and
// answers with its result type.
struct Site {
  std::string_view name;
  std::vector<ExprPtr>& args;
  std::string& option;

  const Type& type(size_t i) const { return args[i]->type; }
  bool AnyNullable() const;
  Fault Mismatch(std::string_view wanted) const;  // "UPPER takes a string, got (INT)"
  Status CastTo(size_t i, const Type& type);      // implicit; keeps the argument's nullability
};

// A call at work on one batch: argument columns are there, results are wanted for `sel` of `length` rows.
struct Call {
  const Expr& expr;
  const std::vector<ColumnPtr>& args;
  Selection sel;
  int length;
  const Session& session;

  const Type& type() const { return expr.type; }
  const Type& arg_type(size_t i) const { return expr.args[i]->type; }
  const std::string& option() const { return expr.name; }
};

enum class Volatility : uint8_t { kConstant, kPerRow };

struct Function {
  std::string_view name;  // in capitals
  int args_min;
  int args_max;
  Result<Type> (*bind)(Site& site);
  Result<ColumnPtr> (*eval)(const Call& call);
  Doc doc;
  Volatility volatility = Volatility::kConstant;
};

const Function* FindFunction(std::string_view name);
// Every registered name, sorted, for SHOW FUNCTIONS and "did you mean".
std::vector<std::string_view> FunctionNames();

struct Family {
  std::string_view title;
  std::span<const Function> (*functions)();
};
std::span<const Family> Families();

struct RefusedFunction {
  std::string_view name;
  std::string_view reason;
};
std::span<const RefusedFunction> RefusedFunctions();

// What the makers know by themselves (make.cc): AND, CASE, COALESCE, CAST …
std::span<const Doc> FormDocs();

// The families.
std::span<const Function> ArithmeticFunctions();
std::span<const Function> CompareFunctions();
std::span<const Function> TextFunctions();
std::span<const Function> PatternFunctions();
std::span<const Function> RegexFunctions();
std::span<const Function> TimeFunctions();
std::span<const Function> TimeTextFunctions();
std::span<const Function> CollectionFunctions();
std::span<const Function> ArrayFunctions();
std::span<const Function> MapFunctions();
std::span<const Function> PartsFunctions();
std::span<const Function> EncodingFunctions();
std::span<const Function> UrlFunctions();
std::span<const Function> HashFunctions();
std::span<const Function> PrintfFunctions();
std::span<const Function> RandomFunctions();
std::span<const Function> JsonPathFunctions();
std::span<const Function> JsonMakeFunctions();
std::span<const Function> VariantFunctions();
std::span<const Function> BitmapFunctions();

// The conversion behind MakeCast (cast.cc).
Result<ColumnPtr> EvaluateCast(const ColumnPtr& from, const Type& to, bool try_cast, Selection sel, const Session& session);

// FLOOR and CEIL of numbers (arithmetic.cc), for the function that also takes times (time.cc).
Result<Type> BindFloorNumber(Site& site);
ColumnPtr FloorNumber(const Call& call, bool up);

// variant[…] (variant_calls.cc), for the function that also takes arrays and maps (collection.cc).
Result<Type> BindVariantItem(Site& site);
ColumnPtr VariantItem(const Call& call);

}  // namespace freshet::expr
