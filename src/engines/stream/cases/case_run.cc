#include "engines/stream/cases/case_run.h"

#include "engines/stream/cases/draws.h"
#include "engines/stream/cases/inline_connector.h"

namespace freshet::stream {
namespace {

std::vector<Way> MakeWays() {
  std::vector<Way> ways{{"straight", 0, 0, {}, true}};
  auto add = [&ways](const std::string& name, uint64_t seed, int shards, std::vector<int> rests, bool in_order) {
    ways.push_back({seed == 0 ? name : StrCat(name, ", seed ", seed), seed, shards, std::move(rests), in_order});
  };
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    add("in other batches", seed, 0, {}, true);
    add("saved and restored", seed, 0, {1}, true);
  }
  add("on 2 shards", 0, 2, {}, false);
  add("on 3 shards", 0, 3, {}, false);
  for (uint64_t seed = 5; seed <= 7; ++seed) {
    add("on 2 shards, in other batches", seed, 2, {}, false);
    add("on 3 shards, in other batches", seed, 3, {}, false);
    add("saved and restored on other shards", seed, 1, {1, 2, 3}, false);
  }
  return ways;
}

}  // namespace

const std::vector<Way>& Ways() {
  static const auto* ways = new std::vector<Way>(MakeWays());
  return *ways;
}

Outcome RunCase(const SqlCase& c, ResultMode mode, const Way& way, const CaseWorld& world) {
  InlineConnector inline_rows(way.seed);
  ports::Connectors connectors = world.connectors;
  connectors["inline"] = &inline_rows;
  Script script(connectors, world.env, mode);
  script.UseModels(world.models);
  script.UseFunctions(world.functions);
  script.BoundState(world.state);
  script.UseShards(way.shards);
  Draws when(way.seed * 7 + 1);
  bool must_rest = way.seed % 2 == 1;  // of every other run, the first round at the latest: short cases might never else
  if (!way.rests.empty()) {
    script.RestAt([&] {
      bool rests = std::exchange(must_rest, false) || when.Below(3) == 0;
      return rests ? way.rests[when.Below(way.rests.size())] : 0;
    });
  }
  Outcome out;
  out.status = world.run_to_end(script.RunFiles(Ctx(), c.files));
  out.names = script.results().names();
  for (const auto& name : out.names) out.results[name] = script.results().table(name).Text();
  out.printed = script.printed();
  return out;
}

}  // namespace freshet::stream
