#include "engines/journal/journal.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/crc32c.h"
#include "engines/journal/scan.h"
#include "testing/crash_states.h"
#include "testing/sim_env.h"

namespace freshet::journal {
namespace {

using testing::FsCall;
using testing::SimEnv;

constexpr char kDirectory[] = "data/journal";
const Uuid kHouse = Uuid::Parse("11111111-2222-4333-8444-555555555555").value();

// Keeps every payload it was given; its own durability is a number that the test moves.
class Notes final : public ports::Projection {
 public:
  std::string_view name() const override { return "notes"; }
  Status Apply(const data::FrameView& frame) override {
    texts.push_back(std::string(frame.payload));
    return {};
  }
  Status ApplyDamage(const data::Damage& damage) override {
    damages.push_back(damage);
    texts_before_damage.push_back(texts.size());
    return {};
  }
  Task<> Flush(Ctx, data::Position up_to) override {
    durable = up_to;
    co_return Status::Ok();
  }
  data::Position DurablePosition() const override { return durable; }

  std::vector<std::string> texts;
  std::vector<data::Damage> damages;
  std::vector<size_t> texts_before_damage;
  data::Position durable{0};
};

JournalOptions Options() {
  return {.directory = kDirectory, .house = kHouse, .file_bytes = 64 << 10, .unprepared_bytes = 32 << 10};
}

ports::Unit UnitOf(std::vector<std::string> texts, data::RecordType type = data::RecordType::kLogAppend) {
  ports::Unit unit;
  for (std::string& text : texts) {
    data::Frame frame{.type = type, .stream = data::StreamId::OfPartition({kHouse, data::PartitionId(3)}), .next_offset = data::Offset(77), .head = std::move(text)};
    unit.Stage(std::move(frame));
  }
  return unit;
}

Task<> SubmitOne(FileJournal& journal, std::string text, int64_t* told) {
  Ctx ctx;
  std::vector<std::string> texts;
  texts.push_back(std::move(text));
  auto submit = journal.Submit(ctx, UnitOf(std::move(texts)));
  auto submitted = co_await submit;
  if (!submitted.ok()) co_return submitted.status();
  if (told != nullptr) ++*told;
  co_return Status::Ok();
}

// Texts "0".."n-1", one unit each, one after the other.
Task<> SubmitMany(FileJournal& journal, int count, size_t bytes, int64_t* told) {
  for (int i = 0; i < count; ++i) {
    std::string text = StrCat(i, " ");
    text.resize(std::max(bytes, text.size()), 'x');
    CO_RETURN_NOT_OK(SubmitOne(journal, std::move(text), told));
  }
  co_return Status::Ok();
}

Task<> WriteMany(Env& env, int count, size_t bytes, int64_t* told) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  auto submit = SubmitMany(**journal, count, bytes, told);
  Status submitted = co_await submit;
  auto close = (*journal)->Close();
  co_await close;
  co_return submitted;
}

struct Read {
  std::vector<std::string> texts;
  std::vector<data::Damage> damages;
  Recovery recovery;
};

Task<Read> ReadBack(Env& env) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  Read read{notes.texts, notes.damages, (*journal)->recovery()};
  auto close = (*journal)->Close();
  co_await close;
  co_return read;
}

Task<> ReplayInto(Env& env, Notes& notes) {
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  auto close = (*journal)->Close();
  co_return co_await close;
}

std::string FileAt(SimEnv& sim, size_t index) {
  auto entries = sim.disk().List(kDirectory).value();
  std::erase_if(entries, [](const io::Entry& entry) { return !entry.name.ends_with(".jnl"); });
  return StrCat(kDirectory, "/", entries.at(index).name);
}

