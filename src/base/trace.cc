#include "base/trace.h"

namespace freshet {

void Tracer::Record(SpanRecord span) {
  std::lock_guard lock(mutex_);
  if (ring_.size() < capacity_) {
    ring_.push_back(std::move(span));
    return;
  }
  if (capacity_ == 0) return;
  ring_[next_] = std::move(span);
  next_ = (next_ + 1) % capacity_;
}

std::vector<SpanRecord> Tracer::Spans(TraceId trace) const {
  std::lock_guard lock(mutex_);
  std::vector<SpanRecord> found;
  for (size_t i = 0; i < ring_.size(); ++i) {
    const SpanRecord& span = ring_[(next_ + i) % ring_.size()];
    if (span.trace == trace) found.push_back(span);
  }
  return found;
}

std::vector<SpanRecord> Tracer::Newest() const {
  std::lock_guard lock(mutex_);
  std::vector<SpanRecord> all(ring_.begin() + static_cast<std::ptrdiff_t>(next_), ring_.end());
  all.insert(all.end(), ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(next_));
  return all;
}

}  // namespace freshet
