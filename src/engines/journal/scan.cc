#include "engines/journal/scan.h"

#include "base/crc32c.h"
#include "base/planted.h"

namespace freshet::journal {
namespace {

// Walks one file; `at` counts bytes behind the file header.
class Walk {
 public:
  Walk(std::string_view bytes, const FileHeader& header) : body_(bytes.substr(std::min(bytes.size(), kFileHeaderBytes))), header_(header) {}

  data::Position PositionAt(size_t at) const { return header_.first + at; }

  bool HeaderAt(size_t at, FrameHeader& frame) const {
    if (at >= body_.size()) return false;
    return DecodeFrameHeader(body_.substr(at), header_.salt, PositionAt(at), frame);
  }
  // Whether the payload lies inside the file and matches.
  bool PayloadHolds(size_t at, const FrameHeader& frame) const {
    if (frame.payload_bytes > body_.size() - at - kFrameHeaderBytes) return false;
    return Crc32c(Payload(at, frame)) == frame.payload_crc;
  }
  std::string_view Payload(size_t at, const FrameHeader& frame) const { return body_.substr(at + kFrameHeaderBytes, frame.payload_bytes); }

  // The next place at or behind `at` where a frame header holds; the end of the file when there is none.
  size_t NextHeader(size_t at, FrameHeader& frame) const {
    at = (at + kFrameAlignment - 1) / kFrameAlignment * kFrameAlignment;
    for (; at + kFrameHeaderBytes <= body_.size(); at += kFrameAlignment) {
      if (HeaderAt(at, frame)) return at;
    }
    return body_.size();
  }

  // The highest durable-before that any valid frame header at or behind `at` states.
  data::Position DurableSeenBehind(size_t at) const {
    data::Position highest(0);
    FrameHeader frame;
    for (at = NextHeader(at, frame); at < body_.size(); at = NextHeader(at + kFrameAlignment, frame)) {
      highest = std::max(highest, frame.durable_before);
    }
    return highest;
  }
  bool OnlyZeros(size_t at) const { return body_.find_first_not_of('\0', at) == std::string_view::npos; }
  size_t size() const { return body_.size(); }

 private:
  std::string_view body_;
  const FileHeader& header_;
};

}  // namespace

Scan ScanFile(std::string_view bytes, const FileHeader& header, data::Position durable_mark) {
  Walk walk(bytes, header);
  Scan scan;
  bool searched_behind = false;
  size_t at = 0;
  while (at < walk.size()) {
    FrameHeader frame;
    bool header_holds = walk.HeaderAt(at, frame);
    if (header_holds && walk.PayloadHolds(at, frame)) {
      size_t end = std::min(at + static_cast<size_t>(FrameBytes(frame.payload_bytes)), walk.size());
      scan.found.push_back({Found::Kind::kFrame, frame, walk.Payload(at, frame), walk.PositionAt(at), walk.PositionAt(end)});
      at = end;
      continue;
    }
    if (!searched_behind) {
      durable_mark = std::max(durable_mark, walk.DurableSeenBehind(at));
      searched_behind = true;
    }
    if (walk.PositionAt(at) >= durable_mark || Planted("truncate_at_mid_corruption")) {
      scan.torn_bytes = walk.OnlyZeros(at) ? 0 : static_cast<int64_t>(walk.size() - at);
      break;
    }
    FrameHeader following;
    size_t next = walk.NextHeader(at + kFrameAlignment, following);
    size_t durable_end = static_cast<size_t>(std::min<uint64_t>(walk.size(), durable_mark < header.first ? 0 : durable_mark - header.first));
    if (next == walk.size()) next = std::max(durable_end, at + kFrameAlignment);  // nothing valid until the durable mark
    auto kind = header_holds ? Found::Kind::kDamagedPayload : Found::Kind::kDamagedGap;
    scan.found.push_back({kind, frame, {}, walk.PositionAt(at), walk.PositionAt(next)});
    at = next;
  }
  scan.end = walk.PositionAt(std::min(at, walk.size()));
  return scan;
}

}  // namespace freshet::journal
