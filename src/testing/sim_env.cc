#include "testing/sim_env.h"

#include "io/job_queue.h"
#include "io/timer_heap.h"
#include "testing/sim_net.h"

namespace freshet::testing {
namespace {

constexpr Duration kStepMax = Microseconds(10);
constexpr uint64_t kHashPrime = 0x100000001b3ull;

// What a crash left behind: coroutine frames that will never run again and must not be destroyed, because their
// destructors would meet half-done waits. Reachable here, so that leak checkers know of them.
std::vector<std::shared_ptr<void>>& Graveyard() {
  static auto* graveyard = new std::vector<std::shared_ptr<void>>;
  return *graveyard;
}

}  // namespace

class SimLoop final : public io::Loop {
 public:
  SimLoop(SimEnv& sim, int index) : sim_(sim), index_(index) {}

  void Post(io::Lane lane, io::Job& job) override { lanes_[static_cast<size_t>(lane)].Push(job); }
  void At(MonoTime due, io::Timer& timer) override {
    CHECK(OnLoop());
    timers_.Arm(due, timer);
  }
  void Cancel(io::Timer& timer) override { timers_.Disarm(timer); }
  bool OnLoop() const override { return sim_.running_loop() == this; }
  int index() const override { return index_; }
  Clock& clock() override { return sim_.clock(); }

  bool has_job() const { return !lanes_[0].empty() || !lanes_[1].empty() || !lanes_[2].empty(); }
  MonoTime soonest_timer() const { return timers_.soonest(); }

  // Urgent mostly goes first, normal sometimes, idle only when nothing else is there.
  void RunJob() {
    bool both = !lanes_[0].empty() && !lanes_[1].empty();
    size_t lane = !lanes_[0].empty() ? 0 : !lanes_[1].empty() ? 1 : 2;
    if (both && sim_.Draw(4) == 0) lane = 1;
    lanes_[lane].Pop()->Run();
  }
  void RunTimer() { timers_.PopDue(sim_.clock().Now())->Run(); }

 private:
  SimEnv& sim_;
  const int index_;
  io::JobQueue lanes_[io::kLanes];
  io::TimerHeap timers_;
};

// A pool's threads are the times at which each of them is free again.
class SimWorkers final : public io::Workers {
 public:
  SimWorkers(SimEnv& sim, const SimOptions& options)
      : sim_(sim), commit_free_(1), general_free_(static_cast<size_t>(options.general_workers)), remote_free_(static_cast<size_t>(options.remote_workers)) {}

  void Submit(io::Pool pool, io::Job& job) override {
    auto& free = pool == io::Pool::kCommit ? commit_free_ : pool == io::Pool::kGeneral ? general_free_ : remote_free_;
    auto first = std::min_element(free.begin(), free.end());
    MonoTime now = sim_.clock().Now();
    MonoTime end = std::max(now, *first) + sim_.DrawDuration(sim_.options().worker_delay_max) + Nanoseconds(1);
    *first = end;
    sim_.After(end - now, [&job] { job.Run(); });
  }

