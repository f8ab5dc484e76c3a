#include <gtest/gtest.h>

#include <set>

#include "engines/stream/job/changes.h"
#include "engines/stream/job/pipelines.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"
#include "testing/begun.h"
#include "testing/memory_epochs.h"
#include "testing/memory_features.h"
#include "testing/memory_log.h"
#include "testing/memory_topics.h"
#include "testing/sim_env.h"

// What becomes of a pipeline's state when its file is changed: told before the start, and true after it.

namespace freshet::stream {
namespace {

using ports::Fate;

constexpr std::string_view kTables = R"(
SET 'execution.checkpointing.interval' = '20 ms';
CREATE TABLE clicks (k STRING, v INT, w INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE sums (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'sums', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE raw (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'raw', 'format' = 'json');
)";
constexpr std::string_view kSums = "INSERT INTO sums SELECT k, SUM(v) FROM clicks GROUP BY k;";

// The memory store's own epochs, looked at.
class States final : public ports::PipelineStates {
 public:
  explicit States(ports::Epochs& epochs) : epochs_(epochs) {}
  Task<ports::PipelineStand> Look(Ctx ctx, std::string pipeline) override {
    auto beginning = testing::BeginWhole(&epochs_, ctx, std::move(pipeline));
    auto start = co_await beginning;
    if (!start.ok()) co_return start.fault();
    if (!start->snapshot.empty()) names_.insert(start->last.pipeline);
    co_return ports::PipelineStand{start->last.epoch, start->snapshot};
  }
  Task<std::vector<std::string>> Names(Ctx) override { co_return std::vector<std::string>(names_.begin(), names_.end()); }
  Task<std::vector<ports::KeptPipeline>> Kept(Ctx) override { co_return std::vector<ports::KeptPipeline>(); }
  Task<> Forget(Ctx, std::string, int64_t, bool) override { co_return Fault::Unsupported("nobody asks here"); }

 private:
  ports::Epochs& epochs_;
  std::set<std::string> names_;  // of those that were looked at
};

struct World {
  World() : log(sim), topics(sim, log), epochs(sim, log), states(epochs), tables(sim, {}, log, topics) {}

  Task<> Produce(int records) {
    if (topics.Find("clicks") == nullptr) {
      ports::TopicSpec spec{.name = "clicks"};
      auto creating = topics.Create({}, spec, false);
      auto created = co_await creating;
      if (!created.ok()) co_return created.status();
    }
    data::RecordBatchBuilder builder({});
    for (int i = 0; i < records; ++i) builder.Add(0, std::nullopt, StrCat(R"({"k":")", i % 3, R"(","v":)", i, R"(,"w":1})"));
    std::vector<ports::LogAppend> appends(1);
    appends[0].key = {topics.Find("clicks")->id, data::PartitionId(0)};
    appends[0].batches = *builder.Finish();
    auto appending = log.Append({}, std::move(appends));
    auto appended = co_await appending;
    co_return appended.status();
  }

  Task<> RunFor(Pipelines* pipelines, Duration time) {
    pipelines->Begin(topics, epochs);
    io::SleepUntil pause(sim.clock().Now() + time);
    co_await pause;
    auto closing = pipelines->Close();
    co_return co_await closing;
  }

  // Of the first attempt.
  Task<std::string> FailureOf(Pipelines* pipelines) {
    pipelines->Begin(topics, epochs);
    io::SleepUntil pause(sim.clock().Now() + Milliseconds(50));
    co_await pause;
    CO_ASSIGN_OR_RETURN(auto progress, pipelines->Describe({}));
    CO_RETURN_NOT_OK(pipelines->Close());
    co_return progress[0].failure;
  }

  // A life of this file: its epochs stay.
  void Live(std::string_view statements) {
    auto pipelines = Pipelines::Open(sim, connectors, models, {}, {{"pipelines/p.sql", StrCat(kTables, statements)}});
    ASSERT_TRUE(pipelines.ok()) << pipelines.status().ToString();
    Status lived = sim.Run(RunFor(pipelines->get(), Seconds(1)));
    ASSERT_TRUE(lived.ok()) << lived.ToString();
  }

  ports::PipelineChange Compare(std::string sql, bool accept_loss = false) {
    Changes changes(sim, connectors, log, topics, states);
    auto change = sim.Run(changes.Compare({}, "p", std::move(sql), accept_loss));
    EXPECT_TRUE(change.ok()) << change.status().ToString();
    return change.ok() ? *change : ports::PipelineChange();
  }

  testing::SimEnv sim;
  testing::MemoryLog log;
  testing::MemoryTopics topics;
  testing::MemoryEpochs epochs;
  States states;
  topic_tables::TopicTables tables;
  testing::MemoryModels models;
  ports::Connectors connectors{{"kafka", &tables}, {"upsert-kafka", &tables}};
};

// "kept Source, kept GroupAggregate": kinds and fates.
std::string Fates(const ports::PipelineChange& change) {
  static constexpr std::string_view kWords[] = {"kept ", "rebuilt ", "lost ", "changed "};
  std::string out;
  for (const auto& part : change.parts) out += StrCat(out.empty() ? "" : ", ", kWords[static_cast<size_t>(part.fate)], part.part.substr(0, part.part.find('(')));
  return out;
}

TEST(Changes, KeepWhatIsWrittenOtherwiseAndMeansTheSame) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);

