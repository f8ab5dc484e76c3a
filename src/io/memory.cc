#include "io/memory.h"

namespace freshet::io {

bool Budget::TryReserve(int64_t bytes) {
  CHECK(bytes >= 0);
  int64_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
  if (before + bytes > bytes_max_ || (parent_ != nullptr && !parent_->TryReserve(bytes))) {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  return true;
}

void Budget::Release(int64_t bytes) {
  int64_t before = used_.fetch_sub(bytes, std::memory_order_relaxed);
  CHECK(before >= bytes);
  if (parent_ != nullptr) parent_->Release(bytes);
}

Fault Budget::Full(int64_t bytes) const {
  return Fault::Exhausted("memory budget '", name_, "' has ", used(), " of ", bytes_max_, " bytes in use and cannot give ",
                          bytes, "; try again later or raise it");
}

}  // namespace freshet::io
