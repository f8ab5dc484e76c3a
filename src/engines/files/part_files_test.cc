#include <gtest/gtest.h>

#include <algorithm>

#include "engines/files/file_sink.h"
#include "io/file.h"
#include "io/wait.h"
#include "testing/crash_states.h"
#include "testing/figure.h"
#include "testing/sim_env.h"

namespace freshet::files {
namespace {

using data::Type;
using testing::SimEnv;

constexpr data::EventTime kEnd = data::kEndOfTime, kNone = data::kNoEventTime;
constexpr int64_t kMinuteMs = 60'000;

ports::TableRequest Request(ports::ConnectorOptions more = {}, std::vector<std::string> partitioned_by = {}) {
  ports::TableRequest table;
  table.name = "t";
  table.columns.Add("n", Type::Int());
  table.columns.Add("dt", Type::String());
  table.record = table.columns;
  table.metadata_keys = {"", ""};
  table.partitioned_by = std::move(partitioned_by);
  table.options = {{"connector", "filesystem"}, {"path", "out"}, {"format", "csv"}};
  for (auto& [key, value] : more) table.options[key] = value;
  table.bounded = false;
  table.writer = "p.t";
  return table;
}

PartFiles Parts(Env& env, const ports::TableRequest& table) {
  auto writing = PlanWriting(table, {{"avro", &formats::AvroFiles()}});
  CHECK(writing.ok());
  return PartFiles(env, std::move(*writing));
}

data::Batch Row(int n, const char* dt = "x") {
  data::BatchBuilder builder({Type::Int(), Type::String()});
  builder.AppendRow({n, dt});
  return builder.Build();
}

Task<> Sleep(Env& env, Duration duration) {
  io::SleepUntil until(env.clock().Now() + duration);
  co_await until;
  co_return Status();
}

// Writes a row as one epoch, up to its delivery.
Status Epoch(PartFiles& parts, const data::Batch& row, data::EventTime watermark = kNone) {
  RETURN_NOT_OK(parts.Append(row));
  std::string outbox;
  RETURN_NOT_OK(parts.Finish({}, watermark, outbox));
  return outbox.empty() ? Status() : parts.Deliver(outbox);
}
Status EmptyEpoch(PartFiles& parts, data::EventTime watermark = kNone) {
  std::string outbox;
  RETURN_NOT_OK(parts.Finish({}, watermark, outbox));
  return outbox.empty() ? Status() : parts.Deliver(outbox);
}

// The lines of all files that are shown, sorted; with the files that are marks.
std::vector<std::string> Shown(io::Files& files, const std::string& folder = "out") {
  std::vector<std::string> lines;
  auto entries = files.List(folder);
  if (!entries.ok()) return lines;
  for (const auto& entry : *entries) {
    std::string path = folder + "/" + entry.name;
    if (entry.name.starts_with('.')) continue;
    if (entry.is_directory) {
      for (auto& line : Shown(files, path)) lines.push_back(entry.name + ": " + line);
      continue;
    }
    if (entry.name.starts_with('_')) lines.push_back(entry.name);
    std::string text = *io::ReadWhole(files, path, 1 << 20);
    while (!text.empty()) {
      lines.push_back(text.substr(0, text.find('\n')));
      text.erase(0, text.find('\n') + 1);
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

using Texts = std::vector<std::string>;

TEST(PartFiles, GoOnFromEpochToEpochUntilTheyAreOld) {
  SimEnv sim;
  PartFiles parts = Parts(sim.env(), Request({{"sink.rolling-policy.rollover-interval", "10 min"}}));

  ASSERT_TRUE(Epoch(parts, Row(1)).ok());
  ASSERT_TRUE(sim.Run(Sleep(sim.env(), Seconds(300))).ok());
  ASSERT_TRUE(Epoch(parts, Row(2)).ok());
  Texts early = Shown(sim.disk());
  ASSERT_TRUE(parts.due_ms().has_value());
  int64_t wait_ms = *parts.due_ms() - sim.clock().WallNow().ms;
  ASSERT_TRUE(sim.Run(Sleep(sim.env(), Milliseconds(wait_ms))).ok());
  ASSERT_TRUE(EmptyEpoch(parts).ok());

  EXPECT_EQ(early, Texts());
  EXPECT_EQ(wait_ms, 5 * kMinuteMs);
  EXPECT_EQ(Shown(sim.disk()), Texts({"1,x", "2,x"}));
  EXPECT_FALSE(parts.due_ms().has_value());
}

TEST(PartFiles, EndWhenTheyAreLeftAlone) {
  SimEnv sim;
  PartFiles parts = Parts(sim.env(), Request({{"sink.rolling-policy.inactivity-interval", "2 min"}, {"sink.rolling-policy.check-interval", "1 s"}}));

  for (int n = 0; n < 4; ++n) {
    ASSERT_TRUE(Epoch(parts, Row(n)).ok());
    ASSERT_TRUE(sim.Run(Sleep(sim.env(), Seconds(90))).ok());
  }
  Texts busy = Shown(sim.disk());
  ASSERT_TRUE(sim.Run(Sleep(sim.env(), Seconds(31))).ok());
  ASSERT_TRUE(EmptyEpoch(parts).ok());

  EXPECT_EQ(busy, Texts());
  EXPECT_EQ(Shown(sim.disk()).size(), 4U);
}

TEST(PartFiles, OfFormatsWithAnEndHaveOneForEachEpoch) {
  SimEnv sim;
  PartFiles parts = Parts(sim.env(), Request({{"format", "avro"}}));

  ASSERT_TRUE(Epoch(parts, Row(1)).ok());
  ASSERT_TRUE(Epoch(parts, Row(2)).ok());

  auto entries = sim.disk().List("out");
  EXPECT_EQ(std::count_if(entries->begin(), entries->end(), [](const io::Entry& entry) { return entry.name[0] != '.'; }), 2);
}

TEST(PartFiles, EndWithTheInput) {
  SimEnv sim;
  PartFiles parts = Parts(sim.env(), Request());

  ASSERT_TRUE(Epoch(parts, Row(1)).ok());
  ASSERT_TRUE(EmptyEpoch(parts, kEnd).ok());

  EXPECT_EQ(Shown(sim.disk()), Texts({"1,x"}));
}

TEST(PartFiles, MarkAPartitionWhenTheWatermarkHasPassedItsTimeAndTheDelay) {
  SimEnv sim;
  PartFiles parts = Parts(sim.env(), Request({{"sink.partition-commit.policy.kind", "success-file"}, {"sink.partition-commit.trigger", "partition-time"}, {"sink.partition-commit.delay", "1 min"},
                                              {"sink.partition-commit.watermark-time-zone", "+01:00"}, {"partition.time-extractor.timestamp-pattern", "2026-01-01 $dt:00"}}, {"dt"}));
  const int64_t ten_ms = 1767225600000 + 9 * 60 * kMinuteMs;  // 10:00 of that day, an hour ahead of UTC

  ASSERT_TRUE(Epoch(parts, Row(1, "10:00"), data::EventTime(ten_ms)).ok());
  ASSERT_TRUE(Epoch(parts, Row(2, "10:01"), data::EventTime(ten_ms + kMinuteMs)).ok());
  Texts before = Shown(sim.disk());
  ASSERT_TRUE(Epoch(parts, Row(3, "10:00"), data::EventTime(ten_ms + kMinuteMs + 1)).ok());
  Texts first = Shown(sim.disk());
  ASSERT_TRUE(EmptyEpoch(parts, kEnd).ok());

  EXPECT_EQ(before, Texts());
  EXPECT_EQ(first, Texts({"dt=10%3A00: 1", "dt=10%3A00: 3", "dt=10%3A00: _SUCCESS"}));
  EXPECT_EQ(Shown(sim.disk()).size(), 5U);
}

TEST(PartFiles, MarkAPartitionByTheClockAndAgainWhenMoreComes) {
  SimEnv sim;
  PartFiles parts = Parts(sim.env(), Request({{"sink.partition-commit.policy.kind", "success-file"}, {"sink.partition-commit.delay", "10 s"}, {"sink.partition-commit.success-file.name", "_DONE"}}, {"dt"}));

  ASSERT_TRUE(Epoch(parts, Row(1)).ok());
  Texts before = Shown(sim.disk());
  ASSERT_TRUE(sim.Run(Sleep(sim.env(), Milliseconds(*parts.due_ms() - sim.clock().WallNow().ms))).ok());
  ASSERT_TRUE(EmptyEpoch(parts).ok());
  Texts first = Shown(sim.disk());
  ASSERT_TRUE(sim.disk().Remove("out/dt=x/_DONE").ok());
  ASSERT_TRUE(Epoch(parts, Row(2)).ok());
  ASSERT_TRUE(sim.Run(Sleep(sim.env(), Seconds(11))).ok());
  ASSERT_TRUE(EmptyEpoch(parts).ok());

  EXPECT_EQ(before, Texts());
  EXPECT_EQ(first, Texts({"dt=x: 1", "dt=x: _DONE"}));
  EXPECT_EQ(Shown(sim.disk()), Texts({"dt=x: 1", "dt=x: 2", "dt=x: _DONE"}));
}

TEST(PartFiles, NameThePartitionWhoseTimeIsNone) {
  SimEnv sim;
  PartFiles parts = Parts(sim.env(), Request({{"sink.partition-commit.policy.kind", "success-file"}, {"sink.partition-commit.trigger", "partition-time"}}, {"dt"}));

  Status status = Epoch(parts, Row(1, "noon"), data::EventTime(0));

  EXPECT_NE(status.ToString().find("partition dt=noon: 'noon' is no time"), std::string::npos) << status.ToString();
}

// Wherever the power goes, whoever goes on shows the rows of the committed epochs, all of them and no others.
TEST(PartFiles, ShowEachCommittedRowOnceAfterEveryPowerCut) {
  SimEnv sim;
  ports::TableRequest table = Request({{"sink.rolling-policy.file-size", "12 b"}, {"sink.partition-commit.policy.kind", "success-file"}, {"sink.partition-commit.delay", "1 h"}}, {"dt"});
  PartFiles parts = Parts(sim.env(), table);
  std::vector<std::string> committed;  // outboxes
  int64_t delivered = 0;
  testing::CrashStates states(sim.disk(), [&] { return static_cast<int64_t>(committed.size()) * 100 + delivered; });

  for (int n = 1; n <= 6; ++n) {  // the third row of a folder ends its file
    ASSERT_TRUE(parts.Append(Row(n * 1000, n % 3 == 0 ? "b" : "a")).ok());
    std::string outbox;
    ASSERT_TRUE(parts.Finish({}, kNone, outbox).ok());
    committed.push_back(outbox);
    ASSERT_TRUE(parts.Deliver(outbox).ok());
    ++delivered;
  }

  states.Stop();
  auto report = states.ForEach([&](const testing::CrashState& state) -> std::string {
    SimEnv after;
    after.disk().Load(state.disk);
    PartFiles again = Parts(after.env(), table);
    auto epochs = static_cast<size_t>(state.mark / 100);
    for (auto e = static_cast<size_t>(state.mark % 100); e < epochs; ++e) {
      if (Status status = again.Deliver(committed[e]); !status.ok()) return state.story + ": " + status.ToString();
    }
    if (Status status = EmptyEpoch(again, kEnd); !status.ok()) return state.story + ": " + status.ToString();
    Texts expected;
    for (size_t n = 1; n <= epochs; ++n) expected.push_back(StrCat("dt=", n % 3 == 0 ? "b" : "a", ": ", n * 1000));
    Texts shown = Shown(after.disk());
    shown.erase(std::remove_if(shown.begin(), shown.end(), [](const std::string& line) { return line.ends_with("_SUCCESS"); }), shown.end());
    std::sort(expected.begin(), expected.end());
    if (shown != expected) return StrCat(state.story, ": ", shown.size(), " rows are shown and ", expected.size(), " were committed");
    return "";
  }, 64);

  testing::PrintFigure("F3, a delivery to a folder of files: ", report.states, " disks that ", report.cuts, " moments can leave; ", report.violations.size(), " broke a promise");
  EXPECT_GT(report.states, 100);
  EXPECT_TRUE(report.violations.empty()) << report.violations.front();
}

ports::EpochToken Token(int64_t epoch) { return {.pipeline = "p", .lineage = Uuid::FromBytes("0123456789abcdef"), .epoch = epoch}; }

// Deliveries come two epochs later than they could: whoever goes on begins behind the newest epoch that is committed, and what is owed comes while rows are written.
TEST(PartFiles, GoOnWhileEpochsAreOwedAfterEveryPowerCut) {
  SimEnv sim;
  ports::TableRequest table = Request({{"sink.rolling-policy.file-size", "12 b"}}, {"dt"});
  PartFiles parts = Parts(sim.env(), table);
  std::vector<std::string> committed;  // outboxes
  int64_t delivered = 0;
  testing::CrashStates states(sim.disk(), [&] { return static_cast<int64_t>(committed.size()) * 100 + delivered; });

  for (int n = 1; n <= 8; ++n) {
    ASSERT_TRUE(parts.Append(Row(n * 1000, n % 3 == 0 ? "b" : "a")).ok());
    std::string outbox;
    ASSERT_TRUE(parts.Finish(Token(n), kNone, outbox).ok());
    committed.push_back(outbox);
    if (n <= 2) continue;
    ASSERT_TRUE(parts.Deliver(committed[static_cast<size_t>(delivered)]).ok());
    ++delivered;
  }

  states.Stop();
  int with_owed = 0;
  auto report = states.ForEach([&](const testing::CrashState& state) -> std::string {
    SimEnv after({.seed = 2});
    after.disk().Load(state.disk);
    PartFiles again = Parts(after.env(), table);
    std::vector<std::string> owed(committed.begin() + state.mark % 100, committed.begin() + state.mark / 100);
    with_owed += owed.size() > 1 ? 1 : 0;
    for (const auto& outbox : owed) {
      if (Status status = again.Owe(outbox); !status.ok()) return state.story + ": " + status.ToString();
    }
    for (int64_t more = 1; more <= 2; ++more) {
      Status status = again.Append(Row(9000, "a"));
      std::string outbox;
      if (status.ok()) status = again.Finish(Token(state.mark / 100 + more), more == 1 ? kNone : kEnd, outbox);
      if (!status.ok()) return state.story + ": " + status.ToString();
      owed.push_back(std::move(outbox));
    }
    for (const auto& outbox : owed) {
      if (Status status = again.Deliver(outbox); !status.ok()) return state.story + ": " + status.ToString();
    }
    Texts expected{"dt=a: 9000", "dt=a: 9000"};
    for (int64_t n = 1; n <= state.mark / 100; ++n) expected.push_back(StrCat("dt=", n % 3 == 0 ? "b" : "a", ": ", n * 1000));
    Texts shown = Shown(after.disk());
    std::sort(expected.begin(), expected.end());
    if (shown != expected) return StrCat(state.story, ": ", shown.size(), " rows are shown and ", expected.size(), " were committed");
    return "";
  }, 64);

  EXPECT_GT(with_owed, 50);
  EXPECT_TRUE(report.violations.empty()) << report.violations.front();
}

TEST(PartFiles, RefuseADataFolderWhoseOwedEpochsAreOlderThanWhatIsThere) {
  SimEnv sim;
  ports::TableRequest table = Request();
  PartFiles newer = Parts(sim.env(), table);
  std::vector<std::string> outboxes(3);
  for (int n = 1; n <= 3; ++n) {
    ASSERT_TRUE(newer.Append(Row(n)).ok());
    ASSERT_TRUE(newer.Finish(Token(n), kNone, outboxes[static_cast<size_t>(n - 1)]).ok());
    ASSERT_TRUE(newer.Deliver(outboxes[static_cast<size_t>(n - 1)]).ok());
  }

  PartFiles older = Parts(sim.env(), table);
  ASSERT_TRUE(older.Owe(outboxes[1]).ok());
  Status written = older.Append(Row(4));

  EXPECT_NE(written.ToString().find("is older than what was delivered"), std::string::npos) << written.ToString();
  PartFiles right = Parts(sim.env(), table);
  ASSERT_TRUE(right.Owe(outboxes[2]).ok());
  std::string outbox;
  ASSERT_TRUE(right.Finish(Token(4), kEnd, outbox).ok());
  ASSERT_TRUE(right.Deliver(outbox).ok());
  EXPECT_EQ(Shown(sim.disk()), Texts({"1,x", "2,x", "3,x"}));
}

// Both were delivered, and the power went before the journal heard of either.
TEST(PartFiles, AreToldOfDeliveredEpochsAgain) {
  SimEnv sim;
  ports::TableRequest table = Request();
  PartFiles parts = Parts(sim.env(), table);
  std::vector<std::string> outboxes(2);
  for (int n = 1; n <= 2; ++n) {
    ASSERT_TRUE(parts.Append(Row(n)).ok());
    ASSERT_TRUE(parts.Finish(Token(n), kNone, outboxes[static_cast<size_t>(n - 1)]).ok());
    ASSERT_TRUE(parts.Deliver(outboxes[static_cast<size_t>(n - 1)]).ok());
  }

  PartFiles again = Parts(sim.env(), table);
  for (const auto& outbox : outboxes) ASSERT_TRUE(again.Owe(outbox).ok());
  std::string outbox;
  ASSERT_TRUE(again.Append(Row(3)).ok());
  ASSERT_TRUE(again.Finish(Token(3), kEnd, outbox).ok());
  outboxes.push_back(outbox);

  for (const auto& owed : outboxes) {
    Status delivered = again.Deliver(owed);
    EXPECT_TRUE(delivered.ok()) << delivered.ToString();
  }
  EXPECT_EQ(Shown(sim.disk()), Texts({"1,x", "2,x", "3,x"}));
}

TEST(PartFiles, RecordsReadBackAndRefuseCuts) {
  PartState state{.lineage = Uuid::FromBytes("0123456789abcdef"), .epoch = 7, .parts = {{"out/dt=1", "part-x-0", 17, 5, 6}}, .partitions = {{"out/dt=1", 5}}};
  EpochParts epoch{.ended = {{"out", "part-x-1"}}, .whole = {"out/dt=1"}, .state = EncodeState(state)};
  std::string bytes = EncodeOutbox(epoch);

  auto back = DecodeOutbox(bytes);

  ASSERT_TRUE(back.ok());
  EXPECT_EQ(EncodeOutbox(*back), bytes);
  EXPECT_EQ(EncodeState(*DecodeState(back->state)), epoch.state);
  for (size_t n = 4; n < bytes.size(); ++n) EXPECT_EQ(DecodeOutbox(std::string_view(bytes).substr(0, n)).code(), Code::kCorrupt) << n;
  for (size_t n = 0; n < epoch.state.size(); ++n) EXPECT_EQ(DecodeState(std::string_view(epoch.state).substr(0, n)).code(), Code::kCorrupt) << n;
  EXPECT_EQ(DecodeOutbox("out\npart-old\n")->ended[0].name, "part-old");
  auto of_version_1 = DecodeState("FPS1" + EncodeState({.parts = state.parts, .partitions = state.partitions}).substr(21));
  ASSERT_TRUE(of_version_1.ok()) << of_version_1.ToString();
  EXPECT_EQ(of_version_1->epoch, 0);
  EXPECT_EQ(of_version_1->parts[0].name, "part-x-0");
}

}  // namespace
}  // namespace freshet::files
