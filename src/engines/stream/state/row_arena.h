#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "engines/stream/state/block.h"

namespace freshet::stream {

// Rows as bytes, one behind the other in large pieces of memory: a row costs its bytes and a length. A piece goes when its last row has
// gone; who frees many rows out of the middle moves the others together from time to time (scattered). One thread.
class RowArena {
 public:
  struct Ref {
    uint32_t piece = 0;
    uint32_t offset = 0;
  };

  // Bytes of a row, in one piece or two.
  struct Bytes {
    std::string_view head;
    std::string_view tail = {};

    Bytes(std::string_view whole) : head(whole) {}
    Bytes(const std::string& whole) : head(whole) {}
    Bytes(std::string_view begin, std::string_view end) : head(begin), tail(end) {}
    size_t size() const { return head.size() + tail.size(); }
    bool operator==(std::string_view whole) const { return whole.size() == size() && whole.starts_with(head) && whole.ends_with(tail); }
  };

  explicit RowArena(std::pmr::memory_resource* memory) : pieces_(memory), free_(memory) {}

  Ref Add(const Bytes& bytes);
  std::string_view At(Ref ref) const;
  // The beginning of a row that will be asked for soon; what lies behind it follows by itself.
  void Prefetch(Ref ref) const {
    constexpr size_t kLine = 64, kLines = 4;
    const char* at = pieces_[ref.piece].data.get() + ref.offset;
    for (size_t line = 0; line < kLines; ++line) __builtin_prefetch(at + line * kLine);
  }
  void Free(Ref ref);

  size_t live_bytes() const { return live_; }
  // Whether most of what is held is held for nothing.
  bool scattered() const { return held_ > 2 * live_ + 4 * kPiece; }

 private:
  static constexpr size_t kPiece = 256 << 10;
  struct Piece {
    Block data;
    size_t size = 0;
    size_t used = 0;
    size_t live = 0;
  };

  void Begin(size_t bytes);
  void Drop(uint32_t piece);

  std::pmr::vector<Piece> pieces_;   // the last one begun is written to
  std::pmr::vector<uint32_t> free_;  // numbers of those that have gone
  uint32_t current_ = 0;
  size_t live_ = 0;
  size_t held_ = 0;
};

}  // namespace freshet::stream
