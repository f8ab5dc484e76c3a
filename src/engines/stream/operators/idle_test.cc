#include <gtest/gtest.h>

#include "engines/stream/operators/simple.h"
#include "engines/stream/operators/waiting.h"
#include "testing/sim_env.h"

namespace freshet::stream {
namespace {

using data::Type;

Batch Numbers(std::vector<int64_t> values) {
  data::BatchBuilder builder({Type::BigInt()});
  for (int64_t value : values) builder.AppendRow({value});
  return builder.Build();
}

Batch Judged(int64_t value, int64_t watermark) {
  data::ColumnBuilder before(Type::BigInt(), 1);
  before.Append(watermark);
  return Numbers({value}).WithWatermarks(before.Finish());
}

// "1" of every row, "1<7" of one with a watermark of its own, "W 7" of every watermark, "idle" and "awake".
class Listener final : public Operator {
 public:
  Listener() : Operator(1) {}
  Status OnBatch(int, const Batch& batch) override {
    batch.selection().ForEach([&](uint32_t row) {
      int r = static_cast<int>(row);
      told += StrCat(batch.column(0)->Value<int64_t>(r), batch.watermarks() ? StrCat("<", batch.watermarks()->Value<int64_t>(r)) : std::string(), "; ");
    });
    return {};
  }
  std::string told;

 protected:
  Status OnTime(EventTime watermark) override {
    told += watermark == data::kEndOfTime ? "end; " : StrCat("W ", watermark.get(), "; ");
    return {};
  }
  Status PassIdle(bool idle) override {
    told += idle ? "idle; " : "awake; ";
    return {};
  }
};

TEST(Idle, AnInputThatHasEndedDoesNotEndWhatTheOthersOnlyRest) {
  Union both(2);
  Listener listener;
  both.SendTo(listener, 0);

  ASSERT_TRUE(both.OnWatermark(1, EventTime(5)).ok());
  ASSERT_TRUE(both.OnWatermark(0, data::kEndOfTime).ok());
  ASSERT_TRUE(both.OnIdle(1, true).ok());
  ASSERT_TRUE(both.OnIdle(1, false).ok());
  ASSERT_TRUE(both.Receive(1, Judged(6, 5)).ok());
  ASSERT_TRUE(both.OnWatermark(1, EventTime(8)).ok());
  ASSERT_TRUE(both.OnWatermark(1, data::kEndOfTime).ok());

  EXPECT_EQ(listener.told, "W 5; idle; awake; 6<5; W 8; end; ");
}

TEST(Idle, WhoEndsLastLeavesThoseThatRest) {
  Union both(2);
  Listener listener;
  both.SendTo(listener, 0);

  ASSERT_TRUE(both.OnWatermark(0, EventTime(3)).ok());
  ASSERT_TRUE(both.OnIdle(0, true).ok());
  ASSERT_TRUE(both.OnWatermark(1, EventTime(2)).ok());
  ASSERT_TRUE(both.OnWatermark(1, data::kEndOfTime).ok());

  EXPECT_EQ(listener.told, "W 2; W 3; idle; ");
}

TEST(Idle, ARowThatWakesAnInputIsJudgedByWhatWasPromisedWithoutIt) {
  Union both(2);
  Listener listener;
  both.SendTo(listener, 0);

  ASSERT_TRUE(both.OnWatermark(0, EventTime(1)).ok());
  ASSERT_TRUE(both.OnIdle(0, true).ok());
  ASSERT_TRUE(both.OnWatermark(1, EventTime(9)).ok());
  ASSERT_TRUE(both.OnIdle(0, false).ok());
  ASSERT_TRUE(both.Receive(0, Judged(2, 1)).ok());

  EXPECT_EQ(listener.told, "W 9; 2<9; ");
}

class Echo final : public WaitingOperator {
 protected:
  Task<Batches> Answer(Ctx, Batch batch) override { co_return Batches{std::move(batch)}; }
};

TEST(Idle, TheWordWaitsBehindRowsThatWait) {
  testing::SimEnv sim({.seed = 1});
  Echo echo;
  Listener listener;
  echo.SendTo(listener, 0);

  ASSERT_TRUE(echo.Receive(0, Numbers({1})).ok());
  ASSERT_TRUE(echo.OnWatermark(0, EventTime(7)).ok());
  ASSERT_TRUE(echo.OnIdle(0, true).ok());
  EXPECT_EQ(listener.told, "");
  ASSERT_TRUE(sim.Run(echo.Settle({})).ok());
  ASSERT_TRUE(echo.OnIdle(0, false).ok());

  EXPECT_EQ(listener.told, "1; W 7; idle; awake; ");
}

}  // namespace
}  // namespace freshet::stream
