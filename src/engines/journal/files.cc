#include "engines/journal/files.h"

#include <algorithm>
#include <charconv>

#include "base/planted.h"

namespace freshet::journal {
namespace {

constexpr int kNameDigits = 20;
constexpr std::string_view kEnding = ".jnl";
constexpr std::string_view kWaitingName = "prepared";
constexpr size_t kZeroChunk = 1 << 20;

bool ParseName(const std::string& name, data::Position& first) {
  if (name.size() != kNameDigits + kEnding.size() || !name.ends_with(kEnding)) return false;
  uint64_t number = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + kNameDigits, number);
  first = data::Position(number);
  return error == std::errc() && end == name.data() + kNameDigits;
}

}  // namespace

Result<std::vector<FileName>> ListFiles(io::Files& files, const std::string& directory) {
  ASSIGN_OR_RETURN(auto entries, files.List(directory));
  std::vector<FileName> found;
  for (const io::Entry& entry : entries) {
    FileName file{data::Position(0), directory + "/" + entry.name};
    if (ParseName(entry.name, file.first)) found.push_back(file);
  }
  return found;  // sorted by name, which is by position
}

Result<std::optional<FileHeader>> CheckFile(const FileName& name, std::string_view bytes, int64_t size, const std::optional<Uuid>& house, bool is_newest) {
  auto decoded = DecodeFileHeader(bytes);
  if (decoded.code() == Code::kUnsupported) return decoded.status();
  bool header_holds = decoded.ok() && decoded->first == name.first && (!house.has_value() || decoded->house == *house);
  bool was_used = !is_newest || LooksLikeFrame(bytes.substr(std::min(bytes.size(), kFileHeaderBytes)), name.first);
  bool is_cut = bytes.size() < kFileHeaderBytes;  // a file has its full size before it gets its name
  if (!header_holds && !was_used && !is_cut) return std::optional<FileHeader>();
  if (!header_holds) {
    return Fault::Corrupt(name.path, ": ", decoded.ok() ? "it belongs elsewhere" : decoded.fault().message(), "; records from position ", name.first,
                          " on cannot be checked, so nothing is started on top of them; restore from a backup");
  }
  if (size < decoded->file_bytes) {
    return Fault::Corrupt(name.path, " has ", size, " of its ", decoded->file_bytes, " bytes; what was cut off cannot be known, so nothing is started; restore from a backup");
  }
  return std::optional<FileHeader>(*decoded);
}

Status CheckFollows(const FileName& name, data::Position at) {
  if (name.first <= at) return {};
  return Fault::Corrupt("the journal lacks positions ", at, " to ", name.first, ", in front of ", name.path,
                        "; whose records they held is not known, so nothing is started; restore the missing file or a backup");
}

std::string Files::PathOf(data::Position first) const {
  std::string digits = StrCat(first);
  return StrCat(options_.directory, "/", std::string(kNameDigits - digits.size(), '0'), digits, kEnding);
}

Result<std::vector<FileName>> Files::Open() {
  RETURN_NOT_OK(env_.files().CreateDirectories(options_.directory));
  ASSIGN_OR_RETURN(auto entries, env_.files().List(options_.directory));
  std::vector<Waiting> waiting;
  for (const io::Entry& entry : entries) {
    std::string path = options_.directory + "/" + entry.name;
    bool waits = entry.name.starts_with(kWaitingName);
    bool is_of_use = waits && !entry.name.ends_with(".tmp") && entry.size >= options_.file_bytes;
    if (is_of_use) waiting.push_back({path, entry.size});
    else if (waits || entry.name.ends_with(".tmp")) RETURN_NOT_OK(env_.files().Remove(path));
  }
  RETURN_NOT_OK(env_.files().SyncDirectory(options_.directory));  // an earlier life may have ended between a name and its sync, see Recycle
  std::lock_guard lock(names_);
  SetWaiting(std::move(waiting));
  return List();
}

void Files::SetWaiting(std::vector<Waiting> waiting) {
  waiting_ = std::move(waiting);
  waiting_files_.store(waiting_.size(), std::memory_order_release);
}

// kPieceByPiece syncs each piece before the next: a commit that syncs meanwhile waits for one of them, not for the whole file.
Status Files::WriteZeros(io::File& file, int64_t bytes, Sync sync) {
  static const std::string zeros(kZeroChunk, '\0');
  for (int64_t at = 0; at < bytes; at += static_cast<int64_t>(kZeroChunk)) {
    std::string_view piece = std::string_view(zeros).substr(0, static_cast<size_t>(std::min<int64_t>(bytes - at, kZeroChunk)));
    RETURN_NOT_OK(file.WriteAt(at, std::span<const std::string_view>(&piece, 1)));
    if (sync == Sync::kPieceByPiece) RETURN_NOT_OK(file.SyncData());
  }
  return {};
}

