#include <gtest/gtest.h>

#include "doors/http/routes.h"
#include "ports/decider.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/sim_env.h"

namespace freshet::doors::http {
namespace {

// Keeps what it was asked, and answers what it was told.
class TestDecider final : public ports::Decider {
 public:
  Status CheckService(std::string_view service) const override { return service == "delay" ? Status() : Fault::NotFound("no service '", service, "'"); }
  Task<ports::Decision> Decide(Ctx, ports::DecisionRequest request) override {
    asked = std::move(request);
    co_return answer;
  }
  ports::DecisionRequest asked;
  Result<ports::Decision> answer = ports::Decision{.scores = {0.5f}, .timing = {1, 2, 3, 6}, .json = "{\"score\":0.5}"};
};

struct Asked {
  explicit Asked(int64_t memory_bytes = 1 << 30) : sim({.memory_bytes = memory_bytes}) {}
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  TestDecider decider;
  Response Post(std::string path, std::string body) {
    testing::MemoryIdentities identities;
    Room room{sim, {.guard = guard, .identities = identities, .readiness = {}, .decider = &decider}};
    Request request{.method = "POST", .path = std::move(path), .body = std::move(body)};
    auto response = sim.Run(Dispatch({}, room, request));
    EXPECT_TRUE(response.ok()) << response.ToString();
    return *response;
  }
};

TEST(HttpDecide, TakesTheServiceFromThePathAndTheRestFromTheBody) {
  Asked asked;

  Response response = asked.Post("/v1/decide/delay", R"({"entities":{"id":7,"name":"x","flag":true},"request":{"a":1,"b":1.5,"c":"t","d":null,"e":false},"deadline_ms":20})");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"score\":0.5,\"timing_us\":{\"features\":1,\"model\":2,\"record\":3,\"total\":6}}\n");
  const auto& request = asked.decider.asked;
  EXPECT_EQ(request.service, "delay");
  EXPECT_EQ(request.deadline_ms, 20);
  EXPECT_EQ(request.entities.at("id"), "7");
  EXPECT_EQ(request.entities.at("flag"), "true");
  EXPECT_EQ(request.request.at("a"), data::Value(1));
  EXPECT_EQ(request.request.at("b"), data::Value(1.5));
  EXPECT_EQ(request.request.at("c"), data::Value("t"));
  EXPECT_TRUE(request.request.at("d").is_null());
  EXPECT_EQ(request.request.at("e"), data::Value(0));
}

TEST(HttpDecide, RefusesBodiesThatItDoesNotUnderstand) {
  Asked asked;
  for (const char* body : {"", "[]", "{", R"({"entities":[]})", R"({"entities":{"id":1.5}})", R"({"entities":{"id":""}})", R"({"request":{"a":[1]}})",
                           R"({"deadline_ms":"5"})", R"({"deadline":5})", "{\"request\":{\"a\":\"\xff\"}}"}) {
    EXPECT_EQ(asked.Post("/v1/decide/delay", body).status, 400) << body;
  }
}

TEST(HttpDecide, SaysWhereABodyIsNoJson) {
  Asked asked;
  EXPECT_NE(asked.Post("/v1/decide/delay", R"({"request":{"a":1})").body.find("the body is no JSON: parse error at line 1, column 19"), std::string::npos);
  EXPECT_NE(asked.Post("/v1/decide/delay", R"({"request":{"a":1e400}})").body.find("number overflow parsing '1e400'"), std::string::npos);
}

TEST(HttpDecide, LooksForTheServiceBeforeItReadsABody) {
  Asked asked;

  Response response = asked.Post("/v1/decide/another", "no JSON");

  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("no service 'another'"), std::string::npos);
}

TEST(HttpDecide, RefusesABodyThatIsTooLargeOrBecomesMoreThanThereIsMemory) {
  Asked asked, small(16 << 20);
  std::string largest = "{\"request\":{\"a\":\"" + std::string((64 << 10) - 20, 'x') + "\"}}", brackets = "{\"request\":[";
  for (int i = 0; i < 20'000; ++i) brackets += "[],";
  brackets += "0]}";

  EXPECT_EQ(asked.Post("/v1/decide/delay", largest).status, 200);
  EXPECT_EQ(asked.Post("/v1/decide/delay", largest + " ").status, 413);
  EXPECT_EQ(asked.Post("/v1/decide/delay", brackets).status, 400);
  EXPECT_EQ(small.Post("/v1/decide/delay", largest).status, 200);
  EXPECT_EQ(small.Post("/v1/decide/delay", brackets).status, 429);
}

TEST(HttpDecide, SaysTypedErrors) {
  struct Case { Fault fault; int status; };
  for (const Case& c : {Case{Fault::NotFound("x"), 404}, {Fault::Unavailable("x"), 503}, {Fault::DeadlineExceeded("x"), 504}, {Fault::Invalid("x"), 400}}) {
    Asked asked;
    asked.decider.answer = c.fault;
    EXPECT_EQ(asked.Post("/v1/decide/delay", "{}").status, c.status);
  }
}

TEST(HttpRoutes, TheGuardIsAskedBeforeTheRouteRuns) {
  Asked asked;
  asked.guard.Deny("http /v1/decide/{service}");

  Response response = asked.Post("/v1/decide/delay", "{}");

  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(asked.decider.asked.service, "");
}

TEST(HttpRoutes, AParameterIsOneSegment) {
  Asked asked;
  EXPECT_EQ(asked.Post("/v1/decide/", "{}").status, 404);
  EXPECT_EQ(asked.Post("/v1/decide", "{}").status, 404);
  EXPECT_EQ(asked.Post("/v1/decide/a/b", "{}").status, 404);
  EXPECT_EQ(asked.Post("/livez", "{}").status, 405);
  EXPECT_EQ(asked.Post("/livez/", "{}").status, 404);
}

}  // namespace
}  // namespace freshet::doors::http
