#include "contracts/epochs_contract.h"
#include "data/record_batch.h"
#include "io/task_group.h"
#include "io/wait.h"
#include "testing/begun.h"

namespace freshet::contracts {
namespace {

using data::Offset;
using data::PartitionId;
using data::PartitionKey;
using Values = std::vector<std::string>;
using TopicRef = std::shared_ptr<const data::Topic>;

PartitionKey KeyOf(const TopicRef& topic, int32_t partition = 0) { return {topic->id, PartitionId(partition)}; }

std::string BatchOf(const Values& values, int64_t producer = -1) {
  data::RecordBatchBuilder::Options options;
  if (producer >= 0) {
    options.producer_id = data::ProducerId(producer);
    options.producer_epoch = data::ProducerEpoch(0);
  }
  data::RecordBatchBuilder builder(options);
  for (const std::string& value : values) builder.Add(1000, std::nullopt, value);
  return builder.Finish(producer >= 0 ? data::Sequence(0) : data::kNoSequence).value();
}

Task<TopicRef> NewTopic(EpochWorld& world, int32_t partitions) {
  Ctx ctx;
  TopicRef topic = std::make_shared<const data::Topic>(
      data::Topic{.id = world.env.random().NewUuid(), .name = "results", .partitions = partitions, .configs = {}, .log = {}, .revision = 1});
  CO_RETURN_NOT_OK(world.log.Declare(ctx, topic));
  co_return topic;
}

// All values of a partition, in order.
Task<Values> ReadAll(EpochWorld& world, PartitionKey key) {
  Values values;
  for (int64_t at = 0;;) {
    Ctx ctx;
    std::vector<ports::LogRead> reads;
    reads.push_back({key, Offset(at)});
    ports::ReadWait wait;
    auto read = world.log.Read(ctx, std::move(reads), wait);
    auto slices = co_await read;
    if (!slices.ok()) co_return slices.status();
    if (!slices->front().status.ok()) co_return slices->front().status;
    if (slices->front().batches.empty()) co_return values;
    for (const auto& bytes : slices->front().batches) {
      auto view = data::RecordBatchView::Parse(*bytes);
      auto reader = data::RecordReader::Open(*view, 1 << 20);
      data::Record record;
      while (reader->Next(record).value()) {
        EXPECT_EQ(record.offset.get(), at++);
        values.emplace_back(record.value.value_or(""));
      }
    }
  }
}

ports::EpochCommit Epoch(const testing::Begun& start, int64_t epoch, std::string snapshot) {
  ports::EpochCommit commit{.token = start.last, .attempt = start.attempt, .snapshot = std::move(snapshot), .staged = {}, .outbox = {}};
  commit.token.epoch = epoch;
  return commit;
}

Task<testing::Begun> Begin(EpochWorld& world, std::string pipeline) {
  Ctx ctx;
  auto begin = testing::BeginWhole(&world.epochs, ctx, std::move(pipeline));
  co_return co_await begin;
}

Task<> Commit(EpochWorld& world, ports::EpochCommit commit) {
  Ctx ctx;
  auto run = world.epochs.Commit(ctx, std::move(commit));
  co_return co_await run;
}

// The code with which it ends, as a value: most of these are about refusals.
Task<Code> TryCommit(EpochWorld& world, ports::EpochCommit commit) {
  auto run = Commit(world, std::move(commit));
  Status outcome = co_await run;
  co_return outcome.code();
}

Task<> StartsFromNothing(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(world, "orders"));

