#include "io/server.h"

#include <algorithm>

namespace freshet::io {
namespace {

constexpr Duration kAcceptPause = Milliseconds(50);  // after the system refused a connection (out of descriptors)

}  // namespace

Result<std::unique_ptr<Server>> Server::Open(Env& env, ServerOptions options, Sessions& sessions) {
  ASSIGN_OR_RETURN(auto listener, env.net().Listen(env.loop(0), options.listen));
  std::unique_ptr<Server> server(new Server(env, std::move(options), sessions, std::move(listener)));
  server->accepting_.Spawn(Lane::kUrgent, server->AcceptAll());
  return server;
}

Server::Server(Env& env, ServerOptions options, Sessions& sessions, std::unique_ptr<Listener> listener)
    : env_(env), options_(std::move(options)), sessions_(sessions), listener_(std::move(listener)),
      accepting_(env.loop(0), options_.name + " accept"),
      open_(env.metrics().AddGauge("freshet_connections", "connections open", {{"door", options_.name}})),
      accepted_(env.metrics().AddCounter("freshet_connections_accepted_total", "connections accepted", {{"door", options_.name}})),
      refused_(env.metrics().AddCounter("freshet_connections_refused_total", "connections closed at once, above limits.connections",
                                        {{"door", options_.name}})) {
  for (int i = 0; i < env.loops(); ++i) homes_.push_back(std::make_unique<Home>(env.loop(i), options_.name + " sessions"));
}

Server::~Server() = default;

Task<> Server::AcceptAll() {
  size_t turn = 0;
  while (!draining_->raised()) {
    Home& home = *homes_[turn++ % homes_.size()];
    auto accept = listener_->Accept(home.group.loop());
    auto accepted = co_await accept;
    if (!accepted.ok()) {
      if (accepted.code() == Code::kCancelled) break;
      env_.log().Warn("a connection was not accepted", {{"door", options_.name}, {"why", accepted.ToString()}});
      SleepUntil pause(env_.clock().Now() + kAcceptPause);
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
  Served served(std::move(connection), draining_);
  home.sessions.push_back(&served);
  auto serve = sessions_.Serve(served);
  auto ended = co_await serve;
  std::erase(home.sessions, &served);
  open_.Add(-1);
  if (!ended.ok() && ended.code() != Code::kCancelled) {
    env_.log().Debug("session ended", {{"door", options_.name}, {"why", ended.ToString()}});
  }
  co_return Status::Ok();
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
  for (auto& home : homes_) {
    RunOn drain(home->group.loop(), Drain(*home, deadline));
    co_await drain;
  }
  co_return Status::Ok();
}

}  // namespace freshet::io
