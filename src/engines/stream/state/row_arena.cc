#include "engines/stream/state/row_arena.h"

#include <algorithm>
#include <cstring>

namespace freshet::stream {
namespace {

constexpr size_t kLength = sizeof(uint32_t);

}  // namespace

RowArena::Ref RowArena::Add(const Bytes& bytes) {
  size_t wanted = kLength + bytes.size();
  if (pieces_.empty() || pieces_[current_].used + wanted > pieces_[current_].size) Begin(wanted);
  Piece& piece = pieces_[current_];
  Ref ref{current_, static_cast<uint32_t>(piece.used)};
  auto length = static_cast<uint32_t>(bytes.size());
  char* to = piece.data.get() + piece.used;
  std::memcpy(to, &length, kLength);
  if (!bytes.head.empty()) std::memcpy(to + kLength, bytes.head.data(), bytes.head.size());
  if (!bytes.tail.empty()) std::memcpy(to + kLength + bytes.head.size(), bytes.tail.data(), bytes.tail.size());
  piece.used += wanted;
  piece.live += wanted;
  live_ += wanted;
  return ref;
}

std::string_view RowArena::At(Ref ref) const {
  const char* at = pieces_[ref.piece].data.get() + ref.offset;
  uint32_t length;
  std::memcpy(&length, at, kLength);
  return {at + kLength, length};
}

void RowArena::Free(Ref ref) {
  size_t bytes = kLength + At(ref).size();
  pieces_[ref.piece].live -= bytes;
  live_ -= bytes;
  if (pieces_[ref.piece].live > 0) return;
  if (ref.piece == current_) pieces_[current_].used = 0;
  else Drop(ref.piece);
}

void RowArena::Begin(size_t bytes) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(pieces_.size()));
    pieces_.emplace_back();
  }
  current_ = free_.back();
  free_.pop_back();
  size_t size = std::max(kPiece, bytes);
  pieces_[current_] = {MakeBlock(pieces_.get_allocator().resource(), size), size, 0, 0};
  held_ += size;
}

void RowArena::Drop(uint32_t piece) {
  held_ -= pieces_[piece].size;
  pieces_[piece] = {};
  free_.push_back(piece);
}

}  // namespace freshet::stream
