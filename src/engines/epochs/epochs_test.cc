#include "engines/epochs/epochs.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/crc32c.h"
#include "engines/epochs/snapshot_file.h"
#include "io/task_group.h"
#include "testing/begun.h"
#include "testing/memory_journal.h"
#include "testing/sim_env.h"

// What only this store promises beyond its port (tests/contracts) and beyond crashes (tests/log): over a journal in memory.

namespace freshet::epochs {
namespace {

using testing::FsCall;
using testing::MemoryJournal;
using testing::SimEnv;

// Hands the frames to the journal; rows are the log's matter.
class FramesOnly final : public ports::LogUnits {
 public:
  explicit FramesOnly(MemoryJournal& journal) : journal_(journal) {}
  Task<std::vector<ports::Appended>> AppendTogether(Ctx ctx, std::vector<ports::LogAppend>, std::vector<data::Frame> frames) override {
    ports::Unit unit;
    for (data::Frame& frame : frames) unit.Stage(std::move(frame));
    auto submit = journal_.Submit(ctx, std::move(unit));
    auto submitted = co_await submit;
    if (!submitted.ok()) co_return submitted.status();
    co_return std::vector<ports::Appended>();
  }

 private:
  MemoryJournal& journal_;
};

// A store on its own disk and a journal that outlives it. Replay begins at the store's position; `lost` frames are damaged.
struct Bench {
  explicit Bench(SimEnv& the_sim) : sim(the_sim), journal(the_sim), units(journal) {}

  SimEnv& sim;
  MemoryJournal journal;
  FramesOnly units;
  EpochOptions options{.directory = "data/epochs", .inline_bytes_max = 100};
  std::vector<size_t> lost;
  bool with_headers = true;
  std::unique_ptr<EpochStore> store;
};

Status Replay(Bench& bench) {
  std::vector<data::Frame> frames = bench.journal.frames();
  uint64_t at = 0;  // MemoryJournal's positions
  for (size_t i = 0; i < frames.size(); ++i) {
    data::Position begin(at);
    at += static_cast<uint64_t>(frames[i].bytes()) + 1;
    if (begin < bench.store->DurablePosition()) continue;
    bool is_lost = std::find(bench.lost.begin(), bench.lost.end(), i) != bench.lost.end();
    std::optional<data::StreamId> stream;
    if (bench.with_headers) stream = frames[i].stream;
    if (is_lost) RETURN_NOT_OK(bench.store->ApplyDamage({stream, data::Offset(-1), begin, data::Position(at)}));
    else RETURN_NOT_OK(bench.store->Apply({frames[i].type, frames[i].type_version, frames[i].stream, begin, 0, frames[i].head}));
  }
  return {};
}

Task<> Open(Bench& bench) {
  if (bench.store != nullptr) {
    CO_RETURN_NOT_OK(bench.store->Close());
  }
  bench.store.reset();
  auto opened = EpochStore::Open(bench.sim, bench.options);
  if (!opened.ok()) co_return opened.status();
  bench.store = std::move(opened).value();
  Status replayed = Replay(bench);
  if (!replayed.ok()) co_return replayed;
  CO_RETURN_NOT_OK(bench.store->Start(bench.journal, bench.units));
  co_return Status::Ok();
}

Task<testing::Begun> Begin(Bench& bench, std::string pipeline) {
  Ctx ctx;
  auto begin = testing::BeginWhole(bench.store.get(), ctx, std::move(pipeline));
  co_return co_await begin;
}

Task<Code> TryBegin(Bench& bench, std::string pipeline) {
  auto begin = Begin(bench, std::move(pipeline));
  auto start = co_await begin;
  co_return start.code();
}

Task<> Commit(Bench& bench, testing::Begun start, int64_t epoch, std::string snapshot, bool adds = false) {
  Ctx ctx;
  ports::EpochCommit commit{.token = start.last, .attempt = start.attempt, .snapshot = std::move(snapshot), .adds = adds, .staged = {}, .outbox = {}};
  commit.token.epoch = epoch;
  auto run = bench.store->Commit(ctx, std::move(commit));
  co_return co_await run;
}

Task<> Flush(Bench& bench) {
  Ctx ctx;
  auto flush = bench.store->Flush(ctx, bench.journal.durable());
  co_return co_await flush;
}

Task<> RunAndClose(Bench& bench, Task<> (*body)(Bench&)) {
  auto test = body(bench);
  Status ran = co_await test;
  if (bench.store != nullptr) {
    auto close = bench.store->Close();
    co_await close;
  }
  bench.store.reset();
  co_return ran;
}

void ExpectRuns(Task<> (*body)(Bench&)) {
  SimEnv sim;
  Bench bench(sim);
  Status ran = sim.Run(RunAndClose(bench, body));
  EXPECT_TRUE(ran.ok()) << ran.ToString();
}

std::vector<std::string> StateFilesOf(Bench& bench) {
  std::vector<std::string> names;
  auto entries = bench.sim.disk().List("data/epochs");
  for (const io::Entry& entry : *entries) {
    if (entry.name.ends_with(".state")) names.push_back(entry.name);
  }
  return names;
}

const std::string kLarge(500, 'x');

// The journal may be trimmed below the flushed position: what is there comes from the snapshot file alone.
Task<> KeepsTheNewestSnapshotOverATrim(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun small, Begin(bench, "small"));
  CO_ASSIGN_OR_RETURN(testing::Begun large, Begin(bench, "large"));
  CO_RETURN_NOT_OK(Commit(bench, small, 1, "one"));
  CO_RETURN_NOT_OK(Commit(bench, small, 2, "two"));
  CO_RETURN_NOT_OK(Commit(bench, large, 1, kLarge));
  CO_RETURN_NOT_OK(Flush(bench));
  CO_RETURN_NOT_OK(Flush(bench));

