#pragma once

#include "data/expr/expr.h"
#include "engines/stream/operators/joined_rows.h"
#include "engines/stream/operators/operator.h"
#include "engines/stream/operators/window_clock.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/join_rows.h"
#include "engines/stream/state/row_encoder.h"

namespace freshet::stream {

// Joins two streams on equal keys and a further condition: inner, left, right, full, semi and anti. Each row meets
// the rows that the other side has so far; what is taken back takes its pairs back. A regular join keeps both sides
// for ever, or as long as state lives, and corrects itself: a row that waits for a partner comes out with NULLs and is taken back when one
// comes. Interval and window joins drop rows when the watermark says that no partner can come, and only then let
// out those that met none: their output is append-only. A window join drops rows that come when their window is over, of either side.
class Join final : public Operator {
 public:
  // Of a join of windows: when they are over, and who takes the rows that come behind that.
  struct Windows {
    WindowClock clock;
    bool of_one_time = false;  // both inputs' watermarks are those of one table, which is read once
    std::string relations[2];
    std::vector<std::string> names[2];  // of the inputs' columns
    LateRows late;
  };
  Join(JoinSpec spec, std::vector<data::Type> left, std::vector<data::Type> right, std::vector<data::Type> out, Windows windows, const expr::Session& session);

  Status OnBatch(int input, const Batch& batch) override;
  // What it has room for of candidates, for tests: however many rows have one key.
  size_t candidates_held() const { return candidates_.capacity(); }

 protected:
  Status OnTime(EventTime watermark) override;
  Status PassWatermark(EventTime watermark) override;

 private:
  // A row of the batch and one of the other side with the same key.
  struct Candidate {
    int k;
    uint32_t group;
    uint32_t position;
    bool meets = true;
  };
  // Of the other side's rows with a key, those that are still to be candidates.
  struct Partners {
    uint32_t group = JoinRows::kNone;
    uint32_t next = 0;
    uint32_t end = 0;
    bool done() const { return next == end; }
  };

  bool Expires() const { return spec_.expiry != JoinSpec::Expiry::kNever; }
  bool OneSided() const { return spec_.kind == JoinKind::kSemi || spec_.kind == JoinKind::kAnti; }
  bool Pads(int side) const;
  // Whether it matters how many partners a row of that side has: else the rows that one meets stay as they are.
  bool Counts(int side) const { return Pads(side) || (OneSided() && side == 0); }
  const std::vector<int>& KeysOf(int side) const { return side == 0 ? spec_.left_keys : spec_.right_keys; }
  bool HasNullKey(int side, const Batch& batch, int row) const;
  Status DropUnwritten();
  int64_t ExpiryOf(int side, const Batch& batch, int row) const;
  int64_t WatermarkBefore(int input, const Batch& batch, int row) const;
  Batch WithoutLate(int input, const Batch& batch);
  Status TakeRows(int input, const Batch& batch);

  Partners PartnersOf(int input, const Batch& batch, int k) const;
  void Collect(Partners& partners, int k);
  Status Match(int input, const Batch& batch);
  Batch SideBySide(int input, const Batch& batch, size_t begin, size_t end);
  Status Apply(int input, const Batch& batch, int first, int last, bool last_is_done);
  void Prefetch(int side, const Candidate& candidate) const;
  Status Meet(int input, const Batch& batch, const Candidate& candidate, bool added);
  Status Keep(int input, const Batch& batch, int k, int64_t matches);

  JoinedRows::Kept KeptOf(int side, const JoinRows::Row& row) const { return {row.place, sides_[side].bytes(row)}; }
  Status PassFull() { return out_.full() ? Emit(out_.Build()) : Status(); }

  JoinSpec spec_;
  std::vector<data::Type> types_[2];
  Windows windows_;
  int64_t now_ms_ = 0;             // of the batch at hand, where state lives only for a time
  const expr::Session& session_;
  JoinRows sides_[2];
  KeyBatch keys_;
  bool some_keys_null_ = false;    // of the batch at hand, maybe
  std::vector<Candidate> candidates_;  // at most kCandidatesAtOnce
  int64_t met_ = 0;                 // by the row at hand, of the candidates before these
  std::vector<bool> looked_at_[2];  // by the condition, of each side's columns
  KeptRows candidates_kept_[2];     // of these
  RowEncoder encoder_;
  JoinedRows out_;
};

}  // namespace freshet::stream