  EXPECT_EQ(start.last.pipeline, "orders");
  EXPECT_EQ(start.last.epoch, 0);
  EXPECT_FALSE(start.last.lineage.is_zero());
  EXPECT_EQ(start.snapshot, "");
  EXPECT_TRUE(start.undelivered.empty());
  co_return Status::Ok();
}
TEST_P(EpochsContract, StartsFromNothing) { ExpectRuns(StartsFromNothing); }

Task<> GoesOnFromItsLastEpoch(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(testing::Begun first, Begin(world, "orders"));
  CO_RETURN_NOT_OK(Commit(world, Epoch(first, 1, "at 10")));
  CO_RETURN_NOT_OK(Commit(world, Epoch(first, 2, std::string(100'000, 'x'))));

  CO_ASSIGN_OR_RETURN(testing::Begun second, Begin(world, "orders"));
  CO_RETURN_NOT_OK(Commit(world, Epoch(second, 3, "at 30")));
  CO_ASSIGN_OR_RETURN(testing::Begun third, Begin(world, "orders"));
  CO_ASSIGN_OR_RETURN(testing::Begun other, Begin(world, "other"));

  EXPECT_GT(second.attempt, first.attempt);
  EXPECT_EQ(second.last.lineage, first.last.lineage);
  EXPECT_EQ(second.last.epoch, 2);
  EXPECT_EQ(second.snapshot, std::string(100'000, 'x'));
  EXPECT_EQ(third.last.epoch, 3);
  EXPECT_EQ(third.snapshot, "at 30");
  EXPECT_EQ(other.last.epoch, 0);
  EXPECT_NE(other.last.lineage, first.last.lineage);
  co_return Status::Ok();
}
TEST_P(EpochsContract, GoesOnFromItsLastEpoch) { ExpectRuns(GoesOnFromItsLastEpoch); }

// What an attempt adds stands behind what it has; another attempt's state is replaced first.
Task<> AddsToItsOwnSnapshots(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(testing::Begun first, Begin(world, "orders"));
  CO_RETURN_NOT_OK(Commit(world, Epoch(first, 1, "one ")));
  std::string large(100'000, 'x');
  for (int64_t epoch = 2; epoch <= 4; ++epoch) {
    ports::EpochCommit adding = Epoch(first, epoch, epoch == 3 ? large : StrCat(epoch, " "));
    adding.adds = true;
    CO_RETURN_NOT_OK(Commit(world, std::move(adding)));
  }
  CO_ASSIGN_OR_RETURN(testing::Begun second, Begin(world, "orders"));
  ports::EpochCommit foreign = Epoch(second, 5, "five");
  foreign.adds = true;
  CO_ASSIGN_OR_RETURN(Code refused, TryCommit(world, std::move(foreign)));
  CO_RETURN_NOT_OK(Commit(world, Epoch(second, 5, "five")));
  CO_ASSIGN_OR_RETURN(testing::Begun third, Begin(world, "orders"));

  EXPECT_EQ(second.snapshot, "one 2 " + large + "4 ");
  EXPECT_EQ(refused, Code::kOutOfOrder);
  EXPECT_EQ(third.snapshot, "five");
  co_return Status::Ok();
}
TEST_P(EpochsContract, AddsToItsOwnSnapshots) { ExpectRuns(AddsToItsOwnSnapshots); }

Task<> Keep(EpochWorld& world, const ports::EpochCommit& commit, std::string piece) {
  Ctx ctx;
  auto keeping = world.epochs.Keep(ctx, commit.token, commit.attempt, commit.adds, std::move(piece));
  co_return co_await keeping;
}

// A large snapshot comes in pieces; they count with their commit, and not without it.
Task<> TakesASnapshotInPieces(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(testing::Begun first, Begin(world, "orders"));
  ports::EpochCommit whole = Epoch(first, 1, "third");
  CO_RETURN_NOT_OK(Keep(world, whole, "first "));
  CO_RETURN_NOT_OK(Keep(world, whole, "second "));
  CO_RETURN_NOT_OK(Commit(world, std::move(whole)));
  ports::EpochCommit adding = Epoch(first, 2, "");
  adding.adds = true;
  CO_RETURN_NOT_OK(Keep(world, adding, " fourth"));
  CO_RETURN_NOT_OK(Commit(world, std::move(adding)));
  ports::EpochCommit lost = Epoch(first, 3, "");
  lost.adds = true;
  CO_RETURN_NOT_OK(Keep(world, lost, " lost"));
  CO_ASSIGN_OR_RETURN(testing::Begun second, Begin(world, "orders"));
  auto keeping = Keep(world, lost, " late");
  Status late = co_await keeping;
  CO_RETURN_NOT_OK(Commit(world, Epoch(second, 3, "anew")));
  CO_ASSIGN_OR_RETURN(testing::Begun third, Begin(world, "orders"));

  EXPECT_EQ(second.snapshot, "first second third fourth");
  EXPECT_EQ(late.code(), Code::kFenced);
  EXPECT_EQ(third.snapshot, "anew");
  co_return Status::Ok();
}
TEST_P(EpochsContract, TakesASnapshotInPieces) { ExpectRuns(TakesASnapshotInPieces); }

Task<> ShowsRowsOfAllPartitionsWithTheEpoch(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(TopicRef topic, NewTopic(world, 8));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(world, "orders"));
  ports::EpochCommit commit = Epoch(start, 1, "s");
  for (int32_t i = 7; i >= 0; --i) commit.staged.push_back({KeyOf(topic, i), BatchOf({StrCat("row ", i), "b"})});
  commit.staged.push_back({KeyOf(topic, 3), BatchOf({"c"}) + BatchOf({"d", "e"})});

  CO_RETURN_NOT_OK(Commit(world, std::move(commit)));

  for (int32_t i = 0; i < 8; ++i) {
    CO_ASSIGN_OR_RETURN(Values values, ReadAll(world, KeyOf(topic, i)));
    Values expected{StrCat("row ", i), "b"};
    if (i == 3) expected = {"row 3", "b", "c", "d", "e"};
    EXPECT_EQ(values, expected);
  }
  co_return Status::Ok();
}
TEST_P(EpochsContract, ShowsRowsOfAllPartitionsWithTheEpoch) { ExpectRuns(ShowsRowsOfAllPartitionsWithTheEpoch); }

Task<> RefusesAnOlderAttempt(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(TopicRef topic, NewTopic(world, 1));
  CO_ASSIGN_OR_RETURN(testing::Begun old, Begin(world, "orders"));
  CO_ASSIGN_OR_RETURN(testing::Begun now, Begin(world, "orders"));
  ports::EpochCommit late = Epoch(old, 1, "of a zombie");
  late.staged.push_back({KeyOf(topic), BatchOf({"zombie"})});

  CO_ASSIGN_OR_RETURN(Code refused, TryCommit(world, std::move(late)));
  ports::EpochCommit commit = Epoch(now, 1, "mine");
  commit.staged.push_back({KeyOf(topic), BatchOf({"mine"})});
  CO_RETURN_NOT_OK(Commit(world, std::move(commit)));
  CO_ASSIGN_OR_RETURN(Code refused_again, TryCommit(world, Epoch(old, 2, "of a zombie")));

  CO_ASSIGN_OR_RETURN(Values values, ReadAll(world, KeyOf(topic)));
  CO_ASSIGN_OR_RETURN(testing::Begun next, Begin(world, "orders"));
  EXPECT_EQ(refused, Code::kFenced);
  EXPECT_EQ(refused_again, Code::kFenced);
  EXPECT_EQ(values, Values{"mine"});
  EXPECT_EQ(next.snapshot, "mine");
  co_return Status::Ok();
}
TEST_P(EpochsContract, RefusesAnOlderAttempt) { ExpectRuns(RefusesAnOlderAttempt); }

Task<> TakesEpochsInOrderOnly(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(world, "orders"));
  CO_ASSIGN_OR_RETURN(Code second, TryCommit(world, Epoch(start, 2, "")));
  CO_ASSIGN_OR_RETURN(Code first, TryCommit(world, Epoch(start, 1, "")));
  CO_ASSIGN_OR_RETURN(Code again, TryCommit(world, Epoch(start, 1, "")));
  CO_ASSIGN_OR_RETURN(Code unknown, TryCommit(world, {.token = {"nobody", start.last.lineage, 1}, .attempt = 1, .snapshot = "", .staged = {}, .outbox = {}}));

  EXPECT_EQ(second, Code::kOutOfOrder);
  EXPECT_EQ(first, Code::kOk);
  EXPECT_EQ(again, Code::kOutOfOrder);
  EXPECT_EQ(unknown, Code::kNotFound);
  co_return Status::Ok();
}
TEST_P(EpochsContract, TakesEpochsInOrderOnly) { ExpectRuns(TakesEpochsInOrderOnly); }

Task<> CommitInto(EpochWorld& world, ports::EpochCommit commit, Code* outcome) {
  auto run = Commit(world, std::move(commit));
  Status ended = co_await run;
  *outcome = ended.code();
  co_return Status::Ok();
}

// Epoch 2 is submitted while 1 is in flight: it goes when 1 went, and never when 1 failed.
Task<> LetsNoEpochPassAFailedOne(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(TopicRef topic, NewTopic(world, 2));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(world, "orders"));
  ports::EpochCommit bad = Epoch(start, 1, "one");
  bad.staged.push_back({KeyOf(topic, 0), BatchOf({"never"})});
  bad.staged.push_back({KeyOf(topic, 9), BatchOf({"nowhere"})});
  ports::EpochCommit behind = Epoch(start, 2, "two");
  behind.staged.push_back({KeyOf(topic, 1), BatchOf({"never"})});
  Code outcomes[4] = {};
  io::Loop& loop = co_await io::ThisLoop();
  io::TaskGroup group(loop, "commits");
  group.Spawn(io::Lane::kNormal, CommitInto(world, std::move(bad), &outcomes[0]));
  group.Spawn(io::Lane::kNormal, CommitInto(world, std::move(behind), &outcomes[1]));
  auto ended = group.Close();
  co_await ended;
  io::TaskGroup more(loop, "commits");
  more.Spawn(io::Lane::kNormal, CommitInto(world, Epoch(start, 1, "one again"), &outcomes[2]));
  more.Spawn(io::Lane::kNormal, CommitInto(world, Epoch(start, 2, "two again"), &outcomes[3]));
  auto more_ended = more.Close();
  co_await more_ended;

  CO_ASSIGN_OR_RETURN(Values first, ReadAll(world, KeyOf(topic, 0)));
  CO_ASSIGN_OR_RETURN(Values second, ReadAll(world, KeyOf(topic, 1)));
  CO_ASSIGN_OR_RETURN(testing::Begun next, Begin(world, "orders"));
  EXPECT_EQ(outcomes[0], Code::kNotFound);
  EXPECT_EQ(outcomes[1], Code::kOutOfOrder);
  EXPECT_EQ(outcomes[2], Code::kOk);
  EXPECT_EQ(outcomes[3], Code::kOk);
  EXPECT_TRUE(first.empty() && second.empty());
  EXPECT_EQ(next.last.epoch, 2);
  EXPECT_EQ(next.snapshot, "two again");
  co_return Status::Ok();
}
TEST_P(EpochsContract, LetsNoEpochPassAFailedOne) { ExpectRuns(LetsNoEpochPassAFailedOne); }

Task<> KeepsTheOutboxUntilDelivered(EpochWorld& world) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(world, "orders"));
  ports::EpochCommit one = Epoch(start, 1, "");
  one.outbox = {{"lake", "files of 1"}, {"hook", "call of 1"}};
  ports::EpochCommit two = Epoch(start, 2, "");
  two.outbox = {{"lake", "files of 2"}};
  ports::EpochToken first = one.token;
  ports::EpochToken future = two.token;
  future.epoch = 3;
  ports::EpochToken foreign = first;
  foreign.lineage = world.env.random().NewUuid();
  CO_RETURN_NOT_OK(Commit(world, std::move(one)));
  CO_RETURN_NOT_OK(Commit(world, std::move(two)));

  CO_ASSIGN_OR_RETURN(testing::Begun before, Begin(world, "orders"));
  CO_RETURN_NOT_OK(world.epochs.Delivered(ctx, first));
  CO_RETURN_NOT_OK(world.epochs.Delivered(ctx, first));
  auto tell_future = world.epochs.Delivered(ctx, future);
  Status told_future = co_await tell_future;
  auto tell_foreign = world.epochs.Delivered(ctx, foreign);
  Status told_foreign = co_await tell_foreign;
  CO_ASSIGN_OR_RETURN(testing::Begun after, Begin(world, "orders"));

  EXPECT_EQ(before.undelivered.size(), 3u);
  EXPECT_EQ(before.undelivered.front().first.epoch, 1);
  EXPECT_EQ(before.undelivered.front().second.sink, "lake");
  EXPECT_EQ(before.undelivered.back().second.bytes, "files of 2");
  EXPECT_EQ(before.undelivered.back().first.lineage, start.last.lineage);
  EXPECT_EQ(after.undelivered.size(), 1u);
  EXPECT_EQ(after.undelivered.front().first.epoch, 2);
  EXPECT_EQ(told_future.code(), Code::kOutOfOrder);
  EXPECT_EQ(told_foreign.code(), Code::kFenced);
  co_return Status::Ok();
}
TEST_P(EpochsContract, KeepsTheOutboxUntilDelivered) { ExpectRuns(KeepsTheOutboxUntilDelivered); }

Task<> RefusesWholeEpochs(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(TopicRef topic, NewTopic(world, 16));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(world, "orders"));
  ports::EpochCommit broken = Epoch(start, 1, "");
  broken.staged.push_back({KeyOf(topic, 0), BatchOf({"a"})});
  broken.staged.push_back({KeyOf(topic, 1), BatchOf({"b"})});
  broken.staged.back().batches.back() ^= 1;
  ports::EpochCommit with_producer = Epoch(start, 1, "");
  with_producer.staged.push_back({KeyOf(topic, 0), BatchOf({"a"})});
  with_producer.staged.push_back({KeyOf(topic, 1), BatchOf({"b"}, 77)});
  ports::EpochCommit empty = Epoch(start, 1, "");
  empty.staged.push_back({KeyOf(topic, 0), ""});

  CO_ASSIGN_OR_RETURN(Code for_crc, TryCommit(world, std::move(broken)));
  CO_ASSIGN_OR_RETURN(Code for_producer, TryCommit(world, std::move(with_producer)));
  CO_ASSIGN_OR_RETURN(Code for_nothing, TryCommit(world, std::move(empty)));
  CO_ASSIGN_OR_RETURN(Code good, TryCommit(world, Epoch(start, 1, "")));

  for (int32_t i = 0; i < 2; ++i) {
    CO_ASSIGN_OR_RETURN(Values values, ReadAll(world, KeyOf(topic, i)));
    EXPECT_EQ(values, Values());
  }
  EXPECT_EQ(for_crc, Code::kCorrupt);
  EXPECT_EQ(for_producer, Code::kInvalid);
  EXPECT_EQ(for_nothing, Code::kCorrupt);
  EXPECT_EQ(good, Code::kOk);
  co_return Status::Ok();
}
TEST_P(EpochsContract, RefusesWholeEpochs) { ExpectRuns(RefusesWholeEpochs); }

Task<> AppendSome(EpochWorld& world, TopicRef topic, int writer) {
  for (int i = 0; i < 10; ++i) {
    Ctx ctx;
    std::vector<ports::LogAppend> appends;
    appends.push_back({KeyOf(topic, i % 3), BatchOf({StrCat("writer ", writer, " ", i)})});
    appends.push_back({KeyOf(topic, (i + writer) % 3), BatchOf({StrCat("writer ", writer, " ", i)})});
    auto append = world.log.Append(ctx, std::move(appends));
    auto outcomes = co_await append;
    if (!outcomes.ok()) co_return outcomes.status();
    for (const auto& outcome : *outcomes) EXPECT_TRUE(outcome.ok()) << outcome.ToString();
  }
  co_return Status::Ok();
}

Task<> CommitSome(EpochWorld& world, TopicRef topic, std::string pipeline) {
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(world, pipeline));
  for (int epoch = 1; epoch <= 8; ++epoch) {
    ports::EpochCommit commit = Epoch(start, epoch, "");
    for (int32_t i = 0; i < 3; ++i) commit.staged.push_back({KeyOf(topic, (i + epoch) % 3), BatchOf({StrCat(pipeline, " ", epoch)})});
    auto run = Commit(world, std::move(commit));
    Status committed = co_await run;
    EXPECT_TRUE(committed.ok()) << committed.ToString();
  }
  co_return Status::Ok();
}

// Epochs of several pipelines and plain producers meet in the same partitions: nobody waits for ever, no offset is given twice.
Task<> SharesPartitionsWithOtherWriters(EpochWorld& world) {
  CO_ASSIGN_OR_RETURN(TopicRef topic, NewTopic(world, 3));
  io::Loop& loop = co_await io::ThisLoop();
  io::TaskGroup group(loop, "writers");
  for (int writer = 0; writer < 3; ++writer) group.Spawn(io::Lane::kNormal, AppendSome(world, topic, writer));
  for (std::string pipeline : {"a", "b", "c"}) group.Spawn(io::Lane::kNormal, CommitSome(world, topic, pipeline));
  auto ended = group.Close();
  co_await ended;

  std::map<std::string, int> seen;
  for (int32_t i = 0; i < 3; ++i) {
    CO_ASSIGN_OR_RETURN(Values values, ReadAll(world, KeyOf(topic, i)));
    for (const std::string& value : values) ++seen[value];
  }
  EXPECT_EQ(seen.size(), 30u + 24u);
  for (const auto& [value, times] : seen) EXPECT_EQ(times, value.starts_with("writer") ? 2 : 3) << value;
  co_return Status::Ok();
}
TEST_P(EpochsContract, SharesPartitionsWithOtherWriters) { ExpectRuns(SharesPartitionsWithOtherWriters); }

Task<> RefusesNamesOutOfBounds(EpochWorld& world) {
  auto unnamed = Begin(world, "");
  auto nothing = co_await unnamed;
  auto endless = Begin(world, std::string(201, 'x'));
  auto much = co_await endless;

  EXPECT_EQ(nothing.code(), Code::kInvalid);
  EXPECT_EQ(much.code(), Code::kInvalid);
  co_return Status::Ok();
}
TEST_P(EpochsContract, RefusesNamesOutOfBounds) { ExpectRuns(RefusesNamesOutOfBounds); }

INSTANTIATE_TEST_SUITE_P(All, EpochsContract, ::testing::ValuesIn(AllEpochs()), [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace freshet::contracts
