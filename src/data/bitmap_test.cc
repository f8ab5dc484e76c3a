#include "data/bitmap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace freshet::data {
namespace {

using Numbers = std::vector<uint32_t>;  // ascending

std::string Hex(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    out += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
    out += "0123456789abcdef"[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

std::string Bytes(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

std::string Of(const Numbers& numbers) { return BitmapOf(numbers); }

Numbers In(std::string_view bitmap) {
  Numbers out;
  ForEachNumber(bitmap, [&out](uint32_t n) { out.push_back(n); });
  return out;
}

Numbers Range(uint32_t first, uint32_t count, uint32_t step = 1) {
  Numbers out;
  for (uint32_t i = 0; i < count; ++i) out.push_back(first + i * step);
  return out;
}

// Sets of all three forms of containers, whole and empty ones, and keys that others do not have.
std::vector<Numbers> Samples() {
  std::vector<Numbers> out = {{}, {0}, {1, 2, 3}, {7, 2147483648u, 4294967295u}, Range(0, 65536), Range(65530, 70000), Range(3, 5000, 2), Range(100000, 4096, 16), Range(100000, 4097, 13)};
  std::mt19937 random(7);
  for (uint32_t few : {10u, 3000u, 40000u}) {
    Numbers mixed;
    for (uint32_t i = 0; i < few; ++i) mixed.push_back(static_cast<uint32_t>(random() % 300000));
    std::sort(mixed.begin(), mixed.end());
    mixed.erase(std::unique(mixed.begin(), mixed.end()), mixed.end());
    out.push_back(mixed);
  }
  return out;
}

Numbers Expected(BitmapOp op, const Numbers& a, const Numbers& b) {
  Numbers out;
  auto into = std::back_inserter(out);
  switch (op) {
    case BitmapOp::kAnd: std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), into); break;
    case BitmapOp::kOr: std::set_union(a.begin(), a.end(), b.begin(), b.end(), into); break;
    case BitmapOp::kXor: std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), into); break;
    case BitmapOp::kAndNot: std::set_difference(a.begin(), a.end(), b.begin(), b.end(), into); break;
  }
  return out;
}

constexpr BitmapOp kOps[] = {BitmapOp::kAnd, BitmapOp::kOr, BitmapOp::kXor, BitmapOp::kAndNot};

// What RoaringBitmap 1.3.0 (Java) writes after runOptimize.
TEST(Bitmap, HasTheBytesOfTheReferenceImplementation) {
  struct Case { Numbers numbers; std::string_view hex; };
  for (const auto& [numbers, hex] : {Case{{}, "3a30000000000000"}, {{1}, "3a3000000100000000000000100000000100"}, {{1, 2, 3}, "3a300000010000000000020010000000010002000300"},
                                     {{1, 2, 3, 4}, "3b3000000100000300010001000300"}, {{0, 2147483648u, 4294967295u}, "3a300000030000000000000000800000ffff000020000000220000002400000000000000ffff"},
                                     {Range(0, 65536), "3b300000010000ffff01000000ffff"}}) {
    EXPECT_EQ(Hex(Of(numbers)), hex);
  }
}

TEST(Bitmap, TakesTheFormThatIsLeast) {
  auto form = [](const Numbers& numbers) {
    std::string bitmap = Of(numbers);
    BitmapReader reader(bitmap);
    CHECK(reader.Next());
    return reader.container().form;
  };
  using Form = BitmapContainer::Form;
  Numbers runs, more_runs;  // a run takes four bytes, the bits 8192
  for (uint32_t i = 0; i < 2048 * 17; ++i) more_runs.push_back(i / 17 * 32 + i % 17);
  runs.assign(more_runs.begin(), more_runs.end() - 17);

  EXPECT_EQ(form(Range(0, 4096, 3)), Form::kList);
  EXPECT_EQ(form(Range(0, 4097, 3)), Form::kBits);
  EXPECT_EQ(form(Range(5, 3)), Form::kList);
  EXPECT_EQ(form(Range(5, 4)), Form::kRuns);
  EXPECT_EQ(form(runs), Form::kRuns);
  EXPECT_EQ(form(more_runs), Form::kBits);
}

