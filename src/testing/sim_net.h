#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "io/net.h"
#include "io/wait.h"

namespace freshet::testing {

class SimEnv;
class SimConnection;
class SimListener;

// Byte streams between the tasks of one SimEnv: order is kept, everything else is the seed's choice: where the
// stream is cut, how long each piece travels, how much a read returns. Refuses when nobody listens. Owned by SimEnv.
class SimNet final : public io::Net {
 public:
  explicit SimNet(SimEnv& sim) : sim_(sim) {}

  Result<std::unique_ptr<io::Listener>> Listen(io::Loop& loop, const io::Address& address) override;
  Task<std::unique_ptr<io::Connection>> Connect(io::Loop& loop, io::Address address) override;

 private:
  friend class SimListener;
  SimEnv& sim_;
  std::map<uint16_t, SimListener*> listeners_;
  uint16_t next_port_ = 40000;
};

}  // namespace freshet::testing
