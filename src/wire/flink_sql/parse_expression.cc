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
  if (Is("OVERLAPS")) return OverlapsTail(std::move(left));
  bool negated = Is("NOT") && (Ahead(1).Is("IN") || Ahead(1).Is("BETWEEN") || Ahead(1).Is("LIKE") || Ahead(1).Is("SIMILAR"));
  if (negated) ++at_;
  if (Take("IN")) return InTail(std::move(left), negated);
  if (Take("BETWEEN")) return BetweenTail(std::move(left), negated);
  if (Take("LIKE")) return LikeTail(std::move(left), "LIKE", negated);
  if (TakeWords({"SIMILAR", "TO"})) return LikeTail(std::move(left), "SIMILAR TO", negated);
  *again = false;
  return left;
}

// (a, b) OVERLAPS (c, d) is a call of the four.
Result<ExprPtr> Parser::OverlapsTail(ExprPtr left) {
  Position position = Here().position;
  RETURN_NOT_OK(Expect("OVERLAPS"));
  ASSIGN_OR_RETURN(auto right, Sum());
  auto is_span = [](const ExprPtr& span) { return span->kind == ExprKind::kRow && span->args.size() == 2; };
  if (!is_span(left) || !is_span(right)) return Fault::Invalid(At(position), "OVERLAPS stands between two spans, (from, to) OVERLAPS (from, to)");
  return MakeCall("OVERLAPS", {left->args[0], left->args[1], right->args[0], right->args[1]}, position);
}

// x = ANY (…) is x IN (…), x <> ALL (…) is x NOT IN (…); others compare with the greatest or the least.
Result<ExprPtr> Parser::QuantifiedTail(ExprPtr left, std::string_view comparison) {
  bool all = Is("ALL"), member = all ? comparison == "<>" || comparison == "!=" : comparison == "=";
  bool ranks = comparison[0] == '<' || comparison[0] == '>';
  if (!member && (!ranks || comparison == "<>")) return Fault::Unsupported(At(Here().position), "'", comparison, " ", Here().upper, "' is not supported; compare with (SELECT MIN(…) …) and (SELECT MAX(…) …)");
  Position position = Here().position;
  ++at_;
  if (member) return InTail(std::move(left), all);
  auto quantified = Make(ExprKind::kQuantified);
  quantified->position = position;
  quantified->function = comparison;
  quantified->negated = all;
  quantified->args.push_back(std::move(left));
  RETURN_NOT_OK(Expect("("));
  ASSIGN_OR_RETURN(quantified->query, QueryExpression());
  RETURN_NOT_OK(Expect(")"));
  return quantified;
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

}  // namespace freshet::wire::flink_sql
