#include <nlohmann/json.hpp>

#include "data/json_tree.h"
#include "doors/http/query.h"
#include "doors/http/routes.h"
#include "ports/event_log.h"
#include "ports/groups.h"
#include "ports/topics.h"

namespace freshet::doors::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kGroupsMax = 1000;
constexpr size_t kMembersMax = 1000;        // of the one group that was asked for
constexpr int64_t kPartitionsMax = 2000;    // whose ends one answer asks for

// What a group has committed, with where each partition ends; adds to `lag` what is told.
Task<Json> PlaceJson(Ctx ctx, const HouseRooms& rooms, ports::CommittedOffset committed, int64_t* lag) {
  Json json{{"topic", committed.topic}, {"partition", committed.partition.get()}, {"committed", committed.offset.get()}, {"end", nullptr}, {"lag", nullptr}, {"metadata", committed.metadata}};
  auto topic = rooms.topics.Find(committed.topic);
  if (topic == nullptr) co_return json;
  auto asking = rooms.log.Bounds(ctx, {topic->id, committed.partition});
  auto bounds = co_await asking;
  if (!bounds.ok()) co_return json;
  int64_t behind = std::max<int64_t>(0, bounds->end.get() - committed.offset.get());
  json["end"] = bounds->end.get();
  json["lag"] = behind;
  *lag += behind;
  co_return json;
}

Json MembersJson(const ports::GroupDescription& group) {
  Json members = Json::array();
  for (const auto& member : group.members) {
    if (members.size() == kMembersMax) break;
    members.push_back({{"member", member.member_id}, {"instance", member.instance_id ? Json(*member.instance_id) : Json()}, {"client", member.client_id}, {"host", member.client_host}});
  }
  return members;
}

// Its lag is null when the answer asks for too many partitions already. With `whole`, members and partitions, too.
Task<Json> GroupJson(Ctx ctx, const HouseRooms& rooms, const ports::GroupDescription& group, bool whole, int64_t* partitions_left) {
  Json json{{"group", group.group}, {"state", group.state}, {"protocol", group.protocol_type}, {"members", group.members.size()}, {"partitions", 0}, {"lag", nullptr}};
  CO_ASSIGN_OR_RETURN(auto committed, rooms.groups.FetchOffsets(ctx, group.group, std::nullopt));
  auto count = static_cast<int64_t>(committed.size());
  json["partitions"] = count;
  int64_t lag = 0, told = whole ? std::min(count, *partitions_left) : count <= *partitions_left ? count : 0;
  Json places = Json::array();
  for (int64_t i = 0; i < told; ++i) {
    CO_ASSIGN_OR_RETURN(Json place, PlaceJson(ctx, rooms, std::move(committed[static_cast<size_t>(i)]), &lag));
    places.push_back(std::move(place));
  }
  *partitions_left -= told;
  if (told == count) json["lag"] = lag;
  if (whole) {
    json["members_told"] = MembersJson(group);
    json["partitions_told"] = std::move(places);
  }
  co_return json;
}

}  // namespace

// All groups; ?name=… one of them, whole.
Task<Response> Groups(Ctx ctx, Room& room, const Request& request) {
  static constexpr std::string_view kTaken[] = {"name"};
  auto rooms = RoomsOf(room);
  if (!rooms.ok()) co_return rooms.status();
  auto query = ParseQuery(request.query, kTaken);
  if (!query.ok()) co_return query.status();
  auto name = query->find("name");
  std::vector<ports::GroupDescription> groups;
  if (name != query->end()) {
    CO_ASSIGN_OR_RETURN(auto one, (*rooms)->groups.Describe(ctx, name->second));
    if (one.error != ports::GroupError::kNone) co_return Fault::NotFound("no group ", name->second.substr(0, 256));
    groups.push_back(std::move(one));
  } else {
    CO_ASSIGN_OR_RETURN(groups, (*rooms)->groups.List(ctx));
  }
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.group < b.group; });
  Json json{{"groups", Json::array()}, {"groups_left_out", groups.size() - std::min(groups.size(), kGroupsMax)}};
  groups.resize(std::min(groups.size(), kGroupsMax));
  int64_t partitions_left = kPartitionsMax;
  for (const auto& group : groups) {
    CO_ASSIGN_OR_RETURN(Json one, GroupJson(ctx, **rooms, group, name != query->end(), &partitions_left));
    json["groups"].push_back(std::move(one));
  }
  Response response{.body = data::JsonText(json) + "\n"};
  response.headers.emplace_back("Cache-Control", "no-store");
  co_return response;
}

}  // namespace freshet::doors::http