  auto change = world.Compare(StrCat(kTables, "-- another text\nCREATE VIEW c AS SELECT k, v FROM clicks;\nINSERT INTO sums SELECT c.k, SUM(c.v) FROM c GROUP BY c.k;"));

  EXPECT_EQ(Fates(change), "kept Source, kept GroupAggregate, kept Sink");
  EXPECT_GT(change.epoch, 0);
  EXPECT_GT(change.parts[1].state_bytes, 0);
  EXPECT_EQ(change.parts[0].records, 0);
  EXPECT_FALSE(change.lets_go);
}

TEST(Changes, SayThatATableOfAnotherTopicWillNotStart) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);
  std::string tables(kTables);
  tables.replace(tables.find("'topic' = 'clicks'"), 18, "'topic' = 'sums'");

  auto change = world.Compare(StrCat(tables, kSums));

  EXPECT_EQ(Fates(change), "lost Source, kept GroupAggregate, kept Sink");
  EXPECT_NE(change.parts[0].reason.find("the pipeline will not start: table clicks: its last epoch had read topic 'clicks', which is none of its topics now"), std::string::npos) << change.parts[0].reason;
  EXPECT_TRUE(change.refusal.starts_with("table clicks: its last epoch had read topic 'clicks', which is none of its topics now")) << change.refusal;
}

TEST(Changes, KeepTheStateOfWhatIsToldApart) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  std::string two = "CREATE TABLE more (k STRING, s INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'more', 'key.format' = 'json', 'value.format' = 'json');";
  world.Live(StrCat(two, kSums, "INSERT INTO more SELECT k, SUM(v) FROM clicks GROUP BY k;"));

  auto change = world.Compare(StrCat(kTables, two, kSums, "INSERT INTO more SELECT /*+ STATE_TTL('clicks' = '1 d') */ k, SUM(v) FROM clicks GROUP BY k;"));

  EXPECT_EQ(Fates(change), "kept Source, kept GroupAggregate, kept Sink, kept GroupAggregate, kept Sink");
  EXPECT_EQ(change.refusal, "");
  EXPECT_FALSE(change.lets_go);
}

TEST(Changes, GoOnWithATopicThatWasMadeAgainWhereLossIsAccepted) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);
  ASSERT_TRUE(world.sim.Run(world.topics.Delete({}, "clicks")).ok());
  ASSERT_TRUE(world.sim.Run(world.Produce(3)).ok());

  auto refused = world.Compare(StrCat(kTables, kSums));
  auto accepted = world.Compare(StrCat(kTables, kSums), true);

  EXPECT_TRUE(refused.refusal.starts_with("table clicks: topic 'clicks', which its last epoch had read, was deleted. If it was made again, freshet apply --accept-loss goes on")) << refused.refusal;
  EXPECT_EQ(accepted.refusal, "");
  EXPECT_EQ(Fates(accepted), "changed Source, kept GroupAggregate, kept Sink");
  world.Live(StrCat("SET 'execution.state-recovery.ignore-unclaimed-state' = 'true'; ", kSums));  // a start that is told so does it
  EXPECT_EQ(world.Compare(StrCat(kTables, kSums)).refusal, "");
}

TEST(Changes, RebuildAnAggregateBehindASourceThatGoesOn) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);

  auto change = world.Compare(StrCat(kTables, "INSERT INTO sums SELECT k, MAX(v) FROM clicks GROUP BY k;"));

  EXPECT_EQ(Fates(change), "kept Source, rebuilt GroupAggregate, rebuilt Sink");
  EXPECT_EQ(change.refusal, "");
  EXPECT_EQ(change.known, std::vector<std::string>{"p"});
  EXPECT_TRUE(change.parts[1].reason.starts_with("was SUM($1) and is MAX($1): ")) << change.parts[1].reason;
  EXPECT_NE(change.parts[1].reason.find("it begins empty, while clicks goes on where it stands"), std::string::npos);
  EXPECT_TRUE(change.parts[1].reason.ends_with("; freshet apply builds it from the log while what runs now serves")) << change.parts[1].reason;
  EXPECT_TRUE(change.lets_go);
}

