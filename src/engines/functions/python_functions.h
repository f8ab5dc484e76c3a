#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engines/functions/python_process.h"
#include "io/env.h"
#include "io/wait.h"
#include "ports/functions.h"

namespace freshet::functions {

struct PythonFunctionsOptions {
  std::string directory;           // its *.py files are modules
  std::string python = "python3";  // a path, or a name that is looked for along PATH
  Duration patience = Seconds(30); // for an answer about some rows, or about the folder
  int64_t memory_bytes = 1_GiB;    // of each process, without the files that it maps
};

// The Python functions of a folder, called in child processes: up to two on each loop, started when they are needed and kept.
// What functions there are is read once, in Open: a changed file counts when it is opened anew. Rows go over in pieces; a
// process that ends or is late is killed, and the next piece gets a new one. Owned by House or a command, outlives its callers.
class PythonFunctions final : public ports::Functions {
 public:
  // Reads the folder; what cannot be read is told to those who look for a function. Blocks, as the destructor does, which ends
  // the processes: outside the loops.
  static std::unique_ptr<PythonFunctions> Open(Env& env, io::Processes& processes, PythonFunctionsOptions options);
  ~PythonFunctions() override;

  Result<ports::FunctionSignature> Find(std::string_view name) const override;
  Status CheckType(const data::Type& type) const override { return functions::CheckType(type); }
  Task<data::ColumnPtr> Call(Ctx ctx, std::string name, data::Batch args, data::Type result) override;
  // From then on nobody is waited for: of a house that closes. Thread-safe.
  void GiveUpAt(MonoTime time) { give_up_.At(time); }

 private:
  using Process = std::unique_ptr<PythonProcess>;
  // Of one loop.
  struct Bench {
    std::vector<Process> idle;
    int lent = 0;
    io::Signal returned;
  };
  struct Meters {
    Counter* rows;
    Counter* failures;
    Histogram* seconds;
  };

  PythonFunctions(Env& env, io::Processes& processes, PythonFunctionsOptions options);
  Task<> Begin();
  Task<> Read();
  Task<Process> Lend(Bench& bench, io::Loop& loop, MonoTime deadline, bool* fresh);
  Task<PythonProcess::Answer> Ask(Ctx ctx, std::string frame);
  Task<PythonProcess::Answer> AskOnce(Ctx ctx, const std::string& frame, bool* fresh);
  Task<int> CallPiece(Ctx ctx, const std::string& name, const data::Batch& args, int begin, data::ColumnBuilder& out);
  Task<> Close();
  Task<> ClearBench(int loop);

  Env& env_;
  io::Processes& processes_;
  const PythonFunctionsOptions options_;
  Logger log_;
  Status begun_;                                             // why nothing is known; fixed after Open
  Description description_;                                  // fixed after Open
  std::map<std::string, Meters, std::less<>> meters_;        // fixed after Open
  std::vector<std::unique_ptr<Bench>> benches_;              // by loop, each touched there only
  Counter& started_;
  GiveUp give_up_;
};

}  // namespace freshet::functions
