#include "base/capitals.h"
#include "wire/flink_sql/parser.h"

// Names and calls: arguments, the functions whose arguments have words between them, and what may follow a call: FILTER, WITHIN GROUP, OVER.

namespace freshet::wire::flink_sql {

Result<ExprPtr> Parser::NameOrCall() {
  Position position = Here().position;
  if (Ahead(1).Is("(") && (Here().kind == TokenKind::kWord || Here().kind == TokenKind::kQuotedName)) {
    bool quoted = Here().kind == TokenKind::kQuotedName;
    std::string function = quoted ? InCapitals(Here().text) : Here().upper;
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

// RESPECT NULLS says what LAG and LEAD do.
Status Parser::NullTreatment(const Expr& call) {
  bool takes_them = call.function == "LAG" || call.function == "LEAD", ignores = Is("IGNORE");
  if (!takes_them) return Fault::Invalid(At(Here().position), Here().upper, " NULLS stands behind LAG and LEAD, not behind ", call.function, "; leave it out");
  if (ignores) return Fault::Unsupported(At(Here().position), call.function, " … IGNORE NULLS is not supported: NULLs count as rows; leave them out in a subquery (WHERE … IS NOT NULL), or say RESPECT NULLS");
  at_ += 2;
  return {};
}

Status Parser::CallTail(Expr& call) {
  if ((Is("IGNORE") || Is("RESPECT")) && Ahead(1).Is("NULLS")) RETURN_NOT_OK(NullTreatment(call));
  if (Is("WITHIN") && Ahead(1).Is("GROUP")) return Fault::Unsupported(At(Here().position), "WITHIN GROUP is not supported; LISTAGG puts texts together as they come");
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
