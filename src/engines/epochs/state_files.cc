#include "engines/epochs/state_files.h"

#include <charconv>

#include "base/crc32c.h"
#include "base/planted.h"

namespace freshet::epochs {
namespace {

constexpr uint64_t kMagic = 0x3154415453485346ull;  // "FSHSTAT1"
constexpr uint32_t kVersion = 2;  // of a file that grows; 1: of one whose header says how much it holds
constexpr std::string_view kEnding = ".state";
constexpr int64_t kPieceBytes = 1 << 20;  // that are read at once

}  // namespace

std::string EncodeStateHeader(const Uuid& pipeline, const StateRef& state) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(kMagic);
  writer.Write<uint32_t>(state.grows ? kVersion : 1);
  writer.Write<uint32_t>(0);  // feature bits
  writer.WriteBytes(pipeline.view());
  writer.Write<int64_t>(state.begun);
  writer.Write<int64_t>(state.attempt);
  writer.Write<uint64_t>(state.serial);
  writer.Write<int64_t>(state.grows ? 0 : state.file_bytes);
  writer.Write<uint32_t>(state.grows ? 0 : state.crc);
  writer.Write<uint32_t>(0);  // tenant
  writer.Write<uint32_t>(0);  // key id
  out.resize(kStateHeaderBytes - 4, '\0');
  writer.Write<uint32_t>(Crc32c(out));
  return out;
}

Status CheckStateHeader(std::string_view header, const Uuid& pipeline, const StateRef& state) {
  ByteReader reader(header, Order::kLittle);
  bool magic_holds = reader.Read<uint64_t>() == kMagic;
  auto version = reader.Read<uint32_t>();
  auto features = reader.Read<uint32_t>();
  bool holds = header.size() == kStateHeaderBytes && magic_holds &&
               LoadInt<uint32_t>(Order::kLittle, header.data() + kStateHeaderBytes - 4) == Crc32c(header.substr(0, kStateHeaderBytes - 4));
  if (holds && (version > kVersion || features != 0)) {
    return Fault::Unsupported("a state file of format ", version, "; this program reads formats up to ", kVersion, ", so start the newer one");
  }
  if (!holds || header != EncodeStateHeader(pipeline, state)) return Fault::Corrupt("its header is not the one that the journal names");
  return {};
}

std::string StateFilePath(const std::string& directory, const Uuid& pipeline, const StateRef& state) {
  return StrCat(directory, "/", pipeline, ".", state.begun, ".", state.attempt, ".", state.serial, kEnding);
}

Result<std::unique_ptr<io::File>> StateFiles::Open(const Uuid& pipeline, const StateRef& state) {
  env_.kill_points().Reach("epochs.before_state_file");
  return env_.files().Open(PathOf(pipeline, state), state.file_bytes == 0 ? io::OpenMode::kCreate : io::OpenMode::kReadWrite);
}

Status StateFiles::Append(io::File& file, const Uuid& pipeline, StateRef& state, std::string_view bytes, std::string_view more) {
  bool begins = state.file_bytes == 0;
  std::string header = begins ? EncodeStateHeader(pipeline, state) : "";
  std::string_view pieces[] = {header, bytes, more};
  RETURN_NOT_OK(file.WriteAt(begins ? 0 : static_cast<int64_t>(kStateHeaderBytes) + state.file_bytes, pieces));
  env_.kill_points().Reach("epochs.state_file_unsynced");
  state.file_bytes += static_cast<int64_t>(bytes.size() + more.size());
  state.crc = Crc32cExtend(Crc32cExtend(state.crc, bytes), more);
  return {};
}

Status StateFiles::Sync(io::File& file, std::optional<int64_t> failures) {
  if (!Planted("state_file_unsynced")) RETURN_NOT_OK(file.SyncData());
  env_.kill_points().Reach("epochs.state_file_without_name");
  if (failures.has_value() && !Planted("skip_directory_fsync")) {
    std::lock_guard lock(syncing_);
    Status synced = env_.files().SyncDirectory(directory_);
    if (!synced.ok()) FolderFailed();
    RETURN_NOT_OK(synced);
    if (folder_failures() != *failures) return Fault::IoError("folder ", directory_, " could not be synced while a state file in it was written; its name may be lost, and it is written anew");
  }
  env_.kill_points().Reach("epochs.after_state_file");
  return {};
}

