#include "engines/stream/operators/simple.h"

#include <algorithm>

#include "base/bytes.h"
#include "data/expr/kernel.h"
#include "engines/stream/operators/window_clock.h"
#include "engines/stream/operators/window_math.h"

namespace freshet::stream {

namespace {

bool Follows(const Batch& batch, uint16_t row, uint16_t next) {
  data::Selection sel = batch.selection();
  if (sel.rows == nullptr) return next == row + 1;
  const uint16_t* at = std::lower_bound(sel.rows, sel.rows + sel.count, row);
  return at + 1 < sel.rows + sel.count && at[1] == next;
}

// An update that lost its other half to the filter is an insertion or a deletion.
Batch WithWholePairs(const Batch& batch, std::vector<uint16_t> rows) {
  using data::RowKind;
  if (batch.append_only()) return batch.WithSelection(std::move(rows));
  std::vector<int8_t> ops(batch.ops(), batch.ops() + batch.length());
  for (size_t i = 0; i < rows.size(); ++i) {
    bool pair = batch.op(rows[i]) == RowKind::kUpdateBefore && i + 1 < rows.size() && batch.op(rows[i + 1]) == RowKind::kUpdateAfter && Follows(batch, rows[i], rows[i + 1]);
    if (pair) ++i;
    else if (batch.op(rows[i]) == RowKind::kUpdateBefore) ops[rows[i]] = static_cast<int8_t>(RowKind::kDelete);
    else if (batch.op(rows[i]) == RowKind::kUpdateAfter) ops[rows[i]] = static_cast<int8_t>(RowKind::kInsert);
  }
  return batch.WithOps(std::move(ops)).WithSelection(std::move(rows));
}

}  // namespace

Status Filter::OnBatch(int, const Batch& batch) {
  ASSIGN_OR_RETURN(auto rows, expr::Filter(*spec_.condition, batch, batch.selection(), session_, memo_));
  bool all = static_cast<int>(rows.size()) == batch.selected();
  RETURN_NOT_OK(Emit(all ? batch : WithWholePairs(batch, std::move(rows))));
  memo_.Forget();
  return {};
}

Project::Project(ProjectSpec spec, const expr::Session& session) : Operator(1), spec_(std::move(spec)), session_(session) {
  for (const auto& e : spec_.exprs) own_.Add(*e);
}

void Project::ComputesWith(Filter& below) {
  memo_ = &below.memo();
  for (const auto& e : spec_.exprs) memo_->Add(*e);
}

Status Project::OnBatch(int, const Batch& batch) {
  std::vector<data::ColumnPtr> columns;
  columns.reserve(spec_.exprs.size());
  for (const auto& e : spec_.exprs) {
    ASSIGN_OR_RETURN(auto column, expr::Evaluate(*e, batch, batch.selection(), session_, *memo_));
    columns.push_back(std::move(column));
  }
  own_.Forget();
  return Emit(batch.WithColumns(std::move(columns)));
}

EventTime WatermarkAssigner::LeastOfOthers(int32_t partition) const {
  EventTime least = data::kEndOfTime;
  for (const auto& [id, state] : partitions_) {
    if (id != partition && state.active) least = std::min(least, state.watermark);
  }
  return least;
}

namespace {

// A deletion by key says nothing else.
Status CheckTimes(const WatermarkSpec& spec, const std::string& column, const Batch& batch) {
  const data::Column& time = *batch.column(spec.rowtime);
  if (spec.processing || time.validity == nullptr) return {};
  bool lacking = false;
  batch.selection().ForEach([&](uint32_t row) { lacking |= time.IsNull(static_cast<int>(row)) && data::IsAdded(batch.op(static_cast<int>(row))); });
  return lacking ? Status(Fault::Invalid(column, ", by which WATERMARK tells the time, is NULL in a row; say what stands there instead, in a computed column (COALESCE)")) : Status();
}

// Row after row with the watermark that stands before it, and whether its own is newer; the newest of all.
template <typename Visit>
Result<int64_t> Watermarks(const WatermarkSpec& spec, const Batch& batch, const expr::Session& session, int64_t newest, Visit&& visit) {
  ASSIGN_OR_RETURN(auto column, expr::Evaluate(*spec.expr, batch, batch.selection(), session));
  const int64_t units = column->type.UnitsPerSecond() / 1000;
  const int64_t may_come = spec.processing ? 1 : 0;  // more rows of the same millisecond
  data::Reader<int64_t> value(*column);
  batch.selection().ForEach([&](uint32_t row) {
    visit(row, newest);
    if (value.valid(row)) newest = std::max(newest, (units == 1 ? value[row] : data::FloorDiv(value[row], units)) - may_come);
  });
  return newest;
}

}  // namespace

// Of a clock: rows are from behind it when the machine's clock was set back, or when something kept them on their way here. One without a time, as an outer join makes it, comes now as well.
Batch WatermarkAssigner::NotBehind(const Batch& batch) const {
  auto told = partitions_.find(0);
  int64_t said = told == partitions_.end() ? emitted_.get() : std::max(emitted_, told->second.watermark).get();
  const data::Column& time = *batch.column(spec_.rowtime);
  const int64_t units = time.type.UnitsPerSecond() / 1000, now = (said + 1) * units;
  auto is_behind = [&](uint32_t row) { return time.IsNull(static_cast<int>(row)) || time.IntAt(static_cast<int>(row)) < now; };
  bool some = false;
  if (said != INT64_MIN) batch.selection().ForEach([&](uint32_t row) { some |= is_behind(row); });
  if (!some) return batch;
  expr::Output<int64_t> held(batch.length());
  batch.selection().ForEach([&](uint32_t row) { held.Set(row, is_behind(row) ? now : time.IntAt(static_cast<int>(row))); });
  std::vector<data::ColumnPtr> columns = batch.columns();
  columns[static_cast<size_t>(spec_.rowtime)] = held.Finish(time.type);
  return batch.WithColumns(std::move(columns));
}

Status WatermarkAssigner::OnBatch(int, const Batch& given) {
  const Batch batch = spec_.processing ? NotBehind(given) : given;
  RETURN_NOT_OK(CheckTimes(spec_, column_, batch));
  RETURN_NOT_OK(SetIdle(false));
  const int32_t number = spec_.processing ? 0 : batch.partition();
  auto& partition = partitions_[number];
  partition.active = true;
  expr::Output<int64_t> before(with_column_ ? batch.length() : 1);
  int64_t limit = LeastOfOthers(number).get(), floor = emitted_.get();
  ASSIGN_OR_RETURN(int64_t newest, Watermarks(spec_, batch, session_, partition.watermark.get(), [&](uint32_t row, int64_t own) {
    if (with_column_) before.Set(row, std::max(floor, std::min(own, limit)));
  }));
  partition.watermark = EventTime(newest);
  Batch out = with_column_ ? batch.WithWatermarks(before.Finish(data::Type::BigInt())) : batch;
  RETURN_NOT_OK(in_steps_ ? EmitInSteps(out) : Emit(out));
  return Advance();
}

Status WatermarkAssigner::BeginTimed(int32_t partition) {
  RETURN_NOT_OK(SetIdle(false));
  partitions_[partition].active = true;
  timed_ = {emitted_, partitions_[partition].watermark, LeastOfOthers(partition)};
  return {};
}

Batch WatermarkAssigner::WithWatermarks(const Batch& timed) const {
  if (!timed.watermarks()) return timed;
  data::Reader<int64_t> within(*timed.watermarks());
  expr::Output<int64_t> before(timed.length());
  int64_t floor = timed_.floor.get(), own = timed_.own.get(), limit = timed_.limit.get();
  timed.selection().ForEach([&](uint32_t row) { before.Set(row, std::max(floor, std::min(std::max(own, within[row]), limit))); });
  return timed.WithWatermarks(before.Finish(data::Type::BigInt()));
}

Status WatermarkAssigner::EndTimed(int32_t partition, EventTime newest) {
  EventTime& own = partitions_[partition].watermark;
  own = std::max(own, newest);
  return Advance();
}

Status TimesAhead::OnBatch(int, const Batch& batch) {
  RETURN_NOT_OK(CheckTimes(spec_, column_, batch));
  expr::Output<int64_t> before(with_column_ ? batch.length() : 1);
  ASSIGN_OR_RETURN(int64_t newest, Watermarks(spec_, batch, session_, data::kNoEventTime.get(), [&](uint32_t row, int64_t own) {
    if (with_column_) before.Set(row, own);
  }));
  begun_(batch.partition());
  RETURN_NOT_OK(Emit(with_column_ ? batch.WithWatermarks(before.Finish(data::Type::BigInt())) : batch));
  ended_(batch.partition(), EventTime(newest));
  return {};
}

// Where the column rises the row in front of it has raised the watermark.
Status WatermarkAssigner::EmitInSteps(const Batch& batch) {
  data::Selection rows = batch.selection();
  int begin = 0;
  for (int k = 0; k < rows.count; ++k) {
    EventTime before(batch.watermarks()->Value<int64_t>(rows.row(k)));
    if (before <= emitted_) continue;
    RETURN_NOT_OK(Emit(batch.Part(begin, k - begin)));
    emitted_ = before;
    RETURN_NOT_OK(EmitWatermark(before));
    begin = k;
  }
  return Emit(batch.Part(begin, rows.count - begin));
}

Status WatermarkAssigner::Advance() {
  EventTime least = LeastOfOthers(INT32_MIN);
  if (least == data::kEndOfTime || least <= emitted_) return {};
  emitted_ = least;
  return EmitWatermark(least);
}

Status WatermarkAssigner::SetActive(int32_t partition, bool active) {
  partitions_[partition].active = active;
  return Advance();
}

Status WatermarkAssigner::SetIdle(bool idle) {
  if (idle == idle_) return {};
  idle_ = idle;
  EventTime newest = data::kNoEventTime;
  for (const auto& [id, partition] : partitions_) newest = std::max(newest, partition.watermark);
  if (idle) RETURN_NOT_OK(RaiseTo(newest));
  return EmitIdle(idle);
}

Status WatermarkAssigner::RaiseTo(EventTime promised) {
  if (promised == data::kEndOfTime || promised <= emitted_) return {};
  emitted_ = promised;
  return EmitWatermark(promised);
}

void WatermarkAssigner::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter out(state.whole, Order::kLittle);
  out.Write(emitted_.get());
  out.WriteVarUint64(partitions_.size());
  for (const auto& [id, partition] : partitions_) {
    out.Write(id);
    out.Write(partition.watermark.get());
    out.Write(static_cast<uint8_t>(partition.active));
  }
}

