#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "io/net.h"

namespace freshet::io {

// What is to be started: a path, or a name that is looked for along PATH, and its arguments.
struct Program {
  std::string path;
  std::vector<std::string> arguments;
  std::string name;  // how messages call it
};

// A program that works for this process, in a process group of its own. It has a socket as its standard input, which it
// reads and writes; what it prints goes to our standard error. It inherits no other descriptor, and of the environment
// PATH, HOME, LANG and TZ only. The destructor kills it with the group. Belongs to the loop of its connection, and so to a thread that
// lives as long as the process: a program may ask the kernel to end it with the thread that started it.
class ChildProcess {
 public:
  virtual ~ChildProcess() = default;

  virtual Connection& connection() = 0;
  // Kills what is left of it, and says how it ended: "exited with status 1", "was killed by signal 9".
  virtual std::string End() = 0;
};

// Who starts programs. No part of Env: whoever may is given it by name (docs/decisions/0235).
class Processes {
 public:
  virtual ~Processes() = default;
  virtual Result<std::unique_ptr<ChildProcess>> Start(Loop& loop, const Program& program) = 0;
};

// Of Linux, on the loops of a RealEnv. Thread-safe. Outlives what it starts.
class PosixProcesses final : public Processes {
 public:
  Result<std::unique_ptr<ChildProcess>> Start(Loop& loop, const Program& program) override;
  // One that was killed and that the kernel has not ended yet: nobody waits for it, the next start looks at it.
  void Leave(int pid);

 private:
  void LookAtLeft();

  std::mutex mutex_;
  std::vector<int> left_;  // GUARDED_BY(mutex_)
};

}  // namespace freshet::io
