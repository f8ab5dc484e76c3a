#include "engines/log/partition.h"

#include "base/planted.h"

namespace freshet::log {
namespace {

constexpr size_t kWatchesBeforePruning = 16;

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

Result<Partition::Placed> Partition::Place(std::string& batch, const data::RecordBatchHeader& header) const {
  if (header.has_producer()) {
    ASSIGN_OR_RETURN(const Producers::Kept* kept, producers_.Check(header));
    if (kept != nullptr) return Placed{kept->base_offset, true, kept->last_offset + 1};
  }
  data::PlaceRecordBatch(batch.data(), next_offset_, data::LeaderEpoch(0));
  return Placed{next_offset_, false, {}};
}

void Partition::Join(const data::RecordBatchHeader& header, data::Offset base_offset, std::shared_ptr<const std::string> bytes) {
  CHECK(base_offset == next_offset_);
  tail_bytes_ += static_cast<int64_t>(bytes->size());
  data::Offset last = base_offset + header.last_offset_delta;
  tail_.push_back({base_offset, last, header.max_timestamp_ms, std::move(bytes)});
  next_offset_ = last + 1;
  if (header.has_producer()) producers_.Note(header, base_offset);
  if (Planted("no_hold_back")) durable_end_ = next_offset_;
}

void Partition::MoveDurable(data::Offset end) {
  durable_end_ = std::max(durable_end_, end);
  moved_.NotifyAll();
  for (const auto& watch : watches_) {
    if (auto alive = watch.lock()) alive->Fire();
  }
  watches_.clear();
}

void Partition::DropUndurable() {
  while (!tail_.empty() && tail_.back().last_offset >= durable_end_) {
    tail_bytes_ -= static_cast<int64_t>(tail_.back().bytes->size());
    tail_.pop_back();
  }
  next_offset_ = durable_end_;
  moved_.NotifyAll();
}

Status Partition::Replay(std::string_view batch) {
  auto parsed = data::RecordBatchView::Parse(batch);
  if (!parsed.ok()) return Fault::Corrupt("partition ", key_, ": a journaled batch does not parse: ", parsed.fault().message());
  data::RecordBatchHeader header = parsed->header();
  if (header.next_offset() <= next_offset_) return {};  // contained already
  if (header.base_offset > next_offset_) {
    quarantines_.push_back({next_offset_, header.base_offset});
    next_offset_ = header.base_offset;
  }
  if (tail_.empty()) written_end_ = header.base_offset;
  Join(header, header.base_offset, std::make_shared<const std::string>(batch));
  durable_end_ = next_offset_;
  return {};
}

void Partition::ReplayTrim(data::Offset before) { start_ = std::max(start_, before); }

void Partition::ReadTail(data::Offset from, int64_t bytes_max, bool first, ports::LogSlice& slice) const {
  auto batch = std::partition_point(tail_.begin(), tail_.end(), [from](const TailBatch& b) { return b.last_offset < from; });
  for (; batch != tail_.end() && batch->last_offset < durable_end_; ++batch) {
    auto bytes = static_cast<int64_t>(batch->bytes->size());
    if (bytes > bytes_max && !first) break;
    if (!CheckQuarantine(batch->base_offset).ok()) break;
    slice.batches.push_back(batch->bytes);
    bytes_max -= bytes;
    first = false;
    if (bytes_max <= 0) break;
  }
}

Status Partition::CheckQuarantine(data::Offset offset) const {
  for (const Quarantine& range : quarantines_) {
    if (offset >= range.begin && offset < range.end) {
      return Fault::Corrupt("partition ", key_, ": offsets ", range.begin, " to ", range.end - 1, " are quarantined after damage in the journal; read on from ", range.end);
    }
  }
  return {};
}

void Partition::AddWatch(const std::shared_ptr<Watch>& watch) {
  if (watches_.size() >= kWatchesBeforePruning) std::erase_if(watches_, [](const auto& w) { return w.expired(); });
  watches_.push_back(watch);
}

int64_t Partition::durable_tail_bytes() const { return tail_.empty() || tail_.front().last_offset >= durable_end_ ? 0 : tail_bytes_; }

std::vector<TailBatch> Partition::DurableTail() const {
  std::vector<TailBatch> batches;
  for (const TailBatch& batch : tail_) {
    if (batch.last_offset >= durable_end_) break;
    batches.push_back(batch);
  }
  return batches;
}

Segment Partition::SegmentForFlush(int64_t wall_ms) const {
  data::LogConfig defaults;
  const data::LogConfig& config = topic_ != nullptr ? topic_->log : defaults;
  if (!segments_.empty()) {
    const Segment& newest = segments_.back();
    bool is_full = newest.bytes >= config.segment_bytes || wall_ms - newest.created_ms >= config.segment_ms;
    if (!is_full) return newest;
  }
  Segment segment;
  segment.base_offset = segment.next_offset = tail_.front().base_offset;
  segment.created_ms = wall_ms;
  return segment;
}

void Partition::Flushed(Segment segment, size_t batches) {
  for (; batches > 0; --batches) {
    tail_bytes_ -= static_cast<int64_t>(tail_.front().bytes->size());
    tail_.pop_front();
  }
  written_end_ = segment.next_offset;
  if (!tail_.empty()) written_end_ = tail_.front().base_offset;  // over a quarantined gap
  if (!segments_.empty() && segments_.back().base_offset == segment.base_offset) segments_.back() = std::move(segment);
  else segments_.push_back(std::move(segment));
}

std::vector<Segment> Partition::Expired(int64_t wall_ms) const {
  std::vector<Segment> expired;
  if (topic_ == nullptr || !topic_->log.deleted) return expired;
  int64_t kept_bytes = tail_bytes_;
  for (const Segment& segment : segments_) kept_bytes += segment.bytes;
  for (size_t i = 0; i + 1 < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    bool too_old = topic_->log.retention_ms >= 0 && wall_ms - segment.max_timestamp_ms > topic_->log.retention_ms;
    bool too_much = topic_->log.retention_bytes >= 0 && kept_bytes - segment.bytes >= topic_->log.retention_bytes;
    if (!too_old && !too_much) break;
    kept_bytes -= segment.bytes;
    expired.push_back(segment);
  }
  return expired;
}

std::vector<Segment> Partition::TrimTo(data::Offset before) {
  start_ = std::max(start_, before);
  std::vector<Segment> gone;
  while (segments_.size() > 1 && segments_.front().next_offset <= start_) {
    gone.push_back(segments_.front());
    segments_.erase(segments_.begin());
  }
  return gone;
}

PartitionState Partition::ToState() const { return {key_, start_, written_end_, segments_, producers_, quarantines_}; }

void Partition::Restore(PartitionState state) {
  start_ = state.start;
  written_end_ = durable_end_ = next_offset_ = state.written_end;
  segments_ = std::move(state.segments);
  producers_ = std::move(state.producers);
  quarantines_ = std::move(state.quarantines);
}

void Partition::SetIndex(data::Offset segment_base, std::shared_ptr<const std::vector<Block>> index) {
  for (Segment& segment : segments_) {
    if (segment.base_offset == segment_base && segment.blocks == static_cast<int64_t>(index->size())) segment.index = index;
  }
}

}  // namespace freshet::log
