#include "wire/flink_sql/parser.h"

// The phrases of statements. To add one: a struct in ast.h, a body method here, a line in OneStatement.

namespace freshet::wire::flink_sql {
namespace {

// Statements of Flink that mean nothing here, and what to do.
constexpr std::pair<std::string_view, std::string_view> kRefused[] = {
    {"LOAD", "there are no modules; all functions are there"},
    {"UNLOAD", "there are no modules; leave it out"},
    {"ADD", "there is no Java; a function of one's own is written in Python (CREATE FUNCTION … LANGUAGE PYTHON)"},
    {"REMOVE", "there is no Java; leave it out"},
    {"CALL", "there are no procedures"},
    {"ANALYZE", "plans need no statistics; leave it out"},
    {"TRUNCATE", "rows of a stream stay; delete the topic's records, or write another table"},
    {"UPDATE", "it needs batch mode; write the changed rows into a table with a PRIMARY KEY"},
    {"DELETE", "it needs batch mode; a query that no longer gives a row takes it out of a table with a PRIMARY KEY"},
    {"COMPILE", "plans are made of the SQL text each time, and state is carried over by what operators compute; keep the SQL"},
    {"QUIT", "a script ends where its text ends; leave it out"},
    {"EXIT", "a script ends where its text ends; leave it out"},
    {"STOP", "a script runs to its end; a pipeline stops when its file leaves pipelines/"},
};

}  // namespace

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
  if (Is("REPLACE") && Ahead(1).Is("TABLE")) {
    at_ += 2;
    auto table = CreateTableBody(false);
    if (table.ok()) table->replace = Replace::kThere;
    return finish(std::move(table));
  }
  if (Take("DROP")) return finish(DropBody());
  if (Take("ALTER")) return finish(AlterBody());
  if (Is("INSERT")) return finish(InsertBody());
  if (TakeWords({"EXECUTE", "STATEMENT", "SET"}) || AreWords({"BEGIN", "STATEMENT", "SET"})) return finish(StatementSetBody());
  if (Take("EXECUTE")) {
    if (Is("INSERT")) return finish(InsertBody());
    if (Is("PLAN")) return Fault::Unsupported(At(statement.position), "EXECUTE PLAN is not supported: plans are made of the SQL text each time; run the statement itself");
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
    if (Is("MODULES")) return Fault::Unsupported(At(statement.position), "USE MODULES is not supported: there is one module, core, and it is in use; leave it out");
    Use use;
    use.what = Take("CATALOG") ? "CATALOG" : "DATABASE";
    ASSIGN_OR_RETURN(use.name, QualifiedName("a name"));
    return finish(Result<Use>(std::move(use)));
  }
  if (Is("SELECT") || Is("WITH") || Is("VALUES") || Is("(") || Is("TABLE")) {
    return finish(QueryExpression());
  }
  for (auto [word, instead] : kRefused) {
    if (Is(word)) return Fault::Unsupported(At(Here().position), "statement ", word, " is not supported: ", instead);
  }
  return Unexpected("a statement (CREATE, INSERT, SELECT, EXPLAIN, SET …)");
}

Result<Statement> Parser::Create() {
  Statement statement;
  statement.position = tokens_[at_ - 1].position;
  Replace replace = TakeWords({"OR", "REPLACE"}) || TakeWords({"OR", "ALTER"}) ? Replace::kIfThere : Replace::kNo;
  bool temporary = Take("TEMPORARY");
  bool system = Take("SYSTEM");
  auto finish = [&statement](auto body) -> Result<Statement> {
    RETURN_NOT_OK(body);
    statement.body = std::move(body).value();
    return std::move(statement);
  };
  bool materialized = !system && !temporary && TakeWords({"MATERIALIZED", "TABLE"});
  if (materialized || (!system && Take("TABLE"))) {
    auto table = materialized ? MaterializedTableBody() : CreateTableBody(temporary);
    if (table.ok()) table->replace = replace;
    return finish(std::move(table));
  }
  if (replace != Replace::kNo) return Fault::Unsupported(At(Here().position), "OR REPLACE is for tables made of a query; of ", Here().text, ", DROP it, then CREATE it");
  if (!system && Take("VIEW")) return finish(CreateViewBody(temporary));
  if (Take("FUNCTION")) return finish(CreateFunctionBody());
  if (!system && Take("MODEL")) return finish(CreateModelBody());
  for (const char* what : {"CATALOG", "DATABASE"}) {
    if (!temporary && !system && Take(what)) return finish(CreateNamespaceBody(what));
  }
  return Unexpected("TABLE, VIEW, FUNCTION, MODEL, DATABASE or CATALOG");
}

Result<CreateNamespace> Parser::CreateNamespaceBody(std::string what) {
  CreateNamespace created;
  created.what = std::move(what);
  ASSIGN_OR_RETURN(created.if_not_exists, IfNotExists());
  ASSIGN_OR_RETURN(created.name, QualifiedName("a name"));
  if (Take("COMMENT")) {
    ASSIGN_OR_RETURN(created.comment, StringLiteral("a comment"));
  }
  if (Take("WITH")) {
    ASSIGN_OR_RETURN(created.options, OptionList());
  }
  return created;
}

