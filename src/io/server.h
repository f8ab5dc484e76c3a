#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/ctx.h"
#include "io/env.h"
#include "io/task_group.h"
#include "io/tls.h"

namespace freshet::io {

// One accepted connection as its session sees it. Lives on the connection's loop.
class Served {
 public:
  Served(std::unique_ptr<Connection> connection, std::shared_ptr<CancelFlag> draining, bool encrypted)
      : connection_(std::move(connection)), draining_(std::move(draining)), encrypted_(encrypted) {}

  Connection& connection() { return *connection_; }
  const std::string& peer() const { return connection_->peer(); }
  bool encrypted() const { return encrypted_; }
  // Idle means: waiting for a request, nothing owed to the peer. A drain closes idle connections at once and
  // lets busy ones answer first; a session that finds draining() true ends after its answer.
  void set_idle(bool idle) { idle_ = idle; }
  bool idle() const { return idle_; }
  bool draining() const { return draining_->raised(); }

 private:
  std::unique_ptr<Connection> connection_;
  std::shared_ptr<CancelFlag> draining_;
  const bool encrypted_;
  bool idle_ = true;
};

// What a door does with a connection. One object serves all loops, so Serve may be running on each of them.
class Sessions {
 public:
  virtual ~Sessions() = default;
  // Ends when the peer has gone, the protocol was broken, or the server drains. `served` outlives the task.
  virtual Task<> Serve(Served& served) = 0;
};

struct ServerOptions {
  std::string name;  // of the door, in messages and metrics
  Address listen;
  int64_t connections_max = 1000;
  TlsOptions tls = {};   // not configured: in the clear
};

// A Server listens on one address (loop 0) and runs one session per connection, dealt to the loops in turn. Beyond
// connections_max new connections are closed at once and counted; those that are open are not disturbed.
class Server {
 public:
  static Result<std::unique_ptr<Server>> Open(Env& env, ServerOptions options, Sessions& sessions);
  ~Server();

  const Address& address() const { return listener_->address(); }
  int64_t connections() const { return open_.value(); }

  // On loop 0. Stops accepting, closes idle connections, gives busy ones until `deadline`, then closes them too.
  // Ends when every session has ended.
  Task<> Close(MonoTime deadline);

 private:
  struct Home {
    explicit Home(Loop& loop, std::string name) : group(loop, std::move(name)) {}
    TaskGroup group;
    std::vector<Served*> sessions;
  };

  Server(Env& env, ServerOptions options, Sessions& sessions, std::unique_ptr<TlsServer> tls, std::unique_ptr<Listener> listener);
  Task<> AcceptAll();
  Task<> Begin(Home& home, std::unique_ptr<Connection> connection);
  Task<> RunSession(Home& home, std::unique_ptr<Connection> connection);
  Task<> Converse(Served& served, TlsConnection& tls);
  Task<> Drain(Home& home, MonoTime deadline);

  Env& env_;
  const ServerOptions options_;
  Sessions& sessions_;
  std::unique_ptr<TlsServer> tls_;   // null: in the clear
  std::unique_ptr<Listener> listener_;
  std::shared_ptr<CancelFlag> draining_ = std::make_shared<CancelFlag>();
  TaskGroup accepting_;
  std::vector<std::unique_ptr<Home>> homes_;  // one per loop, each touched on its loop only
  Gauge& open_;
  Counter& accepted_;
  Counter& refused_;
  Counter& handshakes_failed_;
};

}  // namespace freshet::io
