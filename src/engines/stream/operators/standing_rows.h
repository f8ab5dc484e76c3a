#pragma once

#include <map>
#include <set>

#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/lifetimes.h"

namespace freshet::stream {

// In front of a table with a PRIMARY KEY: of the rows that have one key the one that stands, the newest that is there or the oldest. Which of two rows is newer is in the
// order in which they came; of kOldest an update keeps the place of the row that it changes (docs/decisions/0300). A row comes and goes in logarithmic time.
class StandingRows final : public Operator, private KeyedState {
 public:
  StandingRows(StandingSpec spec, std::vector<data::Type> types, Clock* clock);

  Status OnBatch(int input, const Batch& batch) override;
  void SaveWhole(OperatorState& state) const override;
  Status LoadWhole(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kArrivals; }

 protected:
  Status OnTime(EventTime watermark) override;

 private:
  struct Rows {
    explicit Rows(std::pmr::memory_resource* memory) : by_arrival(memory), arrivals(memory) {}
    std::pmr::map<uint64_t, std::pmr::string> by_arrival;
    std::pmr::multimap<uint64_t, uint64_t> arrivals;  // by the hash of a row's bytes; equal ones as they came
    bool touched = false;                             // by the batch at hand
  };
  struct Touched {
    uint32_t group;
    bool stood;
    std::string row;  // that stood
    int last;         // row of the batch that touched it: what changed comes out in the order of these
  };

  uint32_t GroupOf(std::string_view key, uint64_t hash);
  void Change(uint32_t group, const Batch& batch, int row);
  void Come(uint32_t group, std::string_view bytes, uint64_t arrival);
  void Clear(uint32_t group);
  const std::pmr::string* Standing(const Rows& rows) const;
  Status EmitChange(const Touched& touched);
  Status EmitRow(std::string_view row, data::RowKind kind);
  Status Judge() const;
  std::string RowText(std::string_view row, const std::vector<int>& columns) const;
  void WriteRest(uint32_t group, ByteWriter& out) const override;
  void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) override;
  void Forget(uint32_t group) override;

  StandingSpec spec_;
  std::vector<data::Type> types_;
  std::pmr::vector<Rows> rows_;
  Lifetimes lifetimes_;
  uint64_t arrivals_ = 0;
  struct Left {
    uint32_t group;
    uint64_t arrival;
  };
  std::optional<Left> left_;           // the place of a row that goes, for the one that comes instead, next
  std::pmr::set<uint32_t> conflicts_;  // kFault: keys of several rows
  std::vector<Touched> touched_;       // by the batch at hand
  std::vector<size_t> place_in_touched_;
  KeyBatch keys_;
  std::string bytes_;
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
