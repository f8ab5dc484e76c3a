#include "doors/http/routes.h"
#include "ports/kept_pipelines.h"

namespace freshet::doors::http {
namespace {

constexpr std::string_view kAcceptLoss = "accept_loss=";

}  // namespace

// Every name that a pipeline has taken in this data folder.
Task<Response> KeptPipelines(Ctx ctx, Room& room, const Request&) {
  if (room.ports.kept == nullptr) co_return ErrorResponse(Fault::Unavailable("this house runs no pipelines"));
  CO_ASSIGN_OR_RETURN(auto names, room.ports.kept->List(ctx));
  Response response;
  response.body = "{\"pipelines\":[";
  for (const ports::KeptName& name : names) {
    if (response.body.back() != '[') response.body += ',';
    response.body += "{\"pipeline\":";
    AppendJsonString(response.body, name.kept.name);
    response.body += StrCat(",\"has_file\":", name.has_file, ",\"runs\":", name.runs, ",\"epoch\":", name.kept.epoch, ",\"state_bytes\":", name.kept.state_bytes,
                            ",\"undelivered_epochs\":", name.kept.undelivered_epochs, ",\"damage\":");
    AppendJsonString(response.body, name.kept.damage);
    response.body += '}';
  }
  response.body += "]}\n";
  co_return response;
}

// ?accept_loss=true lets epochs go that their targets have not had.
Task<Response> Forget(Ctx ctx, Room& room, const Request& request) {
  if (room.ports.kept == nullptr) co_return ErrorResponse(Fault::Unavailable("this house runs no pipelines"));
  std::string_view value = std::string_view(request.query).substr(std::min(request.query.size(), kAcceptLoss.size()));
  bool is_understood = request.query.empty() || (request.query.starts_with(kAcceptLoss) && (value == "true" || value == "false"));
  if (!is_understood) co_return ErrorResponse(Fault::Invalid("'", request.query.substr(0, 256), "': the query takes accept_loss=true"));
  auto forget = room.ports.kept->Forget(ctx, request.parameters[0], value == "true");
  Status forgotten = co_await forget;
  if (!forgotten.ok()) co_return ErrorResponse(forgotten.fault());
  Response response;
  response.body = "{\"forgotten\":";
  AppendJsonString(response.body, request.parameters[0]);
  response.body += "}\n";
  co_return response;
}

}  // namespace freshet::doors::http
