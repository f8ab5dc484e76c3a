#include <gtest/gtest.h>

#include "data/formats/base64.h"
#include "doors/http/basic.h"
#include "doors/http/door.h"
#include "doors/http/routes.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/sim_env.h"

// A house with identities: who may do what over HTTP.

namespace freshet::doors::http {
namespace {

using testing::SimEnv;

std::string Basic(std::string_view words) {
  std::string header = "Basic ";
  formats::AppendBase64(header, words);
  return header;
}

struct Bench {
  Bench(SimEnv& env, bool is_open) : sim(env) {
    if (is_open) return;
    identities.Add("alice", "wonder:land");
    guard.AskForLogin();
  }

  // The head of the answer to a request of one connection.
  Task<std::string> Ask(std::string method, std::string path, std::string authorization = "") {
    std::string header = authorization.empty() ? "" : StrCat("Authorization: ", authorization, "\r\n");
    auto ask = AskWith(std::move(method), std::move(path), StrCat("Host: x\r\n", header));
    co_return co_await ask;
  }
  Task<std::string> AskWith(std::string method, std::string path, std::string headers) {
    CO_ASSIGN_OR_RETURN(auto connection, sim.net().Connect(sim.loop(0), door->address()));
    std::string request = StrCat(method, " ", path, " HTTP/1.1\r\nConnection: close\r\n", headers, "\r\n");
    CO_RETURN_NOT_OK(connection->Write(request));
    std::string answer;
    size_t got = 1;
    while (got > 0) {
      CO_ASSIGN_OR_RETURN(got, connection->ReadMore(answer, 4096));
    }
    co_return answer.substr(0, answer.find("\r\n\r\n"));
  }

