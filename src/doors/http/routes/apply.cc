#include "doors/http/routes.h"
#include "doors/http/routes/part_changes.h"
#include "ports/pipeline_swaps.h"

namespace freshet::doors::http {
namespace {

// ?accept_loss=true
Result<bool> AcceptsLoss(std::string_view query) {
  if (query.empty() || query == "accept_loss=false") return false;
  if (query == "accept_loss=true") return true;
  return Fault::Invalid("'", query.substr(0, 256), "': the query takes accept_loss=true");
}

}  // namespace

// What the file says now is read by the house; a body must say the same.
Task<Response> Apply(Ctx ctx, Room& room, const Request& request) {
  if (room.ports.swaps == nullptr) co_return ErrorResponse(Fault::Unavailable("this house runs no pipelines"));
  auto accepts_loss = AcceptsLoss(request.query);
  if (!accepts_loss.ok()) co_return ErrorResponse(accepts_loss.fault());
  ports::SwapRequest asked{.pipeline = request.parameters[0], .sql = request.body, .accept_loss = *accepts_loss};
  auto swap = room.ports.swaps->Swap(ctx, std::move(asked));
  auto swapped = co_await swap;
  if (!swapped.ok()) co_return ErrorResponse(swapped.fault());
  Response response;
  response.body = "{\"pipeline\":";
  AppendJsonString(response.body, swapped->change.pipeline);
  response.body += StrCat(",\"unchanged\":", swapped->unchanged, ",\"epoch\":", swapped->epoch, ",");
  AppendParts(response.body, swapped->change);
  response.body += "}\n";
  co_return response;
}

}  // namespace freshet::doors::http