TEST(Changes, RebuildFromTheLogWhatReadsATableAnew) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(StrCat(kSums, "INSERT INTO raw SELECT k, v FROM clicks;"));

  auto change = world.Compare(StrCat(kTables, "INSERT INTO sums SELECT k, SUM(v + w) FROM clicks GROUP BY k; INSERT INTO raw SELECT k, v + w FROM clicks;"));

  EXPECT_EQ(Fates(change), "rebuilt Source, rebuilt GroupAggregate, rebuilt Sink, rebuilt Sink");
  EXPECT_EQ(change.parts[0].records, 9);
  EXPECT_GT(change.parts[0].bytes, 0);
  EXPECT_NE(change.parts[0].reason.find("read from the earliest record on"), std::string::npos) << change.parts[0].reason;
  EXPECT_EQ(change.parts[1].records, 9);
  EXPECT_NE(change.parts[1].reason.find(": all that it reads is read again"), std::string::npos) << change.parts[1].reason;
  constexpr std::string_view kBySwap = "; freshet apply builds it from the log while what runs now serves";
  EXPECT_EQ(change.parts[2].reason, StrCat("each key is written again, to the same end", kBySwap));
  EXPECT_EQ(change.parts[3].reason, StrCat("its rows are written again: who reads raw sees them twice", kBySwap));
}

TEST(Changes, LoseWhatTheLogDoesNotHaveAnyMore) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);
  ASSERT_TRUE(world.sim.Run(world.Produce(5)).ok());
  ASSERT_TRUE(world.sim.Run(world.log.Trim({}, {world.topics.Find("clicks")->id, data::PartitionId(0)}, data::Offset(9))).ok());

  auto change = world.Compare(StrCat(kTables, "INSERT INTO sums SELECT k, SUM(v + w) FROM clicks GROUP BY k;"));

  EXPECT_EQ(Fates(change), "lost Source, lost GroupAggregate, rebuilt Sink");
  EXPECT_NE(change.refusal.find("partition 0 the first 9 records are not read again"), std::string::npos) << change.refusal;
  EXPECT_EQ(change.parts[0].records, 5);
  EXPECT_NE(change.parts[0].reason.find("; 9 records before are not in the log any more"), std::string::npos) << change.parts[0].reason;
}

TEST(Changes, TellWhatTheFileHasNoMoreAndWhatIsNew) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);

  auto gone = world.Compare(StrCat(kTables, "INSERT INTO raw SELECT k, v FROM clicks;"));
  auto more = world.Compare(StrCat(kTables, kSums, "INSERT INTO sums SELECT k, MIN(v) FROM clicks GROUP BY k;"));

  EXPECT_EQ(Fates(gone), "kept Source, changed Sink, changed Sink, lost GroupAggregate");
  EXPECT_EQ(gone.parts[1].reason, "it is new, and rows that clicks had before do not come out");
  EXPECT_EQ(gone.parts[2].reason, "the file does not write it any more; its rows stay as they are");
  EXPECT_EQ(gone.parts[3].reason, "the file has it no more");
  EXPECT_EQ(Fates(more), "kept Source, kept GroupAggregate, kept Sink, lost GroupAggregate, lost Sink");
  EXPECT_NE(more.refusal.find("2 statements write topic sums"), std::string::npos) << more.refusal;
  EXPECT_TRUE(more.parts[3].reason.starts_with("it is new: it begins empty")) << more.parts[2].reason;
  EXPECT_FALSE(more.lets_go);
}

TEST(Changes, OfAPipelineWithoutAnEpochAreAllRebuiltAndNoTopicIsMade) {
  World world;

  auto change = world.Compare(StrCat(kTables, kSums));

  EXPECT_EQ(change.epoch, 0);
  EXPECT_EQ(Fates(change), "rebuilt Source, rebuilt GroupAggregate");
  EXPECT_EQ(change.parts[0].reason, "the pipeline has no epoch yet: read from the earliest record on");
  EXPECT_TRUE(world.topics.List().empty());
}

