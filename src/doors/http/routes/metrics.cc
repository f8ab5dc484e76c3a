#include "doors/http/routes.h"

namespace freshet::doors::http {

Task<Response> MetricsText(Ctx, Room& room, const Request&) {
  co_return Response{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = room.env.metrics().ToPrometheusText()};
}

}  // namespace freshet::doors::http
