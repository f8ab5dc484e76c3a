#include "engines/journal/test_journal.h"
#include "base/crc32c.h"
#include "engines/journal/scan.h"

namespace freshet::journal {
namespace {

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
