#include <algorithm>

#include "base/nearest.h"
#include "data/canonical.h"
#include "data/expr/expr.h"
#include "data/expr/function.h"
#include "data/expr/types.h"

// The makers: from names and typed arguments to checked nodes.

namespace freshet::expr {
namespace {

constexpr size_t kDigestShown = 12;

std::shared_ptr<Expr> Node(Op op, Type type, std::vector<ExprPtr> args = {}) {
  auto node = std::make_shared<Expr>();
  node->op = op;
  node->type = std::move(type);
  node->args = std::move(args);
  return node;
}

Status NeedBoolean(std::string_view name, const std::vector<ExprPtr>& args) {
  for (const auto& arg : args) {
    if (arg->type.kind() == data::Kind::kBoolean || arg->type.kind() == data::Kind::kNull) continue;
    return Fault::Invalid(name, " takes BOOLEAN operands, not ", arg->type);
  }
  return {};
}

bool AnyNullable(const std::vector<ExprPtr>& args) {
  return std::any_of(args.begin(), args.end(), [](const ExprPtr& arg) { return arg->type.nullable(); });
}

Result<ExprPtr> MakeLogic(Op op, std::string_view name, std::vector<ExprPtr> args) {
  RETURN_NOT_OK(NeedBoolean(name, args));
  for (auto& arg : args) {
    if (arg->type.kind() == data::Kind::kNull) arg = Literal(Type::Boolean(), Value());
  }
  Type type = Type::Boolean().WithNullable(AnyNullable(args));
  std::vector<ExprPtr> flat;  // AND(AND(a, b), c) is AND(a, b, c)
  for (auto& arg : args) {
    if (arg->op == op) flat.insert(flat.end(), arg->args.begin(), arg->args.end());
    else flat.push_back(std::move(arg));
  }
  return ExprPtr(Node(op, type, std::move(flat)));
}

// Brings args[i] for i in `which` to one type.
Result<Type> Unify(std::string_view name, std::vector<ExprPtr>& args, const std::vector<size_t>& which) {
  Type common = args[which[0]]->type;
  for (size_t i : which) {
    auto next = CommonType(common, args[i]->type);
    if (!next) return Fault::Invalid(name, " needs one type, got ", common, " and ", args[i]->type, "; put a CAST around one of them");
    common = *next;
  }
  for (size_t i : which) {
    ASSIGN_OR_RETURN(args[i], MakeCast(args[i], common.WithNullable(args[i]->type.nullable())));
  }
  return common;
}

Result<ExprPtr> MakeCoalesce(std::vector<ExprPtr> args) {
  std::vector<size_t> all(args.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  ASSIGN_OR_RETURN(Type common, Unify("COALESCE", args, all));
  bool nullable = std::all_of(args.begin(), args.end(), [](const ExprPtr& arg) { return arg->type.nullable(); });
  return ExprPtr(Node(Op::kCoalesce, common.WithNullable(nullable), std::move(args)));
}

// What to write where there is no cast.
std::string_view RemedyOf(const Type& from, const Type& to) {
  if (from.IsVariant()) return "; JSON_VALUE(v, '$' RETURNING INT) takes a single value out, JSON_STRING(v) writes anything as JSON text";
  if (to.IsVariant()) return from.IsString() ? "; PARSE_JSON reads a text as VARIANT" : "; PARSE_JSON(JSON_STRING(…)) makes one";
  if (from.IsBitmap()) return "; BITMAP_TO_ARRAY(b) gives its numbers, BITMAP_CARDINALITY(b) counts them";
  if (to.IsBitmap()) return from.IsBinary() ? "; BITMAP_FROM_BYTES reads bytes as BITMAP" : "; BITMAP_BUILD makes one of an ARRAY<INT>";
  return "";
}

Fault UnknownFunction(std::string_view name) {
  for (const auto& refused : RefusedFunctions()) {
    if (refused.name == name) return Fault::Unsupported("function ", name, " is not supported: ", refused.reason);
  }
  std::vector<std::string_view> known = FunctionNames();
  std::string near = DidYouMean(name, known);
  bool guesses = near.empty() && name.size() >= 4;
  for (auto other : known) {
    if (guesses && other.starts_with(name.substr(0, 4))) near += StrCat(near.empty() ? "; similar are " : ", ", other);
  }
  return Fault::NotFound("no function is named '", name, "'", near);
}

}  // namespace

std::span<const Doc> FormDocs() {
  static constexpr Doc kForms[] = {
      {"a AND b", "FALSE when one is FALSE, else NULL when one is NULL", "FALSE AND CAST(NULL AS BOOLEAN)", "false"},
      {"a OR b", "TRUE when one is TRUE, else NULL when one is NULL", "TRUE OR CAST(NULL AS BOOLEAN)", "true"},
      {"a [NOT] BETWEEN [SYMMETRIC] low AND high", "whether low <= a AND a <= high; SYMMETRIC: or the other way round", "2 BETWEEN SYMMETRIC 3 AND 1", "true"},
      {"CASE WHEN condition THEN a … [ELSE b] END", "the first whose condition is TRUE; NULL without ELSE", "CASE WHEN 1 = 2 THEN 'a' ELSE 'bc' END", "'bc'"},
      {"CASE value WHEN a THEN b … [ELSE c] END", "the first that is equal", "CASE 3 WHEN 1 THEN 'a' WHEN 3 THEN 'b' END", "'b'"},
      {"IF(condition, a, b)", "a where the condition is TRUE, else b", "IF(1 > 2, 'a', 'b')", "'b'"},
      {"COALESCE(a, b, …)", "the first that is not NULL", "COALESCE(CAST(NULL AS INT), 1)", "1"},
      {"IFNULL(a, b)", "a, or b where a is NULL", "IFNULL(CAST(NULL AS INT), 7)", "7"},
      {"NULLIF(a, b)", "NULL where they are equal, else a", "NULLIF(5, 5)", "null"},
      {"CAST(a AS type)", "as another type; what does not convert is a Fault", "CAST('1.9' AS INT)", "1"},
      {"TRY_CAST(a AS type)", "as another type; what does not convert is NULL", "TRY_CAST('abc' AS INT)", "null"},
  };
  return kForms;
}

ExprPtr Input(int index, Type type, std::string name) {
  auto node = Node(Op::kInput, std::move(type));
  node->index = index;
  node->name = std::move(name);
  return node;
}

ExprPtr Literal(Type type, Value value) {
  if (value.is_null()) type = type.WithNullable(true);
  auto node = Node(Op::kLiteral, type);
  data::ColumnBuilder builder(type, 1);
  builder.AppendValue(value);
  auto column = std::make_shared<data::Column>(*builder.Finish());
  column->encoding = data::Encoding::kConstant;
  node->constant = column;
  node->value = std::move(value);
  return node;
}

Result<ExprPtr> MakeCall(std::string_view name, std::vector<ExprPtr> args, std::string option) {
  if (name == "AND") return MakeLogic(Op::kAnd, name, std::move(args));
  if (name == "OR") return MakeLogic(Op::kOr, name, std::move(args));
  if (name == "COALESCE" || name == "IFNULL") {
    if (args.empty() || (name == "IFNULL" && args.size() != 2)) return Fault::Invalid("function ", name, " takes ", name == "IFNULL" ? "two arguments" : "at least one argument");
    return MakeCoalesce(std::move(args));
  }
  if (name == "UNIX_TIMESTAMP" && args.empty()) name = "UNIX_TIMESTAMP()";  // another function: it changes from row to row
  if (name == "IF") {
    if (args.size() != 3) return Fault::Invalid("function IF takes a condition and two values");
    return MakeCase(std::move(args));
  }
  if (name == "NULLIF") {
    if (args.size() != 2) return Fault::Invalid("function NULLIF takes two arguments");
    ASSIGN_OR_RETURN(auto same, MakeCall("=", {args[0], args[1]}));
    return MakeCase({same, Literal(args[0]->type, Value()), args[0]});
  }
  if (name == "BETWEEN" || name == "BETWEEN SYMMETRIC") {
    ASSIGN_OR_RETURN(auto low, MakeCall(">=", {args[0], args[1]}));
    ASSIGN_OR_RETURN(auto high, MakeCall("<=", {args[0], args[2]}));
    ASSIGN_OR_RETURN(auto both, MakeCall("AND", {low, high}));
    if (name == "BETWEEN") return both;
    ASSIGN_OR_RETURN(auto swapped, MakeCall("BETWEEN", {args[0], args[2], args[1]}));
    return MakeCall("OR", {both, swapped});
  }
  const Function* function = FindFunction(name);
  if (function == nullptr) return UnknownFunction(name);
  auto count = static_cast<int>(args.size());
  if (count < function->args_min || count > function->args_max) {
    std::string wanted = function->args_min == function->args_max ? StrCat(function->args_min) : StrCat(function->args_min, " to ", function->args_max);
    return Fault::Invalid("function ", name, " takes ", wanted, " argument", function->args_max == 1 ? "" : "s", ", got ", count);
  }
  Site site{name, args, option};
  ASSIGN_OR_RETURN(Type type, function->bind(site));
  auto node = Node(Op::kCall, std::move(type), std::move(args));
  node->function = function;
  node->name = std::move(option);
  return ExprPtr(node);
}

Result<ExprPtr> MakeCast(ExprPtr operand, const Type& type, bool try_cast) {
  if (operand->type == type) return operand;
  if (operand->type.kind() == data::Kind::kNull) return Literal(type.WithNullable(true), Value());
  if (!ExplicitlyCastable(operand->type, type)) return Fault::Invalid("cannot cast ", operand->type, " to ", type, RemedyOf(operand->type, type));
  Type to = type.WithNullable(operand->type.nullable() || try_cast);
  if (operand->type == to) return operand;
  auto node = Node(Op::kCast, to, {operand});
  node->try_cast = try_cast;
  return ExprPtr(node);
}

Result<ExprPtr> MakeField(ExprPtr row, std::string_view field) {
  if (row->type.IsVariant()) return Fault::Invalid("'.", field, "' needs a ROW, not ", row->type, "; write v['", field, "']");
  if (row->type.kind() != data::Kind::kRow) return Fault::Invalid("'.", field, "' needs a ROW, not ", row->type);
  const auto& fields = row->type.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name != field) continue;
    auto node = Node(Op::kField, fields[i].type.WithNullable(fields[i].type.nullable() || row->type.nullable()), {row});
    node->index = static_cast<int>(i);
    node->name = field;
    return ExprPtr(node);
  }
  std::string known;
  for (const auto& f : fields) known += (known.empty() ? "" : ", ") + f.name;
  return Fault::NotFound("no field '", field, "' in the row; its fields are ", known);
}

