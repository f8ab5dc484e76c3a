#pragma once

#include <vector>

#include "engines/stream/state/kept_rows.h"

namespace freshet::stream {

// What a join hands on: rows of the batch at hand with rows that the other side keeps, and rows of either that are alone. A batch of them is put together by
// numbers: columns of the batch at hand are pointed at, and a kept row is read once, however many it meets.
class JoinedRows {
 public:
  struct Kept {
    RowArena::Ref place;
    RowArena::Bytes bytes;
  };

  // `out`: the left columns, then the right ones; or the left ones alone.
  JoinedRows(const std::vector<data::Type>& left, const std::vector<data::Type>& right, std::vector<data::Type> out);

  // Before rows are added, and with none left: which side keeps rows, and the other one's batch, if there is one; it outlives the rows that are added of it.
  void Begin(int kept_side, const data::Batch* at_hand);
  void AddPair(int row, const Kept& kept, data::RowKind kind) { Add(static_cast<uint16_t>(row), kept_[kept_side_].NumberOf(kept.place, kept.bytes), kind); }
  void AddAtHand(int row, data::RowKind kind) { Add(static_cast<uint16_t>(row), kNobody, kind); }
  void AddKept(const Kept& kept, data::RowKind kind) { Add(kNobody, kept_[kept_side_].NumberOf(kept.place, kept.bytes), kind); }
  bool full() const { return static_cast<int>(kinds_.size()) >= data::kMaxBatchRows; }
  // All that were added.
  data::Batch Build();

 private:
  static constexpr uint16_t kNobody = UINT16_MAX;

  void Add(uint16_t row, uint16_t kept, data::RowKind kind) {
    rows_.push_back(row);
    numbers_.push_back(kept);
    kinds_.push_back(static_cast<int8_t>(kind));
    changelog_ = changelog_ || kind != data::RowKind::kInsert;
  }
  std::vector<data::ColumnPtr> ColumnsAtHand() const;
  std::vector<data::ColumnPtr> KeptColumns();

  const std::vector<data::Type> types_[2];
  const std::vector<data::Type> out_;
  KeptRows kept_[2];
  int kept_side_ = 0;
  const data::Batch* at_hand_ = nullptr;
  std::vector<uint16_t> rows_;     // of the batch at hand
  std::vector<uint16_t> numbers_;  // of kept rows
  std::vector<int8_t> kinds_;
  bool changelog_ = false;
};

}  // namespace freshet::stream
