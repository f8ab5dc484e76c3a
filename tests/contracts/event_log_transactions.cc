#include "contracts/event_log_contract.h"
#include "io/task_group.h"
#include "io/wait.h"
#include "ports/log_transactions.h"
#include "ports/log_units.h"

// Transactional batches and the markers that end them: what a log promises to the coordinator of transactions, and to readers.

namespace freshet::contracts {
namespace {

using data::Offset;
using Kind = data::ControlMarker::Kind;
using Values = std::vector<std::string>;

data::PartitionKey KeyOf(const std::shared_ptr<const data::Topic>& topic, int32_t partition = 0) { return {topic->id, data::PartitionId(partition)}; }

ports::LogTransactions& TransactionsOf(ports::EventLog& log) { return dynamic_cast<ports::LogTransactions&>(log); }

Task<> Admit(ports::EventLog& log, data::PartitionKey key, int64_t producer, int16_t epoch = 0) {
  Ctx ctx;
  std::vector<data::PartitionKey> partitions;
  partitions.push_back(key);
  auto admit = TransactionsOf(log).AdmitTransaction(ctx, data::ProducerId(producer), data::ProducerEpoch(epoch), std::move(partitions));
  co_return co_await admit;
}

// The code of what came of it.
Task<Code> Append(ports::EventLog& log, data::PartitionKey key, BatchSpec spec) {
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({key, MakeBatch(spec)});
  CO_ASSIGN_OR_RETURN(auto outcomes, log.Append(ctx, std::move(appends)));
  co_return outcomes.front().code();
}

Task<> Mark(ports::EventLog& log, std::vector<data::PartitionKey> keys, int64_t producer, Kind kind, int16_t epoch = 0) {
  Ctx ctx;
  data::ControlMarker marker{.kind = kind, .producer_id = data::ProducerId(producer), .producer_epoch = data::ProducerEpoch(epoch)};
  std::vector<ports::LogAppend> appends;
  for (const data::PartitionKey& key : keys) appends.push_back({key, data::BuildControlBatch(marker)});
  std::vector<data::Frame> no_frames;
  CO_RETURN_NOT_OK(dynamic_cast<ports::LogUnits&>(log).AppendTogether(ctx, std::move(appends), std::move(no_frames)));
  co_return Status::Ok();
}

Task<ports::LogSlice> ReadCommitted(ports::EventLog& log, data::PartitionKey key, int64_t from) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({key, Offset(from), 1 << 20, true});
  ports::ReadWait wait;
  CO_ASSIGN_OR_RETURN(auto slices, log.Read(ctx, std::move(reads), wait));
  co_return slices.front();
}

Task<> HoldsBackWhatIsOpen(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 2);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_RETURN_NOT_OK(Admit(log, KeyOf(topic), 7));
  CO_ASSIGN_OR_RETURN(Code before, Append(log, KeyOf(topic), {.values = {"before"}}));
  CO_ASSIGN_OR_RETURN(Code inside, Append(log, KeyOf(topic), {.values = {"a", "b"}, .producer = 7, .transactional = true}));
  CO_ASSIGN_OR_RETURN(Code after, Append(log, KeyOf(topic), {.values = {"after"}}));

  CO_ASSIGN_OR_RETURN(auto open, ReadCommitted(log, KeyOf(topic), 0));
  CO_ASSIGN_OR_RETURN(auto beyond, ReadCommitted(log, KeyOf(topic), 2));
  CO_ASSIGN_OR_RETURN(auto standings, TransactionsOf(log).DescribeProducers(ctx, KeyOf(topic)));
  CO_RETURN_NOT_OK(Mark(log, {KeyOf(topic)}, 7, Kind::kCommit));
  CO_ASSIGN_OR_RETURN(auto decided, ReadCommitted(log, KeyOf(topic), 0));

  EXPECT_EQ(before, Code::kOk);
  EXPECT_EQ(inside, Code::kOk);
  EXPECT_EQ(after, Code::kOk);
  EXPECT_EQ(open.bounds.end, Offset(4));
  EXPECT_EQ(open.bounds.last_stable, Offset(1));
  EXPECT_EQ(ValuesOf(open.batches, 0), Values{"before"});
  EXPECT_TRUE(beyond.status.ok());
  EXPECT_TRUE(beyond.batches.empty());
  EXPECT_EQ(standings.at(0).transaction_start, Offset(1));
  EXPECT_EQ(decided.bounds.last_stable, Offset(5));
  EXPECT_EQ(ValuesOf(decided.batches, 0), (Values{"before", "a", "b", "after", "(marker)"}));
  EXPECT_TRUE(decided.aborted.empty());
  co_return Status::Ok();
}
TEST_P(EventLogContract, HoldsBackWhatIsOpen) { ExpectRuns(HoldsBackWhatIsOpen); }

