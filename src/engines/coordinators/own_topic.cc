#include "engines/coordinators/own_topic.h"

namespace freshet::coordinators {
namespace {

constexpr int64_t kReplayBytes = 4 << 20;
constexpr size_t kUnpackedBytesMax = 64 << 20;
// What a start reads: the newest of each key, and what came since in one short segment.
constexpr std::pair<std::string_view, std::string_view> kConfigs[] = {{"cleanup.policy", "compact"}, {"retention.ms", "-1"}, {"segment.bytes", "8388608"}};

Status TakeBatch(const data::RecordBatchView& batch, const std::function<Status(const data::Record&)>& take) {
  if (batch.header().control()) return {};
  ASSIGN_OR_RETURN(data::RecordReader reader, data::RecordReader::Open(batch, kUnpackedBytesMax));
  data::Record record;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return {};
    RETURN_NOT_OK(take(record));
  }
}

}  // namespace

Task<ports::Topics::Ref> OpenTopic(ports::Topics& topics, std::string name, int32_t partitions) {
  Ctx ctx;
  ports::Topics::Ref topic = topics.Find(name);
  if (topic == nullptr) {
    ports::TopicSpec spec;
    spec.name = std::move(name);
    spec.partitions = partitions;
    for (const auto& [config, value] : kConfigs) spec.configs[std::string(config)] = value;
    auto create = topics.Create(ctx, spec, false);
    co_return co_await create;
  }
  if (topic->log.compacted) co_return topic;  // else an earlier version made it
  std::vector<ports::ConfigEdit> edits;
  for (const auto& [config, value] : kConfigs) edits.push_back({std::string(config), std::string(value)});
  auto alter = topics.AlterConfigs(ctx, std::move(name), std::move(edits), false);
  co_return co_await alter;
}

data::PartitionKey PartitionOf(const data::Topic& topic, std::string_view name) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  return {topic.id, data::PartitionId(static_cast<int32_t>(hash % static_cast<uint32_t>(topic.partitions)))};
}

Task<> ReadPartition(ports::EventLog& log, data::PartitionKey partition, std::function<Status(const data::Record&)> take) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(ports::PartitionBounds bounds, log.Bounds(ctx, partition));
  data::Offset at = bounds.start;
  while (at < bounds.end) {
    std::vector<ports::LogRead> reads;
    reads.push_back({partition, at, kReplayBytes});
    ports::ReadWait no_wait;
    CO_ASSIGN_OR_RETURN(std::vector<ports::LogSlice> slices, log.Read(ctx, std::move(reads), no_wait));
    if (!slices[0].status.ok()) co_return slices[0].status;
    if (slices[0].batches.empty()) break;
    for (const auto& bytes : slices[0].batches) {
      auto batch = data::RecordBatchView::Parse(*bytes);
      if (!batch.ok()) co_return batch.status();
      at = batch->header().next_offset();
      Status taken = TakeBatch(*batch, take);
      if (!taken.ok()) co_return taken;
    }
  }
  co_return Status::Ok();
}

}  // namespace freshet::coordinators