  CO_RETURN_NOT_OK(Open(bench));  // replays nothing: all frames are below the position
  CO_ASSIGN_OR_RETURN(testing::Begun small_again, Begin(bench, "small"));
  CO_ASSIGN_OR_RETURN(testing::Begun large_again, Begin(bench, "large"));

  EXPECT_EQ(bench.store->DurablePosition() > data::Position(0), true);
  EXPECT_EQ(small_again.snapshot, "two");
  EXPECT_EQ(small_again.last.lineage, small.last.lineage);
  EXPECT_EQ(large_again.snapshot, kLarge);
  EXPECT_EQ(large_again.attempt, 2);
  co_return Status::Ok();
}
TEST(EpochStore, KeepsTheNewestSnapshotOverATrim) { ExpectRuns(KeepsTheNewestSnapshotOverATrim); }

// Who looks begins no attempt: the one that runs goes on.
Task<> IsLookedAtWithoutFencingWhoRuns(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "large"));
  CO_RETURN_NOT_OK(Commit(bench, start, 1, kLarge));
  Ctx ctx;
  auto looking = bench.store->Look(ctx, "large");
  auto stand = co_await looking;
  auto looking_elsewhere = bench.store->Look(ctx, "unknown");
  auto nothing = co_await looking_elsewhere;
  CO_ASSIGN_OR_RETURN(testing::Begun begun_only, Begin(bench, "begun only"));
  CO_ASSIGN_OR_RETURN(auto names, bench.store->Names(ctx));

  if (!stand.ok()) co_return stand.status();
  EXPECT_EQ(stand->epoch, 1);
  EXPECT_EQ(stand->snapshot, kLarge);
  if (!nothing.ok()) co_return nothing.status();
  EXPECT_EQ(nothing->epoch, 0);
  EXPECT_EQ(begun_only.last.epoch, 0);
  EXPECT_EQ(names, std::vector<std::string>{"large"});
  CO_RETURN_NOT_OK(Commit(bench, start, 2, "two"));
  co_return Status::Ok();
}
TEST(EpochStore, IsLookedAtWithoutFencingWhoRuns) { ExpectRuns(IsLookedAtWithoutFencingWhoRuns); }

// A folder that was made before there were epochs: its journal begins where the others stand.
Task<> BeginsWhereAnOlderFolderStands(Bench& bench) {
  bench.options.begins_at = data::Position(5000);
  CO_RETURN_NOT_OK(Open(bench));
  data::Position first = bench.store->DurablePosition();
  bench.options.begins_at = data::Position(9000);  // the others go on; epochs were journaled since
  CO_RETURN_NOT_OK(Open(bench));

  EXPECT_EQ(first, data::Position(5000));
  EXPECT_EQ(bench.store->DurablePosition(), data::Position(5000));
  co_return Status::Ok();
}

Task<> RefusesAFolderWhoseSnapshotIsGone(Bench& bench) {
  bench.options.begins_at = data::Position(5000);
  CO_RETURN_NOT_OK(Open(bench));
  for (const char* name : {"/SNAPSHOT", "/SNAPSHOT.copy"}) {
    Status removed = bench.sim.files().Remove(bench.options.directory + name);
    if (!removed.ok()) co_return removed;
  }
  auto open = Open(bench);
  Status opened = co_await open;

  EXPECT_EQ(opened.code(), Code::kCorrupt);
  EXPECT_TRUE(opened.ToString().ends_with("to let every pipeline begin anew")) << opened.ToString();
  co_return Status::Ok();
}
TEST(EpochStore, RefusesAFolderWhoseSnapshotIsGone) { ExpectRuns(RefusesAFolderWhoseSnapshotIsGone); }

TEST(EpochStore, BeginsWhereAnOlderFolderStands) { ExpectRuns(BeginsWhereAnOlderFolderStands); }

