#include "io/server.h"

#include <algorithm>

namespace freshet::io {
namespace {

constexpr Duration kHandshakePatience = Seconds(10);
constexpr Duration kGoodbyePatience = Seconds(1);
constexpr Duration kTellInterval = Seconds(10);
constexpr Duration kAcceptPause = Milliseconds(50);  // after the system refused a connection (out of descriptors)

// Closes a connection when this is still there then. On its loop.
class ClosesAt final : public Timer {
 public:
  ClosesAt(Connection& connection, MonoTime due) : connection_(connection) { connection_.loop().At(due, *this); }
  ~ClosesAt() {
    if (armed()) connection_.loop().Cancel(*this);
  }
  void Run() override { connection_.Close(); }

 private:
  Connection& connection_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Open(Env& env, ServerOptions options, Sessions& sessions) {
  std::unique_ptr<TlsServer> tls;
  if (options.tls.configured()) {
    ASSIGN_OR_RETURN(tls, TlsServer::Open(env, options.name, options.tls));
  }
  ASSIGN_OR_RETURN(auto listener, env.net().Listen(env.loop(0), options.listen));
  std::unique_ptr<Server> server(new Server(env, std::move(options), sessions, std::move(tls), std::move(listener)));
  if (server->tls_ != nullptr) server->tls_->Watch();
  server->accepting_.Spawn(Lane::kUrgent, server->AcceptAll());
  return server;
}

Server::Server(Env& env, ServerOptions options, Sessions& sessions, std::unique_ptr<TlsServer> tls, std::unique_ptr<Listener> listener)
    : env_(env), options_(std::move(options)), sessions_(sessions), tls_(std::move(tls)), listener_(std::move(listener)),
      accepting_(env.loop(0), options_.name + " accept"),
      open_(env.metrics().AddGauge("freshet_connections", "connections open", {{"door", options_.name}})),
      accepted_(env.metrics().AddCounter("freshet_connections_accepted_total", "connections accepted", {{"door", options_.name}})),
      refused_(env.metrics().AddCounter("freshet_connections_refused_total", "connections closed at once, above limits.connections",
                                        {{"door", options_.name}})),
      handshakes_failed_(env.metrics().AddCounter("freshet_tls_handshakes_failed_total", "connections on which no encryption came about", {{"door", options_.name}})) {
  for (int i = 0; i < env.loops(); ++i) homes_.push_back(std::make_unique<Home>(env.loop(i), options_.name + " sessions"));
}

Server::~Server() = default;

Task<> Server::AcceptAll() {
  size_t turn = 0;
  MonoTime tell_again;
  while (!draining_->raised()) {
    Home& home = *homes_[turn++ % homes_.size()];
    auto accept = listener_->Accept(home.group.loop());
    auto accepted = co_await accept;
    if (!accepted.ok()) {
      if (accepted.code() == Code::kCancelled) break;
      MonoTime now = env_.clock().Now();
      if (now >= tell_again) {
        env_.log().Warn("connections are not accepted", {{"door", options_.name}, {"why", accepted.ToString()}});
        tell_again = now + kTellInterval;
      }
      SleepUntil pause(now + kAcceptPause);
      co_await pause;
      continue;
    }
    accepted_.Add();
    if (open_.value() >= options_.connections_max) {
      refused_.Add();
      continue;  // destroyed, which closes it
    }
    open_.Add(1);
    RunOn begin(home.group.loop(), Begin(home, std::move(accepted).value()));
    co_await begin;
  }
  co_return Status::Ok();
}

Task<> Server::Begin(Home& home, std::unique_ptr<Connection> connection) {
  home.group.Spawn(Lane::kUrgent, RunSession(home, std::move(connection)));
  co_return Status::Ok();
}

Task<> Server::RunSession(Home& home, std::unique_ptr<Connection> connection) {
  TlsConnection* tls = nullptr;
  if (tls_ != nullptr) {
    auto encrypted = tls_->Accept(std::move(connection));
    tls = encrypted.get();
    connection = std::move(encrypted);
  }
  Served served(std::move(connection), draining_, tls != nullptr);
  home.sessions.push_back(&served);
  auto converse = tls != nullptr ? Converse(served, *tls) : sessions_.Serve(served);
  auto ended = co_await converse;
  std::erase(home.sessions, &served);
  open_.Add(-1);
  if (!ended.ok() && ended.code() != Code::kCancelled) {
    env_.log().Debug("session ended", {{"door", options_.name}, {"why", ended.ToString()}});
  }
  co_return Status::Ok();
}

Task<> Server::Converse(Served& served, TlsConnection& tls) {
  {
    ClosesAt patience(tls, env_.clock().Now() + kHandshakePatience);
    auto handshake = tls.Handshake();
    Status encrypted = co_await handshake;
    if (!encrypted.ok()) handshakes_failed_.Add();
    if (!encrypted.ok()) co_return encrypted;
  }
  auto serve = sessions_.Serve(served);
  Status ended = co_await serve;
  ClosesAt patience(tls, env_.clock().Now() + kGoodbyePatience);
  auto finish = tls.Finish();
  [[maybe_unused]] Status said = co_await finish;
  co_return ended;
}

Task<> Server::Drain(Home& home, MonoTime deadline) {
  for (Served* served : home.sessions) {
    if (served->idle()) served->connection().Close();
  }
  while (!home.sessions.empty() && env_.clock().Now() < deadline) {
    SleepUntil pause(std::min(deadline, env_.clock().Now() + Milliseconds(5)));
    co_await pause;
    for (Served* served : home.sessions) {
      if (served->idle()) served->connection().Close();
    }
  }
  for (Served* served : home.sessions) served->connection().Close();
  auto close = home.group.Close();
  co_await close;
  co_return Status::Ok();
}

Task<> Server::Close(MonoTime deadline) {
  draining_->Raise();
  listener_->Close();
  auto stop_accepting = accepting_.Close();
  co_await stop_accepting;
  if (tls_ != nullptr) {
    auto stop_watching = tls_->Close();
    co_await stop_watching;
  }
  for (auto& home : homes_) {
    RunOn drain(home->group.loop(), Drain(*home, deadline));
    co_await drain;
  }
  co_return Status::Ok();
}

}  // namespace freshet::io
