#include "io/epoll_loop.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "io/os_error.h"

namespace freshet::io {
namespace {

constexpr Duration kUrgentBudget = Milliseconds(2);
constexpr Duration kTimerBudget = Milliseconds(1);
constexpr Duration kNormalBudget = Microseconds(500);
constexpr Duration kLongTurn = Milliseconds(5);
constexpr int kEventsMax = 128;

// The loop that the calling thread runs, if any: how OnLoop and the short way of Post know where they are.
thread_local const EpollLoop* this_threads_loop = nullptr;

Duration ThreadCpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return Nanoseconds(now.tv_sec * 1000000000 + now.tv_nsec);
}

}  // namespace

Result<std::unique_ptr<EpollLoop>> EpollLoop::Open(Options options, Clock& clock, Metrics& metrics) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return FaultFromErrno(errno, "open", "an epoll descriptor");
  int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) {
    Fault fault = FaultFromErrno(errno, "open", "an event descriptor");
    close(epoll);
    return fault;
  }
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) == 0);
  return std::unique_ptr<EpollLoop>(new EpollLoop(options, clock, metrics, epoll, wake));
}

EpollLoop::EpollLoop(Options options, Clock& clock, Metrics& metrics, int epoll, int wake)
    : options_(options), clock_(clock),
      turns_(metrics.AddHistogram("freshet_loop_turn_seconds", "time one turn of a loop took", {{"loop", StrCat(options.index)}})),
      long_turns_(metrics.AddCounter("freshet_loop_long_turns_total", "turns of a loop that took more than 5 ms",
                                     {{"loop", StrCat(options.index)}})),
      epoll_(epoll), wake_(wake) {}

EpollLoop::~EpollLoop() {
  Stop();
  close(wake_);
  close(epoll_);
}

void EpollLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void EpollLoop::Stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  Wake();
  thread_.join();
}

bool EpollLoop::OnLoop() const { return this_threads_loop == this; }

void EpollLoop::Post(Lane to, Job& job) {
  if (OnLoop()) {
    lane(to).Push(job);
    return;
  }
  inbox_[static_cast<size_t>(to)].Push(job);
  // The loop says that it sleeps before it looks at its inboxes a last time; so either it sees the job or we see
  // it sleeping.
  if (sleeping_.load(std::memory_order_seq_cst) && sleeping_.exchange(false)) Wake();
}

void EpollLoop::Wake() {
  uint64_t one = 1;
  while (write(wake_, &one, sizeof one) < 0 && errno == EINTR) {}
}

void EpollLoop::At(MonoTime due, Timer& timer) {
  CHECK(OnLoop());
  timers_.Arm(due, timer);
}

void EpollLoop::Cancel(Timer& timer) {
  CHECK(OnLoop());
  timers_.Disarm(timer);
}

Status EpollLoop::Watch(int descriptor, Watcher& watcher) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &watcher}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) return FaultFromErrno(errno, "watch", "a descriptor");
  return {};
}

void EpollLoop::Run() {
  this_threads_loop = this;
  pthread_setname_np(pthread_self(), StrCat("loop-", options_.index).c_str());
  while (!stopping_.load(std::memory_order_acquire)) {
    Poll(WaitMs());
    Turn();
  }
  this_threads_loop = nullptr;
}

int EpollLoop::WaitMs() {
  for (const JobQueue& queue : lanes_) {
    if (!queue.empty()) return 0;
  }
  int wait_ms = -1;
  if (!timers_.empty()) {
    int64_t until_ns = (timers_.soonest() - clock_.Now()).ns;
    if (until_ns <= 0) return 0;
    wait_ms = static_cast<int>(std::min<int64_t>((until_ns + 999999) / 1000000, 60000));
  }
  sleeping_.store(true, std::memory_order_seq_cst);
  bool found = stopping_.load(std::memory_order_acquire);
  for (const JobInbox& inbox : inbox_) found = found || !inbox.empty();
  if (!found) return wait_ms;
  sleeping_.store(false, std::memory_order_relaxed);
  return 0;
}

void EpollLoop::Poll(int wait_ms) {
  epoll_event events[kEventsMax];
  int count = epoll_wait(epoll_, events, kEventsMax, wait_ms);
  sleeping_.store(false, std::memory_order_relaxed);
  for (int i = 0; i < count; ++i) {
    auto* watcher = static_cast<Watcher*>(events[i].data.ptr);
    uint32_t what = events[i].events;
    if (watcher == nullptr) {
      uint64_t wakes;
      [[maybe_unused]] ssize_t got = read(wake_, &wakes, sizeof wakes);
      continue;
    }
    bool broken = (what & (EPOLLERR | EPOLLHUP)) != 0;
    watcher->OnReady(broken || (what & (EPOLLIN | EPOLLRDHUP)) != 0, broken || (what & EPOLLOUT) != 0);
  }
}

void EpollLoop::TakeInbox() {
  for (size_t i = 0; i < kLanes; ++i) inbox_[i].MoveTo(lanes_[i]);
}

void EpollLoop::Turn() {
  MonoTime begin = clock_.Now();
  Duration cpu_begin = options_.turn_cpu_max.ns > 0 ? ThreadCpu() : Duration{};
  TakeInbox();
  RunTimers(begin);
  RunLane(Lane::kUrgent, clock_.Now() + kUrgentBudget);
  RunLane(Lane::kNormal, clock_.Now() + kNormalBudget);
  TakeInbox();
  if (lane(Lane::kUrgent).empty() && lane(Lane::kNormal).empty()) RunLane(Lane::kIdle, begin);
  Duration elapsed = clock_.Now() - begin;
  turns_.Record(elapsed);
  if (elapsed > kLongTurn) long_turns_.Add();
  if (options_.turn_cpu_max.ns > 0) CHECK(ThreadCpu() - cpu_begin <= options_.turn_cpu_max);
}

void EpollLoop::RunTimers(MonoTime now) {
  while (Timer* timer = timers_.PopDue(now)) {
    timer->Run();
    if (clock_.Now() > now + kTimerBudget) break;
  }
}

// At least one job, if there is one, then until the lane is empty or the time is over.
void EpollLoop::RunLane(Lane which, MonoTime until) {
  while (Job* job = lane(which).Pop()) {
    job->Run();
    if (clock_.Now() >= until) break;
  }
}

}  // namespace freshet::io
