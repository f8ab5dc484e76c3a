#include "doors/http/door.h"

#include "doors/http/session.h"

namespace freshet::doors::http {

struct HttpDoor::State final : io::Sessions {
  State(Env& env, HttpOptions door_options, HttpPorts ports)
      : options(std::move(door_options)), room{env, std::move(ports)} {}

  Task<> Serve(io::Served& served) override {
    HttpSession session(room, options, served);
    auto run = session.Run();
    co_return co_await run;
  }

  HttpOptions options;
  Room room;
  std::unique_ptr<io::Server> server;
};

Result<std::unique_ptr<HttpDoor>> HttpDoor::Open(Env& env, HttpOptions options, HttpPorts ports) {
  auto state = std::make_unique<State>(env, std::move(options), std::move(ports));
  ASSIGN_OR_RETURN(state->server, io::Server::Open(env, {"http", state->options.listen, state->options.connections_max, state->options.tls}, *state));
  return std::unique_ptr<HttpDoor>(new HttpDoor(std::move(state)));
}

HttpDoor::HttpDoor(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpDoor::~HttpDoor() = default;

const io::Address& HttpDoor::address() const { return state_->server->address(); }

Task<> HttpDoor::Close() {
  auto close = state_->server->Close(state_->room.env.clock().Now() + state_->options.drain);
  co_return co_await close;
}

}  // namespace freshet::doors::http
