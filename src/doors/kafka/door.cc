#include "doors/kafka/door.h"

#include "doors/kafka/session.h"

namespace freshet::doors::kafka {
namespace {

// Clients cannot connect to "any address"; without a better word they are told the loopback of its family.
std::string AdvertisedHost(const KafkaOptions& options) {
  if (!options.advertised_host.empty()) return options.advertised_host;
  if (options.listen.host == "0.0.0.0") return "127.0.0.1";
  if (options.listen.host == "::") return "::1";
  return options.listen.host;
}

}  // namespace

struct KafkaDoor::State final : io::Sessions {
  State(Env& env, KafkaOptions options, KafkaPorts ports)
      : room{env, std::move(options), ports, {}, 0}, metrics(env.metrics()) {}

  Task<> Serve(io::Served& served) override {
    KafkaSession session(room, metrics, served);
    auto run = session.Run();
    co_return co_await run;
  }

  Room room;
  DoorMetrics metrics;
  std::unique_ptr<io::Server> server;
};

// Sessions see the room only after this turn of loop 0, so the real port is there before the first of them.
Result<std::unique_ptr<KafkaDoor>> KafkaDoor::Open(Env& env, KafkaOptions options, KafkaPorts ports) {
  auto state = std::make_unique<State>(env, std::move(options), ports);
  Room& room = state->room;
  room.host = AdvertisedHost(room.options);
  ASSIGN_OR_RETURN(state->server, io::Server::Open(env, {"kafka", room.options.listen, room.options.connections_max, room.options.tls}, *state));
  room.port = state->server->address().port;
  return std::unique_ptr<KafkaDoor>(new KafkaDoor(std::move(state)));
}

KafkaDoor::KafkaDoor(std::unique_ptr<State> state) : state_(std::move(state)) {}
KafkaDoor::~KafkaDoor() = default;

const io::Address& KafkaDoor::address() const { return state_->server->address(); }

Task<> KafkaDoor::Close() {
  auto close = state_->server->Close(state_->room.env.clock().Now() + state_->room.options.drain);
  co_return co_await close;
}

}  // namespace freshet::doors::kafka
