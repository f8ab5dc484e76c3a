#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "base/status.h"
#include "io/file.h"

namespace freshet::app {

// One file of a project folder, as its parser wants it: how messages call it, and its text.
struct ProjectFile {
  std::string name;
  std::string text;
};

// Every file of FOLDER/KIND with that ending, in the order of their names; none when there is no such folder. Blocks.
Result<std::vector<ProjectFile>> ReadProjectFiles(io::Files& files, const std::string& folder, const std::string& kind, std::string_view ending = ".yaml");
// One of them. Blocks.
Result<ProjectFile> ReadProjectFile(io::Files& files, std::string path);

// A line for each folder of the project that is nearly one of those that are read, and is not: "project/modles is not read; did you mean 'models'?". Blocks.
Result<std::vector<std::string>> FoldersNotRead(io::Files& files, const std::string& folder);

// Where `freshet up` keeps this project's data, unless it is told another place: as freshet.yaml says, or FOLDER/data.
std::string DataFolder(const std::string& folder, const Config& config);
// The same for who looks for that data: `said`, or as FOLDER/freshet.yaml says. Blocks.
Result<std::string> FindDataFolder(io::Files& files, const std::string& folder, const std::string& said);

// FOLDER/freshet.yaml, if it is there, with overrides on top. Blocks.
Result<Config> ReadProjectConfig(io::Files& files, const std::string& folder, const std::vector<Override>& overrides);

// What properties.bootstrap.servers may say for a house whose Kafka door is there: where it listens, and what clients are told.
std::vector<std::string> OwnAddresses(const Config& config, const io::Address& at);

}  // namespace freshet::app
