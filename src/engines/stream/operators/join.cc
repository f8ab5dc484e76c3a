#include "engines/stream/operators/join.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

constexpr size_t kCandidatesAtOnce = 4096;

std::vector<data::Type> Both(std::vector<data::Type> left, const std::vector<data::Type>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace

Join::Join(JoinSpec spec, std::vector<data::Type> left, std::vector<data::Type> right, std::vector<data::Type> out, int64_t clock_shift_ms, const expr::Session& session)
    : Operator(2), spec_(std::move(spec)), types_{left, right}, clock_shift_ms_(clock_shift_ms), session_(session), pairs_(Both(left, right)), out_(out) {}

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
  for (auto& side : sides_) RETURN_NOT_OK(side.Expire(now_ms_, [](const JoinRows::Row&) { return Status(); }));
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
  JoinRows& other = sides_[1 - input];
  uint32_t group = other.Find(keys_.key(k), keys_.hash(k));
  if (group == JoinRows::kNone) return;
  auto count = static_cast<uint32_t>(other.rows(group).size());
  for (uint32_t i = 0; i < count; ++i) candidates_.push_back({k, group, i});
}

// Puts candidates side by side and asks the condition.
Status Join::Match(int input, const Batch& batch) {
  data::Selection rows = batch.selection();
  auto left = static_cast<int>(types_[0].size()), right = static_cast<int>(types_[1].size());
  int own_first = input == 0 ? 0 : left, other_first = input == 0 ? left : 0, other_width = input == 0 ? right : left;
  chunks_.clear();
  for (size_t begin = 0; begin < candidates_.size();) {
    size_t end = std::min(candidates_.size(), begin + data::kMaxBatchRows);
    for (size_t c = begin; c < end; ++c) {
      Candidate& candidate = candidates_[c];
      for (int i = 0; i < batch.column_count(); ++i) pairs_.column(own_first + i).AppendFrom(*batch.column(i), rows.row(candidate.k));
      ReadRow(sides_[1 - input].rows(candidate.group)[candidate.position].bytes, pairs_, other_first, other_width);
      pairs_.EndRow();
      candidate.chunk = static_cast<uint32_t>(chunks_.size());
      candidate.row = static_cast<int>(c - begin);
      candidate.meets = spec_.condition == nullptr;
    }
    chunks_.push_back(pairs_.Build());
    if (spec_.condition != nullptr) {
      const Batch& chunk = chunks_.back();
      ASSIGN_OR_RETURN(auto passed, expr::Filter(*spec_.condition, chunk, chunk.selection(), session_));
      for (uint16_t row : passed) candidates_[begin + row].meets = true;
    }
    begin = end;
  }
  return {};
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
      RETURN_NOT_OK(Meet(input, candidates_[at], added));
    }
    RETURN_NOT_OK(Keep(input, batch, k, matches));
  }
  candidates_.clear();
  return {};
}

Status Join::Meet(int input, const Candidate& candidate, bool added) {
  using data::RowKind;
  const Batch& chunk = chunks_[candidate.chunk];
  int64_t& met = sides_[1 - input].rows(candidate.group)[candidate.position].matches;
  bool changes = added ? met == 0 : met == 1;  // the other row's first partner came, or its last went
  met += added ? 1 : -1;
  int other = 1 - input;
  if (OneSided()) {
    if (input == 0 || !changes) return {};
    if (Expires() && spec_.kind == JoinKind::kAnti) return {};
    bool shows = (spec_.kind == JoinKind::kSemi) == added;
    return EmitAlone(0, chunk, 0, candidate.row, shows ? RowKind::kInsert : RowKind::kDelete);
  }
  int other_first = other == 0 ? 0 : static_cast<int>(types_[0].size());
  bool corrects = changes && Pads(other) && !Expires();
  if (added && corrects) RETURN_NOT_OK(EmitAlone(other, chunk, other_first, candidate.row, RowKind::kDelete));
  RETURN_NOT_OK(EmitPair(chunk, candidate.row, added ? RowKind::kInsert : RowKind::kDelete));
  if (!added && corrects) RETURN_NOT_OK(EmitAlone(other, chunk, other_first, candidate.row, RowKind::kInsert));
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
  if (semi || alone) RETURN_NOT_OK(EmitAlone(input, batch, 0, row, kind));
  if (over || HasNullKey(input, batch, row)) return {};
  std::string bytes = RowBytes(batch, row);
  if (added) sides_[input].Add(keys_.key(k), keys_.hash(k), {std::move(bytes), expiry, matches});
  else sides_[input].Remove(keys_.key(k), keys_.hash(k), bytes);
  return {};
}

Status Join::EndRow(data::RowKind kind) {
  out_.EndRow(kind);
  return out_.full() ? Emit(out_.Build()) : Status();
}

Status Join::EmitPair(const Batch& chunk, int row, data::RowKind kind) {
  for (int c = 0; c < chunk.column_count(); ++c) out_.column(c).AppendFrom(*chunk.column(c), row);
  return EndRow(kind);
}

// A row of one side, with NULLs for the other; of a semi or anti join it is all there is.
Status Join::EmitAlone(int side, const Batch& columns, int first, int row, data::RowKind kind) {
  auto width = static_cast<int>(types_[side].size());
  int begin = side == 0 ? 0 : static_cast<int>(types_[0].size());
  for (int c = 0; c < out_.column_count(); ++c) {
    bool own = c >= begin && c < begin + width;
    if (own) out_.column(c).AppendFrom(*columns.column(first + c - begin), row);
    else out_.column(c).AppendNull();
  }
  return EndRow(kind);
}

Status Join::EmitAlone(int side, const std::string& bytes, data::RowKind kind) {
  auto width = static_cast<int>(types_[side].size());
  int begin = side == 0 ? 0 : static_cast<int>(types_[0].size());
  for (int c = 0; c < out_.column_count(); ++c) {
    if (c < begin || c >= begin + width) out_.column(c).AppendNull();
  }
  ReadRow(bytes, out_, begin, width);
  return EndRow(kind);
}

Status Join::OnTime(EventTime watermark) {
  if (!Expires()) return {};
  for (int side = 0; side < 2; ++side) {
    RETURN_NOT_OK(sides_[side].Expire(watermark.get(), [&](const JoinRows::Row& row) -> Status {
      if (row.matches > 0 || !Pads(side)) return {};
      return EmitAlone(side, row.bytes, data::RowKind::kInsert);
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

void Join::Save(OperatorState& state) const {
  SaveTime(state);
  for (uint8_t side = 0; side < 2; ++side) sides_[side].Save(state.groups, side);
}

Status Join::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      auto side = in.Read<uint8_t>();
      if (side > 1) return Fault::Corrupt("snapshot: a join has two sides, not ", static_cast<int>(side) + 1);
      RETURN_NOT_OK(sides_[side].Load(in));
    }
  }
  return {};
}

}  // namespace freshet::stream
