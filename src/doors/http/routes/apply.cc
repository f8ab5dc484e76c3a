#include <algorithm>

#include "doors/http/routes.h"
#include "doors/http/routes/part_changes.h"
#include "ports/pipeline_swaps.h"

namespace freshet::doors::http {
namespace {

// ?accept_loss=true&check=true
Status ReadQuery(std::string_view query, ports::SwapRequest& asked) {
  while (!query.empty()) {
    std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    std::string_view value = one.substr(std::min(one.size(), one.find('=') + 1));
    bool* what = one.starts_with("accept_loss=") ? &asked.accept_loss : one.starts_with("check=") ? &asked.only_check : nullptr;
    bool is_known = what != nullptr && (value == "true" || value == "false");
    if (!is_known) return Fault::Invalid("'", one.substr(0, 256), "': the query takes accept_loss=true and check=true");
    *what = value == "true";
  }
  return {};
}

}  // namespace

// What the file says now is read by the house; a body must say the same.
Task<Response> Apply(Ctx ctx, Room& room, const Request& request) {
  if (room.ports.swaps == nullptr) co_return ErrorResponse(Fault::Unavailable("this house runs no pipelines"));
  ports::SwapRequest asked{.pipeline = request.parameters[0], .sql = request.body};
  Status understood = ReadQuery(request.query, asked);
  if (!understood.ok()) co_return ErrorResponse(understood.fault());
  auto swap = room.ports.swaps->Swap(ctx, std::move(asked));
  auto swapped = co_await swap;
  if (!swapped.ok()) co_return ErrorResponse(swapped.fault());
  Response response;
  response.body = "{\"pipeline\":";
  AppendJsonString(response.body, swapped->change.pipeline);
  response.body += StrCat(",\"unchanged\":", swapped->unchanged, ",\"begins\":", swapped->begins, ",\"epoch\":", swapped->epoch, ",");
  AppendParts(response.body, swapped->change);
  response.body += "}\n";
  co_return response;
}

}  // namespace freshet::doors::http
