#include "io/file.h"

#include "base/planted.h"

namespace freshet::io {

Result<std::string> ReadWhole(Files& files, const std::string& path, int64_t bytes_max) {
  ASSIGN_OR_RETURN(auto file, files.Open(path, OpenMode::kRead));
  ASSIGN_OR_RETURN(int64_t size, file->Size());
  if (size > bytes_max) return Fault::TooLarge(path, " has ", size, " bytes; at most ", bytes_max, " are read");
  std::string content(static_cast<size_t>(size), '\0');
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(0, std::span<char>(content.data(), content.size())));
  content.resize(read);
  return content;
}

Status WriteWhole(Files& files, const std::string& path, std::string_view content) {
  std::string temporary = path + ".tmp";
  ASSIGN_OR_RETURN(auto file, files.Open(temporary, OpenMode::kCreateOrOpen));
  RETURN_NOT_OK(file->Truncate(0));
  RETURN_NOT_OK(file->WriteAt(0, std::span<const std::string_view>(&content, 1)));
  if (!Planted("renamed_before_written")) RETURN_NOT_OK(file->SyncData());
  RETURN_NOT_OK(files.Rename(temporary, path));
  return files.SyncDirectory(ParentOf(path));
}

std::string ParentOf(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace freshet::io
