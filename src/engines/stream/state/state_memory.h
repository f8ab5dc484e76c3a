#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <utility>
#include <vector>

#include "io/memory.h"
#include "io/pages.h"

namespace freshet::stream {

class StateMemory;

// What bounds state; absent: nothing does.
struct StateBounds {
  io::Budget* memory = nullptr;    // what of it is in main memory
  io::PageFile* file = nullptr;    // where it goes beyond that; absent: beyond is a Fault
};

// Bounds what the state of one part of a job holds in main memory: beyond it, pieces of the memory that holds most move to a file at the addresses they have: first those
// with long blocks, where rows lie one behind the other, then those with short ones, but for the newest of each, indexes last; of a kind those begun first. Used on the part's loop; the budget may be shared with others, and so may the file. Outlives the memories that it keeps.
class StateStore {
 public:
  explicit StateStore(StateBounds bounds) : bounds_(bounds) {}
  ~StateStore();
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  void Keep(StateMemory& memory) { memories_.push_back(&memory); }
  // Between two batches: puts right what they have added.
  Status Balance();

 private:
  Status MakeRoom(int64_t resident);
  void GiveBack(int64_t resident);
  void LetGoOfMoved();

  const StateBounds bounds_;
  std::vector<StateMemory*> memories_;
  int64_t reserved_ = 0;    // of the budget
  uint32_t balances_ = 0;
  int64_t file_bytes_before_ = -1;  // of this process, when the first piece moved: the program's own
};

// The memory of one operator's state: blocks cut from pieces of pages, freed blocks used again by size, all of it counted. Pieces that are about to move are closed: no block
// is cut from them or used again there, and one that is given back is counted, not touched (docs/decisions/0404). Containers take it as a memory_resource. One thread. Before
// StateStore::Keep nobody bounds it.
class StateMemory final : public std::pmr::memory_resource {
 public:
  StateMemory() = default;
  ~StateMemory() override;
  StateMemory(const StateMemory&) = delete;
  StateMemory& operator=(const StateMemory&) = delete;

  // Before its owner goes: blocks that are given back from now on are not written to, so that arrays whose pages have moved are not fetched for it. What
  // containers look at on their way out is.
  void Abandon() { abandoned_ = true; }

  int64_t live_bytes() const { return live_; }          // handed out
  int64_t resident_bytes() const { return resident_; }  // pieces that have not moved
  int64_t moved_bytes() const { return moved_; }        // pieces that have

 private:
  friend class StateStore;
  // A whole piece is one block, from the others many are cut.
  enum Kind : uint8_t { kLong, kShort, kWhole };
  static constexpr int kCutKinds = 2;
  struct Piece {
    char* pages;
    size_t bytes;
    Kind kind;
    size_t spare = 0;  // at its end, never cut
  };
  struct Closed {
    char* pages;
    size_t bytes;
    size_t live;         // of blocks that somebody holds
    int64_t place = -1;  // in the file, once it has moved
  };
  struct Free {
    Free* next;
  };
  // What is not given out of the newest piece of a kind.
  struct Rest {
    char* begin = nullptr;
    char* end = nullptr;
    size_t next_piece;
    size_t bytes() const { return static_cast<size_t>(end - begin); }
  };
  static constexpr size_t kFirstPiece = 16 << 10, kPieceMax = 4 << 20;
  static constexpr size_t kLongLeast = 256 << 10;  // of a block
  static constexpr size_t kLarge = 1 << 20;        // larger blocks are pieces by themselves, which the system gets back
  static constexpr size_t kClasses = 104;
  static constexpr size_t kClosedAtOnce = 8;       // of so many pieces one: a look through all free blocks is worth some
  static Rest FirstRest(Kind kind) { return {.next_piece = kind == kLong ? kLongLeast : kFirstPiece}; }
  static size_t ClassOf(size_t bytes);
  static size_t BytesOf(size_t size_class);
  static size_t BytesGiven(size_t bytes);

  void* do_allocate(size_t bytes, size_t alignment) override;
  void do_deallocate(void* block, size_t bytes, size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }
  char* Cut(size_t bytes);
  char* NewPiece(size_t bytes, Kind kind);
  void End(const Piece& piece);
  void End(const Closed& piece);
  void EndWhole(const char* block);
  void BeginAnew();

  Status MoveOldest(io::PageFile& file);
  std::pair<Kind, size_t> NextToClose() const;
  void CloseOldest();
  void Close(const Piece& piece);
  void ForgetFreeInClosed(Kind kind);
  void EndEmptyClosed();
  Closed* ClosedOf(const void* block);
  void TakeBack(Closed& piece, size_t bytes);

  std::vector<Piece> pieces_;   // that are not closed, in the order in which they were begun
  std::vector<Closed> closed_;  // by address
  std::array<Free*, kClasses> free_{};
  std::array<Rest, kCutKinds> rests_{FirstRest(kLong), FirstRest(kShort)};
  io::PageFile* file_ = nullptr;
  bool abandoned_ = false;
  int64_t live_ = 0;
  int64_t resident_ = 0;
  int64_t moved_ = 0;
};

}  // namespace freshet::stream