Result<WatermarkAssigner::Saved> WatermarkAssigner::Read(const OperatorState& state) {
  ByteReader in(state.whole, Order::kLittle);
  in.Skip(8);
  uint64_t inputs = in.ReadVarUint64();
  in.Skip(inputs * 8);
  Saved saved;
  saved.emitted = EventTime(in.Read<int64_t>());
  uint64_t count = in.ReadVarUint64();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    Partition& partition = saved.partitions[in.Read<int32_t>()];
    partition.watermark = EventTime(in.Read<int64_t>());
    partition.active = in.Read<uint8_t>() != 0;
  }
  if (!in.ok()) return Fault::Corrupt("snapshot: watermarks of partitions are cut off");
  return saved;
}

Status WatermarkAssigner::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  ASSIGN_OR_RETURN(Saved saved, Read(state));
  emitted_ = saved.emitted;
  for (const auto& [id, partition] : saved.partitions) {
    if (!spec_.processing) partitions_[id] = partition;
  }
  return {};
}

WindowAssigner::WindowAssigner(WindowSpec spec, std::vector<PlanColumn> columns, const expr::Session& session)
    : Operator(1), spec_(spec), columns_(std::move(columns)), session_(session) {}

Status WindowAssigner::OnBatch(int, const Batch& batch) {
  const data::Column& time = *batch.column(spec_.time_column);
  WindowClock clock = WindowClock::Of(time.type, session_.zone);
  std::vector<uint16_t> rows;
  std::vector<int64_t> starts, ends;
  auto flush = [&]() -> Status {
    if (rows.empty()) return {};
    auto count = static_cast<int>(rows.size());
    std::vector<data::ColumnPtr> columns;
    for (const auto& column : batch.columns()) columns.push_back(data::Slice(column, rows.data(), count));
    expr::Output<int64_t> start(count), end(count), moment(count);
    for (int i = 0; i < count; ++i) {
      auto k = static_cast<size_t>(i);
      start.Set(static_cast<uint32_t>(i), starts[k]);
      end.Set(static_cast<uint32_t>(i), ends[k]);
      moment.Set(static_cast<uint32_t>(i), clock.MomentOf(ends[k] - 1));
    }
    size_t width = batch.columns().size();
    columns.push_back(start.Finish(columns_[width].type));
    columns.push_back(end.Finish(columns_[width + 1].type));
    columns.push_back(moment.Finish(columns_[width + 2].type));
    Batch out(count, std::move(columns));
    if (batch.watermarks()) out = out.WithWatermarks(data::Slice(batch.watermarks(), rows.data(), count));
    if (!batch.append_only()) {
      std::vector<int8_t> ops;
      for (uint16_t row : rows) ops.push_back(static_cast<int8_t>(batch.op(row)));
      out = out.WithOps(std::move(ops));
    }
    rows.clear();
    starts.clear();
    ends.clear();
    return Emit(out);
  };
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    if (time.IsNull(row)) {
      ++counters_.late_rows;  // belongs to no window
      continue;
    }
    int64_t shown = clock.At(data::Rescale(time.IntAt(row), time.type.UnitsPerSecond(), 1000));
    Status status;
    ForEachWindow(spec_.shape, shown, [&](int64_t start, int64_t end) {
      if (!status.ok()) return;
      rows.push_back(static_cast<uint16_t>(row));
      starts.push_back(start);
      ends.push_back(end);
      if (rows.size() == data::kMaxBatchRows) status = flush();
    });
    RETURN_NOT_OK(status);
  }
  return flush();
}

