#include "engines/stream/operators/join.h"

#include <algorithm>

#include "data/civil.h"
#include "data/pick.h"

namespace freshet::stream {
namespace {

constexpr size_t kCandidatesAtOnce = 4096;
constexpr size_t kPrefetched = 6;  // candidates in front of the one at hand

// The columns of one side that a condition over pairs looks at.
std::vector<bool> LookedAt(const expr::ExprPtr& condition, size_t begin, size_t end) {
  std::vector<bool> pair;
  if (condition) expr::CollectInputs(*condition, &pair);
  pair.resize(std::max(pair.size(), end));
  return {pair.begin() + static_cast<ptrdiff_t>(begin), pair.begin() + static_cast<ptrdiff_t>(end)};
}

}  // namespace

Join::Join(JoinSpec spec, std::vector<data::Type> left, std::vector<data::Type> right, std::vector<data::Type> out, Windows windows, const expr::Session& session)
    : Operator(2), spec_(std::move(spec)), types_{left, right}, windows_(std::move(windows)), session_(session), sides_{{&memory(), 0}, {&memory(), 1}},
      looked_at_{LookedAt(spec_.condition, 0, left.size()), LookedAt(spec_.condition, left.size(), left.size() + right.size())},
      candidates_kept_{{left, looked_at_[0]}, {right, looked_at_[1]}}, out_(left, right, std::move(out)) {
  for (auto& side : sides_) KeepByKey(side);
}

// Whether a row of that side comes out when it has no partner.
bool Join::Pads(int side) const {
  if (spec_.kind == JoinKind::kFull) return true;
  return side == 0 ? spec_.kind == JoinKind::kLeft || spec_.kind == JoinKind::kAnti : spec_.kind == JoinKind::kRight;
}

bool Join::HasNullKey(int side, const Batch& batch, int row) const {
  if (!some_keys_null_) return false;
  const auto& keys = KeysOf(side);
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!spec_.null_equal[i] && batch.column(keys[i])->IsNull(row)) return true;
  }
  return false;
}

int64_t Join::ExpiryOf(int side, const Batch& batch, int row) const {
  int64_t ttl = side == 0 ? spec_.left_ttl_ms : spec_.right_ttl_ms;
  if (!Expires()) return ttl > 0 ? now_ms_ + ttl : JoinRows::kNever;
  const data::Column& time = *batch.column(side == 0 ? spec_.left_time : spec_.right_time);
  if (time.IsNull(row)) return INT64_MIN;  // compares with nothing
  int64_t ms = data::Rescale(time.IntAt(row), time.type.UnitsPerSecond(), 1000);
  if (spec_.expiry == JoinSpec::Expiry::kWindow) return windows_.clock.OverAt(ms - 1);
  return side == 0 ? ms - spec_.lower_ms : ms + spec_.upper_ms;
}

// Rows of a regular join that came longer ago than state lives go without a word.
Status Join::DropUnwritten() {
  bool limited = !Expires() && (spec_.left_ttl_ms > 0 || spec_.right_ttl_ms > 0) && session_.clock != nullptr;
  if (!limited) return {};
  now_ms_ = session_.clock->WallNow().ms;
  for (auto& side : sides_) RETURN_NOT_OK(side.Expire(now_ms_, [](const JoinRows::Row&) { return Status(); }));
  return {};
}

// The least of both inputs. Where one table tells both their time, what the row says of it is what the other input has heard when rows come one by one.
int64_t Join::WatermarkBefore(int input, const Batch& batch, int row) const {
  int64_t told = watermark().get();
  if (!batch.watermarks()) return told;
  int64_t own = batch.watermarks()->Value<int64_t>(row);
  return std::max(told, windows_.of_one_time ? own : std::min(own, LeastWatermark(input).get()));
}

Batch Join::WithoutLate(int input, const Batch& batch) {
  const data::Column& ends = *batch.column(input == 0 ? spec_.left_time : spec_.right_time);
  std::vector<uint16_t> in_time, late;
  batch.selection().ForEach([&](uint32_t row) {
    int r = static_cast<int>(row);
    int64_t before = WatermarkBefore(input, batch, r);
    bool over = before != INT64_MIN && !ends.IsNull(r) && ExpiryOf(input, batch, r) <= before;
    (over ? late : in_time).push_back(static_cast<uint16_t>(row));
  });
  if (late.empty()) return batch;
  counters_.late_rows += static_cast<int64_t>(late.size());
  auto side = static_cast<size_t>(input);
  if (windows_.late) windows_.late(windows_.relations[side], windows_.names[side], batch.WithSelection(std::move(late)));
  return batch.WithSelection(std::move(in_time));
}