Task<> RemovesOldStateFilesAfterTheCheckpoint(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, start, 1, kLarge + "1"));
  CO_RETURN_NOT_OK(Commit(bench, start, 2, kLarge + "2"));
  size_t before = StateFilesOf(bench).size();
  CO_RETURN_NOT_OK(Flush(bench));
  size_t after = StateFilesOf(bench).size();
  CO_RETURN_NOT_OK(Commit(bench, start, 3, kLarge + "3"));
  bench.sim.disk().Fail(FsCall::kSyncDirectory, "data/epochs", EIO);
  auto failing = Commit(bench, start, 4, kLarge + "4");
  Status failed = co_await failing;
  CO_RETURN_NOT_OK(Commit(bench, start, 4, kLarge + "4"));
  CO_RETURN_NOT_OK(Open(bench));  // a crash: the files of epoch 3 and of the failed try are garbage
  CO_RETURN_NOT_OK(Flush(bench));
  std::vector<std::string> left = StateFilesOf(bench);
  CO_ASSIGN_OR_RETURN(testing::Begun again, Begin(bench, "job"));

  EXPECT_EQ(before, 2u);
  EXPECT_EQ(after, 1u);
  EXPECT_EQ(failed.code(), Code::kIoError);
  EXPECT_EQ(left.size(), 1u);
  EXPECT_EQ(again.snapshot, kLarge + "4");
  co_return Status::Ok();
}
TEST(EpochStore, RemovesOldStateFilesAfterTheCheckpoint) { ExpectRuns(RemovesOldStateFilesAfterTheCheckpoint); }

Task<> CommitHeld(Bench& bench, testing::Begun start, Status* committed) {
  auto commit = Commit(bench, start, 2, "two");
  *committed = co_await commit;
  co_return Status::Ok();
}

// The journal may hold an epoch until a checkpoint, which the snapshot is a part of, has made room.
Task<> FlushBesideAHeldEpoch(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, start, 1, "one"));
  data::Position before = bench.journal.durable();
  bench.journal.Hold();
  io::TaskGroup group(bench.sim.loop(0), "committer");
  Status committed = Fault::Internal("no answer");
  group.Spawn(io::Lane::kNormal, CommitHeld(bench, start, &committed));
  io::SleepUntil pause(bench.sim.clock().Now() + Milliseconds(100));
  co_await pause;

  CO_RETURN_NOT_OK(Flush(bench));

  EXPECT_FALSE(committed.ok());
  EXPECT_EQ(bench.store->DurablePosition(), before);
  bench.journal.Release();
  auto ended = group.Close();
  co_await ended;
  EXPECT_TRUE(committed.ok()) << committed.ToString();
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun again, Begin(bench, "job"));
  EXPECT_EQ(again.snapshot, "two");
  co_return Status::Ok();
}
TEST(EpochStore, ASnapshotWaitsForNoEpochThatIsHeld) { ExpectRuns(FlushBesideAHeldEpoch); }

constexpr const char* kCopies[] = {"data/epochs/SNAPSHOT", "data/epochs/SNAPSHOT.copy"};

// In header, table and the entry of one pipeline; where the journal holds nothing any more.
Task<> OutlivesAFlippedBitOfItsSnapshot(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, start, 1, "one"));
  CO_RETURN_NOT_OK(Flush(bench));
  for (int64_t byte : {16, 45, 80}) {
    for (const char* path : kCopies) {
      bench.sim.disk().FlipBit(path, byte);
      CO_RETURN_NOT_OK(Open(bench));
      auto looking = bench.store->Look(Ctx(), "job");
      auto stand = co_await looking;
      if (!stand.ok()) co_return stand.status();
      EXPECT_EQ(stand->snapshot, "one") << path << " at " << byte;
    }
  }
  for (const char* path : kCopies) bench.sim.disk().FlipBit(path, 80);
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(Code job, TryBegin(bench, "job"));
  CO_ASSIGN_OR_RETURN(Code other, TryBegin(bench, "other"));

  EXPECT_EQ(job, Code::kCorrupt);  // its entry is lost in both
  EXPECT_EQ(other, Code::kOk);
  co_return Status::Ok();
}
TEST(EpochStore, OutlivesAFlippedBitOfItsSnapshot) { ExpectRuns(OutlivesAFlippedBitOfItsSnapshot); }

// Frames: 0 attempt of a, 1 attempt of b, 2 epoch 1 of a, 3 epoch 1 of b, 4 epoch 2 of a.
Task<> TwoPipelines(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun a, Begin(bench, "a"));
  CO_ASSIGN_OR_RETURN(testing::Begun b, Begin(bench, "b"));
  CO_RETURN_NOT_OK(Commit(bench, a, 1, "a1"));
  CO_RETURN_NOT_OK(Commit(bench, b, 1, "b1"));
  CO_RETURN_NOT_OK(Commit(bench, a, 2, "a2"));
  co_return Status::Ok();
}

// Damage of one pipeline's records refuses that pipeline, for good, and no other.
Task<> RefusesOnlyTheDamagedPipeline(Bench& bench) {
  CO_RETURN_NOT_OK(TwoPipelines(bench));
  for (size_t lost : {0u, 2u, 4u}) {
    bench.lost = {lost};
    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(Code a, TryBegin(bench, "a"));
    CO_ASSIGN_OR_RETURN(Code other, TryBegin(bench, StrCat("new after ", lost)));
    EXPECT_EQ(a, Code::kCorrupt) << lost;
    EXPECT_EQ(other, Code::kOk) << lost;
  }
  CO_ASSIGN_OR_RETURN(testing::Begun b, Begin(bench, "b"));
  CO_RETURN_NOT_OK(Flush(bench));
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(Code still, TryBegin(bench, "a"));

  EXPECT_EQ(b.snapshot, "b1");
  EXPECT_EQ(still, Code::kCorrupt);
  co_return Status::Ok();
}
TEST(EpochStore, RefusesOnlyTheDamagedPipeline) { ExpectRuns(RefusesOnlyTheDamagedPipeline); }

