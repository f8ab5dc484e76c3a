#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace freshet {

// Identifies one request or event on its way through the house; 0 means "not traced".
using TraceId = uint64_t;

// One stay in one room. Names are room names ("doors/kafka", "engines/log"), so a trace reads as the path of
// one event.
struct SpanRecord {
  TraceId trace = 0;
  std::string room;
  std::string step;
  MonoTime begin;
  MonoTime end;
};

// Keeps the newest `capacity` finished spans in memory. Thread-safe. Owned by Env.
class Tracer {
 public:
  Tracer(Clock& clock, size_t capacity) : clock_(clock), capacity_(capacity) {}

  void Record(SpanRecord span);
  std::vector<SpanRecord> Spans(TraceId trace) const;  // in order of their end
  std::vector<SpanRecord> Newest() const;              // all that are kept, in order of their end
  Clock& clock() { return clock_; }

 private:
  Clock& clock_;
  const size_t capacity_;
  mutable std::mutex mutex_;
  std::vector<SpanRecord> ring_;  // GUARDED_BY(mutex_)
  size_t next_ = 0;               // GUARDED_BY(mutex_)
};

// Measures from construction to destruction; free when the trace id is 0.
class Span {
 public:
  Span(Tracer& tracer, TraceId trace, std::string_view room, std::string_view step)
      : tracer_(tracer), trace_(trace) {
    if (trace_ == 0) return;
    room_ = room;
    step_ = step;
    begin_ = tracer_.clock().Now();
  }
  ~Span() {
    if (trace_ != 0) tracer_.Record({trace_, std::move(room_), std::move(step_), begin_, tracer_.clock().Now()});
  }
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

 private:
  Tracer& tracer_;
  TraceId trace_;
  std::string room_;
  std::string step_;
  MonoTime begin_;
};

}  // namespace freshet
