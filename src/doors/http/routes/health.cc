#include "doors/http/query.h"
#include "doors/http/routes.h"
#include "ports/pipelines.h"

namespace freshet::doors::http {
namespace {

constexpr std::string_view kTaken[] = {"pipelines"};

// A line each for who may see what runs here; for others how many there are.
std::string TextOf(const std::vector<std::string>& failing, bool may_see) {
  if (failing.empty()) return "";
  if (!may_see) return StrCat(failing.size(), failing.size() == 1 ? " pipeline fails\n" : " pipelines fail\n");
  std::string text;
  for (const auto& name : failing) text += StrCat("pipeline ", name, " fails\n");
  return text;
}

}  // namespace

Task<Response> Livez(Ctx, Room&, const Request&) {
  co_return Response{.content_type = "text/plain", .body = "ok\n"};
}

// A house whose pipeline fails serves its doors, and answers so; ?pipelines=true is of who wants it taken out for that (decision 0341).
Task<Response> Readyz(Ctx ctx, Room& room, const Request& request) {
  auto query = ParseQuery(request.query, kTaken);
  if (!query.ok()) co_return query.fault();
  std::string must_run = query->contains("pipelines") ? query->find("pipelines")->second : "false";
  bool is_said = must_run == "true" || must_run == "false";
  if (!is_said) co_return Fault::Invalid("pipelines is true or false, not '", must_run.substr(0, 100), "'");
  Readiness readiness = room.ports.readiness();
  if (!readiness.ready) co_return Response{.status = 503, .content_type = "text/plain", .body = readiness.reason + "\n"};
  std::vector<std::string> failing = room.ports.rooms ? room.ports.rooms->pipelines.Failing() : std::vector<std::string>();
  bool may_see = room.ports.guard.Admit(ctx, {"http", "/readyz", Action::kObserve}).ok();
  std::string told = TextOf(failing, may_see);
  if (must_run == "true" && !failing.empty()) co_return Response{.status = 503, .content_type = "text/plain", .body = told};
  co_return Response{.content_type = "text/plain", .body = "ok\n" + told};
}

}  // namespace freshet::doors::http
