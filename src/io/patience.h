#pragma once

#include "io/memory.h"
#include "io/net.h"
#include "io/task.h"

namespace freshet::io {

// How long a peer may take for one piece of what it sends or is sent, while bytes for it are held in a budget: 30 s, or 2 s once
// more than half of that budget is taken, for then others wait behind it. After that its connection is closed, which ends the
// read or write. Lives while the peer is waited for, on the connection's loop; a piece may be waited for several times.
class PeerPatience final : public Timer {
 public:
  static constexpr size_t kPieceBytes = 1 << 20;

  PeerPatience(Connection& connection, const Budget& held, MonoTime piece_began);
  ~PeerPatience();

  void Run() override;

 private:
  Connection& connection_;
  const Budget& held_;
  const MonoTime give_up_;
};

// Writes all bytes, piece by piece. `bytes` and `held` live until the task ends.
Task<> WriteWithPatience(Connection& connection, std::string_view bytes, const Budget& held);

}  // namespace freshet::io
