#pragma once

#include <string>

#include "ports/pipeline_changes.h"

namespace freshet::doors::http {

// "parts":[{"fate":"kept",…},…]
void AppendParts(std::string& out, const ports::PipelineChange& change);

}  // namespace freshet::doors::http