TEST(FrameHeader, HoldsOnlyAtItsPlaceInItsFile) {
  FrameHeader header{.type = data::RecordType::kLogTrim, .ends_unit = true, .payload_bytes = 5, .next_offset = data::Offset(9), .position = data::Position(800)};
  std::string bytes;
  EncodeFrameHeader(header, 42, bytes);

  FrameHeader read;
  EXPECT_EQ(bytes.size(), kFrameHeaderBytes);
  EXPECT_TRUE(DecodeFrameHeader(bytes, 42, data::Position(800), read));
  EXPECT_EQ(read.next_offset, data::Offset(9));
  EXPECT_TRUE(read.ends_unit);
  EXPECT_FALSE(DecodeFrameHeader(bytes, 43, data::Position(800), read));
  EXPECT_FALSE(DecodeFrameHeader(bytes, 42, data::Position(808), read));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(DecodeFrameHeader(flipped, 42, data::Position(800), read)) << "byte " << i;
  }
}

TEST(FileHeader, SurvivesOneRottenCopyAndRefusesANewerFormat) {
  std::string bytes = EncodeFileHeader({.house = kHouse, .salt = 7, .first = data::Position(5)});
  std::string rotten = bytes;
  rotten.replace(0, 512, 512, '\xee');

  EXPECT_EQ(DecodeFileHeader(rotten)->salt, 7u);
  rotten.replace(2048, 512, 512, '\xee');
  EXPECT_EQ(DecodeFileHeader(rotten).code(), Code::kCorrupt);
  EXPECT_EQ(DecodeFileHeader(EncodeFileHeader({.version = 2, .house = kHouse})).code(), Code::kUnsupported);
}

TEST(FileJournal, ReplaysWhatWasSubmittedInOrder) {
  SimEnv sim;
  int64_t told = 0;

  ASSERT_TRUE(sim.Run(WriteMany(sim, 300, 700, &told)).ok());
  auto read = sim.Run(ReadBack(sim));

  EXPECT_EQ(told, 300);
  ASSERT_EQ(read->texts.size(), 300u);
  for (int i = 0; i < 300; ++i) EXPECT_TRUE(read->texts[static_cast<size_t>(i)].starts_with(StrCat(i, " ")));
  EXPECT_EQ(read->recovery.damaged, 0);
  EXPECT_EQ(read->recovery.torn_bytes, 0);
}

// Bodies whose checksum their owner has told. The last of them was changed since.
Task<> WriteKnownBodies(Env& env) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  Ctx ctx;
  constexpr size_t kSizes[] = {20, 9000, 20'000};
  for (size_t i = 0; i < 3; ++i) {
    std::string text(kSizes[i], static_cast<char>('a' + i));
    data::Frame frame{.stream = data::StreamId::OfPartition({kHouse, data::PartitionId(3)}), .next_offset = data::Offset(77), .head = "head"};
    frame.body_crc = Crc32c(text);
    if (text.front() == 'c') text.back() = 'x';
    frame.body = std::make_shared<const std::string>(std::move(text));
    ports::Unit unit;
    unit.Stage(std::move(frame));
    auto submit = (*journal)->Submit(ctx, std::move(unit));
    auto submitted = co_await submit;
    if (!submitted.ok()) co_return submitted.status();
  }
  CO_RETURN_NOT_OK(SubmitOne(**journal, "behind them", nullptr));
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, GivesBytesTheChecksumThatTheirOwnerKnows) {
  SimEnv sim;
  ASSERT_TRUE(sim.Run(WriteKnownBodies(sim)).ok());

  auto read = sim.Run(ReadBack(sim));

  EXPECT_EQ(read->texts, (std::vector<std::string>{"head" + std::string(20, 'a'), "head" + std::string(9000, 'b'), "behind them"}));
  ASSERT_EQ(read->damages.size(), 1u);
  EXPECT_EQ(read->damages[0].next_offset, data::Offset(77));
}

Task<> SubmitFromEveryLoop(Env& env, FileJournal& journal, int count) {
  io::RunOnAll hops;
  for (int i = 0; i < env.loops(); ++i) hops.Add(env.loop(i), SubmitMany(journal, count, 100, nullptr));
  co_return co_await hops;
}

