#include "engines/topic_tables/topic_source.h"

#include <algorithm>

#include "engines/topic_tables/topic_tables.h"
#include "io/wait.h"

namespace freshet::topic_tables {
namespace {

constexpr Duration kPatience = Milliseconds(100);  // of a poll without a deadline that finds nothing
constexpr size_t kUnpackedBytesMax = 256 << 20;
constexpr size_t kDeadValueBytesMax = 512 << 10;
constexpr int64_t kPartitionReadBytes = 1 << 20;
// Whose name stands in metrics. Looks are anybody's, under any name.
std::string MetricName(const ports::TableRequest& table) { return table.since ? "(previews)" : table.replays ? "(rebuilds)" : table.name; }

}  // namespace

TopicSource::TopicSource(Env& env, ports::EventLog& log, ports::Topics& topics, ports::Groups* groups, ports::DeadLetters& dead_letters, ports::SchemaRegistry* registry, TopicOptions options,
                         const ports::TableRequest& table, std::unique_ptr<RecordRows> rows, int64_t read_bytes_max, bool create_topics)
    : env_(env), log_(log), topics_(topics), groups_(groups), registry_(registry), options_(std::move(options)), table_(table.name), pipeline_(table.reader), rows_(std::move(rows)), read_bytes_max_(read_bytes_max),
      create_topics_(create_topics), replays_(table.replays), endless_(options_.end == Edge::kNone || table.since.has_value()), in_epochs_(!table.bounded && !table.replays), unreadable_(table.unreadable),
      letters_(env, "engines/topic_tables", &dead_letters, env.metrics().AddCounter("freshet_topic_table_dead_letters_total", "records that could not be decoded and were kept as dead letters", {{"table", MetricName(table)}})),
      records_read_(env.metrics().AddCounter("freshet_topic_table_records_total", "records read by a table over a topic", {{"table", MetricName(table)}})),
      without_row_(env.metrics().AddCounter("freshet_topic_table_passed_over_total", "records that made no row: no value, blank, or broken and to be skipped", {{"table", MetricName(table)}})),
      lost_(env.metrics().AddCounter("freshet_topic_table_lost_offsets_total", "offsets that retention or who deletes records took before they were read", {{"table", MetricName(table)}})),
      deleted_topics_(env.metrics().AddCounter("freshet_topic_table_deleted_topics_total", "topics of a table's pattern that were deleted while they were read", {{"table", MetricName(table)}})) {}

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
    if (!decoded.ok() || rest.full) co_return decoded;
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

// Takes as many records of the open batch as there is room for; one of more rows than that waits for the next batch.
TopicSource::Rest TopicSource::ReadSome() {
  PartitionPlace& place = places_[open_->fetched.place];
  data::Offset limit = LimitOf(open_->fetched.place);
  auto room = static_cast<size_t>(rows_->room());
  records_.clear();
  Rest rest;
  for (size_t taken = 0; taken < room;) {
    data::Record record;
    bool waited = open_->waiting.has_value();
    auto next = waited ? Result<bool>(true) : open_->reader->Next(record);
    if (waited) record = *std::exchange(open_->waiting, std::nullopt);
    if (!next.ok()) rest.broken = next.fault();
    rest.more = next.ok() && *next;
    rest.more = rest.more && record.offset < limit;
    if (!rest.more) break;
    if (record.offset < place.next || record.offset.get() >= place.stop) continue;
    taken += static_cast<size_t>(rows_->WeightOf(record));
    rest.full = taken > room && (rows_->rows() > 0 || !records_.empty());
    if (rest.full) {
      open_->waiting = std::move(record);
      break;
    }
    records_.push_back(std::move(record));
  }
  return rest;
}

Status TopicSource::DecodeSome(const Rest& rest) {
  size_t p = open_->fetched.place;
  PartitionPlace& place = places_[p];
  if (records_.empty() && rest.full) return {};
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
  if (options_.bad_records == records::BadRecords::kFail) return Fault(fault.code(), fault.blame(), fault.retry(), StrCat(why, ". Without the option ", options_.value_format, ".ignore-parse-errors such a record goes to ", ports::DeadLetterTopic(topic_of_[place]->name), ", and the others go on"));
  bool was_kept = replays_ && !holds_.empty();  // by who has read up to there
  if (options_.bad_records == records::BadRecords::kSkip || unreadable_ || was_kept) {
    without_row_.Add();
    if (unreadable_) unreadable_(std::move(why));
    return {};
  }
  ports::DeadLetter bad{.topic = topic_of_[place]->name, .topic_id = StrCat(topic_of_[place]->id), .cluster = "", .pipeline = pipeline_, .table = table_, .partition = places_[place].key.partition, .offset = offset, .key = {}, .value = {}, .why = std::move(why)};
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
