#pragma once

#include <memory>
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
};

struct AggregateCall {
  std::string function;   // COUNT, SUM, AVG, MIN, MAX …
  std::vector<int> args;  // input columns; none for COUNT(*)
  bool distinct = false;
  int filter = -1;        // input BOOLEAN column
  data::Type type;
};
// Output: the keys, then the calls. An updating group aggregate.
struct AggregateSpec {
  std::vector<int> keys;
  std::vector<AggregateCall> calls;
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
struct UnionSpec {};

enum class JoinKind : uint8_t { kInner, kLeft, kRight, kFull, kSemi, kAnti };
// Left columns, then right columns (semi, anti: left columns). As bound, all is in `condition`, over both; the pass
// "plan joins" takes out what keys and times say.
struct JoinSpec {
  enum class Expiry : uint8_t { kNever, kInterval, kWindow };
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
};
struct SinkSpec {
  std::shared_ptr<const Table> table;  // absent: the rows are the script's result `name`
  std::string name;
  std::vector<int> primary_key;
};

using Spec = std::variant<SourceSpec, ValuesSpec, FilterSpec, ProjectSpec, WatermarkSpec, WindowSpec, AggregateSpec, WindowAggregateSpec,
                          SliceAggregateSpec, UnionSpec, JoinSpec, SinkSpec>;

// What a node's output may hold beside +I, and what its consumers ask for. Filled in by changelog.cc.
struct Changelog {
  bool updates = false;        // -U/+U/-D may come
  bool update_before = false;  // -U is produced, because a consumer needs it
};

struct Node {
  Spec spec;
  std::vector<NodePtr> inputs;
  std::vector<PlanColumn> columns;
  Changelog changelog;
};

inline std::shared_ptr<Node> MakeNode(Spec spec, std::vector<NodePtr> inputs, std::vector<PlanColumn> columns) {
  auto node = std::make_shared<Node>();
  node->spec = std::move(spec);
  node->inputs = std::move(inputs);
  node->columns = std::move(columns);
  return node;
}

// "Project(auction=$0, price=(* 0.908 $1))": what a node does, without its inputs.
std::string NodeText(const Node& node);
// The node and everything below it: equal text, equal work. Also what state is addressed by.
std::string Signature(const Node& node);

std::vector<data::Type> TypesOf(const std::vector<PlanColumn>& columns);

}  // namespace freshet::stream
