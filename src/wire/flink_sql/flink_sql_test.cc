#include <gtest/gtest.h>

#include "wire/flink_sql/flink_sql.h"
#include "wire/flink_sql/lexer.h"

namespace freshet::wire::flink_sql {
namespace {

template <typename T>
T Only(std::string_view script) {
  auto statements = ParseScript(script);
  EXPECT_TRUE(statements.ok()) << statements.ToString();
  EXPECT_EQ(statements->size(), 1U);
  return std::get<T>((*statements)[0].body);
}

std::string ErrorOf(std::string_view script) {
  auto statements = ParseScript(script);
  return statements.ok() ? "no error" : std::string(statements.fault().message());
}

// The tree as text, to compare precedence: (+ a (* b c)).
std::string Tree(const ExprPtr& e) {
  if (!e) return "-";
  std::string out;
  switch (e->kind) {
    case ExprKind::kName: return NameText(e->name);
    case ExprKind::kNumber:
    case ExprKind::kBoolean: return e->text;
    case ExprKind::kNull: return "NULL";
    case ExprKind::kString: return "'" + e->text + "'";
    case ExprKind::kInterval: return "INTERVAL '" + e->text + "' " + e->function;
    case ExprKind::kTemporal: return e->function + " '" + e->text + "'";
    case ExprKind::kStar: return "*";
    case ExprKind::kItem: return Tree(e->args[0]) + "[" + Tree(e->args[1]) + "]";
    case ExprKind::kField: return Tree(e->args[0]) + "." + e->text;
    case ExprKind::kIn: out = e->negated ? "(NOT IN" : "(IN"; break;
    case ExprKind::kCase: out = "(CASE"; break;
    case ExprKind::kCast: out = "(" + e->function + " " + e->type.name; break;
    case ExprKind::kRow: out = "(ROW"; break;
    case ExprKind::kArray: out = "(ARRAY"; break;
    case ExprKind::kMap: out = "(MAP"; break;
    case ExprKind::kCall: out = "(" + e->function + (e->text.empty() ? "" : ":" + e->text) + (e->distinct ? " DISTINCT" : ""); break;
    default: out = "(?"; break;
  }
  for (const auto& arg : e->args) out += " " + Tree(arg);
  if (e->otherwise) out += " ELSE " + Tree(e->otherwise);
  if (e->filter) out += " FILTER " + Tree(e->filter);
  return out + ")";
}

std::string Parsed(std::string_view text) {
  auto expr = ParseExpression(text);
  return expr.ok() ? Tree(*expr) : std::string(expr.fault().message());
}

TEST(FlinkSql, BindsOperatorsAsStrongAsSqlSays) {
  EXPECT_EQ(Parsed("a + b * c"), "(+ a (* b c))");
  EXPECT_EQ(Parsed("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(Parsed("NOT a = 1 AND b OR c"), "(OR (AND (NOT (= a 1)) b) c)");
  EXPECT_EQ(Parsed("a BETWEEN 1 AND 2 AND b"), "(AND (BETWEEN a 1 2) b)");
  EXPECT_EQ(Parsed("a NOT BETWEEN 1 AND 2"), "(NOT (BETWEEN a 1 2))");
  EXPECT_EQ(Parsed("-a * -2"), "(* (NEGATE a) -2)");
  EXPECT_EQ(Parsed("a || b = c"), "(= (|| a b) c)");
  EXPECT_EQ(Parsed("a IS NOT NULL AND b IS DISTINCT FROM c"), "(AND (IS NOT NULL a) (IS DISTINCT FROM b c))");
  EXPECT_EQ(Parsed("x NOT IN (1, 2)"), "(NOT IN x 1 2)");
  EXPECT_EQ(Parsed("s LIKE 'a!_b' ESCAPE '!'"), "(LIKE s 'a!_b' '!')");
}

TEST(FlinkSql, ReadsTheSpecialCalls) {
  EXPECT_EQ(Parsed("EXTRACT(DAY FROM ts)"), "(EXTRACT:DAY ts)");
  EXPECT_EQ(Parsed("TRIM(BOTH 'ab' FROM s)"), "(TRIM:BOTH s 'ab')");
  EXPECT_EQ(Parsed("trim(s)"), "(TRIM:BOTH s)");
  EXPECT_EQ(Parsed("SUBSTRING(s FROM 2 FOR 3)"), "(SUBSTRING s 2 3)");
  EXPECT_EQ(Parsed("POSITION('a' IN s)"), "(POSITION 'a' s)");
  EXPECT_EQ(Parsed("JSON_OBJECT(KEY 'a' VALUE 1, 'b' : f(x) ABSENT ON NULL)"), "(JSON_OBJECT:ABSENT ON NULL 'a' 1 'b' (F x))");
  EXPECT_EQ(Parsed("JSON_OBJECT()"), "(JSON_OBJECT)");
  EXPECT_EQ(Parsed("JSON_VALUE(j, '$.a' RETURNING INT DEFAULT 5 ON EMPTY)"), "(JSON_VALUE:DEFAULT ON EMPTY j '$.a' 5)");
  EXPECT_EQ(Parsed("FLOOR(ts TO HOUR)"), "(FLOOR:HOUR ts)");
  EXPECT_EQ(Parsed("TIMESTAMPDIFF(DAY, a, b)"), "(TIMESTAMPDIFF:DAY a b)");
  EXPECT_EQ(Parsed("COUNT(DISTINCT a) FILTER (WHERE b > 1)"), "(COUNT DISTINCT a FILTER (> b 1))");
  EXPECT_EQ(Parsed("COUNT(*)"), "(COUNT *)");
  EXPECT_EQ(Parsed("CAST(x AS DECIMAL(10, 2))"), "(CAST DECIMAL x)");
  EXPECT_EQ(Parsed("INTERVAL '1 02:03' DAY TO MINUTE"), "INTERVAL '1 02:03' DAY TO MINUTE");
  EXPECT_EQ(Parsed("(a - b) DAY TO SECOND"), "(MINUS_DATE:DAY TO SECOND a b)");
  EXPECT_EQ(Parsed("ARRAY[1, 2][1]"), "(ARRAY 1 2)[1]");
  EXPECT_EQ(Parsed("f(x).y"), "(F x).y");
  EXPECT_EQ(Parsed("CASE a WHEN 1 THEN 'x' ELSE 'y' END"), "(CASE a 1 'x' ELSE 'y')");
}

TEST(FlinkSql, ReadsATableWithEveryKindOfColumn) {
  auto table = Only<CreateTable>(R"(
    CREATE TEMPORARY TABLE IF NOT EXISTS db.t (
      id BIGINT NOT NULL COMMENT 'key',
      r ROW<a INT, b ROW<c STRING>>,
      twice AS id * 2,
      ts TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL,
      lz TIMESTAMP(3) WITH LOCAL TIME ZONE,
      WATERMARK FOR ts AS ts - INTERVAL '5' SECOND,
      PRIMARY KEY (id) NOT ENFORCED
    ) PARTITIONED BY (id) WITH ('connector' = 'kafka', 'it''s' = 'x'))");

  EXPECT_TRUE(table.temporary && table.if_not_exists);
  EXPECT_EQ(NameText(table.name), "db.t");
  ASSERT_EQ(table.columns.size(), 5U);
  EXPECT_FALSE(table.columns[0].type.nullable);
  EXPECT_EQ(table.columns[1].type.parts[1].parts[0].name, "STRING");
  EXPECT_EQ(table.columns[2].kind, ColumnKind::kComputed);
  EXPECT_EQ(table.columns[3].metadata_key, "timestamp");
  EXPECT_TRUE(table.columns[3].is_virtual);
  EXPECT_EQ(table.columns[4].type.name, "TIMESTAMP_LTZ");
  EXPECT_EQ(table.primary_key, std::vector<std::string>{"id"});
  EXPECT_EQ(table.options[1].first, "it's");
  EXPECT_EQ(NameText(table.watermark->column), "ts");
}

TEST(FlinkSql, ReadsJoinsWindowsAndSubqueries) {
  auto query = Only<QueryPtr>(R"(
    WITH w AS (SELECT 1)
    SELECT DISTINCT a.x, COUNT(*) AS n, SUM(y) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW)
    FROM a LEFT JOIN b FOR SYSTEM_TIME AS OF a.ts AS bb ON a.id = bb.id, TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), SIZE => INTERVAL '1' MINUTE))
    CROSS JOIN UNNEST(a.arr) WITH ORDINALITY AS u(v, i)
    WHERE x IN (SELECT y FROM c) AND EXISTS (SELECT 1 FROM d)
    GROUP BY ROLLUP (x, y), z HAVING COUNT(*) > 1
    ORDER BY n DESC LIMIT 10)");

