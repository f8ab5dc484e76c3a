#include "doors/http/routes.h"

namespace freshet::doors::http {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/livez", Permission::kNone, Livez},
    {"GET", "/readyz", Permission::kNone, Readyz},
    {"GET", "/metrics", Permission::kObserve, MetricsText},
};

// The door listens on loopback only and knows one anonymous principal, who may do all of this.
bool Allowed(const Ctx&, Permission permission) {
  switch (permission) {
    case Permission::kNone:
    case Permission::kObserve: return true;
  }
  return false;
}

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

std::string HttpDoor::DescribeRoutes() {
  std::string out = "| method | path | permission |\n|---|---|---|\n";
  for (const Route& route : kRoutes) {
    out += StrCat("| ", route.method, " | `", route.path, "` | ", route.permission == Permission::kNone ? "none" : "observe", " |\n");
  }
  return out;
}

Task<Response> Dispatch(Ctx ctx, Room& room, const Request& request) {
  std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (route.path != request.path) continue;
    if (route.method != method) {
      allowed += allowed.empty() ? "" : ", ";
      allowed += route.method;
      continue;
    }
    if (!Allowed(ctx, route.permission)) co_return ErrorResponse(Fault::PermissionDenied(request.path, " is not permitted"));
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
