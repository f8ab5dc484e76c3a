#include "wire/flink_sql/parser.h"

#include <algorithm>

// CREATE TABLE and what else says or changes a table's schema, and ALTER.

namespace freshet::wire::flink_sql {

namespace {

// Names without types stand alone between the brackets, and before AS.
Status CheckTypes(const CreateTable& table) {
  auto untyped = [](const ColumnSpec& column) { return column.kind == ColumnKind::kPhysical && column.type.name.empty(); };
  auto first = std::find_if(table.columns.begin(), table.columns.end(), untyped);
  bool all = std::all_of(table.columns.begin(), table.columns.end(), untyped);
  if (first == table.columns.end() || (all && table.as_query && !table.watermark && table.primary_key.empty())) return {};
  return Fault::Invalid(At(first->position), "column ", first->name, " needs a data type; only a list of nothing but names, which puts the columns of AS in order, goes without");
}

}  // namespace

Status Parser::TableElements(CreateTable& table) {
  if (!Take("(")) return {};
  if (!Is(")")) {
    do {
      RETURN_NOT_OK(TableElement(table));
    } while (Take(","));
  }
  return Expect(")");
}

// [COMMENT '…'] [DISTRIBUTED …] [PARTITIONED BY (…)] [WITH (…)].
Status Parser::TableTail(CreateTable& table) {
  if (Take("COMMENT")) {
    ASSIGN_OR_RETURN(table.comment, StringLiteral("a comment"));
  }
  if (Take("DISTRIBUTED")) {
    ASSIGN_OR_RETURN(table.distribution, DistributionTail());
  }
  if (TakeWords({"PARTITIONED", "BY"})) {
    ASSIGN_OR_RETURN(table.partitioned_by, NameList("a column name"));
  }
  if (Take("WITH")) {
    ASSIGN_OR_RETURN(table.options, OptionList());
  }
  return {};
}

// Behind DISTRIBUTED or DISTRIBUTION: [BY [HASH | RANGE] (a, b)] [INTO n BUCKETS].
Result<Distribution> Parser::DistributionTail() {
  Distribution distribution;
  bool by = Take("BY");
  if (by && (Is("HASH") || Is("RANGE"))) distribution.kind = tokens_[at_++].upper;
  if (by) {
    ASSIGN_OR_RETURN(distribution.columns, NameList("a column name"));
  }
  if (by && !Is("INTO")) return distribution;
  RETURN_NOT_OK(Expect("INTO"));
  const std::string& digits = Here().text;
  bool counts = Here().kind == TokenKind::kNumber && digits.size() < 10 && digits.find_first_not_of("0123456789") == std::string::npos && digits != "0";
  if (!counts) return Unexpected("a number of buckets");
  distribution.buckets = std::stoll(tokens_[at_++].text);
  RETURN_NOT_OK(Expect("BUCKETS"));
  return distribution;
}

// CREATE MATERIALIZED TABLE t [(…)] … [FRESHNESS = INTERVAL …] [REFRESH_MODE = …] AS query: a table whose rows follow the query all the time, so any FRESHNESS holds.
Result<CreateTable> Parser::MaterializedTableBody() {
  CreateTable table;
  ASSIGN_OR_RETURN(table.if_not_exists, IfNotExists());
  ASSIGN_OR_RETURN(table.name, QualifiedName("a table name"));
  RETURN_NOT_OK(TableElements(table));
  RETURN_NOT_OK(TableTail(table));
  if (Take("FRESHNESS")) {
    RETURN_NOT_OK(Expect("="));
    RETURN_NOT_OK(Interval());
  }
  if (Take("REFRESH_MODE")) {
    RETURN_NOT_OK(Expect("="));
    if (Is("FULL")) return Fault::Unsupported(At(Here().position), "REFRESH_MODE = FULL is not supported: the table follows its query all the time; say CONTINUOUS, or leave it out");
    if (!Take("CONTINUOUS")) return Unexpected("CONTINUOUS");
  }
  RETURN_NOT_OK(Expect("AS"));
  ASSIGN_OR_RETURN(table.as_query, QueryExpression());
  RETURN_NOT_OK(CheckTypes(table));
  return table;
}

Result<CreateTable> Parser::CreateTableBody(bool temporary) {
  CreateTable table;
  table.temporary = temporary;
  ASSIGN_OR_RETURN(table.if_not_exists, IfNotExists());
  ASSIGN_OR_RETURN(table.name, QualifiedName("a table name"));
  RETURN_NOT_OK(TableElements(table));
  RETURN_NOT_OK(TableTail(table));
  if (Take("LIKE")) RETURN_NOT_OK(LikeClause(table));
  if (Take("AS")) {
    ASSIGN_OR_RETURN(table.as_query, QueryExpression());
  }
  RETURN_NOT_OK(CheckTypes(table));
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

Result<WatermarkSpec> Parser::Watermark() {
  WatermarkSpec watermark;
  watermark.position = Here().position;
  RETURN_NOT_OK(Expect("WATERMARK"));
  RETURN_NOT_OK(Expect("FOR"));
  ASSIGN_OR_RETURN(watermark.column, QualifiedName("a column name"));
  RETURN_NOT_OK(Expect("AS"));
  size_t begin = at_;
  ASSIGN_OR_RETURN(watermark.expr, Expression());
  watermark.text = TextSince(begin);
  return watermark;
}

// PRIMARY KEY [(a, b)] NOT ENFORCED; no columns where the column is said already.
Result<std::vector<std::string>> Parser::PrimaryKey() {
  std::vector<std::string> columns;
  Position position = Here().position;
  at_ += 2;
  if (Is("(")) {
    ASSIGN_OR_RETURN(columns, NameList("a column name"));
  }
  if (!TakeWords({"NOT", "ENFORCED"})) return Fault::Invalid(At(position), "PRIMARY KEY must say NOT ENFORCED: a stream cannot check it");
  return columns;
}

Status Parser::TableElement(CreateTable& table) {
  if (Is("WATERMARK") && Ahead(1).Is("FOR")) {
    if (table.watermark) return Fault::Invalid(At(Here().position), "a table has at most one WATERMARK");
    ASSIGN_OR_RETURN(table.watermark, Watermark());
    return {};
  }
  if (Take("CONSTRAINT")) RETURN_NOT_OK(Identifier("a constraint name"));
  if (AreWords({"PRIMARY", "KEY"})) {
    if (!Ahead(2).Is("(")) {
      at_ += 2;
      return Unexpected("the columns of the PRIMARY KEY between brackets");
    }
    ASSIGN_OR_RETURN(table.primary_key, PrimaryKey());
    return {};
  }
  if (Is("UNIQUE")) return Fault::Unsupported(At(Here().position), "UNIQUE is not supported; use PRIMARY KEY (…) NOT ENFORCED");
  if (Ahead(1).Is(",") || Ahead(1).Is(")")) {
    ColumnSpec named{.position = Here().position};
    ASSIGN_OR_RETURN(named.name, Identifier("a column name"));
    table.columns.push_back(std::move(named));
    return {};
  }
  ASSIGN_OR_RETURN(auto column, Column());
  RETURN_NOT_OK(ColumnTail(column, table.primary_key));
  table.columns.push_back(std::move(column));
  return {};
}

// [PRIMARY KEY NOT ENFORCED] [COMMENT '…'] behind a column.
Status Parser::ColumnTail(ColumnSpec& column, std::vector<std::string>& primary_key) {
  if (AreWords({"PRIMARY", "KEY"})) {
    ASSIGN_OR_RETURN(auto others, PrimaryKey());
    if (!others.empty()) return Fault::Invalid(At(column.position), "PRIMARY KEY behind a column takes no columns: it is of column ", column.name);
    primary_key = {column.name};
  }
  if (Take("COMMENT")) {
    ASSIGN_OR_RETURN(column.comment, StringLiteral("a comment"));
  }
  return {};
}

Result<ColumnSpec> Parser::Column() {
  ColumnSpec column;
  column.position = Here().position;
  ASSIGN_OR_RETURN(column.name, Identifier("a column name"));
  if (Take("AS")) {
    column.kind = ColumnKind::kComputed;
    size_t begin = at_;
    ASSIGN_OR_RETURN(column.expr, Expression());
    column.text = TextSince(begin);
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

// ALTER TABLE t SET ('k' = 'v') | RESET ('k') | RENAME TO u | ADD … | MODIFY … | DROP … | RENAME a TO b, ALTER VIEW v AS query, and the options of a MODEL.
Result<Alter> Parser::AlterBody() {
  Alter alter;
  alter.position = Here().position;
  if (Is("MATERIALIZED")) return Fault::Unsupported(At(alter.position), "ALTER MATERIALIZED TABLE is not supported: change the pipeline's file, and freshet apply carries its state over");
  if (Is("FUNCTION")) return Fault::Unsupported(At(alter.position), "ALTER FUNCTION is not supported; DROP FUNCTION, then CREATE it again");
  if (Is("CATALOG") || Is("DATABASE")) return Fault::Unsupported(At(alter.position), "ALTER ", Here().upper, " is not supported: it has no options that mean something here");
  for (std::string_view what : {"TABLE", "VIEW", "MODEL"}) {
    if (alter.what.empty() && Take(what)) alter.what = what;
  }
  if (alter.what.empty()) return Unexpected("TABLE, VIEW or MODEL");
  alter.if_exists = TakeWords({"IF", "EXISTS"});
  ASSIGN_OR_RETURN(alter.name, QualifiedName("a name"));
  if (TakeWords({"RENAME", "TO"})) {
    alter.action = "RENAME";
    ASSIGN_OR_RETURN(alter.new_name, QualifiedName("a new name"));
    return alter;
  }
  if (alter.what == "VIEW") {
    if (!Take("AS")) return Unexpected("RENAME TO or AS");
    alter.action = "AS";
    size_t begin = at_;
    ASSIGN_OR_RETURN(alter.query, QueryExpression());
    alter.text = TextSince(begin);
    return alter;
  }
  if (Take("SET")) {
    alter.action = "SET";
    ASSIGN_OR_RETURN(alter.options, OptionList());
    return alter;
  }
  if (Take("RESET")) {
    alter.action = "RESET";
    RETURN_NOT_OK(Expect("("));
    do {
      ASSIGN_OR_RETURN(auto key, StringLiteral("an option key such as 'path'"));
      alter.options.emplace_back(std::move(key), "");
    } while (Take(","));
    RETURN_NOT_OK(Expect(")"));
    return alter;
  }
  if (alter.what == "MODEL") return Unexpected("SET, RESET or RENAME TO");
  RETURN_NOT_OK(AlterSchema(alter));
  return alter;
}

Status Parser::AlterSchema(Alter& alter) {
  if (Take("RENAME")) {
    alter.action = "RENAME COLUMN";
    ASSIGN_OR_RETURN(auto from, Identifier("a column name"));
    RETURN_NOT_OK(Expect("TO"));
    ASSIGN_OR_RETURN(auto to, Identifier("a new column name"));
    alter.names = {std::move(from), std::move(to)};
    return {};
  }
  if (!Is("ADD") && !Is("MODIFY") && !Is("DROP")) return Unexpected("SET, RESET, RENAME TO, ADD, MODIFY, DROP or RENAME");
  alter.action = tokens_[at_++].upper;
  if (Is("PARTITION") || (Is("IF") && Ahead(1).Is("NOT"))) return Fault::Unsupported(At(Here().position), "ALTER TABLE ", alter.action, " PARTITION is not supported: partitions come and go with their rows");
  auto element = [this, &alter] { return alter.action == "DROP" ? DroppedElement(alter) : AlteredElement(alter); };
  if (!Take("(")) return element();
  do {
    RETURN_NOT_OK(element());
  } while (Take(","));
  return Expect(")");
}

// Of ADD and MODIFY: a column with its place, a WATERMARK, a PRIMARY KEY, a DISTRIBUTION.
Status Parser::AlteredElement(Alter& alter) {
  if (Is("WATERMARK") && Ahead(1).Is("FOR")) {
    if (alter.watermark) return Fault::Invalid(At(Here().position), "a table has at most one WATERMARK");
    ASSIGN_OR_RETURN(alter.watermark, Watermark());
    return {};
  }
  if (Take("DISTRIBUTION")) {
    ASSIGN_OR_RETURN(alter.distribution, DistributionTail());
    return {};
  }
  if (Take("CONSTRAINT")) RETURN_NOT_OK(Identifier("a constraint name"));
  if (AreWords({"PRIMARY", "KEY"})) {
    if (!alter.primary_key.empty()) return Fault::Invalid(At(Here().position), "a table has at most one PRIMARY KEY");
    ASSIGN_OR_RETURN(alter.primary_key, PrimaryKey());
    return alter.primary_key.empty() ? Status(Unexpected("the columns of the PRIMARY KEY between brackets")) : Status();
  }
  Take("COLUMN");
  PlacedColumn placed;
  ASSIGN_OR_RETURN(placed.column, Column());
  RETURN_NOT_OK(ColumnTail(placed.column, alter.primary_key));
  placed.first = Take("FIRST");
  if (!placed.first && Take("AFTER")) {
    ASSIGN_OR_RETURN(placed.after, Identifier("a column name"));
  }
  alter.columns.push_back(std::move(placed));
  return {};
}

Status Parser::DroppedElement(Alter& alter) {
  if (Take("WATERMARK")) {
    alter.drops_watermark = true;
    return {};
  }
  if (Take("DISTRIBUTION")) {
    alter.drops_distribution = true;
    return {};
  }
  if (TakeWords({"PRIMARY", "KEY"})) {
    alter.drops_primary_key = true;
    return {};
  }
  if (Take("CONSTRAINT")) {
    RETURN_NOT_OK(Identifier("a constraint name"));
    alter.drops_primary_key = true;
    return {};
  }
  Take("COLUMN");
  ASSIGN_OR_RETURN(auto name, Identifier("a column name"));
  alter.names.push_back(std::move(name));
  return {};
}

}  // namespace freshet::wire::flink_sql
