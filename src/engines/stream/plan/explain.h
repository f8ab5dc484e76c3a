#pragma once

#include <string>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

struct ExplainDetails {
  bool changelog = false;  // each node's changelogMode, as Flink prints it
  bool cost = false;       // what a node will keep (plan/forecast.h)
};
// The plan as an indented tree, sink first.
std::string Explain(const Node& node, ExplainDetails details);

}  // namespace freshet::stream
