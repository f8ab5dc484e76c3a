#include "engines/stream/job/alignment.h"

#include <gtest/gtest.h>

namespace freshet::stream {
namespace {

using data::EventTime;
using Watermarks = std::vector<std::optional<EventTime>>;

constexpr MonoTime At(int64_t ms) { return MonoTime{} + Milliseconds(ms); }

// Two sources of group g, the first of which may be 10 s ahead and the second none, and one of another group.
Alignment Three() {
  Alignment alignment;
  alignment.Add(0, {"g", Seconds(10), Seconds(1)});
  alignment.Add(1, {"g", Seconds(0), Seconds(1)});
  alignment.Add(2, {"h", Seconds(0), Seconds(1)});
  return alignment;
}

std::string Held(const Alignment& alignment) {
  std::string out;
  for (size_t source = 0; source < 4; ++source) out += alignment.Holds(source) ? StrCat(source, " ") : "";
  return out;
}

TEST(Alignment, HoldsWhoIsFurtherAheadThanItsTableSays) {
  struct Case {
    Watermarks watermarks;
    std::string held;
  };
  const Case cases[] = {{{EventTime(10'000), EventTime(0), EventTime(99'000), EventTime(99'000)}, ""},
                        {{EventTime(10'001), EventTime(0), EventTime(0), EventTime(0)}, "0 "},
                        {{EventTime(0), EventTime(1), EventTime(0), EventTime(0)}, "1 "},
                        {{EventTime(50'000), data::kNoEventTime, data::kNoEventTime, EventTime(0)}, "0 "},  // whose first row is waited for
                        {{EventTime(50'000), std::nullopt, EventTime(0), EventTime(0)}, ""},                // nobody waits for who is idle or has ended
                        {{std::nullopt, std::nullopt, std::nullopt, std::nullopt}, ""},
                        {{EventTime(5), data::kEndOfTime, EventTime(0), EventTime(0)}, "1 "}};
  for (const Case& one : cases) {
    Alignment alignment = Three();

    alignment.Look(At(0), one.watermarks);

    EXPECT_EQ(Held(alignment), one.held);
  }
}

TEST(Alignment, LooksAgainWhenItsIntervalIsOverOrAllAreHeld) {
  Alignment alignment = Three();
  alignment.Look(At(0), {EventTime(20'000), EventTime(0), EventTime(0)});
  ASSERT_EQ(Held(alignment), "0 ");

  alignment.Look(At(500), {EventTime(20'000), EventTime(0), EventTime(0)});
  EXPECT_EQ(Held(alignment), "0 ");
  alignment.Look(At(600), {EventTime(20'000), EventTime(15'000), EventTime(0)});  // both are past what was allowed: the slowest goes on
  EXPECT_EQ(Held(alignment), "");
  alignment.Look(At(700), {EventTime(26'000), EventTime(15'000), EventTime(0)});
  EXPECT_EQ(Held(alignment), "0 ");
  alignment.Look(At(1700), {EventTime(26'000), EventTime(15'000), std::nullopt});
  EXPECT_EQ(Held(alignment), "0 ");
}

}  // namespace
}  // namespace freshet::stream
