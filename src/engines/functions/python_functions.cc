#include "engines/functions/python_functions.h"

#include "io/run_to_end.h"

namespace freshet::functions {
namespace {

constexpr int kProcessesMax = 2;          // of a loop
constexpr int kPieceRows = 1024;
constexpr size_t kPieceBytes = 1 << 20;   // beyond, fewer rows go over at once

}  // namespace

PythonFunctions::PythonFunctions(Env& env, io::Processes& processes, PythonFunctionsOptions options)
    : env_(env), processes_(processes), options_(std::move(options)), log_(env.log().ForRoom("engines/functions")), begun_(Fault::Unavailable("functions have not begun")),
      started_(env.metrics().AddCounter("freshet_function_processes_total", "child processes started for Python functions")) {
  for (int loop = 0; loop < env.loops(); ++loop) benches_.push_back(std::make_unique<Bench>());
}

std::unique_ptr<PythonFunctions> PythonFunctions::Open(Env& env, io::Processes& processes, PythonFunctionsOptions options) {
  std::unique_ptr<PythonFunctions> functions(new PythonFunctions(env, processes, std::move(options)));
  (void)io::RunToEnd(env, functions->Begin());  // its outcome is what Find says
  return functions;
}

PythonFunctions::~PythonFunctions() { (void)io::RunToEnd(env_, Close()); }

Task<> PythonFunctions::Begin() {
  auto reading = Read();
  begun_ = co_await reading;
  if (!begun_.ok()) {
    begun_ = Fault::Unavailable("Python functions cannot be called: ", options_.python, ": ", begun_.fault().message(), "; is it a Python of at least 3.10? Install one, or name it (freshet up: functions.python; freshet run and test: --python)");
    log_.Warn("functions cannot be called", {{"folder", options_.directory}, {"why", begun_.fault().message()}});
    co_return Status();
  }
  for (const auto& [name, function] : description_.functions) {
    bool is_file = name.find('.') == std::string::npos;
    if (is_file && function.code() != Code::kNotFound) log_.Warn("a file of functions cannot be read", {{"file", name}, {"why", function.fault().message()}});
    if (!function.ok()) continue;
    Labels labels{{"function", name}};
    meters_[name] = {&env_.metrics().AddCounter("freshet_function_rows_total", "rows that a Python function was called for", labels),
                     &env_.metrics().AddCounter("freshet_function_failures_total", "calls of a Python function that came to nothing: an exception, a wrong value, no answer in time, a process that ended", labels),
                     &env_.metrics().AddHistogram("freshet_function_seconds", "from rows handed to a Python function to its answer", labels)};
  }
  co_return Status();
}

Task<> PythonFunctions::Read() {
  Ctx ctx;
  auto asking = Ask(ctx, DescribeFrame());
  auto answer = co_await asking;
  if (!answer.ok()) co_return answer.fault();
  auto description = answer->kind == FrameKind::kDescription ? ReadDescription(answer->body) : Result<Description>(Fault::Corrupt("Python did not say what functions there are"));
  if (!description.ok()) co_return description.fault();
  description_ = std::move(*description);
  co_return Status();
}

Result<ports::FunctionSignature> PythonFunctions::Find(std::string_view name) const {
  RETURN_NOT_OK(begun_);
  auto found = description_.functions.find(name);
  if (found != description_.functions.end()) return found->second;
  size_t dot = name.find('.');
  if (dot == std::string_view::npos || name.find('.', dot + 1) != std::string_view::npos) return Fault::Invalid("'", name, "' is to be 'module.function', where module is a file of ", options_.directory, " without its .py");
  auto module = description_.functions.find(name.substr(0, dot));
  if (module == description_.functions.end()) return Fault::NotFound("no file ", name.substr(0, dot), ".py in ", options_.directory, ", where function '", name, "' should be");
  if (module->second.code() != Code::kNotFound) return module->second.fault();
  return Fault::NotFound("file ", name.substr(0, dot), ".py has no function '", name.substr(dot + 1), "'");
}

// An idle process of the loop, or a fresh one; where there are as many as may be, the next that is free.
Task<PythonFunctions::Process> PythonFunctions::Lend(Bench& bench, io::Loop& loop, MonoTime deadline, bool* fresh) {
  while (bench.idle.empty() && bench.lent >= kProcessesMax) {
    io::Signal::Waiter wait(bench.returned, deadline);
    bool returned = co_await wait;
    if (!returned) co_return Fault::DeadlineExceeded("other calls of this loop have kept all ", kProcessesMax, " processes");
  }
  *fresh = bench.idle.empty();
  if (!*fresh) {
    Process process = std::move(bench.idle.back());
    bench.idle.pop_back();
    ++bench.lent;
    co_return process;
  }
  auto started = PythonProcess::Start(processes_, loop, options_.python, options_.directory, options_.memory_bytes);
  if (!started.ok()) co_return started.fault();
  started_.Add();
  ++bench.lent;
  co_return std::move(*started);
}

Task<PythonProcess::Answer> PythonFunctions::AskOnce(Ctx ctx, const std::string& frame, bool* fresh) {
  io::ThisLoop here;
  io::Loop& loop = co_await here;
  Bench& bench = *benches_[static_cast<size_t>(loop.index())];
  MonoTime deadline = ctx.WithDeadline(env_.clock().Now() + options_.patience).deadline;
  auto lending = Lend(bench, loop, std::min(deadline, give_up_.at()), fresh);
  auto lent = co_await lending;
  if (!lent.ok()) co_return lent.fault();
  Process process = std::move(*lent);
  auto asking = process->Ask(frame, ctx.WithDeadline(env_.clock().Now() + options_.patience).deadline, give_up_);
  auto answer = co_await asking;
  --bench.lent;
  if (answer.ok()) bench.idle.push_back(std::move(process));
  bench.returned.NotifyAll();
  co_return answer;
}

// A process that sat idle may have been ended by somebody else: then another is asked, once.
Task<PythonProcess::Answer> PythonFunctions::Ask(Ctx ctx, std::string frame) {
  bool fresh = false;
  auto asking = AskOnce(ctx, frame, &fresh);
  auto answer = co_await asking;
  bool ended = !answer.ok() && answer.code() == Code::kUnavailable && !fresh;
  if (!ended) co_return answer;
  auto again = AskOnce(ctx, frame, &fresh);
  auto second = co_await again;
  co_return second;
}

Task<data::ColumnPtr> PythonFunctions::Call(Ctx ctx, std::string name, data::Batch args, data::Type result) {
  data::ColumnBuilder out(result, args.selected());
  const Meters& meters = meters_.find(name)->second;
  while (out.length() < args.selected()) {
    MonoTime begun = env_.clock().Now();
    auto calling = CallPiece(ctx, name, args, out.length(), out);
    auto called = co_await calling;
    meters.seconds->Record(env_.clock().Now() - begun);
    if (!called.ok()) {
      meters.failures->Add();
      co_return called.fault();
    }
    meters.rows->Add(*called);
  }
  co_return out.Finish();
}

// Of the rows from `begin` on as many as go over at once; tells how many those were.
Task<int> PythonFunctions::CallPiece(Ctx ctx, const std::string& name, const data::Batch& args, int begin, data::ColumnBuilder& out) {
  int rows = std::min(args.selected() - begin, kPieceRows);
  std::string frame = CallFrame(name, args, begin, rows, out.type());
  while (frame.size() > kPieceBytes && rows > 1) {
    rows /= 2;
    frame = CallFrame(name, args, begin, rows, out.type());
  }
  auto asking = Ask(ctx, std::move(frame));
  auto answer = co_await asking;
  if (!answer.ok()) {
    const Fault& fault = answer.fault();
    std::string remedy = fault.code() == Code::kDeadlineExceeded ? StrCat("; it has ", options_.patience.ms(), " ms for ", rows, " rows (functions.patience_ms)") : "";
    co_return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("function ", name, ": ", fault.message(), remedy));
  }
  if (answer->kind == FrameKind::kFailed) {
    auto message = ReadFailure(answer->body);
    co_return Fault::Invalid("function ", name, ": ", message.ok() ? *message : message.fault().message(), "; give None back for what cannot be computed");
  }
  if (answer->kind != FrameKind::kColumn) co_return Fault::Corrupt("function ", name, ": Python answered something else");
  Status read = ReadColumn(answer->body, rows, out);
  if (!read.ok()) co_return read.fault();
  co_return rows;
}

Task<> PythonFunctions::ClearBench(int loop) {
  benches_[static_cast<size_t>(loop)]->idle.clear();
  co_return Status();
}

Task<> PythonFunctions::Close() {
  io::RunOnAll hops;
  for (int loop = 0; loop < env_.loops(); ++loop) hops.Add(env_.loop(loop), ClearBench(loop));
  Status closed = co_await hops;
  co_return closed;
}

}  // namespace freshet::functions
