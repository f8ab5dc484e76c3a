#pragma once

#include <map>

#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/lifetimes.h"
#include "engines/stream/state/row_arena.h"
#include "engines/stream/state/row_encoder.h"
#include "engines/stream/state/sorted_rows.h"

namespace freshet::stream {

// Rows of a partition in order: by their sort key, rows of one key as they came.
using RankedRows = std::pmr::map<std::pmr::string, std::pmr::string>;  // sort key and arrival number → row
std::string RankKey(const Batch& batch, int row, const std::vector<SortColumn>& order, uint64_t arrival);
void AppendRankKey(std::string& out, const Batch& batch, int row, const std::vector<SortColumn>& order, uint64_t arrival);

// Top-N: the first rows of each partition in an order, kept up to date. Over rows that are never taken back only
// the first N are remembered; else all are. A tie is won by the row that came first.
class Rank final : public Operator, private KeyedState {
 public:
  struct Options {
    Clock* clock = nullptr;      // for how long state lives
    bool retracts = false;       // the input takes rows back
    bool in_place = false;       // changes by place, as they would be told one by one; else what goes before what comes
    bool each = false;           // changes are not folded within a batch
  };
  Rank(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, Options options);

  Status OnBatch(int input, const Batch& batch) override;
  void SaveWhole(OperatorState& state) const override;
  Status LoadWhole(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kArrivals; }

 private:
  using Row = RowArena::Ref;
  using Partition = SortedRows;                  // by sort key and arrival number
  using Places = std::vector<Row>;               // rows from the first place shown on

  uint32_t GroupOf(std::string_view key, uint64_t hash);
  void WriteRest(uint32_t group, ByteWriter& out) const override;
  void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) override;
  void Forget(uint32_t group) override;
  std::string_view BytesOf(Row row) const { return SortedRows::RowOf(rows_.At(row)); }
  bool IsSame(Row a, Row b) const { return (a.piece == b.piece && a.offset == b.offset) || BytesOf(a) == BytesOf(b); }
  void Clear(uint32_t group);
  void FreeGone();
  Status Apply(const Batch& batch, data::Selection rows);
  bool IsFull(const Partition& rows) const { return keeps_first_ && static_cast<int64_t>(rows.size()) >= spec_.to; }
  bool IsBeaten(const Partition& rows, const Batch& batch, int row);
  void Add(Partition& rows, int row);
  void TakeBack(Partition& rows, const Batch& batch, int row);
  Places Shown(const Partition& rows) const;
  Status EmitChanges(const Places& before, const Places& after);
  Status EmitPlace(Row row, size_t place, data::RowKind kind);

  RankSpec spec_;
  std::vector<data::Type> input_;
  Options options_;
  const bool keeps_first_;     // what is behind the last place is not remembered
  RowArena rows_;
  std::pmr::vector<Partition> partitions_;
  std::vector<Row> gone_;      // in the batch at hand, of which they may still be told
  Lifetimes lifetimes_;
  uint64_t arrivals_ = 0;
  KeyBatch keys_;
  RowEncoder encoder_;
  std::string rank_key_;       // of the row at hand, as the next that arrives
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
