#include "io/real_env.h"

#include <signal.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <vector>

#include "io/epoll_loop.h"
#include "io/os_error.h"
#include "io/posix_files.h"
#include "io/tcp_net.h"
#include "io/worker_threads.h"

namespace freshet::io {
namespace {

class SystemClock final : public Clock {
 public:
  MonoTime Now() override {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return {now.tv_sec * 1000000000 + now.tv_nsec};
  }
  WallTime WallNow() override {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return {now.tv_sec * 1000 + now.tv_nsec / 1000000};
  }
};

// Bytes of getrandom, fetched a buffer at a time by each thread; fit for tokens and nonces.
class SystemRandom final : public Random {
 public:
  uint64_t Next() override {
    thread_local uint64_t buffer[32];
    thread_local size_t left = 0;
    if (left == 0) {
      CHECK(getrandom(buffer, sizeof buffer, 0) == static_cast<ssize_t>(sizeof buffer));  // whole up to 256 bytes
      left = 32;
    }
    return std::exchange(buffer[--left], 0);
  }
};

class StderrSink final : public LogSink {
 public:
  void WriteLine(std::string_view line) override {
    std::string bytes;
    bytes.reserve(line.size() + 1);
    bytes.append(line).push_back('\n');
    [[maybe_unused]] ssize_t put = write(STDERR_FILENO, bytes.data(), bytes.size());
  }
};

class ProcessKillPoints final : public KillPoints {
 public:
  static Result<std::unique_ptr<ProcessKillPoints>> Parse(const std::string& setting) {
    auto points = std::make_unique<ProcessKillPoints>();
    if (setting.empty()) return points;
    size_t hash = setting.rfind('#');
    int64_t passage = 0;
    const char* end = setting.data() + setting.size();
    if (hash != std::string::npos) std::from_chars(setting.data() + hash + 1, end, passage);
    if (hash == 0 || passage < 1) return Fault::Invalid("FRESHET_KILL_AT='", setting, "' is not of the form point#n with n of 1 or more");
    points->point_ = setting.substr(0, hash);
    points->passages_left_ = passage;
    return points;
  }

  void Reach(std::string_view point) override {
    if (point_.empty()) [[likely]] return;
    if (point == point_ && passages_left_.fetch_sub(1) == 1) kill(getpid(), SIGKILL);
  }

 private:
  std::string point_;
  std::atomic<int64_t> passages_left_{0};
};

// SIGTERM and SIGINT as a readable descriptor on loop 0.
class Termination final : public EpollLoop::Watcher {
 public:
  Termination(EpollLoop& loop, int descriptor, Job& job) : loop_(loop), descriptor_(descriptor), job_(job) {}
  ~Termination() { close(descriptor_); }

  void OnReady(bool, bool) override {
    signalfd_siginfo info;
    while (read(descriptor_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      if (std::exchange(told_, true)) _exit(128 + static_cast<int>(info.ssi_signo));
      loop_.Post(Lane::kUrgent, job_);
    }
  }

 private:
  EpollLoop& loop_;
  const int descriptor_;
  Job& job_;
  bool told_ = false;
};

sigset_t TerminationSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

struct RealEnv::State {
  explicit State(const RealEnvOptions& options)
      : holds_termination(options.holds_termination), memory("house", options.memory_bytes), tracer(clock, options.spans_kept),
        log(clock, options.log_sink != nullptr ? *options.log_sink : stderr_sink, "house", options.log_level),
        files(options.files != nullptr ? options.files : &posix_files), workers(options.general_workers, options.remote_workers_max), net(workers) {}

  // Workers first: what they run posts to the loops, which must still be there.
  ~State() {
    workers.Stop();
    for (auto& loop : loops) loop->Stop();
  }

  const bool holds_termination;
  SystemClock clock;
  SystemRandom random;
  StderrSink stderr_sink;
  Metrics metrics;
  Budget memory;
  Tracer tracer;
  Logger log;
  PosixFiles posix_files;
  Files* files;
  std::unique_ptr<ProcessKillPoints> kill_points;
  std::unique_ptr<Termination> termination;
  std::vector<std::unique_ptr<EpollLoop>> loops;
  WorkerThreads workers;
  TcpNet net;
};

Result<std::unique_ptr<RealEnv>> RealEnv::Open(RealEnvOptions options) {
  if (options.loops < 1 || options.general_workers < 1 || options.remote_workers_max < 1) return Fault::Invalid("a house needs one loop and one worker of each kind at least");
  // A peer that is gone and a file at its size limit are errors of one call, not the end of the process.
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  if (options.holds_termination) {
    sigset_t signals = TerminationSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the first thread, which inherits it
  }
  const char* kill_at = std::getenv("FRESHET_KILL_AT");
  if (options.kill_at.empty() && kill_at != nullptr) options.kill_at = kill_at;
  auto state = std::make_unique<State>(options);
  ASSIGN_OR_RETURN(state->kill_points, ProcessKillPoints::Parse(options.kill_at));
  for (int i = 0; i < options.loops; ++i) {
    ASSIGN_OR_RETURN(auto loop, EpollLoop::Open({i, options.turn_cpu_max}, state->clock, state->metrics));
    state->loops.push_back(std::move(loop));
  }
  for (auto& loop : state->loops) loop->Start();
  return std::unique_ptr<RealEnv>(new RealEnv(std::move(state)));
}

RealEnv::RealEnv(std::unique_ptr<State> state) : state_(std::move(state)) {}
RealEnv::~RealEnv() = default;

Clock& RealEnv::clock() { return state_->clock; }
Files& RealEnv::files() { return *state_->files; }
Net& RealEnv::net() { return state_->net; }
Random& RealEnv::random() { return state_->random; }
Loop& RealEnv::loop(int index) { return *state_->loops.at(static_cast<size_t>(index)); }
int RealEnv::loops() const { return static_cast<int>(state_->loops.size()); }
Workers& RealEnv::workers() { return state_->workers; }
KillPoints& RealEnv::kill_points() { return *state_->kill_points; }
Budget& RealEnv::memory() { return state_->memory; }
Metrics& RealEnv::metrics() { return state_->metrics; }
Tracer& RealEnv::tracer() { return state_->tracer; }
const Logger& RealEnv::log() { return state_->log; }

Status RealEnv::OnTermination(Job& job) {
  CHECK(state_->holds_termination && state_->termination == nullptr);
  sigset_t signals = TerminationSignals();
  int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) return FaultFromErrno(errno, "open", "a signal descriptor");
  EpollLoop& loop = *state_->loops[0];
  state_->termination = std::make_unique<Termination>(loop, descriptor, job);
  return loop.Watch(descriptor, *state_->termination);
}

}  // namespace freshet::io