Status Join::OnBatch(int input, const Batch& batch) {
  if (spec_.expiry != JoinSpec::Expiry::kWindow) return TakeRows(input, batch);
  Batch in_time = WithoutLate(input, batch);
  return in_time.selected() == 0 ? Status() : TakeRows(input, in_time);
}

Status Join::TakeRows(int input, const Batch& batch) {
  RETURN_NOT_OK(DropUnwritten());
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, KeysOf(input));
  some_keys_null_ = std::any_of(KeysOf(input).begin(), KeysOf(input).end(), [&](int key) { return batch.column(key)->validity != nullptr; });
  encoder_.Begin(batch);
  out_.Begin(1 - input, &batch);
  int first = 0;
  for (int k = 0; k < rows.count; ++k) {
    Partners partners = PartnersOf(input, batch, k);
    do {
      Collect(partners, k);
      bool waits = candidates_.size() < kCandidatesAtOnce && k + 1 < rows.count;
      if (waits) continue;
      RETURN_NOT_OK(Match(input, batch));
      RETURN_NOT_OK(Apply(input, batch, first, k, partners.done()));
      first = partners.done() ? k + 1 : k;
    } while (!partners.done());
  }
  return Emit(out_.Build());
}

Join::Partners Join::PartnersOf(int input, const Batch& batch, int k) const {
  if (HasNullKey(input, batch, batch.selection().row(k))) return {};
  const JoinRows& other = sides_[1 - input];
  other.PrefetchBehind(k, keys_);
  uint32_t group = other.Find(keys_.key(k), keys_.hash(k));
  if (group == JoinRows::kNone) return {};
  return {group, 0, static_cast<uint32_t>(other.rows(group).size())};
}

// As many as there is room for.
void Join::Collect(Partners& partners, int k) {
  for (; !partners.done() && candidates_.size() < kCandidatesAtOnce; ++partners.next) candidates_.push_back({k, partners.group, partners.next});
}

// Asks the condition which candidates meet.
Status Join::Match(int input, const Batch& batch) {
  if (spec_.condition == nullptr) return {};
  for (size_t begin = 0; begin < candidates_.size();) {
    size_t end = std::min(candidates_.size(), begin + data::kMaxBatchRows);
    Batch pairs = SideBySide(input, batch, begin, end);
    auto passed = expr::Filter(*spec_.condition, pairs, pairs.selection(), session_);
    if (!passed.ok()) {
      if (auto pair = FirstUncomputed({spec_.condition}, pairs, session_)) TellFaultOfRow(input, batch, batch.selection().row(candidates_[begin + static_cast<size_t>(*pair)].k));
      return passed.fault();
    }
    for (size_t c = begin; c < end; ++c) candidates_[c].meets = false;
    for (uint16_t row : *passed) candidates_[begin + row].meets = true;
    begin = end;
  }
  return {};
}

// Candidates as rows of left columns, then right columns. Only what the condition looks at is there.
Batch Join::SideBySide(int input, const Batch& batch, size_t begin, size_t end) {
  int other = 1 - input;
  std::vector<uint16_t> rows, numbers;
  for (size_t c = begin; c < end; ++c) {
    const Candidate& candidate = candidates_[c];
    const JoinRows::Row& row = sides_[other].rows(candidate.group)[candidate.position];
    rows.push_back(static_cast<uint16_t>(batch.selection().row(candidate.k)));
    numbers.push_back(candidates_kept_[other].NumberOf(row.place, sides_[other].bytes(row)));
  }
  std::vector<data::ColumnPtr> own = batch.columns();
  for (size_t c = 0; c < own.size(); ++c) {
    if (!looked_at_[input][c]) own[c] = nullptr;
  }
  std::vector<data::ColumnPtr> sides[2];
  sides[input] = data::Pick(own, rows);
  sides[other] = data::Pick(candidates_kept_[other].Finish(), numbers);
  auto count = static_cast<int>(end - begin);
  std::vector<data::ColumnPtr> columns;
  for (int side = 0; side < 2; ++side) {
    for (size_t c = 0; c < sides[side].size(); ++c) columns.push_back(sides[side][c] ? sides[side][c] : data::NullColumn(types_[side][c], count));
  }
  return {count, std::move(columns)};
}

