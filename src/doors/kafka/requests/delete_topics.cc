#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/delete_topics.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::DeleteTopicsResponse::DeletableTopicResult;

struct Wanted {
  std::optional<std::string> name;
  Uuid id;
};

// Up to version 5 names, from 6 names or ids.
std::vector<Wanted> WantedOf(const wire::DeleteTopicsRequest& request) {
  std::vector<Wanted> all;
  for (auto name : request.topic_names) all.push_back({std::string(name), {}});
  for (const auto& topic : request.topics) {
    auto& wanted = all.emplace_back();
    if (topic.name) wanted.name = *topic.name;
    wanted.id = topic.topic_id;
  }
  return all;
}

Task<Answer> DeleteOne(Ctx ctx, Room& room, const Call& call, MonoTime until, Wanted wanted) {
  Answer answer;
  answer.name = wanted.name;
  answer.topic_id = wanted.id;
  if (wanted.name && !wanted.id.is_zero()) {
    answer.error_code = Number(Error::kInvalidRequest);
    answer.error_message = "give a name or an id, not both";
    co_return answer;
  }
  auto topic = wanted.name ? room.ports.topics.Find(*wanted.name) : room.ports.topics.FindById(wanted.id);
  if (topic == nullptr) {
    answer.error_code = Number(wanted.name ? Error::kUnknownTopicOrPartition : Error::kUnknownTopicId);
    co_return answer;
  }
  answer.name = topic->name;
  answer.topic_id = topic->id;
  if (data::IsInternalTopic(topic->name)) {
    answer.error_code = Number(Error::kInvalidTopic);
    answer.error_message = "topics that begin with __ are the house's own";
    co_return answer;
  }
  auto remove = InTime(room, call, until, room.ports.topics.Delete(ctx, topic->name));
  auto removed = co_await remove;
  if (!removed.ok()) {
    answer.error_code = ErrorNumber(removed);
    answer.error_message = removed.fault().message();
  }
  co_return answer;
}

}  // namespace

Task<wire::DeleteTopicsResponse> DeleteTopics(Ctx ctx, Room& room, const Call& call, const wire::DeleteTopicsRequest& request) {
  wire::DeleteTopicsResponse response;
  for (Wanted& wanted : WantedOf(request)) {
    CO_ASSIGN_OR_RETURN(auto answer, DeleteOne(ctx, room, call, UntilOf(call, request.timeout_ms), std::move(wanted)));
    response.responses.push_back(std::move(answer));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
