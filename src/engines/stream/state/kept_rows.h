#pragma once

#include <string_view>
#include <vector>

#include "data/batch.h"
#include "engines/stream/state/row_arena.h"

namespace freshet::stream {

// Rows of a RowArena as columns: a row is read when it is first asked for, and known by number from then on. Texts are copied together and pointed at, so
// what is made lives on when the state has gone (docs/decisions/0280). One thread; between two Finish no row of the arena may go.
class KeptRows {
 public:
  // Columns that are not wanted are passed over, and absent.
  KeptRows(const std::vector<data::Type>& types, std::vector<bool> wanted);

  int count() const { return rows_.length(); }
  uint16_t NumberOf(RowArena::Ref place, const RowArena::Bytes& bytes);
  // One more row, of NULLs alone.
  uint16_t AddNulls();
  // All so far; numbers begin anew.
  std::vector<data::ColumnPtr> Finish();

 private:
  static constexpr size_t kFirstChunk = 4 << 10, kChunkMax = 1 << 20;
  static constexpr size_t kFirstSlots = 64;
  struct Slot {
    uint64_t place = 0;
    uint32_t turn = 0;  // of the one that filled it: others are empty
    uint16_t number = 0;
  };

  void Read(const RowArena::Bytes& bytes);
  void ReadText(data::ColumnBuilder& column, std::string_view* rest);
  std::string_view Copied(const RowArena::Bytes& bytes);
  Slot& SlotOf(uint64_t place);
  void Widen();
  void BeginAnew();

  std::vector<data::Type> types_;
  std::vector<bool> wanted_;
  size_t last_ = 0;          // one behind the last column that is wanted
  bool texts_ = false;       // some of them are
  data::BatchBuilder rows_;
  std::vector<Slot> slots_;  // by place
  uint32_t turn_ = 1;
  size_t next_chunk_ = kFirstChunk;
  data::Pin chunk_;
  char* chunk_bytes_ = nullptr;  // its own, writable
  size_t chunk_used_ = 0;
};

}  // namespace freshet::stream
