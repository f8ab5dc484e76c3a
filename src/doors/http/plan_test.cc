#include <gtest/gtest.h>

#include "doors/http/routes.h"
#include "ports/pipeline_changes.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/sim_env.h"

namespace freshet::doors::http {
namespace {

class TestChanges final : public ports::PipelineChanges {
 public:
  Task<ports::PipelineChange> Compare(Ctx, std::string pipeline, std::string sql, bool) override {
    asked = pipeline + ": " + sql;
    ports::PipelineChange change{.pipeline = pipeline, .epoch = 7, .parts = {{ports::Fate::kKept, "a", "b", 1, 2, 3}, {ports::Fate::kLost, "c", "\"d\"", 0, 0, 0}, {ports::Fate::kChanged, "e", "f", 0, 0, 0}}, .lets_go = true, .refusal = "no", .known = {"totals", "old"}};
    co_return change;
  }
  std::string asked;
};

TEST(HttpPlan, TellsEachPartByItsFate) {
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  TestChanges changes;
  Room room{sim, {.guard = guard, .identities = identities, .readiness = {}, .changes = &changes}};
  Request request{.method = "POST", .path = "/v1/plan/totals", .body = "SELECT 1;"};

  auto response = sim.Run(Dispatch({}, room, request));

  ASSERT_TRUE(response.ok());
  EXPECT_EQ(changes.asked, "totals: SELECT 1;");
  EXPECT_EQ(response->body,
            R"({"pipeline":"totals","epoch":7,"lets_go":true,"refusal":"no","known":["totals","old"],"parts":[{"fate":"kept","part":"a","reason":"b","state_bytes":1,"records":2,"bytes":3},)"
            R"({"fate":"lost","part":"c","reason":"\"d\"","state_bytes":0,"records":0,"bytes":0},{"fate":"changed","part":"e","reason":"f","state_bytes":0,"records":0,"bytes":0}]})"
            "\n");
}

}  // namespace
}  // namespace freshet::doors::http
