#include "engines/stream/operators/deduplicate.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {

KeepFirst::KeepFirst(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, std::vector<std::string> input_names, LateRows late, Clock* clock)
    : Operator(1), KeyedState(&memory()), spec_(std::move(spec)), input_(std::move(input)), input_names_(std::move(input_names)), late_(std::move(late)), kept_(&memory()), lifetimes_(spec_.ttl_ms, clock), waiting_(&memory()), out_(output) {
  KeepByKey(*this);
}

uint32_t KeepFirst::GroupOf(std::string_view key, uint64_t hash, bool* added) {
  uint32_t group = FindOrAdd(key, hash, added);
  while (group >= kept_.size()) kept_.emplace_back(&memory());
  if (*added) kept_[group].Clear();
  lifetimes_.Touch(group);
  return group;
}

Status KeepFirst::OnBatch(int, const Batch& batch) {
  lifetimes_.Advance([this](uint32_t group) {
    if (index().alive(group) && !kept_[group].waits) Remove(group);
  });
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.partition);
  std::vector<uint16_t> late;
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    if (spec_.time_column < 0) {
      bool added = false;
      GroupOf(keys_.key(k), keys_.hash(k), &added);
      if (added) RETURN_NOT_OK(EmitRow(RowBytes(batch, row)));
      continue;
    }
    const data::Column& time = *batch.column(spec_.time_column);
    int64_t before = batch.watermarks() ? batch.watermarks()->Value<int64_t>(row) : watermark().get();
    bool too_late = time.IsNull(row) || data::Rescale(time.IntAt(row), time.type.UnitsPerSecond(), 1000) < before;
    if (too_late) late.push_back(static_cast<uint16_t>(row));
    else RETURN_NOT_OK(Take(keys_.key(k), keys_.hash(k), batch, row));
  }
  if (!late.empty()) {
    counters_.late_rows += static_cast<int64_t>(late.size());
    if (late_) late_(spec_.relation, input_names_, batch.WithSelection(std::move(late)));
  }
  return Emit(out_.Build());
}

Status KeepFirst::Take(std::string_view key, uint64_t hash, const Batch& batch, int row) {
  const data::Column& column = *batch.column(spec_.time_column);
  int64_t time = data::Rescale(column.IntAt(row), column.type.UnitsPerSecond(), 1000);
  bool added = false;
  uint32_t group = GroupOf(key, hash, &added);
  Kept& kept = kept_[group];
  if (!added && (!kept.waits || kept.time <= time)) return {};
  Changed(group);
  if (!added) waiting_.erase({kept.time, kept.arrival});
  kept.waits = true;
  kept.time = time;
  kept.arrival = arrivals_++;
  kept.row.assign(RowBytes(batch, row));
  waiting_[{kept.time, kept.arrival}] = group;
  return {};
}

Status KeepFirst::EmitRow(std::string_view row) {
  auto width = static_cast<int>(input_.size());
  ReadRow(row, out_, 0, width);
  if (spec_.with_rank) out_.column(width).Append(int64_t{1});
  out_.EndRow();
  return out_.full() ? Emit(out_.Build()) : Status();
}

Status KeepFirst::OnTime(EventTime watermark) {
  while (!waiting_.empty() && waiting_.begin()->first.first <= watermark.get()) {
    uint32_t group = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    RETURN_NOT_OK(EmitRow(kept_[group].row));
    kept_[group].Clear();
    Changed(group);
    lifetimes_.Touch(group);  // it was not forgotten while its row waited
  }
  return Emit(out_.Build());
}

void KeepFirst::SaveWhole(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(arrivals_);
}

void KeepFirst::WriteRest(uint32_t group, ByteWriter& out) const {
  const Kept& kept = kept_[group];
  out.Write(static_cast<uint8_t>(kept.waits));
  if (!kept.waits) return;
  out.Write(kept.time);
  out.Write(kept.arrival);
  WriteBytes(out, kept.row);
}

void KeepFirst::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  bool added = false;
  uint32_t group = GroupOf(key, hash, &added);
  Kept& kept = kept_[group];
  kept.waits = in.Read<uint8_t>() != 0;
  if (!kept.waits) return;
  kept.time = in.Read<int64_t>();
  kept.arrival = places_.Take(kept.time, in.Read<uint64_t>());
  arrivals_ = std::max(arrivals_, kept.arrival + 1);
  kept.row = ReadBytes(in);
  waiting_[{kept.time, kept.arrival}] = group;
}

