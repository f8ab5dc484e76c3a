#include "wire/flink_sql/parser.h"

// The phrases of scalar expressions, weakest binding first: OR, AND, NOT, predicates, + -, * / % ||, unary,
// [ ] and ., primaries.

namespace freshet::wire::flink_sql {

ExprPtr Parser::Make(ExprKind kind) const {
  auto expr = std::make_shared<Expr>();
  expr->kind = kind;
  expr->position = Here().position;
  return expr;
}

ExprPtr Parser::MakeCall(std::string function, std::vector<ExprPtr> args, Position position) const {
  auto expr = std::make_shared<Expr>();
  expr->kind = ExprKind::kCall;
  expr->position = position;
  expr->function = std::move(function);
  expr->args = std::move(args);
  return expr;
}

Result<ExprPtr> Parser::Expression() {
  Depth depth(*this);
  if (depth.too_deep()) return TooDeep();
  return Or();
}

Result<ExprPtr> Parser::Or() {
  ASSIGN_OR_RETURN(auto left, And());
  for (int operands = 1; Is("OR"); ++operands) {
    if (operands > kMaxOperands) return TooDeep();
    Position position = Here().position;
    ++at_;
    ASSIGN_OR_RETURN(auto right, And());
    left = MakeCall("OR", {left, right}, position);
  }
  return left;
}

Result<ExprPtr> Parser::And() {
  ASSIGN_OR_RETURN(auto left, Not());
  for (int operands = 1; Is("AND"); ++operands) {
    if (operands > kMaxOperands) return TooDeep();
    Position position = Here().position;
    ++at_;
    ASSIGN_OR_RETURN(auto right, Not());
    left = MakeCall("AND", {left, right}, position);
  }
  return left;
}

Result<ExprPtr> Parser::Not() {
  if (!Is("NOT")) return Predicate();
  Depth depth(*this);
  if (depth.too_deep()) return TooDeep();
  Position position = Here().position;
  ++at_;
  ASSIGN_OR_RETURN(auto operand, Not());
  return MakeCall("NOT", {operand}, position);
}

Result<ExprPtr> Parser::Predicate() {
  ASSIGN_OR_RETURN(auto left, Sum());
  bool again = true;
  for (int tails = 0; again; ++tails) {
    if (tails > kMaxOperands) return TooDeep();
    ASSIGN_OR_RETURN(left, PredicateTail(std::move(left), &again));
  }
  return left;
}

Result<ExprPtr> Parser::PredicateTail(ExprPtr left, bool* again) {
  static constexpr std::string_view kComparisons[] = {"=", "<>", "!=", "<=", ">=", "<", ">"};
  *again = true;
  Position position = Here().position;
  if (Here().kind == TokenKind::kSymbol) {
    for (auto comparison : kComparisons) {
      if (!Take(comparison)) continue;
      bool quantified = (Is("ANY") || Is("SOME") || Is("ALL")) && Ahead(1).Is("(");
      if (quantified) return QuantifiedTail(std::move(left), comparison);
      ASSIGN_OR_RETURN(auto right, Sum());
      return MakeCall(comparison == "!=" ? "<>" : std::string(comparison), {left, right}, position);
    }
  }
  if (Is("IS")) return IsTail(std::move(left));
  bool negated = Is("NOT") && (Ahead(1).Is("IN") || Ahead(1).Is("BETWEEN") || Ahead(1).Is("LIKE") || Ahead(1).Is("SIMILAR"));
  if (negated) ++at_;
  if (Take("IN")) return InTail(std::move(left), negated);
  if (Take("BETWEEN")) return BetweenTail(std::move(left), negated);
  if (Take("LIKE")) return LikeTail(std::move(left), "LIKE", negated);
  if (TakeWords({"SIMILAR", "TO"})) return LikeTail(std::move(left), "SIMILAR TO", negated);
  *again = false;
  return left;
}

// x = ANY (…) is x IN (…), x <> ALL (…) is x NOT IN (…).
Result<ExprPtr> Parser::QuantifiedTail(ExprPtr left, std::string_view comparison) {
  bool all = Is("ALL"), member = all ? comparison == "<>" || comparison == "!=" : comparison == "=";
  if (!member) return Fault::Unsupported(At(Here().position), "'", comparison, " ", Here().upper, "' is not supported; compare with (SELECT MIN(…) …) or (SELECT MAX(…) …)");
  ++at_;
  return InTail(std::move(left), all);
}

Result<ExprPtr> Parser::IsTail(ExprPtr left) {
  Position position = Here().position;
  RETURN_NOT_OK(Expect("IS"));
  std::string function = Take("NOT") ? "IS NOT " : "IS ";
  if (TakeWords({"DISTINCT", "FROM"})) {
    ASSIGN_OR_RETURN(auto right, Sum());
    return MakeCall(function + "DISTINCT FROM", {left, right}, position);
  }
  for (std::string_view what : {"NULL", "TRUE", "FALSE", "UNKNOWN", "JSON"}) {
    if (!Take(what)) continue;
    auto call = MakeCall(function + std::string(what), {left}, position);
    if (what != "JSON") return call;
    for (std::string_view kind : {"VALUE", "OBJECT", "ARRAY", "SCALAR"}) {
      if (Take(kind)) call->text = kind;
    }
    return call;
  }
  return Unexpected("NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM");
}

Result<ExprPtr> Parser::InTail(ExprPtr left, bool negated) {
  auto in = Make(ExprKind::kIn);
  in->negated = negated;
  in->args.push_back(std::move(left));
  RETURN_NOT_OK(Expect("("));
  if (Is("SELECT") || Is("WITH") || Is("VALUES")) {
    ASSIGN_OR_RETURN(in->query, QueryExpression());
  } else {
    do {
      ASSIGN_OR_RETURN(auto item, Expression());
      in->args.push_back(std::move(item));
    } while (Take(","));
  }
  RETURN_NOT_OK(Expect(")"));
  return in;
}

Result<ExprPtr> Parser::BetweenTail(ExprPtr left, bool negated) {
  Position position = Here().position;
  bool symmetric = Take("SYMMETRIC");
  if (!symmetric) Take("ASYMMETRIC");
  ASSIGN_OR_RETURN(auto low, Sum());
  RETURN_NOT_OK(Expect("AND"));
  ASSIGN_OR_RETURN(auto high, Sum());
  auto call = MakeCall(symmetric ? "BETWEEN SYMMETRIC" : "BETWEEN", {left, low, high}, position);
  if (!negated) return call;
  return MakeCall("NOT", {call}, position);
}

Result<ExprPtr> Parser::LikeTail(ExprPtr left, std::string function, bool negated) {
  Position position = Here().position;
  ASSIGN_OR_RETURN(auto pattern, Sum());
  auto call = MakeCall(std::move(function), {left, pattern}, position);
  if (Take("ESCAPE")) {
    ASSIGN_OR_RETURN(auto escape, Sum());
    call->args.push_back(std::move(escape));
  }
  if (!negated) return call;
  return MakeCall("NOT", {call}, position);
}

Result<ExprPtr> Parser::Sum() {
  ASSIGN_OR_RETURN(auto left, Product());
  for (int operands = 1; Here().kind == TokenKind::kSymbol && (Is("+") || Is("-")); ++operands) {
    if (operands > kMaxOperands) return TooDeep();
    Position position = Here().position;
    std::string op = tokens_[at_++].text;
    ASSIGN_OR_RETURN(auto right, Product());
    left = MakeCall(std::move(op), {left, right}, position);
  }
  return left;
}

Result<ExprPtr> Parser::Product() {
  ASSIGN_OR_RETURN(auto left, Unary());
  for (int operands = 1; Here().kind == TokenKind::kSymbol && (Is("*") || Is("/") || Is("%") || Is("||")); ++operands) {
    if (operands > kMaxOperands) return TooDeep();
    Position position = Here().position;
    std::string op = tokens_[at_++].text;
    ASSIGN_OR_RETURN(auto right, Unary());
    left = MakeCall(std::move(op), {left, right}, position);
  }
  return left;
}

Result<ExprPtr> Parser::Unary() {
  if (Here().kind != TokenKind::kSymbol || !(Is("-") || Is("+"))) return Postfix();
  Depth depth(*this);
  if (depth.too_deep()) return TooDeep();
  Position position = Here().position;
  bool minus = Is("-");
  ++at_;
  if (minus && Here().kind == TokenKind::kNumber && !Ahead(1).Is("[") && !Ahead(1).Is(".")) {
    auto number = Make(ExprKind::kNumber);
    number->position = position;
    number->text = "-" + tokens_[at_++].text;
    return number;
  }
  ASSIGN_OR_RETURN(auto operand, Unary());
  return minus ? MakeCall("NEGATE", {operand}, position) : operand;
}

Result<ExprPtr> Parser::Postfix() {
  ASSIGN_OR_RETURN(auto expr, Primary());
  for (int steps = 0; steps < kMaxDepth; ++steps) {
    Position position = Here().position;
    if (Take("[")) {
      auto item = Make(ExprKind::kItem);
      item->position = position;
      ASSIGN_OR_RETURN(auto index, Expression());
      RETURN_NOT_OK(Expect("]"));
      item->args = {expr, index};
      expr = item;
    } else if (Is(".") && (Ahead(1).kind == TokenKind::kWord || Ahead(1).kind == TokenKind::kQuotedName)) {
      ++at_;
      auto field = Make(ExprKind::kField);
      field->text = tokens_[at_++].text;
      field->args = {expr};
      expr = field;
    } else {
      return expr;
    }
  }
  return TooDeep();
}

Result<ExprPtr> Parser::Primary() {
  const Token& token = Here();
  switch (token.kind) {
    case TokenKind::kNumber:
    case TokenKind::kString:
    case TokenKind::kBinary: {
      auto literal = Make(token.kind == TokenKind::kNumber ? ExprKind::kNumber : token.kind == TokenKind::kString ? ExprKind::kString : ExprKind::kBinary);
      literal->text = token.text;
      ++at_;
      return literal;
    }
    case TokenKind::kQuotedName: return NameOrCall();
    case TokenKind::kWord: return WordPrimary();
    case TokenKind::kSymbol:
      if (token.text == "(") return Parenthesized();
      if (token.text == "*") {
        auto star = Make(ExprKind::kStar);
        ++at_;
        return star;
      }
      break;
    default: break;
  }
  return Unexpected("an expression");
}

Result<ExprPtr> Parser::Parenthesized() {
  Position position = Here().position;
  RETURN_NOT_OK(Expect("("));
  if (Is("SELECT") || Is("WITH") || Is("VALUES")) {
    auto query = Make(ExprKind::kScalarQuery);
    ASSIGN_OR_RETURN(query->query, QueryExpression());
    RETURN_NOT_OK(Expect(")"));
    return query;
  }
  ASSIGN_OR_RETURN(auto items, ExpressionList());
  RETURN_NOT_OK(Expect(")"));
  if (items.size() > 1) {
    auto row = Make(ExprKind::kRow);
    row->position = position;
    row->args = std::move(items);
    return row;
  }
  ExprPtr only = items[0];
  bool difference = only->kind == ExprKind::kCall && only->function == "-" && only->args.size() == 2;
  static constexpr std::string_view kUnits[] = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"};
  for (auto unit : kUnits) {
    if (!difference || !Is(unit)) continue;
    ASSIGN_OR_RETURN(auto text, IntervalUnit());
    auto call = MakeCall("MINUS_DATE", only->args, position);
    call->text = std::move(text);
    return call;
  }
  return only;
}

Result<ExprPtr> Parser::WordPrimary() {
  const std::string& upper = Here().upper;
  bool called = Ahead(1).Is("(");
  if (upper == "NULL") {
    auto null = Make(ExprKind::kNull);
    ++at_;
    return null;
  }
  if (upper == "TRUE" || upper == "FALSE" || upper == "UNKNOWN") {
    auto literal = Make(ExprKind::kBoolean);
    literal->text = upper;
    ++at_;
    return literal;
  }
  if (upper == "CASE") return Case();
  if (upper == "CAST" || upper == "TRY_CAST") return Cast(upper);
  if (upper == "INTERVAL" && Ahead(1).kind == TokenKind::kString) return Interval();
  if (upper == "INTERVAL" && Ahead(1).Is("-") && Ahead(2).kind == TokenKind::kString) return Interval();
  if ((upper == "DATE" || upper == "TIME" || upper == "TIMESTAMP") && Ahead(1).kind == TokenKind::kString) {
    auto literal = Make(ExprKind::kTemporal);
    literal->function = upper;
    ++at_;
    literal->text = tokens_[at_++].text;
    return literal;
  }
  if (upper == "EXISTS" && called) {
    auto exists = Make(ExprKind::kExists);
    at_ += 2;
    ASSIGN_OR_RETURN(exists->query, QueryExpression());
    RETURN_NOT_OK(Expect(")"));
    return exists;
  }
  bool brackets = Ahead(1).Is("[");
  if ((upper == "ARRAY" || upper == "MAP") && brackets) {
    auto list = Make(upper == "ARRAY" ? ExprKind::kArray : ExprKind::kMap);
    at_ += 2;
    if (!Is("]")) {
      ASSIGN_OR_RETURN(list->args, ExpressionList());
    }
    RETURN_NOT_OK(Expect("]"));
    if (list->kind == ExprKind::kMap && list->args.size() % 2 != 0) return Fault::Invalid(At(list->position), "MAP[…] takes key, value, key, value …");
    return list;
  }
  if (upper == "ROW" && called) {
    auto row = Make(ExprKind::kRow);
    at_ += 2;
    if (!Is(")")) {
      ASSIGN_OR_RETURN(row->args, ExpressionList());
    }
    RETURN_NOT_OK(Expect(")"));
    return row;
  }
  static constexpr std::string_view kNiladic[] = {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"};
  for (auto name : kNiladic) {
    if (upper != name) continue;
    Position position = Here().position;
    ++at_;
    if (Take("(")) RETURN_NOT_OK(Expect(")"));
    return MakeCall(std::string(name), {}, position);
  }
  return NameOrCall();
}

Result<ExprPtr> Parser::Case() {
  auto expr = Make(ExprKind::kCase);
  RETURN_NOT_OK(Expect("CASE"));
  if (!Is("WHEN")) {
    expr->has_operand = true;
    ASSIGN_OR_RETURN(auto operand, Expression());
    expr->args.push_back(std::move(operand));
  }
  if (!Is("WHEN")) return Unexpected("WHEN");
  while (Take("WHEN")) {
    ASSIGN_OR_RETURN(auto when, Expression());
    RETURN_NOT_OK(Expect("THEN"));
    ASSIGN_OR_RETURN(auto then, Expression());
    expr->args.push_back(std::move(when));
    expr->args.push_back(std::move(then));
  }
  if (Take("ELSE")) {
    ASSIGN_OR_RETURN(expr->otherwise, Expression());
  }
  RETURN_NOT_OK(Expect("END"));
  return expr;
}

Result<ExprPtr> Parser::Cast(std::string function) {
  auto expr = Make(ExprKind::kCast);
  expr->function = std::move(function);
  ++at_;
  RETURN_NOT_OK(Expect("("));
  ASSIGN_OR_RETURN(auto operand, Expression());
  RETURN_NOT_OK(Expect("AS"));
  ASSIGN_OR_RETURN(expr->type, TypeName());
  RETURN_NOT_OK(Expect(")"));
  expr->args.push_back(std::move(operand));
  return expr;
}

Result<std::string> Parser::IntervalUnit() {
  static constexpr std::string_view kUnits[] = {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "YEARS", "MONTHS", "DAYS", "HOURS", "MINUTES", "SECONDS"};
  auto one = [this](std::string* out) -> Status {
    for (auto unit : kUnits) {
      if (!Take(unit)) continue;
      *out += unit.back() == 'S' ? unit.substr(0, unit.size() - 1) : unit;
      if (!Take("(")) return {};
      while (Here().kind == TokenKind::kNumber || Is(",")) ++at_;  // leading and fraction precision: any length is read
      return Expect(")");
    }
    return Unexpected("YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
  };
  std::string text;
  RETURN_NOT_OK(one(&text));
  if (Take("TO")) {
    text += " TO ";
    RETURN_NOT_OK(one(&text));
  }
  return text;
}

Result<ExprPtr> Parser::Interval() {
  auto expr = Make(ExprKind::kInterval);
  RETURN_NOT_OK(Expect("INTERVAL"));
  std::string sign = Take("-") ? "-" : "";
  ASSIGN_OR_RETURN(auto text, StringLiteral("an interval such as '1'"));
  expr->text = sign + text;
  ASSIGN_OR_RETURN(expr->function, IntervalUnit());
  return expr;
}

Result<std::vector<ExprPtr>> Parser::ExpressionList() {
  std::vector<ExprPtr> list;
  do {
    ASSIGN_OR_RETURN(auto expr, Expression());
    list.push_back(std::move(expr));
  } while (Take(","));
  return list;
}

Result<ExprPtr> Parser::NameOrCall() {
  Position position = Here().position;
  if (Ahead(1).Is("(") && (Here().kind == TokenKind::kWord || Here().kind == TokenKind::kQuotedName)) {
    bool quoted = Here().kind == TokenKind::kQuotedName;
    std::string function = quoted ? Here().text : Here().upper;
    if (quoted) {
      for (char& c : function) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    ++at_;
    return Call(std::move(function), position);
  }
  auto name = Make(ExprKind::kName);
  ASSIGN_OR_RETURN(auto first, Identifier("a column name or an expression"));
  name->name.push_back(std::move(first));
  while (Is(".") && name->name.size() < 64) {
    if (Ahead(1).Is("*")) {
      at_ += 2;
      name->kind = ExprKind::kStar;
      return name;
    }
    if (Ahead(1).kind != TokenKind::kWord && Ahead(1).kind != TokenKind::kQuotedName) {
      ++at_;
      return Unexpected("a field name");
    }
    ++at_;
    name->name.push_back(tokens_[at_++].text);
  }
  return name;
}

Result<ExprPtr> Parser::Argument() {
  if (Is("TABLE") && (Ahead(1).kind == TokenKind::kWord || Ahead(1).kind == TokenKind::kQuotedName)) {
    auto table = Make(ExprKind::kTable);
    ++at_;
    ASSIGN_OR_RETURN(table->name, QualifiedName("a table name"));
    if (TakeWords({"PARTITION", "BY"})) {
      if (Take("(")) {
        ASSIGN_OR_RETURN(table->partition_by, ExpressionList());
        RETURN_NOT_OK(Expect(")"));
      } else {  // what follows a comma is the function's next argument
        ASSIGN_OR_RETURN(auto only, Expression());
        table->partition_by.push_back(std::move(only));
      }
    }
    return table;
  }
  if ((Is("TABLE") && Ahead(1).Is("(")) || (Is("(") && (Ahead(1).Is("SELECT") || Ahead(1).Is("WITH")))) {
    auto table = Make(ExprKind::kTable);
    Take("TABLE");
    RETURN_NOT_OK(Expect("("));
    ASSIGN_OR_RETURN(table->query, QueryExpression());
    RETURN_NOT_OK(Expect(")"));
    return table;
  }
  if (Is("MODEL") && (Ahead(1).kind == TokenKind::kWord || Ahead(1).kind == TokenKind::kQuotedName)) {
    auto model = Make(ExprKind::kModel);
    ++at_;
    ASSIGN_OR_RETURN(model->name, QualifiedName("a model name"));
    return model;
  }
  if (Is("DESCRIPTOR") && Ahead(1).Is("(")) {
    auto descriptor = Make(ExprKind::kDescriptor);
    ++at_;
    ASSIGN_OR_RETURN(auto names, NameList("a column name"));
    for (auto& text : names) {
      auto name = Make(ExprKind::kName);
      name->name = {std::move(text)};
      descriptor->args.push_back(std::move(name));
    }
    return descriptor;
  }
  return Expression();
}

Result<ExprPtr> Parser::Call(std::string function, Position position) {
  auto call = MakeCall(std::move(function), {}, position);
  RETURN_NOT_OK(Expect("("));
  if (Take("DISTINCT")) {
    call->distinct = true;
  } else {
    Take("ALL");
  }
  RETURN_NOT_OK(SpecialCall(*call));
  if (!Is(")")) {
    do {
      if ((Here().kind == TokenKind::kWord || Here().kind == TokenKind::kQuotedName) && Ahead(1).Is("=>")) {
        auto named = Make(ExprKind::kNamedArg);
        named->text = Here().kind == TokenKind::kWord ? Here().upper : Here().text;
        at_ += 2;
        ASSIGN_OR_RETURN(auto value, Argument());
        named->args.push_back(std::move(value));
        call->args.push_back(std::move(named));
      } else {
        ASSIGN_OR_RETURN(auto arg, Argument());
        call->args.push_back(std::move(arg));
      }
      if (Take("AS")) return Unexpected("',' or ')'");
      // SUBSTRING(s FROM a FOR b), POSITION(a IN b) is read as IN by Argument, OVERLAY(s PLACING r FROM a FOR b).
    } while (Take(",") || Take("FROM") || Take("FOR") || Take("PLACING"));
  }
  if (call->function.starts_with("JSON_")) RETURN_NOT_OK(JsonCallTail(*call));
  RETURN_NOT_OK(Expect(")"));
  RETURN_NOT_OK(CallTail(*call));
  return call;
}

// Calls whose first words are not arguments: EXTRACT(unit FROM x), TRIM(BOTH a FROM s), POSITION(a IN s),
// TIMESTAMPDIFF(unit, a, b), FLOOR(x TO unit) ends in CallTail.
Status Parser::SpecialCall(Expr& call) {
  if (call.function == "EXTRACT" || call.function == "TIMESTAMPADD" || call.function == "TIMESTAMPDIFF") {
    if (Here().kind != TokenKind::kWord) return Unexpected("a unit such as DAY");
    call.text = tokens_[at_++].upper;
    return Expect(call.function == "EXTRACT" ? "FROM" : ",");
  }
  if (call.function == "TRIM") return TrimCall(call);
  if (call.function == "JSON_OBJECT" || call.function == "JSON_OBJECTAGG") return JsonPairs(call);
  if (call.function == "POSITION") {
    ASSIGN_OR_RETURN(auto needle, Sum());
    RETURN_NOT_OK(Expect("IN"));
    call.args.push_back(std::move(needle));
    return {};
  }
  bool rounds = call.function == "FLOOR" || call.function == "CEIL" || call.function == "CEILING";
  if (!rounds) return {};
  ASSIGN_OR_RETURN(auto operand, Expression());
  call.args.push_back(std::move(operand));
  if (Take("TO")) {
    if (Here().kind != TokenKind::kWord) return Unexpected("a unit such as DAY");
    call.text = tokens_[at_++].upper;
  }
  if (!Is(")")) return Unexpected("')'");
  return {};
}

// TRIM([BOTH | LEADING | TRAILING] [chars] FROM s), TRIM(s): args become s [, chars].
Status Parser::TrimCall(Expr& call) {
  call.text = "BOTH";
  bool sided = false;
  for (std::string_view side : {"BOTH", "LEADING", "TRAILING"}) {
    if (!Take(side)) continue;
    call.text = side;
    sided = true;
  }
  if (sided && Take("FROM")) return {};
  ASSIGN_OR_RETURN(auto first, Expression());
  if (!Take("FROM")) {
    call.args.push_back(std::move(first));
    if (!Is(")")) return Unexpected("FROM or ')'");
    return {};
  }
  ASSIGN_OR_RETURN(auto source, Expression());
  call.args = {std::move(source), std::move(first)};
  return Is(")") ? Status() : Status(Unexpected("')'"));
}

// [KEY] k VALUE v | k : v, …: args become k, v, k, v …
Status Parser::JsonPairs(Expr& call) {
  bool clause = Is("NULL") || Is("ABSENT");
  if (!Is(")") && !clause) {
    do {
      if (Is("KEY") && !Ahead(1).Is("VALUE") && !Ahead(1).Is(":")) ++at_;
      ASSIGN_OR_RETURN(auto key, Sum());
      if (!Take("VALUE") && !Take(":")) return Unexpected("VALUE");
      ASSIGN_OR_RETURN(auto value, Sum());
      call.args.push_back(std::move(key));
      call.args.push_back(std::move(value));
    } while (Take(","));
  }
  RETURN_NOT_OK(JsonCallTail(call));
  return Is(")") ? Status() : Status(Unexpected("')'"));
}

// RETURNING type, NULL | ERROR | DEFAULT x ON EMPTY | ERROR, WITH WRAPPER …: words go to text, DEFAULT's value
// becomes an argument, the type stands in call.type.
Status Parser::JsonCallTail(Expr& call) {
  while (!Is(")")) {
    if (Here().kind == TokenKind::kEnd) return Unexpected("')'");
    if (Take("RETURNING")) {
      ASSIGN_OR_RETURN(call.type, TypeName());
      continue;
    }
    if (Here().kind != TokenKind::kWord) return Unexpected("a JSON clause or ')'");
    call.text += (call.text.empty() ? "" : " ") + Here().upper;
    bool has_value = Is("DEFAULT");
    ++at_;
    if (!has_value) continue;
    ASSIGN_OR_RETURN(auto value, Sum());
    call.args.push_back(std::move(value));
  }
  return {};
}

Status Parser::CallTail(Expr& call) {
  if (Is("WITHIN") && Ahead(1).Is("GROUP")) return Unexpected("no WITHIN GROUP: it is not supported");
  if (Is("FILTER") && Ahead(1).Is("(")) {
    at_ += 2;
    RETURN_NOT_OK(Expect("WHERE"));
    ASSIGN_OR_RETURN(call.filter, Expression());
    RETURN_NOT_OK(Expect(")"));
  }
  if (!Take("OVER")) return {};
  if (IsIdentifier()) {
    WindowSpec window;
    window.base = tokens_[at_++].text;
    call.over = std::move(window);
    return {};
  }
  ASSIGN_OR_RETURN(call.over, Window());
  return {};
}

Result<WindowSpec> Parser::Window() {
  WindowSpec window;
  RETURN_NOT_OK(Expect("("));
  if (IsIdentifier() && !Is("PARTITION")) window.base = tokens_[at_++].text;
  if (TakeWords({"PARTITION", "BY"})) {
    ASSIGN_OR_RETURN(window.partition_by, ExpressionList());
  }
  if (TakeWords({"ORDER", "BY"})) {
    ASSIGN_OR_RETURN(window.order_by, SortKeys());
  }
  if (Is("ROWS") || Is("RANGE")) {
    ASSIGN_OR_RETURN(window.frame, FrameClause());
  }
  RETURN_NOT_OK(Expect(")"));
  return window;
}

Result<Frame> Parser::FrameClause() {
  Frame frame;
  frame.rows = Take("ROWS");
  if (!frame.rows) RETURN_NOT_OK(Expect("RANGE"));
  if (!Take("BETWEEN")) {
    RETURN_NOT_OK(FrameEnd(&frame.from, &frame.from_value));
    return frame;
  }
  RETURN_NOT_OK(FrameEnd(&frame.from, &frame.from_value));
  RETURN_NOT_OK(Expect("AND"));
  RETURN_NOT_OK(FrameEnd(&frame.to, &frame.to_value));
  return frame;
}

Status Parser::FrameEnd(FrameBound* bound, ExprPtr* value) {
  if (TakeWords({"CURRENT", "ROW"})) {
    *bound = FrameBound::kCurrentRow;
    return {};
  }
  bool unbounded = Take("UNBOUNDED");
  if (!unbounded) {
    ASSIGN_OR_RETURN(*value, Sum());
  }
  if (Take("PRECEDING")) {
    *bound = unbounded ? FrameBound::kUnboundedPreceding : FrameBound::kPreceding;
    return {};
  }
  RETURN_NOT_OK(Expect("FOLLOWING"));
  *bound = unbounded ? FrameBound::kUnboundedFollowing : FrameBound::kFollowing;
  return {};
}

}  // namespace freshet::wire::flink_sql
