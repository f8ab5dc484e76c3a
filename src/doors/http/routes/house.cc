#include <nlohmann/json.hpp>

#include "data/json_tree.h"
#include "doors/http/routes.h"
#include "ports/event_log.h"
#include "ports/features.h"
#include "ports/models.h"
#include "ports/pipelines.h"
#include "ports/topics.h"

namespace freshet::doors::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kPartitionsMax = 2000;  // whose ends one answer asks for

Json TimeOrNull(data::EventTime time) {
  if (time == data::kNoEventTime || time == data::kEndOfTime) return nullptr;
  return time.get();
}

Json PartitionJson(const ports::PartitionProgress& partition) {
  Json json{{"number", partition.number}, {"active", partition.active}, {"watermark_ms", TimeOrNull(partition.watermark)}};
  if (partition.place) {
    json["topic"] = partition.place->topic;
    json["partition"] = partition.place->partition.get();
    json["next"] = partition.place->next.get();
  }
  return json;
}

Json SourceJson(const ports::SourceProgress& source) {
  const auto* slowest = source.held_back_by();
  Json json{{"table", source.table}, {"connector", source.connector}, {"event_time", source.has_watermark}, {"watermark_ms", TimeOrNull(source.watermark)},
            {"held_back_by", slowest == nullptr ? Json() : Json(slowest->number)}, {"partitions", Json::array()}};
  for (const auto& partition : source.partitions) json["partitions"].push_back(PartitionJson(partition));
  return json;
}

Json PipelineJson(const ports::PipelineProgress& pipeline) {
  Json json{{"name", pipeline.name}, {"running", pipeline.running}, {"failure", pipeline.failure.empty() ? Json() : Json(pipeline.failure)},
            {"failures", pipeline.failures}, {"epoch", pipeline.epoch}, {"undelivered", pipeline.undelivered}, {"rows", pipeline.rows}, {"late_rows", pipeline.late_rows},
            {"dropped_rows", pipeline.dropped_rows}, {"sources", Json::array()}, {"sinks", Json::array()}};
  for (const auto& source : pipeline.sources) json["sources"].push_back(SourceJson(source));
  for (const auto& sink : pipeline.sinks) {
    json["sinks"].push_back({{"table", sink.table}, {"connector", sink.connector}, {"topic", sink.topic.empty() ? Json() : Json(sink.topic)}, {"rows", sink.rows}});
  }
  return json;
}

Json ViewJson(const ports::FeatureView& view) {
  return {{"name", view.name}, {"topic", view.topic}, {"entity", view.entity}, {"columns", view.columns.size()}, {"fresh_ms", view.fresh_ms < 0 ? Json() : Json(view.fresh_ms)}};
}

Task<Json> TopicJson(Ctx ctx, ports::EventLog& log, ports::Topics::Ref topic) {
  Json json{{"name", topic->name}, {"partitions", Json::array()}};
  for (int32_t p = 0; p < topic->partitions; ++p) {
    auto asking = log.Bounds(ctx, {topic->id, data::PartitionId(p)});
    auto bounds = co_await asking;
    if (!bounds.ok()) co_return bounds.status();
    json["partitions"].push_back({{"start", bounds->start.get()}, {"end", bounds->end.get()}});
  }
  co_return json;
}

// All topics, as long as their partitions are not too many; a topic that is deleted meanwhile is not there.
Task<> AddTopics(Ctx ctx, const HouseRooms& rooms, Json& house) {
  house["topics"] = Json::array();
  int64_t partitions = 0, left_out = 0;
  for (const auto& topic : rooms.topics.List()) {
    partitions += topic->partitions;
    if (partitions > kPartitionsMax) {
      ++left_out;
      continue;
    }
    auto telling = TopicJson(ctx, rooms.log, topic);
    auto json = co_await telling;
    if (json.ok()) house["topics"].push_back(std::move(json).value());
    else if (json.code() != Code::kNotFound) co_return json.status();
  }
  house["topics_left_out"] = left_out;
  co_return Status::Ok();
}

}  // namespace

// What is in the house and how far it has come. Counts and latencies are not here: they are in /metrics.
Task<Response> House(Ctx ctx, Room& room, const Request&) {
  auto known = RoomsOf(room);
  if (!known.ok()) co_return known.status();
  const HouseRooms& rooms = **known;
  Json house{{"opened_ms", room.opened.ms}, {"now_ms", room.env.clock().WallNow().ms}, {"doors", data::ParseJson<Json>(rooms.doors())}};
  auto describing = rooms.pipelines.Describe(ctx);
  auto pipelines = co_await describing;
  if (!pipelines.ok()) co_return pipelines.status();
  auto adding = AddTopics(ctx, rooms, house);
  Status added = co_await adding;
  if (!added.ok()) co_return added;
  house["pipelines"] = Json::array();
  for (const auto& pipeline : *pipelines) house["pipelines"].push_back(PipelineJson(pipeline));
  house["feature_views"] = Json::array();
  for (const auto& view : rooms.features.List()) house["feature_views"].push_back(ViewJson(*view));
  house["models"] = Json::array();
  for (const auto& model : rooms.models.List()) house["models"].push_back({{"name", model.name}, {"version", model.version}, {"digest", model.digest}});
  Response response{.body = data::JsonText(house) + "\n"};
  response.headers.emplace_back("Cache-Control", "no-store");
  co_return response;
}

}  // namespace freshet::doors::http