ExprPtr MakeRemote(std::shared_ptr<const RemoteFunction> function, std::vector<ExprPtr> args, Type type) {
  auto node = Node(Op::kRemote, std::move(type), std::move(args));
  node->remote = std::move(function);
  return node;
}

std::string RemoteText(const RemoteFunction& function) { return StrCat(function.name, ":", function.target, "@", function.digest.substr(0, kDigestShown)); }

Result<ExprPtr> MakeCase(std::vector<ExprPtr> args) {
  CHECK(args.size() % 2 == 1);
  std::vector<size_t> values;
  for (size_t i = 0; i + 1 < args.size(); i += 2) {
    RETURN_NOT_OK(NeedBoolean("CASE WHEN", {args[i]}));
    if (args[i]->type.kind() == data::Kind::kNull) args[i] = Literal(Type::Boolean(), Value());
    values.push_back(i + 1);
  }
  values.push_back(args.size() - 1);
  ASSIGN_OR_RETURN(Type common, Unify("CASE", args, values));
  return ExprPtr(Node(Op::kCase, common, std::move(args)));
}

ExprPtr MakeAnd(ExprPtr left, ExprPtr right) {
  if (!left) return right;
  if (!right) return left;
  auto both = MakeLogic(Op::kAnd, "AND", {std::move(left), std::move(right)});
  CHECK(both.ok());  // callers join conditions they have checked
  return *both;
}

