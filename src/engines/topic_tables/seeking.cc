#include "engines/topic_tables/topic_source.h"

#include <algorithm>

// Where a source goes on, and where one that replays holds.

namespace freshet::topic_tables {

Fault TopicSource::NoneOfMine(const PartitionPlace& place) const {
  if (auto other = topics_.FindById(place.key.topic); other != nullptr) {
    return Fault::Conflict("table ", table_, ": its last epoch had read topic '", other->name, "', which is none of its topics now. Put it back, or give the pipeline's file another name to begin anew");
  }
  std::string which = options_.topics.size() == 1 ? StrCat("topic '", options_.topics[0], "'") : StrCat("the topic with id ", place.key.topic);
  return Fault::Conflict("table ", table_, ": ", which, ", which its last epoch had read, was deleted. If it was made again, freshet apply --accept-loss goes on with the new one from its start; or give the pipeline's file another name to begin anew");
}

Status TopicSource::SeekPlaces(std::string_view position, bool goes_on_without) {
  ASSIGN_OR_RETURN(auto decoded, DecodePlaces(position));
  std::vector<const data::Topic*> topics;
  std::map<Uuid, std::string> gone;  // since then: how far each was read
  for (auto& place : decoded) {
    auto known = std::find_if(places_.begin(), places_.end(), [&](const auto& p) { return p.key == place.key; });
    if (known != places_.end()) {
      if (place.next == kNowhere) place.next = known->next;
      topics.push_back(topic_of_[static_cast<size_t>(known - places_.begin())]);
      continue;
    }
    bool was_let_go = endless_ && place.next.get() >= place.stop;
    bool deleted = goes_on_without && topics_.FindById(place.key.topic) == nullptr;
    if (!was_let_go && !deleted) return NoneOfMine(place);
    if (!was_let_go) {
      std::string& read_to = gone[place.key.topic];
      read_to += StrCat(read_to.empty() ? "" : ", ", place.key.partition, " at ", place.next);
    }
    place.stop = std::max<int64_t>(place.next.get(), 0);
    place.next = data::Offset(place.stop);
    topics.push_back(nullptr);
  }
  for (const auto& [topic, read_to] : gone) TellOfGone(StrCat("with id ", topic), read_to);
  for (size_t i = 0; i < places_.size(); ++i) {
    bool in = std::any_of(decoded.begin(), decoded.end(), [&](const auto& p) { return p.key == places_[i].key; });
    if (in) continue;  // else a partition that was added meanwhile: from its start
    decoded.push_back(places_[i]);
    if (options_.end == Edge::kNone) decoded.back().next = data::Offset(0);
    topics.push_back(topic_of_[i]);
  }
  places_ = std::move(decoded);
  topic_of_ = std::move(topics);
  end_told_.assign(places_.size(), false);
  return {};
}

// Nothing of a topic that is gone can be read again; its partitions have ended, and keep their numbers. Of a table that names its topics, what stands there under the old name is another one, and
// nobody has read it yet.
void TopicSource::KeepPlaceOfGone(size_t number, const PartitionPlace& place) {
  auto at = static_cast<ptrdiff_t>(number);
  places_.insert(places_.begin() + at, place);
  topic_of_.insert(topic_of_.begin() + at, nullptr);
  end_told_.assign(places_.size(), false);
}

void TopicSource::LeaveOutBehind(size_t named) {
  places_.erase(places_.begin() + static_cast<ptrdiff_t>(named), places_.end());
  topic_of_.erase(topic_of_.begin() + static_cast<ptrdiff_t>(named), topic_of_.end());
  end_told_.assign(named, false);
}

// Partitions stand in the order of the position, so that whoever goes on from there counts them as it did.
Status TopicSource::HoldAt(std::string_view position) {
  ASSIGN_OR_RETURN(auto limits, DecodePlaces(position));
  std::map<data::PartitionKey, data::Offset> holds;
  bool some_gone = false;
  for (size_t i = 0; i < limits.size(); ++i) {
    auto known = std::find_if(places_.begin(), places_.end(), [&](const auto& p) { return p.key == limits[i].key; });
    bool gone = known == places_.end() && holds_.empty() && topics_.FindById(limits[i].key.topic) == nullptr;
    if (gone) {
      some_gone = true;
      KeepPlaceOfGone(i, limits[i]);
      holds[limits[i].key] = limits[i].next;
      continue;
    }
    if (known == places_.end()) return Fault::Conflict("table ", table_, ": its last epoch had read the topic with id ", limits[i].key.topic, ", which is none of its topics now, so its rows cannot be read again; give the pipeline's file another name to begin anew");
    auto at = static_cast<size_t>(known - places_.begin());
    if (holds_.empty()) {
      std::swap(places_[i], places_[at]);
      std::swap(topic_of_[i], topic_of_[at]);
    }
    holds[limits[i].key] = limits[i].next;
  }
  if (some_gone && !pattern_) LeaveOutBehind(limits.size());
  holds_ = std::move(holds);
  return {};
}

data::Offset TopicSource::LimitOf(size_t place) const {
  if (holds_.empty()) return data::Offset(PartitionPlace::kNoStop);
  auto hold = holds_.find(places_[place].key);
  return hold == holds_.end() ? places_[place].next : hold->second;
}

std::vector<int32_t> TopicSource::Partitions() const {
  std::vector<int32_t> out;
  for (size_t i = 0; i < places_.size(); ++i) out.push_back(static_cast<int32_t>(i));
  return out;
}

std::vector<ports::TopicPlace> TopicSource::Places() const {
  std::vector<ports::TopicPlace> out;
  for (size_t i = 0; i < places_.size(); ++i) out.push_back({Gone(i) ? std::string() : topic_of_[i]->name, places_[i].key.partition, places_[i].next});
  return out;
}

}  // namespace freshet::topic_tables
