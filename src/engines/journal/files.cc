#include "engines/journal/files.h"

#include <charconv>

#include "base/planted.h"

namespace freshet::journal {
namespace {

constexpr int kNameDigits = 20;
constexpr std::string_view kEnding = ".jnl";
constexpr size_t kZeroChunk = 1 << 20;

bool ParseName(const std::string& name, data::Position& first) {
  if (name.size() != kNameDigits + kEnding.size() || !name.ends_with(kEnding)) return false;
  uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + kNameDigits, number);
  first = data::Position(number);
  return error == std::errc() && end == name.data() + kNameDigits;
}

}  // namespace

std::string Files::PathOf(data::Position first) const {
  std::string digits = StrCat(first);
  return StrCat(options_.directory, "/", std::string(kNameDigits - digits.size(), '0'), digits, kEnding);
}

Result<std::vector<FileName>> Files::Open() {
  RETURN_NOT_OK(env_.files().CreateDirectories(options_.directory));
  ASSIGN_OR_RETURN(auto entries, env_.files().List(options_.directory));
  for (const io::Entry& entry : entries) {
    if (entry.name == "prepared") prepared_.store(true);
    if (entry.name.ends_with(".tmp")) RETURN_NOT_OK(env_.files().Remove(options_.directory + "/" + entry.name));
  }
  return List();
}

Result<std::vector<FileName>> Files::List() {
  ASSIGN_OR_RETURN(auto entries, env_.files().List(options_.directory));
  std::vector<FileName> found;
  for (const io::Entry& entry : entries) {
    FileName file{data::Position(0), options_.directory + "/" + entry.name};
    if (ParseName(entry.name, file.first)) found.push_back(file);
  }
  return found;  // sorted by name, which is by position
}

Status Files::WriteZeros(io::File& file, int64_t bytes) {
  static const std::string zeros(kZeroChunk, '\0');
  for (int64_t at = 0; at < bytes; at += static_cast<int64_t>(kZeroChunk)) {
    std::string_view piece = std::string_view(zeros).substr(0, static_cast<size_t>(std::min<int64_t>(bytes - at, kZeroChunk)));
    RETURN_NOT_OK(file.WriteAt(at, std::span<const std::string_view>(&piece, 1)));
  }
  return {};
}

Result<Files::Opened> Files::Create(data::Position first, int64_t bytes) {
  Opened opened;
  opened.path = PathOf(first);
  std::string waiting = PreparedPath();
  if (has_prepared()) {
    ASSIGN_OR_RETURN(opened.file, env_.files().Open(waiting, io::OpenMode::kReadWrite));
    prepared_.store(false);
  } else {
    waiting = options_.directory + "/fresh.tmp";
    ASSIGN_OR_RETURN(opened.file, env_.files().Open(waiting, io::OpenMode::kCreateOrOpen));
    RETURN_NOT_OK(opened.file->Truncate(0));
    int64_t wanted = first.get() == 0 ? options_.first_file_bytes : options_.file_bytes;
    RETURN_NOT_OK(WriteZeros(*opened.file, std::max(wanted, bytes + static_cast<int64_t>(kFileHeaderBytes))));
  }
  ASSIGN_OR_RETURN(int64_t size, opened.file->Size());
  opened.capacity = size - static_cast<int64_t>(kFileHeaderBytes);
  opened.header = FileHeader{.house = options_.house, .salt = Planted("stale_recycled_bytes") ? 0 : env_.random().Next(), .first = first};
  std::string header = EncodeFileHeader(opened.header);
  std::string_view piece = header;
  RETURN_NOT_OK(opened.file->WriteAt(0, std::span<const std::string_view>(&piece, 1)));
  RETURN_NOT_OK(opened.file->SyncData());
  env_.kill_points().Reach("journal.before_file_rename");
  RETURN_NOT_OK(env_.files().Rename(waiting, opened.path));
  if (!Planted("skip_directory_fsync")) RETURN_NOT_OK(env_.files().SyncDirectory(options_.directory));
  env_.kill_points().Reach("journal.after_file_rename");
  if (opened.capacity < bytes) return Fault::Internal("journal file ", opened.path, " is smaller than a unit");
  return opened;
}

Status Files::Prepare() {
  if (has_prepared()) return {};
  std::string temporary = PreparedPath() + ".tmp";
  ASSIGN_OR_RETURN(auto file, env_.files().Open(temporary, io::OpenMode::kCreateOrOpen));
  RETURN_NOT_OK(WriteZeros(*file, options_.file_bytes));
  RETURN_NOT_OK(file->SyncData());
  RETURN_NOT_OK(env_.files().Rename(temporary, PreparedPath()));
  RETURN_NOT_OK(env_.files().SyncDirectory(options_.directory));
  prepared_.store(true, std::memory_order_release);
  return {};
}

Status Files::Recycle(const std::string& path) {
  ASSIGN_OR_RETURN(auto file, env_.files().Open(path, io::OpenMode::kRead));
  ASSIGN_OR_RETURN(int64_t size, file->Size());
  bool keep = size == options_.file_bytes && !has_prepared();
  if (!keep) return env_.files().Remove(path);
  RETURN_NOT_OK(env_.files().Rename(path, PreparedPath()));
  prepared_.store(true, std::memory_order_release);
  return {};
}

}  // namespace freshet::journal
