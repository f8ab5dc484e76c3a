// The system's calls, replaced in this test binary alone: every other one is interrupted by a signal, and those that go through move only a few
// bytes. POSIX allows both at any time (read(2), write(2)).

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "io/real_env.h"
#include "io/run_to_end.h"
#include "io/wait.h"

namespace {

constexpr size_t kFewBytes = 7;
std::atomic<bool> disturbed = false;
std::atomic<int> calls = 0, interruptions = 0;

bool Interrupted() {
  if (!disturbed || calls++ % 2 != 0) return false;
  ++interruptions;
  errno = EINTR;
  return true;
}

template <typename Call>
Call* Real(const char* name) { return reinterpret_cast<Call*>(dlsym(RTLD_NEXT, name)); }

}  // namespace

extern "C" ssize_t pread(int file, void* into, size_t count, off_t offset) {
  static auto* real = Real<ssize_t(int, void*, size_t, off_t)>("pread");
  if (Interrupted()) return -1;
  return real(file, into, disturbed ? std::min(count, kFewBytes) : count, offset);
}

extern "C" ssize_t pwritev(int file, const iovec* pieces, int count, off_t offset) {
  static auto* real = Real<ssize_t(int, const iovec*, int, off_t)>("pwritev");
  if (Interrupted()) return -1;
  if (!disturbed) return real(file, pieces, count, offset);
  iovec few{pieces[0].iov_base, std::min(pieces[0].iov_len, kFewBytes)};
  return real(file, &few, 1, offset);
}

extern "C" int fdatasync(int file) {
  static auto* real = Real<int(int)>("fdatasync");
  return Interrupted() ? -1 : real(file);
}

extern "C" int ftruncate(int file, off_t size) noexcept {
  static auto* real = Real<int(int, off_t)>("ftruncate");
  return Interrupted() ? -1 : real(file, size);
}

namespace freshet::io {
namespace {

std::string ReadBack(File& file) {
  std::string read(100, ' ');
  read.resize(file.ReadAt(0, {read.data(), read.size()}).value());
  return read;
}

TEST(InterruptedCalls, LoseAndRepeatNoByteOfAFile) {
  char folder[] = "/tmp/freshet-interrupted-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  auto env = RealEnv::Open({.log_level = Level::kError}).value();
  auto file = env->files().Open(std::string(folder) + "/file", OpenMode::kCreate).value();
  const std::string_view pieces[] = {"twelve bytes", "", "and", " a piece that is longer than what one call takes", "!"};
  disturbed = true;

  Status written = file->WriteAt(0, pieces);
  Status synced = file->SyncData();
  std::string read = ReadBack(*file);
  Status shortened = file->Truncate(12);
  std::string rest = ReadBack(*file);
  disturbed = false;

  EXPECT_TRUE(written.ok()) << written.ToString();
  EXPECT_TRUE(synced.ok()) << synced.ToString();
  EXPECT_EQ(read, "twelve bytesand a piece that is longer than what one call takes!");
  EXPECT_TRUE(shortened.ok()) << shortened.ToString();
  EXPECT_EQ(rest, "twelve bytes");
  EXPECT_GT(interruptions, 20);
}

}  // namespace
}  // namespace freshet::io
