#include "engines/log/partition.h"

#include <algorithm>

#include "base/planted.h"

namespace freshet::log {
namespace {

constexpr size_t kWatchesBeforePruning = 16;
constexpr int64_t kBatchOverheadBytes = 128;  // what a batch costs in memory beside its bytes

// Of the blocks that hold [from, end), until they are bytes_max; of the whole segment when its index is not in memory.
int64_t BytesIn(const Segment& segment, data::Offset from, data::Offset end, int64_t bytes_max) {
  if (segment.index == nullptr) return segment.bytes;
  const std::vector<Block>& blocks = *segment.index;
  int64_t bytes = 0;
  auto block = std::partition_point(blocks.begin(), blocks.end(), [from](const Block& b) { return b.last_offset < from; });
  for (; block != blocks.end() && block->base_offset < end && bytes < bytes_max; ++block) bytes += block->bytes;
  return bytes;
}

}  // namespace

void Watch::Fire() {
  if (posted_.exchange(true)) return;
  alive_ = shared_from_this();
  loop_.Post(io::Lane::kUrgent, *this);
}

void Watch::Run() {
  std::shared_ptr<Watch> alive = std::move(alive_);
  posted_.store(false);
  fired_ = true;
  signal_.NotifyAll();
}

Partition::Partition(data::PartitionKey key, std::shared_ptr<const data::Topic> topic, io::Files& files, const std::string& log_directory)
    : key_(key), topic_(std::move(topic)), files_(files, StrCat(log_directory, "/", key.topic, "/", key.partition), key) {}

const data::LogConfig& Partition::config() const {
  static const data::LogConfig defaults;
  return topic_ != nullptr ? topic_->log : defaults;
}

int64_t Partition::CostOf(std::string_view batch) { return static_cast<int64_t>(batch.size()) + kBatchOverheadBytes; }

Result<Joining> Joining::Of(const data::RecordBatchView& batch) {
  Joining joining{.header = batch.header(), .marker = std::nullopt};
  if (!batch.header().control()) return joining;
  ASSIGN_OR_RETURN(joining.marker, data::ParseControlBatch(batch));
  return joining;
}

Result<const Producers::Kept*> Partition::FindDuplicate(const data::RecordBatchHeader& header) const {
  if (!header.has_producer()) return static_cast<const Producers::Kept*>(nullptr);
  ASSIGN_OR_RETURN(const Producers::Kept* stored, producers_.Check(header));
  if (stored == nullptr) RETURN_NOT_OK(CheckTransaction(header));
  return stored;
}

// A batch that comes late, after its transaction has ended, would open one that nobody ends.
Status Partition::CheckTransaction(const data::RecordBatchHeader& header) const {
  if (!header.transactional()) {
    if (!producers_.HasOpen(header.producer_id)) return {};
    return Fault::Conflict("producer ", header.producer_id, " has an open transaction in partition ", key_, ", and this batch is outside of it");
  }
  auto admitted = admitted_.find(header.producer_id);
  if (admitted != admitted_.end() && admitted->second == header.producer_epoch) return {};
  if (Planted("late_batch_taken")) return {};
  if (admitted != admitted_.end() && admitted->second > header.producer_epoch) {
    return Fault::Fenced("producer ", header.producer_id, " has epoch ", header.producer_epoch, "; epoch ", admitted->second, " has taken over");
  }
  return Fault::Conflict("partition ", key_, " is not in an open transaction of producer ", header.producer_id, " with epoch ", header.producer_epoch, "; add it first");
}

// A checkpoint's producers are newer than its segments, so a replay begins with what they have been told.
void Partition::NoteProducer(const Joining& joining, data::Offset base_offset) {
  if (base_offset < told_end_ && !Planted("replay_tells_producers_twice")) return;
  if (!joining.marker.has_value()) {
    if (joining.header.has_producer()) producers_.Note(joining.header, base_offset, durable_end_);
    return;
  }
  const data::ControlMarker& marker = *joining.marker;
  data::Offset began = producers_.End(marker);
  admitted_.erase(marker.producer_id);
  if (began.get() < 0 || marker.kind != data::ControlMarker::Kind::kAbort) return;
  aborted_.push_back({{marker.producer_id, began, base_offset}, producers_.FirstOpen(base_offset + 1)});
}

data::Offset Partition::last_stable() const {
  if (Planted("stable_before_decided")) return durable_end_;
  return std::max(start_, std::min(durable_end_, producers_.FirstOpen(durable_end_)));
}

std::vector<ports::AbortedTransaction> Partition::AbortedIn(data::Offset from, data::Offset end) const {
  std::vector<ports::AbortedTransaction> found;
  if (Planted("aborted_not_named")) return found;
  auto entry = std::partition_point(aborted_.begin(), aborted_.end(), [from](const Aborted& a) { return a.transaction.marker < from; });
  for (; entry != aborted_.end(); ++entry) {
    if (entry->transaction.first < end) found.push_back(entry->transaction);
    if (entry->stable >= end) break;
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return found;
}

bool Partition::StartsSegment(int64_t bytes, int64_t wall_ms) const {
  int64_t age_max_ms = config().compacted ? std::min(config().segment_ms, config().max_compaction_lag_ms) : config().segment_ms;
  return planned_bytes_ == 0 || planned_bytes_ + bytes > config().segment_bytes || wall_ms - planned_created_ms_ >= age_max_ms;
}

void Partition::Join(const Joining& joining, TailBatch batch) {
  CHECK(batch.base_offset == next_offset_);
  if (batch.starts_segment) {
    planned_bytes_ = kSegmentHeaderBytes;
    planned_created_ms_ = batch.appended_ms;
  }
  planned_bytes_ += static_cast<int64_t>(batch.bytes->size());
  tail_bytes_ += CostOf(*batch.bytes);
  next_offset_ = batch.last_offset + 1;
  NoteProducer(joining, batch.base_offset);
  tail_.push_back(std::move(batch));
  if (Planted("no_hold_back")) MoveDurable(next_offset_);
}

void Partition::MoveDurable(data::Offset end) {
  for (auto batch = std::partition_point(tail_.begin(), tail_.end(), [&](const TailBatch& b) { return b.last_offset < durable_end_; });
       batch != tail_.end() && batch->last_offset < end; ++batch) {
    durable_tail_bytes_ += CostOf(*batch->bytes);
  }
  durable_end_ = std::max(durable_end_, end);
  moved_.NotifyAll();
  for (const auto& watch : watches_) {
    if (auto alive = watch.lock()) alive->Fire();
  }
  watches_.clear();
}

void Partition::DropUndurable() {
  while (!tail_.empty() && tail_.back().last_offset >= durable_end_) {
    tail_bytes_ -= CostOf(*tail_.back().bytes);
    tail_.pop_back();
  }
  if (!Planted("producers_kept_past_refusal")) producers_ = producers_.Below(durable_end_);
  next_offset_ = durable_end_;
  moved_.NotifyAll();
}

Status Partition::ReplayBatch(std::string_view batch, bool starts_segment, int64_t wall_ms) {
  auto parsed = data::RecordBatchView::Parse(batch);
  if (!parsed.ok()) return Fault::Corrupt("partition ", key_, ": a journaled batch does not parse: ", parsed.fault().message());
  const data::RecordBatchHeader& header = parsed->header();
  if (header.next_offset() <= next_offset_) return {};  // contained already
  ASSIGN_OR_RETURN(Joining joining, Joining::Of(*parsed));
  if (header.base_offset < next_offset_) return Fault::Corrupt("partition ", key_, ": a journaled batch begins at ", header.base_offset, " where ", next_offset_, " is next");
  if (header.base_offset > next_offset_) ReplayLoss(header.base_offset);
  if (tail_.empty()) written_end_ = header.base_offset;
  Join(joining, {.base_offset = header.base_offset, .last_offset = header.last_offset(), .max_timestamp_ms = header.max_timestamp_ms,
                .appended_ms = wall_ms, .starts_segment = starts_segment || planned_bytes_ == 0, .bytes = std::make_shared<const std::string>(batch)});
  MoveDurable(Planted("high_watermark_from_before") ? header.base_offset : next_offset_);
  return {};
}

void Partition::ReplayTrim(data::Offset before) {
  MoveStart(before);
  CondemnTrimmed(true);
  if (next_offset_ < before) ReplayLoss(before);
}

void Partition::ReplayLoss(data::Offset next_offset) {
  if (next_offset <= next_offset_) return;
  if (!Planted("gap_served_over")) quarantines_.push_back({next_offset_, next_offset});
  next_offset_ = durable_end_ = next_offset;
  if (tail_.empty()) written_end_ = next_offset;
}

void Partition::ReadTail(data::Offset from, data::Offset end, int64_t bytes_max, bool first, ports::LogSlice& slice) const {
  end = std::min({end, durable_end_, ReadableEnd(from)});
  auto batch = std::partition_point(tail_.begin(), tail_.end(), [from](const TailBatch& b) { return b.last_offset < from; });
  for (; batch != tail_.end() && batch->last_offset < end; ++batch) {
    auto bytes = static_cast<int64_t>(batch->bytes->size());
    if (bytes > bytes_max && !first) break;
    slice.batches.push_back(batch->bytes);
    bytes_max -= bytes;
    first = false;
    if (bytes_max <= 0) break;
  }
}

int64_t Partition::BytesFrom(data::Offset from, data::Offset end, int64_t bytes_max) const {
  end = std::min({end, durable_end_, ReadableEnd(from)});
  int64_t bytes = 0;
  auto segment = std::partition_point(segments_.begin(), segments_.end(), [from](const Segment& s) { return s.next_offset <= from; });
  for (; segment != segments_.end() && segment->base_offset < end && bytes < bytes_max; ++segment) bytes += BytesIn(*segment, from, end, bytes_max - bytes);
  auto batch = std::partition_point(tail_.begin(), tail_.end(), [from](const TailBatch& b) { return b.last_offset < from; });
  for (; batch != tail_.end() && batch->last_offset < end && bytes < bytes_max; ++batch) bytes += static_cast<int64_t>(batch->bytes->size());
  return bytes;
}

Status Partition::CheckReadable(data::Offset from) const {
  if (from >= start_ && from <= durable_end_) return CheckQuarantine(from);
  return Fault::OutOfRange("partition ", key_, " has offsets ", start_, " to ", durable_end_, "; ", from, " was asked for");
}

Status Partition::CheckQuarantine(data::Offset offset) const {
  for (const Quarantine& range : quarantines_) {
    if (offset >= range.begin && offset < range.end) {
      return Fault::Corrupt("partition ", key_, ": offsets ", range.begin, " to ", range.end - 1, " are quarantined after damage in the journal; read on from ", range.end);
    }
  }
  return {};
}

data::Offset Partition::ReadableEnd(data::Offset from) const {
  for (const Quarantine& range : quarantines_) {
    if (range.begin >= from) return range.begin;
  }
  return data::Offset(INT64_MAX);
}

void Partition::AddWatch(const std::shared_ptr<Watch>& watch) {
  if (watches_.size() >= kWatchesBeforePruning) std::erase_if(watches_, [](const auto& w) { return w.expired(); });
  watches_.push_back(watch);
}

std::vector<TailBatch> Partition::DurableTail() const {
  auto end = std::partition_point(tail_.begin(), tail_.end(), [&](const TailBatch& b) { return b.last_offset < durable_end_; });
  return {tail_.begin(), end};
}

void Partition::Flushed(std::vector<FlushedRun> runs) {
  for (FlushedRun& run : runs) {
    for (; run.batches > 0; --run.batches) {
      tail_bytes_ -= CostOf(*tail_.front().bytes);
      durable_tail_bytes_ -= CostOf(*tail_.front().bytes);
      tail_.pop_front();
    }
    written_end_ = run.segment.next_offset;
    bool is_new = segments_.empty() || segments_.back().base_offset != run.segment.base_offset;
    if (is_new) run.segment.index = std::make_shared<std::vector<Block>>();
    else run.segment.index = segments_.back().index;
    if (run.segment.index != nullptr) run.segment.index->insert(run.segment.index->end(), run.added.begin(), run.added.end());
    if (is_new) segments_.push_back(std::move(run.segment));
    else segments_.back() = std::move(run.segment);
  }
  written_end_ = tail_.empty() ? std::max(written_end_, durable_end_) : tail_.front().base_offset;  // over a quarantined gap
}

void Partition::Adopt(const Joining& joining, FlushedRun run) {
  const data::RecordBatchHeader& header = joining.header;
  CHECK(tail_.empty() && header.base_offset == next_offset_);
  planned_bytes_ = run.segment.bytes;
  planned_created_ms_ = run.segment.created_ms;
  std::vector<FlushedRun> runs;
  runs.push_back(std::move(run));
  Flushed(std::move(runs));
  NoteProducer(joining, header.base_offset);
  next_offset_ = written_end_ = header.next_offset();
  MoveDurable(next_offset_);
}

int64_t Partition::kept_bytes() const {
  int64_t bytes = tail_bytes_ - static_cast<int64_t>(tail_.size()) * kBatchOverheadBytes;
  for (const Segment& segment : segments_) bytes += segment.bytes;
  return bytes;
}

std::optional<data::Offset> Partition::ExpiredBelow(int64_t wall_ms) const {
  if (topic_ == nullptr || !config().deleted) return std::nullopt;
  std::optional<data::Offset> below;
  int64_t kept = kept_bytes();
  for (size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    bool is_newest = i + 1 == segments_.size();
    if (is_newest && (!tail_.empty() || next_offset_ > durable_end_)) break;
    int64_t newest_ms = segment.max_timestamp_ms >= 0 ? segment.max_timestamp_ms : segment.created_ms;
    bool too_old = config().retention_ms >= 0 && wall_ms - newest_ms > config().retention_ms;
    int64_t left = Planted("retention_takes_one_more") ? kept : kept - segment.bytes;
    bool too_much = !is_newest && config().retention_bytes >= 0 && left >= config().retention_bytes;
    if (!too_old && !too_much) break;
    kept -= segment.bytes;
    below = segment.next_offset;
  }
  if (below.has_value() && *below <= start_) return std::nullopt;
  return below;
}

void Partition::MoveStart(data::Offset before) {
  start_ = std::max(start_, before);
  std::erase_if(quarantines_, [this](const Quarantine& range) { return range.end <= start_; });
  std::erase_if(aborted_, [this](const Aborted& aborted) { return aborted.transaction.marker < start_; });
}

void Partition::CondemnTrimmed(bool keeps_newest) {
  size_t below = 0;
  while (below < segments_.size() && segments_[below].next_offset <= start_) ++below;
  keeps_newest = keeps_newest || awaits_joint || !tail_.empty() || next_offset_ > durable_end_;  // more will join it
  if (below == segments_.size() && below > 0 && keeps_newest) --below;
  for (size_t i = 0; i < below; ++i) condemned.push_back(segments_[i].name());
  segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(below));
  if (segments_.empty() && tail_.empty() && next_offset_ == durable_end_) planned_bytes_ = 0;
}

// Segments from the start that are sealed, old enough and decided; 0 when all of them are compacted already.
size_t Partition::CountCompactable(int64_t wall_ms) const {
  bool any_dirty = false;
  size_t count = 0;
  for (; count + 1 < segments_.size(); ++count) {
    const Segment& segment = segments_[count];
    bool is_clean = segment.next_offset <= clean_end_;
    bool is_young = !is_clean && config().min_compaction_lag_ms > 0 && wall_ms - segment.max_timestamp_ms < config().min_compaction_lag_ms;
    if (is_young || (segment.next_offset > last_stable() && !Planted("compacts_past_open_transaction"))) break;
    any_dirty = any_dirty || !is_clean;
  }
  return any_dirty ? count : 0;
}

std::vector<Segment> Partition::CompactionInputs(int64_t wall_ms, data::Offset* dirty_from) const {
  std::vector<Segment> inputs(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(CountCompactable(wall_ms)));
  for (Segment& input : inputs) input.index = nullptr;  // of the loop
  if (!inputs.empty()) *dirty_from = std::max(clean_end_, inputs.front().base_offset);
  return inputs;
}

bool Partition::IsCompactionDue(int64_t wall_ms) const {
  if (topic_ == nullptr || !config().compacted || compacting || dropped) return false;
  int64_t total = 0;
  int64_t dirty = 0;
  bool is_overdue = false;
  for (const Segment& segment : std::span(segments_).first(CountCompactable(wall_ms))) {
    total += segment.bytes;
    if (segment.next_offset <= clean_end_) continue;
    dirty += segment.bytes;
    is_overdue = is_overdue || wall_ms - segment.created_ms >= config().max_compaction_lag_ms;
  }
  return is_overdue || (dirty > 0 && static_cast<double>(dirty) >= config().min_cleanable_dirty_ratio * static_cast<double>(total));
}

bool Partition::Replace(const std::vector<Segment>& inputs, const std::vector<Segment>& outputs, data::Offset clean_end, const std::set<data::Offset>& markers_gone) {
  bool are_there = inputs.size() < segments_.size() &&
                   std::equal(inputs.begin(), inputs.end(), segments_.begin(), [](const Segment& a, const Segment& b) { return a.name() == b.name(); });
  if (!are_there) return false;
  for (const Segment& gone : inputs) condemned.push_back(gone.name());
  segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(inputs.size()));
  segments_.insert(segments_.begin(), outputs.begin(), outputs.end());
  clean_end_ = clean_end;
  std::erase_if(aborted_, [&markers_gone](const Aborted& aborted) { return markers_gone.contains(aborted.transaction.marker); });
  used_since_checkpoint = true;
  return true;
}

