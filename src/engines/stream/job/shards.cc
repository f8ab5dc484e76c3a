#include "engines/stream/job/shards.h"

#include <algorithm>

#include "io/wait.h"

namespace freshet::stream {

Result<std::unique_ptr<Shards>> Shards::Build(const std::vector<NodePtr>& plans, const expr::Session& session, Pipeline::Options options, Env& env) {
  std::unique_ptr<Shards> all(new Shards(env, options.late));
  for (int s = 0; s < options.shards; ++s) {
    auto shard = std::make_unique<Shard>();
    options.part = s;
    options.late = [own = shard.get()](const std::string& relation, const std::vector<std::string>& columns, const Batch& rows) { own->late.push_back({relation, columns, rows}); };
    ASSIGN_OR_RETURN(shard->pipeline, Pipeline::Build(plans, session, nullptr, options));
    all->shards_.push_back(std::move(shard));
  }
  return all;
}

Task<> Shards::Step(Ctx ctx, Pipeline& job) {
  std::vector<Inbox> inboxes;
  for (size_t s = 0; s < shards_.size(); ++s) inboxes.push_back({job.outbox().Take(0, static_cast<int>(s))});
  for (int level = 0; level < job.levels(); ++level) {
    auto running = RunLevel(ctx, std::move(inboxes), std::exchange(now_, std::nullopt));
    Status ran = co_await running;
    if (!ran.ok()) co_return ran;
    inboxes.assign(shards_.size(), {});
    for (size_t to = 0; to < shards_.size(); ++to) {
      for (auto& from : shards_) inboxes[to].push_back(from->pipeline->outbox().Take(level + 1, static_cast<int>(to)));
    }
  }
  TellLate();
  late_rows_ = CountLate();
  Inbox back;
  for (auto& shard : shards_) back.push_back(shard->pipeline->outbox().TakeForJob());
  co_return job.Take(back);
}

// On all loops at once; a shard to which nothing was sent is left alone.
Task<> Shards::RunLevel(Ctx ctx, std::vector<Inbox> inboxes, std::optional<WallTime> now) {
  io::ThisLoop here;
  io::Loop& home = co_await here;
  io::RunOnAll hops;
  for (size_t s = 0; s < shards_.size(); ++s) {
    bool any = std::any_of(inboxes[s].begin(), inboxes[s].end(), [](const auto& items) { return !items.empty(); });
    any = any || (now && shards_[s]->pipeline->has_clock());
    int loop = LoopOfShard(home, static_cast<int>(s), env_.loops());
    if (any) hops.Add(env_.loop(loop), Deliver(ctx, *shards_[s], std::move(inboxes[s]), now));
  }
  co_return co_await hops;
}

bool Shards::has_clock() const {
  return std::any_of(shards_.begin(), shards_.end(), [](const auto& shard) { return shard->pipeline->has_clock(); });
}

Task<> Shards::Deliver(Ctx ctx, Shard& shard, Inbox inbox, std::optional<WallTime> now) {
  Status taken = shard.pipeline->Take(inbox);
  if (taken.ok() && now) taken = shard.pipeline->TellTime(*now);
  if (!taken.ok()) co_return taken;
  auto settling = shard.pipeline->Settle(ctx);
  co_return co_await settling;
}

void Shards::TellLate() {
  for (auto& shard : shards_) {
    for (auto& late : std::exchange(shard->late, {})) {
      if (late_) late_(late.relation, late.columns, late.rows);
    }
  }
}

std::vector<Pipeline*> Shards::parts() const {
  std::vector<Pipeline*> parts;
  for (const auto& shard : shards_) parts.push_back(shard->pipeline.get());
  return parts;
}

void Shards::Report(std::vector<Pipeline::OperatorReport>& out) const {
  for (const auto& shard : shards_) {
    for (auto& op : shard->pipeline->Report()) out.push_back(std::move(op));
  }
}

int64_t Shards::CountLate() const {
  int64_t late = 0;
  for (const auto& shard : shards_) late += shard->pipeline->late_rows();
  return late;
}

}  // namespace freshet::stream
