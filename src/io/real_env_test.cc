#include "io/real_env.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/run_to_end.h"
#include "io/task_group.h"
#include "io/wait.h"

namespace freshet::io {
namespace {

std::unique_ptr<RealEnv> OpenEnv() { return RealEnv::Open({.log_level = Level::kError}).value(); }

Task<int> HomeOf(Env& env) {
  for (int i = 0; i < env.loops(); ++i) {
    if (env.loop(i).OnLoop()) co_return i;
  }
  co_return -1;
}

Task<int> VisitEveryLoop(Env& env) {
  int sum = 0;
  for (int i = 0; i < env.loops(); ++i) {
    RunOn hop(env.loop(i), HomeOf(env));
    auto home = co_await hop;
    if (!home.ok()) co_return home.status();
    sum = sum * 10 + *home + 1;
  }
  co_return sum;
}

TEST(RealEnv, RunsATaskOnEachLoopAndComesHome) {
  auto env = OpenEnv();

  auto visited = RunToEnd(*env, VisitEveryLoop(*env));

  EXPECT_EQ(visited.value(), 12);
}

Task<> OffloadMany(Env& env, int times) {
  int64_t sum = 0;
  for (int i = 0; i < times; ++i) {
    auto square = [&] { return Result<int64_t>(int64_t{i} * i); };
    Offload offload(env.workers(), i % 2 == 0 ? Pool::kGeneral : Pool::kCommit, square);
    auto squared = co_await offload;
    sum += *squared;
  }
  if (sum != int64_t{times - 1} * times * (2 * times - 1) / 6) co_return Fault::Internal("sum ", sum);
  co_return Status::Ok();
}

TEST(RealEnv, WorkersReturnWhatTheyComputed) {
  auto env = OpenEnv();

  Status status = RunToEnd(*env, OffloadMany(*env, 1000));

  EXPECT_TRUE(status.ok()) << status.ToString();
}

// A machine that answers when it likes.
struct Silence {
  std::atomic<int> asked{0};
  std::atomic<int> answered{0};
  std::atomic<bool> ends{false};
};
struct Question final : Job {
  void Run() override {
    std::shared_ptr<Silence> kept = silence;  // once it counts as answered, this may be gone
    ++kept->asked;
    kept->ends.wait(false);
    ++kept->answered;
    kept->answered.notify_all();
  }
  std::shared_ptr<Silence> silence;
};

// Asks, and lets all be answered at the end.
class Questions {
 public:
  Questions(Env& env, int count) : questions_(static_cast<size_t>(count)) {
    for (Question& question : questions_) question.silence = silence_;
    for (Question& question : questions_) env.workers().Submit(Pool::kRemote, question);
  }
  ~Questions() {
    silence_->ends = true;
    silence_->ends.notify_all();
    for (int answered; (answered = silence_->answered) < static_cast<int>(questions_.size());) silence_->answered.wait(answered);
  }
  int asked() const { return silence_->asked; }

