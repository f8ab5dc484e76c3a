#include "engines/journal/scan.h"

#include "base/bytes.h"
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
      bool may_be = LoadInt<uint32_t>(Order::kLittle, body_.data() + at) == kFrameMagic;  // mostly zeros: what a file holds behind its end
      if (may_be && HeaderAt(at, frame)) return at;
    }
    return body_.size();
  }

  // What the valid frame headers at or behind `at` tell: the highest durable-before, and where the last of them ends.
  struct Behind {
    data::Position durable;
    size_t end = 0;
  };
  Behind LookBehind(size_t at) const {
    Behind behind;
    FrameHeader frame;
    for (at = NextHeader(at, frame); at < body_.size(); at = NextHeader(at + kFrameAlignment, frame)) {
      behind.durable = std::max(behind.durable, frame.durable_before);
      behind.end = EndOf(at, frame);
    }
    return behind;
  }

  size_t EndOf(size_t at, const FrameHeader& frame) const {
    return std::min(at + static_cast<size_t>(FrameBytes(frame.payload_bytes)), body_.size());
  }
  size_t size() const { return body_.size(); }

 private:
  std::string_view body_;
  const FileHeader& header_;
};

}  // namespace

Scan ScanFile(std::string_view bytes, const FileHeader& header, data::Position durable_mark) {
  Walk walk(bytes, header);
  Scan scan;
  bool looked_behind = false;
  size_t torn_end = 0;
  size_t at = 0;
  while (at < walk.size()) {
    FrameHeader frame;
    bool header_holds = walk.HeaderAt(at, frame);
    if (header_holds && walk.PayloadHolds(at, frame)) {
      size_t end = walk.EndOf(at, frame);
      scan.found.push_back({Found::Kind::kFrame, frame, walk.Payload(at, frame), walk.PositionAt(at), walk.PositionAt(end)});
      scan.synced = std::max(scan.synced, frame.durable_before);
      at = end;
      continue;
    }
    if (!looked_behind) {
      Walk::Behind behind = walk.LookBehind(at);
      durable_mark = std::max(durable_mark, behind.durable);
      torn_end = behind.end;
      looked_behind = true;
    }
    if (walk.PositionAt(at) >= durable_mark || Planted("truncate_at_mid_corruption")) break;
    size_t durable_end = static_cast<size_t>(std::min<uint64_t>(walk.size(), durable_mark - header.first));
    // A gap ends at the mark at the latest: frames behind it were not promised, and need all before them.
    FrameHeader following;
    size_t next = header_holds ? walk.EndOf(at, frame) : std::min(durable_end, walk.NextHeader(at + kFrameAlignment, following));
    auto kind = header_holds ? Found::Kind::kDamagedPayload : Found::Kind::kDamagedGap;
    scan.found.push_back({kind, frame, {}, walk.PositionAt(at), walk.PositionAt(next)});
    at = next;
  }
  scan.end = walk.PositionAt(at);
  if (torn_end > at) scan.torn_bytes = static_cast<int64_t>(torn_end - at);
  return scan;
}

data::Position ReachOf(const FileHeader& header, const Scan& scan) {
  data::Position reach = header.first;
  for (const Found& found : scan.found) {
    if (found.kind != Found::Kind::kDamagedGap) reach = std::max(reach, found.end);
  }
  return reach;
}

}  // namespace freshet::journal
