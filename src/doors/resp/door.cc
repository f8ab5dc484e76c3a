#include "doors/resp/door.h"

#include "doors/resp/session.h"

namespace freshet::doors::resp {

struct RespDoor::State final : io::Sessions {
  State(Env& env, RespOptions options, RespPorts ports) : room{env, std::move(options), ports}, metrics(env.metrics()) {
    room.opened = env.clock().Now();
  }

  Task<> Serve(io::Served& served) override {
    RespSession session(room, metrics, served);
    auto run = session.Run();
    co_return co_await run;
  }

  Room room;
  DoorMetrics metrics;
  std::unique_ptr<io::Server> server;
};

Result<std::unique_ptr<RespDoor>> RespDoor::Open(Env& env, RespOptions options, RespPorts ports) {
  auto state = std::make_unique<State>(env, std::move(options), ports);
  Room& room = state->room;
  ASSIGN_OR_RETURN(state->server, io::Server::Open(env, {"resp", room.options.listen, room.options.connections_max, room.options.tls}, *state));
  room.port = state->server->address().port;
  return std::unique_ptr<RespDoor>(new RespDoor(std::move(state)));
}

RespDoor::RespDoor(std::unique_ptr<State> state) : state_(std::move(state)) {}
RespDoor::~RespDoor() = default;

const io::Address& RespDoor::address() const { return state_->server->address(); }

Task<> RespDoor::Close() {
  auto close = state_->server->Close(state_->room.env.clock().Now() + state_->room.options.drain);
  co_return co_await close;
}

}  // namespace freshet::doors::resp
