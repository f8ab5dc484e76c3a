#include "wire/kafka/frame.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "wire/kafka/messages/api_versions.h"
#include "wire/kafka/messages/fetch.h"
#include "wire/kafka/messages/metadata.h"

namespace freshet::wire::kafka {
namespace {

using std::string_view;

TEST(KafkaFrame, IsCutOnlyWhenWhole) {
  std::string stream;
  ByteWriter writer(stream);
  writer.Write(int32_t{5});
  stream += "helloNEXT";

  for (size_t n = 0; n < 9; ++n) {
    auto none = CutFrame(string_view(stream).substr(0, n), 100);
    ASSERT_TRUE(none.ok());
    EXPECT_FALSE(none->has_value()) << n;
  }
  auto frame = CutFrame(stream, 100);

  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(*frame, "hello");
}

TEST(KafkaFrame, RefusesLengthsNobodyMeans) {
  // What a TLS or HTTP client sends by mistake reads as a huge length.
  EXPECT_EQ(CutFrame("\xff\xff\xff\xff", 100).code(), Code::kInvalid);
  EXPECT_EQ(CutFrame("GET / HTTP/1.1", 1 << 20).code(), Code::kTooLarge);
}

TEST(KafkaFrame, RequestsRoundTripInBothHeaderForms) {
  for (int version : {1, 9, 12}) {
    MetadataRequest metadata;
    metadata.topics->resize(1);
    metadata.topics->front().name = "clicks";
    std::string stream;
    EncodeRequest(metadata, version, 42, "probe", stream);

    auto frame = CutFrame(stream, 1000);
    ASSERT_TRUE(frame.ok() && frame->has_value());
    auto request = DecodeRequest(**frame);

    ASSERT_TRUE(request.ok()) << request.ToString();
    EXPECT_EQ(request->header.api->key, ApiKey::kMetadata);
    EXPECT_EQ(request->header.version, version);
    EXPECT_EQ(request->header.correlation_id, 42);
    EXPECT_EQ(request->header.client_id, "probe");
    auto body = Decode<MetadataRequest>(request->body, version);
    ASSERT_TRUE(body.ok()) << body.ToString();
    EXPECT_EQ(body->topics->front().name, "clicks");
  }
}

TEST(KafkaFrame, AnUnknownVersionStillTellsItsCorrelationId) {
  std::string frame;
  ByteWriter writer(frame);
  writer.Write(int16_t{18});
  writer.Write(int16_t{99});
  writer.Write(int32_t{7});
  frame += "whatever a later protocol puts here";

  auto request = DecodeRequest(frame);

  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->header.api->key, ApiKey::kApiVersions);
  EXPECT_EQ(request->header.version, 99);
  EXPECT_EQ(request->header.correlation_id, 7);
  EXPECT_TRUE(request->body.empty());
}

TEST(KafkaFrame, AnUnknownKeyHasNoApi) {
  std::string frame("\x03\xe7\x00\x00\x00\x00\x00\x01\xff\xff", 10);

  auto request = DecodeRequest(frame);

  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->header.api, nullptr);
}

TEST(KafkaFrame, ApiVersionsIsAnsweredWithTheOldestHeaderInEveryVersion) {
  ApiVersionsResponse response;
  for (int version : {0, 3, 4}) {
    std::string stream;
    EncodeResponse(response, version, 7, stream);
    // length, correlation id, and the body's error code at once
    EXPECT_EQ(ToHex(string_view(stream).substr(4, 6)), "000000070000") << version;
  }
  MetadataResponse metadata;
  std::string flexible;
  EncodeResponse(metadata, 9, 7, flexible);
  EXPECT_EQ(ToHex(string_view(flexible).substr(4, 5)), "0000000700");

  auto decoded = DecodeResponse(string_view(flexible).substr(4), ApiKey::kMetadata, 9);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->correlation_id, 7);
  EXPECT_TRUE(Decode<MetadataResponse>(decoded->body, 9).ok());
}

TEST(KafkaFrame, CountsLargeBatchesThatStayApart) {
  std::string large(kApartBytesMin, 'L');
  FetchResponse response;
  response.responses.resize(1);
  response.responses[0].partitions.resize(2);
  response.responses[0].partitions[0].records = {"small|", large, "|small"};
  response.responses[0].partitions[1].records = {large};
  std::string whole;
  EncodeResponse(response, 12, 7, whole);

  std::string frame;
  std::vector<Apart> apart;
  EncodeResponse(response, 12, 7, frame, &apart);

  ASSERT_EQ(apart.size(), 2u);
  for (auto one = apart.rbegin(); one != apart.rend(); ++one) {
    EXPECT_EQ(one->bytes.data(), large.data());
    frame.insert(one->at, one->bytes);
  }
  EXPECT_EQ(frame, whole);
}

TEST(KafkaFrame, HeadersCutShortAreInvalid) {
  std::string stream;
  EncodeRequest(MetadataRequest{}, 12, 1, "probe", stream);
  string_view frame = string_view(stream).substr(4);

  for (size_t n = 0; n < 8 + 2 + 5; ++n) EXPECT_EQ(DecodeRequest(frame.substr(0, n)).code(), Code::kInvalid) << n;
}

}  // namespace
}  // namespace freshet::wire::kafka
