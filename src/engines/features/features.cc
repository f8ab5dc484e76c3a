#include "engines/features/features.h"

#include "data/key_partition.h"
#include "data/record_batch.h"

namespace freshet::features {
namespace {

constexpr Duration kPatience = Milliseconds(250);      // of a read that finds nothing: Close waits no longer
constexpr Duration kFaultPause = Seconds(1);
constexpr size_t kBatchUnpackedBytesMax = 64 << 20;
constexpr int64_t kSweepRows = 1000;                   // a turn
constexpr int64_t kWarningsMax = 10;                   // of one view; the metric counts on
constexpr size_t kViewsMax = 128;
constexpr uint64_t kCursorPlaces = uint64_t{1} << 54;  // a cursor: which view, and a place in it

}  // namespace

Features::Following::Following(Env& env, io::Loop& loop, std::string the_file, Product product, io::Budget& budget)
    : file(std::move(the_file)), table(std::move(product), budget), reader(table.product()), group(loop, "feature view"),
      rows(env.metrics().AddGauge("freshet_features_rows", "entities with a row", {{"view", table.view().name}})),
      applied(env.metrics().AddCounter("freshet_features_applied_total", "records applied to a view", {{"view", table.view().name}})),
      refused(env.metrics().AddCounter("freshet_features_refused_total", "records that are no rows of the view, passed over", {{"view", table.view().name}})),
      newest_ms(env.metrics().AddGauge("freshet_features_newest_event_ms", "largest event time seen; 0 before the first row", {{"view", table.view().name}})) {}

Features::Features(Env& env, FeaturesOptions options)
    : env_(env), options_(options), log_(env.log().ForRoom("engines/features")), budget_("features", options.memory_bytes_max, env.memory()) {}

Result<std::unique_ptr<Features>> Features::Open(Env& env, FeaturesOptions options, const std::vector<ProductFile>& products) {
  std::unique_ptr<Features> features(new Features(env, options));
  for (const ProductFile& file : products) {
    ASSIGN_OR_RETURN(Product product, ReadProduct(file.text, file.name));
    if (features->followings_.size() >= kViewsMax) return Fault::TooLarge(file.name, ": more than ", kViewsMax, " feature views");
    for (const auto& other : features->followings_) {
      if (other->table.view().name == product.view->name) return Fault::Invalid(file.name, ": feature view '", product.view->name, "' is defined in ", other->file, ", too; give one of them another name");
      const auto& claimed = other->table.product().resp_key;
      if (product.resp_key && claimed && product.resp_key->Shape() == claimed->Shape()) {
        return Fault::Invalid(file.name, ": feature views '", other->table.view().name, "' and '", product.view->name, "' claim the same keys '", claimed->Shape(), "'");
      }
    }
    io::Loop& home = env.loop(static_cast<int>(features->followings_.size()) % env.loops());
    features->followings_.push_back(std::make_unique<Following>(env, home, file.name, std::move(product), features->budget_));
  }
  return features;
}

Features::Following* Features::FindFollowing(std::string_view view) const {
  for (const auto& following : followings_) {
    if (following->table.view().name == view) return following.get();
  }
  return nullptr;
}

Task<> Features::Begin(ports::EventLog& log, ports::Topics& topics) {
  event_log_ = &log;
  topics_ = &topics;
  for (const auto& following : followings_) {
    io::RunOn hop(following->group.loop(), CatchUp(*following));
    Status caught_up = co_await hop;
    if (!caught_up.ok()) co_return caught_up;
  }
  co_return Status::Ok();
}

Task<> Features::Close() {
  for (const auto& following : followings_) following->group.cancel()->Raise();  // all at once, then one after another
  for (const auto& following : followings_) {
    io::RunOn hop(following->group.loop(), CloseView(*following));
    co_await hop;
  }
  co_return Status::Ok();
}

Task<> Features::CloseView(Following& following) {
  auto close = following.group.Close();
  co_return co_await close;
}

// A week's retention, counted in event time, would forget rows of replayed data: the topic is kept for ever.
Task<ports::Topics::Ref> Features::TopicOf(Following& following) {
  Ctx ctx;
  auto topic = topics_->Find(following.table.view().topic);
  if (topic == nullptr) {
    ports::TopicSpec spec{.name = following.table.view().topic, .partitions = -1, .configs = {{"retention.ms", "-1"}}};
    auto create = topics_->Create(ctx, std::move(spec), false);
    auto created = co_await create;
    if (!created.ok() && created.code() != Code::kAlreadyExists) co_return created;
    topic = topics_->Find(following.table.view().topic);
  }
  if (topic == nullptr) co_return Fault::NotFound("topic '", following.table.view().topic, "' of a feature view");
  co_return topic;
}

// A topic that was deleted and made again has another id: its rows replace the old ones.
void Features::Attend(Following& following, const data::Topic& topic) {
  if (following.topic != topic.id) {
    following.table.Clear();
    following.next.clear();
    following.topic = topic.id;
  }
  following.next.resize(static_cast<size_t>(topic.partitions), data::Offset(0));
}

Task<> Features::CatchUp(Following& following) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto topic, TopicOf(following));
  Attend(following, *topic);
  std::vector<data::Offset> ends;
  for (int32_t i = 0; i < topic->partitions; ++i) {
    data::PartitionKey key{topic->id, data::PartitionId(i)};
    CO_ASSIGN_OR_RETURN(auto bounds, event_log_->Bounds(ctx, key));
    ends.push_back(bounds.end);
  }
  auto behind = [&] {
    for (size_t i = 0; i < ends.size(); ++i) {
      if (following.next[i] < ends[i]) return true;
    }
    return false;
  };
  // What cannot be read is no reason not to start: the follower goes on trying, and says why.
  while (behind()) {
    auto before = following.next;
    auto read = ReadOn(following, {});
    Status outcome = co_await read;
    if (!outcome.ok() || following.next == before) break;
  }
  following.group.Spawn(io::Lane::kNormal, Follow(following));
  co_return Status::Ok();
}