Task<int64_t> CountGroups(Env& env) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  io::TaskGroup group(env.loop(0), "writers");
  for (int i = 0; i < 50; ++i) group.Spawn(io::Lane::kNormal, SubmitFromEveryLoop(env, **journal, 4));
  auto ended = group.Close();
  co_await ended;
  auto close = (*journal)->Close();
  co_await close;
  co_return env.metrics().AddCounter("freshet_journal_groups_total", "").value();
}

TEST(FileJournal, ServesManyWaitersWithOneSync) {
  SimEnv sim;

  auto groups = sim.Run(CountGroups(sim));
  auto read = sim.Run(ReadBack(sim));

  EXPECT_EQ(read->texts.size(), 400u);
  EXPECT_LT(groups.value(), 100);
}

Task<> SubmitPairs(Env& env, int pairs, int64_t* told) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  Ctx ctx;
  for (int i = 0; i < pairs; ++i) {
    std::vector<std::string> texts;
    for (int part = 0; part < 3; ++part) texts.push_back(StrCat(i, ".", part, " ", std::string(600, 'x')));
    auto submit = (*journal)->Submit(ctx, UnitOf(std::move(texts)));
    auto submitted = co_await submit;
    if (!submitted.ok()) break;
    *told = i + 1;
  }
  auto close = (*journal)->Close();
  co_await close;
  co_return Status::Ok();
}

// All ends of a disk for a short history of units: nothing told is lost, nothing is half there, nothing is out of order.
testing::CrashReport EnumerateUnits(int units) {
  SimEnv sim;
  int64_t told = 0;
  (void)sim.Run(SubmitPairs(sim, 1, &told));
  told = 0;
  testing::CrashStates states(sim.disk(), [&] { return told; });
  (void)sim.Run(SubmitPairs(sim, units, &told));
  states.Stop();
  return states.ForEach([](const testing::CrashState& state) -> std::string {
    std::vector<std::string> first;
    for (int life = 0; life < 2; ++life) {  // recovered again, it is the same
      SimEnv after({.seed = 7});
      after.disk().Load(state.disk);
      auto read = after.Run(ReadBack(after));
      if (!read.ok()) return read.ToString();
      if (read->recovery.damaged > 0) return "damage where a power cut was";
      int64_t whole = static_cast<int64_t>(read->texts.size()) - 3;
      if (whole % 3 != 0) return StrCat("half a unit: ", read->texts.size(), " frames");
      if (whole / 3 < state.mark) return StrCat("told ", state.mark, ", found ", whole / 3);
      for (int64_t i = 0; i < whole; ++i) {
        if (!read->texts[static_cast<size_t>(i + 3)].starts_with(StrCat(i / 3, ".", i % 3, " "))) return "out of order";
      }
      if (life == 1 && read->texts != first) return "a second recovery differs";
      first = read->texts;
    }
    return "";
  }, 512);
}

TEST(FileJournal, LosesNothingToldInAnyCrashStateOfAShortHistory) {
  testing::CrashReport report = EnumerateUnits(3);

  EXPECT_GT(report.states, 50);
  EXPECT_EQ(report.violations, std::vector<std::string>());
}

TEST(FileJournal, CutsATornTailAndNeverWritesBehindIt) {
  SimEnv sim;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(WriteMany(sim, 10, 700, &told)).ok());
  sim.disk().FlipBit(FileAt(sim, 0), static_cast<int64_t>(kFileHeaderBytes) + 9 * FrameBytes(700) + 200);

  auto read = sim.Run(ReadBack(sim));
  auto again = sim.Run(ReadBack(sim));

  EXPECT_EQ(read->texts.size(), 9u);
  EXPECT_EQ(read->recovery.torn_bytes, FrameBytes(700));
  EXPECT_TRUE(read->damages.empty());
  EXPECT_EQ(again->texts.size(), 9u);
  EXPECT_TRUE(again->damages.empty());
}

