#include "contracts/event_log_contract.h"

#include "io/task_group.h"
#include "io/wait.h"

namespace freshet::contracts {

std::string MakeBatch(const BatchSpec& spec) {
  data::RecordBatchBuilder::Options options;
  if (spec.producer >= 0) {
    options.producer_id = data::ProducerId(spec.producer);
    options.producer_epoch = data::ProducerEpoch(spec.epoch);
    options.transactional = spec.transactional;
  }
  data::RecordBatchBuilder builder(options);
  int64_t timestamp_ms = spec.timestamp_ms;
  for (const std::string& value : spec.values) builder.Add(timestamp_ms++, std::nullopt, value);
  return builder.Finish(spec.producer >= 0 ? data::Sequence(spec.sequence) : data::kNoSequence).value();
}

std::shared_ptr<const data::Topic> MakeTopic(Env& env, int32_t partitions, data::LogConfig config) {
  return std::make_shared<const data::Topic>(
      data::Topic{.id = env.random().NewUuid(), .name = "clicks", .partitions = partitions, .configs = {}, .log = config, .revision = 1});
}

std::vector<std::string> ValuesOf(const std::vector<data::KeptBytes>& batches, int64_t first) {
  std::vector<std::string> values;
  for (const auto& bytes : batches) {
    auto view = data::RecordBatchView::Parse(*bytes);
    EXPECT_TRUE(view.ok() && view->Validate().ok());
    if (view->header().control()) {
      EXPECT_EQ(view->header().base_offset.get(), first++);
      values.emplace_back("(marker)");
      continue;
    }
    auto reader = data::RecordReader::Open(*view, 64 << 20);
    data::Record record;
    while (reader->Next(record).value()) {
      EXPECT_EQ(record.offset.get(), first++);
      values.emplace_back(record.value.value_or("(null)"));
    }
  }
  return values;
}

namespace {

using data::Offset;
using data::PartitionId;
using data::PartitionKey;
using Values = std::vector<std::string>;

PartitionKey KeyOf(const std::shared_ptr<const data::Topic>& topic, int32_t partition = 0) { return {topic->id, PartitionId(partition)}; }

Task<ports::Appended> AppendOne(ports::EventLog& log, PartitionKey key, std::string batch) {
  Ctx ctx;
  std::vector<ports::LogAppend> appends;
  appends.push_back({key, std::move(batch)});
  auto append = log.Append(ctx, std::move(appends));
  auto outcomes = co_await append;
  if (!outcomes.ok()) co_return outcomes.status();
  co_return outcomes->front();
}

Task<ports::LogSlice> ReadOne(ports::EventLog& log, PartitionKey key, int64_t from, int64_t bytes_max, ports::ReadWait wait) {
  Ctx ctx;
  std::vector<ports::LogRead> reads;
  reads.push_back({key, Offset(from), bytes_max});
  auto read = log.Read(ctx, std::move(reads), wait);
  auto slices = co_await read;
  if (!slices.ok()) co_return slices.status();
  co_return slices->front();
}

// Everything from an offset, however many reads it takes.
Task<Values> ReadAll(ports::EventLog& log, PartitionKey key, int64_t from) {
  Values all;
  for (;;) {
    ports::ReadWait wait;
    auto read = ReadOne(log, key, from, 1 << 20, wait);
    auto slice = co_await read;
    if (!slice.ok()) co_return slice.status();
    if (!slice->status.ok()) co_return slice->status;
    if (slice->batches.empty()) co_return all;
    Values some = ValuesOf(slice->batches, from);
    from += static_cast<int64_t>(some.size());
    all.insert(all.end(), some.begin(), some.end());
  }
}

std::string Many(char letter, size_t bytes) { return std::string(bytes, letter); }

// --- append and read

Task<> ReadsBackWhatWasAppended(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 2);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  std::string first = MakeBatch({.values = {"a", "b"}});
  CO_ASSIGN_OR_RETURN(ports::Appended one, AppendOne(log, KeyOf(topic), first));
  CO_ASSIGN_OR_RETURN(ports::Appended two, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"c", Many('d', 900)}})));
  CO_ASSIGN_OR_RETURN(ports::Appended other, AppendOne(log, KeyOf(topic, 1), MakeBatch({.values = {"x"}})));

  CO_ASSIGN_OR_RETURN(Values values, ReadAll(log, KeyOf(topic), 0));
  CO_ASSIGN_OR_RETURN(Values other_values, ReadAll(log, KeyOf(topic, 1), 0));
  CO_ASSIGN_OR_RETURN(ports::PartitionBounds bounds, log.Bounds(ctx, KeyOf(topic)));
  ports::ReadWait wait;
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, ReadOne(log, KeyOf(topic), 0, 1 << 20, wait));

  EXPECT_EQ(one.base_offset, Offset(0));
  EXPECT_EQ(two.base_offset, Offset(2));
  EXPECT_EQ(other.base_offset, Offset(0));
  EXPECT_EQ(values, (Values{"a", "b", "c", Many('d', 900)}));
  EXPECT_EQ(other_values, Values{"x"});
  EXPECT_EQ(bounds.start, Offset(0));
  EXPECT_EQ(bounds.end, Offset(4));
  EXPECT_EQ(bounds.last_stable, Offset(4));
  EXPECT_EQ(slice.batches.front()->substr(16), first.substr(16));  // byte for byte but for the place
  co_return Status::Ok();
}
TEST_P(EventLogContract, ReadsBackWhatWasAppended) { ExpectRuns(ReadsBackWhatWasAppended); }