Task<> Features::Follow(Following& following) {
  while (!following.group.cancel()->raised()) {
    auto read = ReadOn(following, env_.clock().Now() + kPatience);
    Status outcome = co_await read;
    following.table.Sweep(env_.clock().WallNow(), kSweepRows);
    following.rows.Set(following.table.size());
    if (outcome.ok()) continue;
    log_.Warn("a feature view cannot follow its topic; it tries again", {{"view", following.table.view().name}, {"why", outcome.ToString()}});
    io::Signal::Waiter pause(following.group.cancelled(), env_.clock().Now() + kFaultPause);
    co_await pause;
  }
  co_return Status::Ok();
}

Task<> Features::ReadOn(Following& following, MonoTime until) {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto topic, TopicOf(following));
  Attend(following, *topic);
  std::vector<ports::LogRead> reads;
  for (size_t i = 0; i < following.next.size(); ++i) {
    data::PartitionKey key{topic->id, data::PartitionId(static_cast<int32_t>(i))};
    reads.push_back({.key = key, .from = following.next[i], .bytes_max = options_.read_bytes_max, .committed_only = true});
  }
  ports::ReadWait wait{.bytes_min = 1, .bytes_max = options_.read_bytes_max, .until = until};
  CO_ASSIGN_OR_RETURN(auto slices, event_log_->Read(ctx, std::move(reads), wait));
  for (size_t i = 0; i < slices.size(); ++i) {
    const ports::LogSlice& slice = slices[i];
    if (slice.status.code() == Code::kOutOfRange && slice.bounds.start > following.next[i]) {
      following.next[i] = slice.bounds.start;  // older records were trimmed
      continue;
    }
    if (!slice.status.ok()) co_return slice.status;
    for (const auto& batch : slice.batches) {
      const data::RecordBatchHeader header = data::RecordBatchView::Parse(*batch)->header();
      bool aborted = header.transactional() && slice.CountsForNothing(header.producer_id, header.base_offset);
      if (!aborted) ApplyBatch(following, data::PartitionId(static_cast<int32_t>(i)), *batch);
      following.next[i] = header.next_offset();
      io::Yield others_turn;
      co_await others_turn;
    }
  }
  co_return Status::Ok();
}

