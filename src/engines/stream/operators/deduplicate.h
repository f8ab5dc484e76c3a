#pragma once

#include <map>

#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/lifetimes.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {

// Of the rows with one key the first by event time: it waits until the watermark has passed it, so rows leave in
// time order, and rows behind the watermark are dropped (one of just its time is taken, as Flink does). Without a time column: the first that comes, at once. Keys
// are remembered for ever, or as long as state lives.
class KeepFirst final : public Operator, private KeyedState {
 public:
  KeepFirst(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, std::vector<std::string> input_names, LateRows late, Clock* clock);
  Status OnBatch(int input, const Batch& batch) override;
  void SaveWhole(OperatorState& state) const override;
  Status LoadWhole(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kArrivals; }

 protected:
  Status OnTime(EventTime watermark) override;

 private:
  struct Kept {
    explicit Kept(std::pmr::memory_resource* memory) : row(memory) {}
    // Its row gives back what it held.
    void Clear() {
      waits = false;
      std::pmr::string(row.get_allocator()).swap(row);
    }
    bool waits = false;    // else the key is done with
    int64_t time = 0;
    uint64_t arrival = 0;
    std::pmr::string row;
  };
  uint32_t GroupOf(std::string_view key, uint64_t hash, bool* added);
  void WriteRest(uint32_t group, ByteWriter& out) const override;
  void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) override;
  void Forget(uint32_t group) override;
  Status EmitRow(std::string_view row);
  Status Take(std::string_view key, uint64_t hash, const Batch& batch, int row);

  RankSpec spec_;
  std::vector<data::Type> input_;
  std::vector<std::string> input_names_;
  LateRows late_;
  std::pmr::vector<Kept> kept_;
  Lifetimes lifetimes_;
  std::pmr::map<std::pair<int64_t, uint64_t>, uint32_t> waiting_;  // time and arrival → group
  uint64_t arrivals_ = 0;
  ArrivalPlaces places_;  // while it is loaded
  KeyBatch keys_;
  data::BatchBuilder out_;
};

// Of the rows with one key the last by event time (or arrival): each takes its predecessor's place at once. Of equal
// times the later arrival wins. The row itself is kept only where it has to be taken back.
class KeepLast final : public Operator, private KeyedState {
 public:
  KeepLast(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, bool update_before, Clock* clock);
  Status OnBatch(int input, const Batch& batch) override;

 private:
  struct Kept {
    explicit Kept(std::pmr::memory_resource* memory) : row(memory) {}
    int64_t time = INT64_MIN;
    std::pmr::string row;
  };
  uint32_t GroupOf(std::string_view key, uint64_t hash, bool* added);
  void WriteRest(uint32_t group, ByteWriter& out) const override;
  void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) override;
  void Forget(uint32_t group) override;
  Status EmitRow(std::string_view row, data::RowKind kind);
  Status Emit(const Batch& batch, std::vector<uint16_t> rows, std::vector<int8_t> ops);
  using Operator::Emit;

  RankSpec spec_;
  std::vector<data::Type> input_;
  bool update_before_;
  std::pmr::vector<Kept> kept_;
  Lifetimes lifetimes_;
  KeyBatch keys_;
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
