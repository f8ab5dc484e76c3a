#include "engines/log/producers.h"

#include <gtest/gtest.h>

namespace freshet::log {
namespace {

data::RecordBatchHeader Header(int32_t sequence, int64_t producer = 7, int16_t epoch = 0) {
  data::RecordBatchHeader header;
  header.producer_id = data::ProducerId(producer);
  header.producer_epoch = data::ProducerEpoch(epoch);
  header.base_sequence = data::Sequence(sequence);
  header.record_count = 1;
  return header;
}

constexpr data::Offset kAll{INT64_MAX};

TEST(Producers, KeepDurableBatchesUntilNewerOnesAreDurable) {
  Producers producers;
  for (int32_t i = 0; i < 5; ++i) producers.Note(Header(i), data::Offset(i), data::Offset(i));
  for (int32_t i = 5; i < 10; ++i) producers.Note(Header(i), data::Offset(i), data::Offset(5));  // in flight

  Producers after_crash = producers.Below(data::Offset(5));

  EXPECT_NE(after_crash.Check(Header(0)).value(), nullptr);  // a lost answer is told again, not stored twice
  EXPECT_EQ(after_crash.Check(Header(5)).value(), nullptr);
  EXPECT_EQ(after_crash.Check(Header(6)).code(), Code::kOutOfOrder);
}

TEST(Producers, ForgetWhatIsOlderThanFive) {
  Producers producers;
  for (int32_t i = 0; i < 8; ++i) producers.Note(Header(i), data::Offset(i), kAll);

  EXPECT_EQ(producers.Check(Header(2)).code(), Code::kDuplicate);
  EXPECT_EQ(producers.Check(Header(3)).value()->base_offset, data::Offset(3));
}

TEST(Producers, BeginANewEpochAtZero) {
  Producers producers;
  producers.Note(Header(3), data::Offset(0), kAll);

  EXPECT_EQ(producers.Check(Header(4, 7, 1)).code(), Code::kOutOfOrder);
  EXPECT_EQ(producers.Check(Header(0, 7, 1)).value(), nullptr);
  producers.Note(Header(0, 7, 1), data::Offset(1), kAll);
  EXPECT_EQ(producers.Check(Header(4, 7, 0)).code(), Code::kFenced);
}

TEST(Producers, ForgetTheLeastRecentlyHeard) {
  Producers producers;
  for (int64_t i = 0; i < static_cast<int64_t>(Producers::kProducersMax); ++i) producers.Note(Header(0, i), data::Offset(i), kAll);
  producers.Note(Header(1, 0), data::Offset(90000), kAll);

  producers.Note(Header(0, 99999), data::Offset(90001), kAll);

  EXPECT_EQ(producers.size(), Producers::kProducersMax);
  EXPECT_NE(producers.Check(Header(1, 0)).value(), nullptr);
  EXPECT_EQ(producers.Check(Header(0, 1)).value(), nullptr);  // gone: it begins anew
}

data::ControlMarker MarkerOf(int64_t producer) { return {.kind = data::ControlMarker::Kind::kAbort, .producer_id = data::ProducerId(producer), .producer_epoch = data::ProducerEpoch(0)}; }

// Ids that open a transaction here and end it without a record, one after another.
TEST(Producers, ForgetThoseThatOnlyEndTransactions) {
  Producers producers;
  for (int64_t i = 0; i < 2 * static_cast<int64_t>(Producers::kProducersMax); ++i) producers.End(MarkerOf(i));

  EXPECT_EQ(producers.size(), Producers::kProducersMax);
}

TEST(Producers, KeepEveryOpenTransactionAndAreReadBackWithThem) {
  Producers producers;
  auto count = static_cast<int64_t>(Producers::kProducersMax) + 10;
  for (int64_t i = 0; i < count; ++i) {
    data::RecordBatchHeader header = Header(0, i);
    header.attributes = 16;  // transactional
    producers.Note(header, data::Offset(i), kAll);
  }
  std::string bytes;
  ByteWriter writer(bytes, Order::kLittle);
  producers.AppendTo(writer);

  ByteReader reader(bytes, Order::kLittle);
  auto read = Producers::ReadFrom(reader, 3);

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->size(), static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) EXPECT_TRUE(read->HasOpen(data::ProducerId(i)));
}

TEST(Producers, AreTheSameAfterACheckpoint) {
  Producers producers;
  for (int32_t i = 0; i < 6; ++i) producers.Note(Header(i, 7 + i % 2), data::Offset(i), kAll);
  std::string bytes;
  ByteWriter writer(bytes, Order::kLittle);
  producers.AppendTo(writer);

  ByteReader reader(bytes, Order::kLittle);
  Producers read = Producers::ReadFrom(reader, 2).value();
  std::string again;
  ByteWriter again_writer(again, Order::kLittle);
  read.AppendTo(again_writer);

  EXPECT_EQ(again, bytes);
}

}  // namespace
}  // namespace freshet::log
