#include "engines/coordinators/transactions.h"

#include <gtest/gtest.h>

#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"
#include "testing/stepping_env.h"

namespace freshet::coordinators {
namespace {

using ports::TransactionError;

data::Record RecordOf(const std::string& batch, std::optional<data::RecordReader>& reader) {
  auto view = data::RecordBatchView::Parse(batch);
  reader = data::RecordReader::Open(*view, 1 << 20).value();
  data::Record record;
  EXPECT_TRUE(*reader->Next(record));
  return record;
}

TEST(Transaction, ComesBackFromItsRecord) {
  Transaction transaction{.id = "t", .producer = data::ProducerId(7), .epoch = data::ProducerEpoch(3), .last_epoch = data::ProducerEpoch(2), .timeout_ms = 1000};
  transaction.Open(55);
  transaction.partitions.insert({Uuid::Parse("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee").value(), data::PartitionId(4)});
  transaction.groups["g"][{"clicks", data::PartitionId(1)}] = {.topic = "clicks", .partition = data::PartitionId(1), .offset = data::Offset(9), .metadata = "m"};
  std::string batch = EncodeTransaction(transaction, false, 60).value();
  std::optional<data::RecordReader> reader;

  auto read = DecodeTransaction(RecordOf(batch, reader));

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->id, "t");
  EXPECT_EQ(read->producer, data::ProducerId(7));
  EXPECT_EQ(read->epoch, data::ProducerEpoch(3));
  EXPECT_EQ(read->last_epoch, data::ProducerEpoch(2));
  EXPECT_TRUE(read->is_open());
  EXPECT_EQ(read->started_ms, 55);
  EXPECT_EQ(read->partitions, transaction.partitions);
  EXPECT_EQ(read->OffsetsOf("g").at(0).offset, data::Offset(9));
  EXPECT_EQ(read->OffsetsOf("g").at(0).metadata, "m");
}

TEST(Transaction, IsNotReadFromForeignBytes) {
  std::string batch = EncodeTransaction({.id = "t", .producer = data::ProducerId(7)}, false, 60).value();
  std::optional<data::RecordReader> reader;
  data::Record record = RecordOf(batch, reader);
  std::string key(*record.key), value(*record.value);
  for (size_t length = 0; length < value.size(); ++length) {
    record.value = std::string_view(value).substr(0, length);
    EXPECT_EQ(DecodeTransaction(record).code(), Code::kCorrupt) << length;
  }
  record.value = value;
  for (size_t length = 0; length < key.size(); ++length) {
    record.key = std::string_view(key).substr(0, length);
    EXPECT_EQ(DecodeTransaction(record).code(), Code::kCorrupt) << length;
  }
}

TEST(Transaction, LetsTheFencedOneGoOnWithTheNewEpoch) {
  Transaction transaction{.id = "t", .producer = data::ProducerId(7), .epoch = data::ProducerEpoch(3)};
  transaction.Fence();
  bool again = false;

  EXPECT_EQ(transaction.CheckInit({.id = "t", .producer = data::ProducerId(7), .epoch = data::ProducerEpoch(3)}, &again), TransactionError::kNone);
  EXPECT_TRUE(again);
  EXPECT_EQ(transaction.CheckInit({.id = "t", .producer = data::ProducerId(7), .epoch = data::ProducerEpoch(4)}, &again), TransactionError::kNone);
  EXPECT_FALSE(again);
  EXPECT_EQ(transaction.CheckInit({.id = "t", .producer = data::ProducerId(7), .epoch = data::ProducerEpoch(2)}, &again), TransactionError::kFenced);
  EXPECT_EQ(transaction.CheckInit({.id = "t", .producer = data::ProducerId(8), .epoch = data::ProducerEpoch(4)}, &again), TransactionError::kFenced);
  EXPECT_EQ(transaction.CheckInit({.id = "t"}, &again), TransactionError::kNone);
  EXPECT_FALSE(again);
}

// Coordinators over memory. What one life stored, the next one finds.
struct Bench {
  explicit Bench(Env& the_env) : env(the_env), log(env), topics(env, log) {}

