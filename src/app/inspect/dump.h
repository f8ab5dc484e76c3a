#pragma once

#include <functional>
#include <string>

#include "io/file.h"

namespace freshet::app {

struct DumpOptions {
  std::string file;             // of the folder, as it is named in what is printed; "": all of them
  int64_t lines_max = 10'000;
  bool records = false;         // the records of each batch, too
  size_t text_bytes_max = 120;  // of a key or value that is shown
};

// What stands in the files of a data folder, one JSON line each: frames, batches, index entries, partitions of a checkpoint, topics,
// pipelines. Damaged ones say so. Reads only, with the readers of the house.
Status DumpDataFolder(io::Files& files, const std::string& folder, const DumpOptions& options, const std::function<void(const std::string& line)>& print);

}  // namespace freshet::app
