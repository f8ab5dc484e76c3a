#include "engines/topic_tables/topic_source.h"

#include <algorithm>

#include "base/nearest.h"
#include "engines/topic_tables/topic_tables.h"

// Which topics a source reads, where it begins in each, and what comes and goes while it reads.

namespace freshet::topic_tables {
namespace {

constexpr Duration kPatternLook = Seconds(1);  // at most, from one look at all names to the next

}  // namespace

Task<> TopicSource::Begin(Ctx ctx) {
  if (!options_.topic_pattern.empty()) {
    auto pattern = expr::WholeMatch::Of(options_.topic_pattern);
    if (!pattern.ok()) co_return pattern.status();
    pattern_ = std::move(pattern).value();
    auto adding = AddThoseOfPattern(ctx, false);
    co_return co_await adding;
  }
  for (const auto& name : options_.topics) {
    bool makes = create_topics_ && topics_.Find(name) == nullptr;
    if (makes) TellOfMaking(name);
    auto finding = TopicNamed(topics_, ctx, name, create_topics_, options_.upsert ? Keep::kNewestOfKey : Keep::kAsUsual);
    auto topic = co_await finding;
    if (!topic.ok()) co_return topic.status();
    refs_.push_back(std::move(topic).value());
    auto adding = AddTopic(ctx, refs_.back());
    Status added = co_await adding;
    if (!added.ok()) co_return added;
  }
  co_return Status();
}

// Perhaps somebody will write it; perhaps its name is misspelt, and nobody ever will.
void TopicSource::TellOfMaking(const std::string& name) const {
  auto known = topics_.List();
  std::vector<std::string_view> names;
  for (const auto& topic : known) {
    if (!data::IsInternalTopic(topic->name)) names.push_back(topic->name);
  }
  std::string near = DidYouMean(name, names);
  Logger log = env_.log().ForRoom("engines/topic_tables");
  std::string message = StrCat("a topic is made for a table that reads it, and is empty until somebody writes it", near);
  if (near.empty()) log.Info(message, {{"table", table_}, {"topic", name}});
  else log.Warn(message, {{"table", table_}, {"topic", name}});
}

Result<std::vector<ports::Topics::Ref>> TopicSource::NewByPattern() {
  std::vector<ports::Topics::Ref> found;
  next_look_ = env_.clock().Now() + std::min(kPatternLook, options_.discovery);
  for (auto& topic : topics_.List()) {
    bool is_new = !data::IsInternalTopic(topic->name) && looked_at_.insert(topic->name).second;
    if (!is_new) continue;
    ASSIGN_OR_RETURN(bool takes, pattern_->Takes(topic->name));
    if (takes) found.push_back(topic);
  }
  return found;
}

Task<> TopicSource::AddThoseOfPattern(Ctx ctx, bool later) {
  auto found = NewByPattern();
  if (!found.ok()) co_return found.status();
  for (auto& topic : *found) {
    refs_.push_back(topic);
    auto adding = AddTopic(ctx, topic, later);
    Status added = co_await adding;
    if (!added.ok()) co_return added;
  }
  co_return Status();
}

// Adds what is not there yet of the topic's partitions.
Task<> TopicSource::AddTopic(Ctx ctx, ports::Topics::Ref topic, bool later) {
  int32_t known = 0;
  for (const auto& place : places_) known += place.key.topic == topic->id ? 1 : 0;
  bool first_look = known == 0 && !later;
  std::map<int32_t, int64_t> of_group;
  if ((first_look && options_.begin == Edge::kGroup) || options_.end == Edge::kGroup) {
    CO_ASSIGN_OR_RETURN(of_group, GroupOffsets(ctx, topic->name));
  }
  for (int32_t p = known; p < topic->partitions; ++p) {
    PartitionPlace place;
    place.key = {topic->id, data::PartitionId(p)};
    auto asking = log_.Bounds(ctx, place.key);
    auto bounds = co_await asking;
    if (!bounds.ok()) co_return bounds.fault();
    ends_at_first_[place.key] = bounds->last_stable;
    Edge begin = first_look ? options_.begin : Edge::kEarliest;
    const auto& begin_offsets = begin == Edge::kGroup ? of_group : options_.begin_offsets;
    if (begin == Edge::kGroup) begin = of_group.contains(p) ? Edge::kOffsets : options_.reset;
    place.next = kNowhere;
    if (begin != Edge::kNone) {
      CO_ASSIGN_OR_RETURN(place.next, EdgeOf(ctx, place.key, begin, options_.begin_ms, &begin_offsets, false));
    }
    if (options_.end == Edge::kGroup && !of_group.contains(p)) co_return NoOffset(topic->name, p);
    if (options_.end != Edge::kNone) {
      Edge end = options_.end == Edge::kGroup ? Edge::kOffsets : options_.end;
      const auto& end_offsets = options_.end == Edge::kGroup ? of_group : options_.end_offsets;
      CO_ASSIGN_OR_RETURN(data::Offset stop, EdgeOf(ctx, place.key, end, options_.end_ms, &end_offsets, true));
      place.stop = stop.get();
    }
    if (options_.newest_max > 0) place.next = std::max(place.next, data::Offset(place.stop - (options_.newest_max + topic->partitions - 1) / topic->partitions));
    places_.push_back(place);
    topic_of_.push_back(topic.get());
    end_told_.push_back(false);
  }
  co_return Status();
}

// By partition, where the group has one.
Task<std::map<int32_t, int64_t>> TopicSource::GroupOffsets(Ctx ctx, std::string topic) {
  if (groups_ == nullptr) co_return Fault::Unsupported("nobody keeps group offsets here; say where reading begins and ends, as earliest-offset, latest-offset, timestamp or specific-offsets");
  CO_ASSIGN_OR_RETURN(auto committed, groups_->FetchOffsets(ctx, options_.group, std::nullopt));
  std::map<int32_t, int64_t> offsets;
  for (const auto& one : committed) {
    if (one.topic == topic && one.offset.get() >= 0) offsets[one.partition.get()] = one.offset.get();
  }
  co_return offsets;
}

Fault TopicSource::NoOffset(std::string_view topic, int32_t partition) const {
  return Fault::NotFound("group '", options_.group, "' has no offset of topic '", topic, "' partition ", partition,
                         "; commit one, or say 'properties.auto.offset.reset' = 'earliest' or 'latest'");
}

// Partitions that specific offsets do not name: a reader begins at the start, and a bounded one stops at the end of
// what is there. An open transaction is not there yet.
Task<data::Offset> TopicSource::EdgeOf(Ctx ctx, data::PartitionKey key, Edge edge, int64_t ms, const std::map<int32_t, int64_t>* offsets, bool from_end) {
  auto asking = log_.Bounds(ctx, key);
  auto bounds = co_await asking;
  if (!bounds.ok()) co_return bounds.fault();
  if (edge == Edge::kEarliest) co_return bounds->start;
  if (edge == Edge::kOffsets) {
    auto found = offsets->find(key.partition.get());
    if (found != offsets->end()) co_return data::Offset(std::max(found->second, bounds->start.get()));
    co_return from_end ? bounds->last_stable : bounds->start;
  }
  if (edge == Edge::kTimestamp) {
    auto searching = log_.FindTime(ctx, key, ms);
    auto found = co_await searching;
    if (!found.ok()) co_return found.fault();
    if (found->offset.get() >= 0) co_return from_end ? std::min(found->offset, bounds->last_stable) : found->offset;
  }
  co_return bounds->last_stable;
}

// Its partitions have ended; their places in the position stay, so that the others keep their numbers. A topic that is made again under that name is another one.
void TopicSource::LetGo(const ports::Topics::Ref& topic) {
  std::string read_to;
  for (size_t i = 0; i < places_.size(); ++i) {
    if (topic_of_[i] != topic.get()) continue;
    read_to += StrCat(read_to.empty() ? "" : ", ", places_[i].key.partition, " at ", places_[i].next);
    places_[i].stop = std::max<int64_t>(places_[i].next.get(), 0);  // for starts to come: told already
    topic_of_[i] = nullptr;
  }
  looked_at_.erase(topic->name);
  TellOfGone(topic->name, read_to);
}

void TopicSource::TellOfGone(std::string_view topic, const std::string& read_to) {
  deleted_topics_.Add();
  env_.log().ForRoom("engines/topic_tables").Warn("a topic of a table was deleted; the table goes on without it", {{"table", table_}, {"topic", topic}, {"read_to", read_to}});
}

// Topics that are there now: one that was deleted is let go or fails the table, one with more partitions is read further.
Task<> TopicSource::Discover(Ctx ctx) {
  std::vector<ports::Topics::Ref> there;
  for (const auto& ref : refs_) {
    auto now = topics_.Find(ref->name);
    bool is_same = now != nullptr && now->id == ref->id;
    if (!is_same && OutlivesTopics()) {
      LetGo(ref);
      continue;
    }
    if (!is_same) co_return Fault::NotFound("table ", table_, ": topic '", ref->name, "' was deleted", now ? " and made again; freshet apply --accept-loss goes on with the new one from its start, another name of the pipeline's file begins anew" : "; what it held cannot be read any more");
    there.push_back(now);
    if (now->partitions == ref->partitions) continue;
    for (auto& topic : topic_of_) topic = topic == ref.get() ? now.get() : topic;
    if (options_.end != Edge::kNone) continue;
    auto adding = AddTopic(ctx, now);
    Status added = co_await adding;
    if (!added.ok()) co_return added;
  }
  refs_ = std::move(there);
  bool looks = pattern_ && options_.end == Edge::kNone && !replays_ && env_.clock().Now() >= next_look_;
  if (!looks) co_return Status();
  auto looking = AddThoseOfPattern(ctx, true);
  co_return co_await looking;
}

}  // namespace freshet::topic_tables
