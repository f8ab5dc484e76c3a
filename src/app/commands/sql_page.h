#pragma once

#include <string>

namespace freshet::app {

// The generated part of docs/sql.md: functions, aggregates and formats from their registries, and what is refused.
std::string SqlPage();

}  // namespace freshet::app
