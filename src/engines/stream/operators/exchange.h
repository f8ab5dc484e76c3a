#pragma once

#include <optional>
#include <vector>

#include "engines/stream/operators/operator.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/keys.h"

// Both ends of an exchange. Rows that go to another place are put into the outbox of the part of the pipeline that
// sends them; the job carries what is in it over to the loops of the receivers (job/shards.h), and there it comes out
// of the exchange's other end.

namespace freshet::stream {

// What goes through an exchange: a batch, or whether the sender is idle, or else a watermark.
struct ExchangeItem {
  int exchange = 0;  // its number in the plan
  std::optional<Batch> batch;
  EventTime watermark = data::kNoEventTime;
  std::optional<bool> idle = std::nullopt;
};
using ExchangeItems = std::vector<ExchangeItem>;

// What one part of a pipeline has sent and nobody has carried away yet, by level and receiver, in order. One loop at a
// time.
class Outbox {
 public:
  explicit Outbox(int shards) : shards_(static_cast<size_t>(shards)) {}
  int shards() const { return static_cast<int>(shards_); }

  void Send(int level, int shard, ExchangeItem item);
  void SendToJob(ExchangeItem item) { to_job_.push_back(std::move(item)); }

  ExchangeItems Take(int level, int shard);
  ExchangeItems TakeForJob() { return std::exchange(to_job_, {}); }

 private:
  const size_t shards_;
  std::vector<std::vector<ExchangeItems>> levels_;  // by shard
  ExchangeItems to_job_;
};

// Where rows leave: each row to the shard of its key group, watermarks to all receivers. The column of hidden watermarks
// goes with the rows: they are judged by what came before them at the source, wherever that went.
class ExchangeOut final : public Operator {
 public:
  ExchangeOut(ExchangeSpec spec, int number, int level, Outbox& outbox);

  Status OnBatch(int input, const Batch& batch) override;

 protected:
  Status PassWatermark(EventTime watermark) override;
  Status PassIdle(bool idle) override;

 private:
  void Send(int shard, Batch batch);
  void SendToAll(const ExchangeItem& item);
  void Split(const Batch& batch);

  const ExchangeSpec spec_;
  const int number_;
  const int level_;
  Outbox& outbox_;
  KeyBatch keys_;
  std::vector<int> targets_;                  // per selected row
  std::vector<std::vector<uint16_t>> rows_;   // per shard
};

// Where they arrive: one input a sender; its watermark is the least of theirs.
class ExchangeIn final : public Operator {
 public:
  explicit ExchangeIn(int senders) : Operator(senders), senders_(senders) {}
  Status OnBatch(int, const Batch& batch) override { return Emit(batch); }
  // `shard`: who sent it, where all shards do.
  Status Take(int shard, const ExchangeItem& item) {
    int input = senders_ == 1 ? 0 : shard;
    if (item.idle) return OnIdle(input, *item.idle);
    return item.batch ? Receive(input, *item.batch) : OnWatermark(input, item.watermark);
  }

 private:
  const int senders_;
};

// The shard that a key group lives on, of so many: each has a range of groups.
inline int ShardOf(int key_group, int shards) { return key_group * shards / kKeyGroups; }
// Where rows without keys go: the shard of the key of no columns.
inline int LoneShard(int shards) { return ShardOf(KeyGroupOf(HashBytes("")), shards); }

}  // namespace freshet::stream
