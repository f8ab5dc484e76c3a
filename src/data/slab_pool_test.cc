#include "data/slab_pool.h"

#include <gtest/gtest.h>

namespace freshet::data {
namespace {

TEST(SlabPool, GivesAgainWhatNobodyUses) {
  SlabPool pool(2);
  auto first = pool.Take(1000);
  const char* place = first->data();
  std::shared_ptr<const Slab> pin = first;

  first.reset();
  auto second = pool.Take(1000);
  EXPECT_NE(second->data(), place) << "somebody has a pin on it";
  pin.reset();
  auto third = pool.Take(900);

  EXPECT_EQ(third->data(), place);
}

TEST(SlabPool, GivesOneThatIsLongEnough) {
  SlabPool pool(2);
  pool.Take(1000).reset();

  auto longer = pool.Take(5 << 20);
  std::fill(longer->data(), longer->data() + (5 << 20), 'x');

  EXPECT_GE(longer->size(), size_t{5} << 20);
}

TEST(SlabPool, IsOutlivedByItsSlabs) {
  std::shared_ptr<Slab> slab;
  {
    SlabPool pool(1);
    slab = pool.Take(10);
  }

  slab->data()[9] = 'x';

  EXPECT_EQ(slab->data()[9], 'x');
}

TEST(SlabPool, KeepsAtMostSoMany) {
  SlabPool pool(1);
  auto first = pool.Take(10), second = pool.Take(10);
  std::weak_ptr<Slab> given = first;
  first.reset();
  const char* place = second->data();
  second.reset();

  EXPECT_TRUE(given.expired());
  EXPECT_EQ(pool.Take(10)->data(), place);
}

}  // namespace
}  // namespace freshet::data