Task<> KeepsAnswersInTheOrderOfTheRequest(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 8);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  std::vector<ports::LogAppend> appends;
  for (int32_t p = 7; p >= 0; --p) appends.push_back({KeyOf(topic, p), MakeBatch({.values = std::vector<std::string>(static_cast<size_t>(p) + 1, "v")})});
  appends.push_back({KeyOf(topic, 99), MakeBatch({.values = {"nowhere"}})});

  CO_ASSIGN_OR_RETURN(auto outcomes, log.Append(ctx, std::move(appends)));
  std::vector<ports::LogRead> reads;
  for (int32_t p = 0; p < 8; ++p) reads.push_back({KeyOf(topic, p), Offset(0)});
  reads.push_back({KeyOf(topic, 99), Offset(0)});
  ports::ReadWait wait;
  CO_ASSIGN_OR_RETURN(auto slices, log.Read(ctx, std::move(reads), wait));

  for (size_t i = 0; i < 8; ++i) EXPECT_TRUE(outcomes[i].ok()) << outcomes[i].ToString();
  EXPECT_EQ(outcomes[8].code(), Code::kNotFound);
  for (size_t p = 0; p < 8; ++p) EXPECT_EQ(ValuesOf(slices[p].batches, 0).size(), p + 1);
  EXPECT_EQ(slices[8].status.code(), Code::kNotFound);
  co_return Status::Ok();
}
TEST_P(EventLogContract, KeepsAnswersInTheOrderOfTheRequest) { ExpectRuns(KeepsAnswersInTheOrderOfTheRequest); }

Task<> AnswersWholeBatchesWithinTheirBounds(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  for (int i = 0; i < 10; ++i) {
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, AppendOne(log, KeyOf(topic), MakeBatch({.values = {StrCat(i), Many('x', 1000)}})));
  }
  ports::ReadWait wait;

  CO_ASSIGN_OR_RETURN(ports::LogSlice three, ReadOne(log, KeyOf(topic), 0, 3500, wait));
  CO_ASSIGN_OR_RETURN(ports::LogSlice oversized, ReadOne(log, KeyOf(topic), 4, 10, wait));
  CO_ASSIGN_OR_RETURN(ports::LogSlice middle, ReadOne(log, KeyOf(topic), 5, 1100, wait));
  CO_ASSIGN_OR_RETURN(ports::LogSlice at_end, ReadOne(log, KeyOf(topic), 20, 1100, wait));
  CO_ASSIGN_OR_RETURN(ports::LogSlice beyond, ReadOne(log, KeyOf(topic), 21, 1100, wait));
  CO_ASSIGN_OR_RETURN(ports::LogSlice below, ReadOne(log, KeyOf(topic), -1, 1100, wait));

  EXPECT_EQ(ValuesOf(three.batches, 0).size(), 6u);
  EXPECT_EQ(ValuesOf(oversized.batches, 4).size(), 2u);  // the first one comes, so that readers get on
  EXPECT_EQ(ValuesOf(middle.batches, 4).front(), "2");   // the batch that holds the offset
  EXPECT_TRUE(at_end.status.ok() && at_end.batches.empty());
  EXPECT_EQ(beyond.status.code(), Code::kOutOfRange);
  EXPECT_EQ(below.status.code(), Code::kOutOfRange);
  EXPECT_EQ(beyond.bounds.end, Offset(20));
  co_return Status::Ok();
}
TEST_P(EventLogContract, AnswersWholeBatchesWithinTheirBounds) { ExpectRuns(AnswersWholeBatchesWithinTheirBounds); }

