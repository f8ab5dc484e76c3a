#include "engines/stream/plan/clock.h"

namespace freshet::stream {
namespace {

const SourceSpec* SourceOf(const Node& node) {
  if (const auto* source = std::get_if<SourceSpec>(&node.spec)) return source;
  return node.inputs.size() == 1 ? SourceOf(*node.inputs[0]) : nullptr;
}

bool AreOneTable(const Table& a, const Table& b) { return a.name == b.name && a.connector() == b.connector() && a.hinted == b.hinted; }

// The table that alone tells the time below a node.
const Table* TellsTime(const Node& node) {
  if (const auto* watermark = std::get_if<WatermarkSpec>(&node.spec)) {
    const SourceSpec* source = watermark->processing ? nullptr : SourceOf(node);
    return source != nullptr ? source->table.get() : nullptr;
  }
  const auto* join = std::get_if<JoinSpec>(&node.spec);
  bool holds_time_back = join != nullptr && join->expiry == JoinSpec::Expiry::kInterval;
  bool looks_up = join != nullptr && join->expiry == JoinSpec::Expiry::kLookup;  // what is asked has no time
  if (holds_time_back || node.inputs.empty()) return nullptr;
  const Table* table = TellsTime(*node.inputs[0]);
  for (size_t i = 1; i < node.inputs.size() && table != nullptr && !looks_up; ++i) {
    const Table* other = TellsTime(*node.inputs[i]);
    if (other == nullptr || !AreOneTable(*table, *other)) table = nullptr;
  }
  return table;
}

}  // namespace

NodePtr WithClock(NodePtr input, int time_column) {
  std::vector<PlanColumn> columns = input->columns;
  const PlanColumn& time = columns[static_cast<size_t>(time_column)];
  WatermarkSpec clock{time_column, expr::Input(time_column, time.type, time.name), true};
  return MakeNode(std::move(clock), {std::move(input)}, std::move(columns));
}

bool OfOneTime(const Node& left, const Node& right) {
  const Table *one = TellsTime(left), *other = TellsTime(right);
  return one != nullptr && other != nullptr && AreOneTable(*one, *other);
}

}  // namespace freshet::stream
