#include "io/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace freshet::io {
namespace {

TEST(Descriptors, AreAsManyAsTheSystemAllows) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit few{200, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);

  int64_t allowed = RaiseDescriptorLimit();

  rlimit now{};
  getrlimit(RLIMIT_NOFILE, &now);
  EXPECT_EQ(allowed, static_cast<int64_t>(before.rlim_max));
  EXPECT_EQ(now.rlim_cur, before.rlim_max);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Descriptors, AreKeptForFilesInPart) {
  EXPECT_EQ(DescriptorsKeptForFiles(128), 32);
  EXPECT_EQ(DescriptorsKeptForFiles(1024), 256);
  EXPECT_EQ(DescriptorsKeptForFiles(1 << 20), 256);
  EXPECT_GT(DescriptorLimit(), 0);
}

TEST(Descriptors, AreTheUsualNumberForAProgramThatWasStarted) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit many{4000, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &many);

  GiveUsualDescriptorLimit(getpid());

  rlimit now{};
  getrlimit(RLIMIT_NOFILE, &now);
  EXPECT_EQ(now.rlim_cur, 1024u);
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace freshet::io
