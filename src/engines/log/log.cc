#include "engines/log/log.h"

// Topics come and go; the log begins and ends.

namespace freshet::log {

Result<std::unique_ptr<SegmentLog>> SegmentLog::Open(Env& env, LogOptions options) {
  std::unique_ptr<SegmentLog> log(new SegmentLog(env, std::move(options)));
  RETURN_NOT_OK(env.files().CreateDirectories(log->options_.directory));
  ASSIGN_OR_RETURN(Checkpoint checkpoint, LoadCheckpoint(env.files(), log->options_.directory, log->log_));
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
      cold_budget_(std::make_shared<io::Budget>("reads of the log", env.memory().bytes_max() / 8, env.memory())),
      batches_in_(env.metrics().AddCounter("freshet_log_batches_total", "record batches appended")),
      bytes_in_(env.metrics().AddCounter("freshet_log_bytes_total", "bytes of record batches appended")),
      corrupt_reads_(env.metrics().AddCounter("freshet_log_corrupt_reads_total", "reads that met bytes whose checksum does not hold")),
      early_answers_(env.metrics().AddCounter("freshet_log_early_answers_total", "appends that were answered before they were durable, to topics with durability=interval")),
      compacted_bytes_(env.metrics().AddCounter("freshet_log_compacted_bytes_total", "bytes that compaction took out of segments")),
      compactions_failed_(env.metrics().AddCounter("freshet_log_compactions_failed_total", "compactions of a partition that ended in a fault; one that met damage is tried again an hour later")),
      scrubbed_bytes_(env.metrics().AddCounter("freshet_log_scrubbed_bytes_total", "bytes of segments and indexes that the scrub read and checked")),
      scrub_findings_(env.metrics().AddCounter("freshet_log_scrub_findings_total", "damaged places that the scrub found, at each round again")) {
  for (int i = 0; i < env.loops(); ++i) homes_.push_back(std::make_unique<Home>(env.loop(i), i, tail_budget_));
}

SegmentLog::~SegmentLog() {
  for (const auto& home : homes_) {
    for (const auto& [key, partition] : home->partitions) home->tail.Release(partition->tail_bytes());
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
  io::RunOnAll hops;
  for (auto& home : homes_) hops.Add(home->loop, DeclareAtHome(*home, topic));
  co_return co_await hops;
}

// Of each topic whose acknowledgements do not mean durable, at its start and when it is changed; and once more when they do again.
void SegmentLog::TellInterval(const data::Topic& topic, int64_t interval_ms) {
  auto& gauge = env_.metrics().AddGauge("freshet_log_durability_interval_ms", "of a topic that answers before its records are durable: what came in so long may be lost; 0: it does so no more", {{"topic", topic.name}});
  if (gauge.value() == interval_ms) return;
  gauge.Set(interval_ms);
  if (interval_ms > 0) log_.Warn("a topic answers producers before their records are durable, as its durability says", {{"topic", topic.name}, {"interval_ms", interval_ms}});
}

Task<> SegmentLog::DeclareAtHome(Home& home, std::shared_ptr<const data::Topic> topic) {
  for (int32_t i = 0; i < topic->partitions; ++i) {
    data::PartitionKey key{topic->id, data::PartitionId(i)};
    if (&HomeOf(key) != &home) continue;
    auto known = home.partitions.find(key);
    bool was_early = known != home.partitions.end() && known->second->config().relaxed_durability_ms > 0;
    AddPartition(home, key, topic);
    bool tells = i == 0 && (was_early || topic->log.relaxed_durability_ms > 0);
    if (tells) TellInterval(*topic, topic->log.relaxed_durability_ms);
  }
  co_return Status::Ok();
}

Task<> SegmentLog::Drop(Ctx, Uuid topic) {
  io::RunOnAll hops;
  for (auto& home : homes_) hops.Add(home->loop, DropAtHome(*home, topic));
  co_return co_await hops;
}

// The files stay until a checkpoint no longer names them: a replay from the one in force may still write to them.
Task<> SegmentLog::DropAtHome(Home& home, Uuid topic) {
  std::vector<PartitionRef> gone;
  for (auto entry = home.partitions.begin(); entry != home.partitions.end();) {
    bool is_topic = entry->first.topic == topic;
    if (is_topic) gone.push_back(entry->second);
    entry = is_topic ? home.partitions.erase(entry) : std::next(entry);
  }
  for (PartitionRef& partition : gone) {
    partition->dropped = true;
    while (partition->flushing || partition->compacting || partition->awaits_joint || partition->next_offset() > partition->durable_end()) {
      io::Signal::Waiter wait(partition->moved(), MonoTime::Never());
      co_await wait;
    }
    home.tail.Release(partition->tail_bytes());
    if (partition->storage_failed) ForgetFailed(*partition);
    if (partition->config().relaxed_durability_ms > 0) TellInterval(*partition->topic(), 0);
    if (partition->writer != nullptr) {
      open_writers_.fetch_sub(1);
      partition->writer.reset();
    }
    partition->MoveDurable(partition->durable_end());  // wakes readers, who will not find it
    home.dropped.push_back(partition);
  }
  co_return Status::Ok();
}

Task<> SegmentLog::Begin(ports::Commit& commit) {
  commit_ = &commit;
  io::RunOnAll hops;
  for (auto& home : homes_) hops.Add(home->loop, BeginAtHome(*home));
  Status begun = co_await hops;
  if (!begun.ok() || lost_unknown_) co_return begun;
  auto unknown = RemoveUnknownTopics();
  co_return co_await unknown;
}

Task<> SegmentLog::BeginAtHome(Home& home) {
  std::vector<Uuid> orphans;
  for (const auto& [key, partition] : home.partitions) {
    if (partition->topic() == nullptr && (orphans.empty() || orphans.back() != key.topic)) orphans.push_back(key.topic);
  }
  if (lost_unknown_ && !orphans.empty()) {
    log_.Error("partitions of unknown topics are kept, because damage in the journal may have taken the records that name them", {{"partitions", orphans.size()}});
    orphans.clear();
  }
  for (const Uuid& topic : orphans) {
    auto drop = DropAtHome(home, topic);
    co_await drop;
  }
  home.group.Spawn(io::Lane::kIdle, RetentionLoop(home));
  home.group.Spawn(io::Lane::kIdle, CompactionLoop(home));
  if (options_.scrub_bytes_per_second > 0) home.group.Spawn(io::Lane::kIdle, ScrubLoop(home));
  co_return Status::Ok();
}

// Folders of topics that were dropped just before a crash: no checkpoint and no record names them.
Task<> SegmentLog::RemoveUnknownTopics() {
  std::set<Uuid> known;
  for (const auto& home : homes_) {
    for (const auto& [key, partition] : home->partitions) known.insert(key.topic);
    for (const auto& partition : home->dropped) known.insert(partition->key().topic);
  }
  auto remove = [&]() -> Status {
    ASSIGN_OR_RETURN(auto entries, env_.files().List(options_.directory));
    for (const io::Entry& entry : entries) {
      auto topic = Uuid::Parse(entry.name);
      if (!topic.ok() || !entry.is_directory || known.contains(*topic)) continue;
      std::string folder = StrCat(options_.directory, "/", entry.name);
      ASSIGN_OR_RETURN(auto partitions, env_.files().List(folder));
      for (const io::Entry& partition : partitions) {
        RETURN_NOT_OK(SegmentFiles(env_.files(), folder + "/" + partition.name, {}).RemoveAll());
      }
      RETURN_NOT_OK(env_.files().Remove(folder));
    }
    return Status();
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, remove);
  Status removed = co_await offload;
  if (!removed.ok()) log_.Warn("folders of deleted topics stay behind", {{"why", removed.ToString()}});
  co_return Status::Ok();
}

Task<> SegmentLog::Close() {
  io::RunOnAll hops;
  for (auto& home : homes_) hops.Add(home->loop, CloseHome(*home));
  co_return co_await hops;
}

Task<> SegmentLog::CloseHome(Home& home) {
  auto close = home.group.Close();
  co_return co_await close;
}

}  // namespace freshet::log
