#include "engines/stream/job/kept_names.h"

#include <algorithm>
#include <set>

#include "io/wait.h"

namespace freshet::stream {

// Files are looked at before what runs: a pipeline that begins in between has its file first, and is among those that run before it begins.
Task<std::vector<ports::KeptName>> KeptNames::List(Ctx ctx) {
  CO_ASSIGN_OR_RETURN(auto kept, states_.Kept(ctx));
  std::vector<ports::KeptName> names;
  for (auto& one : kept) names.push_back({.kept = std::move(one)});
  auto look = [&]() -> Status {
    for (auto& name : names) {
      ASSIGN_OR_RETURN(name.has_file, has_file_(name.kept.name));
    }
    return {};
  };
  io::Offload looking(env_.workers(), io::Pool::kGeneral, look);
  Status looked = co_await looking;
  if (!looked.ok()) co_return looked;
  CO_ASSIGN_OR_RETURN(auto running, pipelines_.Describe(ctx));
  std::set<std::string> run;
  for (const auto& one : running) run.insert(one.name);
  for (auto& name : names) name.runs = run.contains(name.kept.name);
  co_return names;
}

// An attempt that began since the look is told by its number.
Task<> KeptNames::Forget(Ctx ctx, std::string pipeline, bool accept_loss) {
  CO_ASSIGN_OR_RETURN(auto names, List(ctx));
  auto name = std::find_if(names.begin(), names.end(), [&](const auto& one) { return one.kept.name == pipeline; });
  if (name == names.end()) co_return Fault::NotFound("no pipeline '", pipeline.substr(0, 200), "' has begun here; freshet pipelines list names those that have");
  if (name->has_file) co_return Fault::Conflict("pipeline '", pipeline, "' has a file, pipelines/", pipeline, ".sql: take it away first, then start the house again");
  if (name->runs) co_return Fault::Conflict("pipeline '", pipeline, "' runs in this house, though its file is gone: start the house again, then forget it");
  CO_RETURN_NOT_OK(states_.Forget(ctx, pipeline, name->kept.attempt, accept_loss));
  co_return Status::Ok();
}

}  // namespace freshet::stream
