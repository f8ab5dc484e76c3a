#include "wire/http/message.h"

#include <gtest/gtest.h>

namespace freshet::wire::http {
namespace {

std::string Refusal(std::string_view bytes) {
  RequestHead head;
  auto length = ParseRequestHead(bytes, head);
  if (!length.ok()) return length.ToString();
  return FramingOf(head).ToString();
}

TEST(RequestHead, ParsesLineHeadersAndQuery) {
  RequestHead head;
  std::string bytes = "POST /v1/decide/a?x=1&y HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nContent-Length:  12 \r\n\r\nrest";

  auto length = ParseRequestHead(bytes, head);

  ASSERT_TRUE(length.ok());
  EXPECT_EQ(bytes.substr(*length), "rest");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/v1/decide/a");
  EXPECT_EQ(head.query, "x=1&y");
  EXPECT_EQ(head.header("content-LENGTH"), "12");
  EXPECT_EQ(head.header("x-empty"), "");
  EXPECT_EQ(FramingOf(head)->content_length, 12);
  EXPECT_TRUE(head.keep_alive());
}

TEST(RequestHead, AsksForMoreAtEveryCut) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    RequestHead head;
    auto length = ParseRequestHead(std::string_view(bytes).substr(0, cut), head);
    ASSERT_TRUE(length.ok());
    EXPECT_EQ(*length, 0u);
  }
}

TEST(RequestHead, RefusesWhatSmugglesOrOverflows) {
  EXPECT_EQ(Refusal("GET /\r\n\r\n"), "invalid: request line is not 'METHOD target HTTP/1.1'");
  EXPECT_EQ(Refusal("GET / HTTP/2.0\r\n\r\n"), "unsupported: only HTTP/1.1 and HTTP/1.0 are spoken here");
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nA : b\r\n\r\n"), "invalid: header line is not 'name: value'");
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\n folded\r\n\r\n"), "invalid: header line is not 'name: value'");
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"), "invalid: more than one host header; a request is for one host");
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), "invalid: two different content-length headers");
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "invalid: both content-length and transfer-encoding");
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), "invalid: length '-1' is not a number");
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
            "unsupported: transfer-encoding 'gzip'; only chunked is spoken here");
  EXPECT_EQ(Refusal("GET /" + std::string(kHeadBytesMax, 'a')), "too large: request head is larger than 32768 bytes");
}

TEST(DecodeChunks, JoinsChunksAtEveryCut) {
  std::string bytes = "4;ext=1\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: x\r\n\r\nnext";

  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    std::string body;
    bool done = false;
    auto first = DecodeChunks(std::string_view(bytes).substr(0, cut), 100, body, done);
    ASSERT_TRUE(first.ok());
    size_t at = *first;
    if (!done) {
      auto second = DecodeChunks(std::string_view(bytes).substr(at), 100, body, done);
      ASSERT_TRUE(second.ok());
      at += *second;
    }
    EXPECT_TRUE(done);
    EXPECT_EQ(body, "Wikipedia");
    EXPECT_EQ(bytes.substr(at), "next");
  }
}

TEST(DecodeChunks, CapsTheBodyBeforeItArrives) {
  std::string body;
  bool done = false;

  EXPECT_EQ(DecodeChunks("7fffffffffffffff\r\n", 100, body, done).code(), Code::kTooLarge);
  EXPECT_EQ(DecodeChunks("zz\r\n", 100, body, done).code(), Code::kInvalid);
  EXPECT_EQ(DecodeChunks("1\r\naXX", 100, body, done).code(), Code::kInvalid);
}

TEST(Response, HeadHasTheLengthButNotTheBody) {
  std::string out;
  AppendResponse({.status = 404, .body = "{}"}, false, true, out);

  EXPECT_EQ(out, "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
}

TEST(Response, NotModifiedSaysNoLengthOfWhatIsNotSent) {
  std::string out;
  AppendResponse({.status = 304, .headers = {{"ETag", "\"a\""}}}, true, false, out);

  EXPECT_EQ(out, "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");
}

TEST(DecodePercent, DecodesAndRefusesBrokenEscapes) {
  EXPECT_EQ(*DecodePercent("a%20b+c%2F", true), "a b c/");
  EXPECT_EQ(DecodePercent("a%2", false).code(), Code::kInvalid);
  EXPECT_EQ(DecodePercent("a%zz", false).code(), Code::kInvalid);
}

}  // namespace
}  // namespace freshet::wire::http
