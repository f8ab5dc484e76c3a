#include "engines/journal/data_dir.h"

#include "base/crc32c.h"

namespace freshet::journal {
namespace {

constexpr uint64_t kMagic = 0x31444f4654485346ull;  // "FSHTFOD1"
constexpr uint32_t kVersion = 1;
constexpr size_t kFormatBytes = 36;
constexpr int64_t kFormatBytesMax = 4096;

std::string Encode(const Uuid& house) {
  std::string out;
  ByteWriter writer(out, Order::kLittle);
  writer.Write<uint64_t>(kMagic);
  writer.Write<uint32_t>(kVersion);
  writer.Write<uint32_t>(0);  // feature bits
  writer.WriteBytes(house.view());
  writer.Write<uint32_t>(Crc32c(out));
  return out;
}

Result<Uuid> Decode(const std::string& path, std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  bool magic_holds = reader.Read<uint64_t>() == kMagic;
  auto version = reader.Read<uint32_t>();
  auto features = reader.Read<uint32_t>();
  if (magic_holds && (version > kVersion || features != 0)) {
    return Fault::Unsupported(path, " has format ", version, " with features ", features, "; this program knows format ", kVersion,
                              ", so start the newer one; nothing was written");
  }
  auto house = reader.ReadBytes(16);
  auto crc = reader.Read<uint32_t>();
  if (!reader.ok() || !magic_holds || crc != Crc32c(bytes.substr(0, kFormatBytes - 4))) {
    return Fault::Corrupt(path, " is not the FORMAT file of a data folder; restore it from a backup");
  }
  return Uuid::FromBytes(house);
}

// A disk that is not mounted, or a slip of the pen, is no empty house.
Status CheckParent(io::Files& files, std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::string parent = io::ParentOf(path);
  if (parent == "." || parent == "/") return {};
  ASSIGN_OR_RETURN(bool is_there, files.Exists(parent));
  if (is_there) return {};
  return Fault::NotFound("data folder ", path, ": there is no folder ", parent, " that it could lie in; make it, or mount its disk");
}

// A start that was cut short leaves its LOCK and a part of FORMAT, a new file system its lost+found.
Status CheckIsNew(io::Files& files, const std::string& path) {
  ASSIGN_OR_RETURN(auto entries, files.List(path));
  for (const io::Entry& entry : entries) {
    bool is_ours = entry.name == "LOCK" || entry.name.starts_with("FORMAT") || entry.name == "lost+found";
    if (!is_ours) return Fault::Invalid("data folder ", path, " holds ", entry.name, ", and no house keeps its data there; choose an empty folder, or the one that a house keeps");
  }
  return {};
}

}  // namespace

Result<Uuid> DataDir::ReadFormat(io::Files& files, const std::string& path) {
  std::string format = path + "/FORMAT";
  ASSIGN_OR_RETURN(std::string bytes, io::ReadWhole(files, format, kFormatBytesMax));
  return Decode(format, bytes);
}

Result<DataDir> DataDir::Open(Env& env, const std::string& path) {
  RETURN_NOT_OK(CheckParent(env.files(), path));
  RETURN_NOT_OK(env.files().CreateDirectories(path));
  auto lock = env.files().Lock(path + "/LOCK");
  if (lock.code() == Code::kConflict) return Fault::Conflict("data folder ", path, " is in use by another freshet process; stop it or choose another folder");
  if (!lock.ok()) return lock.status();
  std::string format = path + "/FORMAT";
  ASSIGN_OR_RETURN(bool exists, env.files().Exists(format));
  if (exists) {
    ASSIGN_OR_RETURN(Uuid house, ReadFormat(env.files(), path));
    return DataDir(path, house, std::move(lock).value());
  }
  ASSIGN_OR_RETURN(bool has_journal, env.files().Exists(path + "/journal"));
  if (has_journal) return Fault::Corrupt(path, " has a journal but no FORMAT file; restore it from a backup");
  RETURN_NOT_OK(CheckIsNew(env.files(), path));
  Uuid house = env.random().NewUuid();
  RETURN_NOT_OK(io::WriteWhole(env.files(), format, Encode(house)));
  return DataDir(path, house, std::move(lock).value());
}

}  // namespace freshet::journal
