#include "engines/log/log.h"

namespace freshet::log {

// A batch between the journal's queue and its fdatasync. Owned by the append that waits for it, or by itself when the
// topic answers before that.
class SegmentLog::PendingAppend final : public ports::Committed {
 public:
  PendingAppend(Home& home, PartitionRef partition, io::Budget& budget, data::Offset end)
      : home_(home), partition_(std::move(partition)), budget_(budget), end_(end) {}

  bool await_ready() const { return done_; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) { waiter_ = &waiter.promise(); }
  Status await_resume() const { return outcome.status(); }

  void OwnItself(std::unique_ptr<PendingAppend> self) { self_ = std::move(self); }

  // On the home loop, in the order of the appends.
  void Run() override {
    ++home_.completed;
    home_.completion.NotifyAll();
    if (outcome.ok()) {
      partition_->MoveDurable(end_);
    } else {
      int64_t before = partition_->tail_bytes();
      partition_->DropUndurable();
      budget_.Release(before - partition_->tail_bytes());
    }
    done_ = true;
    auto self = std::move(self_);
    if (waiter_ != nullptr) waiter_->Run();  // may destroy this
  }

 private:
  Home& home_;
  PartitionRef partition_;
  io::Budget& budget_;
  const data::Offset end_;
  bool done_ = false;
  io::internal::PromiseBase* waiter_ = nullptr;
  std::unique_ptr<PendingAppend> self_;
};

// An append whose batch has its offsets: what to wait for, and the answer.
struct SegmentLog::Started {
  PartitionRef partition;
  ports::Appended answer;
  data::Offset durable_at;                  // high watermark at which the answer may leave
  std::unique_ptr<PendingAppend> pending;   // null for a duplicate or a relaxed topic
};

Result<std::unique_ptr<SegmentLog>> SegmentLog::Open(Env& env, LogOptions options) {
  std::unique_ptr<SegmentLog> log(new SegmentLog(env, std::move(options)));
  RETURN_NOT_OK(env.files().CreateDirectories(log->options_.directory));
  ASSIGN_OR_RETURN(Checkpoint checkpoint, LoadCheckpoint(env.files(), log->options_.directory));
  log->durable_position_.store(checkpoint.position.get());
  for (PartitionState& state : checkpoint.partitions) {
    PartitionRef partition = log->AddPartition(log->HomeOf(state.key), state.key, nullptr);
    partition->Restore(std::move(state));
  }
  return log;
}

SegmentLog::SegmentLog(Env& env, LogOptions options)
    : env_(env), options_(std::move(options)), log_(env.log().ForRoom("engines/log")),
      tail_budget_("log tail", options_.tail_bytes_max, env.memory()),
      batches_in_(env.metrics().AddCounter("freshet_log_batches_total", "record batches appended")),
      bytes_in_(env.metrics().AddCounter("freshet_log_bytes_total", "bytes of record batches appended")),
      corrupt_reads_(env.metrics().AddCounter("freshet_log_corrupt_reads_total", "reads that met bytes whose checksum does not hold")) {
  for (int i = 0; i < env.loops(); ++i) homes_.push_back(std::make_unique<Home>(env.loop(i), i));
}

SegmentLog::~SegmentLog() {
  for (const auto& home : homes_) {
    for (const auto& [key, partition] : home->partitions) tail_budget_.Release(partition->tail_bytes());
  }
}

SegmentLog::Home& SegmentLog::HomeOf(const data::PartitionKey& key) { return *homes_[std::hash<data::PartitionKey>()(key) % homes_.size()]; }

Result<SegmentLog::PartitionRef> SegmentLog::Find(Home& home, const data::PartitionKey& key) {
  auto found = home.partitions.find(key);
  if (found == home.partitions.end() || found->second->topic() == nullptr) return Fault::NotFound("no partition ", key);
  return found->second;
}

SegmentLog::PartitionRef SegmentLog::AddPartition(Home& home, const data::PartitionKey& key, std::shared_ptr<const data::Topic> topic) {
  auto& place = home.partitions[key];
  if (place == nullptr) place = std::make_shared<Partition>(key, nullptr, env_.files(), options_.directory);
  if (topic != nullptr) place->set_topic(std::move(topic));
  return place;
}

Task<> SegmentLog::Declare(Ctx, std::shared_ptr<const data::Topic> topic) {
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, DeclareAtHome(*home, topic));
    auto declared = co_await hop;
    if (!declared.ok()) co_return declared;
  }
  co_return Status::Ok();
}

Task<> SegmentLog::DeclareAtHome(Home& home, std::shared_ptr<const data::Topic> topic) {
  for (int32_t i = 0; i < topic->partitions; ++i) {
    data::PartitionKey key{topic->id, data::PartitionId(i)};
    if (&HomeOf(key) == &home) AddPartition(home, key, topic);
  }
  co_return Status::Ok();
}

Task<> SegmentLog::Drop(Ctx, Uuid topic) {
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, DropAtHome(*home, topic));
    auto dropped = co_await hop;
    if (!dropped.ok()) co_return dropped;
  }
  co_return Status::Ok();
}

