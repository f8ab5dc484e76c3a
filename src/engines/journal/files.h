#pragma once

#include <memory>
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

// The folder `journal/`: files named by their first position, and zero-written ones that wait to be used. A
// file in use already holds its blocks, so a commit neither meets a full disk nor waits for the file system to
// allocate. One thread at a time: recovery first, then the commit thread; Prepare may run beside it on a worker.
class Files {
 public:
  struct Options {
    std::string directory;
    Uuid house;
    int64_t file_bytes = 64 << 20;
    int64_t first_file_bytes = 4 << 20;  // a small first file keeps the start of an empty house short
  };

  Files(Env& env, Options options) : env_(env), options_(std::move(options)) {}

  // Makes the folder and lists the files in it, by position; removes unfinished ones.
  Result<std::vector<FileName>> Open();
  // Those in use, by position.
  Result<std::vector<FileName>> List();

  // A file that begins at `first`, durable by name and header, with room for at least `bytes` of frames.
  struct Opened {
    std::unique_ptr<io::File> file;
    FileHeader header;
    std::string path;
    int64_t capacity = 0;  // bytes of frames
  };
  Result<Opened> Create(data::Position first, int64_t bytes);

  // Makes the next file ahead of time: zero-written, synced, under a name that says it waits.
  Status Prepare();
  bool has_prepared() const { return prepared_.load(std::memory_order_acquire); }

  // A file below the trim position: kept as the prepared one if there is none, else removed.
  Status Recycle(const std::string& path);

  const Options& options() const { return options_; }

 private:
  std::string PathOf(data::Position first) const;
  std::string PreparedPath() const { return options_.directory + "/prepared"; }
  Status WriteZeros(io::File& file, int64_t bytes);

  Env& env_;
  const Options options_;
  std::atomic<bool> prepared_{false};
};

}  // namespace freshet::journal
