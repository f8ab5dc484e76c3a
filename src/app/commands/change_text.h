#pragma once

#include <string>

#include "ports/pipeline_changes.h"

namespace freshet::app {

// What the HTTP door says of a pipeline's parts (JSON), read back. kInvalid: it is nothing of the kind.
Result<ports::PipelineChange> ReadChange(const std::string& body);

// Its parts, two lines each, and why nobody applies them.
std::string PartsText(const ports::PipelineChange& change);

}  // namespace freshet::app
