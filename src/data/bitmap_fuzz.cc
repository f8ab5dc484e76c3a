#include <algorithm>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "data/bitmap.h"

// Two sets of bytes, the first one's length before them: what is read is read again as the same, and however the two are put together, what comes out is
// canonical and has as many numbers as it must.
namespace {

using freshet::data::BitmapOp;

int64_t Checked(std::string_view bitmap) {
  auto again = freshet::data::CanonicalBitmap(bitmap);
  CHECK(again.ok() && *again == bitmap);
  return freshet::data::BitmapCardinality(bitmap);
}

std::string InASet(BitmapOp op, std::string_view a, std::string_view b) {
  freshet::data::BitmapSet set(std::pmr::new_delete_resource());
  set.Combine(BitmapOp::kOr, a);
  set.Combine(op, b);
  return set.bitmap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::data;
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  size_t split = std::min<size_t>(data[0], bytes.size());
  auto a = CanonicalBitmap(bytes.substr(0, split)), b = CanonicalBitmap(bytes.substr(split));
  for (const auto* read : {&a, &b}) {
    if (!read->ok()) continue;
    int64_t numbers = 0, last = -1;
    if (Checked(**read) <= 1 << 20) {
      ForEachNumber(**read, [&](uint32_t n) {
        CHECK(n > last);
        last = n;
        ++numbers;
      });
      CHECK(numbers == BitmapCardinality(**read));
    }
    CHECK(BitmapText(**read).size() < (1 << 20));
  }
  if (!a.ok() || !b.ok()) return 0;
  int64_t left = BitmapCardinality(*a), right = BitmapCardinality(*b), both = Checked(Combined(BitmapOp::kAnd, *a, *b));
  CHECK(Checked(Combined(BitmapOp::kOr, *a, *b)) == left + right - both);
  CHECK(Checked(Combined(BitmapOp::kXor, *a, *b)) == left + right - 2 * both);
  CHECK(Checked(Combined(BitmapOp::kAndNot, *a, *b)) == left - both);
  for (BitmapOp op : {BitmapOp::kAnd, BitmapOp::kOr, BitmapOp::kXor, BitmapOp::kAndNot}) CHECK(InASet(op, *a, *b) == Combined(op, *a, *b));
  return 0;
}
