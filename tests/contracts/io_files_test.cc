#include "contracts/io_world.h"

namespace freshet::io {
namespace {

using contracts::WorldTest;

class FilesContract : public WorldTest {
 protected:
  Files& files() { return env().files(); }
  std::string Path(std::string_view name) { return world().Path(name); }
  void Put(std::string_view name, std::string_view content) {
    Status status = WriteWhole(files(), Path(name), content);
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
  std::string Get(std::string_view name) {
    auto content = ReadWhole(files(), Path(name), 1 << 20);
    return content.ok() ? *content : content.ToString();
  }
  std::string Names() {
    std::string names;
    for (const Entry& entry : files().List(world().folder()).value()) {
      names += StrCat(entry.name, entry.is_directory ? "/ " : StrCat("=", entry.size, " "));
    }
    return names;
  }
};

TEST_P(FilesContract, WritesThousandsOfPiecesAsOne) {
  std::string whole;
  std::vector<std::string> owned;
  for (int i = 0; i < 3000; ++i) owned.push_back(i % 7 == 0 ? "" : StrCat("piece ", i, ";"));
  std::vector<std::string_view> pieces(owned.begin(), owned.end());
  for (const auto& piece : owned) whole += piece;
  auto file = files().Open(Path("many"), OpenMode::kCreate).value();

  ASSERT_TRUE(file->WriteAt(10, pieces).ok());

  EXPECT_EQ(file->Size().value(), static_cast<int64_t>(whole.size()) + 10);
  std::string read(whole.size() + 100, '?');
  EXPECT_EQ(file->ReadAt(10, std::span<char>(read.data(), read.size())).value(), whole.size());
  EXPECT_EQ(read.substr(0, whole.size()), whole);
}

TEST_P(FilesContract, ReadsShortOnlyAtTheEnd) {
  Put("ten", "0123456789");
  auto file = files().Open(Path("ten"), OpenMode::kRead).value();
  char into[8];

  EXPECT_EQ(file->ReadAt(0, into).value(), 8u);
  EXPECT_EQ(file->ReadAt(8, into).value(), 2u);
  EXPECT_EQ(file->ReadAt(10, into).value(), 0u);
  EXPECT_EQ(file->ReadAt(1000, into).value(), 0u);
}

TEST_P(FilesContract, OpensAsTheModeSays) {
  EXPECT_EQ(files().Open(Path("a"), OpenMode::kRead).code(), Code::kNotFound);
  EXPECT_EQ(files().Open(Path("a"), OpenMode::kReadWrite).code(), Code::kNotFound);
  EXPECT_TRUE(files().Open(Path("a"), OpenMode::kCreate).ok());
  EXPECT_EQ(files().Open(Path("a"), OpenMode::kCreate).code(), Code::kAlreadyExists);
  EXPECT_TRUE(files().Open(Path("a"), OpenMode::kCreateOrOpen).ok());
  EXPECT_TRUE(files().Open(Path("a"), OpenMode::kReadWrite).ok());
  EXPECT_EQ(files().Open(Path("none/a"), OpenMode::kCreate).code(), Code::kNotFound);
  EXPECT_EQ(files().Open(world().folder(), OpenMode::kRead).code(), Code::kInvalid);
}

TEST_P(FilesContract, RefusesToWriteWhatWasOpenedForReading) {
  Put("a", "as it was");
  auto file = files().Open(Path("a"), OpenMode::kRead).value();
  std::string_view bytes = "changed";

  EXPECT_FALSE(file->WriteAt(0, std::span<const std::string_view>(&bytes, 1)).ok());
  EXPECT_FALSE(file->Truncate(0).ok());
  EXPECT_EQ(Get("a"), "as it was");
}

TEST_P(FilesContract, TruncatesToAnyLength) {
  Put("a", "0123456789");
  auto file = files().Open(Path("a"), OpenMode::kReadWrite).value();

  ASSERT_TRUE(file->Truncate(4).ok());
  ASSERT_TRUE(file->Truncate(6).ok());

  EXPECT_EQ(Get("a"), std::string("0123\0\0", 6));
}

TEST_P(FilesContract, RenameReplacesAndKeepsOpenFiles) {
  Put("new", "new content");
  Put("old", "old content");
  auto replaced = files().Open(Path("old"), OpenMode::kRead).value();

  ASSERT_TRUE(files().Rename(Path("new"), Path("old")).ok());

  EXPECT_EQ(Get("old"), "new content");
  EXPECT_FALSE(files().Exists(Path("new")).value());
  char into[11];
  EXPECT_EQ(replaced->ReadAt(0, into).value(), 11u);
  EXPECT_EQ(std::string_view(into, 11), "old content");
  EXPECT_EQ(files().Rename(Path("none"), Path("old")).code(), Code::kNotFound);
}

TEST_P(FilesContract, LinksGiveAFileASecondName) {
  Put("a", "shared");
  Put("c", "");

  ASSERT_TRUE(files().Link(Path("a"), Path("b")).ok());
  EXPECT_EQ(files().Link(Path("a"), Path("c")).code(), Code::kAlreadyExists);
  ASSERT_TRUE(files().Remove(Path("a")).ok());

  EXPECT_EQ(Get("b"), "shared");
}

TEST_P(FilesContract, RemovesFilesAndEmptyFolders) {
  ASSERT_TRUE(files().CreateDirectories(Path("d")).ok());
  Put("d/a", "");

  EXPECT_EQ(files().Remove(Path("d")).code(), Code::kConflict);
  EXPECT_TRUE(files().Remove(Path("d/a")).ok());
  EXPECT_TRUE(files().Remove(Path("d")).ok());
  EXPECT_EQ(files().Remove(Path("d")).code(), Code::kNotFound);
}

TEST_P(FilesContract, ListsByName) {
  Put("b", "22");
  Put("a", "1");
  ASSERT_TRUE(files().CreateDirectories(Path("c/d/e")).ok());

  EXPECT_EQ(Names(), "a=1 b=2 c/ ");
  EXPECT_EQ(files().List(Path("none")).code(), Code::kNotFound);
}

TEST_P(FilesContract, CreatesFoldersAsOftenAsAsked) {
  EXPECT_TRUE(files().CreateDirectories(Path("x/y")).ok());
  EXPECT_TRUE(files().CreateDirectories(Path("x/y")).ok());
  EXPECT_TRUE(files().CreateDirectories(Path("x/y/z")).ok());
  EXPECT_TRUE(files().Exists(Path("x/y/z")).value());
  Put("file", "");
  EXPECT_FALSE(files().CreateDirectories(Path("file")).ok());
  EXPECT_FALSE(files().CreateDirectories(Path("file/below")).ok());
}

TEST_P(FilesContract, LocksOnce) {
  auto lock = files().Lock(Path("LOCK"));
  ASSERT_TRUE(lock.ok()) << lock.ToString();

  EXPECT_EQ(files().Lock(Path("LOCK")).code(), Code::kConflict);
  lock.value().reset();
  EXPECT_TRUE(files().Lock(Path("LOCK")).ok());
}

TEST_P(FilesContract, KnowsItsFreeSpace) {
  EXPECT_GT(files().FreeBytes(world().folder()).value(), 0);
  EXPECT_EQ(files().FreeBytes(Path("none")).code(), Code::kNotFound);
}

TEST_P(FilesContract, ReadsWholeFilesUpToABound) {
  Put("a", "12345");

  EXPECT_EQ(ReadWhole(files(), Path("a"), 5).value(), "12345");
  EXPECT_EQ(ReadWhole(files(), Path("a"), 4).code(), Code::kTooLarge);
  EXPECT_EQ(ReadWhole(files(), Path("none"), 4).code(), Code::kNotFound);
}

TEST_P(FilesContract, SyncsAndDropsWithoutComplaint) {
  Put("a", std::string(10000, 'x'));
  auto file = files().Open(Path("a"), OpenMode::kReadWrite).value();

  file->DropCache(0, 10000);

  EXPECT_TRUE(file->SyncData().ok());
  EXPECT_TRUE(files().SyncDirectory(world().folder()).ok());
  EXPECT_EQ(files().SyncDirectory(Path("none")).code(), Code::kNotFound);
  EXPECT_EQ(Get("a").size(), 10000u);
}

INSTANTIATE_WORLDS(FilesContract);

}  // namespace
}  // namespace freshet::io
