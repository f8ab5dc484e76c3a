#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/nearest.h"
#include "base/secret.h"
#include "base/status.h"
#include "base/strong.h"
#include "base/trace.h"
#include "base/uuid.h"

namespace freshet {

std::vector<uint32_t (*)(uint32_t crc, std::string_view bytes)> Crc32cForms();  // crc32c.cc

namespace {

class ManualClock final : public Clock {
 public:
  MonoTime Now() override { return now; }
  WallTime WallNow() override { return {now.ns / 1000000}; }
  MonoTime now;
};

class LinesInMemory final : public LogSink {
 public:
  void WriteLine(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

Result<int> Half(int n) {
  if (n % 2 != 0) return Fault::Invalid(n, " is odd");
  return n / 2;
}

Result<int> Quarter(int n) {
  ASSIGN_OR_RETURN(int half, Half(n));
  return Half(half);
}

TEST(Status, CarriesTheFaultThroughReturnMacros) {
  EXPECT_EQ(*Quarter(12), 3);
  EXPECT_EQ(Quarter(6).ToString(), "invalid: 3 is odd");
  EXPECT_EQ(Quarter(6).fault().blame(), Blame::kCaller);
  EXPECT_TRUE(Status().ok());
}

TEST(Bytes, RoundTripsNumbersInBothOrders) {
  for (Order order : {Order::kBig, Order::kLittle}) {
    std::string out;
    ByteWriter writer(out, order);
    writer.Write<int16_t>(-2);
    writer.Write<uint64_t>(0x0102030405060708);
    writer.WriteVarInt32(INT32_MIN);
    writer.WriteVarInt64(INT64_MIN);
    writer.WriteVarUint64(UINT64_MAX);

    ByteReader reader(out, order);
    EXPECT_EQ(reader.Read<int16_t>(), -2);
    EXPECT_EQ(reader.Read<uint64_t>(), 0x0102030405060708u);
    EXPECT_EQ(reader.ReadVarInt32(), INT32_MIN);
    EXPECT_EQ(reader.ReadVarInt64(), INT64_MIN);
    EXPECT_EQ(reader.ReadVarUint64(), UINT64_MAX);
    EXPECT_TRUE(reader.ok() && reader.AtEnd());
  }
}

TEST(Bytes, ShortReadsFailOnceAndStayFailed) {
  ByteReader reader("ab");

  EXPECT_EQ(reader.Read<uint32_t>(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.ReadBytes(1), "");
}

TEST(Bytes, OverlongVarintsAreRefused) {
  ByteReader narrow("\xff\xff\xff\xff\x1f");
  narrow.ReadVarUint32();
  EXPECT_FALSE(narrow.ok());

  ByteReader wide("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  wide.ReadVarUint64();
  EXPECT_FALSE(wide.ok());
}

std::string Patterned(size_t bytes) {
  std::string pattern;
  while (pattern.size() < bytes) pattern.push_back(static_cast<char>(pattern.size() * 131 >> 3));
  return pattern;
}

TEST(Crc32c, MatchesPublishedVectorsInEveryForm) {
  std::string bytes = Patterned(70001);

  for (auto form : Crc32cForms()) {
    EXPECT_EQ(form(0, "123456789"), 0xe3069283u);
    EXPECT_EQ(form(0, std::string(32, '\0')), 0x8a9136aau);  // RFC 3720 B.4
    EXPECT_EQ(form(form(0, "1234"), "56789"), 0xe3069283u);
    for (size_t size = 0; size < 1100; ++size) EXPECT_EQ(form(7, bytes.substr(0, size)), Crc32cExtendPortable(7, bytes.substr(0, size))) << size;
    for (size_t size : {1279, 1280, 1281, 1535, 1536, 1537, 3072, 4615, 70000}) {  // what is done many bytes at a time, and what is left behind it
      std::string_view odd = std::string_view(bytes).substr(1, size);
      EXPECT_EQ(form(7, odd), Crc32cExtendPortable(7, odd)) << size;
    }
  }
  EXPECT_EQ(Crc32cExtend(Crc32c("1234"), "56789"), Crc32c("123456789"));
}

TEST(Uuid, ParsesOnlyItsPrintedForm) {
  auto id = Uuid::Parse("00112233-4455-6677-8899-aabbccddeeff");

  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->ToString(), "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_FALSE(Uuid::Parse("00112233445566778899aabbccddeeff").ok());
  EXPECT_FALSE(Uuid::Parse("00112233-4455-6677-8899-aabbccddeefg").ok());
  EXPECT_FALSE(Uuid::Parse("0011223--4455-6677-8899-aabbccddeeff").ok());
}

TEST(Strong, ComparesAndPrints) {
  using Offset = Strong<struct OffsetTag, int64_t>;

  EXPECT_LT(Offset(3), Offset(3) + 1);
  EXPECT_EQ(Offset(9) - Offset(3), 6);
  EXPECT_EQ(StrCat("at ", Offset(9)), "at 9");
}

TEST(Secret, ComparesWithoutRevealing) {
  Secret secret("open sesame");

  EXPECT_TRUE(secret.Equals("open sesame"));
  EXPECT_FALSE(secret.Equals("open sesamf"));
  EXPECT_FALSE(secret.Equals(""));
  EXPECT_FALSE(Secret().Equals("x"));
}

TEST(Logger, WritesOneJsonLineAndEscapes) {
  ManualClock clock;
  clock.now = {5000000};
  LinesInMemory sink;
  Logger log(clock, sink, "engines/log");

  log.Debug("hidden");
  log.Info("sealed \"x\"\n", {{"bytes", 12}, {"topic", "a\x01"}});

  ASSERT_EQ(sink.lines.size(), 1u);
  EXPECT_EQ(sink.lines[0],
            R"({"time":5,"level":"info","room":"engines/log","message":"sealed \"x\"\n","bytes":12,"topic":"a\u0001"})");
}

TEST(Logger, WritesNoBytesThatAreNoUtf8) {
  ManualClock clock;
  LinesInMemory sink;
  Logger log(clock, sink, "engines/log");

  log.Warn("bad record", {{"why", "in \xFF\xFE\xE9 \xC3\xA9\xC3"}});

  EXPECT_EQ(sink.lines.at(0), "{\"time\":0,\"level\":\"warn\",\"room\":\"engines/log\",\"message\":\"bad record\",\"why\":\"in \uFFFD\uFFFD\uFFFD \u00E9\uFFFD\"}");
}

TEST(Metrics, PrintsPrometheusTextAndSharesSeries) {
  Metrics metrics;
  metrics.AddCounter("freshet_acks_total", "acks", {{"topic", "t"}}).Add(2);
  metrics.AddCounter("freshet_acks_total", "acks", {{"topic", "t"}}).Add(1);
  metrics.AddHistogram("freshet_wait_seconds", "wait").Record(Microseconds(3));

  std::string text = metrics.ToPrometheusText();

  EXPECT_NE(text.find("# TYPE freshet_acks_total counter\nfreshet_acks_total{topic=\"t\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("freshet_wait_seconds_bucket{le=\"0.000004\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("freshet_wait_seconds_sum 0.000003\n"), std::string::npos);
}

TEST(Histogram, QuantilesAreBucketBounds) {
  Histogram histogram;
  for (int i = 0; i < 99; ++i) histogram.Record(Microseconds(3));
  histogram.Record(Milliseconds(10));

  EXPECT_EQ(histogram.QuantileUs(0.5), 4);
  EXPECT_EQ(histogram.QuantileUs(1.0), 16384);
}

TEST(Tracer, KeepsTheNewestSpans) {
  ManualClock clock;
  Tracer tracer(clock, 2);
  for (int i = 0; i < 3; ++i) {
    Span span(tracer, 7, "engines/log", StrCat("step", i).c_str());
    clock.now.ns += 10;
  }

  auto spans = tracer.Spans(7);

  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[1].end.ns, 30);
}

TEST(DidYouMean, NamesAWordThatIsNearlyTheSame) {
  std::string_view known[] = {"topic", "format", "scan.startup.mode"};

  EXPECT_EQ(DidYouMean("tpoic", known), "; did you mean 'topic'?") << "two letters have changed places";
  EXPECT_EQ(DidYouMean("scan.startup.mod", known), "; did you mean 'scan.startup.mode'?");
  EXPECT_EQ(DidYouMean("frmt", known), "") << "half of it is another word";
  EXPECT_EQ(DidYouMean("colour", known), "");
}

}  // namespace
}  // namespace freshet
