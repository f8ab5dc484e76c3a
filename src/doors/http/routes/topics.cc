#include <nlohmann/json.hpp>

#include "data/json_tree.h"
#include "doors/http/query.h"
#include "doors/http/routes.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::doors::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kPartitionsMax = 1000;  // of one answer

// A partition whose place cannot be told by now is told without one.
Task<Json> PartitionJson(Ctx ctx, ports::EventLog& log, data::PartitionKey key) {
  Json json{{"partition", key.partition.get()}, {"start", nullptr}, {"end", nullptr}, {"bytes", nullptr}};
  auto asking = log.Bounds(ctx, key);
  auto bounds = co_await asking;
  if (!bounds.ok()) co_return json;
  json["start"] = bounds->start.get();
  json["end"] = bounds->end.get();
  json["last_stable"] = bounds->last_stable.get();
  auto weighing = log.Size(ctx, key);
  auto bytes = co_await weighing;
  if (bytes.ok()) json["bytes"] = *bytes;
  co_return json;
}

}  // namespace

// ?from=1000: the partitions from that one on.
Task<Response> Topic(Ctx ctx, Room& room, const Request& request) {
  static constexpr std::string_view kTaken[] = {"from"};
  auto rooms = RoomsOf(room);
  if (!rooms.ok()) co_return rooms.status();
  auto query = ParseQuery(request.query, kTaken);
  if (!query.ok()) co_return query.status();
  auto topic = (*rooms)->topics.Find(request.parameters[0]);
  if (topic == nullptr) co_return Fault::NotFound("no topic ", request.parameters[0].substr(0, 256));
  auto from = NumberIn(*query, "from", 0, 0, topic->partitions - 1);
  if (!from.ok()) co_return from.status();
  Json json{{"name", topic->name}, {"id", topic->id.ToString()}, {"internal", data::IsInternalTopic(topic->name)}, {"partitions_of_all", topic->partitions}, {"partitions", Json::array()}, {"configs", Json::array()}};
  for (int64_t p = *from; p < std::min<int64_t>(topic->partitions, *from + kPartitionsMax); ++p) {
    auto telling = PartitionJson(ctx, (*rooms)->log, {topic->id, data::PartitionId(static_cast<int32_t>(p))});
    auto partition = co_await telling;
    if (!partition.ok()) co_return partition.status();
    json["partitions"].push_back(std::move(*partition));
  }
  for (const auto& config : (*rooms)->topics.DescribeConfigs(*topic)) {
    json["configs"].push_back({{"name", config.name}, {"value", config.value}, {"set", config.source == ports::ConfigSource::kTopic}});
  }
  Response response{.body = data::JsonText(json) + "\n"};
  response.headers.emplace_back("Cache-Control", "no-store");
  co_return response;
}

}  // namespace freshet::doors::http
