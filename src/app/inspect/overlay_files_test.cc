#include "app/inspect/overlay_files.h"

#include <gtest/gtest.h>

#include "testing/fault_fs.h"
#include "testing/seeded_random.h"

namespace freshet::app {
namespace {

using testing::FaultFs;

std::string Read(io::Files& files, const std::string& path) {
  auto content = io::ReadWhole(files, path, INT64_MAX);
  return content.ok() ? *content : std::string(CodeName(content.code()));
}

std::string Names(io::Files& files, const std::string& path) {
  auto entries = files.List(path);
  if (!entries.ok()) return std::string(CodeName(entries.code()));
  std::string all;
  for (const io::Entry& entry : *entries) all += StrCat(entry.name, entry.is_directory ? "/ " : StrCat(":", entry.size, " "));
  return all;
}

void Fill(io::Files& files) {
  ASSERT_TRUE(files.CreateDirectories("a/b").ok());
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(io::WriteWhole(files, StrCat("a/", i), std::string(static_cast<size_t>(3000 * (i + 1)), static_cast<char>('0' + i))).ok());
}

// One of the things that programs do to files; what it answers, as text.
std::string Act(io::Files& files, uint64_t choice, io::Random& random) {
  auto name = [&] { return StrCat("a/", random.Below(6)); };
  switch (choice) {
    case 0: return std::string(CodeName(files.Remove(name()).code()));
    case 1: {
      std::string from = name();
      std::string to = name();
      return std::string(CodeName(files.Rename(from, to).code()));
    }
    case 2: return std::string(CodeName(io::WriteWhole(files, name(), std::string(random.Below(9000), 'w')).code()));
    case 3: return std::string(CodeName(files.CreateDirectories(StrCat("a/b/", random.Below(2))).code()));
    default: {
      std::string path = name();
      auto file = files.Open(path, choice == 4 ? io::OpenMode::kReadWrite : io::OpenMode::kCreateOrOpen);
      if (!file.ok()) return std::string(CodeName(file.code()));
      std::string bytes(random.Below(5000), static_cast<char>(random.Below(2) * 'x'));
      std::string_view piece = bytes;
      auto at = static_cast<int64_t>(random.Below(9000));
      Status done = choice == 6 ? (*file)->Truncate(at) : (*file)->WriteAt(at, std::span<const std::string_view>(&piece, 1));
      return std::string(CodeName(done.code()));
    }
  }
}

TEST(OverlayFiles, BehaveLikeTheFilesBelowAndLeaveThemAlone) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    FaultFs below, twin;
    Fill(below);
    Fill(twin);
    OverlayFiles overlay(below, 1 << 20);
    testing::SeededRandom choices(seed), random(seed), twin_random(seed);

    for (int step = 0; step < 60; ++step) {
      uint64_t choice = choices.Below(7);
      ASSERT_EQ(Act(overlay, choice, random), Act(twin, choice, twin_random)) << "seed " << seed << " step " << step;
      ASSERT_EQ(Names(overlay, "a"), Names(twin, "a")) << "seed " << seed << " step " << step;
    }
    for (int i = 0; i < 6; ++i) ASSERT_EQ(Read(overlay, StrCat("a/", i)), Read(twin, StrCat("a/", i))) << "seed " << seed;

    FaultFs untouched;
    Fill(untouched);
    EXPECT_EQ(Names(below, "a"), Names(untouched, "a"));
    for (int i = 0; i < 4; ++i) EXPECT_EQ(Read(below, StrCat("a/", i)), Read(untouched, StrCat("a/", i)));
  }
}

TEST(OverlayFiles, SayWhatWouldBeDifferent) {
  FaultFs below;
  Fill(below);
  OverlayFiles overlay(below, 1 << 20);
  ASSERT_TRUE(overlay.Remove("a/0").ok());
  ASSERT_TRUE(io::WriteWhole(overlay, "a/1", "short").ok());
  ASSERT_TRUE(io::WriteWhole(overlay, "a/9", "new").ok());
  (void)Read(overlay, "a/2");

  std::string all;
  for (const auto& change : overlay.Changes()) all += StrCat(change.path, " ", static_cast<int>(change.kind), " ", change.bytes, "; ");

  EXPECT_EQ(all, "a/0 2 0; a/1 1 5; a/9 0 3; ");
}

TEST(OverlayFiles, KeepABoundInMemoryAndNothingOfZeros) {
  FaultFs below;
  Fill(below);
  OverlayFiles overlay(below, 64 << 10);

  EXPECT_TRUE(io::WriteWhole(overlay, "a/zeros", std::string(1 << 20, '\0')).ok());
  EXPECT_EQ(io::WriteWhole(overlay, "a/large", std::string(1 << 20, 'x')).code(), Code::kExhausted);
}

}  // namespace
}  // namespace freshet::app