  testing::SteppingEnv env;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  testing::MemoryProducerIds producer_ids;
  TransactionOptions options{.partitions = 2, .timeout_ms_max = 60000, .unused_ms_max = 60000};
  std::unique_ptr<Coordinators> groups;
  std::unique_ptr<Transactions> transactions;
  data::PartitionKey clicks;
  ports::TransactionCaller caller{"t", {}, {}};
};

Task<> Open(Bench& bench) {
  bench.groups = std::make_unique<Coordinators>(bench.env, CoordinatorOptions{}, bench.log, bench.topics);
  CO_RETURN_NOT_OK(bench.groups->Begin());
  TransactionPorts ports{bench.log, bench.log, bench.log, bench.topics, bench.producer_ids};
  bench.transactions = std::make_unique<Transactions>(bench.env, bench.options, ports, *bench.groups);
  CO_RETURN_NOT_OK(bench.transactions->Begin());
  if (bench.topics.Find("clicks") == nullptr) {
    Ctx ctx;
    ports::TopicSpec spec;
    spec.name = "clicks";
    spec.partitions = 1;
    CO_RETURN_NOT_OK(bench.topics.Create(ctx, spec, false));
  }
  bench.clicks = {bench.topics.Find("clicks")->id, data::PartitionId(0)};
  co_return Status::Ok();
}

Task<> Close(Bench& bench) {
  CO_RETURN_NOT_OK(bench.transactions->Close());
  CO_RETURN_NOT_OK(bench.groups->Close());
  bench.transactions.reset();
  bench.groups.reset();
  co_return Status::Ok();
}

Task<> Begin(Bench& bench, int32_t timeout_ms = 10000) {
  Ctx ctx;
  ports::TransactionInit init;
  init.id = "t";
  init.timeout_ms = timeout_ms;
  CO_ASSIGN_OR_RETURN(auto inited, bench.transactions->Init(ctx, init));
  EXPECT_EQ(inited.error, TransactionError::kNone);
  bench.caller.producer = inited.producer;
  bench.caller.epoch = inited.epoch;
  co_return Status::Ok();
}

Task<TransactionError> AddClicks(Bench& bench) {
  Ctx ctx;
  std::vector<data::PartitionKey> partitions;
  partitions.push_back(bench.clicks);
  auto add = bench.transactions->AddPartitions(ctx, bench.caller, partitions);
  co_return co_await add;
}

Task<> Write(Bench& bench, int32_t sequence, Code expected = Code::kOk) {
  data::RecordBatchBuilder builder({.producer_id = bench.caller.producer, .producer_epoch = bench.caller.epoch, .transactional = true});
  builder.Add(1, "k", "v");
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({bench.clicks, *builder.Finish(data::Sequence(sequence))});
  CO_ASSIGN_OR_RETURN(auto outcomes, bench.log.Append(ctx, std::move(appends)));
  EXPECT_EQ(outcomes.front().code(), expected) << outcomes.front().ToString();
  co_return Status::Ok();
}

Task<> CommitOffset(Bench& bench, int64_t offset) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(TransactionError added, bench.transactions->AddGroup(ctx, bench.caller, "g"));
  EXPECT_EQ(added, TransactionError::kNone);
  ports::GroupCaller member;
  member.group = "g";
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(offset)});
  CO_ASSIGN_OR_RETURN(auto taken, bench.transactions->CommitOffsets(ctx, bench.caller, member, offsets));
  EXPECT_EQ(taken.error, TransactionError::kNone);
  EXPECT_EQ(taken.group_error, ports::GroupError::kNone);
  co_return Status::Ok();
}

Task<ports::CommittedOffset> OffsetOfGroup(Bench& bench) {
  Ctx ctx;
  std::vector<ports::CommittedOffset> wanted;
  wanted.push_back({.topic = "clicks", .partition = data::PartitionId(0)});
  CO_ASSIGN_OR_RETURN(auto found, bench.groups->FetchOffsets(ctx, "g", wanted));
  co_return found.front();
}

Task<> ExpectBounds(Bench& bench, int64_t last_stable, int64_t end) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto bounds, bench.log.Bounds(ctx, bench.clicks));
  EXPECT_EQ(bounds.last_stable.get(), last_stable);
  EXPECT_EQ(bounds.end.get(), end);
  co_return Status::Ok();
}

