#include "io/patience.h"

#include <gtest/gtest.h>

#include "io/wait.h"
#include "testing/sim_env.h"

namespace freshet::io {
namespace {

// Takes each piece after `takes_ms`, or nothing for ever.
class SlowPeer final : public Connection {
 public:
  SlowPeer(Env& env, int64_t takes_ms) : env_(env), takes_ms_(takes_ms) {}

  Task<size_t> Read(std::span<char>) override { co_return size_t{0}; }
  Task<size_t> ReadMore(std::string&, size_t) override { co_return size_t{0}; }
  Task<> Write(std::string_view bytes) override {
    MonoTime taken = takes_ms_ < 0 ? MonoTime::Never() : env_.clock().Now() + Milliseconds(takes_ms_);
    Signal::Waiter wait(closed_, taken);
    bool is_closed = co_await wait;
    if (is_closed) co_return Fault::Cancelled("closed");
    taken_ += bytes.size();
    co_return Status::Ok();
  }
  void Close() override { closed_.NotifyAll(); }
  Loop& loop() override { return env_.loop(0); }
  const std::string& peer() const override { return name_; }
  size_t taken() const { return taken_; }

 private:
  Env& env_;
  const int64_t takes_ms_;
  Signal closed_;
  size_t taken_ = 0;
  const std::string name_ = "a slow peer";
};

struct Told {
  Status status;
  int64_t elapsed_ms = 0;
};

Task<Told> WriteTo(Env& env, SlowPeer& peer, size_t bytes, const Budget& held) {
  MonoTime begin = env.clock().Now();
  std::string answer(bytes, 'x');
  auto write = WriteWithPatience(peer, answer, held);
  Told told;
  told.status = co_await write;
  told.elapsed_ms = (env.clock().Now() - begin).ms();
  co_return told;
}

TEST(PeerPatience, EndsAfterHalfAMinuteWithAPeerWhoTakesNothing) {
  testing::SimEnv sim;
  SlowPeer peer(sim, -1);
  Budget held("answers", 100);

  auto told = sim.Run(WriteTo(sim, peer, 10, held));

  ASSERT_TRUE(told.ok()) << told.ToString();
  EXPECT_EQ(told->status.code(), Code::kCancelled);
  EXPECT_EQ(told->elapsed_ms, 30'000);
}

TEST(PeerPatience, EndsSoonerWhileMoreThanHalfOfTheBudgetIsTaken) {
  testing::SimEnv sim;
  SlowPeer peer(sim, -1);
  Budget held("answers", 100);
  auto taken = Reservation::Take(held, 51);

  auto told = sim.Run(WriteTo(sim, peer, 10, held));

  ASSERT_TRUE(told.ok()) << told.ToString();
  EXPECT_EQ(told->status.code(), Code::kCancelled);
  EXPECT_EQ(told->elapsed_ms, 2'000);
}

TEST(PeerPatience, IsAnewWithEachPieceThatAPeerTakes) {
  testing::SimEnv sim;
  SlowPeer peer(sim, 20'000);
  Budget held("answers", 100);

  auto told = sim.Run(WriteTo(sim, peer, 5 * PeerPatience::kPieceBytes, held));

  ASSERT_TRUE(told.ok()) << told.ToString();
  EXPECT_TRUE(told->status.ok()) << told->status.ToString();
  EXPECT_EQ(peer.taken(), 5 * PeerPatience::kPieceBytes);
}

}  // namespace
}  // namespace freshet::io
