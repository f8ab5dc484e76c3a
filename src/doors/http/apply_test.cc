#include <gtest/gtest.h>

#include "doors/http/routes.h"
#include "ports/pipeline_swaps.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/sim_env.h"

namespace freshet::doors::http {
namespace {

class TestSwaps final : public ports::PipelineSwaps {
 public:
  Task<ports::Swapped> Swap(Ctx, ports::SwapRequest request) override {
    asked.push_back(StrCat(request.pipeline, ": ", request.sql, request.accept_loss ? ", whatever is lost" : "", request.only_check ? ", checked only" : ""));
    if (request.pipeline == "lossy" && !request.accept_loss) co_return Fault::Conflict("x would be lost");
    ports::Swapped swapped{.change = {.pipeline = request.pipeline, .epoch = 7, .parts = {{ports::Fate::kKept, "a", "b", 1, 2, 3}}}, .epoch = 9};
    co_return swapped;
  }
  std::vector<std::string> asked;
};

struct Door {
  Result<Response> Post(std::string path, std::string query, bool of_another_page = false) {
    Request request{.method = "POST", .path = std::move(path), .query = std::move(query), .body = "SELECT 1;", .is_of_another_page = of_another_page};
    return sim.Run(Dispatch({}, room, request));
  }
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  TestSwaps swaps;
  Room room{sim, {.guard = guard, .identities = identities, .readiness = {}, .swaps = &swaps}};
};

TEST(HttpApply, TellsTheEpochFromWhichTheNewVersionGoesOn) {
  Door door;

  auto response = door.Post("/v1/apply/totals", "");

  ASSERT_TRUE(response.ok());
  EXPECT_EQ(door.swaps.asked, (std::vector<std::string>{"totals: SELECT 1;"}));
  EXPECT_EQ(response->body, R"({"pipeline":"totals","unchanged":false,"begins":false,"epoch":9,"parts":[{"fate":"kept","part":"a","reason":"b","state_bytes":1,"records":2,"bytes":3}]})"
                            "\n");
}

TEST(HttpApply, LosesNothingUnlessItIsTold) {
  Door door;

  auto refused = door.Post("/v1/apply/lossy", "");
  auto told = door.Post("/v1/apply/lossy", "accept_loss=true");
  auto unclear = door.Post("/v1/apply/lossy", "accept_loss=perhaps");

  EXPECT_EQ(refused->status, 409);
  EXPECT_EQ(told->status, 200);
  EXPECT_EQ(unclear->status, 400);
  EXPECT_EQ(door.swaps.asked.size(), 2U);
}

TEST(HttpApply, ChecksOnlyWhenItIsToldTo) {
  Door door;

  auto checked = door.Post("/v1/apply/totals", "check=true&accept_loss=true");
  auto unclear = door.Post("/v1/apply/totals", "check=true&loss=true");

  EXPECT_EQ(checked->status, 200);
  EXPECT_EQ(unclear->status, 400);
  EXPECT_EQ(door.swaps.asked, (std::vector<std::string>{"totals: SELECT 1;, whatever is lost, checked only"}));
}

TEST(HttpApply, IsForNoPageOfAnotherOrigin) {
  Door door;

  auto response = door.Post("/v1/apply/totals", "", true);

  EXPECT_EQ(response->status, 403);
  EXPECT_TRUE(door.swaps.asked.empty());
}

}  // namespace
}  // namespace freshet::doors::http
