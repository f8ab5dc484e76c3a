#include "io/heap.h"

#include <malloc.h>

namespace freshet::io {
namespace {

constexpr int kKeptBytes = 8 << 20;      // at the end of a thread's heap
constexpr int kOwnPagesBytes = 4 << 20;  // larger blocks are pages of their own, which the system gets back

}  // namespace

void KeepFreedMemory() {
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_MMAP_THRESHOLD, kOwnPagesBytes);
}

}  // namespace freshet::io