namespace {

std::string ValueText(const Expr& literal) {
  if (literal.value.is_null()) return StrCat("NULL:", literal.type);
  if (literal.type.IsString()) return StrCat("'", literal.value.text(), "'");
  std::string out = StrCat(literal.type.WithNullable(true), " ");
  data::AppendCanonical(out, *literal.constant, 0);
  return out;
}

}  // namespace

std::string Describe(const Expr& expr) {
  std::string out;
  switch (expr.op) {
    case Op::kInput: return StrCat("$", expr.index);
    case Op::kLiteral: {
      const Type& t = expr.type;
      if (t.IsInteger() && !expr.value.is_null()) return StrCat(expr.value.integer());
      return ValueText(expr);
    }
    case Op::kCall: out = StrCat("(", expr.function->name, expr.name.empty() ? "" : ":", expr.name); break;
    case Op::kCast: out = StrCat(expr.try_cast ? "(TRY_CAST " : "(CAST ", expr.type.WithNullable(true)); break;
    case Op::kField: return StrCat(Describe(*expr.args[0]), ".", expr.name);
    case Op::kAnd: out = "(AND"; break;
    case Op::kOr: out = "(OR"; break;
    case Op::kCase: out = "(CASE"; break;
    case Op::kCoalesce: out = "(COALESCE"; break;
    case Op::kRemote: out = StrCat("(", RemoteText(*expr.remote)); break;
  }
  for (const auto& arg : expr.args) out += " " + Describe(*arg);
  return out + ")";
}

