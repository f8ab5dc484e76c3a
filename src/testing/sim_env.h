#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "io/env.h"
#include "io/task.h"
#include "testing/fault_fs.h"
#include "testing/memory_sink.h"
#include "testing/seeded_random.h"

namespace freshet::testing {

class SimLoop;
class SimWorkers;
class SimNet;

struct SimOptions {
  uint64_t seed = 1;
  int loops = 2;
  int general_workers = 2;
  int remote_workers = 4;
  Duration worker_delay_max = Milliseconds(2);
  Duration network_delay_max = Microseconds(500);
  Duration virtual_time_max = Seconds(24 * 3600);  // a root that takes longer has failed
  int64_t steps_max = 20'000'000;
  int64_t memory_bytes = int64_t{1} << 30;
};

// One thread, one seed, virtual time: the whole house, the same each time. Loops are queues of which the seed draws
// the next job; a worker's job is an event after a random delay; the network cuts and delays; the disk is a FaultFs.
// Everything that uses it is made and ended inside the root task.
//   SimEnv sim({.seed = seed});
//   Status status = sim.Run(ProduceAndConsume(sim));
// A crash ends the house between two steps (or, at a file call or a kill point, by freezing the disk for the rest of
// the running step). Its tasks are then left as they are, never resumed or destroyed; Restart brings the power back
// with what the disk kept, and another Run starts a new house.
class SimEnv final : public io::Env {
 public:
  explicit SimEnv(SimOptions options = {});
  ~SimEnv() override;

  // Runs the task on loop 0 until it ends. Other ends are Faults: kUnavailable when a planned crash came first
  // (see crashed()), kInternal when nothing is left to run (deadlock) or a bound of SimOptions was reached.
  template <typename T>
  typename Task<T>::Outcome Run(Task<T> root) {
    auto run = std::make_shared<Root<T>>(loop(0), std::move(root));
    Status ended = Drive(run, *run, run->end);
    if (!ended.ok()) return ended;
    return run->task.TakeOutcome();
  }

  // Plans one crash, counted from now: before the n-th step, at the n-th file call that changes something (which
  // has no effect any more), or at the n-th passage of a kill point.
  void CrashAtStep(int64_t n) { crash_step_ = steps_ + n; }
  void CrashAtChange(int64_t n) { disk_.FreezeAtChange(n); }
  void CrashAtPoint(std::string point, int64_t n);
  bool crashed() const { return crashed_; }
  // A crash that was planned and has not come does not come any more.
  void ForgetCrash();
  void Restart();

  FaultFs& disk() { return disk_; }
  MemorySink& sink() { return sink_; }
  const SimOptions& options() const { return options_; }
  int64_t steps() const { return steps_; }
  // Over every choice and its moment: equal for two runs of one seed, or something outside it has leaked in.
  uint64_t trace_hash() const { return trace_hash_; }

  io::Env& env() { return *this; }
  Clock& clock() override { return clock_; }
  io::Files& files() override { return disk_; }
  io::Net& net() override;
  io::Random& random() override { return product_random_; }
  io::Loop& loop(int index) override;
  int loops() const override { return options_.loops; }
  io::Workers& workers() override;
  io::KillPoints& kill_points() override { return kill_points_; }
  io::Budget& memory() override;
  Metrics& metrics() override;
  Tracer& tracer() override;
  const Logger& log() override { return log_; }

  // --- For the parts of the simulation.
  uint64_t Draw(uint64_t below);  // a choice, which enters the hash
  Duration DrawDuration(Duration max) { return Nanoseconds(static_cast<int64_t>(Draw(static_cast<uint64_t>(max.ns) + 1))); }
  void After(Duration delay, std::function<void()> run);
  const SimLoop* running_loop() const { return running_loop_; }

 private:
  struct House;  // what dies in a crash
  struct Event {
    MonoTime at;
    uint64_t order;
    std::function<void()> run;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const { return a.at != b.at ? b.at < a.at : b.order < a.order; }
  };

  // A root task with the job that starts it and the one that marks its end.
  struct EndMark final : io::Job {
    void Run() override { ended = true; }
    bool ended = false;
  };
  template <typename T>
  struct Root final : io::Job {
    Root(io::Loop& home, Task<T> root) : loop(home), task(std::move(root)) {}
    void Run() override { task.Start(loop, io::Lane::kNormal, end); }
    io::Loop& loop;
    Task<T> task;
    EndMark end;
  };

  class SimClock final : public Clock {
   public:
    MonoTime Now() override { return now; }
    WallTime WallNow() override { return {1767225600000 + (now.ns - kStart.ns) / 1000000}; }  // from 2026-01-01 on
    static constexpr MonoTime kStart{1000000000};
    MonoTime now = kStart;
  };
  class SimKillPoints final : public io::KillPoints {
   public:
    explicit SimKillPoints(SimEnv& sim) : sim_(sim) {}
    void Reach(std::string_view point) override;

   private:
    SimEnv& sim_;
  };

  Status Drive(std::shared_ptr<void> keep, io::Job& begin, const EndMark& end);
  bool Step();  // false when nothing is left to do
  void Mix(uint64_t number);
  std::string Describe() const;

  const SimOptions options_;
  SimClock clock_;
  SeededRandom choices_;
  SeededRandom product_random_;
  FaultFs disk_;
  MemorySink sink_;
  Logger log_;
  SimKillPoints kill_points_;
  std::shared_ptr<House> house_;
  const SimLoop* running_loop_ = nullptr;
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  uint64_t events_so_far_ = 0;
  int64_t steps_ = 0;
  uint64_t trace_hash_ = 0xcbf29ce484222325ull;
  int64_t crash_step_ = INT64_MAX;
  std::string crash_point_;
  int64_t crash_point_passages_left_ = 0;
  bool crashed_ = false;
  std::vector<std::shared_ptr<void>> remains_;
};

}  // namespace freshet::testing
