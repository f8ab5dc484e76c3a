#include "contracts/io_world.h"
#include "io/channel.h"
#include "io/task_group.h"
#include "io/wait.h"

namespace freshet::io {
namespace {

using contracts::WorldTest;

// --- Loop

class LoopContract : public WorldTest {};

struct Note final : Job {
  Note(std::string& to, char what) : trace(to), name(what) {}
  void Run() override { trace += name; }
  std::string& trace;
  char name;
};

// Gives way until everything posted before has run.
Task<> GiveWay(int times) {
  for (int i = 0; i < times; ++i) {
    Yield yield;
    co_await yield;
  }
  co_return Status::Ok();
}

Task<> PostThree(Env& env, Lane lane, std::string& trace) {
  Note a(trace, 'a'), b(trace, 'b'), c(trace, 'c');
  env.loop(0).Post(lane, a);
  env.loop(0).Post(lane, b);
  env.loop(0).Post(lane, c);
  while (trace.size() < 3) {
    SleepUntil nap(env.clock().Now() + Microseconds(100));
    co_await nap;
  }
  co_return Status::Ok();
}

TEST_P(LoopContract, KeepsTheOrderOfALane) {
  for (Lane lane : {Lane::kUrgent, Lane::kNormal, Lane::kIdle}) {
    std::string trace;

    ExpectRuns(PostThree(env(), lane, trace));

    EXPECT_EQ(trace, "abc");
  }
}

// Puts itself into the urgent lane again and again.
struct Hog final : Job {
  explicit Hog(Loop& home) : loop(home) {}
  void Run() override {
    ++runs;
    if (!stop) loop.Post(Lane::kUrgent, *this);
    else ended = true;
  }
  Loop& loop;
  int64_t runs = 0;
  bool stop = false;
  bool ended = false;
};

Task<> RunBesideAHog(Env& env, std::string& trace) {
  Hog hog(env.loop(0));
  Note normal(trace, 'n');
  env.loop(0).Post(Lane::kUrgent, hog);
  env.loop(0).Post(Lane::kNormal, normal);
  while (trace.empty()) {
    Yield yield;  // the normal lane, too
    co_await yield;
  }
  hog.stop = true;
  while (!hog.ended) {
    Yield yield;
    co_await yield;
  }
  co_return Status::Ok();
}

TEST_P(LoopContract, GivesTheNormalLaneItsFloor) {
  std::string trace;

  ExpectRuns(RunBesideAHog(env(), trace));

  EXPECT_EQ(trace, "n");
}

struct Alarm final : Timer {
  Alarm(std::string& to, char what) : trace(to), name(what) {}
  void Run() override { trace += name; }
  std::string& trace;
  char name;
};

Task<> ArmTimers(Env& env, std::string& trace) {
  Alarm a(trace, 'a'), b(trace, 'b'), c(trace, 'c'), cancelled(trace, 'X');
  MonoTime now = env.clock().Now();
  env.loop(0).At(now + Milliseconds(4), c);
  env.loop(0).At(now + Milliseconds(2), a);
  env.loop(0).At(now + Milliseconds(2), b);
  env.loop(0).At(now + Milliseconds(1), cancelled);
  env.loop(0).Cancel(cancelled);
  if (cancelled.armed() || !a.armed()) co_return Fault::Internal("armed() lies");
  while (trace.size() < 3) {
    SleepUntil nap(env.clock().Now() + Milliseconds(1));
    co_await nap;
  }
  if (env.clock().Now() < now + Milliseconds(4)) co_return Fault::Internal("a timer ran too early");
  co_return Status::Ok();
}

TEST_P(LoopContract, RunsTimersWhenDueAndInOrder) {
  std::string trace;

  ExpectRuns(ArmTimers(env(), trace));

  EXPECT_EQ(trace, "abc");
}

Task<> CheckOnLoop(Env& env, int index) {
  for (int i = 0; i < env.loops(); ++i) {
    if (env.loop(i).OnLoop() != (i == index)) co_return Fault::Internal("OnLoop of ", i, " is wrong on ", index);
  }
  if (env.loop(index).index() != index) co_return Fault::Internal("wrong index");
  co_return Status::Ok();
}

Task<> CheckEveryLoop(Env& env) {
  for (int i = 0; i < env.loops(); ++i) {
    RunOn hop(env.loop(i), CheckOnLoop(env, i));
    Status status = co_await hop;
    if (!status.ok()) co_return status;
    CO_RETURN_NOT_OK(CheckOnLoop(env, 0));
    auto nowhere = [&]() -> Status {
      for (int j = 0; j < env.loops(); ++j) {
        if (env.loop(j).OnLoop()) return Fault::Internal("a worker believes to be on loop ", j);
      }
      return {};
    };
    Offload offload(env.workers(), Pool::kGeneral, nowhere);
    status = co_await offload;
    if (!status.ok()) co_return status;
  }
  co_return Status::Ok();
}

TEST_P(LoopContract, KnowsWhoRunsOnIt) { ExpectRuns(CheckEveryLoop(env())); }

INSTANTIATE_WORLDS(LoopContract);

// --- Task, Signal, TaskGroup

class TaskContract : public WorldTest {};

Task<int> Depth(int levels) {
  if (levels == 0) co_return 0;
  auto below = Depth(levels - 1);
  auto depth = co_await below;
  co_return *depth + 1;
}

Task<> CountDeep() {
  auto deep = Depth(1000);
  auto depth = co_await deep;
  if (*depth != 1000) co_return Fault::Internal("depth ", *depth);
  for (int i = 0; i < 100000; ++i) {  // each finishes at once: must not grow the stack
    CO_RETURN_NOT_OK(Depth(1));
  }
  co_return Status::Ok();
}

TEST_P(TaskContract, NestsAndLoopsWithoutGrowingTheStack) { ExpectRuns(CountDeep()); }

Task<> FailLate() {
  CO_RETURN_NOT_OK(GiveWay(3));
  co_return Fault::Conflict("as planned");
}

Task<> ExpectConflict(Env&) {
  auto failing = FailLate();
  Status status = co_await failing;
  if (status.code() != Code::kConflict) co_return Fault::Internal("got ", status.ToString());
  co_return Status::Ok();
}

TEST_P(TaskContract, CarriesFaultsUp) { ExpectRuns(ExpectConflict(env())); }

Task<> WaitForSignal(Signal& signal, MonoTime deadline, std::string& trace) {
  Signal::Waiter wait(signal, deadline);
  bool notified = co_await wait;
  trace += notified ? 'n' : 'd';
  co_return Status::Ok();
}

Task<> NotifySome(Env& env, std::string& trace) {
  Signal signal;
  TaskGroup group(env.loop(0), "waiters");
  group.Spawn(Lane::kNormal, WaitForSignal(signal, env.clock().Now() + Milliseconds(1), trace));
  SleepUntil past_the_deadline(env.clock().Now() + Milliseconds(5));
  co_await past_the_deadline;
  group.Spawn(Lane::kNormal, WaitForSignal(signal, MonoTime::Never(), trace));
  group.Spawn(Lane::kNormal, WaitForSignal(signal, env.clock().Now() + Seconds(3600), trace));
  signal.NotifyAll();
  auto close = group.Close();
  co_await close;
  if (signal.has_waiters()) co_return Fault::Internal("a waiter was left");
  co_return Status::Ok();
}

TEST_P(TaskContract, WakesWaitersByNoticeOrDeadline) {
  std::string trace;

  ExpectRuns(NotifySome(env(), trace));

  EXPECT_EQ(trace, "dnn");
}

Task<> RunUntilCancelled(TaskGroup& group, int& ended) {
  while (!group.cancel()->raised()) {
    Signal::Waiter wait(group.cancelled(), MonoTime::Never());
    co_await wait;
  }
  ++ended;
  co_return Status::Ok();
}

Task<> CloseAGroup(Env& env, int& ended) {
  TaskGroup group(env.loop(0), "children");
  for (int i = 0; i < 10; ++i) group.Spawn(Lane::kUrgent, RunUntilCancelled(group, ended));
  if (group.running() != 10) co_return Fault::Internal("running ", group.running());
  auto close = group.Close();
  co_await close;
  co_return Status::Ok();
}

TEST_P(TaskContract, ClosingAGroupEndsItsChildren) {
  int ended = 0;

  ExpectRuns(CloseAGroup(env(), ended));

  EXPECT_EQ(ended, 10);
}

Task<> SubmitInOrder(Env& env, int number, std::vector<int>& order) {
  auto note = [&]() -> Status {
    order.push_back(number);  // one commit thread: no lock
    return {};
  };
  Offload offload(env.workers(), Pool::kCommit, note);
  Status status = co_await offload;
  co_return status;
}

Task<> CommitMany(Env& env, std::vector<int>& order) {
  TaskGroup group(env.loop(0), "commits");
  for (int i = 0; i < 100; ++i) group.Spawn(Lane::kNormal, SubmitInOrder(env, i, order));
  auto close = group.Close();
  co_await close;
  co_return Status::Ok();
}

TEST_P(TaskContract, TheCommitThreadKeepsTheOrder) {
  std::vector<int> order;

  ExpectRuns(CommitMany(env(), order));

  ASSERT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

INSTANTIATE_WORLDS(TaskContract);

// --- Channel

class ChannelContract : public WorldTest {};

using Numbers = Channel<int>;

Task<> SendRange(Numbers& channel, int from, int to, int64_t bytes) {
  for (int i = from; i < to; ++i) {
    CO_RETURN_NOT_OK(channel.Send(i, bytes));
  }
  co_return Status::Ok();
}

Task<> ReceiveAll(Numbers& channel, std::vector<int>& received) {
  for (;;) {
    auto receive = channel.Receive();
    auto next = co_await receive;
    if (!next->has_value()) co_return Status::Ok();
    if (channel.bytes() > channel.bytes_max()) co_return Fault::Internal("over the bound");
    received.push_back(**next);
  }
}

Task<> SendFromLoop1(Env& env, Numbers& channel, int to) {
  RunOn hop(env.loop(1), SendRange(channel, 0, to, 10));
  Status status = co_await hop;
  channel.Close();
  co_return status;
}

Task<> StreamBetweenLoops(Env& env, std::vector<int>& received) {
  Numbers channel("numbers", 35);
  TaskGroup group(env.loop(0), "sender");
  group.Spawn(Lane::kNormal, SendFromLoop1(env, channel, 1000));
  CO_RETURN_NOT_OK(ReceiveAll(channel, received));
  auto close = group.Close();
  co_await close;
  co_return Status::Ok();
}

TEST_P(ChannelContract, KeepsOrderAndBoundBetweenLoops) {
  std::vector<int> received;

  ExpectRuns(StreamBetweenLoops(env(), received));

  ASSERT_EQ(received.size(), 1000u);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(received[static_cast<size_t>(i)], i);
}

Task<> SendOn(Env& env, int loop, Numbers& channel, int from, int to) {
  RunOn hop(env.loop(loop), SendRange(channel, from, to, 10));
  Status status = co_await hop;
  co_return status;
}

Task<> ReceiveOn(Env& env, int loop, Numbers& channel, std::vector<int>& received) {
  RunOn hop(env.loop(loop), ReceiveAll(channel, received));
  Status status = co_await hop;
  co_return status;
}

Task<> ManyToMany(Env& env, std::vector<int>& first, std::vector<int>& second) {
  Numbers channel("numbers", 50);
  TaskGroup receivers(env.loop(0), "receivers");
  receivers.Spawn(Lane::kNormal, ReceiveOn(env, 0, channel, first));
  receivers.Spawn(Lane::kNormal, ReceiveOn(env, 1, channel, second));
  TaskGroup senders(env.loop(0), "senders");
  for (int i = 0; i < 4; ++i) senders.Spawn(Lane::kNormal, SendOn(env, i % 2, channel, i * 200, (i + 1) * 200));
  auto close_senders = senders.Close();
  co_await close_senders;
  channel.Close();
  auto close_receivers = receivers.Close();
  co_await close_receivers;
  co_return Status::Ok();
}

TEST_P(ChannelContract, DeliversEachValueOnce) {
  std::vector<int> first, second;

  ExpectRuns(ManyToMany(env(), first, second));

  first.insert(first.end(), second.begin(), second.end());
  std::sort(first.begin(), first.end());
  ASSERT_EQ(first.size(), 800u);
  for (int i = 0; i < 800; ++i) ASSERT_EQ(first[static_cast<size_t>(i)], i);
}

Task<> CloseUnderWaiters(Env& env) {
  Numbers full("full", 10);
  Numbers empty("empty", 10);
  int one = 1;
  if (!full.TrySend(one, 100)) co_return Fault::Internal("a large value must pass alone");
  if (full.TrySend(one, 1)) co_return Fault::Internal("full means refuse");
  std::vector<int> received;
  TaskGroup group(env.loop(0), "waiters");
  group.Spawn(Lane::kNormal, ReceiveAll(empty, received));
  auto send = full.Send(2, 1);
  TaskGroup closer(env.loop(0), "closer");
  struct CloseJob final : Job {
    explicit CloseJob(Numbers& target) : channel(target) {}
    void Run() override { channel.Close(); }
    Numbers& channel;
  } close_full(full), close_empty(empty);
  env.loop(0).Post(Lane::kNormal, close_full);
  env.loop(0).Post(Lane::kNormal, close_empty);
  Status sent = co_await send;
  if (sent.code() != Code::kCancelled) co_return Fault::Internal("sent into a closed channel: ", sent.ToString());
  if (full.TryReceive() != 1) co_return Fault::Internal("what was inside is lost");
  auto close = group.Close();
  co_await close;
  if (!received.empty()) co_return Fault::Internal("received something");
  co_return Status::Ok();
}

TEST_P(ChannelContract, CloseWakesEverybodyAndKeepsWhatIsInside) { ExpectRuns(CloseUnderWaiters(env())); }

INSTANTIATE_WORLDS(ChannelContract);

}  // namespace
}  // namespace freshet::io
