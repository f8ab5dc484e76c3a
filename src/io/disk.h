#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace freshet::io {

struct DiskRoom {
  int64_t total_bytes = 0;
  int64_t usable_bytes = 0;  // that a file may still take
};

// Of the file system on which `path` lies. Blocks.
Result<DiskRoom> DiskRoomOf(const std::string& path);

}  // namespace freshet::io
