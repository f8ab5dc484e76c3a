#pragma once

#include <string>
#include <vector>

#include "engines/epochs/record.h"
#include "io/env.h"

namespace freshet::epochs {

// Where a folder keeps the snapshot of this epoch.
std::string StateFilePath(const std::string& directory, const Uuid& pipeline, int64_t epoch, const StateRef& state);

// Snapshots that are too large for a record: one file each, named once and never written again. A record names a file only
// after it and its name are durable; a file that nothing names is garbage. All calls block.
class StateFiles {
 public:
  StateFiles(Env& env, std::string directory) : env_(env), directory_(std::move(directory)) {}

  // Where the snapshot of this epoch stands.
  std::string PathOf(const Uuid& pipeline, int64_t epoch, const StateRef& state) const { return StateFilePath(directory_, pipeline, epoch, state); }
  // `state` says attempt and serial and learns size and checksum. Durable at return; on a failure the file is garbage.
  Status Write(const Uuid& pipeline, int64_t epoch, StateRef& state, std::string_view snapshot);
  // kCorrupt when it does not hold what `state` says, or is gone.
  Result<std::string> Read(const Uuid& pipeline, int64_t epoch, const StateRef& state);
  // All there are.
  Result<std::vector<std::string>> List();
  Status Remove(const std::vector<std::string>& paths);

 private:
  Env& env_;
  const std::string directory_;
};

// Which pipeline a state file is of, by its name.
Result<Uuid> PipelineOfStateFile(std::string_view path);

constexpr size_t kStateHeaderBytes = 96;
std::string EncodeStateHeader(const Uuid& pipeline, int64_t epoch, const StateRef& state);
// The snapshot in the bytes of a whole file.
Result<std::string_view> DecodeStateFile(std::string_view bytes, const Uuid& pipeline, int64_t epoch, const StateRef& state);

}  // namespace freshet::epochs