Task<> ExpectEnd(Bench& bench, bool commit, TransactionError expected) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(TransactionError ended, bench.transactions->End(ctx, bench.caller, commit));
  EXPECT_EQ(ended, expected) << (commit ? "commit" : "abort");
  co_return Status::Ok();
}

Task<> OpenRunClose(Env& env, Task<> (*body)(Bench& bench)) {
  Bench bench(env);
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(body(bench));
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

#define BENCH_TEST(name)                               \
  Task<> name(Bench& bench);                           \
  TEST(Transactions, name) {                           \
    for (uint64_t seed = 1; seed <= 5; ++seed) {       \
      testing::SimEnv env({.seed = seed});             \
      Status ended = env.Run(OpenRunClose(env, name)); \
      EXPECT_TRUE(ended.ok()) << ended.ToString();     \
    }                                                  \
  }                                                    \
  Task<> name(Bench& bench)

BENCH_TEST(RecordsAndOffsetsCountTogether) {
  CO_RETURN_NOT_OK(Begin(bench));
  CO_ASSIGN_OR_RETURN(TransactionError added, AddClicks(bench));
  EXPECT_EQ(added, TransactionError::kNone);
  CO_RETURN_NOT_OK(Write(bench, 0));
  CO_RETURN_NOT_OK(CommitOffset(bench, 42));
  CO_ASSIGN_OR_RETURN(auto before, OffsetOfGroup(bench));
  EXPECT_EQ(before.offset.get(), -1);
  EXPECT_TRUE(before.unstable);
  CO_RETURN_NOT_OK(ExpectBounds(bench, 0, 1));

  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));

  CO_ASSIGN_OR_RETURN(auto after, OffsetOfGroup(bench));
  EXPECT_EQ(after.offset.get(), 42);
  EXPECT_FALSE(after.unstable);
  CO_RETURN_NOT_OK(ExpectBounds(bench, 2, 2));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));  // a retry
  CO_RETURN_NOT_OK(ExpectEnd(bench, false, TransactionError::kInvalidState));
  CO_RETURN_NOT_OK(ExpectBounds(bench, 2, 2));
  co_return Status::Ok();
}

BENCH_TEST(AnAbortTakesTheOffsetsBack) {
  CO_RETURN_NOT_OK(Begin(bench));
  CO_RETURN_NOT_OK(CommitOffset(bench, 10));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));
  CO_RETURN_NOT_OK(CommitOffset(bench, 42));
  CO_RETURN_NOT_OK(ExpectEnd(bench, false, TransactionError::kNone));

  CO_ASSIGN_OR_RETURN(auto after, OffsetOfGroup(bench));

  EXPECT_EQ(after.offset.get(), 10);
  EXPECT_FALSE(after.unstable);
  co_return Status::Ok();
}

Task<> TryToCommitOffset(Bench& bench, int64_t offset) {
  Ctx ctx;
  ports::GroupCaller member;
  member.group = "g";
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(offset)});
  auto commit = bench.transactions->CommitOffsets(ctx, bench.caller, member, offsets);
  auto taken = co_await commit;
  EXPECT_FALSE(taken.ok());
  co_return Status::Ok();
}

BENCH_TEST(WhoIsRefusedLetsNothingGoThatAnotherHolds) {
  CO_RETURN_NOT_OK(Begin(bench));
  CO_RETURN_NOT_OK(CommitOffset(bench, 42));
  ports::TransactionCaller forged = bench.caller;
  forged.id = "a stranger";
  Ctx ctx;
  ports::GroupCaller member;
  member.group = "g";
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(7)});
  CO_ASSIGN_OR_RETURN(auto refused, bench.transactions->CommitOffsets(ctx, forged, member, offsets));

  CO_ASSIGN_OR_RETURN(auto held, OffsetOfGroup(bench));
  EXPECT_NE(refused.error, TransactionError::kNone);
  EXPECT_TRUE(held.unstable);
  co_return Status::Ok();
}

