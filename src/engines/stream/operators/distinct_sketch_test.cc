#include "engines/stream/operators/distinct_sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace freshet::stream {
namespace {

std::vector<uint64_t> Hashes(size_t count, uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::vector<uint64_t> out(count);
  for (auto& hash : out) hash = random();
  return out;
}

DistinctSketch Of(const std::vector<uint64_t>& hashes) {
  DistinctSketch sketch(std::pmr::new_delete_resource());
  for (uint64_t hash : hashes) sketch.Add(hash);
  return sketch;
}

std::string Saved(const DistinctSketch& sketch) {
  std::string out;
  ByteWriter to(out, Order::kLittle);
  sketch.Save(to);
  return out;
}

TEST(DistinctSketch, IsExactWhileItHasFewAndNearBehind) {
  for (size_t count : {size_t{0}, size_t{1}, DistinctSketch::kExactMax}) EXPECT_EQ(Of(Hashes(count)).Count(), static_cast<int64_t>(count));
  for (size_t count : {DistinctSketch::kExactMax + 1, size_t{5'000}, size_t{20'000}, size_t{100'000}, size_t{2'000'000}}) {
    auto of = static_cast<double>(count);
    EXPECT_LT(std::abs(static_cast<double>(Of(Hashes(count)).Count()) - of) / of, 0.025) << count;
  }
}

TEST(DistinctSketch, HoldsTheSameInAnyOrderAndHoweverOftenAValueCame) {
  for (size_t count : {size_t{500}, size_t{1'500}}) {
    std::vector<uint64_t> hashes = Hashes(count), twice = hashes;
    twice.insert(twice.end(), hashes.begin(), hashes.end());
    std::shuffle(twice.begin(), twice.end(), std::mt19937(5));

    EXPECT_EQ(Saved(Of(hashes)), Saved(Of(twice)));
  }
}

TEST(DistinctSketch, OfTwoIsThatOfAllTheirValues) {
  for (size_t left : {size_t{0}, size_t{700}, size_t{3'000}}) {
    for (size_t right : {size_t{0}, size_t{700}, size_t{3'000}}) {
      std::vector<uint64_t> a = Hashes(left, 1), b = Hashes(right, 2), all = a;
      all.insert(all.end(), b.begin(), b.end());
      DistinctSketch sketch = Of(a);
      sketch.Add(Of(b));

      EXPECT_EQ(Saved(sketch), Saved(Of(all))) << left << " " << right;
    }
  }
}

TEST(DistinctSketch, IsLoadedAsItWasSaved) {
  for (size_t count : {size_t{0}, size_t{10}, size_t{3'000}}) {
    std::string bytes = Saved(Of(Hashes(count)));
    ByteReader in(bytes, Order::kLittle);
    DistinctSketch loaded(std::pmr::new_delete_resource());
    loaded.Load(in);

    EXPECT_TRUE(in.ok() && in.AtEnd());
    EXPECT_EQ(Saved(loaded), bytes);
    EXPECT_LE(bytes.size(), size_t{16} * 1024 + 2);
  }
}

TEST(DistinctSketch, TakesAHashOfZerosAsOneWhoseTailIsEmpty) {
  std::vector<uint64_t> hashes = Hashes(2'000);
  hashes.push_back(0);
  hashes.push_back(uint64_t{1} << 50);
  EXPECT_GT(Of(hashes).Count(), 1'900);
}

}  // namespace
}  // namespace freshet::stream