Task<> NamesWhatWasAborted(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_RETURN_NOT_OK(Admit(log, KeyOf(topic), 7));
  CO_RETURN_NOT_OK(Admit(log, KeyOf(topic), 8));
  CO_RETURN_NOT_OK(Append(log, KeyOf(topic), {.values = {"7a"}, .producer = 7, .transactional = true}));             // 0
  CO_RETURN_NOT_OK(Append(log, KeyOf(topic), {.values = {"8a"}, .producer = 8, .transactional = true}));             // 1
  CO_RETURN_NOT_OK(Mark(log, {KeyOf(topic)}, 8, Kind::kAbort));                                                       // 2
  CO_RETURN_NOT_OK(Append(log, KeyOf(topic), {.values = {"7b"}, .producer = 7, .sequence = 1, .transactional = true}));  // 3
  CO_RETURN_NOT_OK(Mark(log, {KeyOf(topic)}, 7, Kind::kAbort));                                                       // 4
  CO_RETURN_NOT_OK(Append(log, KeyOf(topic), {.values = {"plain"}}));                                                 // 5

  CO_ASSIGN_OR_RETURN(auto all, ReadCommitted(log, KeyOf(topic), 0));
  CO_ASSIGN_OR_RETURN(auto later, ReadCommitted(log, KeyOf(topic), 3));
  CO_ASSIGN_OR_RETURN(auto last, ReadCommitted(log, KeyOf(topic), 5));

  EXPECT_EQ(all.bounds.last_stable, Offset(6));
  EXPECT_EQ(all.aborted.size(), 2u);
  EXPECT_EQ(all.aborted.at(0).producer, data::ProducerId(7));
  EXPECT_EQ(all.aborted.at(0).first, Offset(0));
  EXPECT_EQ(all.aborted.at(0).marker, Offset(4));
  EXPECT_EQ(all.aborted.at(1).producer, data::ProducerId(8));
  EXPECT_EQ(all.aborted.at(1).first, Offset(1));
  EXPECT_EQ(later.aborted.size(), 1u);
  EXPECT_EQ(later.aborted.at(0).producer, data::ProducerId(7));
  EXPECT_TRUE(last.aborted.empty());
  co_return Status::Ok();
}
TEST_P(EventLogContract, NamesWhatWasAborted) { ExpectRuns(NamesWhatWasAborted); }

Task<> TakesNothingOutsideAnAdmittedTransaction(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 2);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_ASSIGN_OR_RETURN(Code early, Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .transactional = true}));
  CO_RETURN_NOT_OK(Admit(log, KeyOf(topic), 7));
  CO_ASSIGN_OR_RETURN(Code elsewhere, Append(log, KeyOf(topic, 1), {.values = {"v"}, .producer = 7, .transactional = true}));
  CO_ASSIGN_OR_RETURN(Code inside, Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .transactional = true}));
  CO_ASSIGN_OR_RETURN(Code plain, Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .sequence = 1}));
  CO_RETURN_NOT_OK(Mark(log, {KeyOf(topic)}, 7, Kind::kCommit));
  CO_ASSIGN_OR_RETURN(Code late, Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .sequence = 1, .transactional = true}));
  CO_ASSIGN_OR_RETURN(Code again, Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .transactional = true}));
  CO_ASSIGN_OR_RETURN(auto bounds, log.Bounds(ctx, KeyOf(topic)));

  EXPECT_EQ(early, Code::kConflict);
  EXPECT_EQ(elsewhere, Code::kConflict);
  EXPECT_EQ(inside, Code::kOk);
  EXPECT_EQ(plain, Code::kConflict);
  EXPECT_EQ(late, Code::kConflict);
  EXPECT_EQ(again, Code::kOk);  // a retry of a batch that is stored
  EXPECT_EQ(bounds.end, Offset(2));
  co_return Status::Ok();
}
TEST_P(EventLogContract, TakesNothingOutsideAnAdmittedTransaction) { ExpectRuns(TakesNothingOutsideAnAdmittedTransaction); }

Task<> FencesByAMarkerOfANewerEpoch(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 2);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_RETURN_NOT_OK(Admit(log, KeyOf(topic), 7));
  CO_RETURN_NOT_OK(Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .transactional = true}));
  CO_RETURN_NOT_OK(Mark(log, {KeyOf(topic), KeyOf(topic, 1)}, 7, Kind::kAbort, 1));

  CO_ASSIGN_OR_RETURN(Code late, Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .sequence = 1, .transactional = true}));
  CO_ASSIGN_OR_RETURN(Code plain, Append(log, KeyOf(topic, 1), {.values = {"v"}, .producer = 7}));
  CO_RETURN_NOT_OK(Admit(log, KeyOf(topic), 7, 1));
  CO_ASSIGN_OR_RETURN(Code heir, Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .epoch = 1, .transactional = true}));

  EXPECT_EQ(late, Code::kFenced);
  EXPECT_EQ(plain, Code::kFenced);
  EXPECT_EQ(heir, Code::kOk);
  co_return Status::Ok();
}
TEST_P(EventLogContract, FencesByAMarkerOfANewerEpoch) { ExpectRuns(FencesByAMarkerOfANewerEpoch); }

Task<> MarkSoon(Env& env, ports::EventLog& log, data::PartitionKey key) {
  io::SleepUntil pause(env.clock().Now() + Milliseconds(20));
  co_await pause;
  auto mark = Mark(log, {key}, 7, Kind::kCommit);
  co_return co_await mark;
}

Task<> WakesACommittedReaderByTheMarker(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_RETURN_NOT_OK(Admit(log, KeyOf(topic), 7));
  CO_RETURN_NOT_OK(Append(log, KeyOf(topic), {.values = {"v"}, .producer = 7, .transactional = true}));
  io::TaskGroup group(env.loop(0), "writer");
  group.Spawn(io::Lane::kNormal, MarkSoon(env, log, KeyOf(topic)));
  std::vector<ports::LogRead> reads;
  reads.push_back({KeyOf(topic), Offset(0), 1 << 20, true});
  ports::ReadWait wait{.until = env.clock().Now() + Seconds(60)};

  auto read = log.Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  auto ended = group.Close();
  co_await ended;

  if (!slices.ok()) co_return slices.status();
  EXPECT_EQ(ValuesOf(slices->front().batches, 0), (Values{"v", "(marker)"}));
  co_return Status::Ok();
}
TEST_P(EventLogContract, WakesACommittedReaderByTheMarker) { ExpectRuns(WakesACommittedReaderByTheMarker); }

}  // namespace
}  // namespace freshet::contracts
