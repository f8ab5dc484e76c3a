#include "schedules/inputs.h"

#include "data/record_batch.h"
#include "io/wait.h"

namespace freshet::testing {
namespace {

constexpr size_t kBatchRecordsMax = 24;

// One batch of records that follow those which are there.
Task<int64_t> ProduceSome(SimEnv* sim, ScheduleHouse* house, const DrawnTopic* input, int32_t partition, size_t count) {
  Ctx ctx;
  data::PartitionKey key{house->topics().Find(input->name)->id, data::PartitionId(partition)};
  CO_ASSIGN_OR_RETURN(auto bounds, house->log().Bounds(ctx, key));
  const auto& records = input->partitions[static_cast<size_t>(partition)];
  auto at = static_cast<size_t>(bounds.end.get());
  count = std::min(count, records.size() - at);
  if (count == 0) co_return int64_t{0};
  data::RecordBatchBuilder builder({});
  for (size_t i = at; i < at + count; ++i) builder.Add(sim->clock().WallNow().ms, records[i].key, records[i].value);
  auto batch = builder.Finish();
  if (!batch.ok()) co_return batch.status();
  std::vector<ports::LogAppend> appends(1);
  appends[0] = {key, std::move(*batch)};
  CO_ASSIGN_OR_RETURN(auto appended, house->log().Append(ctx, std::move(appends)));
  if (!appended[0].ok()) co_return appended[0].status();
  co_return static_cast<int64_t>(count);
}

Task<int64_t> Produced(ScheduleHouse* house, const Drawn* drawn) {
  int64_t records = 0;
  for (const DrawnTopic& input : drawn->inputs) {
    for (size_t p = 0; p < input.partitions.size(); ++p) {
      Ctx ctx;
      data::PartitionKey key{house->topics().Find(input.name)->id, data::PartitionId(static_cast<int32_t>(p))};
      CO_ASSIGN_OR_RETURN(auto bounds, house->log().Bounds(ctx, key));
      records += bounds.end.get();
    }
  }
  co_return records;
}

}  // namespace

Task<> MakeInputs(ScheduleHouse* house, const Drawn* drawn) {
  for (const DrawnTopic& input : drawn->inputs) {
    if (house->topics().Find(input.name) != nullptr) continue;
    Ctx ctx;
    ports::TopicSpec spec;
    spec.name = input.name;
    spec.partitions = static_cast<int32_t>(input.partitions.size());
    if (input.name == "items") spec.configs["cleanup.policy"] = "compact";
    CO_RETURN_NOT_OK(house->topics().Create(ctx, std::move(spec), false));
  }
  co_return Status();
}

Task<> ProduceUntil(SimEnv* sim, ScheduleHouse* house, const Drawn* drawn, int64_t until, uint64_t seed) {
  SeededRandom random(seed);
  auto counting = Produced(house, drawn);
  auto counted = co_await counting;
  if (!counted.ok()) co_return counted.status();
  int64_t produced = *counted;
  while (produced < until) {
    const DrawnTopic& input = drawn->inputs[random.Below(drawn->inputs.size())];
    auto partition = static_cast<int32_t>(random.Below(input.partitions.size()));
    size_t count = random.Below(4) == 0 ? 1 + random.Below(kBatchRecordsMax) : 1;
    auto producing = ProduceSome(sim, house, &input, partition, std::min(count, static_cast<size_t>(until - produced)));
    auto more = co_await producing;
    if (!more.ok()) co_return more.status();
    produced += *more;
    if (*more == 0) continue;
    io::SleepUntil pause(sim->clock().Now() + Microseconds(static_cast<int64_t>(random.Below(9000))));
    co_await pause;
  }
  co_return Status();
}

Task<> ProduceFirsts(SimEnv* sim, ScheduleHouse* house, const Drawn* drawn) {
  for (const DrawnTopic& input : drawn->inputs) {
    for (size_t p = 0; p < input.partitions.size(); ++p) {
      Ctx ctx;
      data::PartitionKey key{house->topics().Find(input.name)->id, data::PartitionId(static_cast<int32_t>(p))};
      CO_ASSIGN_OR_RETURN(auto bounds, house->log().Bounds(ctx, key));
      if (bounds.end.get() > 0) continue;
      auto producing = ProduceSome(sim, house, &input, static_cast<int32_t>(p), 1);
      auto produced = co_await producing;
      if (!produced.ok()) co_return produced.status();
    }
  }
  co_return Status();
}

}  // namespace freshet::testing
