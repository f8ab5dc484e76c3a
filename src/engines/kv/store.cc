#include "engines/kv/store.h"

#include "data/record_batch.h"
#include "engines/kv/overlay.h"
#include "engines/kv/record.h"

namespace freshet::kv {
namespace {

constexpr int64_t kReplayReadBytes = 4 << 20;
constexpr size_t kBatchUnpackedBytesMax = 64 << 20;
constexpr size_t kGroupProgramsMax = 256;
constexpr Duration kSweepInterval = Milliseconds(500);
constexpr int kSweepKeysMax = 10000;

}  // namespace

Store::Store(Env& env, StoreOptions options, ports::EventLog& log, ports::Topics& topics, const ports::DerivedKeys* derived)
    : env_(env), options_(std::move(options)), log_(env.log().ForRoom("engines/kv")), event_log_(log), topics_(topics), derived_(derived),
      budget_("kv", options_.memory_bytes_max, env.memory()), work_(env.loop(0), "kv"),
      keys_gauge_(env.metrics().AddGauge("freshet_kv_keys", "ordinary keys in memory")),
      bytes_gauge_(env.metrics().AddGauge("freshet_kv_memory_bytes", "memory that ordinary keys are counted with")),
      expired_(env.metrics().AddCounter("freshet_kv_expired_total", "keys removed because their time had come")) {}

Store::~Store() { budget_.Release(reserved_); }

Task<> Store::Begin() {
  Ctx ctx;
  auto topic = topics_.Find(options_.topic);
  if (topic == nullptr) {
    ports::TopicSpec spec{.name = options_.topic, .partitions = 1, .configs = {{"max.message.bytes", "8388608"}, {"retention.ms", "-1"}, {"cleanup.policy", "compact"}, {"segment.bytes", "33554432"}}};
    CO_ASSIGN_OR_RETURN(topic, topics_.Create(ctx, std::move(spec), false));
  } else if (!topic->log.compacted) {  // an earlier version made it
    std::vector<ports::ConfigEdit> edits;
    edits.push_back({"cleanup.policy", "compact"});
    edits.push_back({"segment.bytes", "33554432"});
    CO_ASSIGN_OR_RETURN(topic, topics_.AlterConfigs(ctx, options_.topic, std::move(edits), false));
  }
  partition_ = {topic->id, data::PartitionId(0)};
  CO_RETURN_NOT_OK(Replay());
  work_.Spawn(io::Lane::kUrgent, WriteAll());
  work_.Spawn(io::Lane::kIdle, SweepExpired());
  co_return Status::Ok();
}

Task<> Store::Close() {
  closing_ = true;
  queued_.NotifyAll();
  auto close = work_.Close();
  co_return co_await close;
}

Task<> Store::Replay() {
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto bounds, event_log_.Bounds(ctx, partition_));
  data::Offset next = bounds.start;
  while (next < bounds.end) {
    std::vector<ports::LogRead> reads(1);
    reads[0] = {.key = partition_, .from = next, .bytes_max = kReplayReadBytes};
    CO_ASSIGN_OR_RETURN(auto slices, event_log_.Read(ctx, std::move(reads), {}));
    if (!slices[0].status.ok()) co_return slices[0].status;
    if (slices[0].batches.empty()) co_return Fault::Corrupt("topic '", options_.topic, "' has no records at offset ", next, " though it ends at ", bounds.end);
    for (const auto& batch : slices[0].batches) {
      Status replayed = ReplayBatch(*batch);
      if (!replayed.ok()) co_return replayed;
      next = data::RecordBatchView::Parse(*batch)->header().next_offset();
    }
  }
  Account();
  co_return Status::Ok();
}

Status Store::ReplayBatch(std::string_view bytes) {
  ASSIGN_OR_RETURN(auto batch, data::RecordBatchView::Parse(bytes));
  ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(batch, kBatchUnpackedBytesMax));
  data::Record record;
  int64_t now_ms = env_.clock().WallNow().ms;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return {};
    if (!record.key) continue;
    if (!record.value) {
      keys_.Erase(*record.key);
      continue;
    }
    auto entry = DecodeEntry(*record.value);
    if (!entry.ok()) {
      log_.Warn("a record of the key topic is not ours and was passed over", {{"offset", record.offset}, {"why", entry.ToString()}});
      continue;
    }
    if (entry->expires_ms <= now_ms) keys_.Erase(*record.key);
    else keys_.Put(*record.key, std::move(entry).value());
    if (keys_.bytes() > reserved_) {
      int64_t step = keys_.bytes() - reserved_ + (1 << 20);
      if (!budget_.TryReserve(step)) return Fault::Exhausted("the keys of topic '", options_.topic, "' do not fit into memory; raise `memory`");
      reserved_ += step;
    }
  }
}