Task<> SegmentLog::DropAtHome(Home& home, Uuid topic) {
  std::vector<PartitionRef> gone;
  for (auto entry = home.partitions.begin(); entry != home.partitions.end();) {
    bool is_topic = entry->first.topic == topic;
    if (is_topic) gone.push_back(entry->second);
    entry = is_topic ? home.partitions.erase(entry) : std::next(entry);
  }
  for (PartitionRef& partition : gone) {
    partition->set_topic(nullptr);
    while (partition->flushing || partition->next_offset() > partition->durable_end()) {
      io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
      co_await wait;
    }
    tail_budget_.Release(partition->tail_bytes());
    auto remove = [&partition] { return partition->files().RemoveAll(); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, remove);
    auto removed = co_await offload;
    if (!removed.ok()) log_.Warn("files of a deleted partition stay behind", {{"partition", partition->key()}, {"why", removed.ToString()}});
    partition->MoveDurable(partition->durable_end());  // wakes readers, who will not find it
  }
  if (!gone.empty()) {
    auto remove = [this, &topic] { return env_.files().Remove(StrCat(options_.directory, "/", topic)); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, remove);
    co_await offload;  // succeeds for the home that comes last
  }
  co_return Status::Ok();
}

Task<std::vector<Result<ports::Appended>>> SegmentLog::Append(Ctx ctx, std::vector<ports::LogAppend> appends) {
  std::vector<Result<ports::Appended>> outcomes(appends.size(), Fault::Internal("the append was not run"));
  auto check = ctx.Check(env_.clock().Now());
  if (!check.ok()) co_return check;
  for (auto& home : homes_) {
    std::vector<ports::LogAppend*> here;
    std::vector<Result<ports::Appended>*> here_outcomes;
    for (size_t i = 0; i < appends.size(); ++i) {
      if (&HomeOf(appends[i].key) != home.get()) continue;
      here.push_back(&appends[i]);
      here_outcomes.push_back(&outcomes[i]);
    }
    if (here.empty()) continue;
    io::RunOn hop(home->loop, AppendAtHome(*home, std::move(here), std::move(here_outcomes)));
    auto appended = co_await hop;
    if (!appended.ok()) co_return appended;
  }
  co_return outcomes;
}

// All batches are queued before the first wait, so one group commit can carry them.
Task<> SegmentLog::AppendAtHome(Home& home, std::vector<ports::LogAppend*> appends, std::vector<Result<ports::Appended>*> outcomes) {
  std::vector<Result<Started>> started;
  for (ports::LogAppend* append : appends) started.push_back(StartAppend(home, *append));
  for (size_t i = 0; i < started.size(); ++i) {
    if (!started[i].ok()) {
      *outcomes[i] = started[i].status();
      continue;
    }
    Started& append = *started[i];
    if (append.pending != nullptr) {
      PendingAppend& pending = *append.pending;
      Status durable = co_await pending;
      if (!durable.ok()) {
        *outcomes[i] = durable;
        continue;
      }
    }
    while (append.answer.duplicate && append.partition->durable_end() < append.durable_at &&
           append.partition->next_offset() > append.partition->durable_end()) {
      io::Signal::Waiter wait(append.partition->moved(), MonoTime::Never());
      co_await wait;
    }
    bool lost = append.answer.duplicate && append.partition->durable_end() < append.durable_at;
    if (lost) *outcomes[i] = Fault::Unavailable("the journal failed before the first copy of this batch was durable");
    else *outcomes[i] = append.answer;
    MaybeFlush(home, append.partition);
  }
  co_return Status::Ok();
}

Result<SegmentLog::Started> SegmentLog::StartAppend(Home& home, ports::LogAppend& append) {
  ASSIGN_OR_RETURN(PartitionRef partition, Find(home, append.key));
  ASSIGN_OR_RETURN(data::RecordBatchHeader header, CheckBatch(*partition, append.batches));
  const data::LogConfig& config = partition->topic()->log;
  ASSIGN_OR_RETURN(Partition::Placed placed, partition->Place(append.batches, header));
  Started started{.partition = partition, .answer = {.base_offset = placed.base_offset, .log_start = partition->start(), .duplicate = placed.duplicate}};
  if (placed.duplicate) {
    started.durable_at = placed.wait_for;
    return started;
  }
  if (config.log_append_time) {
    started.answer.log_append_time_ms = env_.clock().WallNow().ms;
    data::StampLogAppendTime(append.batches, started.answer.log_append_time_ms);
    header.max_timestamp_ms = started.answer.log_append_time_ms;
  }
  auto bytes = static_cast<int64_t>(append.batches.size());
  if (!tail_budget_.TryReserve(bytes)) return tail_budget_.Full(bytes);
  auto body = std::make_shared<const std::string>(std::move(append.batches));
  auto pending = std::make_unique<PendingAppend>(home, partition, tail_budget_, placed.base_offset + header.last_offset_delta + 1);
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kLogAppend, .stream = data::StreamId::OfPartition(append.key), .body = body});
  Status queued = commit_->Enqueue(std::move(unit), *pending);
  if (!queued.ok()) {
    tail_budget_.Release(bytes);
    return queued;
  }
  ++home.enqueued;
  partition->Join(header, placed.base_offset, std::move(body));
  batches_in_.Add();
  bytes_in_.Add(bytes);
  if (config.relaxed_durability_ms > 0) {
    PendingAppend& relaxed = *pending;
    relaxed.OwnItself(std::move(pending));
  } else {
    started.pending = std::move(pending);
  }
  return started;
}

Result<data::RecordBatchHeader> SegmentLog::CheckBatch(const Partition& partition, std::string& batch) const {
  const data::LogConfig& config = partition.topic()->log;
  if (batch.size() > static_cast<size_t>(config.max_message_bytes)) {
    return Fault::TooLarge("a batch of ", batch.size(), " bytes; topic '", partition.topic()->name, "' takes ", config.max_message_bytes, " (max.message.bytes)");
  }
  ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(batch));
  RETURN_NOT_OK(view.Validate());
  if (view.bytes().size() != batch.size()) return Fault::Invalid("more than one record batch for partition ", partition.key(), " in one request");
  return view.header();
}

}  // namespace freshet::log