TEST(FileJournal, TellsADamagedPayloadByItsHeader) {
  SimEnv sim;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(WriteMany(sim, 10, 700, &told)).ok());
  sim.disk().FlipBit(FileAt(sim, 0), static_cast<int64_t>(kFileHeaderBytes) + 4 * FrameBytes(700) + 200);

  auto read = sim.Run(ReadBack(sim));

  EXPECT_EQ(read->texts.size(), 9u);
  ASSERT_EQ(read->damages.size(), 1u);
  EXPECT_EQ(read->damages[0].stream->partition, data::PartitionId(3));
  EXPECT_EQ(read->damages[0].next_offset, data::Offset(77));
}

// Rows of one unit stand side by side: what is in front of a damaged one comes first, what is behind it comes, too.
TEST(FileJournal, LosesOfADamagedUnitOnlyWhatIsDamaged) {
  for (int64_t flipped : {200, 8}) {  // in the payload, in the header
    SimEnv sim;
    int64_t told = 0;
    ASSERT_TRUE(sim.Run(SubmitPairs(sim, 5, &told)).ok());
    sim.disk().FlipBit(FileAt(sim, 0), static_cast<int64_t>(kFileHeaderBytes) + 4 * FrameBytes(604) + flipped);

    Notes notes;
    ASSERT_TRUE(sim.Run(ReplayInto(sim, notes)).ok());

    ASSERT_EQ(notes.texts.size(), 14u);
    EXPECT_EQ(notes.texts[3].substr(0, 3), "1.0");
    EXPECT_EQ(notes.texts[4].substr(0, 3), "1.2");
    EXPECT_EQ(notes.texts_before_damage, std::vector<size_t>{4});
  }
}

TEST(FileJournal, GoesOnBehindDamagedHeaders) {
  SimEnv sim;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(WriteMany(sim, 10, 700, &told)).ok());
  sim.disk().Overwrite(FileAt(sim, 0), static_cast<int64_t>(kFileHeaderBytes) + 4 * FrameBytes(700), std::string(static_cast<size_t>(FrameBytes(700) + 10), '\xee'));

  auto read = sim.Run(ReadBack(sim));

  EXPECT_EQ(read->texts.size(), 8u);
  ASSERT_EQ(read->damages.size(), 1u);
  EXPECT_FALSE(read->damages[0].stream.has_value());
}

TEST(FileJournal, NoBitFlipGoesUnnoticed) {
  for (int64_t byte = 0; byte < static_cast<int64_t>(kFileHeaderBytes) + 3 * FrameBytes(40); byte += 13) {
    SimEnv sim;
    int64_t told = 0;
    ASSERT_TRUE(sim.Run(WriteMany(sim, 4, 40, &told)).ok());
    std::vector<std::string> expected = sim.Run(ReadBack(sim))->texts;
    sim.disk().FlipBit(FileAt(sim, 0), byte, static_cast<int>(byte % 8));

    auto read = sim.Run(ReadBack(sim));

    if (!read.ok()) continue;  // refused
    if (!read->damages.empty()) std::erase_if(expected, [&](const std::string& text) { return std::find(read->texts.begin(), read->texts.end(), text) == read->texts.end(); });
    EXPECT_EQ(read->texts, expected) << "byte " << byte;
  }
}

TEST(FileJournal, RefusesToStartWithoutAFileItNeeds) {
  SimEnv sim;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(WriteMany(sim, 300, 700, &told)).ok());
  ASSERT_TRUE(sim.disk().Remove(FileAt(sim, 0)).ok());

  EXPECT_EQ(sim.Run(ReadBack(sim)).code(), Code::kCorrupt);
}

TEST(FileJournal, RefusesToStartWhenAFileHeaderIsGone) {
  SimEnv sim;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(WriteMany(sim, 3, 700, &told)).ok());
  sim.disk().Overwrite(FileAt(sim, 0), 0, std::string(4096, '\0'));

  EXPECT_EQ(sim.Run(ReadBack(sim)).code(), Code::kCorrupt);
}