// Rows in order: each meets its partners, then it is kept itself; the last one only if these were all of its candidates.
Status Join::Apply(int input, const Batch& batch, int first, int last, bool last_is_done) {
  data::Selection rows = batch.selection();
  size_t at = 0;
  for (int k = first; k <= last; ++k) {
    bool added = data::IsAdded(batch.op(rows.row(k)));
    sides_[input].PrefetchEndsBehind(k, keys_);
    encoder_.PrefetchBehind(k, rows);
    for (; at < candidates_.size() && candidates_[at].k == k; ++at) {
      if (at + kPrefetched < candidates_.size()) Prefetch(1 - input, candidates_[at + kPrefetched]);
      if (!candidates_[at].meets) continue;
      ++met_;
      RETURN_NOT_OK(Meet(input, batch, candidates_[at], added));
    }
    if (k == last && !last_is_done) break;
    RETURN_NOT_OK(Keep(input, batch, k, std::exchange(met_, 0)));
  }
  candidates_.clear();
  return {};
}

void Join::Prefetch(int side, const Candidate& candidate) const {
  if (candidate.meets) sides_[side].Prefetch(sides_[side].rows(candidate.group)[candidate.position]);
}

Status Join::Meet(int input, const Batch& batch, const Candidate& candidate, bool added) {
  using data::RowKind;
  int other = 1 - input;
  const JoinRows::Row& partner = sides_[other].rows(candidate.group)[candidate.position];
  JoinedRows::Kept kept = KeptOf(other, partner);
  bool changes = added ? partner.matches == 0 : partner.matches == 1;  // its first partner came, or its last went
  if (Counts(other)) sides_[other].Meet(candidate.group, candidate.position, added ? 1 : -1);
  if (OneSided()) {
    if (input == 0 || !changes) return {};
    if (Expires() && spec_.kind == JoinKind::kAnti) return {};
    bool shows = (spec_.kind == JoinKind::kSemi) == added;
    out_.AddKept(kept, shows ? RowKind::kInsert : RowKind::kDelete);
    return PassFull();
  }
  bool corrects = changes && Pads(other) && !Expires();
  if (added && corrects) {
    out_.AddKept(kept, RowKind::kDelete);
    RETURN_NOT_OK(PassFull());
  }
  out_.AddPair(batch.selection().row(candidate.k), kept, added ? RowKind::kInsert : RowKind::kDelete);
  RETURN_NOT_OK(PassFull());
  if (added || !corrects) return {};
  out_.AddKept(kept, RowKind::kInsert);
  return PassFull();
}

Status Join::Keep(int input, const Batch& batch, int k, int64_t matches) {
  int row = batch.selection().row(k);
  bool added = data::IsAdded(batch.op(row));
  int64_t expiry = ExpiryOf(input, batch, row);
  bool over = Expires() && expiry <= watermark().get();
  data::RowKind kind = added ? data::RowKind::kInsert : data::RowKind::kDelete;
  bool semi = spec_.kind == JoinKind::kSemi && input == 0 && matches > 0;
  bool alone = Pads(input) && matches == 0 && (!Expires() || over || HasNullKey(input, batch, row));
  if (semi || alone) {
    out_.AddAtHand(row, kind);
    RETURN_NOT_OK(PassFull());
  }
  if (over || HasNullKey(input, batch, row)) return {};
  std::string_view bytes = encoder_.Encode(row);
  if (added) sides_[input].Add(keys_.key(k), keys_.hash(k), bytes, expiry, Counts(input) ? matches : 0);
  else sides_[input].Remove(keys_.key(k), keys_.hash(k), bytes);
  return {};
}

Status Join::OnTime(EventTime watermark) {
  if (!Expires()) return {};
  for (int side = 0; side < 2; ++side) {
    out_.Begin(side, nullptr);
    RETURN_NOT_OK(sides_[side].Expire(watermark.get(), [&](const JoinRows::Row& row) -> Status {
      if (row.matches > 0 || !Pads(side)) return {};
      out_.AddKept(KeptOf(side, row), data::RowKind::kInsert);
      return PassFull();
    }));
    RETURN_NOT_OK(Emit(out_.Build()));
  }
  return {};
}

// A pair's older time may lie behind the watermark by as much as the interval is wide.
Status Join::PassWatermark(EventTime watermark) {
  bool delayed = spec_.expiry == JoinSpec::Expiry::kInterval && watermark != data::kEndOfTime;
  if (!delayed) return EmitWatermark(watermark);
  int64_t delay = std::max({int64_t{0}, -spec_.lower_ms, spec_.lower_ms, spec_.upper_ms, -spec_.upper_ms});
  if (watermark.get() < INT64_MIN + delay) return {};
  return EmitWatermark(EventTime(watermark.get() - delay));
}

}  // namespace freshet::stream