Task<> TakesARunOfBatches(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  std::string run = MakeBatch({.values = {"a"}}) + MakeBatch({.values = {"b", "c"}}) + MakeBatch({.values = {Many('d', 700)}});

  CO_ASSIGN_OR_RETURN(ports::Appended appended, AppendOne(log, KeyOf(topic), run));
  CO_ASSIGN_OR_RETURN(Values values, ReadAll(log, KeyOf(topic), 0));

  EXPECT_EQ(appended.base_offset, Offset(0));
  EXPECT_EQ(values, (Values{"a", "b", "c", Many('d', 700)}));
  co_return Status::Ok();
}
TEST_P(EventLogContract, TakesARunOfBatches) { ExpectRuns(TakesARunOfBatches); }

Task<> RefusesWhatDoesNotHold(Env& env, ports::EventLog& log) {
  Ctx ctx;
  data::LogConfig config;
  config.max_message_bytes = 2000;
  auto topic = MakeTopic(env, 1, config);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  std::string flipped = MakeBatch({.values = {"value"}});
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  auto append_flipped = AppendOne(log, KeyOf(topic), flipped);
  auto corrupt = co_await append_flipped;
  auto append_large = AppendOne(log, KeyOf(topic), MakeBatch({.values = {Many('x', 2500)}}));
  auto large = co_await append_large;
  auto append_empty = AppendOne(log, KeyOf(topic), "");
  auto empty = co_await append_empty;
  auto append_garbage = AppendOne(log, KeyOf(topic), std::string(100, 'g'));
  auto garbage = co_await append_garbage;
  CO_ASSIGN_OR_RETURN(ports::PartitionBounds bounds, log.Bounds(ctx, KeyOf(topic)));

  EXPECT_EQ(corrupt.code(), Code::kCorrupt);
  EXPECT_EQ(large.code(), Code::kTooLarge);
  EXPECT_FALSE(empty.ok());
  EXPECT_FALSE(garbage.ok());
  EXPECT_EQ(bounds.end, Offset(0));
  co_return Status::Ok();
}
TEST_P(EventLogContract, RefusesWhatDoesNotHold) { ExpectRuns(RefusesWhatDoesNotHold); }

Task<> StampsArrivalTime(Env& env, ports::EventLog& log) {
  Ctx ctx;
  data::LogConfig config;
  config.log_append_time = true;
  auto topic = MakeTopic(env, 1, config);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));

  CO_ASSIGN_OR_RETURN(ports::Appended appended, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"a", Many('b', 900)}, .timestamp_ms = 5})));
  ports::ReadWait wait;
  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, ReadOne(log, KeyOf(topic), 0, 1 << 20, wait));

  EXPECT_GT(appended.log_append_time_ms, 5);
  auto view = data::RecordBatchView::Parse(*slice.batches.front());
  EXPECT_TRUE(view->Validate().ok());
  EXPECT_TRUE(view->header().log_append_time());
  EXPECT_EQ(view->header().max_timestamp_ms, appended.log_append_time_ms);
  co_return Status::Ok();
}
TEST_P(EventLogContract, StampsArrivalTime) { ExpectRuns(StampsArrivalTime); }

// --- idempotent producers

