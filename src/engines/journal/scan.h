#pragma once

#include <string_view>
#include <vector>

#include "engines/journal/frame.h"

namespace freshet::journal {

// One thing found in a journal file, in order of position.
struct Found {
  enum class Kind : unsigned char {
    kFrame,           // whole and checked
    kDamagedPayload,  // the header holds, so the stream is known; the payload does not
    kDamagedGap,      // bytes that belong to no valid frame, with later durable ones behind them
  };
  Kind kind = Kind::kFrame;
  FrameHeader header;        // not for kDamagedGap
  std::string_view payload;  // kFrame only
  data::Position begin;
  data::Position end;
};

struct Scan {
  std::vector<Found> found;
  data::Position end;          // where the next frame would have been written
  data::Position synced;       // all frames below it say of themselves, or of each other, that they were synced
  int64_t torn_bytes = 0;      // of an unfinished write behind `end`; 0 when it ended cleanly
};

// Reads the frames of one journal file (`bytes` is the whole file, its header included, already decoded into `header`).
// `durable_mark` is a position known to have been synced, such as the first position of the next file: bad bytes below it,
// or below what any later frame says was durable before it, are damage; bad bytes above all of them are a torn tail and are
// cut. (Rot inside the very last group cannot be told from a torn tail.)
Scan ScanFile(std::string_view bytes, const FileHeader& header, data::Position durable_mark);

// Behind the last frame that is there. When no file reaches as far as the checkpoints do, one is missing.
data::Position ReachOf(const FileHeader& header, const Scan& scan);

}  // namespace freshet::journal