  EXPECT_EQ(query->with.size(), 1U);
  EXPECT_TRUE(query->distinct);
  EXPECT_EQ(query->items[1].alias, "n");
  EXPECT_EQ(query->items[2].expr->over->frame->from, FrameBound::kPreceding);
  EXPECT_EQ(query->from->join, JoinKind::kCross);
  EXPECT_NE(query->from->left->right->as_of, nullptr);
  EXPECT_EQ(query->group_by[0].kind, GroupingKind::kRollup);
  EXPECT_TRUE(query->order_by[0].descending);
  EXPECT_EQ(query->from->right->left->call->args[2]->text, "SIZE");
}

TEST(FlinkSql, ReadsModelsAndStatementSets) {
  auto model = Only<CreateModel>("CREATE MODEL m INPUT (a DOUBLE) OUTPUT (score DOUBLE) WITH ('provider' = 'freshet')");
  auto set = Only<StatementSet>("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b (x) VALUES (1), (2); END");

  EXPECT_EQ(model.output[0].name, "score");
  ASSERT_EQ(set.inserts.size(), 2U);
  EXPECT_EQ(set.inserts[1].columns, std::vector<std::string>{"x"});
  EXPECT_EQ(set.inserts[1].query->rows.size(), 2U);
}

TEST(FlinkSql, PartsStatementsOnlyAtRealSemicolons) {
  auto statements = ParseScript("SET 'a;b' = 'c'; -- one; comment\nSELECT `x;y` FROM t /* ; */ ; ;");

  ASSERT_TRUE(statements.ok()) << statements.ToString();
  EXPECT_EQ(statements->size(), 2U);
}

