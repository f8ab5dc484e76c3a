#include "data/slab_pool.h"

#include <algorithm>

namespace freshet::data {
namespace {

constexpr size_t kStep = 256 << 10;  // of lengths, so that slabs of nearly one length stand in for one another

}  // namespace

std::shared_ptr<Slab> SlabPool::Take(size_t bytes) {
  std::shared_ptr<Slab> slab;
  {
    std::lock_guard lock(kept_->mutex);
    auto fits = std::find_if(kept_->slabs.begin(), kept_->slabs.end(), [bytes](const auto& one) { return one->size() >= bytes; });
    if (fits != kept_->slabs.end()) {
      slab = std::move(*fits);
      kept_->slabs.erase(fits);
    }
  }
  if (slab == nullptr) slab = Slab::Make((bytes + kStep - 1) / kStep * kStep);
  Slab* given = slab.get();
  auto take_back = [kept = kept_, slab = std::move(slab)](Slab*) mutable {
    std::lock_guard lock(kept->mutex);
    if (kept->slabs.size() == kept->slabs_max) kept->slabs.erase(kept->slabs.begin());  // perhaps one that is too short by now
    kept->slabs.push_back(std::move(slab));
  };
  return {given, std::move(take_back)};
}

}  // namespace freshet::data