// On failure the half-written file is taken away, so that a full disk does not become fuller; after a failed sync what its pages hold is not known.
Result<std::unique_ptr<io::File>> Files::Fresh(const std::string& path, int64_t bytes, Sync sync) {
  ASSIGN_OR_RETURN(auto file, env_.files().Open(path, io::OpenMode::kCreateOrOpen));
  Status written = file->Truncate(0);
  if (written.ok()) written = WriteZeros(*file, bytes, sync);
  if (written.ok()) return file;
  file.reset();
  (void)env_.files().Remove(path);
  return written;
}

Result<Files::Opened> Files::Create(data::Position first, int64_t bytes) {
  std::lock_guard lock(names_);
  Opened opened;
  opened.path = PathOf(first);
  int64_t wanted = bytes + static_cast<int64_t>(kFileHeaderBytes);
  std::vector<Waiting> waiting = waiting_;
  auto used = std::find_if(waiting.begin(), waiting.end(), [wanted](const Waiting& file) { return file.bytes >= wanted; });
  bool is_fresh = used == waiting.end();
  std::string from = is_fresh ? options_.directory + "/fresh.tmp" : used->path;
  if (!is_fresh) {
    ASSIGN_OR_RETURN(opened.file, env_.files().Open(from, io::OpenMode::kReadWrite));
    waiting.erase(used);
  } else {
    ASSIGN_OR_RETURN(opened.file, Fresh(from, std::max(options_.unprepared_bytes, wanted), Sync::kWithItsHeader));
  }
  ASSIGN_OR_RETURN(int64_t size, opened.file->Size());
  opened.capacity = size - static_cast<int64_t>(kFileHeaderBytes);
  opened.header = FileHeader{.house = options_.house, .salt = env_.random().Next(), .first = first, .file_bytes = size};
  std::string header = EncodeFileHeader(opened.header);
  std::string_view piece = header;
  Status synced = opened.file->WriteAt(0, std::span<const std::string_view>(&piece, 1));
  if (synced.ok()) synced = opened.file->SyncData();
  if (!synced.ok() && is_fresh) (void)env_.files().Remove(from);
  RETURN_NOT_OK(synced);
  env_.kill_points().Reach("journal.before_file_rename");
  RETURN_NOT_OK(env_.files().Rename(from, opened.path));
  SetWaiting(std::move(waiting));
  if (!Planted("skip_directory_fsync")) RETURN_NOT_OK(env_.files().SyncDirectory(options_.directory));
  env_.kill_points().Reach("journal.after_file_rename");
  return opened;
}

Status Files::Prepare() {
  if (has_prepared()) return {};
  std::string temporary = PreparedPath() + ".tmp";
  RETURN_NOT_OK(Fresh(temporary, options_.file_bytes, Sync::kPieceByPiece).status());
  std::lock_guard lock(names_);
  if (has_prepared()) return env_.files().Remove(temporary);
  RETURN_NOT_OK(env_.files().Rename(temporary, PreparedPath()));
  RETURN_NOT_OK(env_.files().SyncDirectory(options_.directory));
  SetWaiting({{PreparedPath(), options_.file_bytes}});
  return {};
}

// The old name must be gone for good before the file is used again: else, after a crash, it would name the new bytes.
Status Files::Recycle(const std::vector<FileName>& files) {
  if (files.empty()) return {};
  std::lock_guard lock(names_);
  std::vector<Waiting> waiting = waiting_;
  for (const FileName& name : files) {
    ASSIGN_OR_RETURN(auto file, env_.files().Open(name.path, io::OpenMode::kRead));
    ASSIGN_OR_RETURN(int64_t size, file->Size());
    if (size >= options_.file_bytes && waiting.size() < options_.waiting_max) {
      waiting.push_back({StrCat(PreparedPath(), ".", name.first), size});
      RETURN_NOT_OK(env_.files().Rename(name.path, waiting.back().path));
    } else {
      RETURN_NOT_OK(env_.files().Remove(name.path));
    }
  }
  RETURN_NOT_OK(env_.files().SyncDirectory(options_.directory));
  SetWaiting(std::move(waiting));
  return {};
}

}  // namespace freshet::journal
