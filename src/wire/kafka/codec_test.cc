#include "wire/kafka/codec.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "wire/kafka/messages/all.h"
#include "wire/kafka/testdata/golden_messages.h"

namespace freshet::wire::kafka {
namespace {

using std::string_view;

std::string FromHex(string_view hex) {
  std::string bytes;
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return bytes;
}

// Decoded and encoded again, or the fault. Untyped, because 72 Result types cost 15 seconds to compile.
template <typename Message>
Result<std::string> Again(string_view body, int version) {
  Message message;
  bool flexible = Message::kFlexible.Has(version);
  RETURN_NOT_OK(DecodeBody(Message::kShape, flexible, version, body, Message::kAllocationFactor, &message));
  std::string out;
  EncodeBody(Message::kShape, flexible, version, &message, out);
  return out;
}

Result<std::string> Again(string_view name, string_view body, int version) {
#define FRESHET_AGAIN(api)                                                          \
  if (name == #api "Request") return Again<api##Request>(body, version);            \
  if (name == #api "Response") return Again<api##Response>(body, version);
  FRESHET_KAFKA_APIS(FRESHET_AGAIN)
#undef FRESHET_AGAIN
  return Fault::NotFound(name);
}

TEST(KafkaCodec, GivesBackEveryMessageOfAnotherImplementationByteForByte) {
  int seen = 0;
  for (const auto& golden : kGoldenMessages) {
    SCOPED_TRACE(StrCat(golden.name, " version ", golden.version));
    std::string bytes = FromHex(golden.hex);

    auto again = Again(golden.name, bytes, golden.version);

    ASSERT_TRUE(again.ok()) << again.ToString();
    EXPECT_EQ(ToHex(*again), golden.hex);
    ++seen;
  }
  EXPECT_GT(seen, 300);
}

TEST(KafkaCodec, HasGoldenBytesForEveryVersionOfEveryApi) {
  auto count = [](string_view name) {
    return std::count_if(std::begin(kGoldenMessages), std::end(kGoldenMessages),
                         [&](const auto& golden) { return golden.name == name; });
  };
#define FRESHET_COUNT(api)                                                                                   \
  EXPECT_EQ(count(#api "Request"), api##Request::kVersions.last - api##Request::kVersions.first + 1) << #api; \
  EXPECT_EQ(count(#api "Response"), api##Response::kVersions.last - api##Response::kVersions.first + 1) << #api;
  FRESHET_KAFKA_APIS(FRESHET_COUNT)
#undef FRESHET_COUNT
}

TEST(KafkaCodec, NamesEveryCutInvalid) {
  for (const auto& golden : kGoldenMessages) {
    SCOPED_TRACE(StrCat(golden.name, " version ", golden.version));
    std::string bytes = FromHex(golden.hex);

    for (size_t n = 0; n < bytes.size(); ++n) {
      auto again = Again(golden.name, string_view(bytes).substr(0, n), golden.version);
      ASSERT_EQ(again.code(), Code::kInvalid) << n << " of " << bytes.size() << " bytes";
    }
  }
}

// Recorded from librdkafka 2.16 (confluent-kafka): it reserves four bytes for a count and forgets to give three back.
TEST(KafkaCodec, IgnoresTheBytesThatLibrdkafkaSendsAfterMetadata13) {
  std::string body("\0\0\0\0\1\0\0", 7);

  auto request = Decode<MetadataRequest>(body, 13);

  ASSERT_TRUE(request.ok()) << request.ToString();
  EXPECT_FALSE(request->topics.has_value());
}

TEST(KafkaCodec, SurvivesEveryFlippedByte) {
  for (const auto& golden : kGoldenMessages) {
    std::string bytes = FromHex(golden.hex);
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (int flip : {0x01, 0x80, 0xff}) {
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ flip);
        auto once = Again(golden.name, damaged, golden.version);
        if (!once.ok()) continue;
        auto twice = Again(golden.name, *once, golden.version);
        if (twice.ok()) {
          EXPECT_EQ(*once, *twice) << golden.name << " version " << golden.version << " byte " << i;
        }
      }
    }
  }
}

TEST(KafkaCodec, ViewsPointIntoTheRequest) {
  ProduceRequest request;
  request.topic_data.resize(1);
  request.topic_data[0].name = "clicks";
  request.topic_data[0].partition_data.resize(1);
  request.topic_data[0].partition_data[0].records = "batch bytes";
  std::string body;
  Encode(request, 9, body);

  auto decoded = Decode<ProduceRequest>(body, 9);

  ASSERT_TRUE(decoded.ok()) << decoded.ToString();
  auto records = decoded->topic_data[0].partition_data[0].records;
  ASSERT_EQ(records, "batch bytes");
  EXPECT_GE(records->data(), body.data());
  EXPECT_LT(records->data(), body.data() + body.size());
}

TEST(KafkaCodec, JoinsRunsOfRecordsIntoOneField) {
  FetchResponse response;
  response.responses.resize(1);
  response.responses[0].partitions.resize(1);
  response.responses[0].partitions[0].records = {"first|", "second"};
  for (int version : {4, 12}) {
    std::string body;
    Encode(response, version, body);

    auto decoded = Decode<FetchResponse>(body, version);

    ASSERT_TRUE(decoded.ok()) << decoded.ToString();
    ASSERT_EQ(decoded->responses[0].partitions[0].records.size(), 1u);
    EXPECT_EQ(decoded->responses[0].partitions[0].records[0], "first|second");
  }
}

TEST(KafkaCodec, NullIsKeptWhereTheVersionKnowsItAndRefusedElsewhere) {
  MetadataRequest all_topics;
  all_topics.topics.reset();

  std::string v0, v1;
  Encode(all_topics, 0, v0);
  Encode(all_topics, 1, v1);

  EXPECT_EQ(ToHex(v0), "00000000");  // before version 1 an empty list meant all
  EXPECT_EQ(ToHex(v1), "ffffffff");
  EXPECT_FALSE(Decode<MetadataRequest>(v1, 1)->topics.has_value());
  EXPECT_EQ(Decode<MetadataRequest>(v1, 0).code(), Code::kInvalid);
}

TEST(KafkaCodec, ListsAreRefusedBeforeTheyAreAllocated) {
  std::string body;
  ByteWriter writer(body);
  writer.Write(int32_t{INT32_MAX});  // topics
  body.append(1000, '\0');

  EXPECT_EQ(Decode<MetadataRequest>(body, 0).code(), Code::kInvalid);
}

TEST(KafkaCodec, MemoryIsBoundedByEightTimesTheBytesReceived) {
  // Empty strings take one byte each on the wire and sixteen in memory.
  std::string body;
  ByteWriter writer(body);
  writer.WriteVarUint32(100'001);
  body.append(100'000, '\x01');
  body.append(2, '\0');

  EXPECT_EQ(Decode<DescribeGroupsRequest>(body, 5).code(), Code::kInvalid);
}

TEST(KafkaCodec, StepsOverTagsItDoesNotKnow) {
  HeartbeatRequest request;
  request.group_id = "g";
  std::string body;
  Encode(request, 4, body);
  ASSERT_EQ(body.back(), '\0');
  body.pop_back();
  body += std::string("\x01\x09\x03", 3) + "new";

  auto decoded = Decode<HeartbeatRequest>(body, 4);

  ASSERT_TRUE(decoded.ok()) << decoded.ToString();
  EXPECT_EQ(decoded->group_id, "g");
}

TEST(KafkaCodec, RefusesVersionsWithoutATable) {
  EXPECT_EQ(Decode<ProduceRequest>("", 2).code(), Code::kUnsupported);
  EXPECT_EQ(Decode<ProduceRequest>("", 12).code(), Code::kUnsupported);
}

}  // namespace
}  // namespace freshet::wire::kafka