BENCH_TEST(OffsetsThatCouldNotBeStoredAreNotHeld) {
  Ctx ctx;
  CO_RETURN_NOT_OK(Begin(bench));
  CO_RETURN_NOT_OK(bench.transactions->AddGroup(ctx, bench.caller, "g"));
  bench.log.FailAppends(Fault::Exhausted("the journal's queue is full"));
  CO_RETURN_NOT_OK(TryToCommitOffset(bench, 42));
  bench.log.FailAppends(Status());

  CO_ASSIGN_OR_RETURN(auto free, OffsetOfGroup(bench));
  EXPECT_FALSE(free.unstable);

  CO_RETURN_NOT_OK(CommitOffset(bench, 43));
  bench.log.FailAppends(Fault::Exhausted("the journal's queue is full"));
  CO_RETURN_NOT_OK(TryToCommitOffset(bench, 44));
  bench.log.FailAppends(Status());
  CO_ASSIGN_OR_RETURN(auto held, OffsetOfGroup(bench));
  EXPECT_TRUE(held.unstable);  // by the commit that was stored
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));
  CO_ASSIGN_OR_RETURN(auto after, OffsetOfGroup(bench));
  EXPECT_EQ(after.offset.get(), 43);
  EXPECT_FALSE(after.unstable);
  co_return Status::Ok();
}

BENCH_TEST(WhatIsOpenOutlivesTheHouse) {
  CO_RETURN_NOT_OK(Begin(bench));
  CO_RETURN_NOT_OK(AddClicks(bench));
  CO_RETURN_NOT_OK(Write(bench, 0));
  CO_RETURN_NOT_OK(CommitOffset(bench, 42));

  CO_RETURN_NOT_OK(Close(bench));
  CO_RETURN_NOT_OK(Open(bench));

  CO_ASSIGN_OR_RETURN(auto held, OffsetOfGroup(bench));
  EXPECT_TRUE(held.unstable);
  CO_RETURN_NOT_OK(Write(bench, 1));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));
  CO_ASSIGN_OR_RETURN(auto after, OffsetOfGroup(bench));
  EXPECT_EQ(after.offset.get(), 42);
  CO_RETURN_NOT_OK(ExpectBounds(bench, 3, 3));
  CO_RETURN_NOT_OK(Close(bench));
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));  // a retry, to the next life
  CO_ASSIGN_OR_RETURN(auto again, OffsetOfGroup(bench));
  EXPECT_EQ(again.offset.get(), 42);
  co_return Status::Ok();
}

BENCH_TEST(ANewProducerAbortsAndFencesTheOld) {
  CO_RETURN_NOT_OK(Begin(bench));
  ports::TransactionCaller zombie = bench.caller;
  CO_RETURN_NOT_OK(AddClicks(bench));
  CO_RETURN_NOT_OK(Write(bench, 0));

  CO_RETURN_NOT_OK(Begin(bench));

  EXPECT_EQ(bench.caller.producer, zombie.producer);
  EXPECT_EQ(bench.caller.epoch.get(), zombie.epoch.get() + 1);
  CO_RETURN_NOT_OK(ExpectBounds(bench, 2, 2));  // with the marker of the abort
  ports::TransactionCaller heir = bench.caller;
  bench.caller = zombie;
  CO_RETURN_NOT_OK(Write(bench, 1, Code::kFenced));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kFenced));
  CO_ASSIGN_OR_RETURN(TransactionError added, AddClicks(bench));
  EXPECT_EQ(added, TransactionError::kFenced);
  bench.caller = heir;
  CO_RETURN_NOT_OK(AddClicks(bench));
  CO_RETURN_NOT_OK(Write(bench, 0));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));
  CO_RETURN_NOT_OK(ExpectBounds(bench, 4, 4));
  co_return Status::Ok();
}

BENCH_TEST(TimeEndsWhatIsOpen) {
  CO_RETURN_NOT_OK(Begin(bench, 2000));
  CO_RETURN_NOT_OK(AddClicks(bench));
  CO_RETURN_NOT_OK(Write(bench, 0));
  io::SleepUntil pause(bench.env.clock().Now() + Milliseconds(1500));
  co_await pause;
  CO_RETURN_NOT_OK(ExpectBounds(bench, 0, 1));
  io::SleepUntil rest(bench.env.clock().Now() + Milliseconds(1000));
  co_await rest;

  CO_RETURN_NOT_OK(ExpectBounds(bench, 2, 2));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kFenced));
  ports::TransactionInit init{.id = "t", .timeout_ms = 2000, .producer = bench.caller.producer, .epoch = bench.caller.epoch};
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto inited, bench.transactions->Init(ctx, init));  // the fenced one may go on
  EXPECT_EQ(inited.error, TransactionError::kNone);
  EXPECT_EQ(inited.epoch.get(), bench.caller.epoch.get() + 1);
  co_return Status::Ok();
}

