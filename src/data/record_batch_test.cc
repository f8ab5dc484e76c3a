#include "data/record_batch.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "data/checksum.h"
#include "data/testdata/golden_batches.h"

namespace freshet::data {
namespace {

using std::string_view;

std::string FromHex(string_view hex) {
  std::string bytes;
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return bytes;
}

std::string ThreeRecords(Codec codec) {
  RecordBatchBuilder builder({.codec = codec});
  RecordHeader headers[] = {{"trace", "7"}, {"none", std::nullopt}};
  builder.Add(1000, "UA", "departed", headers);
  builder.Add(990, std::nullopt, "late");
  builder.Add(1010, "DL", std::nullopt);
  return *builder.Finish();
}

std::vector<Record> ReadAll(const RecordReader& opened_reader) {
  auto& reader = const_cast<RecordReader&>(opened_reader);
  std::vector<Record> records;
  Record record;
  while (true) {
    auto more = reader.Next(record);
    EXPECT_TRUE(more.ok()) << more.ToString();
    if (!more.ok() || !*more) return records;
    records.push_back(record);
  }
}

class EveryCodecBatch : public testing::TestWithParam<Codec> {};
INSTANTIATE_TEST_SUITE_P(RecordBatch, EveryCodecBatch,
                         testing::Values(Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd),
                         [](const auto& info) { return std::string(CodecName(info.param)); });

TEST_P(EveryCodecBatch, ReadsBackWhatWasBuilt) {
  std::string bytes = ThreeRecords(GetParam());

  auto batch = RecordBatchView::Parse(bytes);
  ASSERT_TRUE(batch.ok()) << batch.ToString();
  ASSERT_TRUE(batch->Validate().ok()) << batch->Validate().ToString();
  auto reader = RecordReader::Open(*batch, 1 << 20);
  ASSERT_TRUE(reader.ok()) << reader.ToString();
  auto records = ReadAll(*reader);

  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].key, "UA");
  EXPECT_EQ(records[0].value, "departed");
  EXPECT_EQ(records[0].timestamp_ms, 1000);
  ASSERT_EQ(records[0].headers.size(), 2u);
  EXPECT_EQ(records[0].headers[0].key, "trace");
  EXPECT_EQ(records[0].headers[0].value, "7");
  EXPECT_EQ(records[0].headers[1].value, std::nullopt);
  EXPECT_EQ(records[1].key, std::nullopt);
  EXPECT_EQ(records[1].timestamp_ms, 990);
  EXPECT_EQ(records[2].value, std::nullopt);
  EXPECT_EQ(records[2].offset, Offset(2));
  EXPECT_EQ(batch->header().max_timestamp_ms, 1010);
  EXPECT_TRUE(ValidateRecords(*batch, 1 << 20, false).ok());
  EXPECT_EQ(ValidateRecords(*batch, 1 << 20, true).code(), Code::kInvalid);
}

TEST(RecordBatch, ReadsWhatAnotherImplementationWrote) {
  for (const auto& golden : kGoldenBatches) {
    SCOPED_TRACE(golden.name);
    std::string bytes = FromHex(golden.hex);

    auto batch = RecordBatchView::Parse(bytes);
    ASSERT_TRUE(batch.ok()) << batch.ToString();
    ASSERT_TRUE(batch->Validate().ok()) << batch->Validate().ToString();
    auto reader = RecordReader::Open(*batch, 1 << 20);
    ASSERT_TRUE(reader.ok()) << reader.ToString();
    auto records = ReadAll(*reader);

    EXPECT_EQ(CodecName(batch->header().codec()), golden.name);
    EXPECT_EQ(batch->header().producer_id, ProducerId(7));
    EXPECT_EQ(batch->header().producer_epoch, ProducerEpoch(1));
    EXPECT_EQ(batch->header().base_sequence, Sequence(5));
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].key, "UA");
    EXPECT_EQ(records[0].value, "{\"flight\":1545,\"delay\":2}");
    EXPECT_EQ(records[0].timestamp_ms, 1357034400000);
    ASSERT_EQ(records[0].headers.size(), 2u);
    EXPECT_EQ(records[0].headers[0].key, "origin");
    EXPECT_EQ(records[0].headers[0].value, "EWR");
    EXPECT_EQ(records[1].key, std::nullopt);
    EXPECT_EQ(records[1].value, std::nullopt);
    EXPECT_EQ(records[1].timestamp_ms, 1357034400250);
  }
}

