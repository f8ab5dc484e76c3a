#include "engines/journal/data_dir.h"

#include "base/crc32c.h"
#include "io/twice.h"

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

struct Format {
  Uuid house;
  io::Either file;
};

Result<Format> ReadBoth(io::Files& files, const std::string& path) {
  Format format;
  auto take = [&format](std::string_view bytes) -> Status {
    ASSIGN_OR_RETURN(format.house, DataDir::DecodeFormat(bytes));
    return {};
  };
  auto read = io::ReadEither(files, path + "/FORMAT", kFormatBytesMax, take);
  if (read.code() == Code::kCorrupt) return Fault::Corrupt(read.fault().message(), "; restore one of them from a backup");
  ASSIGN_OR_RETURN(format.file, std::move(read));
  return format;
}

}  // namespace

Result<Uuid> DataDir::DecodeFormat(std::string_view bytes) {
  ByteReader reader(bytes, Order::kLittle);
  bool magic_holds = reader.Read<uint64_t>() == kMagic;
  auto version = reader.Read<uint32_t>();
  auto features = reader.Read<uint32_t>();
  auto house = reader.ReadBytes(16);
  auto crc = reader.Read<uint32_t>();
  if (!reader.ok() || !magic_holds || crc != Crc32c(bytes.substr(0, kFormatBytes - 4))) return Fault::Corrupt("it is not the FORMAT file of a data folder, or is damaged");
  if (version > kVersion || features != 0) {
    return Fault::Unsupported("it has format ", version, " with features ", features, "; this program knows format ", kVersion, ", so start the newer one; nothing was written");
  }
  return Uuid::FromBytes(house);
}

Result<Uuid> DataDir::ReadFormat(io::Files& files, const std::string& path) {
  ASSIGN_OR_RETURN(Format format, ReadBoth(files, path));
  return format.house;
}

Result<bool> DataDir::IsThere(io::Files& files, const std::string& path) {
  ASSIGN_OR_RETURN(bool has_format, files.Exists(path + "/FORMAT"));
  return has_format ? Result<bool>(true) : files.Exists(io::CopyOf(path + "/FORMAT"));
}

Result<DataDir> DataDir::Open(Env& env, const std::string& path) {
  RETURN_NOT_OK(CheckParent(env.files(), path));
  RETURN_NOT_OK(env.files().CreateDirectories(path));
  auto lock = env.files().Lock(path + "/LOCK");
  if (lock.code() == Code::kConflict) return Fault::Conflict("data folder ", path, " is in use by another freshet process; stop it or choose another folder");
  if (!lock.ok()) return lock.status();
  auto format = ReadBoth(env.files(), path);
  if (format.ok()) {
    io::RenewOther(env.files(), format->file, env.log().ForRoom("engines/journal"));
    return DataDir(path, format->house, std::move(lock).value());
  }
  if (format.code() != Code::kNotFound) return format.status();
  ASSIGN_OR_RETURN(bool has_journal, env.files().Exists(path + "/journal"));
  if (has_journal) return Fault::Corrupt(path, " has a journal but no FORMAT file; restore it from a backup");
  RETURN_NOT_OK(CheckIsNew(env.files(), path));
  Uuid house = env.random().NewUuid();
  RETURN_NOT_OK(io::WriteTwice(env.files(), path + "/FORMAT", Encode(house)));
  return DataDir(path, house, std::move(lock).value());
}

}  // namespace freshet::journal
