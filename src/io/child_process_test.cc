#include "io/child_process.h"

#include <gtest/gtest.h>

#include <fstream>

#include "io/real_env.h"
#include "io/run_to_end.h"
#include "io/wait.h"

namespace freshet::io {
namespace {

std::unique_ptr<RealEnv> OpenEnv() { return RealEnv::Open({.loops = 1, .log_level = Level::kError}).value(); }

Program Shell(std::string script) { return {"/bin/sh", {"-c", std::move(script)}, "the shell"}; }

// Says `said` to a shell and reads until it has ended; then how it did.
struct Heard {
  std::string text;
  std::string ended;
};
Task<Heard> Converse(Env& env, Program program, std::string said) {
  PosixProcesses processes;
  auto started = processes.Start(env.loop(0), program);
  if (!started.ok()) co_return started.fault();
  std::unique_ptr<ChildProcess> child = std::move(*started);
  { CO_RETURN_NOT_OK(child->connection().Write(said)); }
  Heard heard;
  for (size_t got = 1; got > 0;) {
    auto reading = child->connection().ReadMore(heard.text, 4096);
    auto read = co_await reading;
    if (!read.ok()) co_return read.fault();
    got = *read;
  }
  heard.ended = child->End();
  co_return heard;
}

TEST(ChildProcess, ReadsAndWritesItsStandardInputAndSaysHowItEnded) {
  auto env = OpenEnv();

  auto heard = RunToEnd(*env, Converse(*env, Shell("read line; echo \"heard $line\" >&0; exit 3"), "a word\n"));

  ASSERT_TRUE(heard.ok()) << heard.status().ToString();
  EXPECT_EQ(heard->text, "heard a word\n");
  EXPECT_EQ(heard->ended, "exited with status 3");
}

TEST(ChildProcess, HasNoDescriptorButThreeAndNoSecretOfOurs) {
  auto env = OpenEnv();
  setenv("FRESHET_TEST_SECRET", "sesame", 1);

  auto heard = RunToEnd(*env, Converse(*env, Shell("(echo /proc/self/fd/* .; env) >&0"), ""));

  ASSERT_TRUE(heard.ok()) << heard.status().ToString();
  EXPECT_EQ(heard->text.find("sesame"), std::string::npos) << heard->text;
  EXPECT_NE(heard->text.find("PATH="), std::string::npos) << heard->text;
  EXPECT_NE(heard->text.find("/proc/self/fd/2"), std::string::npos) << heard->text;
  for (int other = 4; other < 64; ++other) EXPECT_EQ(heard->text.find(StrCat("/fd/", other, " ")), std::string::npos) << heard->text;
}

TEST(ChildProcess, AProgramThatIsNotThereIsNamed) {
  auto env = OpenEnv();

  auto heard = RunToEnd(*env, Converse(*env, {"no-such-program", {}, "nobody"}, ""));

  ASSERT_FALSE(heard.ok());
  EXPECT_NE(heard.fault().message().find("no-such-program"), std::string::npos) << heard.fault().message();
}

Task<std::string> KillWithItsChild(Env& env) {
  PosixProcesses processes;
  Program shell = Shell("sleep 1000 & echo $! >&0; wait");
  auto started = processes.Start(env.loop(0), shell);
  if (!started.ok()) co_return started.fault();
  std::unique_ptr<ChildProcess> child = std::move(*started);
  std::string pid;
  while (pid.find('\n') == std::string::npos) {
    auto reading = child->connection().ReadMore(pid, 64);
    auto read = co_await reading;
    if (!read.ok()) co_return read.fault();
  }
  child.reset();
  co_return pid;
}

// A process that nobody has taken note of yet is a zombie.
bool IsGone(int pid) {
  std::ifstream file(StrCat("/proc/", pid, "/status"));
  std::string status((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return status.empty() || status.find("State:\tZ") != std::string::npos;
}

Task<> AwaitGone(Env& env, int pid) {
  while (!IsGone(pid)) {
    SleepUntil pause(env.clock().Now() + Milliseconds(1));
    co_await pause;
  }
  co_return Status();
}

TEST(ChildProcess, EndsWithEverythingItHasStarted) {
  auto env = OpenEnv();

  auto pid = RunToEnd(*env, KillWithItsChild(*env));

  ASSERT_TRUE(pid.ok()) << pid.status().ToString();
  EXPECT_TRUE(RunToEnd(*env, AwaitGone(*env, std::stoi(*pid))).ok());
}

}  // namespace
}  // namespace freshet::io
