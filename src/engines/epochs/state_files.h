#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engines/epochs/record.h"
#include "io/env.h"

namespace freshet::epochs {

// Where a folder keeps the file of this state.
std::string StateFilePath(const std::string& directory, const Uuid& pipeline, const StateRef& state);

// State that is too large for records. A file grows by the snapshots of one attempt's epochs, and a record names it, as far as it holds, only
// after that and its name are durable; what no record names is garbage, a whole file as well as the end of one. All calls block.
class StateFiles {
 public:
  StateFiles(Env& env, std::string directory) : env_(env), directory_(std::move(directory)) {}

  std::string PathOf(const Uuid& pipeline, const StateRef& state) const { return StateFilePath(directory_, pipeline, state); }
  // The file to write to behind what `state` names; of no bytes: a new one. It stays open until it is synced: only so does the system tell that what was written did not reach the disk.
  Result<std::unique_ptr<io::File>> Open(const Uuid& pipeline, const StateRef& state);
  // Writes behind what `state` names, which learns of it. On a failure `state` is as it was.
  Status Append(io::File& file, const Uuid& pipeline, StateRef& state, std::string_view bytes, std::string_view more);
  // How often the folder could not be synced. A system forgets with the failure what it had to write: a later sync says nothing of names that were made before.
  int64_t folder_failures() const { return folder_failures_.load(); }
  void FolderFailed() { folder_failures_.fetch_add(1); }
  // Makes durable what was appended, and the file's name where it was begun, `failures` of the folder before. A Fault when its name may have been forgotten since.
  Status Sync(io::File& file, std::optional<int64_t> failures);
  // kCorrupt when the file does not hold what `state` says, or is gone.
  Status Check(const Uuid& pipeline, const StateRef& state);
  // A piece of the state, from there on; empty behind its end. Of a file that has been checked.
  Result<std::string> Read(const Uuid& pipeline, const StateRef& state, int64_t offset);
  // All there are.
  Result<std::vector<std::string>> List();
  Status Remove(const std::vector<std::string>& paths);

 private:
  Env& env_;
  const std::string directory_;
  std::mutex syncing_;  // of the folder: who is told well knows of each failure before
  std::atomic<int64_t> folder_failures_{0};  // GUARDED_BY(syncing_) while the folder is synced; others only look, and raise it
};

// Which pipeline a state file is of, by its name, and of which attempt; 0: its name does not say.
Result<Uuid> PipelineOfStateFile(std::string_view path);
int64_t AttemptOfStateFile(std::string_view path);

constexpr size_t kStateHeaderBytes = 96;
std::string EncodeStateHeader(const Uuid& pipeline, const StateRef& state);
Status CheckStateHeader(std::string_view header, const Uuid& pipeline, const StateRef& state);
// Whether a file holds what `state` says: kCorrupt, or kNotFound.
Status CheckStateFile(io::Files& files, const std::string& path, const Uuid& pipeline, const StateRef& state);

}  // namespace freshet::epochs