BENCH_TEST(AnIdWhoseEpochsAreUsedUpGetsAnotherProducer) {
  CO_RETURN_NOT_OK(Begin(bench));
  data::ProducerId first = bench.caller.producer;
  Transaction worn{.id = "t", .producer = first, .epoch = Transaction::kLastEpoch, .timeout_ms = 1000};
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  data::PartitionKey place = PartitionOf(*bench.topics.Find("__transactions"), "t");
  appends.push_back({place, *EncodeTransaction(worn, false, 1)});
  CO_RETURN_NOT_OK(bench.log.Append(ctx, std::move(appends)));
  CO_RETURN_NOT_OK(Close(bench));
  CO_RETURN_NOT_OK(Open(bench));
  bench.caller = {"t", first, Transaction::kLastEpoch};
  CO_RETURN_NOT_OK(AddClicks(bench));
  CO_RETURN_NOT_OK(Write(bench, 0));

  CO_RETURN_NOT_OK(Begin(bench));

  EXPECT_NE(bench.caller.producer, first);
  EXPECT_EQ(bench.caller.epoch.get(), 0);
  CO_RETURN_NOT_OK(ExpectBounds(bench, 2, 2));
  co_return Status::Ok();
}

BENCH_TEST(ATopicMayGoWhileATransactionIsOpen) {
  CO_RETURN_NOT_OK(Begin(bench));
  CO_RETURN_NOT_OK(AddClicks(bench));
  CO_RETURN_NOT_OK(Write(bench, 0));
  CO_RETURN_NOT_OK(CommitOffset(bench, 42));
  Ctx ctx;
  CO_RETURN_NOT_OK(bench.topics.Delete(ctx, "clicks"));

  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));

  CO_ASSIGN_OR_RETURN(auto described, bench.transactions->Describe(ctx, "t"));
  EXPECT_EQ(described.state, "CompleteCommit");
  co_return Status::Ok();
}

BENCH_TEST(IdsThatNobodyUsesAreForgotten) {
  CO_RETURN_NOT_OK(Begin(bench));
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto before, bench.transactions->List(ctx));
  EXPECT_EQ(before.size(), 1u);
  io::SleepUntil pause(bench.env.clock().Now() + Milliseconds(2 * bench.options.unused_ms_max));
  co_await pause;

  CO_ASSIGN_OR_RETURN(auto after, bench.transactions->List(ctx));
  EXPECT_TRUE(after.empty());
  CO_RETURN_NOT_OK(Close(bench));
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(auto next_life, bench.transactions->Describe(ctx, "t"));
  EXPECT_EQ(next_life.error, TransactionError::kNotFound);
  co_return Status::Ok();
}

Task<> SleepFor(Bench& bench, Duration time) {
  io::SleepUntil pause(bench.env.clock().Now() + time);
  co_await pause;
  co_return Status::Ok();
}

BENCH_TEST(TimeIsUpByTheTimeThatPassesWhileTheWallClockSteps) {
  for (Duration step : {Seconds(86400), Seconds(-5 * 86400)}) {
    CO_RETURN_NOT_OK(Begin(bench, 10000));
    CO_ASSIGN_OR_RETURN(TransactionError added, AddClicks(bench));
    EXPECT_EQ(added, TransactionError::kNone);
    bench.env.StepWallClock(step);
    CO_RETURN_NOT_OK(SleepFor(bench, Seconds(9)));
    CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kNone));
    data::ProducerId producer = bench.caller.producer;
    CO_RETURN_NOT_OK(SleepFor(bench, Seconds(40)));  // unused, but not for long
    CO_RETURN_NOT_OK(Begin(bench, 10000));
    EXPECT_EQ(bench.caller.producer, producer);
    CO_ASSIGN_OR_RETURN(TransactionError again, AddClicks(bench));
    EXPECT_EQ(again, TransactionError::kNone);
    bench.env.StepWallClock(Seconds(-10));
    CO_RETURN_NOT_OK(SleepFor(bench, Seconds(11)));
    CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kFenced));
  }
  co_return Status::Ok();
}

