#pragma once

#include <cstddef>
#include <cstdint>

#include "base/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define FRESHET_COUNTS_ALLOCATIONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FRESHET_COUNTS_ALLOCATIONS 1
#endif
#endif
#ifdef FRESHET_COUNTS_ALLOCATIONS
// Of <sanitizer/allocator_interface.h>.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void*, size_t), void (*freed)(const volatile void*));
extern "C" size_t __sanitizer_get_allocated_size(const volatile void*);
#endif

namespace freshet::testing {

// What a decoder may hold at once for bytes that a peer sent: eight for each of them, and room for a fault's words.
constexpr size_t kBytesForEachReceived = 8;
constexpr size_t kBytesForWords = 8 << 10;

// While it lives, this thread holds at most so much more than before, whoever allocates: the first allocation beyond it stops the
// process where it stands. Counted where AddressSanitizer tells of allocations, which is in the fuzz targets and in the asan lane;
// elsewhere it asks nothing. One at a time.
class MemoryBound {
 public:
  static MemoryBound ForReceived(size_t bytes) { return MemoryBound(bytes * kBytesForEachReceived + kBytesForWords); }

  explicit MemoryBound(size_t bytes_max) {
    CHECK(bytes_left_ == kUnbounded);
    bytes_left_ = static_cast<ptrdiff_t>(bytes_max);
    Watch();
  }
  ~MemoryBound() { bytes_left_ = kUnbounded; }
  MemoryBound(const MemoryBound&) = delete;
  MemoryBound& operator=(const MemoryBound&) = delete;

 private:
  static constexpr ptrdiff_t kUnbounded = PTRDIFF_MAX;

#ifdef FRESHET_COUNTS_ALLOCATIONS
  static void Watch() {
    static const int installed = __sanitizer_install_malloc_and_free_hooks(Allocated, Freed);
    CHECK(installed > 0);
  }
  static void Allocated(const volatile void*, size_t bytes) {
    if (bytes_left_ == kUnbounded) return;
    bytes_left_ -= static_cast<ptrdiff_t>(bytes);
    if (bytes_left_ >= 0) return;
    bytes_left_ = kUnbounded;  // who writes down what it was needs memory
    __builtin_trap();
  }
  static void Freed(const volatile void* at) {
    if (bytes_left_ != kUnbounded && at != nullptr) bytes_left_ += static_cast<ptrdiff_t>(__sanitizer_get_allocated_size(at));
  }
#else
  static void Watch() {}
#endif

  static inline thread_local ptrdiff_t bytes_left_ = kUnbounded;
};

}  // namespace freshet::testing