  SimEnv& sim;
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  std::unique_ptr<HttpDoor> door;
};

Task<> OpenRunClose(Bench& bench, Task<> (*body)(Bench&)) {
  HttpPorts ports{.guard = bench.guard, .identities = bench.identities, .readiness = [] { return Readiness{true, ""}; }};
  auto opened = HttpDoor::Open(bench.sim, {.listen = {"127.0.0.1", 0}}, std::move(ports));
  if (!opened.ok()) co_return opened.status();
  bench.door = std::move(opened).value();
  auto run = body(bench);
  Status outcome = co_await run;
  CO_RETURN_NOT_OK(bench.door->Close());
  bench.door.reset();
  co_return outcome;
}

#define LOGIN_TEST(name) HOUSE_TEST(name, false)
#define OPEN_TEST(name) HOUSE_TEST(name, true)
#define HOUSE_TEST(name, is_open)                     \
  Task<> name(Bench& bench);                          \
  TEST(HttpLogin, name) {                             \
    SimEnv sim;                                       \
    Bench bench(sim, is_open);                        \
    Status ran = sim.Run(OpenRunClose(bench, name));  \
    EXPECT_TRUE(ran.ok()) << ran.ToString();          \
  }                                                   \
  Task<> name(Bench& bench)

std::string StatusLine(std::string_view head) { return std::string(head.substr(0, head.find("\r\n"))); }

LOGIN_TEST(NoRouteOfTheTableAnswersNobody) {
  for (const Route& route : Routes()) {
    if (route.action == Action::kNone) continue;
    for (std::string authorization : {"", "Basic", "Bearer x", "Basic !!!!"}) {
      CO_ASSIGN_OR_RETURN(std::string head, bench.Ask(std::string(route.method), std::string(route.path), authorization));
      EXPECT_EQ(StatusLine(head), "HTTP/1.1 401 Unauthorized") << route.path;
      EXPECT_NE(head.find("WWW-Authenticate: Basic realm=\"freshet\""), std::string::npos);
    }
  }
  co_return Status::Ok();
}

LOGIN_TEST(WhoeverHasThePasswordMayAsk) {
  CO_ASSIGN_OR_RETURN(std::string live, bench.Ask("GET", "/livez"));
  CO_ASSIGN_OR_RETURN(std::string known, bench.Ask("GET", "/metrics", Basic("alice:wonder:land")));
  CO_ASSIGN_OR_RETURN(std::string guess, bench.Ask("GET", "/metrics", Basic("alice:guess")));
  CO_ASSIGN_OR_RETURN(std::string stranger, bench.Ask("GET", "/metrics", Basic("bob:wonder:land")));

  EXPECT_EQ(StatusLine(live), "HTTP/1.1 200 OK");
  EXPECT_EQ(StatusLine(known), "HTTP/1.1 200 OK");
  EXPECT_EQ(StatusLine(guess), "HTTP/1.1 401 Unauthorized");
  EXPECT_EQ(StatusLine(stranger), "HTTP/1.1 401 Unauthorized");
  co_return Status::Ok();
}

// What a browser says that runs a stranger's page.
OPEN_TEST(AnOpenHouseAnswersToItsOwnMachinesPages) {
  struct Case {
    const char* method;
    const char* headers;
    const char* status;
  };
  constexpr Case kCases[] = {
      {"GET", "", "HTTP/1.1 200 OK"},
      {"GET", "Host: 127.0.0.1:8080\r\nOrigin: http://evil.example\r\n", "HTTP/1.1 200 OK"},
      {"GET", "Host: LocalHost\r\n", "HTTP/1.1 200 OK"},
      {"GET", "Host: [::1]:8080\r\n", "HTTP/1.1 200 OK"},
      {"GET", "Host: evil.example:8080\r\n", "HTTP/1.1 403 Forbidden"},
      {"GET", "Host: 0.0.0.0:8080\r\n", "HTTP/1.1 403 Forbidden"},
      {"GET", "Host: [::]:8080\r\n", "HTTP/1.1 403 Forbidden"},
      {"GET", "Host: 10.0.0.1:8080\r\n", "HTTP/1.1 200 OK"},
      {"GET", "Host: 127.0.0.1\r\nHost: evil.example\r\n", "HTTP/1.1 400 Bad Request"},
      {"GET", "Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n", "HTTP/1.1 200 OK"},
      {"POST", "Host: 127.0.0.1:8080\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\n", "HTTP/1.1 403 Forbidden"},
      {"POST", "Host: 127.0.0.1:8080\r\nOrigin: null\r\nContent-Length: 0\r\n", "HTTP/1.1 403 Forbidden"},
      {"POST", "Host: 127.0.0.1:8080\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n", "HTTP/1.1 403 Forbidden"},
      {"POST", "Host: 127.0.0.1:8080\r\nSec-Fetch-Site: same-site\r\nContent-Length: 0\r\n", "HTTP/1.1 403 Forbidden"},
      {"POST", "Host: 127.0.0.1:8080\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n", "HTTP/1.1 405 Method Not Allowed"},
      {"POST", "Host: 127.0.0.1:8080\r\nSec-Fetch-Site: none\r\nContent-Length: 0\r\n", "HTTP/1.1 405 Method Not Allowed"},
      {"POST", "Host: 127.0.0.1:8080\r\nOrigin: http://127.0.0.1:8080\r\nContent-Length: 0\r\n", "HTTP/1.1 405 Method Not Allowed"},
  };
  for (const Case& c : kCases) {
    CO_ASSIGN_OR_RETURN(std::string head, bench.AskWith(c.method, "/livez", c.headers));
    EXPECT_EQ(StatusLine(head), c.status) << c.method << " " << c.headers;
  }
  co_return Status::Ok();
}

TEST(Basic, ReadsANameAndAPasswordWithColons) {
  auto words = ParseBasic("bAsIc QWxhZGRpbjpvcGVuOnNlc2FtZQ==");

  ASSERT_TRUE(words.ok());
  EXPECT_EQ(words->name, "Aladdin");
  EXPECT_TRUE(words->password.Equals("open:sesame"));
  for (auto bad : {"", "Basic", "Basic ", "Basic QWxhZGRpbg==", "Basic ====", "Digest QWxhZGRpbjpvcGVu", "Basic \x80"}) {
    EXPECT_EQ(ParseBasic(bad).code(), Code::kUnauthenticated) << bad;
  }
  EXPECT_EQ(ParseBasic("Basic " + std::string(5000, 'Q')).code(), Code::kUnauthenticated);
}

}  // namespace
}  // namespace freshet::doors::http
