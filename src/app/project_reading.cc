#include "app/project_reading.h"

#include <nlohmann/json.hpp>

#include "base/crc32c.h"
#include "data/json_tree.h"

namespace freshet::app {
namespace {

constexpr int64_t kFileBytesMax = 16 << 20;
constexpr int64_t kReadingBytesMax = 4 << 20;
constexpr std::string_view kConfig = "freshet.yaml";
constexpr std::pair<std::string_view, std::string_view> kFolders[] = {{"products", ".yaml"}, {"services", ".yaml"}, {"functions", ".py"}};

std::string ReadingPath(const std::string& data) { return data + "/project.json"; }

Status AddFile(io::Files& files, const std::string& folder, const std::string& name, ProjectReading& reading) {
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, folder + "/" + name, kFileBytesMax));
  reading[name] = StrCat(text.size(), ":", Crc32c(text));
  return {};
}

std::string WhatItDoes(std::string_view name) {
  if (name == kConfig) return "the house runs by what it said";
  if (name.starts_with("products/")) return "the house serves the feature views that it knows";
  if (name.starts_with("services/")) return "the house decides as it did";
  return "the house calls what the folder held when it started";
}

}  // namespace

Result<ProjectReading> ReadingOf(io::Files& files, const std::string& folder) {
  ProjectReading reading;
  ASSIGN_OR_RETURN(bool configured, files.Exists(StrCat(folder, "/", kConfig)));
  if (configured) RETURN_NOT_OK(AddFile(files, folder, std::string(kConfig), reading));
  for (const auto& [kind, ending] : kFolders) {
    std::string path = StrCat(folder, "/", kind);
    ASSIGN_OR_RETURN(bool there, files.Exists(path));
    if (!there) continue;
    ASSIGN_OR_RETURN(auto entries, files.List(path));
    for (const io::Entry& entry : entries) {
      bool read = !entry.is_directory && entry.name.ends_with(ending);
      if (read) RETURN_NOT_OK(AddFile(files, folder, StrCat(kind, "/", entry.name), reading));
    }
  }
  return reading;
}

Status WriteReading(io::Files& files, const std::string& data, const ProjectReading& reading) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, sum] : reading) json[name] = sum;
  return io::WriteWhole(files, ReadingPath(data), data::JsonText(json) + "\n");
}

Result<std::vector<std::string>> WhatWaitsForAStart(io::Files& files, const std::string& folder, const std::string& data) {
  std::vector<std::string> lines;
  ASSIGN_OR_RETURN(bool says, files.Exists(ReadingPath(data)));
  if (!says) return lines;
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, ReadingPath(data), kReadingBytesMax));
  auto json = data::ParseJson<nlohmann::json>(text);
  if (!json.is_object()) return lines;
  ProjectReading then;
  for (const auto& [name, sum] : json.items()) then[name] = sum.is_string() ? sum.get<std::string>() : "";
  ASSIGN_OR_RETURN(ProjectReading now, ReadingOf(files, folder));
  auto tell = [&](const std::string& name, std::string_view what) { lines.push_back(StrCat(name, " ", what, ", and waits for the next start: until then ", WhatItDoes(name))); };
  for (const auto& [name, sum] : now) {
    auto before = then.find(name);
    if (before == then.end()) tell(name, "is new");
    else if (before->second != sum) tell(name, "has changed");
  }
  for (const auto& [name, sum] : then) {
    if (!now.contains(name)) tell(name, "is gone");
  }
  return lines;
}

}  // namespace freshet::app