Status StateFiles::Check(const Uuid& pipeline, const StateRef& state) {
  std::string path = PathOf(pipeline, state);
  Status holds = CheckStateFile(env_.files(), path, pipeline, state);
  if (holds.code() == Code::kNotFound) return Fault::Corrupt("state file ", path, " is gone");
  if (!holds.ok()) return Fault(holds.code(), holds.fault().blame(), holds.fault().retry(), StrCat("state file ", path, ": ", holds.fault().message()));
  return {};
}

Result<std::string> StateFiles::Read(const Uuid& pipeline, const StateRef& state, int64_t offset) {
  if (offset >= state.file_bytes) return state.bytes.substr(std::min(state.bytes.size(), static_cast<size_t>(offset - state.file_bytes)));
  ASSIGN_OR_RETURN(auto file, env_.files().Open(PathOf(pipeline, state), io::OpenMode::kRead));
  std::string piece(static_cast<size_t>(std::min(state.file_bytes - offset, kPieceBytes)), '\0');
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(static_cast<int64_t>(kStateHeaderBytes) + offset, std::span<char>(piece.data(), piece.size())));
  if (read < piece.size()) return Fault::Corrupt("state file ", PathOf(pipeline, state), " was cut short while it was read");
  return piece;
}

Status CheckStateFile(io::Files& files, const std::string& path, const Uuid& pipeline, const StateRef& state) {
  ASSIGN_OR_RETURN(auto file, files.Open(path, io::OpenMode::kRead));
  std::string header(kStateHeaderBytes, '\0');
  ASSIGN_OR_RETURN(size_t header_bytes, file->ReadAt(0, std::span<char>(header.data(), header.size())));
  header.resize(header_bytes);
  RETURN_NOT_OK(CheckStateHeader(header, pipeline, state));
  std::string piece(static_cast<size_t>(std::min(state.file_bytes, kPieceBytes)), '\0');
  uint32_t crc = 0;
  for (int64_t at = 0; at < state.file_bytes;) {
    auto wanted = static_cast<size_t>(std::min(kPieceBytes, state.file_bytes - at));
    ASSIGN_OR_RETURN(size_t read, file->ReadAt(static_cast<int64_t>(kStateHeaderBytes) + at, std::span<char>(piece.data(), wanted)));
    if (read < wanted) return Fault::Corrupt("its ", at + static_cast<int64_t>(read), " bytes are not the ", state.file_bytes, " that the journal names");
    crc = Crc32cExtend(crc, std::string_view(piece).substr(0, wanted));
    at += static_cast<int64_t>(wanted);
  }
  if (crc != state.crc) return Fault::Corrupt("its ", state.file_bytes, " bytes do not match the checksum that the journal names");
  return {};
}

Result<std::vector<std::string>> StateFiles::List() {
  std::vector<std::string> paths;
  ASSIGN_OR_RETURN(auto entries, env_.files().List(directory_));
  for (const io::Entry& entry : entries) {
    if (entry.name.ends_with(kEnding)) paths.push_back(directory_ + "/" + entry.name);
  }
  return paths;
}

Status StateFiles::Remove(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    Status removed = env_.files().Remove(path);
    if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
  }
  return {};
}

Result<Uuid> PipelineOfStateFile(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  return Uuid::Parse(name.substr(0, name.find('.')));
}

int64_t AttemptOfStateFile(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  for (int i = 0; i < 2; ++i) name = name.substr(std::min(name.size(), name.find('.')) + (name.find('.') < name.size() ? 1 : 0));
  int64_t attempt = 0;
  std::string_view digits = name.substr(0, name.find('.'));
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), attempt);
  return error == std::errc() && end == digits.data() + digits.size() && attempt > 0 ? attempt : 0;
}

}  // namespace freshet::epochs
