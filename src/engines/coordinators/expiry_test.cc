#include <gtest/gtest.h>

#include "engines/coordinators/coordinators.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"
#include "testing/stepping_env.h"

// When committed offsets expire, in simulated minutes: the retention is 10 of them, looked after every minute.

namespace freshet::coordinators {
namespace {

CoordinatorOptions Options() {
  CoordinatorOptions options;
  options.tick = Seconds(1);
  options.offsets_retention = Seconds(600);
  options.expiry_interval = Seconds(60);
  return options;
}

ports::CommittedOffset OffsetOf(std::string topic, int32_t partition, int64_t offset) { return {.topic = std::move(topic), .partition = data::PartitionId(partition), .offset = data::Offset(offset)}; }

// A log and topics that outlive the coordinators, which are begun again at will.
struct Bench {
  explicit Bench(Env& the_env) : env(the_env), log(env), topics(env, log) {}

  Task<> Begin() {
    coordinators = std::make_unique<Coordinators>(env, Options(), log, topics);
    auto begin = coordinators->Begin();
    co_return co_await begin;
  }
  Task<> Restart() {
    CO_RETURN_NOT_OK(coordinators->Close());
    CO_RETURN_NOT_OK(Begin());
    co_return Status::Ok();
  }
  // Minutes in which the member, if there is one, says that it is alive.
  Task<> Wait(double minutes, ports::GroupCaller member = {}) {
    MonoTime end = env.clock().Now() + Milliseconds(static_cast<int64_t>(minutes * 60'000));
    while (env.clock().Now() < end) {
      if (!member.group.empty()) {
        CO_ASSIGN_OR_RETURN(ports::GroupError beaten, coordinators->Heartbeat(ctx, member));
        EXPECT_EQ(beaten, ports::GroupError::kNone);
      }
      io::SleepUntil pause(std::min(end, env.clock().Now() + Seconds(5)));
      co_await pause;
    }
    co_return Status::Ok();
  }
  Task<> Commit(ports::GroupCaller caller, std::string topic, int32_t partition, int64_t offset) {
    std::vector<ports::CommittedOffset> offsets(1, OffsetOf(std::move(topic), partition, offset));
    CO_ASSIGN_OR_RETURN(ports::GroupError committed, coordinators->CommitOffsets(ctx, std::move(caller), std::move(offsets)));
    EXPECT_EQ(committed, ports::GroupError::kNone);
    co_return Status::Ok();
  }
  // A member of "g" that reads "t".
  Task<ports::GroupCaller> Join() {
    using namespace std::string_literals;
    ports::GroupJoin join{.group = "g", .protocol_type = "consumer", .protocols = {{"range", "\0\0\0\0\0\1\0\1t\0\0\0\0"s}}, .session_timeout_ms = 30'000, .rebalance_timeout_ms = 60'000};
    CO_ASSIGN_OR_RETURN(auto joined, coordinators->Join(ctx, join));
    ports::GroupCaller member{.group = "g", .member_id = joined.member_id, .instance_id = {}, .generation = joined.generation};
    std::vector<std::pair<std::string, std::string>> assignments;
    assignments.emplace_back(joined.member_id, "all");
    CO_RETURN_NOT_OK(coordinators->Sync(ctx, member, assignments));
    co_return member;
  }
  // "t:0 t:1" of what "g" has committed.
  Task<> Expect(std::string expected, int line) {
    CO_ASSIGN_OR_RETURN(auto all, coordinators->FetchOffsets(ctx, "g", std::nullopt));
    std::string shown;
    for (const auto& offset : all) shown += StrCat(shown.empty() ? "" : " ", offset.topic, ":", offset.partition.get());
    EXPECT_EQ(shown, expected) << "line " << line;
    co_return Status::Ok();
  }
  int64_t expired() { return env.metrics().AddCounter("freshet_offsets_expired_total", "").value(); }

  testing::SteppingEnv env;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  std::unique_ptr<Coordinators> coordinators;
  Ctx ctx;
};

#define EXPECT_OFFSETS(expected)                                 \
  {                                                              \
    CO_RETURN_NOT_OK(bench.Expect(expected, __LINE__));          \
  }

ports::GroupCaller Outsider() { return {.group = "g", .member_id = "", .instance_id = {}, .generation = -1}; }

using Steps = Task<> (*)(Bench& bench);

Task<> RunSteps(Env& env, Steps steps) {
  Bench bench(env);
  CO_RETURN_NOT_OK(bench.Begin());
  auto run = steps(bench);
  Status outcome = co_await run;
  auto close = bench.coordinators->Close();
  Status closed = co_await close;
  if (!outcome.ok()) co_return outcome;
  co_return closed;
}

void ExpectRuns(Steps steps) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    testing::SimEnv sim({.seed = seed});

    Status ran = sim.Run(RunSteps(sim, steps));

    EXPECT_TRUE(ran.ok()) << ran.ToString();
  }
}

Task<> CountsFromTheCommit(Bench& bench) {
  CO_RETURN_NOT_OK(bench.Commit(Outsider(), "t", 0, 1));
  CO_RETURN_NOT_OK(bench.Wait(5));
  CO_RETURN_NOT_OK(bench.Commit(Outsider(), "t", 1, 1));
  CO_RETURN_NOT_OK(bench.Wait(4.8));
  EXPECT_OFFSETS("t:0 t:1");
  CO_RETURN_NOT_OK(bench.Wait(1.5));
  EXPECT_OFFSETS("t:1");
  EXPECT_EQ(bench.expired(), 1);
  CO_RETURN_NOT_OK(bench.Restart());
  EXPECT_OFFSETS("t:1");
  CO_RETURN_NOT_OK(bench.Wait(5));
  EXPECT_OFFSETS("");
  CO_ASSIGN_OR_RETURN(auto groups, bench.coordinators->List(bench.ctx));
  EXPECT_TRUE(groups.empty());
  co_return Status::Ok();
}

TEST(OffsetExpiry, OfAConsumerWithoutAGroupCountsFromTheCommitAndIsDurable) { ExpectRuns(CountsFromTheCommit); }

Task<> CountsFromTheLastMember(Bench& bench) {
  CO_ASSIGN_OR_RETURN(ports::GroupCaller member, bench.Join());
  CO_RETURN_NOT_OK(bench.Commit(member, "t", 0, 1));
  CO_RETURN_NOT_OK(bench.Wait(30, member));
  EXPECT_OFFSETS("t:0");
  CO_RETURN_NOT_OK(bench.coordinators->Leave(bench.ctx, member));
  CO_RETURN_NOT_OK(bench.Wait(9.8));
  EXPECT_OFFSETS("t:0");
  CO_RETURN_NOT_OK(bench.Wait(1.5));
  EXPECT_OFFSETS("");
  co_return Status::Ok();
}

TEST(OffsetExpiry, OfAGroupCountsFromItsLastMember) { ExpectRuns(CountsFromTheLastMember); }

Task<> CountsOverARestart(Bench& bench) {
  CO_ASSIGN_OR_RETURN(ports::GroupCaller member, bench.Join());
  CO_RETURN_NOT_OK(bench.Commit(member, "t", 0, 1));
  CO_RETURN_NOT_OK(bench.Wait(30, member));
  CO_RETURN_NOT_OK(bench.coordinators->Leave(bench.ctx, member));
  CO_RETURN_NOT_OK(bench.Wait(5));
  for (int life = 0; life < 3; ++life) {
    CO_RETURN_NOT_OK(bench.Restart());
    CO_RETURN_NOT_OK(bench.Wait(1.6));
  }
  EXPECT_OFFSETS("t:0");
  CO_RETURN_NOT_OK(bench.Wait(1.5));
  EXPECT_OFFSETS("");
  co_return Status::Ok();
}

TEST(OffsetExpiry, IsNotPutOffByRestarts) { ExpectRuns(CountsOverARestart); }

Task<> InUseAtTheEnd(Bench& bench) {
  CO_ASSIGN_OR_RETURN(ports::GroupCaller member, bench.Join());
  CO_RETURN_NOT_OK(bench.Commit(member, "t", 0, 1));
  CO_RETURN_NOT_OK(bench.Wait(30, member));
  CO_RETURN_NOT_OK(bench.Restart());
  CO_RETURN_NOT_OK(bench.Wait(6));
  CO_RETURN_NOT_OK(bench.Restart());
  CO_RETURN_NOT_OK(bench.Wait(3.8));
  EXPECT_OFFSETS("t:0");
  CO_RETURN_NOT_OK(bench.Wait(1.5));
  EXPECT_OFFSETS("");
  co_return Status::Ok();
}

TEST(OffsetExpiry, OfAGroupThatWasInUseWhenTheHouseEndedCountsFromTheNextStart) { ExpectRuns(InUseAtTheEnd); }

// It commits once and never again, as a consumer of a quiet topic does; the house is begun again while it is away for a moment.
Task<> ComesBack(Bench& bench) {
  CO_ASSIGN_OR_RETURN(ports::GroupCaller member, bench.Join());
  CO_RETURN_NOT_OK(bench.Commit(member, "t", 0, 1));
  for (int life = 0; life < 3; ++life) {
    CO_RETURN_NOT_OK(bench.Wait(15, member));
    CO_RETURN_NOT_OK(bench.Restart());
    CO_ASSIGN_OR_RETURN(member, bench.Join());
  }
  CO_RETURN_NOT_OK(bench.Wait(15, member));
  EXPECT_OFFSETS("t:0");
  EXPECT_EQ(bench.expired(), 0);
  co_return Status::Ok();
}

TEST(OffsetExpiry, NeverMeetsAGroupWhoseMembersComeBack) { ExpectRuns(ComesBack); }

Task<> NobodyReadsTheOther(Bench& bench) {
  CO_ASSIGN_OR_RETURN(ports::GroupCaller member, bench.Join());
  CO_RETURN_NOT_OK(bench.Commit(member, "t", 0, 1));
  CO_RETURN_NOT_OK(bench.Commit(member, "once", 0, 1));
  CO_RETURN_NOT_OK(bench.Wait(11.5, member));
  EXPECT_OFFSETS("t:0");
  co_return Status::Ok();
}

TEST(OffsetExpiry, TakesWhatAGroupInUseNoLongerReads) { ExpectRuns(NobodyReadsTheOther); }

Task<> ATransactionIsOpen(Bench& bench) {
  std::vector<ports::CommittedOffset> later(1, OffsetOf("t", 0, 2));
  Offsets::Holder holder{data::ProducerId(7), data::ProducerEpoch(0)};
  CO_RETURN_NOT_OK(bench.Commit(Outsider(), "t", 0, 1));
  CO_ASSIGN_OR_RETURN(ports::GroupError held, bench.coordinators->HoldOffsets(Outsider(), later, holder));
  EXPECT_EQ(held, ports::GroupError::kNone);
  CO_RETURN_NOT_OK(bench.Wait(15));
  EXPECT_OFFSETS("t:0");
  CO_RETURN_NOT_OK(bench.coordinators->LetGoOffsets("g", later, holder, std::nullopt));
  CO_RETURN_NOT_OK(bench.Wait(1.5));
  EXPECT_OFFSETS("");
  co_return Status::Ok();
}

TEST(OffsetExpiry, WaitsForAnOpenTransaction) { ExpectRuns(ATransactionIsOpen); }

// Commits fall around the moment of each look; what was answered last is what is there, also after a restart.
Task<> CommitsAtTheMomentOfTheLook(Bench& bench) {
  for (int64_t round = 1; round <= 40; ++round) {
    CO_RETURN_NOT_OK(bench.Commit(Outsider(), "t", 0, round));
    CO_RETURN_NOT_OK(bench.Wait(9.99 + 0.002 * static_cast<double>(round)));
  }
  CO_RETURN_NOT_OK(bench.Commit(Outsider(), "t", 0, 41));
  CO_RETURN_NOT_OK(bench.Restart());
  EXPECT_OFFSETS("t:0");
  co_return Status::Ok();
}

TEST(OffsetExpiry, LosesNoCommitThatComesMeanwhile) { ExpectRuns(CommitsAtTheMomentOfTheLook); }

// A day forwards, five back, and right again.
Task<> TheWallClockSteps(Bench& bench) {
  constexpr Duration kDay = Seconds(86400);
  CO_ASSIGN_OR_RETURN(ports::GroupCaller member, bench.Join());
  CO_RETURN_NOT_OK(bench.Commit(member, "t", 0, 1));
  CO_RETURN_NOT_OK(bench.Commit(member, "t", 1, 1));
  for (int round = 0; round < 2; ++round) {
    bench.env.StepWallClock(kDay);
    CO_RETURN_NOT_OK(bench.Wait(2, member));
    bench.env.StepWallClock(Seconds(-6 * 86400));
    CO_RETURN_NOT_OK(bench.Wait(2, member));
    bench.env.StepWallClock(Seconds(5 * 86400));
  }
  EXPECT_OFFSETS("t:0 t:1");
  CO_RETURN_NOT_OK(bench.Wait(0.6));  // its session
  CO_ASSIGN_OR_RETURN(ports::GroupError late, bench.coordinators->Heartbeat(bench.ctx, member));
  EXPECT_EQ(late, ports::GroupError::kUnknownMember);
  bench.env.StepWallClock(kDay);
  CO_RETURN_NOT_OK(bench.Wait(9));
  EXPECT_OFFSETS("t:0 t:1");
  bench.env.StepWallClock(Seconds(-86400));
  CO_RETURN_NOT_OK(bench.Wait(62));  // that the clock was set right again is believed within an hour
  EXPECT_OFFSETS("");
  co_return Status::Ok();
}

TEST(OffsetExpiry, AndSessionsGoByTheTimeThatPassesWhileTheWallClockSteps) { ExpectRuns(TheWallClockSteps); }

}  // namespace
}  // namespace freshet::coordinators
