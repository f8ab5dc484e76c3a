#include <gtest/gtest.h>

#include "doors/http/routes.h"
#include "ports/previews.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/sim_env.h"

namespace freshet::doors::http {
namespace {

// Keeps what it was asked, and answers what it was told.
class TestPreviews final : public ports::Previews {
 public:
  Task<ports::PreviewAnswer> Preview(Ctx, ports::PreviewRequest request) override {
    asked = std::move(request);
    co_return answer;
  }
  ports::PreviewRequest asked;
  Result<ports::PreviewAnswer> answer = ports::PreviewAnswer{.result = "t", .lines = "{\"a\":1}\n", .rows = 7, .events = 9, .late_rows = 1};
};

struct Asked {
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  TestPreviews previews;
  Response Post(std::string query, std::string body) {
    testing::MemoryIdentities identities;
    Room room{sim, {.guard = guard, .identities = identities, .readiness = {}, .previews = &previews}};
    Request request{.method = "POST", .path = "/v1/preview", .query = std::move(query), .body = std::move(body)};
    auto response = sim.Run(Dispatch({}, room, request));
    EXPECT_TRUE(response.ok()) << response.ToString();
    return *response;
  }
};

TEST(HttpPreview, TakesTheBoundsFromTheQueryAndTheScriptFromTheBody) {
  Asked asked;

  Response response = asked.Post("last=10%20min&limit=5&result=a%2Bb", "SELECT 1;");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "{\"a\":1}\n");
  EXPECT_EQ(response.content_type, "application/x-ndjson");
  EXPECT_EQ(response.headers[1], (std::pair<std::string, std::string>("Freshet-Rows", "7")));
  EXPECT_EQ(asked.previews.asked.sql, "SELECT 1;");
  EXPECT_EQ(asked.previews.asked.last.ms(), 600'000);
  EXPECT_EQ(asked.previews.asked.rows_max, 5);
  EXPECT_EQ(asked.previews.asked.result, "a+b");
}

TEST(HttpPreview, TellsWhatCouldNotBeReadInPrintableHeaders) {
  Asked asked;
  asked.previews.answer->unread_records = 2;
  asked.previews.answer->first_unread = "topic t offset 3: 100% broken\r\nX-Evil: 1 \xc3\xa9";

  Response response = asked.Post("last=1s", "SELECT 1;");

  EXPECT_EQ(response.headers[4], (std::pair<std::string, std::string>("Freshet-Unread-Records", "2")));
  EXPECT_EQ(response.headers[5].second, "topic t offset 3: 100%25 broken%0d%0aX-Evil: 1 %c3%a9");
}

TEST(HttpPreview, RefusesQueriesThatItDoesNotUnderstand) {
  Asked asked;
  for (const char* query : {"", "last=", "last=soon", "last=10", "last=0 s", "last=1s&limit=0", "last=1s&limit=x", "last=1s&since=2", "last=%zz"}) {
    EXPECT_EQ(asked.Post(query, "SELECT 1;").status, 400) << query;
  }
}

TEST(HttpPreview, TellsWhatIsWrongWithTheScript) {
  Asked asked;
  asked.previews.answer = Fault::Invalid("line 1, column 8: no column 'b'");

  Response response = asked.Post("last=1s", "SELECT b;");

  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("line 1, column 8: no column 'b'"), std::string::npos);
}

}  // namespace
}  // namespace freshet::doors::http
