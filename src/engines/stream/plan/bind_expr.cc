#include <algorithm>
#include <charconv>

#include "base/nearest.h"
#include "data/civil.h"
#include "data/expr/function.h"
#include "data/expr/types.h"
#include "data/number_text.h"
#include "engines/stream/plan/aggregates.h"
#include "engines/stream/plan/binder.h"
#include "engines/stream/plan/row_predicates.h"
#include "wire/flink_sql/lexer.h"

// Scalar expressions: literals, names, calls.

namespace freshet::stream {
namespace {

using data::Type;
using data::Value;
using expr::ExprPtr;

constexpr int kMaxDepth = 400;

bool IsBareNull(const ExprPtr& e) { return e->op == expr::Op::kLiteral && e->type.kind() == data::Kind::kNull; }

// "2026-1-3 2:05:07" as "2026-01-03 02:05:07": parts of a date or time may have one digit, in front of a fraction.
std::string TwoDigits(std::string_view text) {
  auto is_digit = [&](size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  std::string out;
  bool fraction = false;
  for (size_t i = 0; i < text.size(); ++i) {
    fraction |= text[i] == '.';
    bool alone = is_digit(i) && !is_digit(i + 1) && (i == 0 || !is_digit(i - 1));
    if (alone && !fraction) out += '0';
    out += text[i];
  }
  return out;
}

// Reads "1 02:03:04.5" by "DAY TO SECOND": fields from the first unit to the last.
std::optional<int64_t> DayTimeMillis(std::string_view text, std::string_view from, std::string_view to) {
  static constexpr std::pair<std::string_view, int64_t> kUnits[] = {{"WEEK", 604800000}, {"DAY", 86400000}, {"HOUR", 3600000}, {"MINUTE", 60000}, {"SECOND", 1000}};
  int first = -1, last = -1;
  for (int i = 0; i < 5; ++i) {
    if (kUnits[i].first == from) first = i;
    if (kUnits[i].first == to) last = i;
  }
  if (first < 0 || last < first) return std::nullopt;
  int64_t total = 0;
  for (int unit = first; unit <= last; ++unit) {
    int64_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || n < 0 || n > 4000000000) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    total += n * kUnits[unit].second;
    if (kUnits[unit].first == "SECOND" && text.starts_with('.')) {
      auto fraction = data::ParseDecimal(StrCat("0", text), 10, 9);
      if (!fraction) return std::nullopt;
      return total + static_cast<int64_t>(*fraction / 1000000);
    }
    if (unit == last) break;
    if (text.empty() || (text[0] != ' ' && text[0] != ':')) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional(total) : std::nullopt;
}

std::optional<int64_t> YearMonths(std::string_view text, std::string_view from, std::string_view to) {
  auto number = [&text]() -> std::optional<int64_t> {
    int64_t n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || n < 0 || n > 100000) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    return n;
  };
  auto first = number();
  if (!first) return std::nullopt;
  if (from == "YEAR" && to == "MONTH") {
    if (!text.starts_with('-')) return std::nullopt;
    text.remove_prefix(1);
    auto months = number();
    if (!months || !text.empty()) return std::nullopt;
    return *first * 12 + *months;
  }
  if (!text.empty()) return std::nullopt;
  return *first * (from == "YEAR" ? 12 : from == "QUARTER" ? 3 : 1);
}

std::string Similar(const std::string& wanted, const Scope& scope) {
  auto lower = [](std::string s) {
    for (char& c : s) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return s;
  };
  std::string known;
  std::vector<std::string_view> names;
  for (const auto& column : scope.node->columns) {
    if (lower(column.name) == lower(wanted)) return StrCat("; did you mean '", column.name, "'? Names are case-sensitive");
    bool inner = column.name.starts_with("over$") || column.name == "watermark$";  // nobody gave it this name
    if (inner) continue;
    if (known.size() < 200) known += (known.empty() ? "; known are " : ", ") + column.name;
    names.push_back(column.name);
  }
  std::string near = DidYouMean(wanted, names);
  return near.empty() ? known : near;
}

// Beside the library's there are aggregates and what CREATE FUNCTION has declared.
Fault NoFunction(const std::string& name, const Catalog& catalog, const Fault& fault) {
  std::vector<std::string_view> known = expr::FunctionNames();
  for (const auto& aggregate : AggregateFunctions()) known.push_back(aggregate.name);
  std::vector<std::string> declared = catalog.Names("FUNCTIONS");
  known.insert(known.end(), declared.begin(), declared.end());
  std::string near = DidYouMean(name, known);
  return near.empty() ? fault : Fault::NotFound("no function is named '", name, "'", near);
}

}  // namespace

Fault Binder::Placed(const Fault& fault, sql::Position position) {
  if (fault.message().starts_with("line ")) return fault;
  return Fault(fault.code(), fault.blame(), fault.retry(), sql::At(position) + fault.message());
}

Result<ExprPtr> Binder::BindExpr(const sql::Expr& ast, const Scope& scope) {
  if (depth_ > kMaxDepth) return Fault::TooLarge(sql::At(ast.position), "expression is nested deeper than ", kMaxDepth, " levels");
  ++depth_;
  auto bound = [&]() -> Result<ExprPtr> {
    if (matching_ != nullptr) {
      ASSIGN_OR_RETURN(auto matched, BindMatched(ast));
      if (matched) return *matched;
    }
    if (aggregation_ != nullptr) {
      ASSIGN_OR_RETURN(auto grouped, BindGrouped(ast));
      if (grouped) return *grouped;
    }
    return BindParts(ast, scope);
  }();
  --depth_;
  if (!bound.ok()) return Placed(bound.fault(), ast.position);
  return bound;
}

Result<ExprPtr> Binder::BindParts(const sql::Expr& ast, const Scope& scope) {
  if (auto value = subquery_values_.find(&ast); value != subquery_values_.end()) return value->second;
  switch (ast.kind) {
    case sql::ExprKind::kNull:
    case sql::ExprKind::kBoolean:
    case sql::ExprKind::kNumber:
    case sql::ExprKind::kString:
    case sql::ExprKind::kBinary:
    case sql::ExprKind::kTemporal: return BindLiteral(ast);
    case sql::ExprKind::kInterval: return BindInterval(ast);
    case sql::ExprKind::kName: return BindName(ast, scope);
    case sql::ExprKind::kCall: return BindCall(ast, scope);
    case sql::ExprKind::kCase: return BindCase(ast, scope);
    case sql::ExprKind::kIn: return BindIn(ast, scope);
    case sql::ExprKind::kCast: {
      ASSIGN_OR_RETURN(Type type, ResolveType(ast.type));
      if (ast.args[0]->kind == sql::ExprKind::kNull) return expr::Literal(type, Value());
      ASSIGN_OR_RETURN(auto operand, BindExpr(*ast.args[0], scope));
      return expr::MakeCast(operand, type.WithNullable(operand->type.nullable()), ast.function == "TRY_CAST");
    }
    case sql::ExprKind::kField: {
      ASSIGN_OR_RETURN(auto row, BindExpr(*ast.args[0], scope));
      return expr::MakeField(row, ast.text);
    }
    case sql::ExprKind::kItem: {
      ASSIGN_OR_RETURN(auto args, BindArgs(ast, scope));
      return expr::MakeCall("ITEM", std::move(args));
    }
    case sql::ExprKind::kRow:
    case sql::ExprKind::kArray:
    case sql::ExprKind::kMap: {
      ASSIGN_OR_RETURN(auto args, BindArgs(ast, scope));
      return expr::MakeCall(ast.kind == sql::ExprKind::kRow ? "ROW" : ast.kind == sql::ExprKind::kArray ? "ARRAY" : "MAP", std::move(args));
    }
    case sql::ExprKind::kExists:
    case sql::ExprKind::kQuantified:
    case sql::ExprKind::kScalarQuery: return Fault::Unsupported("a query as a value stands only in SELECT, WHERE and HAVING; join it instead");
    case sql::ExprKind::kStar: return Fault::Invalid("'*' stands only in SELECT lists and COUNT(*)");
    default: return Fault::Invalid("TABLE, MODEL, DESCRIPTOR and => stand only in calls of table functions");
  }
}

Result<ExprPtr> Binder::BindLiteral(const sql::Expr& ast) {
  switch (ast.kind) {
    case sql::ExprKind::kNull: return expr::Literal(Type::Null(), Value());
    case sql::ExprKind::kBoolean: return ast.text == "UNKNOWN" ? expr::Literal(Type::Boolean(), Value()) : expr::Literal(Type::Boolean().NotNull(), ast.text == "TRUE");
    case sql::ExprKind::kString: {
      int length = 0;
      for (char c : ast.text) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
      return expr::Literal((length == 0 ? Type::String() : Type::Char(length)).NotNull(), ast.text);
    }
    case sql::ExprKind::kBinary: return expr::Literal(Type::Binary(static_cast<int>(std::max<size_t>(ast.text.size(), 1))).NotNull(), ast.text);
    case sql::ExprKind::kNumber: {
      ASSIGN_OR_RETURN(Type type, expr::TypeOfNumber(ast.text));
      if (type.kind() == data::Kind::kDouble) {
        double value = 0;
        std::from_chars(ast.text.data(), ast.text.data() + ast.text.size(), value);
        return expr::Literal(type, value);
      }
      auto value = data::ParseDecimal(ast.text, 38, type.kind() == data::Kind::kDecimal ? type.scale() : 0);
      if (!value) return Fault::Invalid("number ", ast.text, " is out of range");
      if (type.kind() == data::Kind::kDecimal) return expr::Literal(type, *value);
      return expr::Literal(type, static_cast<int64_t>(*value));
    }
    default: break;
  }
  if (ast.function == "DATE") {
    auto days = data::ParseDate(TwoDigits(ast.text));
    if (!days) return Fault::Invalid("DATE '", ast.text, "' is not a date; write DATE '2026-11-23'");
    return expr::Literal(Type::Date().NotNull(), *days);
  }
  size_t point = ast.text.find('.');
  int precision = point == std::string::npos ? 0 : static_cast<int>(std::min<size_t>(9, ast.text.size() - point - 1));
  if (ast.function == "TIME") {
    auto ms = data::ParseTimeOfDay(TwoDigits(ast.text));
    if (!ms) return Fault::Invalid("TIME '", ast.text, "' is not a time; write TIME '10:00:00'");
    return expr::Literal(Type::Time(precision).NotNull(), *ms);
  }
  Type type = Type::Timestamp(precision).NotNull();
  std::string text = TwoDigits(ast.text);
  auto value = data::ParseTimestamp(text.find(' ') == std::string::npos ? text + " 00:00:00" : text, type);
  if (!value) return Fault::Invalid("TIMESTAMP '", ast.text, "' is not a timestamp; write TIMESTAMP '2026-11-23 10:00:00'");
  return expr::Literal(type, *value);
}

Result<ExprPtr> Binder::BindInterval(const sql::Expr& ast) {
  std::string_view unit = ast.function, text = ast.text;
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  size_t to = unit.find(" TO ");
  std::string_view from_unit = unit.substr(0, to), to_unit = to == std::string_view::npos ? from_unit : unit.substr(to + 4);
  bool months = from_unit == "YEAR" || from_unit == "MONTH" || from_unit == "QUARTER";
  auto value = months ? YearMonths(text, from_unit, to_unit) : DayTimeMillis(text, from_unit, to_unit);
  if (!value) return Fault::Invalid("INTERVAL '", ast.text, "' ", unit, " does not read as an interval of that unit");
  return expr::Literal((months ? Type::IntervalMonths() : Type::IntervalMillis()).NotNull(), negative ? -*value : *value);
}

Result<ExprPtr> Binder::BindColumn(const Scope& scope, const sql::Name& name) {
  auto input = [&scope](int i) { return expr::Input(i, scope.column(i).type, scope.column(i).name); };
  auto fields_from = [&](ExprPtr value, size_t from) -> Result<ExprPtr> {
    for (size_t i = from; i < name.size(); ++i) {
      ASSIGN_OR_RETURN(value, expr::MakeField(value, name[i]));
    }
    return value;
  };
  if (name.size() > 1) {  // alias.column before column.field
    for (auto entry = scope.entries.rbegin(); entry != scope.entries.rend(); ++entry) {
      if (entry->alias != name[0]) continue;
      for (int i = entry->begin; i < entry->end; ++i) {
        if (scope.column(i).name == name[1]) return fields_from(input(i), 2);
      }
    }
  }
  int found = -1;
  for (int i = static_cast<int>(scope.node->columns.size()) - 1; i >= 0; --i) {
    if (scope.column(i).name != name[0] || scope.merged.contains(i)) continue;
    if (found >= scope.inner && i < scope.inner) break;
    if (found >= 0) return Fault::Invalid("column '", name[0], "' is ambiguous; put the table's alias before it");
    found = i;
  }
  if (found >= 0) return fields_from(input(found), 1);
  bool alias = std::any_of(scope.entries.begin(), scope.entries.end(), [&](const auto& e) { return name.size() > 1 && e.alias == name[0]; });
  if (alias) return Fault::NotFound("table '", name[0], "' has no column '", name[1], "'", Similar(name[1], scope));
  return Fault::NotFound("no column '", name[0], "'", Similar(name[0], scope));
}

Result<ExprPtr> Binder::BindName(const sql::Expr& ast, const Scope& scope) { return BindColumn(scope, ast.name); }

Result<std::vector<ExprPtr>> Binder::BindArgs(const sql::Expr& ast, const Scope& scope) {
  std::vector<ExprPtr> args;
  for (const auto& arg : ast.args) {
    ASSIGN_OR_RETURN(auto bound, BindExpr(*arg, scope));
    args.push_back(std::move(bound));
  }
  return args;
}

Result<ExprPtr> Binder::BindCall(const sql::Expr& ast, const Scope& scope) {
  if (ast.over) {
    auto place = over_columns_.find(&ast);
    if (place == over_columns_.end()) return Fault::Unsupported(ast.function, "(…) OVER stands only in SELECT lists and QUALIFY of queries without GROUP BY; put the GROUP BY into a subquery");
    return expr::Input(place->second, scope.column(place->second).type, scope.column(place->second).name);
  }
  if (ast.function == "CURRENT_WATERMARK") return BindCurrentWatermark(ast, scope);
  if (IsAggregate(ast)) return Fault::Invalid("aggregate ", ast.function, " cannot stand here; aggregates belong into SELECT, HAVING and ORDER BY of a grouped query");
  if (ast.distinct || ast.filter) return Fault::Invalid("DISTINCT and FILTER belong to aggregates, and ", ast.function, " is none");
  ASSIGN_OR_RETURN(auto args, BindArgs(ast, scope));
  bool first_there = ast.function == "COALESCE" || (ast.function == "IFNULL" && args.size() == 2);
  if (first_there && !std::all_of(args.begin(), args.end(), IsBareNull)) {  // among others it says nothing
    std::erase_if(args, IsBareNull);
    return expr::MakeCall("COALESCE", std::move(args));
  }
  for (const auto& arg : args) {
    bool fine = ast.function == "IS NULL" || ast.function == "IS NOT NULL";
    if (IsBareNull(arg) && !fine) return Fault::Invalid("illegal use of NULL: its type is not known; write CAST(NULL AS INT)");
  }
  if (ast.function == "OVERLAPS") return Overlaps(args);
  if (ast.function == "CURRENT_DATABASE" && args.empty()) return expr::Literal(Type::String().NotNull(), catalog_.current().database);
  bool rows = (ast.function == "=" || ast.function == "<>") && IsWrittenRow(*args[0]) && IsWrittenRow(*args[1]);
  if (rows) {
    ASSIGN_OR_RETURN(auto equal, EqualParts(args[0], args[1]));
    return ast.function == "=" ? Result<ExprPtr>(equal) : expr::MakeCall("NOT", {equal});
  }
  std::string option = ast.text;
  if (!ast.type.name.empty() && args.size() >= 2) {  // RETURNING: the type goes along as a NULL of it
    ASSIGN_OR_RETURN(Type type, ResolveType(ast.type));
    args.insert(args.begin() + 2, expr::Literal(type.WithNullable(true), Value()));
    option = option.empty() ? "RETURNING" : StrCat("RETURNING ", option);
  }
  const DeclaredFunction* declared = catalog_.FindFunction(ast.function);
  if (declared != nullptr && declared->remote) return BindRemote(*declared, std::move(args));
  auto call = expr::MakeCall(declared == nullptr ? ast.function : declared->native, std::move(args), option);
  bool unknown = call.code() == Code::kNotFound && declared == nullptr && expr::FindFunction(ast.function) == nullptr;
  if (unknown) return NoFunction(ast.function, catalog_, call.fault());
  return call;
}

constexpr int kRemoteArgsMax = 100;

// What the function says of its parameters is cast to silently, where INSERT INTO would; the rest goes as it comes.
Result<ExprPtr> Binder::BindRemote(const DeclaredFunction& function, std::vector<ExprPtr> args) {
  const std::string& name = function.remote->name;
  auto count = static_cast<int>(args.size());
  if (count > kRemoteArgsMax) return Fault::TooLarge("function ", name, " takes at most ", kRemoteArgsMax, " arguments, got ", count);
  bool enough = count >= function.args_min && (function.args_max < 0 || count <= function.args_max);
  if (!enough) {
    std::string wanted = function.args_max < 0 ? StrCat("at least ", function.args_min) : function.args_min == function.args_max ? StrCat(function.args_min) : StrCat(function.args_min, " to ", function.args_max);
    return Fault::Invalid("function ", name, " takes ", wanted, " argument", function.args_max == 1 ? "" : "s", ", got ", count);
  }
  for (size_t i = 0; i < args.size(); ++i) {
    if (i < function.inputs.size() && function.inputs[i]) {
      const Type& wanted = *function.inputs[i];
      if (!expr::ImplicitlyCastable(args[i]->type, wanted)) return Fault::Invalid("argument ", i + 1, " of function ", name, " is ", args[i]->type.WithNullable(true), ", it takes ", wanted, "; put a CAST around it");
      ASSIGN_OR_RETURN(args[i], expr::MakeCast(args[i], wanted.WithNullable(args[i]->type.nullable())));
    }
    Status carried = function.caller->CheckType(args[i]->type);
    if (!carried.ok()) return Fault::Unsupported("argument ", i + 1, " of function ", name, ": ", carried.fault().message());
  }
  return expr::MakeRemote(function.remote, std::move(args), function.result);
}

Result<ExprPtr> Binder::BindCase(const sql::Expr& ast, const Scope& scope) {
  std::vector<ExprPtr> args;
  ExprPtr operand;
  size_t first = 0;
  if (ast.has_operand) {
    ASSIGN_OR_RETURN(operand, BindExpr(*ast.args[0], scope));
    first = 1;
  }
  for (size_t i = first; i + 1 < ast.args.size(); i += 2) {
    ASSIGN_OR_RETURN(auto when, BindExpr(*ast.args[i], scope));
    if (operand) {
      ASSIGN_OR_RETURN(when, expr::MakeCall("=", {operand, when}));
    }
    ASSIGN_OR_RETURN(auto then, BindExpr(*ast.args[i + 1], scope));
    args.push_back(std::move(when));
    args.push_back(std::move(then));
  }
  ExprPtr otherwise = expr::Literal(Type::Null(), Value());
  if (ast.otherwise) {
    ASSIGN_OR_RETURN(otherwise, BindExpr(*ast.otherwise, scope));
  }
  args.push_back(std::move(otherwise));
  return expr::MakeCase(std::move(args));
}

Result<ExprPtr> Binder::BindIn(const sql::Expr& ast, const Scope& scope) {
  if (ast.query) return Fault::Unsupported("IN (SELECT …) stands only in SELECT, WHERE and HAVING; write a join instead");
  ASSIGN_OR_RETURN(auto args, BindArgs(ast, scope));
  ASSIGN_OR_RETURN(auto in, IsWrittenRow(*args[0]) ? RowIn(args) : expr::MakeCall("IN", std::move(args)));
  if (!ast.negated) return in;
  return expr::MakeCall("NOT", {in});
}

}  // namespace freshet::stream
