#pragma once

#include <memory>
#include <string>

#include "base/secret.h"
#include "io/env.h"
#include "io/net.h"
#include "io/task.h"
#include "io/tls.h"
#include "ports/guard.h"
#include "ports/identities.h"
#include "ports/key_value.h"

// The Redis door: unmodified Redis clients read and write durable keys, and read feature rows as keys. requests.h has the
// table of what is spoken.

namespace freshet::doors::resp {

struct RespOptions {
  io::Address listen;
  io::TlsOptions tls = {};                    // not configured: in the clear
  Secret password;                            // in a house without identities; empty: clients need not authenticate
  int64_t request_bytes_max = 64 << 20;
  int64_t reply_bytes_max = 64 << 20;         // of one request; beyond it the connection is closed
  int64_t batch_bytes_max = 1 << 20;          // pipelined requests that run, and become durable, together
  int64_t batch_requests_max = 1000;
  int64_t connections_max = 1000;
  Duration drain = Seconds(30);
  uint64_t trace_every = 64;                  // one batch in so many is traced
};

struct RespPorts {
  ports::KeyValue& keys;
  ports::Guard& guard;
  ports::Identities& identities;
};

// Owned by House. Opens and closes on loop 0; sessions live on all loops.
class RespDoor {
 public:
  static Result<std::unique_ptr<RespDoor>> Open(Env& env, RespOptions options, RespPorts ports);
  ~RespDoor();

  const io::Address& address() const;
  // The table of commands in Markdown, for docs/compatibility.md.
  static std::string DescribeCommands();
  // Stops accepting; what was received is carried out and answered; then closes every connection.
  Task<> Close();

 private:
  struct State;
  explicit RespDoor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace freshet::doors::resp
