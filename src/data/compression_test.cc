#include "data/compression.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace freshet::data {
namespace {

std::string Plain(size_t n) {
  std::string text;
  for (size_t i = 0; text.size() < n; ++i) text += StrCat("departure ", i * i % 977, ";");
  text.resize(n);
  return text;
}

class EveryCodec : public testing::TestWithParam<Codec> {};
INSTANTIATE_TEST_SUITE_P(Compression, EveryCodec,
                         testing::Values(Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd),
                         [](const auto& info) { return std::string(CodecName(info.param)); });

TEST_P(EveryCodec, GivesBackWhatWasPacked) {
  for (size_t n : {0u, 1u, 100u, 32768u, 32769u, 300000u}) {
    std::string plain = Plain(n);

    auto packed = Compress(GetParam(), plain);
    ASSERT_TRUE(packed.ok()) << packed.ToString();
    auto unpacked = Decompress(GetParam(), *packed, n);

    ASSERT_TRUE(unpacked.ok()) << unpacked.ToString();
    EXPECT_EQ(*unpacked, plain);
  }
}

TEST_P(EveryCodec, RefusesOneByteMoreThanTheCap) {
  auto packed = Compress(GetParam(), Plain(1000));

  auto unpacked = Decompress(GetParam(), *packed, 999);

  EXPECT_EQ(unpacked.code(), Code::kTooLarge);
}

TEST_P(EveryCodec, StopsABombAtTheCap) {
  auto packed = Compress(GetParam(), std::string(50'000'000, 'x'));

  auto unpacked = Decompress(GetParam(), *packed, 100'000);

  EXPECT_EQ(unpacked.code(), Code::kTooLarge);
}

TEST_P(EveryCodec, CallsEveryCutCorrupt) {
  if (GetParam() == Codec::kNone) GTEST_SKIP() << "nothing to notice a cut by";
  auto packed = Compress(GetParam(), Plain(2000));

  for (size_t n = 1; n < packed->size(); ++n) {
    auto unpacked = Decompress(GetParam(), std::string_view(*packed).substr(0, n), 1 << 20);
    // A framing of blocks may be cut between two of them without notice; the record count finds that.
    if (GetParam() == Codec::kSnappy && unpacked.ok()) continue;
    EXPECT_EQ(unpacked.code(), Code::kCorrupt) << n;
  }
}

TEST_P(EveryCodec, SurvivesEveryFlippedByte) {
  auto packed = Compress(GetParam(), Plain(500));

  for (size_t i = 0; i < packed->size(); ++i) {
    std::string damaged = *packed;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
    auto unpacked = Decompress(GetParam(), damaged, 1 << 16);
    if (unpacked.ok()) {
      EXPECT_LE(unpacked->size(), 1u << 16);
    }
  }
}

// A frame by hand: a window of 2^log bytes, no size; one raw block, the last.
std::string ZstdFrame(int window_log, std::string_view plain) {
  std::string frame("\x28\xb5\x2f\xfd\0", 5);
  frame += static_cast<char>((window_log - 10) << 3);
  ByteWriter writer(frame, Order::kLittle);
  writer.Write(static_cast<uint16_t>(plain.size() << 3 | 1));
  writer.Write(uint8_t{0});
  return frame + std::string(plain);
}

TEST(Compression, ReadsZstdWithAWindowThatItDoesNotTakeMemoryFor) {
  std::string plain = Plain(5000);
  for (int window_log : {17, 23, 24, 27, 31}) {
    std::string frame = ZstdFrame(window_log, plain);
    for (size_t cap : {plain.size(), size_t{1} << 20}) EXPECT_EQ(Decompress(Codec::kZstd, frame, cap).value(), plain) << window_log;
    EXPECT_EQ(Decompress(Codec::kZstd, frame, plain.size() - 1).code(), Code::kTooLarge);
    EXPECT_EQ(Decompress(Codec::kZstd, frame.substr(0, frame.size() - 1), 1 << 20).code(), Code::kCorrupt);
    EXPECT_EQ(Decompress(Codec::kZstd, frame + "x", 1 << 20).code(), Code::kCorrupt);
    EXPECT_EQ(*Decompress(Codec::kZstd, frame + frame, 1 << 20), plain + plain);
  }
  EXPECT_EQ(Decompress(Codec::kZstd, ZstdFrame(41, plain), 1 << 20).code(), Code::kCorrupt);
}

TEST(Compression, ReadsNoZstdFrameOfBefore08) {
  std::string frame = ZstdFrame(17, "plain"), old("\x27\xb5\x2f\xfd\x00\x88;;@\0\0\0", 12);

  for (const std::string& packed : {old, frame + old}) EXPECT_EQ(Decompress(Codec::kZstd, packed, 1 << 20).ToString(), "corrupt: zstd data: no frame of its format");
  EXPECT_EQ(*Decompress(Codec::kZstd, frame + std::string("\x50\x2a\x4d\x18\x01\0\0\0x", 9), 1 << 20), "plain");  // one to skip
}

TEST(Compression, ReadsRawSnappyAsLibrdkafkaSendsIt) {
  // Block format by hand: length 5, then a literal of 5 bytes.
  auto unpacked = Decompress(Codec::kSnappy, std::string_view("\x05\x10hello", 7), 100);

  ASSERT_TRUE(unpacked.ok()) << unpacked.ToString();
  EXPECT_EQ(*unpacked, "hello");
}

TEST(Compression, FindsALyingSnappyLengthBeforeAllocating) {
  auto unpacked = Decompress(Codec::kSnappy, std::string_view("\xff\xff\xff\x7f\x00", 5), size_t{1} << 40);

  EXPECT_EQ(unpacked.code(), Code::kCorrupt);
}

TEST(Compression, JoinsGzipMembers) {
  auto packed = *Compress(Codec::kGzip, "one,") + *Compress(Codec::kGzip, "two");

  EXPECT_EQ(*Decompress(Codec::kGzip, packed, 100), "one,two");
}

TEST(Compression, NamesRoundTrip) {
  for (int i = 0; i < kCodecs; ++i) {
    EXPECT_EQ(*ParseCodec(CodecName(static_cast<Codec>(i))), static_cast<Codec>(i));
  }
  EXPECT_EQ(ParseCodec("brotli").code(), Code::kInvalid);
}

}  // namespace
}  // namespace freshet::data
