#include "engines/models/score_output.h"

#include <algorithm>

#include "data/known_words.h"

namespace freshet::models {

Result<int> ScoreAmong(const ports::ModelIdentity& identity, const std::vector<std::string>& outputs, std::string_view named) {
  if (named.empty()) return outputs.size() == 1 ? 0 : -1;
  auto found = std::find(outputs.begin(), outputs.end(), named);
  if (found != outputs.end()) return static_cast<int>(found - outputs.begin());
  std::vector<std::string_view> known(outputs.begin(), outputs.end());
  return Fault::Invalid("model '", identity.name, "' has no output '", named, "', which model.yaml calls its score", data::InsteadOf(named, known));
}

}  // namespace freshet::models
