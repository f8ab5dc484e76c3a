#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engines/journal/frame.h"
#include "io/env.h"

namespace freshet::journal {

// A journal file as it lies in the folder.
struct FileName {
  data::Position first;
  std::string path;
};

// Those in use, by position.
Result<std::vector<FileName>> ListFiles(io::Files& files, const std::string& directory);

// The header of a file on which a recovery may build; nothing when the file was being taken into use when the power went, and
// no frame of it was ever written. kCorrupt when what stood in it cannot be known. `house`: whose it must be, if that is known. `size`: of the
// file, of which `bytes` are the beginning.
Result<std::optional<FileHeader>> CheckFile(const FileName& name, std::string_view bytes, int64_t size, const std::optional<Uuid>& house, bool is_newest);
// kCorrupt when the file begins behind `at`, where the one before it ends.
Status CheckFollows(const FileName& name, data::Position at);

// The folder `journal/`: files named by their first position, and some that wait to be used. A file in use already holds its
// blocks, so a commit neither meets a full disk nor waits for the file system to allocate. Zeros are written once: a file that
// has been read out waits to be used again. Recovery uses it first; then the commit thread creates, while a worker prepares and recycles.
class Files {
 public:
  struct Options {
    std::string directory;
    Uuid house;
    int64_t file_bytes = 64 << 20;
    int64_t unprepared_bytes = 4 << 20;  // of a file that is needed at once: at start, or when none was prepared in time
    size_t waiting_max = 3;              // files: about those that are used from one checkpoint to the next
  };

  Files(Env& env, Options options) : env_(env), options_(std::move(options)) {}

  // Makes the folder and lists the files in use, by position; removes unfinished ones.
  Result<std::vector<FileName>> Open();
  Result<std::vector<FileName>> List() { return ListFiles(env_.files(), options_.directory); }

  // A file that begins at `first`, durable by name and header, with room for at least `bytes` of frames. kDiskFull when
  // there is no room for one; nothing is left behind then.
  struct Opened {
    std::unique_ptr<io::File> file;
    FileHeader header;
    std::string path;
    int64_t capacity = 0;  // bytes of frames
  };
  Result<Opened> Create(data::Position first, int64_t bytes);

  // Makes the next file ahead of time, if none waits: zero-written, synced, under a name that says it waits.
  Status Prepare();
  bool has_prepared() const { return waiting_files_.load(std::memory_order_acquire) > 0; }

  // Files below the trim position: as many as may wait do, the others are removed.
  Status Recycle(const std::vector<FileName>& files);

 private:
  struct Waiting {
    std::string path;
    int64_t bytes;
  };

  std::string PathOf(data::Position first) const;
  void SetWaiting(std::vector<Waiting> waiting);
  std::string PreparedPath() const { return options_.directory + "/prepared"; }  // of a recycled one: its first position behind it
  enum class Sync : uint8_t { kPieceByPiece, kWithItsHeader };  // the second leaves it to who writes the header
  Status WriteZeros(io::File& file, int64_t bytes, Sync sync);
  Result<std::unique_ptr<io::File>> Fresh(const std::string& path, int64_t bytes, Sync sync);

  Env& env_;
  const Options options_;
  std::mutex names_;                       // held while a waiting file takes or gives its name
  std::vector<Waiting> waiting_;           // GUARDED_BY(names_)
  std::atomic<size_t> waiting_files_{0};   // how many
};

}  // namespace freshet::journal
