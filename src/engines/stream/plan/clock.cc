#include "engines/stream/plan/clock.h"

namespace freshet::stream {

NodePtr WithClock(NodePtr input, int time_column) {
  std::vector<PlanColumn> columns = input->columns;
  const PlanColumn& time = columns[static_cast<size_t>(time_column)];
  WatermarkSpec clock{time_column, expr::Input(time_column, time.type, time.name), true};
  return MakeNode(std::move(clock), {std::move(input)}, std::move(columns));
}

}  // namespace freshet::stream
