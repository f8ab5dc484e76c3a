#include "doors/http/routes.h"
#include "doors/http/routes/kafka_metrics.h"

namespace freshet::doors::http {

// Of a house that is not ready, what counts is told and the rest is not asked.
Task<Response> MetricsText(Ctx ctx, Room& room, const Request&) {
  Response response{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = room.env.metrics().ToPrometheusText()};
  if (!room.ports.rooms || !room.ports.readiness().ready) co_return response;
  auto telling = KafkaMetricsText(ctx, *room.ports.rooms);
  auto told = co_await telling;
  if (told.ok()) response.body += *told;
  else room.env.log().Warn("topics and groups are not in the metrics", {{"why", told.ToString()}});
  co_return response;
}

}  // namespace freshet::doors::http
