#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "data/expr/allowance.h"
#include "data/time_zone.h"
#include "data/type.h"
#include "data/value.h"

// Typed expressions over the columns of a Batch, and how they are evaluated. The makers below check and derive
// types by Flink's rules and put in the casts that Flink puts in silently; who has SQL text walks its own tree
// and calls them (docs/decisions/0031).

namespace freshet::expr {

using data::Batch;
using data::ColumnPtr;
using data::Selection;
using data::Type;
using data::Value;

enum class Op : uint8_t {
  kInput,     // column number `index`
  kLiteral,   // `value`
  kCall,      // `function` on args
  kCast,      // args[0]; `try_cast`: NULL instead of a Fault
  kField,     // field number `index` of ROW args[0]
  kAnd,       // args in order; later ones see only the rows not decided yet
  kOr,
  kCase,      // when, then, when, then, …, else
  kCoalesce,
  kRemote,    // `remote` on args, computed by somebody else: planned beside, never evaluated
};

// A function that is computed elsewhere.
struct RemoteFunction {
  std::string name;    // as SQL calls it
  std::string target;  // as they call it who compute it
  std::string digest;  // of what computes it
  bool deterministic = true;
};

struct Function;
struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

// One node of an immutable tree. Made only by the makers.
struct Expr {
  Op op = Op::kLiteral;
  Type type;
  int index = 0;
  std::string name;    // kInput: the column's label; kCall: a unit or flag such as "DAY" of EXTRACT
  Value value;
  ColumnPtr constant;  // kLiteral: one row, ready made
  const Function* function = nullptr;
  std::shared_ptr<const RemoteFunction> remote;
  bool try_cast = false;
  std::vector<ExprPtr> args;
};

// What an evaluation may ask of the job that runs it. Borrowed; one per job.
struct Session {
  data::TimeZone zone;         // table.local-time-zone
  Clock* clock = nullptr;      // for CURRENT_TIMESTAMP and PROCTIME; absent: such calls are refused
  std::function<uint64_t()> random;  // for RAND and UUID; absent: such calls are refused
  Allowance* allowance = nullptr;    // what calls may make, beyond which they are refused; absent: one batch's worth each
};

ExprPtr Input(int index, Type type, std::string name);
ExprPtr Literal(Type type, Value value);
inline ExprPtr True() { return Literal(Type::Boolean().NotNull(), true); }

// A function or operator by name in capitals ("+", "SUBSTRING", "IS NULL", "AND" …).
Result<ExprPtr> MakeCall(std::string_view name, std::vector<ExprPtr> args, std::string option = "");
Result<ExprPtr> MakeCast(ExprPtr operand, const Type& type, bool try_cast = false);
Result<ExprPtr> MakeField(ExprPtr row, std::string_view field);
ExprPtr MakeRemote(std::shared_ptr<const RemoteFunction> function, std::vector<ExprPtr> args, Type type);
// when, then, …, else; branch types are brought to one.
Result<ExprPtr> MakeCase(std::vector<ExprPtr> args);
ExprPtr MakeAnd(ExprPtr left, ExprPtr right);  // absent operands count as TRUE

// Evaluates what does not depend on a row once and for all. A constant that fails (1/0) is a Fault.
Result<ExprPtr> Fold(const ExprPtr& expr, const Session& session);

// One column of batch.length() rows, defined for the selected rows only. Faults (casts, division by zero) come
// from selected rows only.
Result<ColumnPtr> Evaluate(const Expr& expr, const Batch& batch, Selection selection, const Session& session);
// The selected rows for which the BOOLEAN expression is TRUE.
Result<std::vector<uint16_t>> Filter(const Expr& expr, const Batch& batch, Selection selection, const Session& session);

// "(+ $1 5)": equal text means equal meaning; used for plans, signatures and to find equal subexpressions.
std::string Describe(const Expr& expr);
bool IsConstant(const Expr& expr);       // no input, nothing that changes from row to row
bool IsDeterministic(const Expr& expr);
// "GRADE:scores.grade@3fa9c1d2e4f6": as Describe has it.
std::string RemoteText(const RemoteFunction& function);
void CollectInputs(const Expr& expr, std::vector<bool>* used);
// The same tree over other columns: input i becomes replacement[i].
ExprPtr Substitute(const ExprPtr& expr, const std::vector<ExprPtr>& replacement);

}  // namespace freshet::expr
