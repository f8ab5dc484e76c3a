#include "engines/log/compaction.h"

#include "base/planted.h"

namespace freshet::log {
namespace {

constexpr int64_t kKeyOverheadBytes = 96;  // of a map's node, its bucket, the offset and a string
constexpr size_t kUnpackedBytesMax = 256 << 20;

using KeyAt = std::pair<std::string_view, data::Offset>;

Result<std::vector<KeyAt>> KeysOf(data::RecordReader& reader) {
  std::vector<KeyAt> keys;
  data::Record record;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Next(record));
    if (!more) return keys;
    if (record.key.has_value()) keys.emplace_back(*record.key, record.offset);
  }
}

}  // namespace

bool NewestKeys::Add(std::string_view key, data::Offset offset) {
  auto known = newest_.find(std::string(key));
  if (known != newest_.end()) {
    known->second = std::max(known->second, offset);
    return true;
  }
  int64_t cost = kKeyOverheadBytes + static_cast<int64_t>(key.size());
  if (bytes_ + cost > bytes_max_ && !newest_.empty()) return false;
  bytes_ += cost;
  newest_.emplace(key, offset);
  return true;
}

bool NewestKeys::IsNewest(std::string_view key, data::Offset offset) {
  auto known = newest_.find(std::string(key));
  if (known == newest_.end()) return true;
  if (known->second == offset) ++met_;
  return offset >= known->second;
}

CompactionPass::CompactionPass(Rules rules) : rules_(std::move(rules)), newest_(rules_.keys_bytes_max), learned_end_(rules_.dirty_from) {
  for (const ports::AbortedTransaction& aborted : rules_.aborted) {
    aborted_[{aborted.producer, aborted.first}] = aborted;
    markers_[aborted.marker] = false;
  }
}

const ports::AbortedTransaction* CompactionPass::AbortedOf(const data::RecordBatchHeader& header) const {
  if (!header.transactional() || header.control()) return nullptr;
  auto after = aborted_.upper_bound({header.producer_id, header.base_offset});
  if (after == aborted_.begin()) return nullptr;
  const ports::AbortedTransaction& last = std::prev(after)->second;
  return last.producer == header.producer_id && header.base_offset < last.marker ? &last : nullptr;
}

Result<bool> CompactionPass::Learn(std::string_view batch) {
  ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(batch));
  const data::RecordBatchHeader& header = view.header();
  if (!header.control() && AbortedOf(header) == nullptr && !LearnKeys(view)) return false;
  learned_end_ = std::max(learned_end_, header.next_offset());
  return true;
}

// Of a batch that cannot be opened none: what replaces a record must be there for readers.
bool CompactionPass::LearnKeys(const data::RecordBatchView& view) {
  auto reader = data::RecordReader::Open(view, kUnpackedBytesMax);
  if (!reader.ok()) return true;
  auto keys = KeysOf(*reader);
  if (!keys.ok()) return true;
  for (const auto& [key, offset] : *keys) {
    if (offset < learned_end_) continue;
    if (!newest_.Add(key, offset)) return false;
    learned_end_ = offset + 1;
  }
  return true;
}

// Records without a key were there before the topic was compacted: they stay, as nothing newer speaks for them.
bool CompactionPass::KeepsRecord(const data::Record& record, std::optional<int64_t> horizon_ms) {
  if (record.offset >= learned_end_ || !record.key.has_value()) return true;
  bool is_due = !record.value.has_value() && ((horizon_ms.has_value() && rules_.wall_ms >= *horizon_ms) || Planted("tombstone_dropped_early"));
  return newest_.IsNewest(*record.key, record.offset) && !is_due;
}

// A marker says nothing to readers once what it ended is gone; that of an abort only when no file that somebody may still read
// has records of it: one pass later.
std::string CompactionPass::KeepMarker(std::string_view batch, const data::RecordBatchView& view) {
  if (view.header().base_offset >= learned_end_) return std::string(batch);
  auto marker = markers_.find(view.header().base_offset);
  if (marker == markers_.end()) return {};
  if (marker->second) return std::string(batch);
  markers_gone_.insert(marker->first);
  return {};
}

Result<std::string> CompactionPass::Keep(std::string_view batch) {
  ASSIGN_OR_RETURN(data::RecordBatchView view, data::RecordBatchView::Parse(batch));
  const data::RecordBatchHeader& header = view.header();
  if (header.control()) return KeepMarker(batch, view);
  if (const ports::AbortedTransaction* aborted = AbortedOf(header); aborted != nullptr) {
    markers_[aborted->marker] = true;
    return header.base_offset < learned_end_ ? std::string() : std::string(batch);
  }
  if (header.base_offset >= learned_end_) return std::string(batch);
  std::optional<int64_t> horizon_ms = data::DeleteHorizonMs(header);
  data::RecordFilter filter{.keeps = [&](const data::Record& record) { return KeepsRecord(record, horizon_ms); },
                            .delete_horizon_ms = rules_.wall_ms + rules_.delete_retention_ms};
  auto kept = data::FilterRecordBatch(view, filter, kUnpackedBytesMax);
  if (kept.ok()) return kept;
  ++unreadable_;  // its checksum holds: so it was sent, to a version that did not look
  return std::string(batch);
}

}  // namespace freshet::log
