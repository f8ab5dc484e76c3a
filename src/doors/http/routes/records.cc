#include "data/avro/schema.h"
#include "data/json_tree.h"
#include "data/key_partition.h"
#include "data/record_batch.h"
#include "doors/http/bodies/message_body.h"
#include "doors/http/browse/search.h"
#include "doors/http/query.h"
#include "doors/http/routes.h"

namespace freshet::doors::http {
namespace {

constexpr int64_t kLimitMax = 500;
constexpr int64_t kSearchBytes = 8 << 20;  // what a search reads and answers, at one time

Result<ports::Topics::Ref> FindTopic(const HouseRooms& rooms, const std::string& name) {
  auto topic = rooms.topics.Find(name);
  if (topic == nullptr) return Fault::NotFound("no topic ", name.substr(0, 256));
  return topic;
}

Result<avro::SchemaPtr> SchemaIn(const Query& query, std::string_view name) {
  auto found = query.find(name);
  if (found == query.end()) return avro::SchemaPtr();
  auto schema = avro::ParseSchema(found->second);
  if (!schema.ok()) return Fault::Invalid(name, ": ", schema.fault().message());
  return schema;
}

// ?partition=0&offset=17&key=user-7&limit=50&value_schema=…, with offset or time_ms; neither: the newest records.
Result<Search> ReadSearch(ports::Topics::Ref topic, std::string_view text) {
  static constexpr std::string_view kTaken[] = {"partition", "from", "offset", "time_ms", "key", "limit", "key_schema", "value_schema"};
  ASSIGN_OR_RETURN(Query query, ParseQuery(text, kTaken));
  Search search{.topic = std::move(topic)};
  if (query.contains("partition")) {
    ASSIGN_OR_RETURN(int64_t partition, NumberIn(query, "partition", 0, 0, INT32_MAX));
    search.partition = static_cast<int32_t>(partition);
  }
  if (query.contains("offset") + query.contains("time_ms") + query.contains("from") > 1) return Fault::Invalid("a search begins at from, offset or time_ms, at one of them");
  if (query.contains("from")) {
    const std::string& from = query["from"];
    if (from != "earliest" && from != "newest") return Fault::Invalid("from: '", from.substr(0, 64), "' is neither earliest nor newest");
    search.from = from == "earliest" ? Search::From::kEarliest : Search::From::kNewest;
  }
  if (query.contains("offset")) search.from = Search::From::kOffset;
  if (query.contains("time_ms")) search.from = Search::From::kTime;
  ASSIGN_OR_RETURN(int64_t offset, NumberIn(query, "offset", 0, 0, INT64_MAX));
  ASSIGN_OR_RETURN(search.number, NumberIn(query, "time_ms", offset, 0, INT64_MAX));
  ASSIGN_OR_RETURN(search.limit, NumberIn(query, "limit", search.limit, 1, kLimitMax));
  if (query.contains("key")) search.key = query["key"];
  ASSIGN_OR_RETURN(search.key_schema, SchemaIn(query, "key_schema"));
  ASSIGN_OR_RETURN(search.value_schema, SchemaIn(query, "value_schema"));
  return search;
}

constexpr Duration kStoringPatience = Seconds(5);  // how long an append waits for the disk
constexpr size_t kMessageBodyMax = 1 << 20;

Result<data::PartitionId> PartitionFor(const TestMessage& message, const data::Topic& topic, io::Random& random) {
  if (data::IsInternalTopic(topic.name)) return Fault::PermissionDenied("topics that begin with __ are the house's own and only read");
  if (topic.log.compacted && !message.key.has_value()) return Fault::Invalid("topic ", topic.name, " is compacted: a record of it needs a key");
  if (message.partition.has_value() && (*message.partition < 0 || *message.partition >= topic.partitions)) return Fault::NotFound("topic ", topic.name, " has no partition ", *message.partition);
  if (message.partition.has_value()) return data::PartitionId(static_cast<int32_t>(*message.partition));
  if (message.key.has_value()) return data::PartitionOfKey(*message.key, topic.partitions);
  return data::PartitionId(static_cast<int32_t>(random.Below(static_cast<uint64_t>(topic.partitions))));
}

Result<std::string> BatchOf(const TestMessage& message, int64_t now_ms) {
  data::RecordBatchBuilder builder({});
  std::vector<data::RecordHeader> headers;
  for (const auto& [name, value] : message.headers) headers.push_back({name, value});
  builder.Add(now_ms, message.key, message.value, headers);
  return builder.Finish();
}

// What a body may become is taken from the door's memory before it is read.
Result<io::Reservation> RoomFor(Room& room, const std::string& body) {
  if (body.size() > kMessageBodyMax) return Fault::TooLarge("the body has ", body.size(), " bytes; a message by this way has at most ", kMessageBodyMax, ", larger ones are produced by a Kafka client");
  return io::Reservation::Take(room.held, data::JsonTreeBytesMax(body));
}

}  // namespace

Task<Response> Records(Ctx ctx, Room& room, const Request& request) {
  auto rooms = RoomsOf(room);
  if (!rooms.ok()) co_return rooms.status();
  auto topic = FindTopic(**rooms, request.parameters[0]);
  if (!topic.ok()) co_return topic.status();
  auto search = ReadSearch(*topic, request.query);
  if (!search.ok()) co_return search.status();
  auto held = io::Reservation::Take(room.held, kSearchBytes);
  if (!held.ok()) co_return held.status();
  auto finding = FindRecords(ctx, room.env, (*rooms)->log, std::move(*search));
  auto found = co_await finding;
  if (!found.ok()) co_return found.status();
  Response response{.body = std::move(*found)};
  response.headers.emplace_back("Cache-Control", "no-store");
  co_return response;
}

Task<Response> AppendOne(Ctx ctx, Room& room, const Request& request) {
  auto rooms = RoomsOf(room);
  if (!rooms.ok()) co_return rooms.status();
  auto topic = FindTopic(**rooms, request.parameters[0]);
  if (!topic.ok()) co_return topic.status();
  auto held = RoomFor(room, request.body);
  if (!held.ok()) co_return held.status();
  auto message = ParseMessage(request.body);
  if (!message.ok()) co_return message.status();
  auto partition = PartitionFor(*message, **topic, room.env.random());
  if (!partition.ok()) co_return partition.status();
  auto batch = BatchOf(*message, room.env.clock().WallNow().ms);
  if (!batch.ok()) co_return batch.status();
  std::vector<ports::LogAppend> appends;
  appends.push_back({{(*topic)->id, *partition}, std::move(*batch)});
  auto append = (*rooms)->log.Append(ctx.WithDeadline(room.env.clock().Now() + kStoringPatience), std::move(appends));
  auto appended = co_await append;
  if (!appended.ok()) co_return appended.status();
  if (!appended->at(0).ok()) co_return appended->at(0).status();
  co_return Response{.status = 201, .body = StrCat("{\"partition\":", partition->get(), ",\"offset\":", appended->at(0)->base_offset.get(), "}\n")};
}

}  // namespace freshet::doors::http
