#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "data/column.h"

namespace freshet::data {

// Gives slabs out and takes those back that nobody uses any more, so that their pages are there already when they are written again: a thread that reads while others free what it read would else get
// new pages for every slab. Slabs may be let go on any thread and outlive the pool.
class SlabPool {
 public:
  // Keeps at most so many.
  explicit SlabPool(size_t slabs_max) : kept_(std::make_shared<Kept>()) { kept_->slabs_max = slabs_max; }

  // At least so long; what stands in it is undefined.
  std::shared_ptr<Slab> Take(size_t bytes);

 private:
  struct Kept {
    std::mutex mutex;
    size_t slabs_max = 0;
    std::vector<std::shared_ptr<Slab>> slabs;  // GUARDED_BY(mutex)
  };
  std::shared_ptr<Kept> kept_;
};

}  // namespace freshet::data