TEST(FlinkSql, UnionBindsWeakerThanIntersect) {
  auto query = Only<QueryPtr>("SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 UNION SELECT 4");

  EXPECT_EQ(query->set_operator, SetOperator::kUnion);
  EXPECT_FALSE(query->all);
  EXPECT_TRUE(query->left->all);
  EXPECT_EQ(query->left->right->set_operator, SetOperator::kIntersect);
}

TEST(FlinkSql, AltersSchemas) {
  auto add = Only<Alter>("ALTER TABLE t ADD (a INT FIRST, COLUMN b AS a+ 1 COMMENT 'x' AFTER a, WATERMARK FOR ts AS ts, PRIMARY KEY (a) NOT ENFORCED)");
  EXPECT_EQ(add.action, "ADD");
  ASSERT_EQ(add.columns.size(), 2U);
  EXPECT_TRUE(add.columns[0].first);
  EXPECT_EQ(add.columns[1].after, "a");
  EXPECT_EQ(add.columns[1].column.text, "a + 1");
  EXPECT_TRUE(add.watermark.has_value());
  EXPECT_EQ(add.primary_key, std::vector<std::string>{"a"});
  auto drop = Only<Alter>("ALTER TABLE t DROP (a, PRIMARY KEY, CONSTRAINT c, WATERMARK)");
  EXPECT_EQ(drop.names, std::vector<std::string>{"a"});
  EXPECT_TRUE(drop.drops_primary_key && drop.drops_watermark);
  auto rename = Only<Alter>("ALTER TABLE t RENAME a TO b");
  EXPECT_EQ(rename.action, "RENAME COLUMN");
  EXPECT_EQ(Only<CreateTable>("REPLACE TABLE t AS SELECT 1").replace, Replace::kThere);
  EXPECT_EQ(Only<CreateTable>("CREATE TABLE t (a INT) DISTRIBUTED BY HASH(a) INTO 4 BUCKETS").distribution->buckets, 4);
}

TEST(FlinkSql, SaysTextsAgain) {
  EXPECT_EQ(Only<CreateView>("CREATE VIEW v AS SELECT  COUNT( * ),x[1] FROM `odd t`/*+ OPTIONS('a'='it''s') */ AS t\nWHERE a IN (1,2) AND b = X'41fF'").text,
            "SELECT COUNT(*), x[1] FROM `odd t` /*+ OPTIONS('a' = 'it''s') */ AS t WHERE a IN (1, 2) AND b = X'41ff'");
}