// Also of the newest file, whatever is left of it: it had its full size before it had its name.
TEST(FileJournal, RefusesToStartOnAFileThatWasCut) {
  for (int64_t left : {0, 100, 4095, 4096, 5000}) {
    SimEnv sim;
    int64_t told = 0;
    ASSERT_TRUE(sim.Run(WriteMany(sim, 3, 700, &told)).ok());
    sim.disk().Cut(FileAt(sim, 0), left);

    EXPECT_EQ(sim.Run(ReadBack(sim)).code(), Code::kCorrupt) << left;
  }
}

Task<> FailOnce(SimEnv& sim, FsCall call, Status* first, Status* second, Status* third) {
  Notes notes;
  auto journal = FileJournal::Open(sim, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  CO_RETURN_NOT_OK(SubmitOne(**journal, "before", nullptr));
  sim.disk().Fail(call, kDirectory, EIO);
  auto one = SubmitOne(**journal, "during", nullptr);
  *first = co_await one;
  auto two = SubmitOne(**journal, "after", nullptr);
  *second = co_await two;
  auto three = SubmitOne(**journal, "later", nullptr);
  *third = co_await three;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, StopsEveryWriteAfterTheFirstFailure) {
  for (FsCall call : {FsCall::kWrite, FsCall::kSync}) {
    SimEnv sim;
    Status first, second, third;

    ASSERT_TRUE(sim.Run(FailOnce(sim, call, &first, &second, &third)).ok());

    EXPECT_EQ(first.code(), Code::kIoError);
    EXPECT_EQ(second.code(), Code::kUnavailable);
    EXPECT_EQ(third.code(), Code::kUnavailable);
    sim.disk().ClearFaults();
    sim.disk().Crash(sim.random());
    auto read = sim.Run(ReadBack(sim));
    ASSERT_GE(read->texts.size(), 1u);
    EXPECT_EQ(read->texts[0], "before");
    EXPECT_LE(read->texts.size(), 2u);
  }
}

// The process ended before its last sync, the machine went on: what the page cache kept is shown by the next life, and has to
// outlive the power cut after that.
TEST(FileJournal, MakesDurableWhatARecoveryShows) {
  SimEnv sim;
  Status first, second, third;
  ASSERT_TRUE(sim.Run(FailOnce(sim, FsCall::kSync, &first, &second, &third)).ok());
  SimEnv next;
  next.disk().Load(sim.disk().image());
  auto shown = next.Run(ReadBack(next));
  ASSERT_EQ(shown->texts.size(), 2u);

  next.disk().Crash(next.random());
  auto kept = next.Run(ReadBack(next));

  EXPECT_EQ(kept->texts, shown->texts);
}

// Every call of a life fails once, in turn: nothing told is ever lost, nothing crashes.
TEST(FileJournal, KeepsItsPromisesWhicheverCallFails) {
  int failures = 0;
  for (int nth = 1; nth < 400; ++nth) {
    SimEnv sim({.seed = static_cast<uint64_t>(nth)});
    int64_t told = 0;
    sim.disk().Fail(FsCall::kAny, "", nth % 2 == 0 ? EIO : ENOSPC, nth);
    Status written = sim.Run(WriteMany(sim, 120, 700, &told));
    bool met = !written.ok() || sim.disk().calls() >= nth;
    failures += written.ok() ? 0 : 1;
    sim.disk().ClearFaults();
    sim.disk().Crash(sim.random());

    auto read = sim.Run(ReadBack(sim));

    ASSERT_TRUE(read.ok()) << "call " << nth << ": " << read.ToString();
    ASSERT_GE(static_cast<int64_t>(read->texts.size()), told) << "call " << nth << " of " << (met ? "a met" : "an unmet") << " fault";
    ASSERT_EQ(read->recovery.damaged, 0) << "call " << nth;
    if (!met) break;
  }
  EXPECT_GT(failures, 50);
}

Task<> CheckpointAndGoOn(SimEnv& sim, Notes& notes, int rounds, int64_t* files_max, int64_t* told, int units = 80) {
  auto journal = FileJournal::Open(sim, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  Ctx ctx;
  for (int round = 0; round < rounds; ++round) {
    CO_RETURN_NOT_OK(SubmitMany(**journal, units, 700, told));
    CO_RETURN_NOT_OK((*journal)->Checkpoint(ctx));
    auto entries = sim.disk().List(kDirectory);
    *files_max = std::max(*files_max, static_cast<int64_t>(entries->size()));
  }
  auto close = (*journal)->Close();
  co_return co_await close;
}

Task<> ReplayAndBeIdle(SimEnv& sim, Notes& notes, int64_t* replayed, int64_t* left) {
  JournalOptions options = Options();
  options.checkpoint_bytes = 40 << 10;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  *replayed = (*journal)->backlog_bytes();
  io::SleepUntil idle(sim.clock().Now() + Seconds(5));
  co_await idle;
  *left = (*journal)->backlog_bytes();
  auto close = (*journal)->Close();
  co_return co_await close;
}

// Or who is killed every minute would replay a minute more each time.
TEST(FileJournal, MakesACheckpointOfWhatItReplayed) {
  SimEnv sim;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(WriteMany(sim, 80, 700, &told)).ok());
  Notes notes;
  int64_t replayed = 0;
  int64_t left = -1;

  ASSERT_TRUE(sim.Run(ReplayAndBeIdle(sim, notes, &replayed, &left)).ok());

  EXPECT_GT(replayed, 50'000);
  EXPECT_EQ(left, 0);
}

// A projection that takes its time.
class Slow final : public ports::Projection {
 public:
  explicit Slow(SimEnv& sim) : sim_(sim) {}
  std::string_view name() const override { return "slow"; }
  Status Apply(const data::FrameView&) override { return {}; }
  Status ApplyDamage(const data::Damage&) override { return {}; }
  Task<> Flush(Ctx, data::Position up_to) override {
    io::SleepUntil writes(sim_.clock().Now() + Seconds(4));
    co_await writes;
    durable = up_to;
    ++flushes;
    co_return Status::Ok();
  }
  data::Position DurablePosition() const override { return durable; }

  data::Position durable{0};
  int flushes = 0;

 private:
  SimEnv& sim_;
};

Task<> WriteWhileItFlushes(SimEnv& sim, Slow& slow) {
  JournalOptions options = Options();
  options.checkpoint_bytes = 20 << 10;
  auto journal = FileJournal::Open(sim, options, {&slow});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  for (int i = 0; i < 300; ++i) {  // 30 s, 10 KiB each
    CO_RETURN_NOT_OK(SubmitMany(**journal, 10, 100, nullptr));
    io::SleepUntil pause(sim.clock().Now() + Milliseconds(100));
    co_await pause;
  }
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, BeginsACheckpointAtOnceWhenOneIsDueAfterTheLast) {
  SimEnv sim;
  Slow slow(sim);

  ASSERT_TRUE(sim.Run(WriteWhileItFlushes(sim, slow)).ok());

  EXPECT_GE(slow.flushes, 6);  // 4 s each, and a tick between two
}

// A projection whose files cannot be written.
class Stuck final : public ports::Projection {
 public:
  std::string_view name() const override { return "stuck"; }
  Status Apply(const data::FrameView&) override { return {}; }
  Status ApplyDamage(const data::Damage&) override { return {}; }
  Task<> Flush(Ctx, data::Position) override { co_return Fault::IoError("its disk is gone"); }
  data::Position DurablePosition() const override { return data::Position(0); }
};

Task<> CheckpointInVain(SimEnv& sim, int64_t* told) {
  Stuck stuck;
  auto journal = FileJournal::Open(sim, Options(), {&stuck});
  if (!journal.ok()) co_return journal.status();
  Ctx ctx;
  for (int round = 0; round < 3; ++round) {
    CO_RETURN_NOT_OK(SubmitMany(**journal, 80, 700, told));
    auto checkpoint = (*journal)->Checkpoint(ctx);
    Status done = co_await checkpoint;
    EXPECT_EQ(done.code(), Code::kIoError);
  }
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, KeepsEveryFileThatAProjectionHasNotMadeDurable) {
  SimEnv sim;
  int64_t told = 0;

  ASSERT_TRUE(sim.Run(CheckpointInVain(sim, &told)).ok());
  auto read = sim.Run(ReadBack(sim));

  ASSERT_TRUE(read.ok()) << read.ToString();
  EXPECT_EQ(read->texts.size(), static_cast<size_t>(told));
}

TEST(FileJournal, RecyclesFilesBelowEveryProjection) {
  SimEnv sim;
  Notes notes;
  int64_t files_max = 0;
  int64_t told = 0;

  ASSERT_TRUE(sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told)).ok());
  Notes rest;
  rest.durable = notes.durable;

  EXPECT_LE(files_max, 6);
  ASSERT_TRUE(sim.Run(ReplayInto(sim, rest)).ok());
  EXPECT_TRUE(rest.texts.empty());
  EXPECT_FALSE(sim.sink().Contains("the journal ends before"));
}