TEST(RecordBatch, PlacingKeepsTheChecksum) {
  std::string bytes = ThreeRecords(Codec::kLz4);

  PlaceRecordBatch(bytes.data(), Offset(1234567890123), LeaderEpoch(9));

  auto batch = RecordBatchView::Parse(bytes);
  ASSERT_TRUE(batch.ok());
  EXPECT_TRUE(batch->Validate().ok());
  EXPECT_EQ(batch->header().base_offset, Offset(1234567890123));
  EXPECT_EQ(batch->header().leader_epoch, LeaderEpoch(9));
  EXPECT_EQ(batch->header().next_offset(), Offset(1234567890126));
}

TEST(Checksum, IsPutTogetherFromThoseOfTheParts) {
  std::string bytes;
  while (bytes.size() < 70001) bytes.push_back(static_cast<char>(bytes.size() * 131 >> 3));

  for (size_t size : {0, 1, 2, 7, 8, 255, 256, 8191, 8192, 8193, 69999}) {
    string_view first = string_view(bytes).substr(0, bytes.size() - size), second = string_view(bytes).substr(bytes.size() - size);
    EXPECT_EQ(Crc32cJoin(Crc32c(first), Crc32c(second), size), Crc32c(bytes)) << size;
    EXPECT_EQ(Crc32cExtendKnown(Crc32c(first), second, Crc32c(second)), Crc32c(bytes)) << size;
  }
}

