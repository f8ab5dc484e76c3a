#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "engines/functions/frames.h"
#include "io/child_process.h"

namespace freshet::functions {

extern const char kWorker[];  // worker.py

// A moment that may come nearer while somebody waits for it. Thread-safe.
class GiveUp {
 public:
  MonoTime at() const { return {at_ns_.load(std::memory_order_relaxed)}; }
  void At(MonoTime time) { at_ns_.store(time.ns, std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> at_ns_{MonoTime::Never().ns};
};

// One Python that has read a folder of functions. It answers one frame at a time, on one loop; after a Fault it is of no
// more use.
class PythonProcess {
 public:
  static Result<std::unique_ptr<PythonProcess>> Start(io::Processes& processes, io::Loop& loop, const std::string& python, const std::string& directory, int64_t memory_bytes);

  struct Answer {
    FrameKind kind;
    std::string body;
  };
  // kDeadlineExceeded when no answer has come by the deadline or by `give_up`, kUnavailable when it has ended; it says how.
  Task<Answer> Ask(std::string frame, MonoTime deadline, const GiveUp& give_up);

 private:
  explicit PythonProcess(std::unique_ptr<io::ChildProcess> child) : child_(std::move(child)) {}
  Task<Answer> Exchange(std::string frame);
  Task<> ReadUpTo(std::string& bytes, size_t wanted);

  std::unique_ptr<io::ChildProcess> child_;
};

}  // namespace freshet::functions