Task<> AnswersARetryWithTheStoredPlace(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  for (int i = 0; i < 7; ++i) {
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended,
                        AppendOne(log, KeyOf(topic), MakeBatch({.values = {"v", Many('x', i % 2 == 0 ? 10 : 900)}, .producer = 9, .sequence = i * 2})));
  }

  CO_ASSIGN_OR_RETURN(ports::Appended retried, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"v", Many('x', 900)}, .producer = 9, .sequence = 6})));
  auto append_gap = AppendOne(log, KeyOf(topic), MakeBatch({.values = {"v"}, .producer = 9, .sequence = 15}));
  auto gap = co_await append_gap;
  auto append_old = AppendOne(log, KeyOf(topic), MakeBatch({.values = {"v", "x"}, .producer = 9, .sequence = 0}));
  auto old = co_await append_old;
  CO_ASSIGN_OR_RETURN(ports::PartitionBounds bounds, log.Bounds(ctx, KeyOf(topic)));

  EXPECT_TRUE(retried.duplicate);
  EXPECT_EQ(retried.base_offset, Offset(6));
  EXPECT_EQ(gap.code(), Code::kOutOfOrder);
  EXPECT_TRUE(old.code() == Code::kDuplicate || old.code() == Code::kOutOfOrder) << old.ToString();
  EXPECT_EQ(bounds.end, Offset(14));
  co_return Status::Ok();
}
TEST_P(EventLogContract, AnswersARetryWithTheStoredPlace) { ExpectRuns(AnswersARetryWithTheStoredPlace); }

Task<> FencesAnOlderEpoch(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended one, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"a"}, .producer = 9, .epoch = 1, .sequence = 0})));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended two, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"b"}, .producer = 9, .epoch = 2, .sequence = 0})));

  auto append = AppendOne(log, KeyOf(topic), MakeBatch({.values = {"c"}, .producer = 9, .epoch = 1, .sequence = 1}));
  auto fenced = co_await append;

  EXPECT_EQ(fenced.code(), Code::kFenced);
  co_return Status::Ok();
}
TEST_P(EventLogContract, FencesAnOlderEpoch) { ExpectRuns(FencesAnOlderEpoch); }

Task<> WrapsSequencesAround(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended one, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"a", "b"}, .producer = 9, .sequence = INT32_MAX - 1})));

  CO_ASSIGN_OR_RETURN(ports::Appended two, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"c"}, .producer = 9, .sequence = 0})));

  EXPECT_EQ(two.base_offset, Offset(2));
  co_return Status::Ok();
}
TEST_P(EventLogContract, WrapsSequencesAround) { ExpectRuns(WrapsSequencesAround); }

// --- waiting

Task<> AppendAfter(Env& env, ports::EventLog& log, PartitionKey key, Duration delay) {
  io::SleepUntil pause(env.clock().Now() + delay);
  co_await pause;
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, AppendOne(log, key, MakeBatch({.values = {Many('w', 300)}})));
  co_return Status::Ok();
}

Task<> WakesAWaitingReader(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 4);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  io::TaskGroup group(env.loop(0), "writers");
  for (int i = 1; i <= 3; ++i) group.Spawn(io::Lane::kNormal, AppendAfter(env, log, KeyOf(topic, i), Milliseconds(20 * i)));
  std::vector<ports::LogRead> reads;
  for (int32_t p = 0; p < 4; ++p) reads.push_back({KeyOf(topic, p), Offset(0)});
  MonoTime begin = env.clock().Now();
  ports::ReadWait wait{.bytes_min = 700, .until = begin + Seconds(60)};

  CO_ASSIGN_OR_RETURN(auto slices, log.Read(ctx, std::move(reads), wait));
  Duration waited = env.clock().Now() - begin;
  auto close = group.Close();
  co_await close;

  size_t batches = 0;
  for (const auto& slice : slices) batches += slice.batches.size();
  EXPECT_GE(batches, 2u);
  EXPECT_LT(waited, Seconds(30));
  co_return Status::Ok();
}
TEST_P(EventLogContract, WakesAWaitingReader) { ExpectRuns(WakesAWaitingReader); }

Task<> AnswersShortWhenTheTimeIsUp(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  MonoTime begin = env.clock().Now();
  ports::ReadWait wait{.bytes_min = 1, .until = begin + Milliseconds(200)};

  CO_ASSIGN_OR_RETURN(ports::LogSlice slice, ReadOne(log, KeyOf(topic), 0, 1 << 20, wait));

  EXPECT_TRUE(slice.status.ok());
  EXPECT_TRUE(slice.batches.empty());
  EXPECT_GE(env.clock().Now() - begin, Milliseconds(200));
  co_return Status::Ok();
}
TEST_P(EventLogContract, AnswersShortWhenTheTimeIsUp) { ExpectRuns(AnswersShortWhenTheTimeIsUp); }

// --- time, trim, topics

