#include "doors/http/routes/kafka_metrics.h"

#include <nlohmann/json.hpp>

#include "data/json_tree.h"
#include "ports/event_log.h"
#include "ports/groups.h"
#include "ports/topics.h"

namespace freshet::doors::http {
namespace {

constexpr int64_t kPartitionsMax = 2000;       // of topics, one after another by name
constexpr size_t kGroupsMax = 1000;
constexpr int64_t kGroupPartitionsMax = 2000;  // that groups have committed

// A label's value: UTF-8 as the format wants it, and no control characters.
std::string Quoted(std::string_view value) {
  std::string plain(value);
  for (char& c : plain) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return data::JsonText(nlohmann::json(std::move(plain)));
}

// One metric with its series.
class Family {
 public:
  Family(std::string_view name, std::string_view help, std::string_view kind = "gauge") : name_(name), text_(StrCat("# HELP ", name, " ", help, "\n# TYPE ", name, " ", kind, "\n")) {}

  void Add(std::string_view labels, int64_t value) { text_ += StrCat(name_, labels.empty() ? "" : "{", labels, labels.empty() ? "" : "}", " ", value, "\n"); }
  const std::string& text() const { return text_; }

 private:
  const std::string_view name_;
  std::string text_;
};

struct Families {
  Family brokers{"kafka_brokers", "brokers: a house is one"};
  Family topics{"kafka_controller_kafkacontroller_globaltopiccount", "topics"};
  Family partitions_of_all{"kafka_controller_kafkacontroller_globalpartitioncount", "partitions of all topics"};
  Family partitions{"kafka_topic_partitions", "partitions of a topic"};
  Family current{"kafka_topic_partition_current_offset", "end of a partition: the offset of its next record"};
  Family oldest{"kafka_topic_partition_oldest_offset", "first offset of a partition that can be read"};
  Family members{"kafka_consumergroup_members", "members of a consumer group"};
  Family offset{"kafka_consumergroup_current_offset", "offset that a group has committed"};
  Family lag{"kafka_consumergroup_lag", "records between what a group has committed and the end of the partition"};
  Family offset_sum{"kafka_consumergroup_current_offset_sum", "the same, over the partitions of a topic"};
  Family lag_sum{"kafka_consumergroup_lag_sum", "the same, over the partitions of a topic"};
  Family left_out{"freshet_metrics_left_out", "what is too much for one answer and not in it"};

  std::string Text() const {
    std::string text;
    for (const Family* one : {&brokers, &topics, &partitions_of_all, &partitions, &current, &oldest, &members, &offset, &lag, &offset_sum, &lag_sum, &left_out}) text += one->text();
    return text;
  }
};

using Ends = std::map<data::PartitionKey, data::Offset>;

std::string PartitionLabels(std::string_view topic, int32_t partition) { return StrCat("topic=", Quoted(topic), ",partition=\"", partition, "\""); }

// A partition that is gone, or damaged, by now is told by nobody.
Task<> AddTopics(Ctx ctx, const HouseRooms& rooms, Families& out, Ends& ends) {
  int64_t told = 0, left_out = 0, all = 0;
  auto topics = rooms.topics.List();
  for (const auto& topic : topics) {
    all += topic->partitions;
    if (told + topic->partitions > kPartitionsMax) {
      left_out += topic->partitions;
      continue;
    }
    told += topic->partitions;
    out.partitions.Add(StrCat("topic=", Quoted(topic->name)), topic->partitions);
    for (int32_t p = 0; p < topic->partitions; ++p) {
      data::PartitionKey key{topic->id, data::PartitionId(p)};
      auto asking = rooms.log.Bounds(ctx, key);
      auto bounds = co_await asking;
      if (!bounds.ok()) continue;
      std::string labels = PartitionLabels(topic->name, p);
      out.current.Add(labels, bounds->end.get());
      out.oldest.Add(labels, bounds->start.get());
      ends[key] = bounds->end;
    }
  }
  out.brokers.Add("", 1);
  out.topics.Add("", static_cast<int64_t>(topics.size()));
  out.partitions_of_all.Add("", all);
  out.left_out.Add("what=\"topic partitions\"", left_out);
  co_return Status::Ok();
}

Task<data::Offset> EndOf(Ctx ctx, const HouseRooms& rooms, data::PartitionKey key, const Ends& ends) {
  auto known = ends.find(key);
  if (known != ends.end()) co_return known->second;
  CO_ASSIGN_OR_RETURN(auto bounds, rooms.log.Bounds(ctx, key));
  co_return bounds.end;
}

struct Sum {
  int64_t offset = 0;
  int64_t lag = 0;
};

Task<> AddOffsets(Ctx ctx, const HouseRooms& rooms, std::string group, std::vector<ports::CommittedOffset> committed, Families& out, const Ends& ends) {
  std::string group_label = StrCat("consumergroup=", Quoted(group));
  std::map<std::string, Sum> sums;
  for (const auto& one : committed) {
    auto topic = rooms.topics.Find(one.topic);
    if (topic == nullptr || one.partition.get() >= topic->partitions) continue;
    auto asking = EndOf(ctx, rooms, {topic->id, one.partition}, ends);
    auto end = co_await asking;
    if (!end.ok()) continue;
    int64_t lag = std::max<int64_t>(0, end->get() - one.offset.get());
    std::string labels = StrCat(group_label, ",", PartitionLabels(one.topic, one.partition.get()));
    out.offset.Add(labels, one.offset.get());
    out.lag.Add(labels, lag);
    Sum& sum = sums[one.topic];
    sum.offset += one.offset.get();
    sum.lag += lag;
  }
  for (const auto& [topic, sum] : sums) {
    std::string labels = StrCat(group_label, ",topic=", Quoted(topic));
    out.offset_sum.Add(labels, sum.offset);
    out.lag_sum.Add(labels, sum.lag);
  }
  co_return Status::Ok();
}

Task<> AddGroups(Ctx ctx, const HouseRooms& rooms, Families& out, const Ends& ends) {
  CO_ASSIGN_OR_RETURN(auto groups, rooms.groups.List(ctx));
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.group < b.group; });
  size_t groups_left_out = groups.size() - std::min(groups.size(), kGroupsMax);
  groups.resize(groups.size() - groups_left_out);
  int64_t told = 0, left_out = 0;
  for (const auto& group : groups) {
    out.members.Add(StrCat("consumergroup=", Quoted(group.group)), static_cast<int64_t>(group.members.size()));
    auto fetching = rooms.groups.FetchOffsets(ctx, group.group, std::nullopt);
    auto committed = co_await fetching;
    if (!committed.ok()) co_return committed.status();
    auto count = static_cast<int64_t>(committed->size());
    if (told + count > kGroupPartitionsMax) {
      left_out += count;
      continue;
    }
    told += count;
    CO_RETURN_NOT_OK(AddOffsets(ctx, rooms, group.group, std::move(*committed), out, ends));
  }
  out.left_out.Add("what=\"groups\"", static_cast<int64_t>(groups_left_out));
  out.left_out.Add("what=\"group partitions\"", left_out);
  co_return Status::Ok();
}

}  // namespace

Task<std::string> KafkaMetricsText(Ctx ctx, const HouseRooms& rooms) {
  Families out;
  Ends ends;
  CO_RETURN_NOT_OK(AddTopics(ctx, rooms, out, ends));
  CO_RETURN_NOT_OK(AddGroups(ctx, rooms, out, ends));
  co_return out.Text();
}

}  // namespace freshet::doors::http