 private:
  SimEnv& sim_;
  std::vector<MonoTime> commit_free_;
  std::vector<MonoTime> general_free_;
  std::vector<MonoTime> remote_free_;
};

struct SimEnv::House {
  explicit House(SimEnv& sim)
      : memory("house", sim.options().memory_bytes), tracer(sim.clock(), 4096), workers(sim, sim.options()), net(sim) {
    for (int i = 0; i < sim.options().loops; ++i) loops.push_back(std::make_unique<SimLoop>(sim, i));
  }
  Metrics metrics;
  io::Budget memory;
  Tracer tracer;
  std::vector<std::unique_ptr<SimLoop>> loops;
  SimWorkers workers;
  SimNet net;
};

SimEnv::SimEnv(SimOptions options)
    : options_(options), choices_(options.seed), product_random_(options.seed ^ 0x5eed), log_(clock_, sink_, "house"),
      kill_points_(*this), house_(std::make_shared<House>(*this)) {
  disk_.set_wall_clock([this] { return clock_.WallNow(); });
}

SimEnv::~SimEnv() {
  if (remains_.empty()) return;
  Graveyard().insert(Graveyard().end(), remains_.begin(), remains_.end());
}

io::Net& SimEnv::net() { return house_->net; }
io::Loop& SimEnv::loop(int index) { return *house_->loops.at(static_cast<size_t>(index)); }
io::Workers& SimEnv::workers() { return house_->workers; }
io::Budget& SimEnv::memory() { return house_->memory; }
Metrics& SimEnv::metrics() { return house_->metrics; }
Tracer& SimEnv::tracer() { return house_->tracer; }

void SimEnv::Mix(uint64_t number) { trace_hash_ = (trace_hash_ ^ number) * kHashPrime; }

uint64_t SimEnv::Draw(uint64_t below) {
  if (below <= 1) return 0;
  uint64_t drawn = choices_.Below(below);
  Mix(drawn);
  return drawn;
}

void SimEnv::After(Duration delay, std::function<void()> run) {
  events_.push({clock_.now + delay, events_so_far_++, std::move(run)});
}

void SimEnv::CrashAtPoint(std::string point, int64_t n) {
  crash_point_ = std::move(point);
  crash_point_passages_left_ = n;
}

void SimEnv::ForgetCrash() {
  crash_step_ = INT64_MAX;
  crash_point_.clear();
  disk_.FreezeAtChange(INT64_MAX / 2);
}

void SimEnv::SimKillPoints::Reach(std::string_view point) {
  if (point == sim_.crash_point_ && --sim_.crash_point_passages_left_ == 0) sim_.disk_.Freeze();
}

Status SimEnv::Drive(std::shared_ptr<void> keep, io::Job& begin, const EndMark& end) {
  CHECK(!crashed_);
  loop(0).Post(io::Lane::kNormal, begin);
  MonoTime latest = clock_.now + options_.virtual_time_max;
  Status why;
  while (!end.ended && why.ok() && !crashed_) {
    crashed_ = steps_ >= crash_step_;
    if (crashed_) break;
    if (!Step()) why = Fault::Internal("deadlock in simulation: nothing is left to run and the root has not ended; ", Describe());
    else if (clock_.now > latest) why = Fault::Internal("the root has not ended in ", options_.virtual_time_max.ms(), " ms of virtual time; ", Describe());
    else if (steps_ >= options_.steps_max) why = Fault::Internal("the root has not ended in ", options_.steps_max, " steps; ", Describe());
    crashed_ = disk_.frozen();
  }
  if (end.ended && !crashed_) return {};
  remains_.push_back(std::move(keep));
  remains_.push_back(house_);
  if (crashed_) return Fault::Unavailable("the planned crash of the simulation came; ", Describe());
  return why;
}

bool SimEnv::Step() {
  enum class Kind : unsigned char { kJob, kTimer, kEvent };
  struct Choice {
    Kind kind;
    SimLoop* loop;
  };
  std::vector<Choice> choices;
  MonoTime soonest = events_.empty() ? MonoTime::Never() : events_.top().at;
  for (auto& loop : house_->loops) {
    if (loop->has_job()) choices.push_back({Kind::kJob, loop.get()});
    if (loop->soonest_timer() <= clock_.now) choices.push_back({Kind::kTimer, loop.get()});
    soonest = std::min(soonest, loop->soonest_timer());
  }
  if (!events_.empty() && events_.top().at <= clock_.now) choices.push_back({Kind::kEvent, nullptr});
  if (choices.empty()) {
    if (soonest == MonoTime::Never()) return false;
    clock_.now = soonest;
    return true;
  }
  ++steps_;
  Mix(static_cast<uint64_t>(clock_.now.ns));
  Mix(static_cast<uint64_t>(disk_.calls()));
  Choice choice = choices[Draw(choices.size())];
  running_loop_ = choice.loop;
  if (choice.kind == Kind::kJob) choice.loop->RunJob();
  if (choice.kind == Kind::kTimer) choice.loop->RunTimer();
  if (choice.kind == Kind::kEvent) {
    auto run = std::move(const_cast<Event&>(events_.top()).run);  // popped at once, so the order stays whole
    events_.pop();
    run();
  }
  running_loop_ = nullptr;
  clock_.now = clock_.now + DrawDuration(kStepMax);
  return true;
}

void SimEnv::Restart() {
  CHECK(crashed_);
  disk_.Crash(choices_);
  events_ = {};
  house_ = std::make_shared<House>(*this);
  crash_step_ = INT64_MAX;
  crash_point_.clear();
  crashed_ = false;
}

std::string SimEnv::Describe() const {
  std::string text = StrCat("seed ", options_.seed, ", step ", steps_, ", ", (clock_.now - SimClock::kStart).ms(), " ms of virtual time, ",
                            events_.size(), " events under way");
  for (const auto& loop : house_->loops) {
    text += StrCat(", loop ", loop->index(), loop->has_job() ? " has jobs" : " is empty",
                   loop->soonest_timer() == MonoTime::Never() ? "" : " and has timers");
  }
  return text;
}

}  // namespace freshet::testing