TEST(Bitmap, IsPutTogetherAsSetsAre) {
  for (const auto& a : Samples()) {
    for (const auto& b : Samples()) {
      for (BitmapOp op : kOps) EXPECT_EQ(Combined(op, Of(a), Of(b)), Of(Expected(op, a, b)));
    }
  }
}

TEST(Bitmap, IsReadAgainAsItWasWritten) {
  for (const auto& numbers : Samples()) {
    std::string bitmap = Of(numbers);
    auto again = CanonicalBitmap(bitmap + "behind");
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again, bitmap);
    EXPECT_EQ(In(bitmap), numbers);
    EXPECT_EQ(BitmapCardinality(bitmap), static_cast<int64_t>(numbers.size()));
  }
}

TEST(Bitmap, BytesOfAnotherFormBecomeCanonical) {
  EXPECT_EQ(*CanonicalBitmap(Bytes("3b3000000100000200010001000200")), Of({1, 2, 3}));            // a run where a list takes no more
  EXPECT_EQ(*CanonicalBitmap(Bytes("3b3000000100000300020001000100030001000500")), Of({1, 2, 3, 4}));  // two runs that touch
  EXPECT_EQ(*CanonicalBitmap(Bytes("3a3000000100000000000300100000000100020003000400")), Of({1, 2, 3, 4}));
}

TEST(Bitmap, SaysWhyBytesAreNone) {
  struct Case { std::string_view hex, why; };
  for (auto [hex, why] : {Case{"", "they end early"}, {"3a30", "they end early"}, {"00000000", "they do not begin with its cookie"}, {"3a300000ffffffff", "more than 65536 containers"}, {"3a30000001000000", "they end early"},
                          {"3a30000001000000000001001000000001", "they end early"}, {"3a3000000100000000000100100000000200010000", "the numbers of a container do not ascend"},
                          {"3a30000001000000000001001000000001000100", "the numbers of a container do not ascend"}, {"3a300000020000000100000000000000180000001a00000005000600", "the keys of its containers do not ascend"},
                          {"3b300000010000010001000100ffff0500", "a run goes beyond its container"}, {"3b30000001000003000200010002000200010000", "the runs of a container do not ascend"},
                          {"3b3000000100000900010001000300", "the runs of a container are not as many numbers as it says"}, {"3b30000001000000000000", "the runs of a container are not as many numbers as it says"}}) {
    EXPECT_EQ(CanonicalBitmap(Bytes(hex)).fault().message(), StrCat("these bytes are no bitmap in RoaringBitmap's portable form for 32 bits: ", why)) << hex;
  }
  std::string bits = Of(Range(0, 5000, 2));
  bits.back() = 1;
  EXPECT_NE(CanonicalBitmap(bits).fault().message().find("another number of bits than it says"), std::string::npos);
}

TEST(Bitmap, PrintsItsNumbersWithoutASignAndNotAllOfMany) {
  EXPECT_EQ(BitmapText(Of({})), "{}");
  EXPECT_EQ(BitmapText(Of({0, 5, 4294967295u})), "{0,5,4294967295}");
  std::string many = BitmapText(Of(Range(0, 200000)));
  EXPECT_EQ(many.substr(many.size() - 15), "9231,89232,...}");
}

TEST(BitmapSet, GrowsByNumbers) {
  for (const auto& numbers : Samples()) {
    BitmapSet set(std::pmr::new_delete_resource());
    Numbers shuffled = numbers;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(3));
    for (uint32_t n : shuffled) set.Add(n);
    for (uint32_t n : shuffled) set.Add(n);
    EXPECT_EQ(set.bitmap(), Of(numbers));
    EXPECT_EQ(set.cardinality(), static_cast<int64_t>(numbers.size()));
  }
}

TEST(BitmapSet, IsCombinedWithBitmapsAndGrowsOn) {
  for (const auto& a : Samples()) {
    for (const auto& b : Samples()) {
      for (BitmapOp op : kOps) {
        BitmapSet set(std::pmr::new_delete_resource());
        set.Combine(BitmapOp::kOr, Of(a));
        set.Combine(op, Of(b));
        set.Add(65536);
        EXPECT_EQ(set.bitmap(), Combined(BitmapOp::kOr, Of(Expected(op, a, b)), Of({65536})));
      }
    }
  }
}

}  // namespace
}  // namespace freshet::data
