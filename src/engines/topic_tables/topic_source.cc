#include "engines/topic_tables/topic_source.h"

#include <algorithm>

#include "base/nearest.h"
#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"

namespace freshet::topic_tables {
namespace {

constexpr Duration kPatience = Milliseconds(100);  // of a poll without a deadline that finds nothing
constexpr size_t kUnpackedBytesMax = 256 << 20;
constexpr size_t kDeadValueBytesMax = 512 << 10;
constexpr int64_t kPartitionReadBytes = 1 << 20;
constexpr Duration kPatternLook = Seconds(1);      // at most, from one look at all names to the next
// Whose name stands in metrics. Looks are anybody's, under any name.
std::string MetricName(const ports::TableRequest& table) { return table.since ? "(previews)" : table.replays ? "(rebuilds)" : table.name; }

constexpr data::Offset kNowhere{-1};  // the group has no offset: an error, unless a position from before says where to go on

}  // namespace

TopicSource::TopicSource(Env& env, ports::EventLog& log, ports::Topics& topics, ports::Groups* groups, ports::DeadLetters& dead_letters, ports::SchemaRegistry* registry, TopicOptions options,
                         const ports::TableRequest& table, std::unique_ptr<RecordRows> rows, int64_t read_bytes_max, bool create_topics)
    : env_(env), log_(log), topics_(topics), groups_(groups), registry_(registry), options_(std::move(options)), table_(table.name), rows_(std::move(rows)), read_bytes_max_(read_bytes_max),
      create_topics_(create_topics), replays_(table.replays), endless_(options_.end == Edge::kNone || table.since.has_value()), in_epochs_(!table.bounded && !table.replays), unreadable_(table.unreadable),
      letters_(env, "engines/topic_tables", &dead_letters, env.metrics().AddCounter("freshet_topic_table_dead_letters_total", "records that could not be decoded and were kept as dead letters", {{"table", MetricName(table)}})),
      records_read_(env.metrics().AddCounter("freshet_topic_table_records_total", "records read by a table over a topic", {{"table", MetricName(table)}})),
      without_row_(env.metrics().AddCounter("freshet_topic_table_passed_over_total", "records that made no row: no value, blank, or broken and to be skipped", {{"table", MetricName(table)}})),
      lost_(env.metrics().AddCounter("freshet_topic_table_lost_offsets_total", "offsets that retention or who deletes records took before they were read", {{"table", MetricName(table)}})),
      deleted_topics_(env.metrics().AddCounter("freshet_topic_table_deleted_topics_total", "topics of a table's pattern that were deleted while they were read", {{"table", MetricName(table)}})) {}

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

Task<> TopicSource::Discover(Ctx ctx) {
  auto is_there = [this](const ports::Topics::Ref& ref) {
    auto now = topics_.Find(ref->name);
    return now != nullptr && now->id == ref->id;
  };
  auto first_gone = OutlivesTopics() ? std::stable_partition(refs_.begin(), refs_.end(), is_there) : refs_.end();
  std::for_each(first_gone, refs_.end(), [this](const auto& ref) { LetGo(ref); });
  refs_.erase(first_gone, refs_.end());
  for (auto& ref : refs_) {
    auto now = topics_.Find(ref->name);
    if (now == nullptr || now->id != ref->id) co_return Fault::NotFound("table ", table_, ": topic '", ref->name, "' was deleted", now ? " and made again; freshet apply --accept-loss goes on with the new one from its start, another name of the pipeline's file begins anew" : "; what it held cannot be read any more");
    if (now->partitions == ref->partitions) continue;
    for (auto& topic : topic_of_) topic = topic == ref.get() ? now.get() : topic;
    ref = now;
    if (options_.end != Edge::kNone) continue;
    auto adding = AddTopic(ctx, now);
    Status added = co_await adding;
    if (!added.ok()) co_return added;
  }
  bool looks = pattern_ && options_.end == Edge::kNone && !replays_ && env_.clock().Now() >= next_look_;
  if (!looks) co_return Status();
  auto looking = AddThoseOfPattern(ctx, true);
  co_return co_await looking;
}

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

// Partitions stand in the order of the position, so that whoever goes on from there counts them as it did.
Status TopicSource::HoldAt(std::string_view position) {
  ASSIGN_OR_RETURN(auto limits, DecodePlaces(position));
  std::map<data::PartitionKey, data::Offset> holds;
  for (size_t i = 0; i < limits.size(); ++i) {
    auto known = std::find_if(places_.begin(), places_.end(), [&](const auto& p) { return p.key == limits[i].key; });
    if (known == places_.end()) return Fault::Conflict("table ", table_, ": its last epoch had read the topic with id ", limits[i].key.topic, ", which is none of its topics now, so its rows cannot be read again; give the pipeline's file another name to begin anew");
    auto at = static_cast<size_t>(known - places_.begin());
    if (holds_.empty()) {
      std::swap(places_[i], places_[at]);
      std::swap(topic_of_[i], topic_of_[at]);
    }
    holds[limits[i].key] = limits[i].next;
  }
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

std::string TopicSource::PlaceName(size_t place) const { return StrCat("topic ", topic_of_[place]->name, " partition ", places_[place].key.partition); }

// Tells once of each partition that it has ended, when nothing of it waits any more.
std::optional<ports::Polled> TopicSource::NextEnd() {
  for (size_t i = 0; i < places_.size(); ++i) {
    if (end_told_[i] || !Finished(i)) continue;
    end_told_[i] = true;
    ports::Polled polled;
    polled.partition = static_cast<int32_t>(i);
    polled.partition_ended = true;
    polled.ended = options_.end != Edge::kNone && std::find(end_told_.begin(), end_told_.end(), false) == end_told_.end();
    return polled;
  }
  return std::nullopt;
}

Task<ports::Polled> TopicSource::Poll(Ctx ctx) {
  MonoTime until = std::exchange(ctx.deadline, MonoTime::Never());  // it ends the wait for rows and fails nothing
  last_read_ = {};
  read_.clear();
  if (open_) read_.push_back(open_->fetched);
  if (fetched_.empty() && !open_) {
    if (auto end = NextEnd()) co_return std::move(*end);
    auto fetching = Fetch(ctx, until);
    Status fetched = co_await fetching;
    if (!fetched.ok()) co_return fetched.fault();
  }
  ports::Polled polled;
  polled.partition_ended = polled.ended = places_.empty() && options_.end != Edge::kNone;  // a pattern took none
  if (fetched_.empty() && !open_) co_return polled;
  size_t place = open_ ? open_->fetched.place : fetched_.front().place;
  Span span(env_.tracer(), ctx.trace, "engines/topic_tables", "decode");
  polled.came_later = places_[place].next >= ends_at_first_.at(places_[place].key);
  last_read_ = {place, places_[place].next, places_[place].next};
  auto decoding = Decode(ctx, place);
  Status decoded = co_await decoding;
  if (!decoded.ok()) co_return decoded.fault();
  last_read_.to = places_[place].next;
  if (!in_epochs_) {
    auto keeping = letters_.Keep(ctx);
    Status kept = co_await keeping;
    if (!kept.ok()) co_return kept.fault();
  }
  auto batch = rows_->Finish();
  if (!batch.ok()) co_return batch.fault();
  polled.batch = std::move(batch).value();
  polled.partition = static_cast<int32_t>(place);
  co_return polled;
}

Task<> TopicSource::Fetch(Ctx ctx, MonoTime until) {
  auto discovering = Discover(ctx);
  Status discovered = co_await discovering;
  if (!discovered.ok()) co_return discovered;
  std::vector<ports::LogRead> reads;
  std::vector<size_t> of;
  for (size_t i = 0; i < places_.size(); ++i) {
    if (Gone(i)) continue;
    if (places_[i].next == kNowhere) co_return Fault::NotFound("table ", table_, ": ", NoOffset(topic_of_[i]->name, places_[i].key.partition.get()).message());
    if (Finished(i) || Held(i)) continue;
    reads.push_back({.key = places_[i].key, .from = places_[i].next, .bytes_max = kPartitionReadBytes, .committed_only = true});
    of.push_back(i);
  }
  bool all_gone = true;  // or none has come
  for (size_t i = 0; i < places_.size(); ++i) all_gone = all_gone && Gone(i);
  bool waits = all_gone && options_.end == Edge::kNone;  // for the next topic that the pattern takes
  if (waits) {
    io::SleepUntil pause(std::min(until, env_.clock().Now() + kPatience));
    co_await pause;
  }
  if (reads.empty()) co_return Status();
  ports::ReadWait wait{.bytes_min = 1, .bytes_max = read_bytes_max_, .until = {0}};
  if (options_.end == Edge::kNone) wait.until = std::min(until, env_.clock().Now() + kPatience);
  auto reading = log_.Read(ctx, std::move(reads), wait);
  auto slices = co_await reading;
  if (!slices.ok()) co_return slices.status();
  for (size_t i = 0; i < slices->size(); ++i) {
    ports::LogSlice& slice = (*slices)[i];
    PartitionPlace& place = places_[of[i]];
    if (slice.status.code() == Code::kOutOfRange && slice.bounds.start > place.next) {
      if (replays_) co_return Fault::Conflict("table ", table_, ", ", PlaceName(of[i]), ": records were removed while they were read again");
      PassOver(of[i], slice.bounds.start);
      continue;
    }
    if (slice.status.code() == Code::kExhausted) continue;  // no memory for it now; the next round asks again
    if (slice.status.code() == Code::kNotFound && OutlivesTopics()) continue;  // the next round finds its topic deleted
    if (!slice.status.ok()) co_return Fault(slice.status.fault().code(), slice.status.fault().blame(), slice.status.fault().retry(), StrCat("table ", table_, ", ", PlaceName(of[i]), ": ", slice.status.fault().message()));
    for (auto& batch : slice.batches) {
      auto view = data::RecordBatchView::Parse(*batch);
      if (!view.ok()) co_return view.status();
      const data::RecordBatchHeader& header = view->header();
      bool aborted = header.transactional() && slice.CountsForNothing(header.producer_id, header.base_offset);
      fetched_.push_back({of[i], std::move(batch), aborted});
    }
  }
  co_return Status();
}

// Retention, or who deletes records, was faster.
void TopicSource::PassOver(size_t place, data::Offset start) {
  int64_t records = start - places_[place].next;
  lost_.Add(records);
  env_.log().ForRoom("engines/topic_tables").Error("records were removed before they were read; what is computed lacks them",
      {{"table", table_}, {"place", PlaceName(place)}, {"first_offset", places_[place].next}, {"offsets", records}});
  places_[place].next = start;
}

// Rows of one partition, as many as a batch takes.
Task<> TopicSource::Decode(Ctx ctx, size_t place) {
  while (rows_->room() > 0) {
    if (!open_) {
      if (fetched_.empty() || fetched_.front().place != place) co_return Status();
      Status opened = OpenNext();
      if (!opened.ok()) co_return opened;
    }
    if (!open_) continue;
    Rest rest = ReadSome();
    if (rows_->LacksSchemas(records_)) {
      auto fetching = registry_->FetchFor(ctx, *rows_, records_);
      Status schemas = co_await fetching;
      if (!schemas.ok()) co_return Fault(schemas.fault().code(), schemas.fault().blame(), schemas.fault().retry(), StrCat("table ", table_, ": ", schemas.fault().message()));
    }
    Status decoded = DecodeSome(rest);
    if (!decoded.ok()) co_return decoded;
  }
  co_return Status();
}

Status TopicSource::OpenNext() {
  Fetched next = std::move(fetched_.front());
  fetched_.pop_front();
  ASSIGN_OR_RETURN(auto view, data::RecordBatchView::Parse(*next.bytes));
  PartitionPlace& place = places_[next.place];
  data::Offset limit = LimitOf(next.place), after = std::min(view.header().next_offset(), limit);
  if (view.header().base_offset >= limit) {  // between them there is nothing
    place.next = limit;
    return {};
  }
  if (view.header().control() || next.aborted || after <= place.next) {
    place.next = std::max(place.next, after);
    return {};
  }
  auto reader = data::RecordReader::Open(view, kUnpackedBytesMax);
  if (reader.ok()) {
    read_.push_back(next);
    open_.emplace(Open{next, view.header(), std::move(reader).value()});
    return {};
  }
  data::Record whole;
  whole.value = std::string_view(*next.bytes).substr(0, kDeadValueBytesMax);
  place.next = after;
  return RefuseRecord(next.place, view.header().base_offset, &whole, reader.fault());
}

// Takes as many records of the open batch as there is room for.
TopicSource::Rest TopicSource::ReadSome() {
  PartitionPlace& place = places_[open_->fetched.place];
  data::Offset limit = LimitOf(open_->fetched.place);
  auto room = static_cast<size_t>(rows_->room());
  records_.clear();
  Rest rest;
  while (records_.size() < room) {
    data::Record record;
    auto next = open_->reader->Next(record);
    if (!next.ok()) rest.broken = next.fault();
    rest.more = next.ok() && *next;
    rest.more = rest.more && record.offset < limit;
    if (!rest.more) break;
    if (record.offset < place.next || record.offset.get() >= place.stop) continue;
    records_.push_back(std::move(record));
  }
  return rest;
}

Status TopicSource::DecodeSome(const Rest& rest) {
  size_t p = open_->fetched.place;
  PartitionPlace& place = places_[p];
  rows_->CopyIn(records_);
  records::RecordPlace around{topic_of_[p]->name, place.key.partition.get(), open_->header.leader_epoch.get(), open_->header.log_append_time()};
  for (const auto& record : records_) {
    auto outcome = rows_->Append(record, around);
    if (!outcome.ok()) RETURN_NOT_OK(RefuseRecord(p, record.offset, &record, outcome.fault()));
    else if (*outcome == RecordRows::Outcome::kNothing) without_row_.Add();
    place.next = record.offset + 1;
  }
  records_read_.Add(static_cast<int64_t>(records_.size()));
  if (rest.more) return {};
  data::Offset after = std::min(open_->header.next_offset(), LimitOf(p));
  open_.reset();
  if (rest.broken) RETURN_NOT_OK(RefuseRecord(p, place.next, nullptr, *rest.broken));
  place.next = std::max(place.next, after);
  return {};
}

Status TopicSource::RefuseRecord(size_t place, data::Offset offset, const data::Record* record, const Fault& fault) {
  std::string why = StrCat("table ", table_, ", ", PlaceName(place), " offset ", offset, ": ", fault.message());
  if (options_.bad_records == records::BadRecords::kFail) return Fault(fault.code(), fault.blame(), fault.retry(), why);
  bool was_kept = replays_ && !holds_.empty();  // by who has read up to there
  if (options_.bad_records == records::BadRecords::kSkip || unreadable_ || was_kept) {
    without_row_.Add();
    if (unreadable_) unreadable_(std::move(why));
    return {};
  }
  ports::DeadLetter bad{.topic = topic_of_[place]->name, .cluster = "", .partition = places_[place].key.partition, .offset = offset, .key = {}, .value = {}, .why = std::move(why)};
  if (record != nullptr && record->key) bad.key = std::string(record->key->substr(0, kDeadValueBytesMax));
  if (record != nullptr && record->value) bad.value = std::string(record->value->substr(0, kDeadValueBytesMax));
  letters_.Add(std::move(bad));
  return {};
}

Task<> TopicSource::Refuse(Ctx ctx, std::vector<int> rows, Fault why) {
  std::set<int64_t> offsets;
  for (int row : rows) offsets.insert(rows_->offsets()[static_cast<size_t>(row)]);
  Status refused = RefuseAll(offsets, why);
  if (!refused.ok() || in_epochs_) co_return refused;
  auto keeping = letters_.Keep(ctx);
  co_return co_await keeping;
}

// Their bytes are read once more.
Status TopicSource::RefuseAll(const std::set<int64_t>& offsets, const Fault& why) {
  for (const Fetched& fetched : read_) {
    ASSIGN_OR_RETURN(auto view, data::RecordBatchView::Parse(*fetched.bytes));
    ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(view, kUnpackedBytesMax));
    for (bool more = true; more;) {
      data::Record record;
      auto next = reader.Next(record);
      more = next.ok() && *next;
      if (more && offsets.contains(record.offset.get())) RETURN_NOT_OK(RefuseRecord(fetched.place, record.offset, &record, why));
    }
  }
  return {};
}

Task<std::vector<ports::LogAppend>> TopicSource::Prepare(Ctx ctx) { return letters_.Stage(ctx); }

std::string TopicSource::LastRead() const {
  if (last_read_.to <= last_read_.from) return "";
  data::Offset last(last_read_.to.get() - 1);
  return StrCat(PlaceName(last_read_.place), last > last_read_.from ? StrCat(" offsets ", last_read_.from, " to ", last) : StrCat(" offset ", last));
}

}  // namespace freshet::topic_tables
