#pragma once

#include <memory>
#include <string>

#include "io/env.h"

namespace freshet::io {

struct RealEnvOptions {
  int loops = 2;
  int general_workers = 2;
  int remote_workers_max = 16;         // started when they are needed
  int64_t memory_bytes = int64_t{1} << 30;
  Level log_level = Level::kInfo;
  LogSink* log_sink = nullptr;         // null: JSON lines on standard error
  Files* files = nullptr;              // null: the operating system's
  size_t spans_kept = 4096;
  Duration turn_cpu_max = {0};         // tests: a loop turn that burns more than this ends the process
  std::string kill_at;                 // "point#n"; "" takes FRESHET_KILL_AT of the environment
  bool holds_termination = false;      // SIGTERM and SIGINT wait for OnTermination instead of ending the process
};

// Linux as the house sees it: threads with an epoll loop each, worker threads, files, TCP, clocks and randomness.
// Made first and destroyed last, by main (or a test), outside the loops. Its threads run from Open to destruction;
// whatever uses it must have come to its end before (RunToEnd).
class RealEnv final : public Env {
 public:
  static Result<std::unique_ptr<RealEnv>> Open(RealEnvOptions options = {});
  ~RealEnv() override;

  Clock& clock() override;
  Files& files() override;
  Net& net() override;
  Random& random() override;
  Loop& loop(int index) override;
  int loops() const override;
  Workers& workers() override;
  KillPoints& kill_points() override;
  Budget& memory() override;
  Metrics& metrics() override;
  Tracer& tracer() override;
  const Logger& log() override;

  // SIGTERM or SIGINT runs the job on loop 0, once, also when it came before this call; a second signal ends the
  // process at once. Needs holds_termination, which blocks both signals in the thread that opens and all it starts.
  Status OnTermination(Job& job);

 private:
  struct State;
  explicit RealEnv(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace freshet::io
