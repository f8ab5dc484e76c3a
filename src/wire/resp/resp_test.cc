#include <gtest/gtest.h>

#include "wire/resp/reply.h"
#include "wire/resp/request.h"

namespace freshet::wire::resp {
namespace {

using Words = std::vector<std::string_view>;

Result<std::vector<std::string>> ParseOne(std::string_view bytes, RequestCaps caps = {}) {
  RequestParser parser(caps);
  ASSIGN_OR_RETURN(bool whole, parser.Parse(bytes));
  if (!whole) return Fault::Unavailable("more bytes are needed");
  auto views = parser.Arguments(bytes);
  return std::vector<std::string>(views.begin(), views.end());
}

TEST(RespRequest, IsTheSameInOnePieceAndByteByByte) {
  std::string bytes = "*3\r\n$3\r\nSET\r\n$2\r\nk?\r\n$7\r\nv\r\nw\r\nx\r\nPING\r\n";
  bytes[bytes.find('?')] = '\0';
  RequestParser parser({});

  for (size_t end = 0; end < bytes.size() - 6; ++end) {
    auto early = parser.Parse(std::string_view(bytes).substr(0, end));
    ASSERT_TRUE(early.ok()) << early.ToString();
    EXPECT_FALSE(*early) << end;
  }
  auto whole = parser.Parse(bytes);

  ASSERT_TRUE(whole.ok()) << whole.ToString();
  EXPECT_EQ(parser.consumed(), bytes.size() - 6);
  EXPECT_EQ(parser.Arguments(bytes), (Words{"SET", std::string_view("k\0", 2), "v\r\nw\r\nx"}));
}

TEST(RespRequest, ReadsInlineCommandsWithQuotes) {
  EXPECT_EQ(*ParseOne("SET  k \"a b\\x41\\n\\\"\" 'it\\'s'\r\n"), (std::vector<std::string>{"SET", "k", "a bA\n\"", "it's"}));
  EXPECT_EQ(*ParseOne("\r\n*0\r\n  \nPING\n"), (std::vector<std::string>{"PING"}));
  EXPECT_EQ(ParseOne("GET \"open\r\n").ToString(), "invalid: unbalanced quotes in request");
  EXPECT_EQ(ParseOne("GET 'a'b\r\n").ToString(), "invalid: unbalanced quotes in request");
}

TEST(RespRequest, RefusesWhatABrowserSends) {
  EXPECT_TRUE(ParseOne("POST / HTTP/1.1\r\n").ToString().starts_with("invalid: a request of HTTP came to the port of RESP"));
  EXPECT_TRUE(ParseOne("Host: somewhere\r\n").ToString().starts_with("invalid: a request of HTTP"));
  EXPECT_EQ(*ParseOne("*1\r\n$4\r\nPOST\r\n"), (std::vector<std::string>{"POST"}));
}

TEST(RespRequest, RefusesWhatItCannotCutBeforeAllocatingForIt) {
  RequestCaps caps{.arguments_max = 4, .argument_bytes_max = 10, .request_bytes_max = 40, .line_bytes_max = 16};
  EXPECT_EQ(ParseOne("*5\r\n", caps).ToString(), "invalid: invalid multibulk length");
  EXPECT_EQ(ParseOne("*x\r\n", caps).ToString(), "invalid: invalid multibulk length");
  EXPECT_EQ(ParseOne("*99999999999999999999\r\n").ToString(), "invalid: invalid multibulk length");
  EXPECT_EQ(ParseOne("*1\r\n$11\r\n", caps).ToString(), "invalid: invalid bulk length");
  EXPECT_EQ(ParseOne("*1\r\n$-1\r\n", caps).ToString(), "invalid: invalid bulk length");
  EXPECT_EQ(ParseOne("*1\r\n:1\r\n", caps).ToString(), "invalid: expected '$', got ':'");
  EXPECT_EQ(ParseOne("*1\r\n$1\r\nab\r\n", caps).ToString(), "invalid: an argument must end in CR LF");
  EXPECT_EQ(ParseOne("GET aaaaaaaaaaaaaaaa", caps).code(), Code::kTooLarge);
  EXPECT_EQ(ParseOne("*4\r\n$10\r\n0123456789\r\n$10\r\n0123456789\r\n$10\r\n", caps).code(), Code::kTooLarge);
}

std::string Written(int version, void (*write)(ReplyWriter&)) {
  std::string out;
  ReplyWriter writer(out, version);
  write(writer);
  return out;
}

TEST(RespReply, Version3HasTypesThatVersion2SpellsOtherwise) {
  auto write = [](ReplyWriter& w) {
    w.Map(1);
    w.Bulk("a");
    w.Double(1.5);
    w.Null();
    w.NullArray();
    w.Boolean(true);
    w.Verbatim("txt", "hi");
  };

  EXPECT_EQ(Written(2, write), "*2\r\n$1\r\na\r\n$3\r\n1.5\r\n$-1\r\n*-1\r\n:1\r\n$2\r\nhi\r\n");
  EXPECT_EQ(Written(3, write), "%1\r\n$1\r\na\r\n,1.5\r\n_\r\n_\r\n#t\r\n=6\r\ntxt:hi\r\n");
}

TEST(RespReply, AnErrorStaysOnItsLine) {
  EXPECT_EQ(Written(2, [](ReplyWriter& w) { w.Error("ERR a\r\n+OK"); }), "-ERR a  +OK\r\n");
}

TEST(RespReply, ParsesWhatTheWriterWrites) {
  std::string out = Written(3, [](ReplyWriter& w) {
    w.Array(4);
    w.Map(1);
    w.Bulk("k");
    w.Integer(-7);
    w.Null();
    w.Double(-0.25);
    w.Error("ERR no");
  });
  Reply reply;

  for (size_t end = 0; end < out.size(); ++end) EXPECT_EQ(*ParseReply(std::string_view(out).substr(0, end), {}, reply), 0u) << end;
  auto length = ParseReply(out + "+next\r\n", {}, reply);

  ASSERT_TRUE(length.ok()) << length.ToString();
  EXPECT_EQ(*length, out.size());
  ASSERT_EQ(reply.items.size(), 4u);
  EXPECT_EQ(reply.items[0].items[1].integer, -7);
  EXPECT_EQ(reply.items[1].kind, Reply::Kind::kNull);
  EXPECT_EQ(reply.items[2].number, -0.25);
  EXPECT_EQ(reply.items[3].text, "ERR no");
}

TEST(RespReply, RefusesDepthCountAndLengthBeyondTheCaps) {
  ReplyCaps caps{.depth_max = 3, .items_max = 10, .bulk_bytes_max = 10, .line_bytes_max = 20};
  Reply reply;

  EXPECT_EQ(ParseReply("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", caps, reply).code(), Code::kTooLarge);
  EXPECT_EQ(ParseReply("*11\r\n", caps, reply).code(), Code::kTooLarge);
  EXPECT_EQ(ParseReply("*2\r\n*9\r\n", caps, reply).ToString(), "ok");
  EXPECT_EQ(ParseReply("$11\r\n", caps, reply).code(), Code::kTooLarge);
  EXPECT_EQ(ParseReply("?\r\n", caps, reply).code(), Code::kInvalid);
  EXPECT_EQ(ParseReply("+never ending and ever so long", caps, reply).code(), Code::kTooLarge);
}

}  // namespace
}  // namespace freshet::wire::resp
