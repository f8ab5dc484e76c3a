#include "wire/flink_sql/parser.h"

// The phrases of statements. To add one: a struct in ast.h, a body method here, a line in OneStatement.

namespace freshet::wire::flink_sql {

// Goes on behind a statement that cannot be read, so that one look at a script shows what is wrong in all of it.
Result<std::vector<Statement>> Parser::Script() {
  std::vector<Statement> statements;
  std::vector<Fault> faults;
  while (true) {
    while (Take(";")) {}
    if (Here().kind == TokenKind::kEnd || faults.size() == kFaultsMax) break;
    size_t begin = at_;
    auto statement = WholeStatement();
    if (statement.ok()) {
      statements.push_back(std::move(statement).value());
    } else {
      faults.push_back(statement.fault());
      SkipStatement(begin);
    }
  }
  if (faults.empty()) return statements;
  std::string all;
  for (const Fault& fault : faults) all += StrCat(all.empty() ? "" : "\n", fault.message());
  return Fault(faults[0].code(), faults[0].blame(), faults[0].retry(), all);
}

Result<Statement> Parser::WholeStatement() {
  ASSIGN_OR_RETURN(auto statement, OneStatement());
  if (Here().kind != TokenKind::kEnd && !Is(";")) return Unexpected("';' or the end of the statement");
  return statement;
}

// To the ';' of the statement that begins there; a statement set has others inside.
void Parser::SkipStatement(size_t begin) {
  bool is_set = tokens_[begin].Is("BEGIN") || (tokens_[begin].Is("EXECUTE") && tokens_[begin + 1].Is("STATEMENT"));
  while (Here().kind != TokenKind::kEnd && !Is(";")) ++at_;
  if (!is_set) return;
  size_t end = at_;
  while (tokens_[end].kind != TokenKind::kEnd && !(tokens_[end].Is("END") && tokens_[end - 1].Is(";"))) ++end;
  if (tokens_[end].kind != TokenKind::kEnd) at_ = end + 1;
}

Result<Statement> Parser::OneStatement() {
  Depth depth(*this);
  if (depth.too_deep()) return TooDeep();
  Statement statement;
  statement.position = Here().position;
  auto finish = [&statement](auto body) -> Result<Statement> {
    RETURN_NOT_OK(body);
    statement.body = std::move(body).value();
    return std::move(statement);
  };
  if (Take("CREATE")) return Create();
  if (Take("DROP")) return finish(DropBody());
  if (Take("ALTER")) return finish(AlterBody());
  if (Is("INSERT")) return finish(InsertBody());
  if (TakeWords({"EXECUTE", "STATEMENT", "SET"}) || AreWords({"BEGIN", "STATEMENT", "SET"})) return finish(StatementSetBody());
  if (Take("EXECUTE")) {
    if (Is("INSERT")) return finish(InsertBody());
    return Unexpected("STATEMENT SET or INSERT");
  }
  if (Take("EXPLAIN")) return finish(ExplainBody());
  if (Take("SET")) return finish(SetBody());
  if (Take("RESET")) {
    ResetOption reset;
    if (Here().kind == TokenKind::kString) reset.key = tokens_[at_++].text;
    return finish(Result<ResetOption>(std::move(reset)));
  }
  if (Is("SHOW") || Is("DESCRIBE") || Is("DESC")) return finish(ShowBody());
  if (Take("USE")) {
    Use use;
    use.what = Take("CATALOG") ? "CATALOG" : "DATABASE";
    ASSIGN_OR_RETURN(use.name, QualifiedName("a name"));
    return finish(Result<Use>(std::move(use)));
  }
  if (Is("SELECT") || Is("WITH") || Is("VALUES") || Is("(") || Is("TABLE")) {
    return finish(QueryExpression());
  }
  static constexpr std::string_view kRefused[] = {"LOAD", "UNLOAD", "ADD", "REMOVE", "CALL", "ANALYZE", "TRUNCATE", "UPDATE", "DELETE", "COMPILE", "STOP"};
  for (auto word : kRefused) {
    if (Is(word)) return Fault::Unsupported(At(Here().position), "statement ", word, " is not supported yet; known are CREATE, ALTER, DROP, INSERT, SELECT, EXPLAIN, EXECUTE STATEMENT SET, SET, RESET, SHOW, DESCRIBE, USE");
  }
  return Unexpected("a statement (CREATE, INSERT, SELECT, EXPLAIN, SET …)");
}

Result<Statement> Parser::Create() {
  Statement statement;
  statement.position = tokens_[at_ - 1].position;
  bool replace = TakeWords({"OR", "REPLACE"}) || TakeWords({"OR", "ALTER"});
  if (replace) return Fault::Unsupported(At(statement.position), "CREATE OR REPLACE is not supported yet; DROP, then CREATE");
  bool temporary = Take("TEMPORARY");
  bool system = Take("SYSTEM");
  auto finish = [&statement](auto body) -> Result<Statement> {
    RETURN_NOT_OK(body);
    statement.body = std::move(body).value();
    return std::move(statement);
  };
  if (!system && Take("TABLE")) return finish(CreateTableBody(temporary));
  if (!system && Take("VIEW")) return finish(CreateViewBody(temporary));
  if (Take("FUNCTION")) return finish(CreateFunctionBody());
  if (!system && Take("MODEL")) return finish(CreateModelBody());
  if (Is("CATALOG") || Is("DATABASE") || Is("MATERIALIZED")) return Fault::Unsupported(At(statement.position), "CREATE ", Here().upper, " is not supported yet");
  return Unexpected("TABLE, VIEW, FUNCTION or MODEL");
}

Result<bool> Parser::IfNotExists() {
  if (!Take("IF")) return false;
  RETURN_NOT_OK(Expect("NOT"));
  RETURN_NOT_OK(Expect("EXISTS"));
  return true;
}

Result<CreateTable> Parser::CreateTableBody(bool temporary) {
  CreateTable table;
  table.temporary = temporary;
  ASSIGN_OR_RETURN(table.if_not_exists, IfNotExists());
  ASSIGN_OR_RETURN(table.name, QualifiedName("a table name"));
  if (Take("(")) {
    if (!Is(")")) {
      do {
        RETURN_NOT_OK(TableElement(table));
      } while (Take(","));
    }
    RETURN_NOT_OK(Expect(")"));
  }
  if (Take("COMMENT")) {
    ASSIGN_OR_RETURN(table.comment, StringLiteral("a comment"));
  }
  if (Is("DISTRIBUTED")) return Fault::Unsupported(At(Here().position), "DISTRIBUTED is not supported; remove the clause");
  if (TakeWords({"PARTITIONED", "BY"})) {
    ASSIGN_OR_RETURN(table.partitioned_by, NameList("a column name"));
  }
  if (Take("WITH")) {
    ASSIGN_OR_RETURN(table.options, OptionList());
  }
  if (Take("LIKE")) RETURN_NOT_OK(LikeClause(table));
  if (Take("AS")) {
    ASSIGN_OR_RETURN(table.as_query, QueryExpression());
  }
  return table;
}

Status Parser::LikeClause(CreateTable& table) {
  ASSIGN_OR_RETURN(table.like, QualifiedName("a table name"));
  if (!Take("(")) return {};
  while (!Take(")")) {
    if (!Is("INCLUDING") && !Is("EXCLUDING") && !Is("OVERWRITING")) return Unexpected("INCLUDING, EXCLUDING or OVERWRITING");
    std::string how = tokens_[at_++].upper;
    if (Here().kind != TokenKind::kWord) return Unexpected("OPTIONS, WATERMARKS, GENERATED, METADATA, CONSTRAINTS, PARTITIONS or ALL");
    table.like_options.emplace_back(std::move(how), tokens_[at_++].upper);
  }
  return {};
}

Status Parser::TableElement(CreateTable& table) {
  if (Is("WATERMARK") && Ahead(1).Is("FOR")) {
    WatermarkSpec watermark;
    watermark.position = Here().position;
    at_ += 2;
    if (table.watermark) return Fault::Invalid(At(watermark.position), "a table has at most one WATERMARK");
    ASSIGN_OR_RETURN(watermark.column, QualifiedName("a column name"));
    RETURN_NOT_OK(Expect("AS"));
    ASSIGN_OR_RETURN(watermark.expr, Expression());
    table.watermark = std::move(watermark);
    return {};
  }
  if (Take("CONSTRAINT")) RETURN_NOT_OK(Identifier("a constraint name"));
  if (AreWords({"PRIMARY", "KEY"})) {
    Position position = Here().position;
    at_ += 2;
    ASSIGN_OR_RETURN(table.primary_key, NameList("a column name"));
    if (!TakeWords({"NOT", "ENFORCED"})) return Fault::Invalid(At(position), "PRIMARY KEY must say NOT ENFORCED: a stream cannot check it");
    return {};
  }
  if (Is("UNIQUE")) return Fault::Unsupported(At(Here().position), "UNIQUE is not supported; use PRIMARY KEY (…) NOT ENFORCED");
  ASSIGN_OR_RETURN(auto column, Column());
  if (AreWords({"PRIMARY", "KEY"})) {
    at_ += 2;
    if (!TakeWords({"NOT", "ENFORCED"})) return Fault::Invalid(At(column.position), "PRIMARY KEY must say NOT ENFORCED: a stream cannot check it");
    table.primary_key = {column.name};
  }
  if (Take("COMMENT")) {
    ASSIGN_OR_RETURN(column.comment, StringLiteral("a comment"));
  }
  table.columns.push_back(std::move(column));
  return {};
}

Result<ColumnSpec> Parser::Column() {
  ColumnSpec column;
  column.position = Here().position;
  ASSIGN_OR_RETURN(column.name, Identifier("a column name"));
  if (Take("AS")) {
    column.kind = ColumnKind::kComputed;
    ASSIGN_OR_RETURN(column.expr, Expression());
    return column;
  }
  ASSIGN_OR_RETURN(column.type, TypeName());
  if (!Take("METADATA")) return column;
  column.kind = ColumnKind::kMetadata;
  if (Take("FROM")) {
    ASSIGN_OR_RETURN(column.metadata_key, StringLiteral("a metadata key"));
  }
  column.is_virtual = Take("VIRTUAL");
  return column;
}

Result<CreateView> Parser::CreateViewBody(bool temporary) {
  CreateView view;
  view.temporary = temporary;
  ASSIGN_OR_RETURN(view.if_not_exists, IfNotExists());
  ASSIGN_OR_RETURN(view.name, QualifiedName("a view name"));
  if (Is("(")) {
    ASSIGN_OR_RETURN(view.columns, NameList("a column name"));
  }
  if (Take("COMMENT")) {
    ASSIGN_OR_RETURN(view.comment, StringLiteral("a comment"));
  }
  RETURN_NOT_OK(Expect("AS"));
  ASSIGN_OR_RETURN(view.query, QueryExpression());
  return view;
}

Result<CreateFunction> Parser::CreateFunctionBody() {
  CreateFunction function;
  ASSIGN_OR_RETURN(function.if_not_exists, IfNotExists());
  ASSIGN_OR_RETURN(function.name, QualifiedName("a function name"));
  RETURN_NOT_OK(Expect("AS"));
  ASSIGN_OR_RETURN(function.class_name, StringLiteral("a class name, or 'module.function', between single quotes"));
  if (Take("LANGUAGE")) {
    for (std::string_view language : {"JAVA", "SCALA", "PYTHON"}) {
      if (function.language.empty() && Take(language)) function.language = language;
    }
    if (function.language.empty()) return Unexpected("JAVA, SCALA or PYTHON");
  }
  if (Is("USING")) return Fault::Unsupported(At(Here().position), "USING JAR and ARTIFACT: nothing is loaded from elsewhere; write the function in Python, or see which Java classes are built in (docs/sql.md)");
  return function;
}

Result<std::vector<ColumnSpec>> Parser::ModelColumns() {
  std::vector<ColumnSpec> columns;
  RETURN_NOT_OK(Expect("("));
  do {
    ASSIGN_OR_RETURN(auto column, Column());
    if (column.kind != ColumnKind::kPhysical) return Fault::Invalid(At(column.position), "a model's column has a name and a type only");
    columns.push_back(std::move(column));
    if (Take("COMMENT")) RETURN_NOT_OK(StringLiteral("a comment"));
  } while (Take(","));
  RETURN_NOT_OK(Expect(")"));
  return columns;
}

Result<CreateModel> Parser::CreateModelBody() {
  CreateModel model;
  ASSIGN_OR_RETURN(model.if_not_exists, IfNotExists());
  ASSIGN_OR_RETURN(model.name, QualifiedName("a model name"));
  RETURN_NOT_OK(Expect("INPUT"));
  ASSIGN_OR_RETURN(model.input, ModelColumns());
  RETURN_NOT_OK(Expect("OUTPUT"));
  ASSIGN_OR_RETURN(model.output, ModelColumns());
  if (Take("COMMENT")) {
    ASSIGN_OR_RETURN(model.comment, StringLiteral("a comment"));
  }
  RETURN_NOT_OK(Expect("WITH"));
  ASSIGN_OR_RETURN(model.options, OptionList());
  return model;
}

Result<Drop> Parser::DropBody() {
  Drop drop;
  Take("TEMPORARY");
  Take("SYSTEM");
  for (std::string_view what : {"TABLE", "VIEW", "FUNCTION", "MODEL"}) {
    if (Take(what)) drop.what = what;
  }
  if (drop.what.empty()) return Unexpected("TABLE, VIEW, FUNCTION or MODEL");
  drop.if_exists = TakeWords({"IF", "EXISTS"});
  ASSIGN_OR_RETURN(drop.name, QualifiedName("a name"));
  return drop;
}

// ALTER TABLE t SET ('k' = 'v') | RESET ('k') | RENAME TO u, ALTER VIEW v AS query, and the same of a MODEL.
Result<Alter> Parser::AlterBody() {
  Alter alter;
  for (std::string_view what : {"TABLE", "VIEW", "MODEL"}) {
    if (Take(what)) alter.what = what;
  }
  if (Is("FUNCTION")) return Fault::Unsupported(At(Here().position), "ALTER FUNCTION is not supported; DROP FUNCTION, then CREATE it again");
  if (alter.what.empty()) return Unexpected("TABLE, VIEW or MODEL");
  alter.if_exists = TakeWords({"IF", "EXISTS"});
  ASSIGN_OR_RETURN(alter.name, QualifiedName("a name"));
  if (TakeWords({"RENAME", "TO"})) {
    alter.action = "RENAME";
    ASSIGN_OR_RETURN(alter.new_name, QualifiedName("a new name"));
    return alter;
  }
  if (alter.what == "VIEW" && Take("AS")) {
    alter.action = "AS";
    ASSIGN_OR_RETURN(alter.query, QueryExpression());
    return alter;
  }
  if (alter.what != "VIEW" && Take("SET")) {
    alter.action = "SET";
    ASSIGN_OR_RETURN(alter.options, OptionList());
    return alter;
  }
  if (alter.what != "VIEW" && Take("RESET")) {
    alter.action = "RESET";
    RETURN_NOT_OK(Expect("("));
    do {
      ASSIGN_OR_RETURN(auto key, StringLiteral("an option key such as 'path'"));
      alter.options.emplace_back(std::move(key), "");
    } while (Take(","));
    RETURN_NOT_OK(Expect(")"));
    return alter;
  }
  if (Is("ADD") || Is("MODIFY") || Is("DROP")) return Fault::Unsupported(At(Here().position), "ALTER ", alter.what, " ", Here().upper, " is not supported; DROP it and CREATE it anew");
  return Unexpected(alter.what == "VIEW" ? "RENAME TO or AS" : "SET, RESET or RENAME TO");
}

Result<Insert> Parser::InsertBody() {
  Insert insert;
  insert.position = Here().position;
  RETURN_NOT_OK(Expect("INSERT"));
  if (Is("OVERWRITE")) return Fault::Unsupported(At(insert.position), "INSERT OVERWRITE needs batch mode; use INSERT INTO");
  RETURN_NOT_OK(Expect("INTO"));
  ASSIGN_OR_RETURN(insert.table, QualifiedName("a table name"));
  ASSIGN_OR_RETURN(insert.hints, Hints());
  if (Take("PARTITION")) {
    RETURN_NOT_OK(Expect("("));
    do {
      ASSIGN_OR_RETURN(auto name, Identifier("a column name"));
      RETURN_NOT_OK(Expect("="));
      ASSIGN_OR_RETURN(auto value, Sum());
      insert.partition.emplace_back(std::move(name), std::move(value));
    } while (Take(","));
    RETURN_NOT_OK(Expect(")"));
  }
  bool column_list = Is("(") && !Ahead(1).Is("SELECT") && !Ahead(1).Is("WITH") && !Ahead(1).Is("VALUES") && !Ahead(1).Is("(");
  if (column_list) {
    ASSIGN_OR_RETURN(insert.columns, NameList("a column name"));
  }
  ASSIGN_OR_RETURN(insert.query, QueryExpression());
  if (TakeWords({"ON", "CONFLICT"})) {
    RETURN_NOT_OK(Expect("DO"));
    for (std::string_view how : {"DEDUPLICATE", "NOTHING", "ERROR"}) {
      if (Take(how)) insert.on_conflict = how;
    }
    if (insert.on_conflict.empty()) return Unexpected("DEDUPLICATE, NOTHING or ERROR");
  }
  return insert;
}

Result<StatementSet> Parser::StatementSetBody() {
  StatementSet set;
  RETURN_NOT_OK(Expect("BEGIN"));
  if (TakeWords({"STATEMENT", "SET"})) RETURN_NOT_OK(Expect(";"));
  while (!Take("END")) {
    ASSIGN_OR_RETURN(auto insert, InsertBody());
    set.inserts.push_back(std::move(insert));
    RETURN_NOT_OK(Expect(";"));
    while (Take(";")) {}
  }
  return set;
}

Result<Explain> Parser::ExplainBody() {
  Explain explain;
  TakeWords({"PLAN", "FOR"});
  static constexpr std::string_view kDetails[] = {"ESTIMATED_COST", "CHANGELOG_MODE", "JSON_EXECUTION_PLAN", "PLAN_ADVICE", "WATERMARK"};
  bool more = true;
  while (more) {
    more = false;
    for (auto detail : kDetails) {
      if (!Take(detail)) continue;
      explain.details.emplace_back(detail);
      more = Take(",");
      break;
    }
  }
  explain.statement = std::make_shared<Statement>();
  if (TakeWords({"STATEMENT", "SET"})) {
    explain.statement->position = Here().position;
    ASSIGN_OR_RETURN(auto set, StatementSetBody());
    explain.statement->body = std::move(set);
    return explain;
  }
  if (!Is("INSERT") && !Is("SELECT") && !Is("WITH") && !Is("VALUES") && !Is("TABLE") && !Is("(")) return Unexpected("a query, INSERT or STATEMENT SET");
  ASSIGN_OR_RETURN(*explain.statement, OneStatement());
  return explain;
}

Result<SetOption> Parser::SetBody() {
  SetOption set;
  if (Is(";") || Here().kind == TokenKind::kEnd) return set;
  ASSIGN_OR_RETURN(set.key, StringLiteral("a key such as 'table.local-time-zone'"));
  RETURN_NOT_OK(Expect("="));
  ASSIGN_OR_RETURN(set.value, StringLiteral("a value between single quotes"));
  return set;
}

Result<Show> Parser::ShowBody() {
  Show show;
  if (Take("DESCRIBE") || Take("DESC")) {
    show.what = Take("MODEL") ? "DESCRIBE MODEL" : "DESCRIBE";
    ASSIGN_OR_RETURN(show.name, QualifiedName("a table name"));
    return show;
  }
  RETURN_NOT_OK(Expect("SHOW"));
  for (std::string_view what : {"TABLES", "VIEWS", "FUNCTIONS", "DATABASES", "CATALOGS", "MODELS", "JOBS"}) {
    if (!Take(what)) continue;
    show.what = what;
    return show;
  }
  if (Take("COLUMNS")) {
    show.what = "COLUMNS";
    if (!Take("FROM")) RETURN_NOT_OK(Expect("IN"));
  } else if (Take("CREATE")) {
    for (std::string_view what : {"TABLE", "VIEW", "MODEL"}) {
      if (Take(what)) show.what = "CREATE " + std::string(what);
    }
  }
  if (show.what.empty()) return Unexpected("TABLES, VIEWS, FUNCTIONS, MODELS, COLUMNS FROM t or CREATE TABLE t");
  ASSIGN_OR_RETURN(show.name, QualifiedName("a table name"));
  return show;
}

}  // namespace freshet::wire::flink_sql