// Whatever a client has put into the topic, the view goes on: what is no row is counted and passed over.
void Features::ApplyBatch(Following& following, data::PartitionId partition, std::string_view bytes) {
  auto batch = data::RecordBatchView::Parse(bytes);
  if (!batch.ok() || batch->header().control()) return;
  auto reader = data::RecordReader::Open(*batch, kBatchUnpackedBytesMax);
  if (!reader.ok()) return Refuse(following, partition, batch->header().base_offset, reader.fault());
  data::Record record;
  for (;;) {
    auto more = reader->Next(record);
    if (!more.ok()) return Refuse(following, partition, batch->header().base_offset, more.fault());
    if (!*more) break;
    ApplyRecord(following, partition, record);
  }
  if (following.table.newest_ms() != INT64_MIN) following.newest_ms.Set(following.table.newest_ms());
}

void Features::ApplyRecord(Following& following, data::PartitionId partition, const data::Record& record) {
  if (!record.key) return Refuse(following, partition, record.offset, Fault::Invalid("the record has no key"));
  auto entity = following.reader.ReadKey(*record.key);
  if (!entity.ok()) return Refuse(following, partition, record.offset, entity.fault());
  following.applied.Add();
  if (!record.value) return following.table.Erase(*entity);
  auto row = following.reader.ReadValue(*record.value, record.timestamp_ms, record.offset);
  if (!row.ok()) return Refuse(following, partition, record.offset, row.fault());
  Status put = following.table.Put(*entity, std::make_shared<const Row>(std::move(row).value()));
  if (!put.ok()) Refuse(following, partition, record.offset, put.fault());
}

void Features::Refuse(Following& following, data::PartitionId partition, data::Offset offset, const Fault& fault) {
  following.refused.Add();
  if (following.warned++ >= kWarningsMax) return;
  log_.Warn("a record is no row of its feature view and was passed over",
            {{"view", following.table.view().name}, {"topic", following.table.view().topic}, {"partition", partition}, {"offset", offset}, {"why", fault.ToString()}});
}

std::shared_ptr<const ports::FeatureView> Features::Find(std::string_view view) const {
  Following* following = FindFollowing(view);
  return following == nullptr ? nullptr : following->table.product().view;
}

std::vector<std::shared_ptr<const ports::FeatureView>> Features::List() const {
  std::vector<std::shared_ptr<const ports::FeatureView>> views;
  for (const auto& following : followings_) views.push_back(following->table.product().view);
  return views;
}

Task<std::vector<ports::EntityRow>> Features::Get(Ctx ctx, std::string view, std::vector<ports::EntityKey> entities) const {
  Span span(env_.tracer(), ctx.trace, "engines/features", "get");
  Following* following = FindFollowing(view);
  if (following == nullptr) co_return Fault::NotFound("no feature view '", view, "'");
  WallTime now = env_.clock().WallNow();
  std::vector<ports::EntityRow> rows;
  rows.reserve(entities.size());
  for (const ports::EntityKey& entity : entities) {
    if (entity.size() != following->table.view().entity.size()) co_return Fault::Invalid("feature view '", view, "' has entities of ", following->table.view().entity.size(), " keys");
    rows.push_back(following->table.Get(entity, now));
  }
  co_return rows;
}

