#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "io/env.h"
#include "io/net.h"
#include "io/task_group.h"
#include "io/tls.h"
#include "ports/guard.h"
#include "ports/identities.h"

namespace freshet::ports {
class Decider;
class EventLog;
class FeatureStore;
class Groups;
class Models;
class Pipelines;
class Previews;
class PipelineChanges;
class PipelineSwaps;
class KeptPipelines;
class Topics;
}  // namespace freshet::ports

// The HTTP door: the portal, health, metrics and, as they come, the APIs that live over HTTP. routes.h has the table.

namespace freshet::doors::http {

// What /readyz answers. Filled by the house; read on every request from any loop.
struct Readiness {
  bool ready = false;
  std::string reason;  // shown when not ready
};

struct HttpOptions {
  io::Address listen;
  io::TlsOptions tls = {};                    // not configured: in the clear
  int64_t body_bytes_max = 8 << 20;
  int64_t connections_max = 1000;
  Duration drain = Seconds(30);
  uint64_t trace_every = 64;   // one request in so many is traced
};

// What GET /v1/house and /metrics tell of.
struct HouseRooms {
  const ports::Topics& topics;
  ports::EventLog& log;
  ports::Groups& groups;
  const ports::Pipelines& pipelines;
  const ports::FeatureStore& features;
  const ports::Models& models;
  std::function<std::string()> doors;   // {"kafka":"127.0.0.1:9092",…}
};

struct HttpPorts {
  ports::Guard& guard;
  ports::Identities& identities;
  std::function<Readiness()> readiness;
  ports::Decider* decider = nullptr;   // null: POST /v1/decide is answered 503
  ports::Previews* previews = nullptr; // null: POST /v1/preview is answered 503
  ports::PipelineChanges* changes = nullptr;  // null: POST /v1/plan is answered 503
  ports::PipelineSwaps* swaps = nullptr;      // null: POST /v1/apply is answered 503
  ports::KeptPipelines* kept = nullptr;       // null: GET /v1/pipelines and POST /v1/forget are answered 503
  std::optional<HouseRooms> rooms = {};     // none: GET /v1/house is answered 503
};

// Owned by House. Opens and closes on loop 0; sessions live on all loops.
class HttpDoor {
 public:
  static Result<std::unique_ptr<HttpDoor>> Open(Env& env, HttpOptions options, HttpPorts ports);
  ~HttpDoor();

  // The table of routes as Markdown rows, for docs/compatibility.md.
  static std::string DescribeRoutes();

  const io::Address& address() const;
  // Stops accepting, lets running requests answer, closes idle connections.
  Task<> Close();

 private:
  struct State;
  explicit HttpDoor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace freshet::doors::http
