#pragma once

#include <deque>
#include <map>
#include <set>

#include "engines/stream/operators/group_table.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/state/lifetimes.h"

namespace freshet::stream {

// OVER windows by event time: rows wait until the watermark passes them, leave in time order (of equal times as they
// came) and carry the aggregates of their frame. Late rows are dropped; where the frame has a lower bound only those that are not behind the last row that
// has left their partition, as Flink judges it; of RANGE with such a bound the timers by which Flink forgets a partition judge, too (decision 0343). Without calls it only puts a stream in order. In the order of arrival rows wait for nothing. Where state lives
// only for a time, a partition that no row has come to for so long is as if it had never been; rows that wait leave in their time.
class OverAggregate final : public Operator {
 public:
  // `aggregates`: of the calls that are aggregates, in order.
  OverAggregate(OverSpec spec, AggregateSet aggregates, std::vector<data::Type> input, std::vector<data::Type> output, std::vector<std::string> input_names, LateRows late, Clock* clock);
  ~OverAggregate() override;

  Status OnBatch(int input, const Batch& batch) override;
  void Save(OperatorState& state) const override;
  Status Load(const OperatorState& state) override;
  WholeState whole_state() const override { return WholeState::kArrivals; }

 protected:
  Status OnTime(EventTime watermark) override;

 private:
  struct Framed {
    int64_t time;
    std::pmr::string row;
  };
  struct Partition {
    Partition(std::pmr::memory_resource* memory, size_t payload_bytes) : payload(payload_bytes, '\0', memory), frame(memory), timers(memory) {}
    std::pmr::string payload;    // of the aggregates
    std::pmr::deque<Framed> frame;    // rows inside, when the frame has a lower bound; for LAG the rows it reaches back to
    int64_t count = 0;           // rows so far
    int64_t time = INT64_MIN;    // of the last row; RANGE with a lower bound: or of the last timer
    int64_t before = 0;          // rows before those of that time
    int64_t times = 0;           // different times so far
    int64_t cleanup = INT64_MIN;  // RANGE with a lower bound: the watermark at which it is as if it had never been
    std::pmr::vector<int64_t> timers;  // the same: those of timers_ that are its own
  };
  struct Waiting {
    std::pmr::string partition;
    std::pmr::string row;
  };
  Waiting Wait(std::string_view partition, std::string_view row) { return {std::pmr::string(partition, &memory()), std::pmr::string(row, &memory())}; }

  using Partitions = std::pmr::map<std::pmr::string, Partition, std::less<>>;

  // Whether partitions have timers, as Flink's have: RANGE with a lower bound.
  bool HasTimers() const { return spec_.kind == OverKind::kTime && spec_.bounded && !spec_.rows; }
  void SetTimer(std::string_view key, int64_t time);
  void AddTimer(Partition& partition, std::string_view key, int64_t at);
  void RunTimers(int64_t until);
  Partitions::iterator End(Partitions::iterator at);
  bool Remembers() const { return spec_.bounded || spec_.lag_most > 0; }
  bool IsLate(std::string_view key, int64_t time, int64_t watermark) const;
  Status Fire(int64_t watermark);
  Partition& PartitionOf(std::string_view key);
  Status Leave(std::vector<std::pair<int64_t, Waiting>> rows);
  void SortWithinTimes(std::vector<std::pair<int64_t, Waiting>>& rows);
  void Enter(Partition& partition, const Batch& batch, int row, int64_t time, std::string_view bytes);
  void Shrink(Partition& partition, int64_t time);
  void Drop(Partition& partition);
  void AppendCalls(const Partition& partition, const Batch& batch, int row);
  void AppendLag(const Partition& partition, const Batch& batch, int row, const AggregateCall& call, int column);
  void ForgetUnwritten();
  void Touch(std::string_view key);
  void Forget(int64_t watermark);

  OverSpec spec_;
  AggregateSet aggregates_;
  std::vector<data::Type> input_;
  std::vector<std::string> input_names_;
  LateRows late_;
  std::pmr::map<std::pair<int64_t, uint64_t>, Waiting> waiting_;  // by time and arrival
  Partitions partitions_;
  std::pmr::set<std::pair<int64_t, std::pmr::string>> timers_;    // at which watermark, of which partition
  uint64_t arrivals_ = 0;
  int64_t fired_ = INT64_MIN;  // the watermark up to which rows have left
  int64_t swept_ = INT64_MIN;
  GroupIndex written_;         // numbers of partitions whose state lives only for a time
  Lifetimes lifetimes_;        // of these
  KeyBatch keys_;
  std::vector<char*> payloads_;
  data::BatchBuilder rows_;
  data::BatchBuilder out_;
};

}  // namespace freshet::stream
