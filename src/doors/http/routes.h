#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doors/http/door.h"
#include "io/ctx.h"
#include "io/task.h"
#include "wire/http/message.h"

namespace freshet::doors::http {

using wire::http::Response;

struct Request {
  std::string method;
  std::string path;   // decoded
  std::string query;
  std::string body;
  std::string accept_encoding;
  std::string if_none_match;
  bool is_of_another_page = false;      // a browser says that a page of another origin asks
  std::vector<std::string> parameters;  // what stood in the place of the route's {names}, in order
};

using ports::Action;

// What a route works with. Owned by the door.
struct Room {
  Env& env;
  HttpPorts ports;
  io::Budget held{"requests and answers of the http door", env.memory().bytes_max() / 4, env.memory()};
  WallTime opened = env.clock().WallNow();  // tells one life of the process from the next
};

// THE TABLE of the HTTP door is kRoutes in routes.cc. A route matches the method and each segment of the path; {name} matches any
// one segment that is not empty.
struct Route {
  std::string_view method;
  std::string_view path;
  Action action;
  Task<Response> (*run)(Ctx ctx, Room& room, const Request& request);
};
std::span<const Route> Routes();

// The answer of the matching route; 404 or 405 when none does. Permission is checked here, so no route can
// forget it.
Task<Response> Dispatch(Ctx ctx, Room& room, Request& request);

// routes/*.cc, one a file.
Task<Response> Livez(Ctx ctx, Room& room, const Request& request);
Task<Response> Readyz(Ctx ctx, Room& room, const Request& request);
Task<Response> Decide(Ctx ctx, Room& room, const Request& request);
Task<Response> House(Ctx ctx, Room& room, const Request& request);
Task<Response> MetricsText(Ctx ctx, Room& room, const Request& request);
Task<Response> Topic(Ctx ctx, Room& room, const Request& request);
Task<Response> Groups(Ctx ctx, Room& room, const Request& request);
Task<Response> Records(Ctx ctx, Room& room, const Request& request);
Task<Response> AppendOne(Ctx ctx, Room& room, const Request& request);
Task<Response> Preview(Ctx ctx, Room& room, const Request& request);
Task<Response> Plan(Ctx ctx, Room& room, const Request& request);
Task<Response> Apply(Ctx ctx, Room& room, const Request& request);
Task<Response> KeptPipelines(Ctx ctx, Room& room, const Request& request);
Task<Response> Forget(Ctx ctx, Room& room, const Request& request);
Task<Response> Portal(Ctx ctx, Room& room, const Request& request);

// What is behind the door, once it is ready.
Result<const HouseRooms*> RoomsOf(const Room& room);

// {"error":{"code":"not found","message":…}} with the status that errors.cc gives the code.
Response ErrorResponse(const Fault& fault);
int StatusOf(Code code);

}  // namespace freshet::doors::http
