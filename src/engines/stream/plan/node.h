#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/batch.h"
#include "data/expr/expr.h"
#include "engines/stream/plan/catalog.h"

// The logical plan: a tree (after sharing, a graph) of immutable nodes. Every node says which columns come out
// of it; expressions refer to the columns of its inputs by number.

namespace freshet::stream {

// Whether a column is a time attribute, and which column of a window table function it is.
enum class TimeRole : uint8_t { kNone, kRowtime, kProctime };
enum class WindowRole : uint8_t { kNone, kStart, kEnd, kTime };

struct PlanColumn {
  std::string name;
  data::Type type;
  TimeRole time = TimeRole::kNone;
  WindowRole window_role = WindowRole::kNone;
  int window_id = 0;  // equal for the columns of one window function, 0 for none
  bool window_local = false;  // bounds are local wall time
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

// Reads the physical columns listed in `columns` of the node (and metadata, by key).
struct SourceSpec {
  std::shared_ptr<const Table> table;
  std::vector<std::string> metadata_keys;  // one per column; empty string: a physical column
};
struct ValuesSpec {
  data::Batch rows;
};
struct FilterSpec {
  expr::ExprPtr condition;
};
struct ProjectSpec {
  std::vector<expr::ExprPtr> exprs;
};
// Makes watermarks: the largest value of `expr` so far.
struct WatermarkSpec {
  int rowtime = 0;
  expr::ExprPtr expr;
  bool processing = false;  // the clock of the rows as they come by: watermarks from below end here
};

enum class WindowKind : uint8_t { kTumble, kHop, kCumulate, kSession };
struct WindowShape {
  WindowKind kind = WindowKind::kTumble;
  int64_t size_ms = 0;    // CUMULATE: the largest size; SESSION: the gap
  int64_t slide_ms = 0;   // HOP: slide; CUMULATE: step; else = size
  int64_t offset_ms = 0;
  bool operator==(const WindowShape&) const = default;
};
// Adds window_start, window_end, window_time; a row in several windows comes out several times.
struct WindowSpec {
  WindowShape shape;
  int time_column = 0;
  int window_id = 0;
  std::vector<int> partition;    // SESSION
  bool by_all_keys = false;      // SESSION: of each group, as GROUP BY SESSION(…) says it
  std::string relation;          // whose late rows go to `<relation>$late`, where a join of windows finds them late
};

// How long state lives that nobody writes, by the wall clock; 0: for ever. Where no hint says it, table.exec.state.ttl does (WithStateTtl). No part of a
// node's text: changing it keeps the state. Where a file says two different things of equal nodes, see TellApart.
inline constexpr int64_t kTtlUnsaid = -1;

struct AggregateCall {
  std::string function;   // COUNT, SUM, AVG, MIN, MAX …
  std::vector<int> args;  // input columns; none for COUNT(*)
  bool distinct = false;
  int filter = -1;        // input BOOLEAN column
  std::string option;     // LISTAGG its separator, PERCENTILE its fractions, JSON_… what NULLs become
  int64_t lag = 0;        // LAG: how many rows back; args are the value and, if given, the default
  data::Type type;
};
// Output: the keys, then the calls. An updating group aggregate.
struct AggregateSpec {
  std::vector<int> keys;
  std::vector<AggregateCall> calls;
  int64_t ttl_ms = kTtlUnsaid;
};
// The same, with window_start and window_end among the keys: each window comes out once, when the watermark
// passes its end. `end_key` and `start_key` are positions in `keys`.
struct WindowAggregateSpec {
  std::vector<int> keys;
  int start_key = 0;
  int end_key = 0;
  bool local_zone = false;  // window bounds are local wall time of a TIMESTAMP_LTZ
  std::vector<AggregateCall> calls;
  std::string relation;     // whose late rows go to `<relation>$late`
};
// A window aggregate straight over rows: windows are put together from slices. Output columns follow `outputs`.
struct SliceAggregateSpec {
  enum class Output : uint8_t { kKey, kStart, kEnd, kTime, kCall };
  WindowShape shape;
  int time_column = 0;
  std::vector<int> keys;
  std::vector<AggregateCall> calls;
  std::vector<std::pair<Output, int>> outputs;
  std::string relation;
};
// The same over sessions of each key; or, without calls, the rows themselves with their session's bounds behind them.
struct SessionAggregateSpec {
  int64_t gap_ms = 0;
  int time_column = 0;
  std::vector<int> keys;
  std::vector<data::Type> key_types;
  std::vector<AggregateCall> calls;
  std::vector<std::pair<SliceAggregateSpec::Output, int>> outputs;
  std::string relation;
  bool keeps_rows = false;
};
// Each row once for every element of a list, with what is in the element behind its columns.
struct UnnestSpec {
  int list = 0;
  bool left = false;        // a row without elements comes out with NULLs
  bool ordinality = false;
};
// Each row once for every grouping set: the keys outside of it NULL, the set's number behind all columns.
struct ExpandSpec {
  std::vector<std::vector<int>> nulled;  // per set: columns
};
struct UnionSpec {};
// Each row as often as its last column says, without that column.
struct ReplicateSpec {
  int times = 0;
};

// TO_CHANGELOG: each change is a row that nobody takes back, with what it was in a column in front; a kind without a word is left out.
struct ToChangelogSpec {
  std::array<std::optional<std::string>, 4> words;  // by kind
};
// FROM_CHANGELOG: a row that says in a column what it is becomes that, without the column.
struct FromChangelogSpec {
  int op = 0;
  std::map<std::string, data::RowKind> kinds;
  std::string place;  // "line 3, column 7: "
};

struct SortColumn {
  int column = 0;
  bool descending = false;
  bool nulls_first = true;
};
// Each row with the watermark that stood before it, as its last column.
struct CurrentWatermarkSpec {};

// Adds a column for each call, over the rows of the partition around each row. Without calls: puts rows in order.
// In the order of a rowtime rows leave when their time has passed, each once; kArrival: at once, as they come; kUpdating: in any other
// order, and over rows that are taken back, what was said of the rows behind a new one is corrected.
enum class OverKind : uint8_t { kTime, kArrival, kUpdating };
struct OverSpec {
  OverKind kind = OverKind::kTime;
  std::vector<int> partition;
  std::vector<SortColumn> order;
  bool rows = false;       // ROWS, else RANGE
  bool bounded = false;    // has a lower bound: `preceding` rows or milliseconds
  int64_t preceding = 0;
  std::vector<AggregateCall> calls;
  int time_column = 0;
  int64_t lag_most = 0;
  std::string place;       // "line 3, column 7: "
  std::string relation;    // whose late rows go to `<relation>$late`
  int64_t ttl_ms = kTtlUnsaid;
};
// Rows `from` to `to` of each partition in an order, with their number behind them if asked for.
enum class RankKind : uint8_t { kTopN, kKeepFirst, kKeepLast, kWindow };
struct RankSpec {
  RankKind kind = RankKind::kTopN;
  std::vector<int> partition;
  std::vector<SortColumn> order;
  int64_t from = 1;
  int64_t to = 1;
  bool with_rank = true;
  int time_column = -1;    // deduplication: the rowtime, or -1 for the order of arrival
  int end_column = -1;     // kWindow: window end
  bool local_zone = false;
  bool later_wins = false; // kWindow: of equal times
  int64_t ttl_ms = kTtlUnsaid;  // but kWindow
  std::string only_one;    // the place of a query as a value: a partition of two rows is a Fault
  std::string relation;
};

// What a query says of how a table is looked up: how often a key that nobody knows is asked for again, how long after each, and how long all of it may take; 0: as long as it does.
struct LookupHint {
  int retries = 0;
  int64_t delay_ms = 0;
  int64_t timeout_ms = 0;
};

enum class JoinKind : uint8_t { kInner, kLeft, kRight, kFull, kSemi, kAnti };
// Left columns, then right columns (semi, anti: left columns). As bound, all is in `condition`, over both; the pass
// "plan joins" takes out what keys and times say.
struct JoinSpec {
  // kVersion: a temporal join, what the right table said at the left row's time; kLookup: what it says as the row comes by.
  enum class Expiry : uint8_t { kNever, kInterval, kWindow, kVersion, kLookup };
  JoinKind kind = JoinKind::kInner;
  expr::ExprPtr condition;        // absent: TRUE
  std::vector<int> left_keys;     // columns of the inputs, pairwise equal
  std::vector<int> right_keys;
  std::vector<bool> null_equal;   // per key: IS NOT DISTINCT FROM
  Expiry expiry = Expiry::kNever;
  int left_time = -1;             // kInterval: rowtimes; kWindow: window ends
  int right_time = -1;
  int64_t lower_ms = 0;           // kInterval: left time − right time lies in [lower, upper]
  int64_t upper_ms = 0;
  bool local_zone = false;        // kWindow: ends are local wall time of a TIMESTAMP_LTZ
  int64_t left_ttl_ms = kTtlUnsaid;   // kNever
  int64_t right_ttl_ms = kTtlUnsaid;
  LookupHint lookup;                  // kLookup. As lifetimes, no part of a node's text
};
// MATCH_RECOGNIZE over rows in the order of their time. Output: the partition's columns, then the measures.
struct MatchSpec {
  // What a formula says of a variable's rows.
  struct Reference {
    int variable = -1;       // any
    bool last = true;        // its last row, else its first …
    int64_t offset = 0;      // … or so many back or on from there
    AggregateCall call;      // with a function: of all its rows; its only argument is `value`
    expr::ExprPtr value;     // over a row; absent: COUNT(*)
    data::Type type;
  };
  struct Formula {
    std::vector<Reference> references;
    expr::ExprPtr value;     // over the references; of a variable without a condition absent
  };
  struct Part {
    int32_t variable;
    int64_t least;
    int64_t most;
    bool greedy;
  };
  enum class Skip : uint8_t { kPastLastRow, kNextRow, kFirst, kLast };
  std::vector<int> partition;
  int time_column = 0;
  std::vector<Part> pattern;
  std::vector<Formula> conditions;  // by variable
  std::vector<Formula> measures;
  int64_t within_ms = 0;            // 0: for ever
  Skip skip = Skip::kPastLastRow;
  int skip_variable = -1;
  std::string skip_name;
  std::string place;                // "line 3, column 7: "
};
// ML_PREDICT: `outputs` columns more, from a model over the columns `args`.
struct PredictSpec {
  std::string name;    // as CREATE MODEL declares it
  std::string model;   // as it is served
  std::string digest;  // that it must have; empty: any
  std::vector<int> args;
  size_t outputs = 0;
  std::vector<std::string> input_names, output_names;  // as CREATE MODEL declares them
};
// A column more for each call, of functions that are computed elsewhere.
struct PythonSpec {
  struct Call {
    std::shared_ptr<const expr::RemoteFunction> function;
    std::vector<int> args;
  };
  std::vector<Call> calls;
};
// Where a part of a plan runs: once on the job's loop, once on a shard, or on every shard for its own key groups.
enum class Place : uint8_t { kJob, kOneShard, kShards };
// Rows go from one place to another; to kShards by the hash of `keys`. Placed by exchanges.cc.
struct ExchangeSpec {
  Place from = Place::kJob;
  Place to = Place::kShards;
  std::vector<int> keys;
};
// What becomes of rows that meet in one PRIMARY KEY of a table (ON CONFLICT): the newest that is there stands, the oldest does, or it is a Fault when a watermark comes.
enum class Conflict : uint8_t { kNone, kNewest, kOldest, kFault };
// In front of a sink: of the rows with one key the one that stands. Placed by conflicts.cc.
struct StandingSpec {
  std::vector<int> keys;
  Conflict conflict = Conflict::kNewest;
  std::string table;
  int64_t ttl_ms = kTtlUnsaid;
};
struct SinkSpec {
  std::shared_ptr<const Table> table;  // absent: the rows are the script's result `name`
  std::string name;
  std::vector<int> primary_key;
  Conflict conflict = Conflict::kNone;  // of rows that the plan cannot tell apart by the primary key (conflicts.cc)
  bool judges_all = false;              // of all
  bool must_be_said = false;            // nobody said it, and whoever runs the script wants to be asked
  bool drops_nulls = false;  // rows with NULL in a column that is NOT NULL; else they are a Fault
  bool counts_lengths = false;  // texts and bytes of another length than their column's are a Fault; else they are believed, or were cut before
};

using AnySpec = std::variant<SourceSpec, ValuesSpec, FilterSpec, ProjectSpec, WatermarkSpec, WindowSpec, AggregateSpec, WindowAggregateSpec,
                             SliceAggregateSpec, SessionAggregateSpec, UnnestSpec, ExpandSpec, UnionSpec, ReplicateSpec, CurrentWatermarkSpec, ToChangelogSpec, FromChangelogSpec, OverSpec, RankSpec, JoinSpec, MatchSpec, PredictSpec, PythonSpec, ExchangeSpec, StandingSpec, SinkSpec>;
// One of them. How they are copied, moved and ended is compiled once, in node.cc, not in every unit of the room.
struct Spec : AnySpec {
  using AnySpec::AnySpec;
  Spec();
  Spec(const Spec&);
  Spec(Spec&&) noexcept;
  Spec& operator=(const Spec&);
  Spec& operator=(Spec&&) noexcept;
  ~Spec();
};

// What a node's output may hold beside +I, and what its consumers ask for. Filled in by changelog.cc.
struct Changelog {
  bool updates = false;        // -U/+U/-D may come
  bool update_before = false;  // -U is produced, because a consumer needs it
  bool each = false;           // changes are not folded within a batch, because a consumer's answer is in their order
};

struct Node {
  Spec spec;
  std::vector<NodePtr> inputs;
  std::vector<PlanColumn> columns;
  Changelog changelog;
  std::string apart;  // "2", "3" …: other work than that of nodes with the same text before it (TellApart)
};

std::shared_ptr<Node> MakeNode(Spec spec, std::vector<NodePtr> inputs, std::vector<PlanColumn> columns);
// The same node, with all that is known of it, over these.
std::shared_ptr<Node> WithInputs(const Node& node, std::vector<NodePtr> inputs);

// "Project(auction=$0, price=(* 0.908 $1))": what a node does, without its inputs.
std::string NodeText(const Node& node);
// The node and everything below it: equal text, equal rows out. What state is addressed by, so exchanges are no part of
// it: it is the same on any number of shards.
std::string Signature(const Node& node);
// What it would be if nothing were told apart.
std::string SignatureUnmarked(const Node& node);
// The same as snapshots before version 3 have it: without the types of plain columns.
std::string SignatureWithoutTypes(const Node& node);
// Whether it, or something below it, is marked.
bool IsApart(const Node& node);
// The same with exchanges: equal text, equal work.
std::string WorkText(const Node& node);

// The partition, order and frame of an OVER: equal text, one window.
std::string OverWindowText(const OverSpec& over);

std::vector<data::Type> TypesOf(const std::vector<PlanColumn>& columns);

}  // namespace freshet::stream