Task<> FindsRecordsByTime(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_ASSIGN_OR_RETURN(ports::TimedOffset none_yet, log.FindTime(ctx, KeyOf(topic), std::nullopt));
  for (int i = 0; i < 6; ++i) {
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended,
                        AppendOne(log, KeyOf(topic), MakeBatch({.values = {"v", "w", Many('x', i % 2 == 0 ? 10 : 800)}, .timestamp_ms = 1000 * (i + 1)})));
  }

  CO_ASSIGN_OR_RETURN(ports::TimedOffset first, log.FindTime(ctx, KeyOf(topic), 0));
  CO_ASSIGN_OR_RETURN(ports::TimedOffset inside, log.FindTime(ctx, KeyOf(topic), 3001));
  CO_ASSIGN_OR_RETURN(ports::TimedOffset between, log.FindTime(ctx, KeyOf(topic), 3500));
  CO_ASSIGN_OR_RETURN(ports::TimedOffset beyond, log.FindTime(ctx, KeyOf(topic), 99999));
  CO_ASSIGN_OR_RETURN(ports::TimedOffset largest, log.FindTime(ctx, KeyOf(topic), std::nullopt));

  EXPECT_EQ(none_yet.offset, Offset(-1));
  EXPECT_EQ(first.offset, Offset(0));
  EXPECT_EQ(inside.offset, Offset(7));
  EXPECT_EQ(inside.timestamp_ms, 3001);
  EXPECT_EQ(between.offset, Offset(9));
  EXPECT_EQ(beyond.offset, Offset(-1));
  EXPECT_EQ(largest.offset, Offset(17));
  EXPECT_EQ(largest.timestamp_ms, 6002);
  co_return Status::Ok();
}
TEST_P(EventLogContract, FindsRecordsByTime) { ExpectRuns(FindsRecordsByTime); }

Task<> TrimsFromTheFront(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  for (int i = 0; i < 6; ++i) {
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, AppendOne(log, KeyOf(topic), MakeBatch({.values = {StrCat(i), Many('x', 700)}})));
  }

  CO_ASSIGN_OR_RETURN(Offset start, log.Trim(ctx, KeyOf(topic), Offset(5)));
  CO_ASSIGN_OR_RETURN(Offset unmoved, log.Trim(ctx, KeyOf(topic), Offset(2)));
  auto trim = log.Trim(ctx, KeyOf(topic), Offset(13));
  auto beyond = co_await trim;
  ports::ReadWait wait;
  CO_ASSIGN_OR_RETURN(ports::LogSlice below, ReadOne(log, KeyOf(topic), 4, 1 << 20, wait));
  CO_ASSIGN_OR_RETURN(ports::LogSlice above, ReadOne(log, KeyOf(topic), 5, 1 << 20, wait));
  CO_ASSIGN_OR_RETURN(Offset all, log.Trim(ctx, KeyOf(topic), Offset(12)));
  CO_ASSIGN_OR_RETURN(ports::Appended next, AppendOne(log, KeyOf(topic), MakeBatch({.values = {"next"}})));
  CO_ASSIGN_OR_RETURN(Values rest, ReadAll(log, KeyOf(topic), 12));

  EXPECT_EQ(start, Offset(5));
  EXPECT_EQ(unmoved, Offset(5));
  EXPECT_EQ(beyond.code(), Code::kOutOfRange);
  EXPECT_EQ(below.status.code(), Code::kOutOfRange);
  EXPECT_EQ(below.bounds.start, Offset(5));
  EXPECT_TRUE(above.status.ok());
  EXPECT_EQ(ValuesOf(above.batches, 4).front(), "2");
  EXPECT_EQ(all, Offset(12));
  EXPECT_EQ(next.base_offset, Offset(12));
  EXPECT_EQ(rest, Values{"next"});
  co_return Status::Ok();
}
TEST_P(EventLogContract, TrimsFromTheFront) { ExpectRuns(TrimsFromTheFront); }

