#include "engines/stream/operators/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace freshet::stream {
namespace {

using data::RowKind;
using data::Type;

struct Row {
  int64_t key;
  std::string name;
  RowKind kind = RowKind::kInsert;
};

Batch BatchOf(const std::vector<Row>& rows) {
  data::BatchBuilder builder({Type::BigInt(), Type::String()});
  for (const auto& row : rows) builder.AppendRow({row.key, row.name}, row.kind);
  return builder.Build();
}

// "+I a" of every row, "W 7" of every watermark.
std::string Told(const Batch& batch) {
  std::string out;
  batch.selection().ForEach([&](uint32_t row) {
    int r = static_cast<int>(row);
    out += StrCat(data::RowKindText(batch.op(r)), " ", batch.column(1)->String(r), "; ");
  });
  return out;
}

class Listener final : public Operator {
 public:
  Listener() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) override {
    told += Told(batch);
    return {};
  }
  std::string told;

 protected:
  Status OnTime(EventTime watermark) override {
    told += StrCat("W ", watermark.get(), "; ");
    return {};
  }
};

std::string Told(const ExchangeItems& items) {
  std::string out;
  for (const auto& item : items) out += item.batch ? Told(*item.batch) : StrCat("W ", item.watermark.get(), "; ");
  return out;
}

int ShardOfKey(int64_t key, int shards) {
  KeyBatch keys;
  Batch one = BatchOf({{key, ""}});
  keys.Encode(one, one.selection(), {0});
  return ShardOf(KeyGroupOf(keys.hash(0)), shards);
}

// The first keys from 0 on that live on shard 0 and on shard 1, of two.
std::pair<int64_t, int64_t> KeysOfTwoShards() {
  int64_t zero = 0, one = 0;
  while (ShardOfKey(zero, 2) != 0) ++zero;
  while (ShardOfKey(one, 2) != 1) ++one;
  return {zero, one};
}

TEST(Exchange, SendsRowsToTheShardOfTheirKeyGroupAndWatermarksToAll) {
  Outbox outbox(2);
  ExchangeOut out({Place::kJob, Place::kShards, {0}}, 0, 0, outbox);
  auto [zero, one] = KeysOfTwoShards();

  ASSERT_TRUE(out.Receive(0, BatchOf({{zero, "a"}, {one, "b"}, {zero, "c"}})).ok());
  ASSERT_TRUE(out.OnWatermark(0, EventTime(7)).ok());
  ASSERT_TRUE(out.Receive(0, BatchOf({{one, "d"}})).ok());

  EXPECT_EQ(Told(outbox.Take(0, 0)), "+I a; +I c; W 7; ");
  EXPECT_EQ(Told(outbox.Take(0, 1)), "+I b; W 7; +I d; ");
  EXPECT_EQ(Told(outbox.Take(0, 1)), "") << "what is taken is gone";
}

TEST(Exchange, KeepsTheHiddenWatermarkOfEachRow) {
  Outbox outbox(2);
  ExchangeOut out({Place::kJob, Place::kShards, {0}}, 0, 0, outbox);
  auto [zero, one] = KeysOfTwoShards();
  data::ColumnBuilder before(Type::BigInt(), 3);
  for (int64_t w : {1, 2, 3}) before.Append(w);

  ASSERT_TRUE(out.Receive(0, BatchOf({{zero, "a"}, {one, "b"}, {zero, "c"}}).WithWatermarks(before.Finish())).ok());

  Batch first = outbox.Take(0, 0)[0].batch->Gather();
  ASSERT_EQ(first.length(), 2);
  EXPECT_EQ(first.watermarks()->Value<int64_t>(0), 1);
  EXPECT_EQ(first.watermarks()->Value<int64_t>(1), 3);
}

TEST(Exchange, SendsWhatHasNoKeysToOneShard) {
  Outbox outbox(3);
  ExchangeOut out({Place::kJob, Place::kOneShard, {}}, 0, 0, outbox);

  ASSERT_TRUE(out.Receive(0, BatchOf({{1, "a"}, {2, "b"}})).ok());
  ASSERT_TRUE(out.OnWatermark(0, EventTime(7)).ok());

  for (int shard = 0; shard < 3; ++shard) EXPECT_EQ(Told(outbox.Take(0, shard)), shard == LoneShard(3) ? "+I a; +I b; W 7; " : "");
}

TEST(Exchange, PartsAnUpdateWhoseHalvesLiveOnTwoShards) {
  Outbox outbox(2);
  ExchangeOut out({Place::kShards, Place::kShards, {0}}, 0, 1, outbox);
  auto [zero, one] = KeysOfTwoShards();

  ASSERT_TRUE(out.Receive(0, BatchOf({{zero, "a", RowKind::kUpdateBefore}, {one, "b", RowKind::kUpdateAfter}, {zero, "c", RowKind::kUpdateBefore}, {zero, "d", RowKind::kUpdateAfter}})).ok());

  EXPECT_EQ(Told(outbox.Take(1, 0)), "-D a; -U c; +U d; ");
  EXPECT_EQ(Told(outbox.Take(1, 1)), "+I b; ");
}

TEST(Exchange, HandsOnTheLeastWatermarkOfItsSenders) {
  ExchangeIn in(3);
  Listener listener;
  in.SendTo(listener, 0);

  ASSERT_TRUE(in.Take(0, {0, std::nullopt, EventTime(9)}).ok());
  ASSERT_TRUE(in.Take(2, {0, std::nullopt, EventTime(5)}).ok());
  ASSERT_TRUE(in.Take(1, {0, BatchOf({{1, "late sender"}}), {}}).ok());
  ASSERT_TRUE(in.Take(1, {0, std::nullopt, EventTime(6)}).ok());
  ASSERT_TRUE(in.Take(2, {0, std::nullopt, EventTime(8)}).ok());

  EXPECT_EQ(listener.told, "+I late sender; W 5; W 6; ");
}

TEST(Exchange, WaitsForNoIdleSenderAndIsIdleWhenAllAre) {
  ExchangeIn in(2);
  Listener listener;
  in.SendTo(listener, 0);

  ASSERT_TRUE(in.Take(0, {0, std::nullopt, EventTime(9)}).ok());
  ASSERT_TRUE(in.Take(1, {0, std::nullopt, EventTime(5)}).ok());
  ASSERT_TRUE(in.Take(1, {0, std::nullopt, {}, true}).ok());
  ASSERT_TRUE(in.Take(0, {0, std::nullopt, {}, true}).ok());
  ASSERT_TRUE(in.Take(1, {0, std::nullopt, {}, false}).ok());
  ASSERT_TRUE(in.Take(1, {0, std::nullopt, EventTime(12)}).ok());
  ASSERT_TRUE(in.Take(0, {0, std::nullopt, {}, false}).ok());

  EXPECT_EQ(listener.told, "W 5; W 9; W 12; ");
}

TEST(Exchange, EveryShardHasARangeOfKeyGroups) {
  for (int shards = 1; shards <= kKeyGroups; ++shards) {
    int last = 0;
    std::vector<bool> has(static_cast<size_t>(shards), false);
    for (int group = 0; group < kKeyGroups; ++group) {
      int shard = ShardOf(group, shards);
      ASSERT_TRUE(shard == last || shard == last + 1) << shards;
      has[static_cast<size_t>(shard)] = true;
      last = shard;
    }
    EXPECT_EQ(std::count(has.begin(), has.end(), true), shards);
  }
}

}  // namespace
}  // namespace freshet::stream
