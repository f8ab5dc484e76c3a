#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/record_filter.h"
#include "engines/log/segment.h"
#include "ports/event_log.h"

// Compaction of one partition: which record of each key is the newest, and what of a batch stays. Plain state, no files.

namespace freshet::log {

// The newest offset of every key in a stretch of a partition, exact, bounded in bytes.
class NewestKeys {
 public:
  explicit NewestKeys(int64_t bytes_max) : bytes_max_(bytes_max) {}

  // False when there is no room for another key.
  bool Add(std::string_view key, data::Offset offset);
  // Whether nothing newer is known of the key.
  bool IsNewest(std::string_view key, data::Offset offset);
  // Every record that was learned as the newest of its key was asked for.
  bool met_all() const { return met_ == newest_.size(); }

 private:
  const int64_t bytes_max_;
  int64_t bytes_ = 0;
  size_t met_ = 0;
  std::unordered_map<std::string, data::Offset> newest_;
};

// One pass from the start of a partition: first every batch of what is dirty is Learned, in order, then every batch of what is
// sealed is Kept or not, in order.
class CompactionPass {
 public:
  struct Rules {
    data::Offset dirty_from;                // below, no key is there twice
    int64_t wall_ms = 0;
    int64_t delete_retention_ms = 0;        // of tombstones, from the pass that meets them first
    int64_t keys_bytes_max = 0;
    std::vector<ports::AbortedTransaction> aborted;
  };
  explicit CompactionPass(Rules rules);

  // False when the keys have no room: what was learned until then is compacted, the rest is for another pass.
  Result<bool> Learn(std::string_view batch);
  // One past what was learned: records from there on stay.
  data::Offset learned_end() const { return learned_end_; }

  // What stays of the batch; "" when nothing does. One whose records cannot be opened stays as it is.
  Result<std::string> Keep(std::string_view batch);
  int64_t unreadable() const { return unreadable_; }  // batches that stayed for that
  // Markers of aborted transactions that are gone with all they ended.
  const std::set<data::Offset>& markers_gone() const { return markers_gone_; }
  // Asked before anything old is let go: what was learned has been met again.
  bool met_all() const { return newest_.met_all(); }

 private:
  const ports::AbortedTransaction* AbortedOf(const data::RecordBatchHeader& header) const;
  bool LearnKeys(const data::RecordBatchView& view);
  std::string KeepMarker(std::string_view batch, const data::RecordBatchView& view);
  bool KeepsRecord(const data::Record& record, std::optional<int64_t> horizon_ms);

  const Rules rules_;
  NewestKeys newest_;
  data::Offset learned_end_;
  std::map<std::pair<data::ProducerId, data::Offset>, ports::AbortedTransaction> aborted_;  // by producer and first
  std::map<data::Offset, bool> markers_;       // of aborted transactions: whether records of theirs were met
  std::set<data::Offset> markers_gone_;
  int64_t unreadable_ = 0;
};

}  // namespace freshet::log