TEST(FileJournal, WritesNoMoreZerosOnceItHasFilesToUseAgain) {
  SimEnv sim;
  Notes notes;
  int64_t files_max = 0;
  int64_t told = 0;
  int two_files = 150;  // from one checkpoint to the next
  ASSERT_TRUE(sim.Run(CheckpointAndGoOn(sim, notes, 6, &files_max, &told, two_files)).ok());
  sim.disk().Fail(FsCall::kOpen, ".tmp", ENOSPC, 1, 1000);  // where zeros are written

  Status went_on = sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told, two_files));

  EXPECT_TRUE(went_on.ok()) << went_on.ToString();
  EXPECT_EQ(told, 18 * two_files);
}

TEST(FileJournal, TellsWhenAFileThatItsCheckpointsReachIntoIsMissing) {
  SimEnv sim;
  Notes notes;
  int64_t files_max = 0;
  int64_t told = 0;
  ASSERT_TRUE(sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told)).ok());
  for (const io::Entry& entry : sim.disk().List(kDirectory).value()) ASSERT_TRUE(sim.disk().Remove(StrCat(kDirectory, "/", entry.name)).ok());
  Notes rest;
  rest.durable = notes.durable;

  ASSERT_TRUE(sim.Run(ReplayInto(sim, rest)).ok());

  EXPECT_TRUE(sim.sink().Contains("the journal ends before the position up to which its checkpoints hold everything"));
}