 private:
  const std::shared_ptr<Silence> silence_ = std::make_shared<Silence>();
  std::vector<Question> questions_;
};

TEST(RealEnv, MachinesThatDoNotAnswerHoldUpNoDisk) {
  auto env = RealEnv::Open({.remote_workers_max = 4, .log_level = Level::kError}).value();
  Questions questions(*env, 50);

  Status status = RunToEnd(*env, OffloadMany(*env, 1000));

  EXPECT_TRUE(status.ok()) << status.ToString();
  EXPECT_LE(questions.asked(), 4);
}

Task<> AskAnother(Env& env) {
  auto ask = [] { return Status(); };
  Offload offload(env.workers(), Pool::kRemote, ask);
  co_return co_await offload;
}

TEST(RealEnv, OneMachineIsAskedWhileOthersDoNotAnswer) {
  auto env = RealEnv::Open({.remote_workers_max = 4, .log_level = Level::kError}).value();
  Questions questions(*env, 3);

  Status status = RunToEnd(*env, AskAnother(*env));

  EXPECT_TRUE(status.ok()) << status.ToString();
}

Task<> PingPong(Env& env, int loop, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    RunOn hop(env.loop(loop), HomeOf(env));
    auto home = co_await hop;
    if (!home.ok() || *home != loop) co_return Fault::Internal("lost");
  }
  co_return Status::Ok();
}

Task<> ManyPingPongs(Env& env) {
  TaskGroup group(env.loop(0), "pings");
  for (int i = 0; i < 64; ++i) group.Spawn(Lane::kNormal, PingPong(env, i % env.loops(), 200));
  auto close = group.Close();
  co_await close;
  co_return Status::Ok();
}

TEST(RealEnv, ManyTasksHopBetweenLoops) {
  auto env = OpenEnv();

  Status status = RunToEnd(*env, ManyPingPongs(*env));

  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(RealEnv, TellsWhenFilesWereWritten) {
  auto env = OpenEnv();
  char folder[] = "/tmp/freshet_env_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  WallTime before = env->clock().WallNow();

  ASSERT_TRUE(WriteWhole(env->files(), StrCat(folder, "/a"), "x").ok());
  auto listed = env->files().List(folder);

  ASSERT_TRUE(listed.ok() && listed->size() == 1);
  EXPECT_LT(std::abs(listed->at(0).modified.ms - before.ms), 60'000);
  EXPECT_TRUE(env->files().Remove(StrCat(folder, "/a")).ok() && env->files().Remove(folder).ok());
}

TEST(RealEnv, RefusesAKillPointWithoutAPassage) {
  auto env = RealEnv::Open({.kill_at = "journal.before_sync"});

  EXPECT_EQ(env.code(), Code::kInvalid);
}

TEST(RealEnvDeathTest, KillsAtTheNthPassageOfANamedPoint) {
  EXPECT_EXIT(
      {
        auto env = RealEnv::Open({.kill_at = "a.b#2"}).value();
        env->kill_points().Reach("a.b");
        env->kill_points().Reach("other");
        env->kill_points().Reach("a.b");
        exit(0);
      },
      ::testing::KilledBySignal(SIGKILL), "");
}

struct Flag final : Job {
  void Run() override { raised.store(1); raised.notify_all(); }
  std::atomic<int> raised{0};
};

TEST(RealEnvDeathTest, TurnsSIGTERMIntoAJob) {
  EXPECT_EXIT(
      {
        auto env = RealEnv::Open({.holds_termination = true}).value();
        Flag flag;
        kill(getpid(), SIGTERM);
        if (!env->OnTermination(flag).ok()) exit(1);
        flag.raised.wait(0);
        exit(7);
      },
      ::testing::ExitedWithCode(7), "");
}

// What is in memory is a part of the file, from there on, and nothing behind its end.
TEST(RealEnv, ReadsWithoutWaitingWhatIsInMemoryAlone) {
  auto env = OpenEnv();
  std::string folder = ::testing::TempDir() + "cached." + std::to_string(getpid());
  ASSERT_TRUE(env->files().CreateDirectories(folder).ok());
  std::string content;
  for (int i = 0; i < 20000; ++i) content += std::to_string(i) + " ";
  auto file = env->files().Open(folder + "/file", OpenMode::kCreateOrOpen).value();
  std::string_view piece = content;
  ASSERT_TRUE(file->WriteAt(0, std::span(&piece, 1)).ok());
  std::string bytes(content.size(), '\0');

  size_t read = file->ReadCached(1000, std::span<char>(bytes.data(), bytes.size()));
  size_t behind = file->ReadCached(static_cast<int64_t>(content.size()), std::span<char>(bytes.data(), bytes.size()));

  ASSERT_LE(read, content.size() - 1000);
  EXPECT_EQ(bytes.substr(0, read), content.substr(1000, read));
  EXPECT_EQ(behind, 0u);
  ASSERT_TRUE(env->files().Remove(folder + "/file").ok());
  ASSERT_TRUE(env->files().Remove(folder).ok());
}

}  // namespace
}  // namespace freshet::io