Status Replicate::OnBatch(int, const Batch& batch) {
  data::Reader<int64_t> times(*batch.column(spec_.times));
  std::vector<uint16_t> rows;
  std::vector<int8_t> ops;
  auto flush = [&]() -> Status {
    std::vector<data::ColumnPtr> columns;
    auto count = static_cast<int>(rows.size());
    for (int c = 0; c < spec_.times; ++c) columns.push_back(data::Slice(batch.column(c), rows.data(), count));
    Batch out = Batch(count, std::move(columns)).WithOps(std::move(ops));
    rows.clear();
    ops.clear();
    return count == 0 ? Status() : Emit(out);
  };
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    auto kind = data::IsAdded(batch.op(row)) ? data::RowKind::kInsert : data::RowKind::kDelete;
    for (int64_t n = 0; n < times[static_cast<uint32_t>(row)]; ++n) {
      rows.push_back(static_cast<uint16_t>(row));
      ops.push_back(static_cast<int8_t>(kind));
      if (rows.size() == data::kMaxBatchRows) RETURN_NOT_OK(flush());
    }
  }
  return flush();
}

Status CurrentWatermark::OnBatch(int, const Batch& batch) {
  expr::Output<int64_t> shown(batch.length());
  batch.selection().ForEach([&](uint32_t row) {
    int64_t before = batch.watermarks() ? batch.watermarks()->Value<int64_t>(static_cast<int>(row)) : watermark().get();
    if (before == data::kNoEventTime.get()) shown.SetNull(row);
    else shown.Set(row, before);
  });
  std::vector<data::ColumnPtr> columns = batch.columns();
  columns.push_back(shown.Finish(type_));
  return Emit(batch.WithColumns(std::move(columns)));
}

Status Union::OnBatch(int input, const Batch& batch) {
  if (!batch.watermarks()) return Emit(batch);
  int64_t others = LeastWatermark(input).get(), promised = watermark().get();  // while an input was idle, more than it said
  const data::Column& own = *batch.watermarks();
  expr::Output<int64_t> lowered(batch.length());
  batch.selection().ForEach([&](uint32_t row) { lowered.Set(row, std::max(promised, std::min(others, own.Value<int64_t>(static_cast<int>(row))))); });
  return Emit(batch.WithWatermarks(lowered.Finish(data::Type::BigInt())));
}

}  // namespace freshet::stream
