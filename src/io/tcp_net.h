#pragma once

#include "io/env.h"
#include "io/net.h"

namespace freshet::io {

// TCP over IPv4 and IPv6, on EpollLoops. Owned by RealEnv. Thread-safe, no state.
class TcpNet final : public Net {
 public:
  explicit TcpNet(Workers& workers) : workers_(workers) {}

  Result<std::unique_ptr<Listener>> Listen(Loop& loop, const Address& address) override;
  Task<std::unique_ptr<Connection>> Connect(Loop& loop, Address address) override;

 private:
  Workers& workers_;  // names are resolved there
};

// Over a stream socket that is connected and does not block, which it owns from now on. Messages call the other end `peer`.
std::unique_ptr<Connection> ConnectionOver(Loop& loop, int descriptor, std::string peer);

}  // namespace freshet::io
