#include "doors/http/routes.h"

namespace freshet::doors::http {

Task<Response> Livez(Ctx, Room&, const Request&) {
  co_return Response{.content_type = "text/plain", .body = "ok\n"};
}

Task<Response> Readyz(Ctx, Room& room, const Request&) {
  Readiness readiness = room.ports.readiness();
  if (!readiness.ready) co_return Response{.status = 503, .content_type = "text/plain", .body = readiness.reason + "\n"};
  co_return Response{.content_type = "text/plain", .body = "ok\n"};
}

}  // namespace freshet::doors::http