Task<> CountsTheBytesItKeeps(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 2);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_ASSIGN_OR_RETURN(int64_t empty, log.Size(ctx, KeyOf(topic)));
  int64_t batches = 0;
  constexpr int kBatches = 20;
  constexpr int64_t kFileHeaderBytes = 64;
  for (int i = 0; i < kBatches; ++i) {
    std::string batch = MakeBatch({.values = {Many('a', 300)}});
    batches += static_cast<int64_t>(batch.size());
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, AppendOne(log, KeyOf(topic), batch));
  }

  CO_ASSIGN_OR_RETURN(int64_t kept, log.Size(ctx, KeyOf(topic)));
  CO_ASSIGN_OR_RETURN(int64_t other, log.Size(ctx, KeyOf(topic, 1)));
  auto look = log.Size(ctx, KeyOf(topic, 2));
  auto unknown = co_await look;

  EXPECT_EQ(empty, 0);
  EXPECT_GE(kept, batches);
  EXPECT_LE(kept, batches + kBatches * kFileHeaderBytes);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(unknown.code(), Code::kNotFound);
  co_return Status::Ok();
}
TEST_P(EventLogContract, CountsTheBytesItKeeps) { ExpectRuns(CountsTheBytesItKeeps); }

Task<> KnowsTopicsFromDeclareToDrop(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 1);
  auto append_early = AppendOne(log, KeyOf(topic), MakeBatch({.values = {"early"}}));
  auto early = co_await append_early;
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, AppendOne(log, KeyOf(topic), MakeBatch({.values = {Many('a', 700)}})));
  auto wider = std::make_shared<data::Topic>(*topic);
  wider->partitions = 3;
  CO_RETURN_NOT_OK(log.Declare(ctx, wider));
  CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended in_new, AppendOne(log, KeyOf(topic, 2), MakeBatch({.values = {"b"}})));
  CO_ASSIGN_OR_RETURN(Values kept, ReadAll(log, KeyOf(topic), 0));

  CO_RETURN_NOT_OK(log.Drop(ctx, topic->id));
  auto append_late = AppendOne(log, KeyOf(topic), MakeBatch({.values = {"late"}}));
  auto late = co_await append_late;
  auto bounds_late = log.Bounds(ctx, KeyOf(topic));
  auto no_bounds = co_await bounds_late;

  EXPECT_EQ(early.code(), Code::kNotFound);
  EXPECT_EQ(kept, Values{Many('a', 700)});
  EXPECT_EQ(late.code(), Code::kNotFound);
  EXPECT_EQ(no_bounds.code(), Code::kNotFound);
  co_return Status::Ok();
}
TEST_P(EventLogContract, KnowsTopicsFromDeclareToDrop) { ExpectRuns(KnowsTopicsFromDeclareToDrop); }

// --- many at once

Task<> AppendSome(ports::EventLog& log, PartitionKey key, int64_t producer, int count) {
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> values;
    values.push_back(StrCat(producer, ":", i));
    if (i % 5 == 4) values.push_back(Many('x', 900));
    auto sequence = static_cast<int32_t>(i + i / 5);
    CO_ASSIGN_OR_RETURN([[maybe_unused]] ports::Appended appended, AppendOne(log, key, MakeBatch({.values = values, .producer = producer, .sequence = sequence})));
  }
  co_return Status::Ok();
}

Task<> KeepsEachProducersOrder(Env& env, ports::EventLog& log) {
  Ctx ctx;
  auto topic = MakeTopic(env, 3);
  CO_RETURN_NOT_OK(log.Declare(ctx, topic));
  io::RunOnAll writers;
  for (int i = 0; i < 12; ++i) writers.Add(env.loop(i % env.loops()), AppendSome(log, KeyOf(topic, i % 3), i, 20));
  Status written = co_await writers;
  if (!written.ok()) co_return written;

  std::map<std::string, int> next;
  size_t records = 0;
  for (int32_t p = 0; p < 3; ++p) {
    CO_ASSIGN_OR_RETURN(Values values, ReadAll(log, KeyOf(topic, p), 0));
    records += values.size();
    for (const std::string& value : values) {
      if (value.starts_with("x")) continue;
      std::string producer = value.substr(0, value.find(':'));
      EXPECT_EQ(value.substr(value.find(':') + 1), StrCat(next[producer]++));
    }
  }

  EXPECT_EQ(records, 12u * 24u);
  co_return Status::Ok();
}
TEST_P(EventLogContract, KeepsEachProducersOrder) { ExpectRuns(KeepsEachProducersOrder); }

}  // namespace

INSTANTIATE_TEST_SUITE_P(Logs, EventLogContract, ::testing::ValuesIn(AllLogs()), [](const auto& info) { return info.param.name; });

}  // namespace freshet::contracts