void KeepFirst::Forget(uint32_t group) {
  if (kept_[group].waits) waiting_.erase({kept_[group].time, kept_[group].arrival});
  kept_[group].Clear();
  Remove(group);
}

Status KeepFirst::LoadWhole(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: a deduplication's state is cut off");
  arrivals_ = std::max(arrivals_, LoadInt<uint64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8));
  places_ = {};
  return {};
}

KeepLast::KeepLast(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, bool update_before, Clock* clock)
    : Operator(1), KeyedState(&memory()), spec_(std::move(spec)), input_(std::move(input)), update_before_(update_before), kept_(&memory()), lifetimes_(spec_.ttl_ms, clock), out_(output) {
  KeepByKey(*this);
}

uint32_t KeepLast::GroupOf(std::string_view key, uint64_t hash, bool* added) {
  uint32_t group = FindOrAdd(key, hash, added);
  while (group >= kept_.size()) kept_.emplace_back(&memory());
  if (*added) kept_[group] = Kept(&memory());
  lifetimes_.Touch(group);
  return group;
}

Status KeepLast::OnBatch(int, const Batch& batch) {
  lifetimes_.Advance([this](uint32_t group) {
    if (index().alive(group)) Remove(group);
  });
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.partition);
  std::vector<uint16_t> came;  // and their kinds by row, where nothing is taken back
  std::vector<int8_t> ops(static_cast<size_t>(batch.length()));
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    keys_.PrefetchBehind(k, index());
    bool added = false;
    uint32_t group = GroupOf(keys_.key(k), keys_.hash(k), &added);
    Kept& kept = kept_[group];
    int64_t time = INT64_MIN;
    if (spec_.time_column >= 0 && !batch.column(spec_.time_column)->IsNull(row)) time = batch.column(spec_.time_column)->IntAt(row);
    if (!added && time < kept.time) continue;
    Changed(group);
    kept.time = time;
    data::RowKind kind = added ? data::RowKind::kInsert : data::RowKind::kUpdateAfter;
    if (!update_before_) {
      came.push_back(static_cast<uint16_t>(row));
      ops[static_cast<size_t>(row)] = static_cast<int8_t>(kind);
      continue;
    }
    if (!added) RETURN_NOT_OK(EmitRow(kept.row, data::RowKind::kUpdateBefore));
    kept.row.assign(RowBytes(batch, row));
    RETURN_NOT_OK(EmitRow(kept.row, kind));
  }
  return update_before_ ? Emit(out_.Build()) : Emit(batch, std::move(came), std::move(ops));
}

// Rows of the input as they are, each with its kind.
Status KeepLast::Emit(const Batch& batch, std::vector<uint16_t> rows, std::vector<int8_t> ops) {
  std::vector<data::ColumnPtr> columns = batch.columns();
  if (spec_.with_rank) {
    data::ColumnBuilder first(data::Type::BigInt().NotNull(), 1);
    first.Append(int64_t{1});
    columns.push_back(data::Repeat(first.Finish(), 0, batch.length()));
  }
  bool updates = std::any_of(ops.begin(), ops.end(), [](int8_t op) { return op != 0; });
  Batch out = batch.WithColumns(std::move(columns)).WithWatermarks(nullptr).WithSelection(std::move(rows));
  return Emit(updates ? out.WithOps(std::move(ops)) : out);
}

Status KeepLast::EmitRow(std::string_view row, data::RowKind kind) {
  auto width = static_cast<int>(input_.size());
  ReadRow(row, out_, 0, width);
  if (spec_.with_rank) out_.column(width).Append(int64_t{1});
  out_.EndRow(kind);
  return out_.full() ? Emit(out_.Build()) : Status();
}

void KeepLast::WriteRest(uint32_t group, ByteWriter& out) const {
  out.Write(kept_[group].time);
  WriteBytes(out, kept_[group].row);
}

void KeepLast::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  bool added = false;
  Kept& kept = kept_[GroupOf(key, hash, &added)];
  kept.time = in.Read<int64_t>();
  kept.row = ReadBytes(in);
}

void KeepLast::Forget(uint32_t group) {
  kept_[group] = Kept(&memory());
  Remove(group);
}

}  // namespace freshet::stream