PartitionState Partition::ToState() const {
  PartitionState state{key_, start_, written_end_, segments_, producers_.Below(durable_end_), quarantines_, aborted_, clean_end_};
  for (Segment& segment : state.segments) segment.index = nullptr;
  if (Planted("producers_forgotten_by_checkpoint")) state.producers = Producers();
  return state;
}

void Partition::Restore(PartitionState state) {
  start_ = state.start;
  written_end_ = durable_end_ = next_offset_ = state.written_end;
  segments_ = std::move(state.segments);
  producers_ = std::move(state.producers);
  quarantines_ = std::move(state.quarantines);
  aborted_ = std::move(state.aborted);
  told_end_ = std::max(producers_.KnownEnd(), aborted_.empty() ? data::Offset(0) : aborted_.back().transaction.marker + 1);
  clean_end_ = state.clean_end;
  if (segments_.empty()) return;
  planned_bytes_ = segments_.back().bytes;
  planned_created_ms_ = segments_.back().created_ms;
}

// Where the journal lost the record that began a segment, a replay begins one by the next record; what is told to stand in the first one comes behind it then. Only their ends ascend for certain.
const Segment* Partition::FindSegment(data::Offset base) const {
  auto segment = std::partition_point(segments_.begin(), segments_.end(), [base](const Segment& s) { return s.base_offset < base; });
  if (segment == segments_.end() || segment->base_offset != base) segment = std::find_if(segments_.begin(), segments_.end(), [base](const Segment& s) { return s.base_offset == base; });
  return segment != segments_.end() && segment->base_offset == base ? &*segment : nullptr;
}

void Partition::SetIndex(data::Offset segment_base, std::shared_ptr<std::vector<Block>> index) {
  for (Segment& segment : segments_) {
    if (segment.base_offset == segment_base) segment.index = index;
  }
}

}  // namespace freshet::log