bool IsDeterministic(const Expr& expr) {
  if (expr.op == Op::kRemote && !expr.remote->deterministic) return false;
  if (expr.function != nullptr && expr.function->volatility != Volatility::kConstant) return false;
  return std::all_of(expr.args.begin(), expr.args.end(), [](const ExprPtr& arg) { return IsDeterministic(*arg); });
}

bool IsConstant(const Expr& expr) {
  if (expr.op == Op::kInput || expr.op == Op::kRemote) return false;
  if (expr.function != nullptr && expr.function->volatility != Volatility::kConstant) return false;
  return std::all_of(expr.args.begin(), expr.args.end(), [](const ExprPtr& arg) { return IsConstant(*arg); });
}

void CollectInputs(const Expr& expr, std::vector<bool>* used) {
  if (expr.op == Op::kInput) {
    auto i = static_cast<size_t>(expr.index);
    if (used->size() <= i) used->resize(i + 1);
    (*used)[i] = true;
  }
  for (const auto& arg : expr.args) CollectInputs(*arg, used);
}

ExprPtr Substitute(const ExprPtr& expr, const std::vector<ExprPtr>& replacement) {
  if (expr->op == Op::kInput) return replacement[static_cast<size_t>(expr->index)];
  if (expr->args.empty()) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  for (auto& arg : copy->args) arg = Substitute(arg, replacement);
  return copy;
}

Result<ExprPtr> Fold(const ExprPtr& expr, const Session& session) {
  if (expr->op == Op::kLiteral || expr->op == Op::kInput) return expr;
  if (IsConstant(*expr)) {
    data::Batch one(1, {});
    ASSIGN_OR_RETURN(auto column, Evaluate(*expr, one, one.selection(), session));
    return Literal(expr->type, data::ValueAt(*column, 0));
  }
  if (expr->args.empty()) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  bool guarded = expr->op == Op::kCase || expr->op == Op::kAnd || expr->op == Op::kOr || expr->op == Op::kCoalesce;
  for (auto& arg : copy->args) {
    auto folded = Fold(arg, session);
    if (folded.ok()) arg = *folded;
    else if (!guarded) return folded.fault();  // a branch that may never run keeps its fault for then
  }
  return ExprPtr(copy);
}

}  // namespace freshet::expr
