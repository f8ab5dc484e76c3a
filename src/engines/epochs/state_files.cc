#include "engines/epochs/state_files.h"

#include "base/crc32c.h"
#include "base/planted.h"

namespace freshet::epochs {
namespace {

constexpr uint64_t kMagic = 0x3154415453485346ull;  // "FSHSTAT1"
constexpr uint32_t kVersion = 1;
constexpr std::string_view kEnding = ".state";

}  // namespace

std::string EncodeStateHeader(const Uuid& pipeline, int64_t epoch, const StateRef& state) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(kMagic);
  writer.Write<uint32_t>(kVersion);
  writer.Write<uint32_t>(0);  // feature bits
  writer.WriteBytes(pipeline.view());
  writer.Write<int64_t>(epoch);
  writer.Write<int64_t>(state.attempt);
  writer.Write<uint64_t>(state.serial);
  writer.Write<int64_t>(state.file_bytes);
  writer.Write<uint32_t>(state.crc);
  writer.Write<uint32_t>(0);  // tenant
  writer.Write<uint32_t>(0);  // key id
  out.resize(kStateHeaderBytes - 4, '\0');
  writer.Write<uint32_t>(Crc32c(out));
  return out;
}

Result<std::string_view> DecodeStateFile(std::string_view bytes, const Uuid& pipeline, int64_t epoch, const StateRef& state) {
  ByteReader reader(bytes, Order::kLittle);
  bool magic_holds = reader.Read<uint64_t>() == kMagic;
  auto version = reader.Read<uint32_t>();
  auto features = reader.Read<uint32_t>();
  bool header_holds = bytes.size() >= kStateHeaderBytes && magic_holds &&
                      LoadInt<uint32_t>(Order::kLittle, bytes.data() + kStateHeaderBytes - 4) == Crc32c(bytes.substr(0, kStateHeaderBytes - 4));
  if (header_holds && (version > kVersion || features != 0)) {
    return Fault::Unsupported("a state file of format ", version, "; this program reads format ", kVersion, ", so start the newer one");
  }
  if (!header_holds || bytes.substr(0, kStateHeaderBytes) != EncodeStateHeader(pipeline, epoch, state)) {
    return Fault::Corrupt("its header is not the one that the journal names");
  }
  std::string_view snapshot = bytes.substr(kStateHeaderBytes);
  if (static_cast<int64_t>(snapshot.size()) != state.file_bytes || Crc32c(snapshot) != state.crc) {
    return Fault::Corrupt("its ", snapshot.size(), " bytes are not the ", state.file_bytes, " that the journal names");
  }
  return snapshot;
}

std::string StateFilePath(const std::string& directory, const Uuid& pipeline, int64_t epoch, const StateRef& state) {
  return StrCat(directory, "/", pipeline, ".", epoch, ".", state.attempt, ".", state.serial, kEnding);
}

Status StateFiles::Write(const Uuid& pipeline, int64_t epoch, StateRef& state, std::string_view snapshot) {
  state.file_bytes = static_cast<int64_t>(snapshot.size());
  state.crc = Crc32c(snapshot);
  std::string header = EncodeStateHeader(pipeline, epoch, state);
  std::string_view pieces[] = {header, snapshot};
  env_.kill_points().Reach("epochs.before_state_file");
  ASSIGN_OR_RETURN(auto file, env_.files().Open(PathOf(pipeline, epoch, state), io::OpenMode::kCreate));
  RETURN_NOT_OK(file->WriteAt(0, pieces));
  if (!Planted("state_file_unsynced")) RETURN_NOT_OK(file->SyncData());
  env_.kill_points().Reach("epochs.state_file_without_name");
  if (!Planted("skip_directory_fsync")) RETURN_NOT_OK(env_.files().SyncDirectory(directory_));
  env_.kill_points().Reach("epochs.after_state_file");
  return {};
}

Result<std::string> StateFiles::Read(const Uuid& pipeline, int64_t epoch, const StateRef& state) {
  std::string path = PathOf(pipeline, epoch, state);
  auto bytes = io::ReadWhole(env_.files(), path, static_cast<int64_t>(kStateHeaderBytes) + kStateBytesMax);
  if (bytes.code() == Code::kNotFound) return Fault::Corrupt("state file ", path, " is gone");
  if (!bytes.ok()) return bytes.status();
  auto snapshot = DecodeStateFile(*bytes, pipeline, epoch, state);
  if (!snapshot.ok()) return Fault(snapshot.code(), snapshot.fault().blame(), snapshot.fault().retry(), StrCat("state file ", path, ": ", snapshot.fault().message()));
  return std::string(*snapshot);
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

}  // namespace freshet::epochs