Result<bool> Parser::IfNotExists() {
  if (!Take("IF")) return false;
  RETURN_NOT_OK(Expect("NOT"));
  RETURN_NOT_OK(Expect("EXISTS"));
  return true;
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
  size_t begin = at_;
  ASSIGN_OR_RETURN(view.query, QueryExpression());
  view.text = TextSince(begin);
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
  if (Is("MATERIALIZED") && Ahead(1).Is("TABLE")) ++at_;
  for (std::string_view what : {"TABLE", "VIEW", "FUNCTION", "MODEL", "CATALOG", "DATABASE"}) {
    if (drop.what.empty() && Take(what)) drop.what = what;
  }
  if (drop.what.empty()) return Unexpected("TABLE, VIEW, FUNCTION, MODEL, DATABASE or CATALOG");
  drop.if_exists = TakeWords({"IF", "EXISTS"});
  ASSIGN_OR_RETURN(drop.name, QualifiedName("a name"));
  if (drop.what == "DATABASE" && !Take("RESTRICT")) drop.cascade = Take("CASCADE");
  return drop;
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

// DESCRIBE [EXTENDED] t, DESCRIBE MODEL m.
Result<Show> Parser::DescribeBody() {
  Show show;
  ++at_;
  if (Is("FUNCTION")) return Fault::Unsupported(At(Here().position), "DESCRIBE FUNCTION is not supported: SHOW FUNCTIONS lists the functions, docs/sql.md says what each does");
  if (Is("JOB")) return Fault::Unsupported(At(Here().position), "DESCRIBE JOB is not supported: a script runs to its end, and pipelines are shown by the portal and GET /v1/house");
  show.what = "DESCRIBE";
  for (std::string_view what : {"MODEL", "CATALOG", "DATABASE"}) {
    if (show.what == "DESCRIBE" && Take(what)) show.what += StrCat(" ", what);
  }
  if (show.what != "DESCRIBE MODEL") show.extended = Take("EXTENDED");
  ASSIGN_OR_RETURN(show.name, QualifiedName("a name"));
  return show;
}

// [FROM | IN where] [[NOT] LIKE | ILIKE 'pattern'].
Status Parser::ShowFilter(Show& show) {
  bool has_where = show.what == "PROCEDURES" || show.what == "TABLES" || show.what == "VIEWS" || show.what == "MODELS" || show.what == "DATABASES" || show.what.ends_with("FUNCTIONS");
  if (has_where && (Take("FROM") || Take("IN"))) {
    ASSIGN_OR_RETURN(show.name, QualifiedName("the name of a database or catalog"));
  }
  show.unlike = Is("NOT") && (Ahead(1).Is("LIKE") || Ahead(1).Is("ILIKE")) && Take("NOT");
  show.any_case = Is("ILIKE");
  if (!Take("LIKE") && !Take("ILIKE")) return {};
  ASSIGN_OR_RETURN(show.like, StringLiteral("a pattern such as 'order%'"));
  return {};
}

Result<Show> Parser::ShowBody() {
  if (!Is("SHOW")) return DescribeBody();
  ++at_;
  Show show;
  for (std::string_view what : {"TABLES", "VIEWS", "FUNCTIONS", "DATABASES", "CATALOGS", "MODELS", "JOBS", "MODULES", "JARS", "PROCEDURES"}) {
    if (!Take(what)) continue;
    show.what = what;
    RETURN_NOT_OK(ShowFilter(show));
    return show;
  }
  if (TakeWords({"FULL", "MODULES"})) {
    show.what = "FULL MODULES";
    return show;
  }
  if (Is("PARTITIONS")) return Fault::Unsupported(At(Here().position), "SHOW PARTITIONS is not supported: no catalog keeps them; those of files are their folders, which SELECT DISTINCT of the partition's columns lists");
  if (Is("MATERIALIZED")) return Fault::Unsupported(At(Here().position), "SHOW MATERIALIZED TABLES is not supported: they are tables that a statement fills; SHOW TABLES lists them");
  if (TakeWords({"USER", "FUNCTIONS"})) {
    show.what = "USER FUNCTIONS";
    RETURN_NOT_OK(ShowFilter(show));
    return show;
  }
  if (Take("CURRENT")) {
    if (!Is("CATALOG") && !Is("DATABASE")) return Unexpected("CATALOG or DATABASE");
    show.what = "CURRENT " + tokens_[at_++].upper;
    return show;
  }
  if (Take("COLUMNS")) {
    show.what = "COLUMNS";
    if (!Take("FROM")) RETURN_NOT_OK(Expect("IN"));
    ASSIGN_OR_RETURN(show.name, QualifiedName("a table name"));
    RETURN_NOT_OK(ShowFilter(show));
    return show;
  }
  if (Take("CREATE")) {
    Take("MATERIALIZED");
    for (std::string_view what : {"TABLE", "VIEW", "MODEL", "CATALOG"}) {
      if (show.what.empty() && Take(what)) show.what = "CREATE " + std::string(what);
    }
  }
  if (show.what.empty()) return Unexpected("TABLES, VIEWS, FUNCTIONS, MODELS, DATABASES, CATALOGS, JOBS, JARS, [FULL] MODULES, PROCEDURES, CURRENT, COLUMNS FROM t or CREATE TABLE t");
  ASSIGN_OR_RETURN(show.name, QualifiedName("a name"));
  return show;
}

}  // namespace freshet::wire::flink_sql