// A reading that asks for watermarks is another source, which nobody has read yet.
TEST(Changes, RebuildWhatReadsTheSameTableInAnotherWay) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);

  auto change = world.Compare(StrCat(kTables, kSums, "INSERT INTO sums SELECT k, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS n FROM clicks) WHERE n = 1;"));

  EXPECT_EQ(Fates(change), "kept Source, rebuilt Source, kept GroupAggregate, kept Sink, rebuilt Rank, rebuilt Sink");
}

TEST(Changes, GoOnWhereATableStoodWhenNothingBehindItKeepsRows) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(StrCat(kSums, "INSERT INTO raw SELECT k, v FROM clicks;"));
  auto fates = [&](std::string_view statement) { return Fates(world.Compare(StrCat(kTables, kSums, statement))); };

  EXPECT_EQ(fates("INSERT INTO raw SELECT k, v + w FROM clicks;"), "kept Source, kept Source, kept GroupAggregate, kept Sink, changed Sink");
  EXPECT_EQ(fates("INSERT INTO raw SELECT k, v + w FROM clicks /*+ OPTIONS('scan.startup.mode'='earliest-offset') */;"), "kept Source, rebuilt Source, kept GroupAggregate, kept Sink, rebuilt Sink");
  EXPECT_EQ(fates("CREATE TABLE new_one (k STRING, v INT) WITH ('connector' = 'kafka', 'topic' = 'new', 'format' = 'json'); INSERT INTO new_one SELECT k, v + w FROM clicks;"), "kept Source, rebuilt Source, kept GroupAggregate, kept Sink, changed Sink, changed Sink");
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(Changes, TellOfEachTableWhatBecomesOfTheRowsThatStandThere) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  std::string file = StrCat(kTables, kSums, "INSERT INTO raw SELECT k, v FROM clicks;");
  world.Live(StrCat(kSums, "INSERT INTO raw SELECT k, v FROM clicks;"));

  auto same = world.Compare(file);
  auto shown = world.Compare(Replaced(Replaced(file, "SELECT k, SUM(v) FROM", "SELECT k, SUM(v) + 1 FROM"), "SELECT k, v FROM", "SELECT k, v + 1 FROM"));
  auto elsewhere = world.Compare(Replaced(Replaced(file, "'topic' = 'sums'", "'topic' = 'totals'"), "'topic' = 'raw'", "'topic' = 'rows'"));
  auto key = world.Compare(Replaced(file, "PRIMARY KEY (k)", "PRIMARY KEY (k, s)"));
  auto format = world.Compare(Replaced(file, "'value.format' = 'json'", "'value.format' = 'csv'"));
  auto column = world.Compare(Replaced(file, "raw (k STRING, v INT)", "raw (k STRING, n INT)"));

  EXPECT_EQ(Fates(same), "kept Source, kept GroupAggregate, kept Sink, kept Sink");
  EXPECT_EQ(Fates(shown), "kept Source, kept GroupAggregate, rebuilt Sink, changed Sink");
  EXPECT_TRUE(shown.parts[2].by_swap);
  EXPECT_TRUE(shown.parts[2].reason.starts_with("its rows are others, was ")) << shown.parts[2].reason;
  EXPECT_NE(shown.parts[3].reason.find("; rows that stand there stay as they are"), std::string::npos) << shown.parts[3].reason;
  EXPECT_EQ(Fates(elsewhere), "kept Source, kept GroupAggregate, rebuilt Sink, changed Sink");
  EXPECT_TRUE(elsewhere.parts[2].reason.starts_with("it has another place, was upsert-kafka topic=sums and is upsert-kafka topic=totals; freshet apply builds it")) << elsewhere.parts[2].reason;
  EXPECT_EQ(elsewhere.parts[3].reason, "it has another place, was kafka topic=raw and is kafka topic=rows; what was written stays there");
  EXPECT_EQ(Fates(key), "kept Source, kept GroupAggregate, lost Sink, kept Sink");
  EXPECT_TRUE(key.parts[2].reason.starts_with("its rows look otherwise, was key=[k STRING")) << key.parts[2].reason;
  EXPECT_NE(key.refusal.find("those that stand in topic sums would stay beside the new ones; give the table another topic"), std::string::npos) << key.refusal;
  EXPECT_EQ(Fates(format), "kept Source, kept GroupAggregate, lost Sink, kept Sink");
  EXPECT_EQ(Fates(column), "kept Source, kept GroupAggregate, kept Sink, changed Sink");
}

