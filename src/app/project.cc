#include "app/project.h"

namespace freshet::app {
namespace {

constexpr int64_t kFileBytesMax = 1 << 20;
constexpr size_t kFilesMax = 1000;

}  // namespace

Result<std::vector<ProjectFile>> ReadProjectFiles(io::Files& files, const std::string& folder, const std::string& kind, std::string_view ending) {
  std::vector<ProjectFile> found;
  std::string path = folder + "/" + kind;
  ASSIGN_OR_RETURN(bool exists, files.Exists(path));
  if (!exists) return found;
  ASSIGN_OR_RETURN(auto entries, files.List(path));
  for (const io::Entry& entry : entries) {
    if (entry.is_directory || !entry.name.ends_with(ending)) continue;
    if (found.size() == kFilesMax) return Fault::TooLarge(path, " has more than ", kFilesMax, " files");
    std::string name = path + "/" + entry.name;
    ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, name, kFileBytesMax));
    found.push_back({std::move(name), std::move(text)});
  }
  return found;
}

}  // namespace freshet::app
