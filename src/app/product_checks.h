#pragma once

#include <string>
#include <vector>

#include "app/project.h"

namespace freshet::app {

// One place where files of a project may not fit one another.
struct Doubt {
  std::string text;      // with file, line and remedy
  bool is_mild = false;  // it may well be meant
};

// A feature view over a topic that no pipeline writes, or that reads what the rows written there do not have. Nothing is refused for it, because clients may
// write the topic, too. `own_addresses` mean this house in a table's options.
std::vector<Doubt> DoubtsOfProducts(const std::vector<ProjectFile>& products, const std::vector<ProjectFile>& pipelines, const std::vector<std::string>& own_addresses);
// The same for a project folder, whose freshet.yaml says where the house listens. Blocks.
Result<std::vector<Doubt>> DoubtsOfFolder(io::Files& files, const std::string& folder, const std::vector<ProjectFile>& pipelines);

}  // namespace freshet::app
