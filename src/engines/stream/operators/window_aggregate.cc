#include "engines/stream/operators/window_aggregate.h"

#include <set>

#include "engines/stream/operators/window_math.h"

namespace freshet::stream {
namespace {

void SaveTables(const std::map<int64_t, std::unique_ptr<GroupTable>>& tables, OperatorState& state) {
  for (const auto& [time, table] : tables) {
    for (uint32_t group = 0; group < table->index().size(); ++group) {
      if (!table->index().alive(group)) continue;
      std::string& out = state.groups[static_cast<size_t>(KeyGroupOf(table->index().hash(group)))];
      ByteWriter(out, Order::kLittle).Write(time);
      table->Save(group, out);
    }
  }
}

template <typename F>
Status LoadTables(const OperatorState& state, F table_of) {
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      auto time = in.Read<int64_t>();
      RETURN_NOT_OK(table_of(time).Load(in));
    }
  }
  return {};
}

// Rows split where their own watermark has ended a slice, and maybe a window with it: visit(rows, watermark before them).
template <typename F>
Status ForEachRun(const WindowShape& shape, const WindowClock& clock, const Batch& batch, int64_t fired, F visit) {
  data::Selection sel = batch.selection();
  if (!batch.watermarks() || sel.count == 0) return visit(sel, fired);
  data::Reader<int64_t> watermark(*batch.watermarks());
  std::vector<uint16_t> run;
  int64_t current = std::max(fired, watermark[static_cast<uint32_t>(sel.row(0))]), next = INT64_MIN;
  auto end_of_slice = [&] { return clock.OverAt(SliceStart(shape, clock.OverBy(current) + 1) + shape.slide_ms - 1); };
  for (int k = 0; k < sel.count; ++k) {
    auto row = static_cast<uint32_t>(sel.row(k));
    if (watermark[row] > current && watermark[row] >= next) {
      RETURN_NOT_OK(visit(data::Selection{run.data(), static_cast<int>(run.size())}, current));
      run.clear();
      current = watermark[row];
      next = end_of_slice();
    }
    run.push_back(static_cast<uint16_t>(row));
  }
  return visit(data::Selection{run.data(), static_cast<int>(run.size())}, current);
}

}  // namespace

WindowAggregate::WindowAggregate(WindowAggregateSpec spec, AggregateSet aggregates, std::vector<data::Type> output_types, WindowClock clock, std::vector<std::string> input_names, LateRows late)
    : Operator(1), spec_(std::move(spec)), aggregates_(std::move(aggregates)), types_(std::move(output_types)), clock_(clock), input_names_(std::move(input_names)), late_(std::move(late)) {
  aggregates_.UseMemory(&memory());
}

GroupTable& WindowAggregate::TableOf(int64_t end) {
  auto& table = windows_[end];
  if (!table) table = std::make_unique<GroupTable>(aggregates_, &memory());
  return *table;
}

Status WindowAggregate::OnBatch(int, const Batch& batch) {
  const data::Column& ends = *batch.column(spec_.keys[static_cast<size_t>(spec_.end_key)]);
  const data::Column* watermarks = batch.watermarks().get();
  std::map<int64_t, std::vector<uint16_t>> by_end;
  std::vector<uint16_t> late;
  batch.selection().ForEach([&](uint32_t row) {
    int r = static_cast<int>(row);
    int64_t end = ends.IntAt(r);
    int64_t before = watermarks != nullptr ? watermarks->Value<int64_t>(r) : fired_;
    bool too_late = before != INT64_MIN && end - 1 <= clock_.OverBy(before);
    (too_late ? late : by_end[end]).push_back(static_cast<uint16_t>(row));
  });
  if (!late.empty()) {
    counters_.late_rows += static_cast<int64_t>(late.size());
    if (late_) late_(spec_.relation, input_names_, batch.WithSelection(std::move(late)));
  }
  for (const auto& [end, rows] : by_end) {
    data::Selection sel{rows.data(), static_cast<int>(rows.size())};
    keys_.Encode(batch, sel, spec_.keys);
    TableOf(end).Update(batch, sel, keys_);
  }
  return {};
}