// When the headers are gone, too, only a later record shows that nothing of a pipeline was lost.
Task<> RefusesWhomUnknownDamageMayHaveHit(Bench& bench) {
  CO_RETURN_NOT_OK(TwoPipelines(bench));
  bench.with_headers = false;
  bench.lost = {2};  // shows as a gap in front of frame 4; b has frame 3 behind it
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(Code a_with_a_gap, TryBegin(bench, "a"));
  CO_ASSIGN_OR_RETURN(Code b_is_whole, TryBegin(bench, "b"));  // frame 5
  bench.lost = {4};  // the last one of a
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(Code a_in_doubt, TryBegin(bench, "a"));
  CO_ASSIGN_OR_RETURN(Code b_has_a_later_one, TryBegin(bench, "b"));

  EXPECT_EQ(a_with_a_gap, Code::kCorrupt);
  EXPECT_EQ(b_is_whole, Code::kOk);
  EXPECT_EQ(a_in_doubt, Code::kCorrupt);
  EXPECT_EQ(b_has_a_later_one, Code::kOk);
  co_return Status::Ok();
}
TEST(EpochStore, RefusesWhomUnknownDamageMayHaveHit) { ExpectRuns(RefusesWhomUnknownDamageMayHaveHit); }

Task<> RefusesADamagedStateFile(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, start, 1, kLarge));
  std::string path = "data/epochs/" + StateFilesOf(bench).front();
  bench.sim.disk().FlipBit(path, static_cast<int64_t>(kStateHeaderBytes) + 7);
  CO_ASSIGN_OR_RETURN(Code flipped, TryBegin(bench, "job"));
  bench.sim.disk().FlipBit(path, static_cast<int64_t>(kStateHeaderBytes) + 7);
  CO_ASSIGN_OR_RETURN(Code mended, TryBegin(bench, "job"));
  Status removed = bench.sim.disk().Remove(path);
  CO_ASSIGN_OR_RETURN(Code gone, TryBegin(bench, "job"));

  EXPECT_TRUE(removed.ok());
  EXPECT_EQ(flipped, Code::kCorrupt);
  EXPECT_EQ(mended, Code::kOk);
  EXPECT_EQ(gone, Code::kCorrupt);
  co_return Status::Ok();
}
TEST(EpochStore, RefusesADamagedStateFile) { ExpectRuns(RefusesADamagedStateFile); }

// What is added lies in records until it is much, then in the file, of which only so much counts as a record names.
Task<> AddsToWhatItHas(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  std::string expected;
  for (int64_t epoch = 1; epoch <= 12; ++epoch) {
    std::string piece(epoch == 5 ? 300 : 40, static_cast<char>('a' + epoch));
    expected += piece;
    CO_RETURN_NOT_OK(Commit(bench, start, epoch, piece, epoch > 1));
    auto looking = bench.store->Look(Ctx(), "job");
    auto stand = co_await looking;
    if (!stand.ok()) co_return stand.status();
    EXPECT_EQ(stand->snapshot, expected) << epoch;
    if (epoch == 8) {
      CO_RETURN_NOT_OK(Flush(bench));
    }
  }
  std::vector<std::string> files = StateFilesOf(bench);
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun again, Begin(bench, "job"));
  auto adding = Commit(bench, again, 13, "x", true);  // to what another attempt has: it cannot know what of it is there
  Status refused = co_await adding;
  CO_RETURN_NOT_OK(Commit(bench, again, 13, kLarge));
  CO_RETURN_NOT_OK(Commit(bench, again, 14, kLarge, true));
  CO_RETURN_NOT_OK(Flush(bench));
  std::vector<std::string> left = StateFilesOf(bench);
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun third, Begin(bench, "job"));

  EXPECT_EQ(files.size(), 1u);
  EXPECT_EQ(again.snapshot, expected);
  EXPECT_EQ(refused.code(), Code::kOutOfOrder);
  EXPECT_EQ(left.size(), 1u);
  EXPECT_NE(left, files);
  EXPECT_EQ(third.snapshot, kLarge + kLarge);
  co_return Status::Ok();
}
TEST(EpochStore, AddsToWhatItHas) { ExpectRuns(AddsToWhatItHas); }

