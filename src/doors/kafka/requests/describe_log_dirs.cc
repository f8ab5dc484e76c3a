#include <set>

#include "doors/kafka/requests.h"
#include "io/wait.h"
#include "wire/kafka/messages/describe_log_dirs.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = std::optional<std::set<std::pair<std::string_view, int32_t>>>;  // partitions; none: all
using Answer = wire::DescribeLogDirsResponse::DescribeLogDirsTopic;

// The one directory, by its name below the data folder: where that lies is no client's business.
constexpr std::string_view kLogDirectory = "log";

bool Asked(const Wanted& wanted, const data::Topic& topic, int32_t partition) {
  return !wanted || wanted->contains({topic.name, partition});
}

Wanted WantedOf(const wire::DescribeLogDirsRequest& request) {
  if (!request.topics) return std::nullopt;
  Wanted wanted(std::in_place);
  for (const auto& topic : *request.topics) {
    for (int32_t partition : topic.partitions) wanted->emplace(topic.topic, partition);
  }
  return wanted;
}

Task<Answer> Describe(Ctx ctx, Room& room, ports::Topics::Ref topic, const Wanted& wanted) {
  Answer answer;
  answer.name = topic->name;
  for (int32_t i = 0; i < topic->partitions; ++i) {
    if (!Asked(wanted, *topic, i)) continue;
    data::PartitionKey key{topic->id, data::PartitionId(i)};
    auto look = room.ports.log.Size(ctx, key);
    auto bytes = co_await look;
    if (bytes.ok()) answer.partitions.push_back({.partition_index = i, .partition_size = *bytes});
  }
  co_return answer;
}

}  // namespace

// Topics and partitions that do not exist are left out, as Kafka does.
Task<wire::DescribeLogDirsResponse> DescribeLogDirs(Ctx ctx, Room& room, const Call&, const wire::DescribeLogDirsRequest& request) {
  wire::DescribeLogDirsResponse response;
  auto& directory = response.results.emplace_back();
  directory.log_dir = kLogDirectory;
  if (room.options.log_disk != nullptr) {
    io::Offload look(room.env.workers(), io::Pool::kGeneral, room.options.log_disk);
    auto disk = co_await look;
    if (disk.ok()) {
      directory.total_bytes = disk->total_bytes;
      directory.usable_bytes = disk->usable_bytes;
    }
  }
  Wanted wanted = WantedOf(request);
  for (const auto& topic : room.ports.topics.List()) {
    CO_ASSIGN_OR_RETURN(auto answer, Describe(ctx, room, topic, wanted));
    if (!answer.partitions.empty()) directory.topics.push_back(std::move(answer));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
