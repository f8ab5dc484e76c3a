#pragma once

#include <string>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// The plan as an indented tree, sink first; with `changelog`, each node's changelogMode as Flink prints it.
std::string Explain(const Node& node, bool changelog);

}  // namespace freshet::stream
