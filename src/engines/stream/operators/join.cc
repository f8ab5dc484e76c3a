#include "engines/stream/operators/join.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

constexpr size_t kCandidatesAtOnce = 4096;

}  // namespace

Join::Join(JoinSpec spec, std::vector<data::Type> left, std::vector<data::Type> right, std::vector<data::Type> out, int64_t clock_shift_ms, const expr::Session& session)
    : Operator(2), spec_(std::move(spec)), types_{left, right}, clock_shift_ms_(clock_shift_ms), session_(session), sides_{{&memory(), 0}, {&memory(), 1}}, out_(out) {
  if (spec_.condition) expr::CollectInputs(*spec_.condition, &looked_at_);
  looked_at_.resize(left.size() + right.size());
  for (auto& side : sides_) KeepByKey(side);
}

// Whether a row of that side comes out when it has no partner.
bool Join::Pads(int side) const {
  if (spec_.kind == JoinKind::kFull) return true;
  return side == 0 ? spec_.kind == JoinKind::kLeft || spec_.kind == JoinKind::kAnti : spec_.kind == JoinKind::kRight;
}

bool Join::HasNullKey(int side, const Batch& batch, int row) const {
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
  if (spec_.expiry == JoinSpec::Expiry::kWindow) return ms - 1 - clock_shift_ms_;
  return side == 0 ? ms - spec_.lower_ms : ms + spec_.upper_ms;
}

// Rows of a regular join that came longer ago than state lives go without a word.
Status Join::DropUnwritten() {
  bool limited = !Expires() && (spec_.left_ttl_ms > 0 || spec_.right_ttl_ms > 0) && session_.clock != nullptr;
  if (!limited) return {};
  now_ms_ = session_.clock->WallNow().ms;
  for (auto& side : sides_) RETURN_NOT_OK(side.Expire(now_ms_, [](std::string_view, int64_t) { return Status(); }));
  return {};
}

Status Join::OnBatch(int input, const Batch& batch) {
  RETURN_NOT_OK(DropUnwritten());
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, KeysOf(input));
  int first = 0;
  for (int k = 0; k < rows.count; ++k) {
    Collect(input, batch, rows.row(k), k);
    if (candidates_.size() < kCandidatesAtOnce && k + 1 < rows.count) continue;
    RETURN_NOT_OK(Match(input, batch));
    RETURN_NOT_OK(Apply(input, batch, first, k + 1));
    first = k + 1;
  }
  return Emit(out_.Build());
}

void Join::Collect(int input, const Batch& batch, int row, int k) {
  if (HasNullKey(input, batch, row)) return;
  const JoinRows& other = sides_[1 - input];
  uint32_t group = other.Find(keys_.key(k), keys_.hash(k));
  if (group == JoinRows::kNone) return;
  auto count = static_cast<uint32_t>(other.rows(group).size());
  for (uint32_t i = 0; i < count; ++i) candidates_.push_back({k, group, i});
}

// Asks the condition which candidates meet.
Status Join::Match(int input, const Batch& batch) {
  if (spec_.condition == nullptr) return {};
  for (size_t begin = 0; begin < candidates_.size();) {
    size_t end = std::min(candidates_.size(), begin + data::kMaxBatchRows);
    Batch pairs = SideBySide(input, batch, begin, end);
    ASSIGN_OR_RETURN(auto passed, expr::Filter(*spec_.condition, pairs, pairs.selection(), session_));
    for (size_t c = begin; c < end; ++c) candidates_[c].meets = false;
    for (uint16_t row : passed) candidates_[begin + row].meets = true;
    begin = end;
  }
  return {};
}

// Candidates as rows of left columns, then right columns. Only what the condition looks at is there.
Batch Join::SideBySide(int input, const Batch& batch, size_t begin, size_t end) {
  int other = 1 - input, own_first = FirstOf(input), other_first = FirstOf(other);
  auto count = static_cast<int>(end - begin);
  std::vector<data::ColumnBuilder> builders;
  for (const auto& types : types_) {
    for (const auto& type : types) builders.emplace_back(type, count);
  }
  auto wants = [&](int c) { return static_cast<bool>(looked_at_[static_cast<size_t>(c)]); };
  int last = static_cast<int>(types_[other].size()) - 1;
  while (last >= 0 && !wants(other_first + last)) --last;
  for (size_t c = begin; c < end; ++c) {
    const Candidate& candidate = candidates_[c];
    int row = batch.selection().row(candidate.k);
    for (int i = 0; i < batch.column_count(); ++i) {
      if (wants(own_first + i)) builders[static_cast<size_t>(own_first + i)].AppendFrom(*batch.column(i), row);
    }
    std::string_view bytes = sides_[other].bytes(sides_[other].rows(candidate.group)[candidate.position]);
    for (int i = 0; i <= last; ++i) {
      auto place = static_cast<size_t>(other_first + i);
      if (wants(other_first + i)) AppendFromKey(builders[place], &bytes);
      else SkipKey(builders[place].type(), &bytes);
    }
  }
  std::vector<data::ColumnPtr> columns;
  for (size_t c = 0; c < builders.size(); ++c) columns.push_back(looked_at_[c] ? builders[c].Finish() : data::NullColumn(builders[c].type(), count));
  return {count, std::move(columns)};
}

