#pragma once

#include <memory>
#include <string>

#include "base/uuid.h"
#include "io/env.h"

namespace freshet::journal {

// The data folder of one house: locked while it lives, with a FORMAT file, and its copy, that says who wrote it and in which format.
class DataDir {
 public:
  // Makes the folder when it is new. Blocks. kConflict when another process holds it; kUnsupported, with nothing written,
  // when a newer program's format stands in it; kCorrupt when neither FORMAT nor its copy holds.
  static Result<DataDir> Open(Env& env, const std::string& path);
  // Whose folder it is, by its FORMAT file or the copy of that alone. Reads only.
  static Result<Uuid> ReadFormat(io::Files& files, const std::string& path);
  static Result<Uuid> DecodeFormat(std::string_view bytes);
  // Whether a house keeps its data there, whatever became of it.
  static Result<bool> IsThere(io::Files& files, const std::string& path);

  const std::string& path() const { return path_; }
  const Uuid& house() const { return house_; }

 private:
  DataDir(std::string path, Uuid house, std::unique_ptr<io::FileLock> lock) : path_(std::move(path)), house_(house), lock_(std::move(lock)) {}

  std::string path_;
  Uuid house_;
  std::unique_ptr<io::FileLock> lock_;
};

}  // namespace freshet::journal