// Gives back what was reserved too much, and tells the gauges.
void Store::Account() {
  CHECK(reserved_ >= keys_.bytes());
  budget_.Release(reserved_ - keys_.bytes());
  reserved_ = keys_.bytes();
  keys_gauge_.Set(keys_.size());
  bytes_gauge_.Set(keys_.bytes());
}

Task<> Store::Run(Ctx ctx, ports::KeyProgram& program) {
  Span span(env_.tracer(), ctx.trace, "engines/kv", program.writes() ? "write" : "read");
  if (!program.writes()) {
    std::shared_lock lock(mutex_);
    Overlay keys(*this, env_.clock().WallNow());
    program.Run(keys);
    co_return Status::Ok();
  }
  io::RunOn hop(env_.loop(0), Queue(program));
  co_return co_await hop;
}

Task<> Store::Queue(ports::KeyProgram& program) {
  if (closing_) co_return Fault::Unavailable("the key store is closing");
  Waiting waiting{.program = program, .done_signal = {}, .done = false, .outcome = {}};
  queue_.push_back(&waiting);
  queued_.NotifyAll();
  while (!waiting.done) {
    io::Signal::Waiter wait(waiting.done_signal, MonoTime::Never());
    co_await wait;
  }
  co_return waiting.outcome;
}

Task<> Store::WriteAll() {
  for (;;) {
    if (!queue_.empty()) {
      auto write = WriteGroup();
      co_await write;
      continue;
    }
    if (closing_) break;
    io::Signal::Waiter wait(queued_, MonoTime::Never());
    co_await wait;
  }
  co_return Status::Ok();
}

// Runs programs from the queue on top of what is durable until their changes fill an append, then makes them durable.
Task<> Store::WriteGroup() {
  std::vector<Waiting*> group;
  Overlay changes(*this, env_.clock().WallNow());
  while (!queue_.empty() && changes.bytes() < options_.group_bytes_max && group.size() < kGroupProgramsMax) {
    group.push_back(queue_.front());
    queue_.pop_front();
    group.back()->program.Run(changes);
  }
  auto append = Append(changes);
  Status outcome = co_await append;
  if (outcome.ok() && !changes.changes().empty()) Merge(changes);
  for (Waiting* waiting : group) {
    waiting->outcome = outcome;
    waiting->done = true;
    waiting->done_signal.NotifyAll();
  }
  co_return Status::Ok();
}

// One record a key, its newest state, in as few batches as their size allows.
Task<> Store::Append(Overlay& overlay) {
  Ctx ctx;
  auto& changes = overlay.changes();
  int64_t now_ms = env_.clock().WallNow().ms;
  for (auto at = changes.begin(); at != changes.end();) {
    data::RecordBatchBuilder builder({});
    for (; at != changes.end() && builder.plain_bytes() < static_cast<size_t>(options_.group_bytes_max); ++at) {
      if (!at->second.has_value()) {
        builder.Add(now_ms, at->first, std::nullopt);
        continue;
      }
      std::string value = EncodeEntry(*at->second);
      if (builder.count() > 0 && builder.plain_bytes() + value.size() > static_cast<size_t>(options_.group_bytes_max)) break;
      builder.Add(now_ms, at->first, value);
    }
    auto batch = builder.Finish();
    if (!batch.ok()) co_return batch.status();
    std::vector<ports::LogAppend> appends(1);
    appends[0] = {.key = partition_, .batches = std::move(batch).value()};
    CO_ASSIGN_OR_RETURN(auto appended, event_log_.Append(ctx, std::move(appends)));
    if (!appended[0].ok()) co_return appended[0].status();
  }
  co_return Status::Ok();
}

void Store::Merge(Overlay& overlay) {
  std::unique_lock lock(mutex_);
  for (auto& [key, entry] : overlay.changes()) {
    if (entry.has_value()) keys_.Put(key, std::move(*entry));
    else keys_.Erase(key);
  }
  reserved_ += overlay.TakeReserved();  // at least what the keys have grown by
  Account();
}

// Readers do not see an expired key; the sweep gives its memory back. The topic needs no record of it.
Task<> Store::SweepExpired() {
  while (!closing_) {
    int removed = 0;
    {
      std::unique_lock lock(mutex_);
      int64_t now_ms = env_.clock().WallNow().ms;
      for (const std::string* key; removed < kSweepKeysMax && (key = keys_.FirstExpired(now_ms)) != nullptr; ++removed) {
        keys_.Erase(std::string(*key));
      }
      if (removed > 0) Account();
    }
    expired_.Add(removed);
    io::Signal::Waiter wait(work_.cancelled(), env_.clock().Now() + kSweepInterval);
    co_await wait;
  }
  co_return Status::Ok();
}

}  // namespace freshet::kv
