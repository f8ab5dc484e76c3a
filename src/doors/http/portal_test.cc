#include <gtest/gtest.h>

#include "doors/http/portal_files.h"
#include "doors/http/routes.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/sim_env.h"

namespace freshet::doors::http {
namespace {

struct Browser {
  testing::SimEnv sim;
  testing::MemoryGuard guard;
  Response Get(Request request) {
    request.method = "GET";
    testing::MemoryIdentities identities;
    Room room{sim, {.guard = guard, .identities = identities, .readiness = {}}};
    auto response = sim.Run(Dispatch({}, room, request));
    EXPECT_TRUE(response.ok()) << response.ToString();
    return *response;
  }
};

std::string HeaderOf(const Response& response, std::string_view wanted) {
  for (const auto& [name, value] : response.headers) {
    if (name == wanted) return value;
  }
  return "";
}

TEST(HttpPortal, ServesThePageWithRulesThatNameNobodyElse) {
  Browser browser;

  Response page = browser.Get({.path = "/"});

  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(HeaderOf(page, "Cache-Control"), "no-cache");
  EXPECT_NE(page.body.find("<title>Freshet</title>"), std::string::npos);
  EXPECT_EQ(page.body.find("http://"), std::string::npos);
  EXPECT_EQ(page.body.find("https://"), std::string::npos);
  EXPECT_EQ(HeaderOf(page, "Content-Security-Policy").find("default-src 'none'; script-src 'self';"), 0U);
}

TEST(HttpPortal, HasEveryFileThatThePageNames) {
  Browser browser;
  std::string page = browser.Get({.path = "/"}).body;

  std::set<std::string> types;
  for (size_t at = page.find("\"/assets/"); at != std::string::npos; at = page.find("\"/assets/", at + 1)) {
    std::string path = page.substr(at + 1, page.find('"', at + 1) - at - 1);
    Response file = browser.Get({.path = path});
    EXPECT_EQ(file.status, 200) << path;
    EXPECT_EQ(HeaderOf(file, "Cache-Control"), "public, max-age=31536000, immutable");
    types.insert(file.content_type);
  }

  EXPECT_EQ(types, (std::set<std::string>{"image/svg+xml", "text/css; charset=utf-8", "text/javascript; charset=utf-8"}));
  EXPECT_EQ(browser.Get({.path = "/assets/nothing.js"}).status, 404);
  EXPECT_EQ(browser.Get({.path = "/assets/"}).status, 404);
}

TEST(HttpPortal, SendsPackedBytesToWhoTakesThem) {
  Browser browser;
  for (const PortalFile& file : PortalFiles()) {
    std::string path(file.path);
    EXPECT_EQ(browser.Get({.path = path}).body, file.bytes);
    EXPECT_EQ(browser.Get({.path = path, .accept_encoding = "br, gzip;q=0"}).body, file.bytes);
    if (file.gzip.empty()) continue;
    Response packed = browser.Get({.path = path, .accept_encoding = "br;q=1, GZIP ;q=0.5"});
    EXPECT_EQ(packed.body, file.gzip);
    EXPECT_EQ(HeaderOf(packed, "Content-Encoding"), "gzip");
    EXPECT_EQ(HeaderOf(packed, "Vary"), "Accept-Encoding");
  }
}

TEST(HttpPortal, SendsNothingAgainThatIsKnown) {
  Browser browser;
  std::string etag = HeaderOf(browser.Get({.path = "/"}), "ETag");

  Response again = browser.Get({.path = "/", .if_none_match = "\"other\", " + etag});

  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(HeaderOf(again, "ETag"), etag);
  EXPECT_EQ(browser.Get({.path = "/", .if_none_match = "\"other\""}).status, 200);
}

}  // namespace
}  // namespace freshet::doors::http