BENCH_TEST(IdsAreNotForgottenForAStepOfTheWallClock) {
  CO_RETURN_NOT_OK(Begin(bench));
  Ctx ctx;
  for (int i = 0; i < 5; ++i) {
    bench.env.StepWallClock(Seconds(86400));
    CO_RETURN_NOT_OK(SleepFor(bench, Seconds(5)));
    bench.env.StepWallClock(Seconds(-86400));
    CO_RETURN_NOT_OK(SleepFor(bench, Seconds(5)));
  }
  bench.env.StepWallClock(Seconds(86400));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(15)));  // past the sweep

  CO_ASSIGN_OR_RETURN(auto kept, bench.transactions->List(ctx));
  CO_RETURN_NOT_OK(SleepFor(bench, Seconds(120)));
  CO_ASSIGN_OR_RETURN(auto later, bench.transactions->List(ctx));

  EXPECT_EQ(kept.size(), 1u);
  EXPECT_TRUE(later.empty());
  co_return Status::Ok();
}

Task<> NameMoreThanThereIsRoomFor(Env& env) {
  Bench bench(env);
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Begin(bench));
  Ctx ctx;
  ports::TransactionInit init;
  init.timeout_ms = 1000;
  int taken = 0;
  for (int i = 0; i < 50; ++i) {
    init.id = std::string(30'000, 'i') + std::to_string(i);
    auto begin = bench.transactions->Init(ctx, init);
    auto inited = co_await begin;
    taken += inited.ok() ? 1 : 0;
    EXPECT_TRUE(inited.ok() || inited.code() == Code::kExhausted) << inited.ToString();
  }
  EXPECT_GT(taken, 5);
  EXPECT_LT(taken, 15);
  CO_RETURN_NOT_OK(Begin(bench));  // one that is known
  CO_RETURN_NOT_OK(Close(bench));
  co_return Status::Ok();
}

TEST(Transactions, IdsAreTakenFromABudget) {
  testing::SimEnv env({.seed = 1, .memory_bytes = 16 << 20});

  Status ended = env.Run(NameMoreThanThereIsRoomFor(env));

  EXPECT_TRUE(ended.ok()) << ended.ToString();
}

BENCH_TEST(RefusesWhatMakesNoSense) {
  Ctx ctx;
  ports::TransactionInit init;
  init.timeout_ms = 1000;
  CO_ASSIGN_OR_RETURN(auto no_id, bench.transactions->Init(ctx, init));
  EXPECT_EQ(no_id.error, TransactionError::kInvalidId);
  init.id = "t";
  init.timeout_ms = bench.options.timeout_ms_max + 1;
  CO_ASSIGN_OR_RETURN(auto too_long, bench.transactions->Init(ctx, init));
  EXPECT_EQ(too_long.error, TransactionError::kInvalidTimeout);
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kUnknownProducer));
  CO_RETURN_NOT_OK(Begin(bench));
  CO_RETURN_NOT_OK(ExpectEnd(bench, true, TransactionError::kInvalidState));
  ports::GroupCaller member;
  member.group = "g";
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(1)});
  CO_ASSIGN_OR_RETURN(auto not_added, bench.transactions->CommitOffsets(ctx, bench.caller, member, offsets));
  EXPECT_EQ(not_added.error, TransactionError::kInvalidState);
  CO_ASSIGN_OR_RETURN(auto free, OffsetOfGroup(bench));
  EXPECT_FALSE(free.unstable);
  member.member_id = "stranger";
  member.generation = 3;
  CO_ASSIGN_OR_RETURN(auto stranger, bench.transactions->CommitOffsets(ctx, bench.caller, member, offsets));
  EXPECT_EQ(stranger.group_error, ports::GroupError::kUnknownMember);
  co_return Status::Ok();
}

}  // namespace
}  // namespace freshet::coordinators
