#include <gtest/gtest.h>

#include "app/commands/http_call.h"

namespace freshet::app {
namespace {

TEST(HttpCalls, ReadAnAnswer) {
  auto answer = ParseHttpAnswer("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nFreshet-Rows:  7\r\n\r\nabc");

  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->header("freshet-rows"), "7");
  EXPECT_EQ(answer->header("x"), "");
  EXPECT_EQ(answer->body, "abc");
}

TEST(HttpCalls, RefuseWhatIsNoAnswerOrIsCutOff) {
  for (const char* bytes : {"", "\x15\x03\x01", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nbroken\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc"}) {
    EXPECT_EQ(ParseHttpAnswer(bytes).code(), Code::kInvalid) << bytes;
  }
}

}  // namespace
}  // namespace freshet::app