// What a failed epoch has written stands behind what holds, and the next one writes over it.
Task<> WritesOverWhatAFailedEpochAdded(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, start, 1, kLarge));
  std::string path = "data/epochs/" + StateFilesOf(bench).front();
  bench.sim.disk().Fail(FsCall::kSync, path, EIO);
  auto failing = Commit(bench, start, 2, std::string(700, 'f'), true);
  Status failed = co_await failing;
  CO_ASSIGN_OR_RETURN(testing::Begun between, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, between, 2, kLarge + "!"));
  CO_RETURN_NOT_OK(Commit(bench, between, 3, kLarge, true));
  CO_ASSIGN_OR_RETURN(testing::Begun last, Begin(bench, "job"));

  EXPECT_EQ(failed.code(), Code::kIoError);
  EXPECT_EQ(between.snapshot, kLarge);
  EXPECT_EQ(last.snapshot, kLarge + "!" + kLarge);
  co_return Status::Ok();
}
TEST(EpochStore, WritesOverWhatAFailedEpochAdded) { ExpectRuns(WritesOverWhatAFailedEpochAdded); }

// As the first format wrote it: a state file of one epoch, with its size and checksum in its header.
std::string FirstFormatFile(const Uuid& pipeline, int64_t epoch, std::string_view snapshot) {
  return EncodeStateHeader(pipeline, {.bytes = {}, .attempt = 1, .serial = 1, .file_bytes = static_cast<int64_t>(snapshot.size()), .crc = Crc32c(snapshot), .begun = epoch, .grows = false}) +
         std::string(snapshot);
}

void WriteFirstFormatState(ByteWriter& writer, std::string_view snapshot) {
  writer.Write<int64_t>(1);   // attempt
  writer.Write<uint64_t>(1);  // serial
  writer.Write<int64_t>(static_cast<int64_t>(snapshot.size()));
  writer.Write<uint32_t>(Crc32c(snapshot));
  writer.Write<uint32_t>(0);  // no text
}

void WriteText(ByteWriter& writer, std::string_view text) {
  writer.Write<uint32_t>(static_cast<uint32_t>(text.size()));
  writer.WriteBytes(text);
}

// Epoch 1 lies in the snapshot file, epoch 2 in the journal, as the program before the one whose state files grow left them.
Task<> OpensWhatTheFirstFormatLeft(Bench& bench) {
  Uuid job = PipelineId("job");
  std::string entry, table, file, commit;
  ByteWriter of_entry(entry, Order::kLittle), of_table(table, Order::kLittle), of_file(file, Order::kLittle), of_commit(commit, Order::kLittle);
  WriteText(of_entry, "job");
  of_entry.WriteBytes(PipelineId("lineage").view());
  of_entry.Write<uint64_t>(2);
  of_entry.Write<int64_t>(1);
  of_entry.Write<int64_t>(1);
  WriteFirstFormatState(of_entry, kLarge);
  of_entry.Write<uint32_t>(0);
  WriteText(of_entry, "");
  of_table.WriteBytes(job.view());
  of_table.Write<uint32_t>(static_cast<uint32_t>(entry.size()));
  of_table.Write<uint32_t>(Crc32c(entry));
  of_file.Write<uint64_t>(0x31434f5045485346ull);
  of_file.Write<uint32_t>(1);
  of_file.Write<uint32_t>(0);
  of_file.Write<uint64_t>(0);
  of_file.Write<uint32_t>(1);
  of_file.Write<uint32_t>(0);
  of_file.Write<uint32_t>(Crc32c(table));
  of_file.Write<uint32_t>(Crc32c(file));
  of_commit.Write<uint64_t>(3);
  WriteText(of_commit, "job");
  of_commit.WriteBytes(PipelineId("lineage").view());
  of_commit.Write<int64_t>(2);
  of_commit.Write<int64_t>(1);
  WriteFirstFormatState(of_commit, kLarge + "2");
  of_commit.Write<uint32_t>(0);
  Status made = bench.sim.files().CreateDirectories("data/epochs");
  for (auto& [name, bytes] : std::map<std::string, std::string>{{"SNAPSHOT", file + table + entry},
                                                                {StrCat(job, ".1.1.1.state"), FirstFormatFile(job, 1, kLarge)},
                                                                {StrCat(job, ".2.1.1.state"), FirstFormatFile(job, 2, kLarge + "2")}}) {
    if (made.ok()) made = io::WriteWhole(bench.sim.files(), "data/epochs/" + name, bytes);
  }
  if (!made.ok()) co_return made;

  CO_RETURN_NOT_OK(Open(bench));
  auto looking = bench.store->Look(Ctx(), "job");
  auto in_the_file = co_await looking;
  Ctx ctx;
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kEpochCommit, .stream = data::StreamId::OfPipeline(job), .head = commit});
  auto submitting = bench.journal.Submit(ctx, std::move(unit));
  auto submitted = co_await submitting;
  if (!submitted.ok()) co_return submitted.status();
  CO_RETURN_NOT_OK(Open(bench));
  CO_RETURN_NOT_OK(Flush(bench));
  CO_RETURN_NOT_OK(Open(bench));  // from the snapshot file as this program writes it
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, start, 3, kLarge + "3"));
  CO_RETURN_NOT_OK(Flush(bench));

  if (!in_the_file.ok()) co_return in_the_file.status();
  EXPECT_EQ(in_the_file->snapshot, kLarge);
  EXPECT_EQ(start.last.epoch, 2);
  EXPECT_EQ(start.snapshot, kLarge + "2");
  EXPECT_EQ(StateFilesOf(bench).size(), 1u);
  co_return Status::Ok();
}
TEST(EpochStore, OpensWhatTheFirstFormatLeft) { ExpectRuns(OpensWhatTheFirstFormatLeft); }

