#include "links/kafka/link_source.h"

#include <algorithm>
#include <set>

#include "data/expr/whole_match.h"

namespace freshet::links::kafka {
namespace {

using records::Edge;

constexpr Duration kPatience = Milliseconds(100);   // of a poll without a deadline that finds nothing
constexpr Duration kSilenceMax = Seconds(60);       // of a bounded reading: each partition has an end that is told
constexpr size_t kDeadValueBytesMax = 512 << 10;

}  // namespace

LinkSource::LinkSource(Env& env, const records::TopicOptions& options, const data::TableRequest& table, std::unique_ptr<records::RecordRows> rows, std::unique_ptr<Reader> reader,
                       std::string own_cluster, Others others)
    : env_(env), options_(options), table_(table.name), own_cluster_(std::move(own_cluster)), others_(others), in_epochs_(!table.bounded), unreadable_(table.unreadable), rows_(std::move(rows)), reader_(std::move(reader)),
      letters_(env, "links/kafka", others.dead_letters, env.metrics().AddCounter("freshet_topic_table_dead_letters_total", "records that could not be decoded and were kept as dead letters", {{"table", table.name}})),
      records_read_(env.metrics().AddCounter("freshet_topic_table_records_total", "records read by a table over a topic", {{"table", table.name}})),
      without_row_(env.metrics().AddCounter("freshet_topic_table_passed_over_total", "records that made no row: no value, blank, or broken and to be skipped", {{"table", table.name}})),
      lost_(env.metrics().AddCounter("freshet_topic_table_lost_offsets_total", "offsets that retention or who deletes records took before they were read", {{"table", table.name}})),
      deleted_topics_(env.metrics().AddCounter("freshet_topic_table_deleted_topics_total", "topics of a table's pattern that were deleted while they were read", {{"table", table.name}})) {}

Task<> LinkSource::Begin(Ctx ctx) {
  auto find = [this, &ctx] { return FindPlaces(ctx); };
  io::Offload offload(env_.workers(), io::Pool::kRemote, find);
  Status found = co_await offload;
  if (!found.ok()) co_return OfTable(found.fault());
  missing_.assign(places_.all.size(), false);
  started_.assign(places_.all.size(), false);
  at_end_.assign(places_.all.size(), false);
  was_at_end_.assign(places_.all.size(), false);
  end_told_.assign(places_.all.size(), false);
  last_arrival_ = env_.clock().Now();
  next_look_ = last_arrival_ + options_.discovery;
  co_return Status();
}

// On a worker.
Status LinkSource::FindPlaces(const Ctx& ctx) {
  ASSIGN_OR_RETURN(places_.cluster, reader_->client().ClusterId(ctx));
  if (places_.cluster == own_cluster_) {
    return Fault::Invalid("properties.bootstrap.servers '", options_.properties.at("bootstrap.servers"), "' leads to this house itself; leave the option out, or let doors.kafka.advertised say that name");
  }
  std::vector<std::string> topics = options_.topics;
  if (!options_.topic_pattern.empty()) {
    ASSIGN_OR_RETURN(listed_, reader_->client().Topics());
    ASSIGN_OR_RETURN(topics, TakenOf(listed_));
  }
  for (const auto& topic : topics) {
    ASSIGN_OR_RETURN(auto places, NewPlaces(topic, 0, true));
    places_.all.insert(places_.all.end(), std::make_move_iterator(places.begin()), std::make_move_iterator(places.end()));
  }
  return {};
}

Result<std::vector<std::string>> LinkSource::TopicsNow() {
  if (options_.topic_pattern.empty()) return options_.topics;
  ASSIGN_OR_RETURN(auto all, reader_->client().Topics());
  return TakenOf(std::move(all));
}

Result<std::vector<std::string>> LinkSource::TakenOf(std::vector<std::string> topics) const {
  ASSIGN_OR_RETURN(auto pattern, expr::WholeMatch::Of(options_.topic_pattern));
  std::vector<std::string> taken;
  for (auto& name : topics) {
    ASSIGN_OR_RETURN(bool takes, pattern.Takes(name));
    if (takes) taken.push_back(std::move(name));
  }
  return taken;
}

int32_t LinkSource::KnownPartitions(const std::string& topic) const {
  return static_cast<int32_t>(std::count_if(places_.all.begin(), places_.all.end(), [&](const Place& place) { return place.topic == topic && !IsLetGo(place); }));
}

Result<std::vector<Place>> LinkSource::NewPlaces(const std::string& topic, int32_t known, bool first_look) {
  ASSIGN_OR_RETURN(int32_t count, reader_->client().Partitions(topic));
  std::map<int32_t, int64_t> of_group;
  if ((first_look && options_.begin == Edge::kGroup) || options_.end == Edge::kGroup) {
    ASSIGN_OR_RETURN(of_group, reader_->Committed(topic, count));
  }
  std::vector<Place> places;
  for (int32_t p = known; p < count; ++p) {
    Place place{.topic = topic, .partition = p};
    Edge begin = first_look ? options_.begin : Edge::kEarliest;
    const auto& begin_offsets = begin == Edge::kGroup ? of_group : options_.begin_offsets;
    if (begin == Edge::kGroup) begin = of_group.contains(p) ? Edge::kOffsets : options_.reset;
    place.next = Place::kNowhere;
    if (begin != Edge::kNone) {
      ASSIGN_OR_RETURN(place.next, EdgeOf(place, begin, options_.begin_ms, begin_offsets, false));
    }
    if (options_.end == Edge::kGroup && !of_group.contains(p)) return NoOffset(place);
    if (options_.end != Edge::kNone) {
      Edge end = options_.end == Edge::kGroup ? Edge::kOffsets : options_.end;
      ASSIGN_OR_RETURN(place.stop, EdgeOf(place, end, options_.end_ms, options_.end == Edge::kGroup ? of_group : options_.end_offsets, true));
    }
    places.push_back(std::move(place));
  }
  return places;
}

// As of a topic of this house: partitions that specific offsets do not name begin at the start and stop at the end of what
// is there.
Result<int64_t> LinkSource::EdgeOf(const Place& place, Edge edge, int64_t ms, const std::map<int32_t, int64_t>& offsets, bool from_end) {
  ASSIGN_OR_RETURN(auto bounds, reader_->BoundsOf(place.topic, place.partition));
  if (edge == Edge::kEarliest) return bounds.start;
  if (edge == Edge::kOffsets) {
    auto found = offsets.find(place.partition);
    if (found != offsets.end()) return std::max(found->second, bounds.start);
    return from_end ? bounds.end : bounds.start;
  }
  if (edge == Edge::kTimestamp) {
    ASSIGN_OR_RETURN(auto found, reader_->OffsetAt(place.topic, place.partition, ms));
    if (found) return from_end ? std::min(*found, bounds.end) : *found;
  }
  return bounds.end;
}

Fault LinkSource::NoOffset(const Place& place) const {
  return Fault::NotFound("group '", options_.group, "' has no offset of topic '", place.topic, "' partition ", place.partition,
                         "; commit one, or say 'properties.auto.offset.reset' = 'earliest' or 'latest'");
}

Status LinkSource::Seek(std::string_view position) {
  ASSIGN_OR_RETURN(ClusterPlaces before, DecodePlaces(position));
  if (before.cluster != places_.cluster) {
    return Fault::Conflict("table ", table_, ": it had read cluster '", before.cluster, "'; properties.bootstrap.servers lead to '", places_.cluster, "' now: its offsets mean nothing there. Give the file another name to begin anew");
  }
  auto same = [this](const Place& a) { return [this, &a](const Place& b) { return a.topic == b.topic && a.partition == b.partition && !IsLetGo(b); }; };
  std::vector<bool> missing;
  for (auto& place : before.all) {
    auto known = std::find_if(places_.all.begin(), places_.all.end(), same(place));
    bool listed = std::binary_search(listed_.begin(), listed_.end(), place.topic);
    missing.push_back(known == places_.all.end() && OutlivesTopics() && !listed && !IsLetGo(place));
    if (missing.back() || IsLetGo(place)) continue;
    if (known == places_.all.end() && listed) return Fault::Conflict("table ", table_, ": it had read ", PlaceName(place), ", which its topic-pattern does not take now. Put the old one back, or give the pipeline's file another name to begin anew");
    if (known == places_.all.end()) return Fault::Conflict("table ", table_, ": it had read ", PlaceName(place), ", which is not there any more");
    if (place.next == Place::kNowhere) place.next = known->next;
  }
  for (const auto& place : places_.all) {
    if (std::any_of(before.all.begin(), before.all.end(), same(place))) continue;  // else a partition that was added meanwhile: from its start
    before.all.push_back(place);
    if (options_.end == Edge::kNone) before.all.back().next = 0;
  }
  places_ = std::move(before);
  missing.resize(places_.all.size(), false);
  missing_ = std::move(missing);
  for (size_t i = 0; i < places_.all.size(); ++i) {
    if (missing_[i]) TellOfGone(i);
  }
  started_.assign(places_.all.size(), false);
  at_end_.assign(places_.all.size(), false);
  was_at_end_.assign(places_.all.size(), false);
  end_told_.assign(places_.all.size(), false);
  return {};
}

std::vector<int32_t> LinkSource::Partitions() const {
  std::vector<int32_t> out;
  for (size_t i = 0; i < places_.all.size(); ++i) out.push_back(static_cast<int32_t>(i));
  return out;
}

Status LinkSource::StartAll() {
  for (size_t i = 0; i < places_.all.size(); ++i) {
    if (started_[i] || missing_[i] || Finished(i)) continue;
    const Place& place = places_.all[i];
    if (place.next == Place::kNowhere) return NoOffset(place);
    RETURN_NOT_OK(reader_->Start(i, place.topic, place.partition, place.next));
    started_[i] = true;
  }
  return {};
}

// Tells once of each partition that it has ended, when nothing of it waits any more.
std::optional<ports::Polled> LinkSource::NextEnd() {
  for (size_t i = 0; i < places_.all.size(); ++i) {
    bool over = Finished(i) || missing_[i];
    if (end_told_[i] || !over) continue;
    end_told_[i] = true;
    if (started_[i]) reader_->Pause(places_.all[i].topic, places_.all[i].partition);
    ports::Polled polled;
    polled.partition = static_cast<int32_t>(i);
    polled.partition_ended = true;
    polled.ended = options_.end != Edge::kNone && std::find(end_told_.begin(), end_told_.end(), false) == end_told_.end();
    return polled;
  }
  return std::nullopt;
}

Task<ports::Polled> LinkSource::Poll(Ctx ctx) {
  MonoTime until = std::exchange(ctx.deadline, MonoTime::Never());  // it ends the wait for rows and fails nothing
  last_read_ = {};
  Status started = StartAll();
  if (!started.ok()) co_return OfTable(started.fault());
  if (at_ == arrivals_.all.size()) {
    if (auto end = NextEnd()) co_return std::move(*end);
    auto fetching = Fetch(until);
    Status fetched = co_await fetching;
    if (!fetched.ok()) co_return OfTable(fetched.fault());
  }
  bool took_none = places_.all.empty() && options_.end != Edge::kNone;  // a pattern
  if (took_none) {
    ports::Polled polled;
    polled.partition_ended = polled.ended = true;
    co_return polled;
  }
  if (at_ == arrivals_.all.size()) co_return ports::Polled();
  auto decoding = DecodeRun(ctx);
  co_return co_await decoding;
}

Task<> LinkSource::Fetch(MonoTime until) {
  arrivals_ = {};
  at_ = 0;
  for (int look = 0; look < 2 && arrivals_.all.empty(); ++look) {
    if (look > 0) {
      auto waiting = reader_->Wait(std::min(until, env_.clock().Now() + kPatience));
      co_await waiting;
    }
    auto taken = reader_->Take();
    if (!taken.ok()) co_return taken.fault();
    arrivals_ = std::move(taken).value();
  }
  MonoTime now = env_.clock().Now();
  bool all_at_end = std::find(at_end_.begin(), at_end_.end(), false) == at_end_.end();  // then more may come, or nothing
  if (!arrivals_.all.empty() || all_at_end) last_arrival_ = now;
  bool silent = options_.end != Edge::kNone && now - last_arrival_ > kSilenceMax;
  if (silent) co_return reader_->client().Failed(StrCat("nothing has come for ", kSilenceMax.ms() / 1000, " s"), -195);  // the transport
  bool looks = options_.end == Edge::kNone && options_.discovery.ns > 0 && now >= next_look_;
  if (!looks) co_return Status();
  auto discovering = Discover(now);
  co_return co_await discovering;
}

Task<> LinkSource::Discover(MonoTime now) {
  auto list = [this] { return TopicsNow(); };
  io::Offload listing(env_.workers(), io::Pool::kRemote, list);
  auto topics = co_await listing;
  if (!topics.ok()) co_return topics.fault();
  for (const auto& topic : *topics) {
    MeetAgain(topic);
    auto look = [this, &topic, known = KnownPartitions(topic)] { return NewPlaces(topic, known, false); };
    io::Offload offload(env_.workers(), io::Pool::kRemote, look);
    auto places = co_await offload;
    if (!places.ok()) co_return places.fault();
    places_.all.insert(places_.all.end(), std::make_move_iterator(places->begin()), std::make_move_iterator(places->end()));
  }
  next_look_ = now + options_.discovery;
  missing_.resize(places_.all.size(), false);
  started_.resize(places_.all.size(), false);
  at_end_.resize(places_.all.size(), false);
  was_at_end_.resize(places_.all.size(), false);
  end_told_.resize(places_.all.size(), false);
  co_return Status();
}

// Retention, or who deletes records, was faster.
Task<> LinkSource::PassOver(size_t p) {
  Place& place = places_.all[p];
  Result<Reader::Bounds> bounds = Reader::Bounds{};
  auto ask = [&] {
    reader_->Stop(place.topic, place.partition);
    bounds = reader_->BoundsOf(place.topic, place.partition);
    return bounds.status();
  };
  io::Offload offload(env_.workers(), io::Pool::kRemote, ask);
  Status asked = co_await offload;
  if (!asked.ok()) co_return OfTable(asked.fault());
  bool before = place.next < bounds->start;
  if (!before) co_return Fault::OutOfRange("table ", table_, ": ", PlaceName(place), " has no offset ", place.next, "; it ends at ", bounds->end, ": were its records deleted and the topic made again?");
  if (place.next > 0) {
    lost_.Add(bounds->start - place.next);
    env_.log().ForRoom("links/kafka").Error("records were removed before they were read; what is computed lacks them",
        {{"table", table_}, {"place", PlaceName(place)}, {"first_offset", place.next}, {"offsets", bounds->start - place.next}});
  }
  place.next = bounds->start;
  started_[p] = false;
  co_return Status();
}

// Its place in the position stays, so that the others keep their numbers. A cluster may not know a topic for a while: then this attempt ends, and the next one goes on with it.
Task<> LinkSource::LetGo(size_t p, int error) {
  Place& place = places_.all[p];
  if (Finished(p)) co_return Status();
  Fault unknown = OfTable(reader_->client().Failed(PlaceName(place), error));
  if (!OutlivesTopics()) co_return unknown;
  auto look = [&]() -> Status {
    ASSIGN_OR_RETURN(auto there, reader_->client().Topics());
    if (std::binary_search(there.begin(), there.end(), place.topic)) return unknown;
    reader_->Stop(place.topic, place.partition);
    return {};
  };
  io::Offload offload(env_.workers(), io::Pool::kRemote, look);
  Status looked = co_await offload;
  if (!looked.ok()) co_return looked;
  place.stop = place.next;
  started_[p] = false;
  TellOfGone(p);
  co_return Status();
}

// Counted once a topic, by its first partition.
void LinkSource::TellOfGone(size_t p) {
  const Place& place = places_.all[p];
  if (place.partition == 0) deleted_topics_.Add();
  env_.log().ForRoom("links/kafka").Warn("a topic of a table's pattern is not there any more; the table goes on without it", {{"table", table_}, {"place", PlaceName(place)}, {"read_to", place.next}});
}

// A cluster that comes up may not know all of its topics yet.
void LinkSource::MeetAgain(const std::string& topic) {
  for (size_t i = 0; i < places_.all.size(); ++i) {
    if (places_.all[i].topic == topic && missing_[i]) missing_[i] = end_told_[i] = false;
  }
}

// Rows of one partition, as many as a batch takes.
Task<ports::Polled> LinkSource::DecodeRun(Ctx ctx) {
  size_t p = arrivals_.all[at_].place;
  ports::Polled polled;
  polled.partition = static_cast<int32_t>(p);
  if (arrivals_.all[at_].kind == Arrived::Kind::kGone) {
    ++at_;
    auto passing = PassOver(p);
    Status passed = co_await passing;
    if (!passed.ok()) co_return passed.fault();
    co_return polled;
  }
  if (arrivals_.all[at_].kind == Arrived::Kind::kDeleted) {
    auto letting = LetGo(p, arrivals_.all[at_++].error);
    Status let = co_await letting;
    if (!let.ok()) co_return let.fault();
    co_return polled;
  }
  Span span(env_.tracer(), ctx.trace, "links/kafka", "decode");
  polled.came_later = was_at_end_[p];
  Gather(p);
  if (rows_->LacksSchemas(records_)) {
    auto fetching = others_.registry->FetchFor(ctx, *rows_, records_);
    Status schemas = co_await fetching;
    if (!schemas.ok()) co_return OfTable(schemas.fault());
  }
  last_read_ = {p, places_.all[p].next, gathered_to_};
  Status decoded = Decode(p);
  if (!decoded.ok()) co_return decoded.fault();
  if (!in_epochs_) {
    auto keeping = letters_.Keep(ctx);
    Status kept = co_await keeping;
    if (!kept.ok()) co_return OfTable(kept.fault());
  }
  auto batch = rows_->Finish();
  if (!batch.ok()) co_return batch.fault();
  polled.batch = std::move(batch).value();
  co_return polled;
}

void LinkSource::Gather(size_t p) {
  const Place& place = places_.all[p];
  auto room = static_cast<size_t>(rows_->room());
  records_.clear();
  log_append_times_.clear();
  gathered_to_ = place.next;
  for (size_t taken = 0; at_ < arrivals_.all.size() && taken < room; ++at_) {
    Arrived& arrived = arrivals_.all[at_];
    if (arrived.place != p || arrived.kind == Arrived::Kind::kGone || arrived.kind == Arrived::Kind::kDeleted) break;
    bool is_record = arrived.kind != Arrived::Kind::kEnd;
    if (is_record) taken += static_cast<size_t>(rows_->WeightOf(arrived.record));
    if (taken > room && !records_.empty()) break;
    at_end_[p] = arrived.kind == Arrived::Kind::kEnd;
    was_at_end_[p] = was_at_end_[p] || at_end_[p];
    int64_t offset = arrived.record.offset.get();
    bool past = arrived.kind == Arrived::Kind::kEnd || offset >= place.stop;
    gathered_to_ = std::max(gathered_to_, std::min(past ? offset : offset + 1, place.stop));
    if (past || offset < place.next) continue;
    records_.push_back(std::move(arrived.record));
    log_append_times_.push_back(arrived.log_append_time);
  }
}

Status LinkSource::Decode(size_t p) {
  Place& place = places_.all[p];
  rows_->CopyIn(records_);
  for (size_t i = 0; i < records_.size(); ++i) {
    auto outcome = rows_->Append(records_[i], {place.topic, place.partition, -1, log_append_times_[i]});
    if (!outcome.ok()) RETURN_NOT_OK(RefuseRecord(place, records_[i], outcome.fault()));
    else if (*outcome == records::RecordRows::Outcome::kNothing) without_row_.Add();
  }
  place.next = gathered_to_;
  records_read_.Add(static_cast<int64_t>(records_.size()));
  return {};
}

Status LinkSource::RefuseRecord(const Place& place, const data::Record& record, const Fault& fault) {
  std::string why = StrCat("table ", table_, ", ", PlaceName(place), " offset ", record.offset, ": ", fault.message());
  if (options_.bad_records == records::BadRecords::kFail) return Fault(fault.code(), fault.blame(), fault.retry(), StrCat(why, ". Without the option ", options_.value_format, ".ignore-parse-errors such a record goes to ", ports::DeadLetterTopic(place.topic), ", and the others go on"));
  if (options_.bad_records == records::BadRecords::kSkip) {
    without_row_.Add();
    if (unreadable_) unreadable_(std::move(why));
    return {};
  }
  if (others_.dead_letters == nullptr) return Fault(fault.code(), fault.blame(), fault.retry(), StrCat(why, ". No house keeps dead letters here; add --data DATA, or say '", options_.value_format, ".ignore-parse-errors' = 'true' to skip such records"));
  if (unreadable_) {
    without_row_.Add();
    unreadable_(std::move(why));
    return {};
  }
  ports::DeadLetter bad{.topic = place.topic, .topic_id = "", .cluster = options_.properties.at("bootstrap.servers"), .pipeline = pipeline_, .table = table_, .partition = data::PartitionId(place.partition), .offset = record.offset, .key = {}, .value = {}, .why = std::move(why)};
  if (record.key) bad.key = std::string(record.key->substr(0, kDeadValueBytesMax));
  if (record.value) bad.value = std::string(record.value->substr(0, kDeadValueBytesMax));
  letters_.Add(std::move(bad));
  return {};
}

Task<> LinkSource::Refuse(Ctx ctx, std::vector<int> rows, Fault why) {
  std::set<int64_t> offsets;
  for (int row : rows) offsets.insert(rows_->offsets()[static_cast<size_t>(row)]);
  for (const auto& record : records_) {
    Status refused = offsets.contains(record.offset.get()) ? RefuseRecord(places_.all[last_read_.place], record, why) : Status();
    if (!refused.ok()) co_return refused;
  }
  if (in_epochs_) co_return Status();
  auto keeping = letters_.Keep(ctx);
  Status kept = co_await keeping;
  co_return kept.ok() ? kept : Status(OfTable(kept.fault()));
}

Task<std::vector<ports::LogAppend>> LinkSource::Prepare(Ctx ctx) { return letters_.Stage(ctx); }

std::string LinkSource::LastRead() const {
  if (last_read_.to <= last_read_.from) return "";
  std::string offsets = last_read_.to - last_read_.from > 1 ? StrCat(" offsets ", last_read_.from, " to ", last_read_.to - 1) : StrCat(" offset ", last_read_.from);
  return PlaceName(places_.all[last_read_.place]) + offsets;
}

}  // namespace freshet::links::kafka