// What begins at the end of its topic has begun somewhere that nobody remembers.
TEST(Changes, LoseWhatNobodyCanBuildAgain) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  std::string latest = Replaced(std::string(kTables), "earliest-offset", "latest-offset");
  world.Live(kSums);

  auto lost = world.Compare(StrCat(latest, "INSERT INTO sums SELECT k, MAX(v) FROM clicks GROUP BY k;"));
  auto accepted = world.Compare(StrCat(latest, "INSERT INTO sums SELECT k, SUM(v) + 1 FROM clicks GROUP BY k;"), true);

  EXPECT_EQ(Fates(lost), "kept Source, lost GroupAggregate, lost Sink");
  EXPECT_NE(lost.refusal.find("table clicks begins at latest-offset, and where that was when the pipeline began is not known"), std::string::npos) << lost.refusal;
  EXPECT_EQ(Fates(accepted), "kept Source, kept GroupAggregate, changed Sink");
  EXPECT_EQ(accepted.refusal, "");
}

// Of keys that do not change nothing would be written.
TEST(Changes, OfATableByKeyAreNotMadeByAStartUnlessItIsTold) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);
  std::string_view shown = "INSERT INTO sums SELECT k, SUM(v) + 1 FROM clicks GROUP BY k;";

  world.Live(shown);
  auto refused = world.Compare(StrCat(kTables, shown));
  ASSERT_TRUE(world.sim.Run(world.Produce(3)).ok());
  world.Live(StrCat("SET 'execution.state-recovery.ignore-unclaimed-state' = 'true'; ", shown));
  auto told = world.Compare(StrCat(kTables, shown));

  EXPECT_EQ(Fates(refused), "kept Source, kept GroupAggregate, rebuilt Sink");
  EXPECT_EQ(Fates(told), "kept Source, kept GroupAggregate, kept Sink");
}

// As a version did that kept nothing of rows which meet in a key.
TEST(Changes, TellOfWhatKeepsTheRowsOfAKeyAndWasNotThere) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  std::string_view meeting = "INSERT INTO sums SELECT MAX(k), v FROM clicks GROUP BY v;";
  std::string without = StrCat("SET 'table.exec.sink.upsert-materialize' = 'NONE'; ", meeting);
  world.Live(without);

  auto change = world.Compare(StrCat(kTables, meeting));
  auto pipelines = Pipelines::Open(world.sim, world.connectors, world.models, {}, {{"pipelines/p.sql", StrCat(kTables, meeting)}});
  auto failure = world.sim.Run(world.FailureOf(pipelines->get()));

  EXPECT_EQ(Fates(change), "kept Source, rebuilt GroupAggregate, rebuilt StandingRow, rebuilt Sink");
  EXPECT_EQ(change.refusal, "");
  EXPECT_TRUE(change.parts[1].reason.starts_with("its rows are asked for in another way now: ")) << change.parts[1].reason;
  EXPECT_TRUE(change.parts[2].reason.starts_with("table sums was written without it, and a start refuses to go on so, unless the file says SET 'table.exec.sink.upsert-materialize' = 'NONE': ")) << change.parts[2].reason;
  EXPECT_TRUE(change.parts[2].reason.ends_with("; freshet apply builds it from the log while what runs now serves")) << change.parts[2].reason;
  ASSERT_TRUE(failure.ok()) << failure.ToString();
  EXPECT_NE(failure->find("Let freshet apply build it from the log, or SET 'table.exec.sink.upsert-materialize' = 'NONE'"), std::string::npos) << *failure;
  world.Live(without);
  EXPECT_EQ(Fates(world.Compare(StrCat(kTables, without))), "kept Source, kept GroupAggregate, kept Sink");
}

// What is told is what a swap would do: a start does less.
TEST(Changes, AreLostByAStartThatIsToldToLetThemGo) {
  World world;
  ASSERT_TRUE(world.sim.Run(world.Produce(9)).ok());
  world.Live(kSums);
  std::string lost = "SET 'execution.state-recovery.ignore-unclaimed-state' = 'true'; INSERT INTO sums SELECT k, MAX(v) FROM clicks GROUP BY k;";
  ASSERT_EQ(Fates(world.Compare(StrCat(kTables, lost))), "kept Source, rebuilt GroupAggregate, rebuilt Sink");

  ASSERT_TRUE(world.sim.Run(world.Produce(3)).ok());
  world.Live(lost);

  auto after = world.Compare(StrCat(kTables, lost));
  EXPECT_EQ(Fates(after), "kept Source, kept GroupAggregate, kept Sink");
  EXPECT_FALSE(after.lets_go);
}

}  // namespace
}  // namespace freshet::stream