// A recycled file still holds frames of its earlier use; a crash makes them the next bytes after the end.
TEST(FileJournal, NeverReadsStaleBytesOfARecycledFile) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SimEnv sim({.seed = seed});
    Notes notes;
    int64_t files_max = 0;
    int64_t told = 0;
    sim.CrashAtChange(60 + static_cast<int64_t>(seed) * 17);
    (void)sim.Run(CheckpointAndGoOn(sim, notes, 12, &files_max, &told));
    sim.Restart();
    data::Position from = notes.durable;
    Notes rest;
    rest.durable = from;

    Status opened = sim.Run(ReplayInto(sim, rest));

    ASSERT_TRUE(opened.ok()) << opened.ToString();
    for (size_t i = 1; i < rest.texts.size(); ++i) {
      int64_t before = std::atoll(rest.texts[i - 1].c_str());
      int64_t after = std::atoll(rest.texts[i].c_str());
      EXPECT_EQ(after, (before + 1) % 80) << "seed " << seed;
    }
  }
}

Task<> FillTheDisk(SimEnv& sim, Status* refused, Status* control, Status* resumed, std::string* lacks_room) {
  Notes notes;
  JournalOptions options = Options();
  options.disk_reserve_bytes = 64 << 10;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  CO_RETURN_NOT_OK(SubmitOne(**journal, "before", nullptr));
  auto note = [&] { *lacks_room += (*journal)->lacks_room() ? "yes " : "no "; };
  note();
  sim.disk().set_capacity(1);
  io::SleepUntil notice(sim.clock().Now() + Seconds(3));
  co_await notice;
  note();
  auto one = SubmitOne(**journal, "data", nullptr);
  *refused = co_await one;
  Ctx ctx;
  std::vector<std::string> texts;
  texts.push_back("trim");
  auto submit = (*journal)->Submit(ctx, UnitOf(std::move(texts), data::RecordType::kLogTrim));
  auto submitted = co_await submit;
  *control = submitted.status();
  sim.disk().set_capacity(int64_t{1} << 40);
  io::SleepUntil room(sim.clock().Now() + Seconds(3));
  co_await room;
  note();
  auto two = SubmitOne(**journal, "again", nullptr);
  *resumed = co_await two;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, RefusesNewDataOnAFullDiskAndResumesWithoutARestart) {
  SimEnv sim;
  Status refused, control, resumed;
  std::string lacks_room;

  Status run = sim.Run(FillTheDisk(sim, &refused, &control, &resumed, &lacks_room));

  ASSERT_TRUE(run.ok()) << run.ToString();
  EXPECT_EQ(refused.code(), Code::kDiskFull);
  EXPECT_TRUE(control.ok()) << control.ToString();
  EXPECT_TRUE(resumed.ok()) << resumed.ToString();
  EXPECT_EQ(lacks_room, "no yes no ");
}

