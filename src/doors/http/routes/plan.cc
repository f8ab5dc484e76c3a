#include "doors/http/routes.h"
#include "doors/http/routes/part_changes.h"

namespace freshet::doors::http {
namespace {

std::string_view Word(ports::Fate fate) {
  switch (fate) {
    case ports::Fate::kKept: return "kept";
    case ports::Fate::kRebuilt: return "rebuilt";
    case ports::Fate::kLost: return "lost";
    case ports::Fate::kChanged: return "changed";
  }
  return "lost";
}

void AppendPart(std::string& out, const ports::PartChange& part) {
  out += StrCat("{\"fate\":\"", Word(part.fate), "\",\"part\":");
  AppendJsonString(out, part.part);
  out += ",\"reason\":";
  AppendJsonString(out, part.reason);
  out += StrCat(",\"state_bytes\":", part.state_bytes, ",\"records\":", part.records, ",\"bytes\":", part.bytes, "}");
}

}  // namespace

void AppendParts(std::string& out, const ports::PipelineChange& change) {
  out += "\"parts\":[";
  for (size_t i = 0; i < change.parts.size(); ++i) {
    if (i > 0) out += ',';
    AppendPart(out, change.parts[i]);
  }
  out += ']';
}

Task<Response> Plan(Ctx ctx, Room& room, const Request& request) {
  if (room.ports.changes == nullptr) co_return ErrorResponse(Fault::Unavailable("this house runs no pipelines"));
  auto compare = room.ports.changes->Compare(ctx, request.parameters[0], request.body, false);
  auto change = co_await compare;
  if (!change.ok()) co_return ErrorResponse(change.fault());
  Response response;
  response.body = "{\"pipeline\":";
  AppendJsonString(response.body, change->pipeline);
  response.body += StrCat(",\"epoch\":", change->epoch, ",\"lets_go\":", change->lets_go, ",\"refusal\":");
  AppendJsonString(response.body, change->refusal);
  response.body += ",\"known\":[";
  for (const auto& name : change->known) {
    if (&name != &change->known.front()) response.body += ',';
    AppendJsonString(response.body, name);
  }
  response.body += "],";
  AppendParts(response.body, *change);
  response.body += "}\n";
  co_return response;
}

}  // namespace freshet::doors::http
