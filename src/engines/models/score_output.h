#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/models.h"

namespace freshet::models {

// Which of a model's outputs is its score: the one that model.yaml names, the only one, or none (-1). kInvalid when it is named and not there.
Result<int> ScoreAmong(const ports::ModelIdentity& identity, const std::vector<std::string>& outputs, std::string_view named);

}  // namespace freshet::models