TEST(FlinkSql, ErrorsNameLineColumnTokenAndRemedy) {
  EXPECT_EQ(ErrorOf("SELECT a\nFORM t"), "line 2, column 6: found 't' where ';' or the end of the statement should stand");
  EXPECT_EQ(ErrorOf("SELECT timestamp FROM t"),
            "line 1, column 8: found 'timestamp' where a column name or an expression should stand; timestamp is a reserved word: as a name it is written `timestamp`");
  EXPECT_EQ(ErrorOf("SELECT ts - INTERVAL 1 MINUTE FROM t"), "line 1, column 13: found 'INTERVAL' where a column name or an expression should stand; an interval is written INTERVAL '5' MINUTE");
  EXPECT_EQ(ErrorOf("CREATE TABLE t (a INT, PRIMARY KEY (a))"), "line 1, column 24: PRIMARY KEY must say NOT ENFORCED: a stream cannot check it");
  EXPECT_EQ(ErrorOf("SELECT 'abc"), "line 1, column 8: string is never closed; add '");
  EXPECT_EQ(ErrorOf("SELECT \"a\""), "line 1, column 8: '\"' does not quote names in Flink SQL; write `name` for a name or 'text' for a string");
  EXPECT_EQ(ErrorOf("ALTER TABLE t ADD PARTITION (p = 'x')"), "line 1, column 19: ALTER TABLE ADD PARTITION is not supported: partitions come and go with their rows");
  EXPECT_EQ(ErrorOf("TRUNCATE t").substr(0, 63), "line 1, column 1: statement TRUNCATE is not supported: rows of ");
  EXPECT_EQ(ErrorOf("SELECT (1"), "line 1, column 10: found the end of the script where ')' should stand");
}

TEST(FlinkSql, TellsOfEveryStatementThatCannotBeRead) {
  EXPECT_EQ(ErrorOf("SELECT 1 FRM t;\nSELECT 2;\nEXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT;\nINSERT INTO b SELECT 1;\nEND;\nCREATE TABEL t (a INT);"),
            "line 1, column 14: found 't' where ';' or the end of the statement should stand\n"
            "line 4, column 21: found ';' where an expression should stand\n"
            "line 7, column 8: found 'TABEL' where TABLE, VIEW, FUNCTION, MODEL, DATABASE or CATALOG should stand");
  std::string many;
  for (int i = 0; i < 20; ++i) many += "SELEC 1;\n";
  std::string told = ErrorOf(many);
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 9);
}

TEST(FlinkSql, RefusesWhatIsNestedTooDeep) {
  std::string deep(5000, '(');
  std::string nots;
  for (int i = 0; i < 5000; ++i) nots += "NOT ";

  for (std::string op : {" OR a", " AND a", " + a", " * a", " = a"}) {
    std::string chain = "SELECT a";
    for (int i = 0; i < 20000; ++i) chain += op;
    EXPECT_NE(ErrorOf(chain).find("nested deeper"), std::string::npos) << op;
  }
  EXPECT_NE(ErrorOf("SELECT " + deep).find("nested deeper than 200"), std::string::npos);
  EXPECT_NE(ErrorOf("SELECT " + nots + "a").find("nested deeper than 200"), std::string::npos);
  EXPECT_NE(ErrorOf("CREATE TABLE t (a " + std::string(5000, ' ') + [] { std::string s; for (int i = 0; i < 999; ++i) s += "ARRAY<"; return s; }()).find("nested deeper"), std::string::npos);
}

TEST(FlinkSql, SurvivesEveryPrefixOfAScript) {
  std::string script = "CREATE TABLE t (a ROW<b INT>, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('k' = 'v'); "
                       "INSERT INTO s SELECT CASE WHEN a.b > 1e3 THEN X'41' ELSE U&'\\00e9' END FROM t /*+ OPTIONS('a' = 'b') */ AS q";

  EXPECT_TRUE(ParseScript(script).ok()) << ErrorOf(script);
  for (size_t n = 0; n < script.size(); ++n) (void)ParseScript(std::string_view(script).substr(0, n));
}

}  // namespace
}  // namespace freshet::wire::flink_sql