Status WindowAggregate::FireUpTo(int64_t watermark) {
  fired_ = std::max(fired_, watermark);
  while (!windows_.empty() && windows_.begin()->first - 1 <= clock_.OverBy(watermark)) {
    auto table = std::move(windows_.begin()->second);
    windows_.erase(windows_.begin());
    RETURN_NOT_OK(Fire(*table));
  }
  return {};
}

Status WindowAggregate::Fire(GroupTable& table) {
  data::BatchBuilder out(types_, static_cast<int>(std::min<uint32_t>(table.index().live(), data::kMaxBatchRows)));
  auto keys = static_cast<int>(spec_.keys.size());
  for (uint32_t group = 0; group < table.index().size(); ++group) {
    if (AggregateSet::Rows(table.payload(group)) <= 0) continue;  // all rows were taken back
    std::string_view key = table.index().key(group);
    for (int k = 0; k < keys; ++k) AppendFromKey(out.column(k), &key);
    aggregates_.Output(table.payload(group), out, keys);
    out.EndRow();
    if (out.full()) RETURN_NOT_OK(Emit(out.Build()));
  }
  return Emit(out.Build());
}

void WindowAggregate::Save(OperatorState& state) const {
  SaveTime(state);
  SaveTables(windows_, state);
}

Status WindowAggregate::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  fired_ = watermark().get();
  return LoadTables(state, [this](int64_t end) -> GroupTable& { return TableOf(end); });
}

SliceAggregate::SliceAggregate(SliceAggregateSpec spec, AggregateSet aggregates, std::vector<PlanColumn> columns, WindowClock clock, std::vector<std::string> input_names, LateRows late)
    : Operator(1), spec_(std::move(spec)), aggregates_(std::move(aggregates)), columns_(std::move(columns)), clock_(clock), input_names_(std::move(input_names)), late_(std::move(late)) {
  aggregates_.UseMemory(&memory());
}

GroupTable& SliceAggregate::SliceAt(int64_t start) {
  auto& table = slices_[start];
  if (!table) {
    table = std::make_unique<GroupTable>(aggregates_, &memory());
    int64_t now = clock_.OverBy(fired_);
    ForEachWindow(spec_.shape, start, [&](int64_t, int64_t end) {
      if (now == INT64_MIN || end - 1 > now) open_windows_.insert(end);  // those that have fired stay closed
    });
  }
  return *table;
}

// Windows that the rows in front have made due fire before the row behind them is added: what a slice holds when
// a window fires does not depend on where batches end.
Status SliceAggregate::OnBatch(int, const Batch& batch) {
  return ForEachRun(spec_.shape, clock_, batch, fired_, [&](data::Selection rows, int64_t watermark) -> Status {
    RETURN_NOT_OK(FireUpTo(watermark));
    return Add(batch, rows);
  });
}

Status SliceAggregate::Add(const Batch& batch, data::Selection rows) {
  const data::Column& time = *batch.column(spec_.time_column);
  int64_t now = clock_.OverBy(fired_);
  std::map<int64_t, std::vector<uint16_t>> by_slice;
  std::vector<uint16_t> late;
  auto current = by_slice.end();
  int64_t units = time.type.UnitsPerSecond();
  rows.ForEach([&](uint32_t row) {
    int r = static_cast<int>(row);
    if (time.IsNull(r)) return late.push_back(static_cast<uint16_t>(row));
    int64_t ms = clock_.At(data::Rescale(time.IntAt(r), units, 1000));
    bool same = current != by_slice.end() && ms >= current->first && ms - current->first < spec_.shape.slide_ms;
    int64_t slice = same ? current->first : SliceStart(spec_.shape, ms);
    bool done = now != INT64_MIN && LastWindowEnd(spec_.shape, slice) - 1 <= now;
    if (done) return late.push_back(static_cast<uint16_t>(row));
    if (current == by_slice.end() || current->first != slice) current = by_slice.try_emplace(slice).first;
    current->second.push_back(static_cast<uint16_t>(row));
  });
  if (!late.empty()) {
    counters_.late_rows += static_cast<int64_t>(late.size());
    if (late_) late_(spec_.relation, input_names_, batch.WithSelection(std::move(late)));
  }
  for (const auto& [slice, picked] : by_slice) {
    data::Selection sel{picked.data(), static_cast<int>(picked.size())};
    keys_.Encode(batch, sel, spec_.keys);
    SliceAt(slice).Update(batch, sel, keys_);
  }
  return {};
}