TEST(RecordBatch, ChecksumOfAllItsBytesComesFromItsOwn) {
  for (size_t value_bytes : {10, 8000, 9000, 300'000}) {
    RecordBatchBuilder builder({});
    for (int i = 0; i < 3; ++i) builder.Add(1000 + i, {}, std::string(value_bytes, static_cast<char>('a' + i)));
    std::string bytes = *builder.Finish();
    PlaceRecordBatch(bytes.data(), Offset(1234567890123), LeaderEpoch(9));

    EXPECT_EQ(Crc32cExtendByBatch(77, bytes), Crc32cExtend(77, bytes)) << value_bytes;
  }
}

TEST(RecordBatch, AppendTimeReplacesEveryTimestamp) {
  std::string bytes = ThreeRecords(Codec::kZstd);

  StampLogAppendTime(bytes, 5555);

  auto batch = RecordBatchView::Parse(bytes);
  ASSERT_TRUE(batch.ok());
  ASSERT_TRUE(batch->Validate().ok()) << batch->Validate().ToString();
  auto reader = RecordReader::Open(*batch, 1 << 20);
  for (const auto& record : ReadAll(*reader)) EXPECT_EQ(record.timestamp_ms, 5555);
}

TEST(RecordBatch, EveryFlippedByteAfterTheChecksumIsNoticed) {
  std::string bytes = ThreeRecords(Codec::kNone);

  for (size_t i = 17; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    auto batch = RecordBatchView::Parse(damaged);
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(batch->Validate().code(), Code::kCorrupt) << "byte " << i;
  }
}

TEST(RecordBatch, EveryCutIsNoticed) {
  std::string bytes = ThreeRecords(Codec::kNone);

  for (size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_EQ(RecordBatchView::Parse(string_view(bytes).substr(0, n)).code(), Code::kCorrupt) << n;
  }
}

// Damage under a good checksum: what a broken or hostile producer can send.
std::string Reseal(std::string batch) {
  StampLogAppendTime(batch, 1);
  return batch;
}

TEST(RecordBatch, RefusesLyingCounts) {
  std::string bytes = ThreeRecords(Codec::kNone);

  std::string count_and_delta_disagree = bytes;
  StoreInt(Order::kBig, count_and_delta_disagree.data() + 57, int32_t{2});
  std::string huge = bytes;
  StoreInt(Order::kBig, huge.data() + 57, int32_t{INT32_MAX});
  StoreInt(Order::kBig, huge.data() + 23, int32_t{INT32_MAX - 1});
  std::string empty = bytes;
  StoreInt(Order::kBig, empty.data() + 57, int32_t{0});
  StoreInt(Order::kBig, empty.data() + 23, int32_t{-1});

  for (const auto& lie : {count_and_delta_disagree, huge, empty}) {
    std::string sealed = Reseal(lie);
    auto batch = RecordBatchView::Parse(sealed);
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(batch->Validate().code(), Code::kCorrupt);
  }
}

TEST(RecordBatch, AMalformedRecordUnderAGoodChecksumIsCorruptNotACrash) {
  std::string bytes = ThreeRecords(Codec::kNone);

  for (size_t i = kRecordBatchHeaderBytes; i < bytes.size(); ++i) {
    for (int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(value);
      damaged = Reseal(damaged);
      auto batch = RecordBatchView::Parse(damaged);
      ASSERT_TRUE(batch.ok());
      auto status = ValidateRecords(*batch, 1 << 20, false);
      EXPECT_TRUE(status.ok() || status.code() == Code::kCorrupt) << status.ToString();
    }
  }
}

TEST(RecordBatch, OlderLayoutsAreRefusedByName) {
  std::string bytes = ThreeRecords(Codec::kNone);
  bytes[16] = 1;

  EXPECT_EQ(RecordBatchView::Parse(bytes).code(), Code::kUnsupported);
}

TEST(RecordBatch, UnknownCodecAndUnknownBitsAreRefused) {
  std::string codec = ThreeRecords(Codec::kNone);
  codec[22] = 5;
  std::string bits = ThreeRecords(Codec::kNone);
  bits[21] = 1;

  EXPECT_EQ(RecordBatchView::Parse(Reseal(codec))->Validate().code(), Code::kUnsupported);
  std::string sealed = Reseal(bits);
  EXPECT_EQ(RecordBatchView::Parse(sealed)->Validate().code(), Code::kCorrupt);
}

TEST(RecordBatch, SequencesWrapToZero) {
  RecordBatchHeader header;
  header.base_sequence = Sequence(INT32_MAX - 1);
  header.last_offset_delta = 3;

  EXPECT_EQ(header.last_sequence(), Sequence(1));
}

TEST(RecordBatch, ControlBatchesRoundTrip) {
  ControlMarker marker{ControlMarker::Kind::kCommit, ProducerId(41), ProducerEpoch(3), 2, 777};

  std::string bytes = BuildControlBatch(marker);
  auto batch = RecordBatchView::Parse(bytes);
  ASSERT_TRUE(batch.ok());
  ASSERT_TRUE(batch->Validate().ok()) << batch->Validate().ToString();
  auto parsed = ParseControlBatch(*batch);

  ASSERT_TRUE(parsed.ok()) << parsed.ToString();
  EXPECT_EQ(parsed->kind, ControlMarker::Kind::kCommit);
  EXPECT_EQ(parsed->producer_id, ProducerId(41));
  EXPECT_EQ(parsed->coordinator_epoch, 2);
  EXPECT_TRUE(batch->header().transactional());
  EXPECT_EQ(ParseControlBatch(*RecordBatchView::Parse(ThreeRecords(Codec::kNone))).code(), Code::kCorrupt);
}

TEST(RecordBatch, ProducerFieldsTravel) {
  RecordBatchBuilder builder({.producer_id = ProducerId(9), .producer_epoch = ProducerEpoch(0)});
  builder.Add(1, "k", "v");

  std::string bytes = *builder.Finish(Sequence(12));

  auto batch = RecordBatchView::Parse(bytes);
  EXPECT_TRUE(batch->Validate().ok());
  EXPECT_TRUE(batch->header().has_producer());
  EXPECT_EQ(batch->header().base_sequence, Sequence(12));
  EXPECT_EQ(builder.count(), 0);  // ready for the next batch
}

}  // namespace
}  // namespace freshet::data
