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

size_t StateMemory::BytesGiven(size_t bytes) { return bytes > kLarge ? io::WholePages(bytes) : BytesOf(ClassOf(bytes)); }

StateMemory::~StateMemory() {
  for (const auto& piece : pieces_) End(piece);
  for (const auto& piece : closed_) End(piece);
}

void* StateMemory::do_allocate(size_t bytes, size_t alignment) {
  CHECK(alignment <= kGrain);
  live_ += static_cast<int64_t>(BytesGiven(bytes));
  if (bytes > kLarge) return NewPiece(io::WholePages(bytes), kWhole);
  size_t size_class = ClassOf(bytes);
  Free* block = free_[size_class];
  if (block == nullptr) return Cut(BytesOf(size_class));
  free_[size_class] = block->next;
  return block;
}

void StateMemory::do_deallocate(void* block, size_t bytes, size_t) {
  if (abandoned_) return;
  live_ -= static_cast<int64_t>(BytesGiven(bytes));
  if (live_ == 0) return BeginAnew();
  Closed* closed = closed_.empty() ? nullptr : ClosedOf(block);
  if (closed != nullptr) return TakeBack(*closed, BytesGiven(bytes));
  if (bytes > kLarge) return EndWhole(static_cast<const char*>(block));
  Free*& free = free_[ClassOf(bytes)];
  free = new (block) Free{free};
}

// Nothing lies here any more: but for a small piece all goes back.
void StateMemory::BeginAnew() {
  bool small = pieces_.size() == 1 && closed_.empty() && pieces_[0].kind == kShort && pieces_[0].bytes == kFirstPiece;
  free_ = {};
  if (small) {
    rests_[kShort].begin = pieces_[0].pages;
    return;
  }
  for (const auto& piece : pieces_) End(piece);
  for (const auto& piece : closed_) End(piece);
  pieces_.clear();
  closed_.clear();
  rests_ = {FirstRest(kLong), FirstRest(kShort)};
}

char* StateMemory::Cut(size_t bytes) {
  Kind kind = bytes < kLongLeast ? kShort : kLong;
  Rest& rest = rests_[kind];
  if (rest.bytes() < bytes) {
    auto last = std::find_if(pieces_.rbegin(), pieces_.rend(), [kind](const Piece& piece) { return piece.kind == kind; });
    if (last != pieces_.rend()) last->spare = rest.bytes();
    size_t size = std::max(rest.next_piece, io::WholePages(bytes));
    rest.next_piece = std::min(rest.next_piece * 2, kPieceMax);
    rest.begin = NewPiece(size, kind);
    rest.end = rest.begin + size;
  }
  return std::exchange(rest.begin, rest.begin + bytes);
}

char* StateMemory::NewPiece(size_t bytes, Kind kind) {
  pieces_.push_back({io::MapPages(bytes), bytes, kind});
  resident_ += static_cast<int64_t>(bytes);
  return pieces_.back().pages;
}

void StateMemory::EndWhole(const char* block) {
  auto piece = std::find_if(pieces_.rbegin(), pieces_.rend(), [block](const Piece& p) { return p.pages == block; });
  CHECK(piece != pieces_.rend());
  End(*piece);
  pieces_.erase(std::next(piece).base());
}

void StateMemory::End(const Piece& piece) {
  io::UnmapPages(piece.pages, piece.bytes);
  resident_ -= static_cast<int64_t>(piece.bytes);
}

void StateMemory::End(const Closed& piece) {
  io::UnmapPages(piece.pages, piece.bytes);
  if (piece.place < 0) {
    resident_ -= static_cast<int64_t>(piece.bytes);
    return;
  }
  moved_ -= static_cast<int64_t>(piece.bytes);
  file_->Forget(piece.place, piece.bytes);
}

