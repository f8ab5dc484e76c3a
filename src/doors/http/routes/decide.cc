#include "data/json_tree.h"
#include "doors/http/bodies/decision_body.h"
#include "doors/http/routes.h"

namespace freshet::doors::http {
namespace {

constexpr size_t kBodyBytesMax = 64 << 10;

// What a body may become is taken from the door's memory before it is read.
Result<io::Reservation> RoomFor(Room& room, const std::string& body) {
  if (body.size() > kBodyBytesMax) return Fault::TooLarge("the body has ", body.size(), " bytes; what a decision is asked with has at most ", kBodyBytesMax);
  return io::Reservation::Take(room.held, data::JsonTreeBytesMax(body));
}

}  // namespace

Task<Response> Decide(Ctx ctx, Room& room, const Request& request) {
  if (room.ports.decider == nullptr) co_return ErrorResponse(Fault::Unavailable("this house makes no decisions"));
  Status known = room.ports.decider->CheckService(request.parameters[0]);
  if (!known.ok()) co_return ErrorResponse(known.fault());
  auto held = RoomFor(room, request.body);
  if (!held.ok()) co_return ErrorResponse(held.fault());
  auto asked = ParseDecision(request.parameters[0], request.body);
  if (!asked.ok()) co_return ErrorResponse(asked.fault());
  auto decide = room.ports.decider->Decide(ctx, std::move(asked).value());
  auto decision = co_await decide;
  if (!decision.ok()) co_return ErrorResponse(decision.fault());
  const ports::DecisionTiming& timing = decision->timing;
  std::string body = std::move(decision->json);
  body.back() = ',';  // goes on where the decision ended
  body += StrCat("\"timing_us\":{\"features\":", timing.features_us, ",\"model\":", timing.model_us, ",\"record\":", timing.record_us, ",\"total\":", timing.total_us, "}}\n");
  co_return Response{.body = std::move(body)};
}

}  // namespace freshet::doors::http
