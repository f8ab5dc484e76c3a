#include "io/twice.h"

#include "base/planted.h"

namespace freshet::io {

std::string CopyOf(const std::string& path) { return path + ".copy"; }

Status WriteTwice(Files& files, const std::string& path, std::string_view content) {
  for (const std::string& place : {path, CopyOf(path)}) {
    if (place != path && Planted("written_once")) continue;
    RETURN_NOT_OK(WriteWhole(files, place, content));
    ASSIGN_OR_RETURN(std::string stored, ReadWhole(files, place, static_cast<int64_t>(content.size())));
    if (stored != content) return Fault::Corrupt(place, " does not read back as it was written");
  }
  return {};
}

namespace {

Fault InBoth(const std::string& path, const Fault& file, const Fault& copy) {
  bool may_pass = file.code() == Code::kCorrupt && copy.code() != Code::kCorrupt && copy.code() != Code::kNotFound;
  const Fault& heavier = may_pass || file.code() == Code::kNotFound ? copy : file;
  return Fault(heavier.code(), heavier.blame(), heavier.retry(), StrCat(path, ": ", file.message(), "; its copy: ", copy.message()));
}

}  // namespace

Result<Either> ReadEither(Files& files, const std::string& path, int64_t bytes_max, const TakeContent& take) {
  Result<std::string> file = ReadWhole(files, path, bytes_max), copy = ReadWhole(files, CopyOf(path), bytes_max);
  bool is_same = file.ok() && copy.ok() && *file == *copy;
  Status of_copy = copy.ok() && !is_same ? take(*copy) : copy.status();
  Status of_file = file.ok() ? take(*file) : file.status();
  if (is_same) of_copy = of_file;
  if (of_file.code() == Code::kUnsupported) return Fault::Unsupported(path, ": ", of_file.fault().message());
  if (of_copy.code() == Code::kUnsupported) return Fault::Unsupported(CopyOf(path), ": ", of_copy.fault().message());
  if (of_file.ok()) return Either{.content = std::move(*file), .other = is_same ? "" : CopyOf(path), .why = of_copy};
  if (of_copy.ok()) return Either{.content = std::move(*copy), .other = path, .why = of_file};
  if (of_file.code() == Code::kNotFound && of_copy.code() == Code::kNotFound) return of_file;
  return InBoth(path, of_file.fault(), of_copy.fault());
}

void RenewOther(Files& files, const Either& read, const Logger& log) {
  if (read.other.empty()) return;
  Status renewed = WriteWhole(files, read.other, read.content);
  std::string why = read.why.ok() ? "it is not the same as the other one" : read.why.fault().message();
  if (!renewed.ok()) log.Warn("of a file that is kept twice one does not hold, and could not be written anew", {{"file", read.other}, {"why", why}, {"writing", renewed.ToString()}});
  else if (read.why.ok() || read.why.code() == Code::kNotFound) log.Info("a file that is kept twice was written anew from the other one", {{"file", read.other}, {"why", why}});
  else log.Warn("a damaged file that is kept twice was written anew from the other one", {{"file", read.other}, {"why", why}});
}

}  // namespace freshet::io
