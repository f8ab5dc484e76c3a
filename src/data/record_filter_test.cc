#include "data/record_filter.h"

#include <gtest/gtest.h>

namespace freshet::data {
namespace {

constexpr size_t kUnpackedBytesMax = 1 << 20;

struct Sent {
  int64_t timestamp_ms;
  std::string key;
  std::optional<std::string> value;
};

std::string BatchOf(const std::vector<Sent>& records, Codec codec = Codec::kNone) {
  RecordBatchBuilder builder({.codec = codec, .producer_id = ProducerId(9), .producer_epoch = ProducerEpoch(2)});
  RecordHeader header{"h", "x"};
  for (const Sent& record : records) builder.Add(record.timestamp_ms, record.key, record.value, std::span<const RecordHeader>(&header, 1));
  std::string batch = builder.Finish(Sequence(5)).value();
  PlaceRecordBatch(batch.data(), Offset(100), LeaderEpoch(0));
  return batch;
}

std::string Filter(const std::string& batch, const std::string& without, int64_t horizon_ms = 5000) {
  RecordFilter filter{.keeps = [&](const Record& record) { return without.find(*record.key) == std::string::npos; }, .delete_horizon_ms = horizon_ms};
  auto filtered = FilterRecordBatch(RecordBatchView::Parse(batch).value(), filter, kUnpackedBytesMax);
  EXPECT_TRUE(filtered.ok()) << filtered.ToString();
  return filtered.ok() ? *filtered : std::string();
}

// "offset@time key=value" of each record.
std::string TextOf(const std::string& batch) {
  auto view = RecordBatchView::Parse(batch).value();
  EXPECT_TRUE(view.CheckCrc().ok());
  auto reader = RecordReader::Open(view, kUnpackedBytesMax).value();
  Record record;
  std::string text;
  while (reader.Next(record).value()) {
    text += StrCat(record.offset, "@", record.timestamp_ms, " ", *record.key, "=", record.value.value_or("(none)"), record.headers.size() == 1 ? "; " : " without its header; ");
  }
  return text;
}

TEST(FilterRecordBatch, LeavesWhatIsWholeByteForByte) {
  std::string batch = BatchOf({{1000, "a", "1"}, {1001, "b", "2"}}, Codec::kLz4);

  EXPECT_EQ(Filter(batch, ""), batch);
  EXPECT_EQ(Filter(batch, "ab"), "");
}

TEST(FilterRecordBatch, KeepsOffsetTimeAndSequenceOfWhatStays) {
  for (Codec codec : {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    std::string batch = BatchOf({{1000, "a", "1"}, {1007, "b", "2"}, {1003, "c", "3"}, {1009, "d", "4"}}, codec);

    std::string filtered = Filter(batch, "ad");

    EXPECT_EQ(TextOf(filtered), "101@1007 b=2; 102@1003 c=3; ");
    auto header = RecordBatchView::Parse(filtered)->header();
    EXPECT_EQ(header.base_offset, Offset(100));
    EXPECT_EQ(header.last_offset(), Offset(103));
    EXPECT_EQ(header.last_sequence(), Sequence(8));
    EXPECT_EQ(header.record_count, 2);
    EXPECT_EQ(header.max_timestamp_ms, 1007);
    EXPECT_EQ(header.codec(), codec);
  }
}

TEST(FilterRecordBatch, SaysOnceWhenItsTombstonesMayGo) {
  std::string batch = BatchOf({{1000, "a", std::nullopt}, {1001, "b", "2"}});

  std::string once = Filter(batch, "", 5000);
  std::string again = Filter(once, "", 9000);
  std::string without = Filter(once, "a", 9000);

  EXPECT_EQ(TextOf(once), "100@1000 a=(none); 101@1001 b=2; ");
  EXPECT_EQ(DeleteHorizonMs(RecordBatchView::Parse(batch)->header()), std::nullopt);
  EXPECT_EQ(DeleteHorizonMs(RecordBatchView::Parse(once)->header()), 5000);
  EXPECT_EQ(again, once);
  EXPECT_EQ(TextOf(without), "101@1001 b=2; ");
  EXPECT_EQ(DeleteHorizonMs(RecordBatchView::Parse(without)->header()), std::nullopt);
}

TEST(FilterRecordBatch, KeepsTheTimeOfArrival) {
  std::string batch = BatchOf({{1000, "a", "1"}, {1001, "b", std::nullopt}});
  StampLogAppendTime(batch, 7777);

  EXPECT_EQ(TextOf(Filter(batch, "a")), "101@7777 b=(none); ");
}

}  // namespace
}  // namespace freshet::data
