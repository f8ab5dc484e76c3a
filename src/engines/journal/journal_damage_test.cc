#include "engines/journal/test_journal.h"
#include "engines/journal/scan.h"

namespace freshet::journal {
namespace {

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

}  // namespace
}  // namespace freshet::journal
