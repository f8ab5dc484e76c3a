#include "engines/lake/hadoop_table.h"

#include <charconv>

namespace freshet::lake {
namespace {

constexpr std::string_view kScheme = "file:";
constexpr int64_t kMetadataBytesMax = 256_MiB;

// "file:///a", "file:/a" and "/a" are one place.
std::string_view WithoutScheme(std::string_view location) {
  if (location.starts_with(kScheme)) location.remove_prefix(kScheme.size());
  while (location.starts_with("//")) location.remove_prefix(1);
  return location;
}

// N of "vN.metadata.json", or 0.
int64_t VersionOf(std::string_view name) {
  constexpr std::string_view kEnd = ".metadata.json";
  int64_t number = 0;
  if (!name.starts_with("v") || !name.ends_with(kEnd)) return 0;
  name = name.substr(1, name.size() - 1 - kEnd.size());
  auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  return read.ec == std::errc() && read.ptr == name.data() + name.size() ? number : 0;
}

}  // namespace

HadoopTable::HadoopTable(Env& env, std::string location) : env_(env), location_(std::move(location)), folder_(WithoutScheme(location_)) {}

std::string HadoopTable::PathOf(std::string_view location) const { return std::string(WithoutScheme(location)); }
std::string HadoopTable::VersionPath(int64_t number) const { return StrCat(metadata_folder(), "/v", number, ".metadata.json"); }
std::string HadoopTable::NameOf(int64_t number) const { return StrCat(location_, "/metadata/v", number, ".metadata.json"); }

Result<int64_t> HadoopTable::Hint() const {
  auto text = io::ReadWhole(env_.files(), metadata_folder() + "/version-hint.text", 64);
  if (text.code() == Code::kNotFound) return int64_t{0};
  if (!text.ok()) return text.fault();
  int64_t number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

Result<std::optional<HadoopTable::Version>> HadoopTable::Load() const {
  ASSIGN_OR_RETURN(int64_t number, Hint());
  if (number > 0) {
    ASSIGN_OR_RETURN(bool there, env_.files().Exists(VersionPath(number)));
    if (!there) number = 0;
  }
  if (number == 0) {  // no hint, or one that says nothing: the folder itself knows
    auto entries = env_.files().List(metadata_folder());
    if (entries.code() == Code::kNotFound) return std::optional<Version>();
    if (!entries.ok()) return entries.fault();
    for (const auto& entry : *entries) {
      number = std::max(number, VersionOf(entry.name));
      bool foreign = VersionOf(entry.name) == 0 && entry.name.ends_with(".metadata.json") && !entry.name.starts_with('.');
      if (foreign) return Fault::Unsupported(metadata_folder(), " holds ", entry.name, ": a table of another kind of catalog, or compressed metadata");
    }
    if (number == 0) return std::optional<Version>();
  }
  while (true) {
    ASSIGN_OR_RETURN(bool newer, env_.files().Exists(VersionPath(number + 1)));
    if (!newer) break;
    ++number;
  }
  ASSIGN_OR_RETURN(std::string text, io::ReadWhole(env_.files(), VersionPath(number), kMetadataBytesMax));
  auto metadata = TableMetadata::Parse(text);
  if (!metadata.ok()) return Fault(metadata.fault().code(), metadata.fault().blame(), metadata.fault().retry(), StrCat(VersionPath(number), ": ", metadata.fault().message()));
  return std::optional<Version>(Version{number, std::move(metadata).value()});
}

Status HadoopTable::WriteNew(const std::string& path, std::string_view bytes) {
  ASSIGN_OR_RETURN(auto file, env_.files().Open(path, io::OpenMode::kCreate));
  RETURN_NOT_OK(file->WriteAt(0, std::span<const std::string_view>(&bytes, 1)));
  return file->SyncData();
}

Status HadoopTable::WriteHint(int64_t number) {
  // Whole or not at all; a temporary name of its own, because several writers may be at it.
  std::string temporary = StrCat(metadata_folder(), "/.version-hint-", env_.random().NewUuid(), ".tmp");
  RETURN_NOT_OK(WriteNew(temporary, StrCat(number)));
  RETURN_NOT_OK(env_.files().Rename(temporary, metadata_folder() + "/version-hint.text"));
  return env_.files().SyncDirectory(metadata_folder());
}

Status HadoopTable::Commit(int64_t number, const TableMetadata& metadata) {
  RETURN_NOT_OK(env_.files().CreateDirectories(metadata_folder()));
  std::string temporary = StrCat(metadata_folder(), "/.v", number, "-", env_.random().NewUuid(), ".tmp");
  RETURN_NOT_OK(WriteNew(temporary, metadata.Text()));
  // Everything the new version names, made durable before it can be seen.
  RETURN_NOT_OK(env_.files().SyncDirectory(metadata_folder()));
  env_.kill_points().Reach("lake.before_link");
  Status linked = env_.files().Link(temporary, VersionPath(number));
  (void)env_.files().Remove(temporary);  // only a name less to look at
  RETURN_NOT_OK(linked);
  env_.kill_points().Reach("lake.after_link");
  RETURN_NOT_OK(env_.files().SyncDirectory(metadata_folder()));
  env_.kill_points().Reach("lake.before_hint");
  return WriteHint(number);
}

Status HadoopTable::Confirm(int64_t number) {
  RETURN_NOT_OK(env_.files().SyncDirectory(metadata_folder()));
  ASSIGN_OR_RETURN(int64_t hint, Hint());
  return hint >= number ? Status() : WriteHint(number);
}

}  // namespace freshet::lake
