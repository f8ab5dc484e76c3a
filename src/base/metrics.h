#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace freshet {

// Labels in the order they are printed: {{"topic", "clicks"}, {"partition", "0"}}.
using Labels = std::vector<std::pair<std::string, std::string>>;

// Only goes up. Thread-safe, one relaxed atomic add.
class Counter {
 public:
  void Add(int64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// Goes up and down. Thread-safe.
class Gauge {
 public:
  void Set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void Add(int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// Counts durations in buckets that double from 1 µs to about 67 s. Thread-safe.
class Histogram {
 public:
  static constexpr int kBuckets = 27;

  void Record(Duration elapsed);
  int64_t count() const;
  // Upper bound of the bucket that holds the given quantile (0…1), in µs; 0 when empty.
  int64_t QuantileUs(double quantile) const;
  int64_t sum_us() const { return sum_us_.load(std::memory_order_relaxed); }
  int64_t bucket(int i) const { return buckets_[static_cast<size_t>(i)].load(std::memory_order_relaxed); }

 private:
  std::array<std::atomic<int64_t>, kBuckets> buckets_{};
  std::atomic<int64_t> sum_us_{0};
};

// The Metrics of one house: a registry that hands out instruments with stable addresses and prints them in the
// Prometheus text format 0.0.4. Registration takes a lock and belongs in constructors; use is lock-free.
// Asking twice for the same name and labels gives the same instrument. Owned by Env.
class Metrics {
 public:
  Counter& AddCounter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& AddGauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& AddHistogram(std::string_view name, std::string_view help, Labels labels = {});

  // Every family with # HELP and # TYPE, durations in seconds.
  std::string ToPrometheusText() const;

 private:
  enum class Kind : unsigned char { kCounter, kGauge, kHistogram };
  struct Series {
    Labels labels;
    Counter counter;
    Gauge gauge;
    Histogram histogram;
  };
  struct Family {
    std::string name;
    std::string help;
    Kind kind;
    std::deque<Series> series;
  };

  Series& Find(std::string_view name, std::string_view help, Kind kind, Labels labels);

  mutable std::mutex mutex_;
  std::deque<Family> families_;  // GUARDED_BY(mutex_); addresses of series are stable
};

}  // namespace freshet