// Rows in order: each meets its partners, then it is kept itself.
Status Join::Apply(int input, const Batch& batch, int first, int end) {
  data::Selection rows = batch.selection();
  size_t at = 0;
  for (int k = first; k < end; ++k) {
    bool added = data::IsAdded(batch.op(rows.row(k)));
    int64_t matches = 0;
    for (; at < candidates_.size() && candidates_[at].k == k; ++at) {
      if (!candidates_[at].meets) continue;
      ++matches;
      RETURN_NOT_OK(Meet(input, batch, candidates_[at], added));
    }
    RETURN_NOT_OK(Keep(input, batch, k, matches));
  }
  candidates_.clear();
  return {};
}

Status Join::Meet(int input, const Batch& batch, const Candidate& candidate, bool added) {
  using data::RowKind;
  int other = 1 - input;
  const JoinRows::Row& partner = sides_[other].rows(candidate.group)[candidate.position];
  std::string_view bytes = sides_[other].bytes(partner);
  bool changes = added ? partner.matches == 0 : partner.matches == 1;  // its first partner came, or its last went
  if (Counts(other)) sides_[other].Meet(candidate.group, candidate.position, added ? 1 : -1);
  if (OneSided()) {
    if (input == 0 || !changes) return {};
    if (Expires() && spec_.kind == JoinKind::kAnti) return {};
    bool shows = (spec_.kind == JoinKind::kSemi) == added;
    return EmitAlone(0, bytes, shows ? RowKind::kInsert : RowKind::kDelete);
  }
  bool corrects = changes && Pads(other) && !Expires();
  if (added && corrects) RETURN_NOT_OK(EmitAlone(other, bytes, RowKind::kDelete));
  RETURN_NOT_OK(EmitPair(input, batch, batch.selection().row(candidate.k), bytes, added ? RowKind::kInsert : RowKind::kDelete));
  if (!added && corrects) RETURN_NOT_OK(EmitAlone(other, bytes, RowKind::kInsert));
  return {};
}

Status Join::Keep(int input, const Batch& batch, int k, int64_t matches) {
  int row = batch.selection().row(k);
  bool added = data::IsAdded(batch.op(row));
  int64_t expiry = ExpiryOf(input, batch, row);
  bool over = Expires() && expiry <= watermark().get();
  data::RowKind kind = added ? data::RowKind::kInsert : data::RowKind::kDelete;
  bool semi = spec_.kind == JoinKind::kSemi && input == 0 && matches > 0;
  bool alone = Pads(input) && matches == 0 && (!Expires() || over || HasNullKey(input, batch, row));
  if (semi || alone) RETURN_NOT_OK(EmitAlone(input, batch, row, kind));
  if (over || HasNullKey(input, batch, row)) return {};
  row_bytes_.clear();
  AppendRow(row_bytes_, batch, row);
  if (added) sides_[input].Add(keys_.key(k), keys_.hash(k), row_bytes_, expiry, Counts(input) ? matches : 0);
  else sides_[input].Remove(keys_.key(k), keys_.hash(k), row_bytes_);
  return {};
}

Status Join::EndRow(data::RowKind kind) {
  out_.EndRow(kind);
  return out_.full() ? Emit(out_.Build()) : Status();
}

Status Join::EmitPair(int input, const Batch& batch, int row, std::string_view other, data::RowKind kind) {
  int own_first = FirstOf(input);
  for (int c = 0; c < batch.column_count(); ++c) out_.column(own_first + c).AppendFrom(*batch.column(c), row);
  ReadRow(other, out_, FirstOf(1 - input), static_cast<int>(types_[1 - input].size()));
  return EndRow(kind);
}

// A row of one side, with NULLs for the other; of a semi or anti join it is all there is.
Status Join::EmitAlone(int side, const Batch& batch, int row, data::RowKind kind) {
  PadWithNulls(side);
  for (int c = 0; c < batch.column_count(); ++c) out_.column(FirstOf(side) + c).AppendFrom(*batch.column(c), row);
  return EndRow(kind);
}

Status Join::EmitAlone(int side, std::string_view bytes, data::RowKind kind) {
  PadWithNulls(side);
  ReadRow(bytes, out_, FirstOf(side), static_cast<int>(types_[side].size()));
  return EndRow(kind);
}

void Join::PadWithNulls(int side) {
  int begin = FirstOf(side), end = begin + static_cast<int>(types_[side].size());
  for (int c = 0; c < out_.column_count(); ++c) {
    if (c < begin || c >= end) out_.column(c).AppendNull();
  }
}

Status Join::OnTime(EventTime watermark) {
  if (!Expires()) return {};
  for (int side = 0; side < 2; ++side) {
    RETURN_NOT_OK(sides_[side].Expire(watermark.get(), [&](std::string_view bytes, int64_t matches) -> Status {
      if (matches > 0 || !Pads(side)) return {};
      return EmitAlone(side, bytes, data::RowKind::kInsert);
    }));
  }
  return Emit(out_.Build());
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
