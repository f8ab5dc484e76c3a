#include <gtest/gtest.h>

#include "doors/http/routes.h"
#include "ports/kept_pipelines.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/sim_env.h"

namespace freshet::doors::http {
namespace {

class TestNames final : public ports::KeptPipelines {
 public:
  Task<std::vector<ports::KeptName>> List(Ctx) override {
    std::vector<ports::KeptName> names;
    names.push_back({.kept = {.name = "a \"b\"", .attempt = 3, .epoch = 7, .state_bytes = 12, .undelivered_epochs = 1, .damage = ""}, .has_file = true, .runs = true});
    names.push_back({.kept = {.name = "old", .damage = "lost"}});
    co_return names;
  }
  Task<> Forget(Ctx, std::string pipeline, bool accept_loss) override {
    asked.push_back(pipeline + (accept_loss ? ", whatever is owed" : ""));
    if (pipeline == "owing" && !accept_loss) co_return Fault::Conflict("it owes");
    co_return Status();
  }
  std::vector<std::string> asked;
};

struct Door {
  Result<Response> Ask(std::string method, std::string path, std::string query = "", bool of_another_page = false) {
    Request request{.method = std::move(method), .path = std::move(path), .query = std::move(query), .is_of_another_page = of_another_page};
    return sim.Run(Dispatch({}, room, request));
  }
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  TestNames names;
  Room room{sim, {.guard = guard, .identities = identities, .readiness = {}, .kept = &names}};
};

TEST(HttpForget, ListsTheNamesThatAreTaken) {
  Door door;

  auto response = door.Ask("GET", "/v1/pipelines");

  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->body, R"({"pipelines":[{"pipeline":"a \"b\"","has_file":true,"runs":true,"epoch":7,"state_bytes":12,"undelivered_epochs":1,"damage":""},)"
                            R"({"pipeline":"old","has_file":false,"runs":false,"epoch":0,"state_bytes":0,"undelivered_epochs":0,"damage":"lost"}]})"
                            "\n");
}

TEST(HttpForget, LosesNothingThatIsOwedUnlessItIsTold) {
  Door door;

  auto done = door.Ask("POST", "/v1/forget/old");
  auto refused = door.Ask("POST", "/v1/forget/owing");
  auto told = door.Ask("POST", "/v1/forget/owing", "accept_loss=true");
  auto unclear = door.Ask("POST", "/v1/forget/owing", "accept_loss=perhaps");
  auto foreign = door.Ask("POST", "/v1/forget/owing", "accept_loss=true", true);

  EXPECT_EQ(done->body, "{\"forgotten\":\"old\"}\n");
  EXPECT_EQ(refused->status, 409);
  EXPECT_EQ(told->status, 200);
  EXPECT_EQ(unclear->status, 400);
  EXPECT_EQ(foreign->status, 403);
  EXPECT_EQ(door.names.asked, (std::vector<std::string>{"old", "owing", "owing, whatever is owed"}));
}

}  // namespace
}  // namespace freshet::doors::http
