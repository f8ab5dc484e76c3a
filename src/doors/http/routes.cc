#include "doors/http/routes.h"

namespace freshet::doors::http {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/", Action::kNone, Portal},
    {"GET", "/assets/{file}", Action::kNone, Portal},
    {"GET", "/livez", Action::kNone, Livez},
    {"GET", "/readyz", Action::kNone, Readyz},
    {"GET", "/metrics", Action::kObserve, MetricsText},
    {"GET", "/v1/house", Action::kObserve, House},
    {"GET", "/v1/groups", Action::kDescribe, Groups},
    {"GET", "/v1/topics/{topic}", Action::kDescribe, Topic},
    {"GET", "/v1/topics/{topic}/records", Action::kRead, Records},
    {"POST", "/v1/topics/{topic}/records", Action::kWrite, AppendOne},
    {"POST", "/v1/decide/{service}", Action::kDecide, Decide},
    {"POST", "/v1/plan/{pipeline}", Action::kRead, Plan},
    {"POST", "/v1/apply/{pipeline}", Action::kAlter, Apply},
    {"GET", "/v1/pipelines", Action::kObserve, KeptPipelines},
    {"POST", "/v1/forget/{pipeline}", Action::kDelete, Forget},
    {"POST", "/v1/preview", Action::kRead, Preview},
};

// The first segment, with its '/', taken off the front.
std::string_view CutSegment(std::string_view& path) {
  size_t end = std::min(path.find('/', 1), path.size());
  std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool Matches(std::string_view pattern, std::string_view path, std::vector<std::string>& parameters) {
  parameters.clear();
  while (!pattern.empty() && !path.empty()) {
    std::string_view wanted = CutSegment(pattern), segment = CutSegment(path);
    bool is_parameter = wanted.starts_with("/{") && segment.size() > 1;
    if (is_parameter) parameters.emplace_back(segment.substr(1));
    else if (wanted != segment) return false;
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

Result<const HouseRooms*> RoomsOf(const Room& room) {
  Readiness readiness = room.ports.readiness();
  if (!readiness.ready) return Fault::Unavailable("the house is not ready: ", readiness.reason);
  if (!room.ports.rooms) return Fault::Unavailable("this door has no house behind it");
  return &*room.ports.rooms;
}

std::string HttpDoor::DescribeRoutes() {
  std::string out = "| method | path | permission |\n|---|---|---|\n";
  for (const Route& route : kRoutes) {
    out += StrCat("| ", route.method, " | `", route.path, "` | ", ActionName(route.action), " |\n");
  }
  return out;
}

Task<Response> Dispatch(Ctx ctx, Room& room, Request& request) {
  std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (!Matches(route.path, request.path, request.parameters)) continue;
    if (route.method != method) {
      allowed += allowed.empty() ? "" : ", ";
      allowed += route.method;
      continue;
    }
    bool may_change = method != "GET";
    if (may_change && request.is_of_another_page) co_return ErrorResponse(Fault::PermissionDenied("a page of another origin may not ask this"));
    Status admitted = room.ports.guard.Admit(ctx, {"http", route.path, route.action});
    if (!admitted.ok()) co_return ErrorResponse(admitted.fault());
    auto run = route.run(ctx, room, request);
    auto response = co_await run;
    if (!response.ok()) co_return ErrorResponse(response.fault());
    co_return std::move(response).value();
  }
  if (allowed.empty()) co_return ErrorResponse(Fault::NotFound("no route ", request.path.substr(0, 256)));
  Response response = ErrorResponse(Fault::Unsupported(request.path, " takes ", allowed, " only"));
  response.status = 405;
  response.headers.emplace_back("Allow", allowed);
  co_return response;
}

}  // namespace freshet::doors::http