Task<> Features::Put(Ctx ctx, std::string view, std::vector<ports::FeatureWrite> rows) {
  Following* following = FindFollowing(view);
  if (following == nullptr) co_return Fault::NotFound("no feature view '", view, "'");
  const auto& shape = following->table.view();
  std::vector<std::pair<std::string, std::optional<std::string>>> records;
  std::vector<int64_t> times_ms;
  for (const ports::FeatureWrite& row : rows) {
    bool fits = row.entity.size() == shape.entity.size() && row.values.size() == shape.columns.size();
    for (size_t i = 0; fits && i < row.values.size(); ++i) fits = IsOfKind(row.values[i], shape.columns[i].kind);
    if (!fits) co_return Fault::Invalid("a row for feature view '", view, "' has another shape");
    records.emplace_back(WriteKey(shape, row.entity), WriteValue(following->table.product(), row));
    times_ms.push_back(row.event_time.get());
  }
  auto append = Append(ctx, *following, std::move(records), std::move(times_ms));
  co_return co_await append;
}

Task<> Features::Forget(Ctx ctx, std::string view, std::vector<ports::EntityKey> entities) {
  Following* following = FindFollowing(view);
  if (following == nullptr) co_return Fault::NotFound("no feature view '", view, "'");
  std::vector<std::pair<std::string, std::optional<std::string>>> records;
  for (const ports::EntityKey& entity : entities) {
    if (entity.size() != following->table.view().entity.size()) co_return Fault::Invalid("an entity for feature view '", view, "' has another shape");
    records.emplace_back(WriteKey(following->table.view(), entity), std::nullopt);
  }
  std::vector<int64_t> times_ms(records.size(), env_.clock().WallNow().ms);
  auto append = Append(ctx, *following, std::move(records), std::move(times_ms));
  co_return co_await append;
}

Task<> Features::Append(Ctx ctx, Following& following, std::vector<std::pair<std::string, std::optional<std::string>>> records,
                        std::vector<int64_t> times_ms) {
  CO_ASSIGN_OR_RETURN(auto topic, TopicOf(following));
  std::map<data::PartitionId, data::RecordBatchBuilder> builders;
  for (size_t i = 0; i < records.size(); ++i) {
    auto& builder = builders.try_emplace(data::PartitionOfKey(records[i].first, topic->partitions), data::RecordBatchBuilder::Options{}).first->second;
    builder.Add(times_ms[i], records[i].first, records[i].second);
  }
  std::vector<ports::LogAppend> appends;
  for (auto& [partition, builder] : builders) {
    auto batch = builder.Finish();
    if (!batch.ok()) co_return batch.status();
    data::PartitionKey key{topic->id, partition};
    appends.push_back({.key = key, .batches = std::move(batch).value()});
  }
  CO_ASSIGN_OR_RETURN(auto appended, event_log_->Append(ctx, std::move(appends)));
  for (const auto& outcome : appended) {
    if (!outcome.ok()) co_return outcome.status();
  }
  co_return Status::Ok();
}

bool Features::Owns(std::string_view key) const {
  for (const auto& following : followings_) {
    if (following->table.OwnsKey(key)) return true;
  }
  return false;
}

std::optional<ports::KeyEntry> Features::Find(std::string_view key, WallTime now) const {
  for (const auto& following : followings_) {
    if (following->table.OwnsKey(key)) return following->table.FindKey(key, now);
  }
  return std::nullopt;
}

uint64_t Features::Scan(uint64_t cursor, size_t count, WallTime now, const ports::KeySpace::Visit& visit) const {
  for (uint64_t view = cursor / kCursorPlaces; view < followings_.size(); ++view) {
    uint64_t next = followings_[view]->table.ScanKeys(cursor % kCursorPlaces, count, now, visit);
    if (next != 0) return view * kCursorPlaces + next;
    if (view + 1 < followings_.size() && followings_[view]->table.size() > 0) return (view + 1) * kCursorPlaces;
    cursor = 0;
  }
  return 0;
}

int64_t Features::size() const {
  int64_t total = 0;
  for (const auto& following : followings_) {
    if (following->table.product().resp_key.has_value()) total += following->table.size();
  }
  return total;
}

}  // namespace freshet::features
