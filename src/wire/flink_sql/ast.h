#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// What a Flink SQL script says, as a tree. Nothing is resolved here: names stay names, types stay as written.

namespace freshet::wire::flink_sql {

struct Position {
  int line = 1;
  int column = 1;
  bool operator==(const Position&) const = default;
};

using Name = std::vector<std::string>;  // catalog.db.table or alias.column.field
std::string NameText(const Name& name);

struct Query;
struct Expr;
using ExprPtr = std::shared_ptr<Expr>;
using QueryPtr = std::shared_ptr<Query>;
using Options = std::vector<std::pair<std::string, std::string>>;

// A type as written: name in capitals, parameters, nested parts. "TIMESTAMP_LTZ", {3}; ROW has named fields.
struct TypeSpec {
  std::string name;
  std::vector<int> parameters;
  bool nullable = true;
  std::vector<std::string> field_names;  // ROW
  std::vector<TypeSpec> parts;           // fields of ROW, element of ARRAY / MULTISET, key and value of MAP
  Position position;
};

enum class FrameBound : uint8_t { kUnboundedPreceding, kPreceding, kCurrentRow, kFollowing, kUnboundedFollowing };

struct SortKey {
  ExprPtr expr;
  bool descending = false;
  std::optional<bool> nulls_first;
};

struct Frame {
  bool rows = false;  // else RANGE
  FrameBound from = FrameBound::kUnboundedPreceding;
  FrameBound to = FrameBound::kCurrentRow;
  ExprPtr from_value;
  ExprPtr to_value;
};

struct WindowSpec {
  std::string base;  // OVER w, or (w …)
  std::vector<ExprPtr> partition_by;
  std::vector<SortKey> order_by;
  std::optional<Frame> frame;
};

enum class ExprKind : uint8_t {
  kNull,
  kBoolean,      // text TRUE, FALSE or UNKNOWN
  kNumber,       // text as written
  kString,
  kBinary,       // X'…', decoded
  kTemporal,     // function DATE | TIME | TIMESTAMP, text
  kInterval,     // text, function = unit, e.g. "DAY" or "DAY TO SECOND"
  kName,         // name
  kStar,         // name = qualifier, may be empty
  kCall,         // function (capitals for operators: "+", "AND", "NOT", "IS NULL", "LIKE" …), args
  kCase,         // args: [operand,] when, then, when, then …; has_operand; otherwise
  kCast,         // args[0], type; function CAST or TRY_CAST
  kIn,           // args[0] IN (args[1]…) or query; negated
  kExists,       // query
  kQuantified,   // args[0] function ANY (query); negated: ALL
  kScalarQuery,  // query
  kRow,          // args
  kArray,        // args
  kMap,          // args: key, value, …
  kItem,         // args[0][args[1]]
  kField,        // args[0].text
  kNamedArg,     // text => args[0]
  kTable,        // TABLE name, in calls of table functions
  kModel,        // MODEL name
  kDescriptor,   // DESCRIPTOR(a, b): args are names
};

struct Expr {
  ExprKind kind = ExprKind::kNull;
  Position position;
  std::string text;
  std::string function;
  Name name;
  std::vector<ExprPtr> args;
  ExprPtr otherwise;  // ELSE
  bool has_operand = false;
  bool negated = false;
  bool distinct = false;
  ExprPtr filter;
  std::optional<WindowSpec> over;
  TypeSpec type;
  QueryPtr query;
  std::vector<ExprPtr> partition_by;  // kTable: TABLE t PARTITION BY k
};

enum class JoinKind : uint8_t { kInner, kLeft, kRight, kFull, kCross };

struct Hint {
  std::string name;
  Options options;
};

struct SelectItem {
  ExprPtr expr;
  std::string alias;
};

// FROM t MATCH_RECOGNIZE (…)
enum class SkipTo : uint8_t { kPastLastRow, kNextRow, kFirst, kLast };
inline constexpr int64_t kUnlimited = INT64_MAX;
struct PatternPart {
  std::string variable;
  int64_t least = 1;
  int64_t most = 1;
  bool greedy = true;
  Position position;
};
struct MatchRecognize {
  Position position;
  std::vector<ExprPtr> partition_by;
  std::vector<SortKey> order_by;
  std::vector<SelectItem> measures;
  SkipTo skip = SkipTo::kNextRow;
  std::string skip_variable;
  std::vector<PatternPart> pattern;
  ExprPtr within;
  std::vector<std::pair<std::string, ExprPtr>> define;
};

struct Relation;
using RelationPtr = std::shared_ptr<Relation>;

enum class RelationKind : uint8_t {
  kTable,          // name [FOR SYSTEM_TIME AS OF as_of]
  kSubquery,       // query
  kTableFunction,  // TABLE(f(…)), LATERAL TABLE(f(…)), f(…): call
  kUnnest,         // call.args[0], with_ordinality
  kJoin,           // left, right, join, condition or using_columns
};

struct Relation {
  RelationKind kind = RelationKind::kTable;
  Position position;
  Name name;
  ExprPtr as_of;
  std::vector<Hint> hints;
  QueryPtr query;
  ExprPtr call;
  std::shared_ptr<MatchRecognize> match;  // over the rows of the relation
  bool lateral = false;
  bool with_ordinality = false;
  std::string alias;
  std::vector<std::string> column_aliases;
  RelationPtr left;
  RelationPtr right;
  JoinKind join = JoinKind::kInner;
  bool natural = false;
  ExprPtr condition;
  std::vector<std::string> using_columns;
};

enum class GroupingKind : uint8_t { kPlain, kSets, kRollup, kCube };
struct GroupingElement {
  GroupingKind kind = GroupingKind::kPlain;
  std::vector<std::vector<ExprPtr>> sets;  // kPlain: one set
};

enum class SetOperator : uint8_t { kUnion, kIntersect, kExcept };
enum class QueryKind : uint8_t { kSelect, kValues, kSet };

struct Query {
  QueryKind kind = QueryKind::kSelect;
  Position position;
  struct With {
    std::string name;
    std::vector<std::string> columns;
    QueryPtr query;
  };
  std::vector<With> with;
  // kSelect
  std::vector<Hint> hints;
  bool distinct = false;
  std::vector<SelectItem> items;
  RelationPtr from;  // absent: one row of nothing
  ExprPtr where;
  std::vector<GroupingElement> group_by;
  bool grouped = false;
  bool group_distinct = false;  // GROUP BY DISTINCT: sets that are equal count once
  ExprPtr having;
  ExprPtr qualify;
  std::vector<std::pair<std::string, WindowSpec>> windows;
  // kValues
  std::vector<std::vector<ExprPtr>> rows;
  // kSet
  SetOperator set_operator = SetOperator::kUnion;
  bool all = false;
  QueryPtr left;
  QueryPtr right;
  // any
  std::vector<SortKey> order_by;
  ExprPtr limit;
  ExprPtr offset;
};

enum class ColumnKind : uint8_t { kPhysical, kComputed, kMetadata };

struct ColumnSpec {
  ColumnKind kind = ColumnKind::kPhysical;
  Position position;
  std::string name;
  TypeSpec type;
  ExprPtr expr;               // computed
  std::string text;           // of expr, as SHOW CREATE TABLE says it again
  std::string metadata_key;   // empty: the column's name
  bool is_virtual = false;
  std::string comment;
};

struct WatermarkSpec {
  Position position;
  Name column;
  ExprPtr expr;
  std::string text;  // of expr
};

// DISTRIBUTED [BY [HASH | RANGE] (a, b)] [INTO n BUCKETS].
struct Distribution {
  std::string kind;  // HASH, RANGE or empty
  std::vector<std::string> columns;
  int64_t buckets = 0;  // 0: not said
};

enum class Replace : uint8_t { kNo, kIfThere, kThere };  // CREATE OR REPLACE, REPLACE

struct CreateTable {
  bool temporary = false;
  bool if_not_exists = false;
  Replace replace = Replace::kNo;
  Name name;
  std::vector<ColumnSpec> columns;
  std::optional<WatermarkSpec> watermark;
  std::vector<std::string> primary_key;
  std::vector<std::string> partitioned_by;
  std::optional<Distribution> distribution;
  std::string comment;
  Options options;
  Name like;
  std::vector<std::pair<std::string, std::string>> like_options;  // INCLUDING | EXCLUDING | OVERWRITING, what
  QueryPtr as_query;
};
struct CreateView {
  bool temporary = false;
  bool if_not_exists = false;
  Name name;
  std::vector<std::string> columns;
  std::string comment;
  QueryPtr query;
  std::string text;  // of query
};
struct CreateFunction {
  bool if_not_exists = false;
  Name name;
  std::string class_name;  // or "module.function"
  std::string language;    // JAVA, SCALA, PYTHON; empty when it is not said
};
struct CreateModel {
  bool if_not_exists = false;
  Name name;
  std::vector<ColumnSpec> input;
  std::vector<ColumnSpec> output;
  std::string comment;
  Options options;
};
// CREATE CATALOG c WITH (…), CREATE DATABASE [c.]d.
struct CreateNamespace {
  std::string what;  // CATALOG or DATABASE
  bool if_not_exists = false;
  Name name;
  std::string comment;
  Options options;
};
// A column that ALTER TABLE adds or makes anew, and where it comes to stand: in front, behind another, or where it was (a new one: at the end).
struct PlacedColumn {
  ColumnSpec column;
  bool first = false;
  std::string after;
};
// ALTER TABLE | VIEW | MODEL.
struct Alter {
  std::string what;
  Position position;
  bool if_exists = false;
  Name name;
  std::string action;  // SET, RESET, RENAME, AS; of a table's schema ADD, MODIFY, DROP, RENAME COLUMN
  Options options;     // SET; of RESET the keys
  Name new_name;
  QueryPtr query;      // of a view
  std::string text;    // of query
  // ADD and MODIFY
  std::vector<PlacedColumn> columns;
  std::optional<WatermarkSpec> watermark;
  std::vector<std::string> primary_key;
  std::optional<Distribution> distribution;
  // DROP; RENAME COLUMN: the old and the new one
  std::vector<std::string> names;
  bool drops_primary_key = false;
  bool drops_watermark = false;
  bool drops_distribution = false;
};
struct Drop {
  std::string what;  // TABLE, VIEW, FUNCTION, MODEL, CATALOG, DATABASE
  bool if_exists = false;
  Name name;
  bool cascade = false;  // DATABASE
};
struct Insert {
  Name table;
  std::vector<std::string> columns;
  std::vector<std::pair<std::string, ExprPtr>> partition;
  QueryPtr query;
  std::string on_conflict;  // empty, DEDUPLICATE, NOTHING or ERROR
  std::vector<Hint> hints;
  Position position;
};
struct Statement;
struct StatementSet {
  std::vector<Insert> inserts;
};
struct Explain {
  std::vector<std::string> details;  // CHANGELOG_MODE, WATERMARK …
  std::shared_ptr<Statement> statement;
};
struct SetOption {
  std::string key;  // empty: list all
  std::string value;
};
struct ResetOption {
  std::string key;  // empty: all
};
struct Show {
  std::string what;  // "TABLES", "CREATE TABLE", "COLUMNS", "USER FUNCTIONS", "CURRENT CATALOG" …; DESCRIBE is "DESCRIBE", or with MODEL, CATALOG, DATABASE behind it
  Name name;         // of what is shown; of TABLES, VIEWS, DATABASES … FROM: where they are
  std::optional<std::string> like;  // LIKE 'pattern'
  bool unlike = false;              // NOT LIKE
  bool any_case = false;            // ILIKE
  bool extended = false;            // of CATALOG and DATABASE: with its options
};
struct Use {
  std::string what;  // CATALOG or DATABASE
  Name name;
};

struct Statement {
  Position position;
  std::variant<CreateTable, CreateView, CreateFunction, CreateModel, CreateNamespace, Alter, Drop, Insert, StatementSet, Explain, SetOption,
               ResetOption, Show, Use, QueryPtr>
      body;
};

}  // namespace freshet::wire::flink_sql
