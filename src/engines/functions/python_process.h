#pragma once

#include <memory>
#include <string>

#include "engines/functions/frames.h"
#include "io/child_process.h"

namespace freshet::functions {

extern const char kWorker[];  // worker.py

// One Python that has read a folder of functions. It answers one frame at a time, on one loop; after a Fault it is of no
// more use.
class PythonProcess {
 public:
  static Result<std::unique_ptr<PythonProcess>> Start(io::Processes& processes, io::Loop& loop, const std::string& python, const std::string& directory);

  struct Answer {
    FrameKind kind;
    std::string body;
  };
  // kDeadlineExceeded when no answer has come by then, kUnavailable when it has ended; it says how.
  Task<Answer> Ask(std::string frame, MonoTime deadline);

 private:
  explicit PythonProcess(std::unique_ptr<io::ChildProcess> child) : child_(std::move(child)) {}
  Task<Answer> Exchange(std::string frame);
  Task<> ReadUpTo(std::string& bytes, size_t wanted);

  std::unique_ptr<io::ChildProcess> child_;
};

}  // namespace freshet::functions
