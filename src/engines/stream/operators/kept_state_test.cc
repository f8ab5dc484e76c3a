#include <gtest/gtest.h>

#include "data/canonical.h"
#include "engines/stream/operators/deduplicate.h"
#include "engines/stream/operators/group_aggregate.h"
#include "engines/stream/operators/join.h"
#include "engines/stream/operators/over_aggregate.h"
#include "engines/stream/operators/rank.h"
#include "engines/stream/state/rows.h"

// State that goes when nobody writes it, and state that earlier versions wrote.

namespace freshet::stream {
namespace {

using data::Type;
using data::Value;

class SettableClock final : public Clock {
 public:
  MonoTime Now() override { return {}; }
  WallTime WallNow() override { return {ms}; }
  int64_t ms = 1'000'000;
};

// Writes down what comes out.
class Page final : public Operator {
 public:
  Page() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) override {
    batch.selection().ForEach([&](uint32_t row) {
      text += std::string(data::RowKindText(batch.op(static_cast<int>(row))));
      for (const auto& column : batch.columns()) {
        text += " ";
        data::AppendCanonical(text, *column, static_cast<int>(row));
      }
      text += "; ";
    });
    return {};
  }
  std::string text;
};

Batch Rows(const std::vector<Type>& types, const std::vector<std::vector<Value>>& rows) {
  data::BatchBuilder builder(types);
  for (const auto& row : rows) builder.AppendRow(row);
  return builder.Build();
}

const std::vector<Type> kPair{Type::BigInt(), Type::BigInt()};

TEST(StateTtl, BeginsAGroupAnewThatNobodyHasWritten) {
  SettableClock clock;
  AggregateCall count{"COUNT"};
  count.type = Type::BigInt().NotNull();
  AggregateSpec spec{{0}, {count}, 100};
  GroupAggregate op(spec, *AggregateSet::Make(spec.calls, kPair, false), kPair, {true, false, &clock});
  Page page;
  op.SendTo(page, 0);

  ASSERT_TRUE(op.Receive(0, Rows(kPair, {{int64_t{1}, int64_t{0}}, {int64_t{2}, int64_t{0}}})).ok());
  clock.ms += 60;
  ASSERT_TRUE(op.Receive(0, Rows(kPair, {{int64_t{1}, int64_t{0}}})).ok());
  clock.ms += 60;
  ASSERT_TRUE(op.Receive(0, Rows(kPair, {{int64_t{1}, int64_t{0}}, {int64_t{2}, int64_t{0}}})).ok());

  EXPECT_EQ(page.text, "+I 1 1; +I 2 1; -U 1 1; +U 1 2; -U 1 2; +U 1 3; +I 2 1; ");
}

TEST(StateTtl, ForgetsKeysThatADeduplicationHasSeen) {
  SettableClock clock;
  RankSpec spec;
  spec.kind = RankKind::kKeepFirst;
  spec.partition = {0};
  spec.with_rank = false;
  spec.ttl_ms = 100;
  KeepFirst op(spec, kPair, kPair, {"a", "b"}, nullptr, &clock);
  Page page;
  op.SendTo(page, 0);

  for (int64_t v = 1; v <= 3; ++v) {
    ASSERT_TRUE(op.Receive(0, Rows(kPair, {{int64_t{7}, v}})).ok());
    clock.ms += v == 1 ? 50 : 150;
  }

  EXPECT_EQ(page.text, "+I 7 1; +I 7 3; ");
}

TEST(StateTtl, DropsRowsOfAJoinThatCameTooLongAgo) {
  SettableClock clock;
  expr::Session session;
  session.clock = &clock;
  JoinSpec spec;
  spec.left_keys = spec.right_keys = {0};
  spec.null_equal = {false};
  spec.left_ttl_ms = 100;
  std::vector<Type> four{Type::BigInt(), Type::BigInt(), Type::BigInt(), Type::BigInt()};
  Join op(spec, kPair, kPair, four, {}, session);
  Page page;
  op.SendTo(page, 0);

  ASSERT_TRUE(op.Receive(0, Rows(kPair, {{int64_t{1}, int64_t{10}}})).ok());
  ASSERT_TRUE(op.Receive(1, Rows(kPair, {{int64_t{1}, int64_t{20}}})).ok());
  clock.ms += 200;
  ASSERT_TRUE(op.Receive(1, Rows(kPair, {{int64_t{1}, int64_t{21}}})).ok());
  ASSERT_TRUE(op.Receive(0, Rows(kPair, {{int64_t{1}, int64_t{11}}})).ok());

  EXPECT_EQ(page.text, "+I 1 10 1 20; +I 1 11 1 20; +I 1 11 1 21; ");
}

TEST(StateTtl, ForgetsAKeyWhoseRowHasWaitedLongerThanStateLives) {
  SettableClock clock;
  std::vector<Type> types{Type::BigInt(), Type::Timestamp(3)};
  RankSpec spec;
  spec.kind = RankKind::kKeepFirst;
  spec.partition = {0};
  spec.time_column = 1;
  spec.with_rank = false;
  spec.ttl_ms = 100;
  KeepFirst op(spec, types, types, {"a", "t"}, nullptr, &clock);
  Page page;
  op.SendTo(page, 0);

  ASSERT_TRUE(op.Receive(0, Rows(types, {{int64_t{7}, int64_t{1000}}})).ok());
  clock.ms += 150;
  ASSERT_TRUE(op.Receive(0, Rows(types, {{int64_t{8}, int64_t{1000}}})).ok());
  ASSERT_TRUE(op.OnWatermark(0, EventTime(2000)).ok());
  clock.ms += 150;
  ASSERT_TRUE(op.Receive(0, Rows(types, {{int64_t{7}, int64_t{3000}}})).ok());
  ASSERT_TRUE(op.OnWatermark(0, data::kEndOfTime).ok());

  EXPECT_EQ(page.text, "+I 7 \"1970-01-01 00:00:01.000\"; +I 8 \"1970-01-01 00:00:01.000\"; +I 7 \"1970-01-01 00:00:03.000\"; ");
}

TEST(StateTtl, BeginsAnOverAnewForAPartitionThatNobodyHasWritten) {
  SettableClock clock;
  std::vector<Type> in{Type::BigInt(), Type::Timestamp(3)}, out{Type::BigInt(), Type::Timestamp(3), Type::BigInt()};
  OverSpec spec;
  spec.partition = {0};
  spec.order = {{1}};
  spec.time_column = 1;
  spec.rows = true;
  spec.ttl_ms = 100;
  AggregateCall number{"ROW_NUMBER"};
  number.type = Type::BigInt().NotNull();
  spec.calls = {number};
  OverAggregate op(spec, *AggregateSet::Make({}, in, false), in, out, {"a", "t"}, nullptr, &clock);
  Page page;
  op.SendTo(page, 0);

  for (int64_t t = 1; t <= 3; ++t) {
    ASSERT_TRUE(op.Receive(0, Rows(in, {{int64_t{7}, t}})).ok());
    ASSERT_TRUE(op.OnWatermark(0, EventTime(t)).ok());
    clock.ms += t == 1 ? 50 : 150;
  }

  EXPECT_EQ(page.text, "+I 7 \"1970-01-01 00:00:00.001\" 1; +I 7 \"1970-01-01 00:00:00.002\" 2; +I 7 \"1970-01-01 00:00:00.003\" 1; ");
}

TEST(StateTtl, HoldsOneNoteForAGroupHoweverOftenItIsWritten) {
  SettableClock clock;
  Lifetimes lifetimes(100, &clock);
  JoinRows rows(std::pmr::new_delete_resource(), 0);
  uint64_t hash = HashBytes("key");
  std::vector<uint32_t> forgotten;

  for (int i = 0; i < 1000; ++i) {
    lifetimes.Advance([&](uint32_t group) { forgotten.push_back(group); });
    lifetimes.Touch(0);
    lifetimes.Touch(i < 10 ? 1 : 0);
    if (i > 0) {
      ASSERT_TRUE(rows.Remove("key", hash, "row"));
    }
    rows.Add("key", hash, "row", clock.ms + 100, 0);
    ++clock.ms;
  }

  EXPECT_EQ(forgotten, std::vector<uint32_t>{1});
  EXPECT_EQ(lifetimes.looks(), 1u);
  EXPECT_EQ(rows.keys_to_look_at(), 1u);
  int gone = 0;
  ASSERT_TRUE(rows.Expire(clock.ms + 100, [&](const JoinRows::Row&) { return ++gone, Status(); }).ok());
  EXPECT_EQ(gone, 1);
}

TEST(OverAggregate, ReadsPartitionsThatWereWrittenBeforeRanks) {
  OverSpec spec;
  spec.partition = {0};
  spec.order = {{1}};
  spec.time_column = 1;
  spec.rows = true;
  AggregateCall number{"ROW_NUMBER"};
  number.type = Type::BigInt().NotNull();
  spec.calls = {number};
  std::vector<Type> in{Type::BigInt(), Type::Timestamp(3)}, out{Type::BigInt(), Type::Timestamp(3), Type::BigInt()};
  auto make = [&] { return std::make_unique<OverAggregate>(spec, *AggregateSet::Make({}, in, false), in, out, std::vector<std::string>{"a", "b"}, nullptr, nullptr); };
  OperatorState state;
  make()->Save(state);
  Batch row = Rows(in, {{int64_t{1}, int64_t{5000}}});
  KeyBatch keys;
  keys.Encode(row, row.selection(), {0});
  ByteWriter old(state.groups[static_cast<size_t>(KeyGroupOf(keys.hash(0)))], Order::kLittle);
  old.Write(uint8_t{0});
  WriteBytes(old, keys.key(0));
  old.Write(int64_t{41});
  old.WriteVarInt64(41);
  old.WriteVarUint64(0);

  auto op = make();
  Page page;
  op->SendTo(page, 0);
  ASSERT_TRUE(op->Load(state).ok());
  ASSERT_TRUE(op->Receive(0, row).ok());
  ASSERT_TRUE(op->OnWatermark(0, data::kEndOfTime).ok());

  EXPECT_EQ(page.text, "+I 1 \"1970-01-01 00:00:05.000\" 42; ");
}

}  // namespace
}  // namespace freshet::stream