Status SliceAggregate::FireUpTo(int64_t watermark) {
  if (watermark <= fired_) return {};
  fired_ = watermark;
  int64_t now = clock_.OverBy(watermark);
  while (!open_windows_.empty() && *open_windows_.begin() - 1 <= now) {
    int64_t end = *open_windows_.begin();
    open_windows_.erase(open_windows_.begin());
    RETURN_NOT_OK(Fire(end));
  }
  return {};
}

Status SliceAggregate::Fire(int64_t end) {
  int64_t start = WindowStart(spec_.shape, end);
  GroupTable merged(aggregates_, &memory());
  GroupTable* source = &merged;
  auto first = slices_.lower_bound(start), last = slices_.lower_bound(end);
  if (first != last && std::next(first) == last) {
    source = first->second.get();  // one slice is the window: nothing to merge
  } else {
    for (auto slice = first; slice != last; ++slice) {
      GroupTable& table = *slice->second;
      for (uint32_t group = 0; group < table.index().size(); ++group) {
        bool added = false;
        uint32_t into = merged.FindOrAdd(table.index().key(group), table.index().hash(group), &added);
        aggregates_.Merge(merged.payload(into), table.payload(group));
      }
    }
  }
  data::BatchBuilder out(TypesOf(columns_), static_cast<int>(std::min<uint32_t>(source->index().live(), data::kMaxBatchRows)));
  using Output = SliceAggregateSpec::Output;
  std::vector<int> key_place(spec_.keys.size());
  for (size_t c = 0; c < spec_.outputs.size(); ++c) {
    if (spec_.outputs[c].first == Output::kKey) key_place[static_cast<size_t>(spec_.outputs[c].second)] = static_cast<int>(c);
  }
  for (uint32_t group = 0; group < source->index().size(); ++group) {
    const char* payload = source->payload(group);
    if (AggregateSet::Rows(payload) <= 0) continue;
    std::string_view key = source->index().key(group);
    for (int place : key_place) AppendFromKey(out.column(place), &key);
    for (size_t c = 0; c < spec_.outputs.size(); ++c) {
      auto [output, i] = spec_.outputs[c];
      data::ColumnBuilder& column = out.column(static_cast<int>(c));
      if (output == Output::kStart) column.Append(start);
      if (output == Output::kEnd) column.Append(end);
      if (output == Output::kTime) column.Append(clock_.MomentOf(end - 1));
      if (output == Output::kCall) aggregates_.OutputCall(payload, static_cast<size_t>(i), column);
    }
    out.EndRow();
    if (out.full()) RETURN_NOT_OK(Emit(out.Build()));
  }
  RETURN_NOT_OK(Emit(out.Build()));
  while (!slices_.empty() && LastWindowEnd(spec_.shape, slices_.begin()->first) <= end) slices_.erase(slices_.begin());
  return {};
}

void SliceAggregate::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(fired_);
  SaveTables(slices_, state);
}

Status SliceAggregate::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: a window's state is cut off");
  fired_ = LoadInt<int64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8);
  RETURN_NOT_OK(LoadTables(state, [this](int64_t start) -> GroupTable& { return SliceAt(start); }));
  int64_t now = clock_.OverBy(fired_);
  while (!open_windows_.empty() && now != INT64_MIN && *open_windows_.begin() - 1 <= now) open_windows_.erase(open_windows_.begin());
  return {};
}

}  // namespace freshet::stream
