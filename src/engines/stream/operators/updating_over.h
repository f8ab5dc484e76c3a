#pragma once

#include <map>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/keys.h"
#include "engines/stream/state/lifetimes.h"

namespace freshet::stream {

// OVER windows in any order, over rows that may be taken back. Every row is kept with what was last said of it; when a row comes or goes,
// those behind it in its partition are looked at again, and what changed is told. Rows that are equal in the order stand as they came.
class UpdatingOver final : public Operator {
 public:
  struct Options {
    bool update_before = false;  // produce -U
    bool each = false;           // changes are not folded within a batch
    Clock* clock = nullptr;      // for how long state lives
  };
  // `aggregates`: of the calls that are aggregates, in order.
  UpdatingOver(OverSpec spec, AggregateSet aggregates, std::vector<data::Type> input, std::vector<data::Type> output, Options options);

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kArrivals; }

 private:
  struct Row {
    explicit Row(std::pmr::memory_resource* memory) : bytes(memory), said(memory) {}
    std::pmr::string bytes;
    std::pmr::string said;  // the calls' values as they were told last
    bool told = false;
  };
  using Rows = std::pmr::map<std::pmr::string, Row, std::less<>>;  // by sort key and arrival
  // Rows of a partition in order, with where their peers begin and end.
  struct Place {
    Row* row;
    size_t first_peer;
    size_t end_peer;
    int64_t peers_before;  // groups of peers
  };

  uint32_t GroupOf(std::string_view key, uint64_t hash);
  Status Apply(const Batch& batch, data::Selection rows);
  Status Change(Rows& rows, const Batch& batch, int row);
  static std::vector<Place> PlacesOf(Rows& rows);
  Status Tell(const std::vector<Place>& places);
  Batch RowAt(const Place& place, data::RowKind kind);
  void AppendCalls(const std::vector<Place>& places, size_t at, const char* payload);
  Status EmitRow(const Row& row, std::string_view said, data::RowKind kind);
  int64_t TimeOf(const Batch& row) const;

  OverSpec spec_;
  AggregateSet aggregates_;
  std::vector<data::Type> input_;
  std::vector<data::Type> call_types_;
  Options options_;
  GroupIndex index_;
  std::pmr::vector<Rows> partitions_;
  Lifetimes lifetimes_;
  uint64_t arrivals_ = 0;
  KeyBatch keys_;
  data::BatchBuilder rows_;
  data::BatchBuilder calls_;
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