Status StateMemory::MoveOldest(io::PageFile& file) {
  auto waits = [](const Closed& piece) { return piece.place < 0; };
  if (std::none_of(closed_.begin(), closed_.end(), waits)) CloseOldest();
  auto piece = std::find_if(closed_.begin(), closed_.end(), waits);
  if (piece == closed_.end()) return {};  // nothing was in them
  ASSIGN_OR_RETURN(piece->place, file.TakeOver(piece->pages, piece->bytes));
  file_ = &file;
  resident_ -= static_cast<int64_t>(piece->bytes);
  moved_ += static_cast<int64_t>(piece->bytes);
  return {};
}

// Of one kind so many. The newest piece is written to: it moves when there is no older one, of either kind.
std::pair<StateMemory::Kind, size_t> StateMemory::NextToClose() const {
  std::array<size_t, 3> pieces{};
  for (const auto& piece : pieces_) ++pieces[piece.kind];
  for (Kind kind : {kLong, kShort}) {
    size_t old = pieces[kind] > 0 ? pieces[kind] - 1 : 0;
    if (old > 0) return {kind, (old + kClosedAtOnce - 1) / kClosedAtOnce};
  }
  for (Kind kind : {kLong, kShort}) {
    if (pieces[kind] > 0) return {kind, 1};
  }
  return {kWhole, 1};
}

void StateMemory::CloseOldest() {
  CHECK(!pieces_.empty());
  auto [kind, left] = NextToClose();
  size_t of_kind = 0;
  for (const auto& piece : pieces_) of_kind += piece.kind == kind ? 1 : 0;
  if (kind != kWhole && left == of_kind) {  // the newest is among them, and the next will not last long either
    std::find_if(pieces_.rbegin(), pieces_.rend(), [k = kind](const Piece& piece) { return piece.kind == k; })->spare = rests_[kind].bytes();
    rests_[kind] = FirstRest(kind);
  }
  std::vector<Piece> open;
  for (const auto& piece : pieces_) {
    if (piece.kind == kind && left > 0) {
      Close(piece);
      --left;
    } else {
      open.push_back(piece);
    }
  }
  pieces_ = std::move(open);
  if (kind == kWhole) return;
  ForgetFreeInClosed(kind);
  EndEmptyClosed();
}

void StateMemory::Close(const Piece& piece) {
  auto behind = std::find_if(closed_.begin(), closed_.end(), [&](const Closed& other) { return other.pages > piece.pages; });
  closed_.insert(behind, {piece.pages, piece.bytes, piece.bytes - piece.spare});
}

void StateMemory::ForgetFreeInClosed(Kind kind) {
  const size_t first_long = ClassOf(kLongLeast);
  for (size_t size_class = kind == kLong ? first_long : 0; size_class < (kind == kLong ? kClasses : first_long); ++size_class) {
    Free** link = &free_[size_class];
    while (*link != nullptr) {
      Closed* piece = ClosedOf(*link);
      if (piece != nullptr) {
        piece->live -= BytesOf(size_class);
        *link = (*link)->next;
      } else {
        link = &(*link)->next;
      }
    }
  }
}

void StateMemory::EndEmptyClosed() {
  for (const auto& piece : closed_) {
    if (piece.live == 0) End(piece);
  }
  std::erase_if(closed_, [](const Closed& piece) { return piece.live == 0; });
}

StateMemory::Closed* StateMemory::ClosedOf(const void* block) {
  const auto* at = static_cast<const char*>(block);
  auto behind = std::upper_bound(closed_.begin(), closed_.end(), at, [](const char* a, const Closed& piece) { return a < piece.pages; });
  if (behind == closed_.begin()) return nullptr;
  Closed& piece = *std::prev(behind);
  return at < piece.pages + piece.bytes ? &piece : nullptr;
}

void StateMemory::TakeBack(Closed& piece, size_t bytes) {
  piece.live -= bytes;
  if (piece.live > 0) return;
  End(piece);
  closed_.erase(closed_.begin() + (&piece - closed_.data()));
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
    for (const auto& piece : memory->closed_) {
      if (piece.place >= 0) io::PageFile::LetGo(piece.pages, piece.bytes);
    }
  }
}

}  // namespace freshet::stream
