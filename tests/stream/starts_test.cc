#include <gtest/gtest.h>

#include <set>

#include "tests/stream/swap_house.h"

// A pipeline begins where its last epoch stands, whose snapshot it reads once.

namespace freshet::stream {
namespace {

constexpr std::string_view kJoinedWindows = R"(
INSERT INTO windows SELECT a.window_end, CAST(a.v AS BIGINT), b.v
FROM (SELECT * FROM TABLE(TUMBLE(TABLE timed, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS a
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE timed, DESCRIPTOR(ts), INTERVAL '10' SECOND))) AS b
ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.v = b.v - 1;
)";

Task<> LiveTo(World* world, Life* life, int end) {
  CO_RETURN_NOT_OK(EnsureTopic(*world));
  life->pipelines->Begin(world->topics, world->epochs);
  CO_RETURN_NOT_OK(ProduceTo(world, end));
  CO_RETURN_NOT_OK(Pause(world, Seconds(1)));
  auto closing = life->pipelines->Close();
  co_return co_await closing;
}

TEST(Starts, ReadTheStateOfAWindowJoinOnce) {
  testing::SimEnv sim({.seed = 1});
  World world(sim, File(kJoinedWindows));

  for (int end : {25, 75, kClicks}) {  // between two rows that meet
    Life life(world);
    Status lived = sim.Run(LiveTo(&world, &life, end));
    ASSERT_TRUE(lived.ok()) << lived.ToString();
  }

  EXPECT_EQ(world.epochs.snapshots_read(), 3);
  auto rows = *sim.Run(world.Contents("windows", false));
  std::set<std::string> once(rows.begin(), rows.end());
  EXPECT_EQ(rows.size(), 12U * 9U);
  EXPECT_EQ(once.size(), rows.size());
}

}  // namespace
}  // namespace freshet::stream