Task<> BoundsTheOutbox(Bench& bench) {
  Ctx ctx;
  bench.options.outbox_bytes_max = 100;
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  ports::EpochCommit commit{.token = start.last, .attempt = start.attempt, .snapshot = "", .staged = {}, .outbox = {{"lake", std::string(60, 'x')}}};
  commit.token.epoch = 1;
  ports::EpochCommit second = commit;
  second.token.epoch = 2;
  ports::EpochCommit again = second;
  EXPECT_TRUE(bench.store->HasRoom());
  CO_RETURN_NOT_OK(bench.store->Commit(ctx, std::move(commit)));
  EXPECT_FALSE(bench.store->HasRoom());
  auto full = bench.store->Commit(ctx, std::move(second));
  Status refused = co_await full;
  ports::EpochToken first = start.last;
  first.epoch = 1;
  CO_RETURN_NOT_OK(bench.store->Delivered(ctx, first));
  EXPECT_TRUE(bench.store->HasRoom());
  auto retry = bench.store->Commit(ctx, std::move(again));
  Status taken = co_await retry;

  EXPECT_EQ(refused.code(), Code::kExhausted);
  EXPECT_TRUE(taken.ok()) << taken.ToString();
  co_return Status::Ok();
}
TEST(EpochStore, BoundsTheOutbox) { ExpectRuns(BoundsTheOutbox); }

TEST(EpochStore, GivesEachNameAnIdForEver) {
  EXPECT_EQ(PipelineId("orders").ToString(), PipelineId("orders").ToString());
  EXPECT_NE(PipelineId("orders"), PipelineId("orders2"));
  EXPECT_EQ(PipelineId("a").ToString(), "d228cb69-6f1a-8caf-b891-2b704e4a8964");  // FNV-1a of "a", with version and variant
}

SnapshotFile TwoEntries() {
  SnapshotFile file{.position = data::Position(77), .pipelines = {}};
  PipelineState& a = file.pipelines[PipelineId("a")];
  a.name = "a";
  a.number = 3;
  a.undelivered[2] = {{"lake", "files"}};
  PipelineState& b = file.pipelines[PipelineId("b")];
  b.name = "b";
  b.state = {.bytes = "", .attempt = 1, .serial = 2, .file_bytes = 10, .crc = 5, .begun = 3};
  return file;
}

TEST(SnapshotFile, ComesBack) {
  auto decoded = DecodeSnapshotFile(EncodeSnapshotFile(TwoEntries()));

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->position, data::Position(77));
  EXPECT_EQ(decoded->pipelines.at(PipelineId("a")).undelivered.at(2).front().bytes, "files");
  EXPECT_EQ(decoded->pipelines.at(PipelineId("b")).state, TwoEntries().pipelines.at(PipelineId("b")).state);
}

// Each flipped byte is met: it refuses one pipeline or the file.
TEST(SnapshotFile, MeetsEveryFlippedByte) {
  std::string bytes = EncodeSnapshotFile(TwoEntries());
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 16);

    auto decoded = DecodeSnapshotFile(flipped);

    int refused = 0;
    if (decoded.ok()) {
      for (const auto& [id, pipeline] : decoded->pipelines) refused += pipeline.damage.empty() ? 0 : 1;
    }
    EXPECT_TRUE(!decoded.ok() || refused == 1) << "byte " << i;
  }
}

TEST(Records, RefuseWhatIsCutOrTooMuch) {
  CommitRecord record{.number = 4, .token = {"job", PipelineId("x"), 3}, .attempt = 2, .state = {.bytes = "state"}, .adds = true, .outbox = {{"lake", "files"}}};
  std::string bytes = EncodeCommit(record);

  for (size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(DecodeCommit(std::string_view(bytes).substr(0, length), kCommitVersion).ok()) << length;
  EXPECT_FALSE(DecodeCommit(bytes + "x", kCommitVersion).ok());
  ASSERT_TRUE(DecodeCommit(bytes, kCommitVersion).ok());
  EXPECT_EQ(DecodeCommit(bytes, kCommitVersion)->outbox.front().bytes, "files");
  std::string endless = bytes;
  StoreInt<uint32_t>(Order::kLittle, endless.data() + 8, 0xffffffff);  // the name's length
  EXPECT_FALSE(DecodeCommit(endless, kCommitVersion).ok());
}

// --- forgetting

Task<> Forget(Bench& bench, std::string pipeline, bool accept_loss = false) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto kept, bench.store->Kept(ctx));
  int64_t attempt = 0;
  for (const auto& one : kept) attempt = one.name == pipeline ? one.attempt : attempt;
  auto forgetting = bench.store->Forget(ctx, std::move(pipeline), attempt, accept_loss);
  co_return co_await forgetting;
}

