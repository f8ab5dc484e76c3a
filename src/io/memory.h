#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "base/status.h"

namespace freshet::io {

// A Budget is a node in the tree of memory budgets: reserving takes from this node and all above it, or from
// none. Everything that grows is given one in its constructor and counts pinned bytes in it. Thread-safe.
// Parents outlive children.
class Budget {
 public:
  Budget(std::string name, int64_t bytes_max) : name_(std::move(name)), bytes_max_(bytes_max) {}
  Budget(std::string name, int64_t bytes_max, Budget& parent)
      : name_(std::move(name)), bytes_max_(bytes_max), parent_(&parent) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  bool TryReserve(int64_t bytes);
  void Release(int64_t bytes);

  // The refusal to send when TryReserve said no.
  Fault Full(int64_t bytes) const;

  const std::string& name() const { return name_; }
  int64_t used() const { return used_.load(std::memory_order_relaxed); }
  int64_t bytes_max() const { return bytes_max_; }

 private:
  const std::string name_;
  const int64_t bytes_max_;
  Budget* const parent_ = nullptr;
  std::atomic<int64_t> used_{0};
};

// Bytes taken from a Budget and given back at the end of life. Movable.
class Reservation {
 public:
  Reservation() = default;
  Reservation(Budget& budget, int64_t bytes) : budget_(&budget), bytes_(bytes) {}  // already reserved
  Reservation(Reservation&& other) noexcept
      : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Reservation& operator=(Reservation&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Reservation() { if (budget_ != nullptr) budget_->Release(bytes_); }

  static Result<Reservation> Take(Budget& budget, int64_t bytes) {
    if (!budget.TryReserve(bytes)) return budget.Full(bytes);
    return Reservation(budget, bytes);
  }
  int64_t bytes() const { return bytes_; }

 private:
  Budget* budget_ = nullptr;
  int64_t bytes_ = 0;
};

}  // namespace freshet::io
