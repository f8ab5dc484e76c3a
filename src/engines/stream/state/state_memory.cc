#include "engines/stream/state/state_memory.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace freshet::stream {
namespace {

constexpr size_t kGrain = 16;          // blocks up to kFine are a multiple of it,
constexpr size_t kFine = 1024;         // larger ones of a quarter of the power of two below them
constexpr size_t kFineClasses = kFine / kGrain;
constexpr uint32_t kLookEvery = 2;     // balances: asking the system what is in memory costs some microseconds
constexpr int64_t kTouchedMax = 32 << 20;

}  // namespace

size_t StateMemory::ClassOf(size_t bytes) {
  if (bytes <= kFine) return (std::max<size_t>(bytes, 1) - 1) / kGrain;
  size_t above = bytes - 1;
  auto power = static_cast<size_t>(std::bit_width(above)) - 1;  // 2^power ≤ above
  size_t quarter = (above >> (power - 2)) & 3;
  return kFineClasses + (power - 10) * 4 + quarter;
}

size_t StateMemory::BytesOf(size_t size_class) {
  if (size_class < kFineClasses) return (size_class + 1) * kGrain;
  size_t power = (size_class - kFineClasses) / 4 + 10, quarter = (size_class - kFineClasses) % 4;
  return (size_t{1} << power) + (quarter + 1) * (size_t{1} << (power - 2));
}

StateMemory::~StateMemory() {
  for (const auto& piece : pieces_) End(piece);
}

void* StateMemory::do_allocate(size_t bytes, size_t alignment) {
  CHECK(alignment <= kGrain);
  if (bytes > kLarge) {
    live_ += static_cast<int64_t>(io::WholePages(bytes));
    return NewPiece(io::WholePages(bytes), true);
  }
  size_t size_class = ClassOf(bytes);
  live_ += static_cast<int64_t>(BytesOf(size_class));
  Free* block = free_[size_class];
  if (block == nullptr) return Cut(BytesOf(size_class));
  free_[size_class] = block->next;
  return block;
}

void StateMemory::do_deallocate(void* block, size_t bytes, size_t) {
  if (abandoned_) return;
  if (bytes > kLarge) {
    auto piece = std::find_if(pieces_.rbegin(), pieces_.rend(), [&](const Piece& p) { return p.pages == block; });
    CHECK(piece != pieces_.rend());
    live_ -= static_cast<int64_t>(piece->bytes);
    End(*piece);
    pieces_.erase(std::next(piece).base());
    return;
  }
  size_t size_class = ClassOf(bytes);
  live_ -= static_cast<int64_t>(BytesOf(size_class));
  if (live_ == 0) BeginAnew();
  else free_[size_class] = new (block) Free{free_[size_class]};
}

// Nothing lies here any more: but for a small piece all goes back.
void StateMemory::BeginAnew() {
  bool small = pieces_.size() == 1 && pieces_[0].place < 0 && pieces_[0].bytes == kFirstPiece;
  free_ = {};
  if (small) {
    cut_ = pieces_[0].pages;
    return;
  }
  for (const auto& piece : pieces_) End(piece);
  pieces_.clear();
  cut_ = cut_end_ = nullptr;
  next_piece_ = kFirstPiece;
}

char* StateMemory::Cut(size_t bytes) {
  if (static_cast<size_t>(cut_end_ - cut_) < bytes) {
    size_t size = std::max(next_piece_, io::WholePages(bytes));
    next_piece_ = std::min(next_piece_ * 2, kPieceMax);
    cut_ = NewPiece(size, false);
    cut_end_ = cut_ + size;
  }
  return std::exchange(cut_, cut_ + bytes);
}

char* StateMemory::NewPiece(size_t bytes, bool is_block) {
  pieces_.push_back({io::MapPages(bytes), bytes, is_block});
  resident_ += static_cast<int64_t>(bytes);
  return pieces_.back().pages;
}

void StateMemory::End(const Piece& piece) {
  io::UnmapPages(piece.pages, piece.bytes);
  if (piece.place < 0) {
    resident_ -= static_cast<int64_t>(piece.bytes);
    return;
  }
  moved_ -= static_cast<int64_t>(piece.bytes);
  file_->Forget(piece.place, piece.bytes);
}

// Large blocks last: they are what every look begins with, indexes and arrays by group.
Status StateMemory::MoveOldest(io::PageFile& file) {
  auto piece = std::find_if(pieces_.begin(), pieces_.end(), [](const Piece& p) { return p.place < 0 && !p.is_block; });
  if (piece == pieces_.end()) piece = std::find_if(pieces_.begin(), pieces_.end(), [](const Piece& p) { return p.place < 0; });
  CHECK(piece != pieces_.end());
  ASSIGN_OR_RETURN(piece->place, file.TakeOver(piece->pages, piece->bytes));
  file_ = &file;
  resident_ -= static_cast<int64_t>(piece->bytes);
  moved_ += static_cast<int64_t>(piece->bytes);
  return {};
}

StateStore::~StateStore() { GiveBack(0); }

Status StateStore::Balance() {
  if (bounds_.memory == nullptr) return {};
  int64_t resident = 0;
  for (const auto* memory : memories_) resident += memory->resident_bytes();
  if (resident < reserved_) GiveBack(resident);
  else RETURN_NOT_OK(MakeRoom(resident));
  if (bounds_.file != nullptr && ++balances_ % kLookEvery == 0) LetGoOfMoved();
  return {};
}

Status StateStore::MakeRoom(int64_t resident) {
  while (resident > reserved_) {
    if (bounds_.memory->TryReserve(resident - reserved_)) {
      reserved_ = resident;
      return {};
    }
    if (bounds_.file == nullptr) return bounds_.memory->Full(resident - reserved_);
    auto largest = std::max_element(memories_.begin(), memories_.end(), [](const auto* a, const auto* b) { return a->resident_bytes() < b->resident_bytes(); });
    if (file_bytes_before_ < 0) file_bytes_before_ = io::ResidentFileBytes();
    int64_t before = (*largest)->resident_bytes();
    RETURN_NOT_OK((*largest)->MoveOldest(*bounds_.file));
    resident -= before - (*largest)->resident_bytes();
  }
  GiveBack(resident);
  return {};
}

void StateStore::GiveBack(int64_t resident) {
  if (bounds_.memory != nullptr) bounds_.memory->Release(reserved_ - resident);
  reserved_ = resident;
}

// What has moved and was touched since counts as memory again until it is let go of; all of it at once, since nobody keeps account of touches.
void StateStore::LetGoOfMoved() {
  int64_t moved = 0;
  for (const auto* memory : memories_) moved += memory->moved_bytes();
  if (moved < kTouchedMax || io::ResidentFileBytes() - file_bytes_before_ < kTouchedMax) return;
  for (const auto* memory : memories_) {
    for (const auto& piece : memory->pieces_) {
      if (piece.place >= 0) io::PageFile::LetGo(piece.pages, piece.bytes);
    }
  }
}

}  // namespace freshet::stream