Task<std::vector<std::string>> KeptNames(Bench& bench) {
  CO_ASSIGN_OR_RETURN(auto kept, bench.store->Kept(Ctx()));
  std::vector<std::string> names;
  for (const auto& one : kept) names.push_back(one.name);
  co_return names;
}

// Names have room again, also those that were never committed to; the refusal says how.
Task<> GivesNamesBack(Bench& bench) {
  bench.options.pipelines_max = 2;
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun a, Begin(bench, "a"));
  CO_RETURN_NOT_OK(Commit(bench, a, 1, kLarge));
  CO_RETURN_NOT_OK(Begin(bench, "b"));
  auto full = Begin(bench, "c");
  auto refused = co_await full;
  CO_RETURN_NOT_OK(Forget(bench, "b"));
  CO_RETURN_NOT_OK(Forget(bench, "a"));
  std::vector<std::string> files = StateFilesOf(bench);
  CO_ASSIGN_OR_RETURN(auto none, KeptNames(bench));
  auto twice = Forget(bench, "a");
  Status again = co_await twice;
  CO_RETURN_NOT_OK(Begin(bench, "c"));
  CO_RETURN_NOT_OK(Begin(bench, "d"));
  CO_ASSIGN_OR_RETURN(Code still_full, TryBegin(bench, "a"));
  CO_ASSIGN_OR_RETURN(auto names, KeptNames(bench));

  EXPECT_EQ(refused.code(), Code::kExhausted);
  EXPECT_NE(refused.ToString().find("freshet pipelines forget"), std::string::npos) << refused.ToString();
  EXPECT_EQ(files, std::vector<std::string>());
  EXPECT_EQ(none, std::vector<std::string>());
  EXPECT_EQ(again.code(), Code::kNotFound);
  EXPECT_EQ(still_full, Code::kExhausted);
  EXPECT_EQ(names, (std::vector<std::string>{"c", "d"}));
  co_return Status::Ok();
}
TEST(EpochStore, GivesNamesBack) { ExpectRuns(GivesNamesBack); }

// Whoever takes a forgotten name begins from nothing, wherever checkpoints and restarts fall, and keeps what it does itself. The old one is fenced.
Task<> BeginsAForgottenNameFromNothing(Bench& bench) {
  for (int checkpoints = 0; checkpoints < 32; ++checkpoints) {  // a bit for each place
    std::string name = StrCat("job", checkpoints);
    auto maybe = [&](int place) { return (checkpoints >> place) % 2 == 1; };
    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(testing::Begun old, Begin(bench, name));
    CO_RETURN_NOT_OK(Commit(bench, old, 1, kLarge + "old"));
    if (maybe(0)) {
      CO_RETURN_NOT_OK(Flush(bench));
    }
    CO_RETURN_NOT_OK(Forget(bench, name));
    if (maybe(1)) {
      CO_RETURN_NOT_OK(Flush(bench));
    }
    if (maybe(2)) {
      CO_RETURN_NOT_OK(Open(bench));
    }
    auto zombie = Commit(bench, old, 2, kLarge);
    Status fenced = co_await zombie;
    CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, name));
    CO_RETURN_NOT_OK(Commit(bench, start, 1, kLarge + "new"));
    if (maybe(3)) {
      CO_RETURN_NOT_OK(Flush(bench));
    }
    if (maybe(4)) {
      CO_RETURN_NOT_OK(Open(bench));
      CO_RETURN_NOT_OK(Flush(bench));
    }
    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(testing::Begun again, Begin(bench, name));
    CO_RETURN_NOT_OK(Commit(bench, again, 2, "behind"));

    EXPECT_TRUE(fenced.code() == Code::kFenced || fenced.code() == Code::kNotFound) << checkpoints << fenced.ToString();
    EXPECT_EQ(start.snapshot, "") << checkpoints;
    EXPECT_EQ(start.last.epoch, 0) << checkpoints;
    EXPECT_NE(start.last.lineage, old.last.lineage) << checkpoints;
    EXPECT_EQ(again.snapshot, kLarge + "new") << checkpoints;
    EXPECT_EQ(again.last.epoch, 1) << checkpoints;
  }
  co_return Status::Ok();
}
TEST(EpochStore, BeginsAForgottenNameFromNothing) { ExpectRuns(BeginsAForgottenNameFromNothing); }

