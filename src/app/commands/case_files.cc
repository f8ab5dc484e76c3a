#include "app/commands/case_files.h"

#include <algorithm>
#include <set>

namespace freshet::app {
namespace {

constexpr size_t kCasesMax = 10'000;
constexpr int kDepthMax = 32;
constexpr std::string_view kEnding = ".sql";

// "-- runs: FILE" names files as they are written; `line` is where.
Fault NotThere(const stream::SqlCase& c, const std::string& written) {
  size_t at = c.text.find("-- runs: " + written);
  auto line = 1 + std::count(c.text.begin(), c.text.begin() + static_cast<ptrdiff_t>(std::min(at, c.text.size())), '\n');
  return Fault::NotFound(c.path, ": line ", line, ": no file ", PathIn(io::ParentOf(c.path), written), "; the path behind -- runs: begins at the case's folder");
}

Status Collect(io::Files& files, const std::string& folder, int depth, std::vector<std::string>& paths) {
  if (depth > kDepthMax) return Fault::TooLarge(folder, " lies more than ", kDepthMax, " folders deep");
  ASSIGN_OR_RETURN(auto entries, files.List(folder));
  for (const io::Entry& entry : entries) {
    std::string path = PathIn(folder, entry.name);
    if (entry.is_directory) RETURN_NOT_OK(Collect(files, path, depth + 1, paths));
    else if (entry.name.ends_with(kEnding)) paths.push_back(path);
    if (paths.size() > kCasesMax) return Fault::TooLarge(folder, " has more than ", kCasesMax, " cases");
  }
  return {};
}

}  // namespace

std::string PathIn(const std::string& folder, const std::string& path) {
  std::string whole = path.starts_with('/') ? path : StrCat(folder, "/", path);
  std::vector<std::string> parts;
  for (size_t at = 0; at < whole.size();) {
    size_t end = std::min(whole.find('/', at), whole.size());
    std::string part = whole.substr(at, end - at);
    bool back = part == ".." && !parts.empty() && parts.back() != "..";
    if (back) parts.pop_back();
    else if (!part.empty() && part != ".") parts.push_back(std::move(part));
    at = end + 1;
  }
  std::string out = whole.starts_with('/') ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? "" : "/") + parts[i];
  return out.empty() ? "." : out;
}

Result<stream::SqlCase> ReadCaseFile(io::Files& files, const std::string& path, Parameters& parameters) {
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, path, kScriptBytesMax));
  auto c = stream::ParseCase(path, std::move(text));
  if (!c.ok()) return Fault::Invalid(path, ": ", c.fault().message());
  for (auto& run : c->runs) {
    std::string written = std::exchange(run, PathIn(io::ParentOf(path), run));
    ASSIGN_OR_RETURN(bool there, files.Exists(run));
    if (!there) return NotThere(*c, written);
    ASSIGN_OR_RETURN(auto file, ReadScriptFile(files, run, parameters));
    c->files.push_back(std::move(file));
  }
  return c;
}

Result<std::vector<CaseFile>> FindCases(io::Files& files, const std::vector<std::string>& words, Parameters& parameters) {
  std::vector<std::string> paths;
  std::set<std::string> named;
  for (const auto& word : words) {
    if (word.ends_with(kEnding)) {
      ASSIGN_OR_RETURN(bool there, files.Exists(word));
      if (!there) return Fault::NotFound("no file ", word);
      named.insert(PathIn(".", word));
      paths.push_back(PathIn(".", word));
      continue;
    }
    ASSIGN_OR_RETURN(bool there, files.Exists(word));
    if (!there) return Fault::NotFound("no folder ", word, "; name a folder of cases, or their files");
    size_t before = paths.size();
    RETURN_NOT_OK(Collect(files, PathIn(".", word), 0, paths));
    if (paths.size() == before) return Fault::NotFound("no case in ", word, ": files that end in ", kEnding);
  }
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::vector<CaseFile> found;
  std::set<std::string> run_by_others;
  for (const auto& path : paths) {
    found.push_back({path, ReadCaseFile(files, path, parameters)});
    if (found.back().read.ok()) run_by_others.insert(found.back().read->runs.begin(), found.back().read->runs.end());
  }
  std::erase_if(found, [&](const auto& c) { return run_by_others.contains(c.path) && !named.contains(c.path); });
  return found;
}

}  // namespace freshet::app
