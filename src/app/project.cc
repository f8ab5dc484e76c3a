#include "app/project.h"

#include <algorithm>
#include <iterator>

#include "base/nearest.h"

namespace freshet::app {
namespace {

constexpr int64_t kFileBytesMax = 1 << 20;
constexpr int64_t kConfigBytesMax = 1 << 20;
constexpr size_t kFilesMax = 1000;

// A name that was meant to be read, and would not be.
bool IsNearly(std::string name, std::string_view ending) {
  for (char& letter : name) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  return name.ends_with(ending) || (ending == ".yaml" && name.ends_with(".yml"));
}

}  // namespace

Result<std::vector<ProjectFile>> ReadProjectFiles(io::Files& files, const std::string& folder, const std::string& kind, std::string_view ending) {
  std::vector<ProjectFile> found;
  std::string path = folder + "/" + kind;
  ASSIGN_OR_RETURN(bool exists, files.Exists(path));
  if (!exists) return found;
  ASSIGN_OR_RETURN(auto entries, files.List(path));
  for (const io::Entry& entry : entries) {
    bool meant = !entry.is_directory && IsNearly(entry.name, ending);
    if (!meant) continue;
    if (!entry.name.ends_with(ending)) return Fault::Invalid(path, "/", entry.name, " is not read: files in here end in ", ending, "; rename it, or move it away");
    if (found.size() == kFilesMax) return Fault::TooLarge(path, " has more than ", kFilesMax, " files");
    ASSIGN_OR_RETURN(ProjectFile file, ReadProjectFile(files, path + "/" + entry.name));
    found.push_back(std::move(file));
  }
  return found;
}

Result<ProjectFile> ReadProjectFile(io::Files& files, std::string path) {
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, path, kFileBytesMax));
  return ProjectFile{std::move(path), std::move(text)};
}

Result<std::vector<std::string>> FoldersNotRead(io::Files& files, const std::string& folder) {
  static constexpr std::string_view kRead[] = {"pipelines", "functions", "products", "services", "models"};
  static constexpr std::string_view kFlat[] = {"pipelines", "products", "services"};
  std::vector<std::string> out;
  ASSIGN_OR_RETURN(bool exists, files.Exists(folder));
  if (!exists) return out;
  ASSIGN_OR_RETURN(auto entries, files.List(folder));
  for (const io::Entry& entry : entries) {
    bool read = std::find(std::begin(kRead), std::end(kRead), entry.name) != std::end(kRead);
    std::string near = entry.is_directory && !read ? DidYouMean(entry.name, kRead) : "";
    if (!near.empty()) out.push_back(StrCat(folder, "/", entry.name, " is not read", near));
    bool is_flat = entry.is_directory && std::find(std::begin(kFlat), std::end(kFlat), entry.name) != std::end(kFlat);
    if (!is_flat) continue;
    ASSIGN_OR_RETURN(auto inside, files.List(StrCat(folder, "/", entry.name)));
    for (const io::Entry& one : inside) {
      if (one.is_directory && !one.name.starts_with('.')) out.push_back(StrCat(folder, "/", entry.name, "/", one.name, " is not read: only files of ", entry.name, "/ itself are"));
    }
  }
  return out;
}

std::string DataFolder(const std::string& folder, const Config& config) {
  if (config.data_dir.empty()) return folder + "/data";
  return config.data_dir.front() == '/' ? config.data_dir : folder + "/" + config.data_dir;
}

Result<std::string> FindDataFolder(io::Files& files, const std::string& folder, const std::string& said) {
  if (!said.empty()) return said;
  ASSIGN_OR_RETURN(Config config, ReadProjectConfig(files, folder, {}));
  return DataFolder(folder, config);
}

Result<Config> ReadProjectConfig(io::Files& files, const std::string& folder, const std::vector<Override>& overrides) {
  ASSIGN_OR_RETURN(bool folder_exists, files.Exists(folder));
  if (!folder_exists) return Fault::NotFound("project folder ", folder, " does not exist; make it (an empty one is valid)");
  auto listed = files.List(folder);
  if (!listed.ok()) return Fault::Invalid(folder, " is no folder that can be read (", listed.fault().message(), "); name the folder in which freshet.yaml and pipelines/ stand");
  std::string path = folder + "/freshet.yaml";
  ASSIGN_OR_RETURN(bool exists, files.Exists(path));
  ASSIGN_OR_RETURN(bool nearly, files.Exists(folder + "/freshet.yml"));
  if (nearly) return Fault::Invalid(folder, "/freshet.yml is not read; rename it to freshet.yaml, or move it away");
  std::string yaml;
  if (exists) {
    ASSIGN_OR_RETURN(yaml, io::ReadWhole(files, path, kConfigBytesMax));
  }
  ASSIGN_OR_RETURN(Config config, ReadConfig(yaml, path, overrides));
  return Rooted(std::move(config), folder);
}

std::vector<std::string> OwnAddresses(const Config& config, const io::Address& at) {
  std::vector<std::string> own{at.ToString(), StrCat("localhost:", at.port), StrCat("127.0.0.1:", at.port)};
  if (!config.kafka_advertised.empty()) own.push_back(StrCat(config.kafka_advertised, ":", at.port));
  return own;
}

}  // namespace freshet::app