// A snapshot file that was not written, or of which it is not known, leaves the next start with either of the two.
Task<> BeginsAForgottenNameWhateverBecameOfTheSnapshot(Bench& bench) {
  for (FsCall call : {FsCall::kRename, FsCall::kSyncDirectory}) {
    std::string name = StrCat("job", static_cast<int>(call));
    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(testing::Begun old, Begin(bench, name));
    CO_RETURN_NOT_OK(Commit(bench, old, 1, "old"));
    CO_RETURN_NOT_OK(Forget(bench, name));
    bench.sim.disk().Fail(call, "data/epochs", EIO, 1, 10);
    auto failing = Flush(bench);
    Status failed = co_await failing;
    bench.sim.disk().ClearFaults();
    CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, name));
    CO_RETURN_NOT_OK(Commit(bench, start, 1, "new"));
    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(testing::Begun again, Begin(bench, name));

    EXPECT_FALSE(failed.ok());
    EXPECT_EQ(again.snapshot, "new");
    EXPECT_EQ(again.last.lineage, start.last.lineage);
  }
  co_return Status::Ok();
}
TEST(EpochStore, BeginsAForgottenNameWhateverBecameOfTheSnapshot) { ExpectRuns(BeginsAForgottenNameWhateverBecameOfTheSnapshot); }

// Epochs that are owed keep the name, unless they may be lost; so does an attempt that nobody has seen.
Task<> ForgetsNothingThatIsOwed(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  Ctx ctx;
  ports::EpochCommit commit{.token = start.last, .attempt = start.attempt, .snapshot = "one", .staged = {}, .outbox = {{"lake", "files"}}};
  commit.token.epoch = 1;
  CO_RETURN_NOT_OK(bench.store->Commit(ctx, commit));
  auto owing = Forget(bench, "job");
  Status owes = co_await owing;
  auto stale = bench.store->Forget(ctx, "job", start.attempt - 1, true);
  Status unseen = co_await stale;
  auto unknown = bench.store->Forget(ctx, "other", 1, true);
  Status not_there = co_await unknown;
  CO_RETURN_NOT_OK(Forget(bench, "job", true));
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun again, Begin(bench, "job"));

  EXPECT_EQ(owes.code(), Code::kConflict);
  EXPECT_NE(owes.ToString().find("owes 1 epochs"), std::string::npos) << owes.ToString();
  EXPECT_EQ(unseen.code(), Code::kConflict);
  EXPECT_EQ(not_there.code(), Code::kNotFound);
  EXPECT_EQ(again.undelivered.size(), 0u);
  co_return Status::Ok();
}
TEST(EpochStore, ForgetsNothingThatIsOwed) { ExpectRuns(ForgetsNothingThatIsOwed); }

// A refused pipeline's name is of use again, and its damage is met no more; nor are its files.
Task<> ForgetsARefusedPipeline(Bench& bench) {
  for (size_t lost : {0u, 2u, 4u}) {
    size_t frames = bench.journal.frames().size();
    bench.lost.clear();
    CO_RETURN_NOT_OK(TwoPipelines(bench));
    bench.lost = {frames + lost};
    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(Code refused, TryBegin(bench, "a"));
    CO_RETURN_NOT_OK(Forget(bench, "a"));
    CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "a"));
    CO_RETURN_NOT_OK(Commit(bench, start, 1, kLarge));
    CO_RETURN_NOT_OK(Open(bench));  // the damage is there still
    CO_ASSIGN_OR_RETURN(testing::Begun again, Begin(bench, "a"));
    CO_RETURN_NOT_OK(Flush(bench));
    CO_RETURN_NOT_OK(Open(bench));
    CO_ASSIGN_OR_RETURN(testing::Begun behind, Begin(bench, "a"));

    EXPECT_EQ(refused, Code::kCorrupt) << lost;
    EXPECT_EQ(start.snapshot, "") << lost;
    EXPECT_EQ(again.snapshot, kLarge) << lost;
    EXPECT_EQ(behind.snapshot, kLarge) << lost;
    CO_RETURN_NOT_OK(Forget(bench, "a"));
    CO_RETURN_NOT_OK(Forget(bench, "b"));
    CO_RETURN_NOT_OK(Flush(bench));
    EXPECT_EQ(StateFilesOf(bench), std::vector<std::string>());
  }
  co_return Status::Ok();
}
TEST(EpochStore, ForgetsARefusedPipeline) { ExpectRuns(ForgetsARefusedPipeline); }

// Files that cannot be removed go with the next start.
Task<> ForgetsFilesThatCannotBeRemovedAtTheNextStart(Bench& bench) {
  CO_RETURN_NOT_OK(Open(bench));
  CO_ASSIGN_OR_RETURN(testing::Begun start, Begin(bench, "job"));
  CO_RETURN_NOT_OK(Commit(bench, start, 1, kLarge));
  bench.sim.disk().Fail(FsCall::kRemove, ".state", EIO);
  CO_RETURN_NOT_OK(Forget(bench, "job"));
  CO_RETURN_NOT_OK(Flush(bench));
  CO_RETURN_NOT_OK(Flush(bench));
  size_t before = StateFilesOf(bench).size();
  CO_RETURN_NOT_OK(Open(bench));

  EXPECT_EQ(before, 1u);
  EXPECT_EQ(StateFilesOf(bench).size(), 0u);
  co_return Status::Ok();
}
TEST(EpochStore, ForgetsFilesThatCannotBeRemovedAtTheNextStart) { ExpectRuns(ForgetsFilesThatCannotBeRemovedAtTheNextStart); }

}  // namespace
}  // namespace freshet::epochs
