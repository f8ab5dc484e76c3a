#include "app/admin/reset.h"

#include "data/civil.h"
#include "wire/kafka/messages/offset_commit.h"

namespace freshet::app {
namespace {

namespace wire = ::freshet::wire::kafka;
using Kind = Table::Kind;
using To = ResetWish::To;

constexpr int16_t kUnknownMember = 25;
constexpr int64_t kMillisPerMinute = 60'000;

Task<Places> PlacesOf(Broker& broker, const std::vector<TopicPartitions>& topics, const PlaceOffsets& committed) {
  Places places;
  for (const TopicPartitions& wanted : topics) {
    CO_ASSIGN_OR_RETURN(auto leaders, LeadersOf(broker, wanted.topic));
    for (int32_t partition : wanted.partitions) {
      if (!leaders.contains(partition)) co_return Fault::NotFound(TopicNamed(wanted.topic), " has no partition ", partition);
    }
    for (const auto& [partition, leader] : leaders) {
      if (wanted.partitions.empty() || wanted.partitions.contains(partition)) places.insert({wanted.topic, partition});
    }
  }
  if (topics.empty()) {
    for (const auto& [place, offset] : committed) places.insert(place);
  }
  co_return places;
}

struct Ends {
  PlaceOffsets first, last, by_time;
};

Task<Ends> EndsOf(Broker& broker, Places places, const ResetWish& wish) {
  Ends ends;
  CO_ASSIGN_OR_RETURN(ends.first, FindOffsets(broker, places, kEarliest));
  CO_ASSIGN_OR_RETURN(ends.last, FindOffsets(broker, places, kLatest));
  if (wish.to == To::kTime) {
    CO_ASSIGN_OR_RETURN(ends.by_time, FindOffsets(broker, places, wish.number));
  }
  for (const Place& place : places) {
    bool known = ends.first.contains(place) && ends.last.contains(place) && (wish.to != To::kTime || ends.by_time.contains(place));
    if (!known) co_return Fault::NotFound(TopicNamed(place.first), " partition ", place.second, " does not exist; name the topics that do with --topic");
  }
  co_return ends;
}

// Without the wrap of numbers that are too large.
int64_t Shifted(int64_t offset, int64_t by) {
  int64_t sum = 0;
  if (__builtin_add_overflow(offset, by, &sum)) return by < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

// Where a place is to stand, whether it can or not.
Result<int64_t> Target(const Place& place, const ResetWish& wish, const Ends& ends, const PlaceOffsets& committed) {
  switch (wish.to) {
    case To::kEarliest: return ends.first.at(place);
    case To::kLatest: return ends.last.at(place);
    case To::kOffset: return wish.number;
    case To::kTime: return ends.by_time.at(place) >= 0 ? ends.by_time.at(place) : ends.last.at(place);
    case To::kShift: break;
  }
  auto at = committed.find(place);
  if (at == committed.end()) return Fault::Invalid(TopicNamed(place.first), " partition ", place.second, ": nothing is committed that could be shifted");
  return Shifted(at->second, wish.number);
}

Task<> Commit(Broker& broker, std::string group, const PlaceOffsets& offsets) {
  wire::OffsetCommitRequest request{.group_id = group};
  for (const auto& [place, offset] : offsets) {
    if (request.topics.empty() || request.topics.back().name != place.first) request.topics.emplace_back().name = place.first;
    auto& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = place.second;
    partition.committed_offset = offset;
  }
  auto ask = broker.Ask<wire::OffsetCommitResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  for (const auto& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      std::string_view said = partition.error_code == kUnknownMember ? "it has members by now; stop them first" : "";
      Status told = FromKafkaError(partition.error_code, StrCat(GroupNamed(group), ", ", TopicNamed(topic.name), " partition ", partition.partition_index), said);
      if (!told.ok()) co_return told;
    }
  }
  co_return Status::Ok();
}

}  // namespace

Task<Table> ResetOffsets(Broker& broker, std::string group, ResetWish wish) {
  CO_ASSIGN_OR_RETURN(std::string state, StateOf(broker, group));
  if (state != "Empty" && state != "Dead") co_return Fault::Conflict(GroupNamed(group), " has members and is ", state, "; stop them first, for they go on from where they stand");
  CO_ASSIGN_OR_RETURN(PlaceOffsets committed, CommittedOffsets(broker, group));
  CO_ASSIGN_OR_RETURN(Places places, PlacesOf(broker, wish.topics, committed));
  if (places.empty()) co_return Fault::NotFound(GroupNamed(group), " has committed nothing; name a topic with --topic");
  CO_ASSIGN_OR_RETURN(Ends ends, EndsOf(broker, places, wish));
  Table table({{"group"}, {"topic"}, {"partition", Kind::kNumber}, {"before", Kind::kNumber}, {"now", Kind::kNumber}, {"committed", Kind::kFlag}});
  PlaceOffsets targets;
  for (const Place& place : places) {
    auto target = Target(place, wish, ends, committed);
    if (!target.ok()) co_return target.status();
    int64_t offset = std::clamp(*target, ends.first.at(place), std::max(ends.first.at(place), ends.last.at(place)));
    if (offset != *target) table.Note(StrCat(place.first, " partition ", place.second, " has offsets from ", ends.first.at(place), " to ", ends.last.at(place), "; ", *target, " becomes ", offset));
    targets[place] = offset;
    Table::Cell before;
    if (committed.contains(place)) before = StrCat(committed.at(place));
    table.Add({group, place.first, StrCat(place.second), before, StrCat(offset), StrCat(wish.execute)});
  }
  if (!wish.execute) {
    table.Note("nothing was committed; --execute does it");
    co_return table;
  }
  CO_RETURN_NOT_OK(Commit(broker, group, targets));
  co_return table;
}

Result<int64_t> ParseDateTime(std::string_view text) {
  constexpr size_t kZoneBytes = 6;  // +01:00
  std::string_view local = text;
  int64_t minutes = 0;
  bool has_zone = text.size() > kZoneBytes && (text[text.size() - kZoneBytes] == '+' || text[text.size() - kZoneBytes] == '-');
  if (text.ends_with('Z')) {
    local.remove_suffix(1);
  } else if (has_zone) {
    auto millis = data::ParseTimeOfDay(StrCat(text.substr(text.size() - kZoneBytes + 1), ":00"));
    if (!millis.has_value()) return Fault::Invalid("'", text, "': the zone reads Z, or like +01:00");
    minutes = *millis / kMillisPerMinute * (text[text.size() - kZoneBytes] == '-' ? -1 : 1);
    local.remove_suffix(kZoneBytes);
  }
  auto parsed = data::ParseTimestamp(local, data::Type::Timestamp(3), 'T');
  if (!parsed.has_value()) return Fault::Invalid("'", text, "' is no time such as 2026-11-30T08:00:00, of UTC unless Z or a zone like +01:00 follows");
  int64_t millis = *parsed - minutes * kMillisPerMinute;
  if (millis < 0) return Fault::Invalid("'", text, "' is before 1970, where Kafka's times begin");
  return millis;
}

}  // namespace freshet::app