// The next file is needed and there is no room for it: what was queued keeps its place.
Task<> HoldAGroup(SimEnv& sim, int64_t* told, int64_t* told_while_full) {
  Notes notes;
  JournalOptions options = Options();
  options.disk_reserve_bytes = 0;
  auto journal = FileJournal::Open(sim, options, {&notes});
  if (!journal.ok()) co_return journal.status();
  (*journal)->Start();
  sim.disk().Fail(FsCall::kOpen, "prepared", ENOSPC, 1, 1000);
  sim.disk().Fail(FsCall::kOpen, "fresh", ENOSPC, 1, 1000);
  io::TaskGroup group(sim.loop(0), "writer");
  group.Spawn(io::Lane::kNormal, SubmitMany(**journal, 200, 700, told));
  io::SleepUntil stuck(sim.clock().Now() + Seconds(5));
  co_await stuck;
  *told_while_full = *told;
  sim.disk().ClearFaults();
  auto ended = group.Close();
  co_await ended;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, HoldsAGroupWhileThereIsNoRoomForTheNextFile) {
  SimEnv sim;
  int64_t told = 0;
  int64_t told_while_full = 0;

  Status run = sim.Run(HoldAGroup(sim, &told, &told_while_full));

  ASSERT_TRUE(run.ok()) << run.ToString();
  EXPECT_LT(told_while_full, 60);
  EXPECT_GT(told_while_full, 10);
  EXPECT_GE(told, told_while_full);
  auto read = sim.Run(ReadBack(sim));
  EXPECT_GE(static_cast<int64_t>(read->texts.size()), told);
  EXPECT_EQ(read->recovery.damaged, 0);
}

Task<> OverTheBounds(Env& env, Status* too_large, Status* backlog) {
  Notes notes;
  JournalOptions options = Options();
  options.backlog_bytes_max = 20000;
  auto journal = FileJournal::Open(env, options, {&notes});
  Ctx ctx;
  std::vector<std::string> texts;
  texts.push_back(std::string(static_cast<size_t>(ports::Unit::kBytesMax) + 1, 'x'));
  auto large = (*journal)->Submit(ctx, UnitOf(std::move(texts)));
  auto large_done = co_await large;
  *too_large = large_done.status();
  auto many = SubmitMany(**journal, 100, 700, nullptr);
  *backlog = co_await many;
  auto close = (*journal)->Close();
  co_return co_await close;
}

TEST(FileJournal, RefusesWhatIsAboveItsBounds) {
  SimEnv sim;
  Status too_large, backlog;

  ASSERT_TRUE(sim.Run(OverTheBounds(sim, &too_large, &backlog)).ok());

  EXPECT_EQ(too_large.code(), Code::kTooLarge);
  EXPECT_EQ(backlog.code(), Code::kExhausted);
}

}  // namespace
}  // namespace freshet::journal
