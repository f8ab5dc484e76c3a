#include "engines/stream/operators/over_aggregate.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/operators/rank.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

// What a part of the state is. Partitions of the first kind were written before RANK was there; timers stand behind their partition.
constexpr uint8_t kOldPartition = 0, kWaiting = 1, kPartition = 2, kTimers = 3;

}  // namespace

OverAggregate::OverAggregate(OverSpec spec, AggregateSet aggregates, std::vector<data::Type> input, std::vector<data::Type> output, std::vector<std::string> input_names, LateRows late, Clock* clock)
    : Operator(1), spec_(std::move(spec)), aggregates_(std::move(aggregates)), input_(input), input_names_(std::move(input_names)), late_(std::move(late)),
      waiting_(&memory()), partitions_(&memory()), timers_(&memory()), written_(&memory()), lifetimes_(spec_.ttl_ms, clock), rows_(input), out_(output) {
  aggregates_.UseMemory(&memory());
}

OverAggregate::~OverAggregate() {
  for (auto& [key, partition] : partitions_) aggregates_.End(partition.payload.data());
}

OverAggregate::Partition& OverAggregate::PartitionOf(std::string_view key) {
  auto at = partitions_.find(key);
  if (at == partitions_.end()) {
    at = partitions_.try_emplace(std::pmr::string(key), &memory(), aggregates_.stride()).first;
    aggregates_.Start(at->second.payload.data());
  }
  return at->second;
}

OverAggregate::Partitions::iterator OverAggregate::End(Partitions::iterator at) {
  for (int64_t timer : at->second.timers) timers_.erase({timer, at->first});
  aggregates_.End(at->second.payload.data());
  return partitions_.erase(at);
}

void OverAggregate::AddTimer(Partition& partition, std::string_view key, int64_t at) {
  timers_.emplace(at, std::pmr::string(key, &memory()));
  partition.timers.push_back(at);
}

// As Flink does for each row that comes: a timer that was set before stays, though the partition is to be forgotten later now.
void OverAggregate::SetTimer(std::string_view key, int64_t time) {
  Partition& partition = PartitionOf(key);
  if (partition.cleanup >= time + spec_.preceding + 1) return;
  partition.cleanup = time + spec_.preceding + spec_.preceding / 2 + 1;
  AddTimer(partition, key, partition.cleanup);
}

// The last timer of a partition ends it. Those before do nothing but count as its last time: rows that come behind them are late.
void OverAggregate::RunTimers(int64_t until) {
  while (!timers_.empty() && timers_.begin()->first <= until) {
    auto [time, key] = *timers_.begin();
    timers_.erase(timers_.begin());
    auto at = partitions_.find(key);
    if (at == partitions_.end()) continue;
    std::erase(at->second.timers, time);
    if (at->second.cleanup <= time) End(at);
    else at->second.time = time;
  }
}

void OverAggregate::ForgetUnwritten() {
  lifetimes_.Advance([this](uint32_t group) {
    auto at = partitions_.find(written_.key(group));
    written_.Remove(group);
    if (at != partitions_.end()) End(at);
  });
}

void OverAggregate::Touch(std::string_view key) {
  bool added = false;
  if (lifetimes_.limited()) lifetimes_.Touch(written_.FindOrAdd(key, HashBytes(key), &added));
}

Status OverAggregate::OnBatch(int, const Batch& batch) {
  ForgetUnwritten();
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.partition);
  const data::Column& time = *batch.column(spec_.time_column);
  std::vector<uint16_t> late;
  if (spec_.kind == OverKind::kArrival) {
    std::vector<std::pair<int64_t, Waiting>> come;
    for (int k = 0; k < rows.count; ++k) {
      int row = rows.row(k);
      int64_t ms = data::Rescale(time.IntAt(row), time.type.UnitsPerSecond(), 1000);
      come.emplace_back(ms, Wait(keys_.key(k), RowBytes(batch, row)));
    }
    RETURN_NOT_OK(Leave(std::move(come)));
    return Emit(out_.Build());
  }
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    int64_t before = batch.watermarks() ? batch.watermarks()->Value<int64_t>(row) : watermark().get();
    int64_t ms = time.IsNull(row) ? INT64_MIN : data::Rescale(time.IntAt(row), time.type.UnitsPerSecond(), 1000);
    if (spec_.bounded && before > fired_) RETURN_NOT_OK(Fire(before));
    if (IsLate(keys_.key(k), ms, before)) {
      late.push_back(static_cast<uint16_t>(row));
      continue;
    }
    waiting_.try_emplace({ms, arrivals_++}, Wait(keys_.key(k), RowBytes(batch, row)));
    if (HasTimers()) SetTimer(keys_.key(k), ms);
  }
  RETURN_NOT_OK(Emit(out_.Build()));
  if (late.empty()) return {};
  counters_.late_rows += static_cast<int64_t>(late.size());
  if (late_) late_(spec_.relation, input_names_, batch.WithSelection(std::move(late)));
  return {};
}

bool OverAggregate::IsLate(std::string_view key, int64_t time, int64_t watermark) const {
  if (!spec_.bounded || time == INT64_MIN || time > watermark) return time <= watermark;
  auto partition = partitions_.find(key);
  return partition != partitions_.end() && time <= partition->second.time;
}

Status OverAggregate::OnTime(EventTime watermark) {
  RETURN_NOT_OK(Fire(watermark.get()));
  Forget(watermark.get());
  return Emit(out_.Build());
}

Status OverAggregate::Fire(int64_t watermark) {
  fired_ = watermark;
  std::vector<std::pair<int64_t, Waiting>> due;
  while (!waiting_.empty() && waiting_.begin()->first.first <= watermark) {
    int64_t time = waiting_.begin()->first.first;
    bool cut = due.size() >= data::kMaxBatchRows && due.back().first != time;
    if (cut) {
      RETURN_NOT_OK(Leave(std::move(due)));
      due.clear();
    }
    due.emplace_back(time, std::move(waiting_.begin()->second));
    waiting_.erase(waiting_.begin());
  }
  RETURN_NOT_OK(Leave(std::move(due)));
  RunTimers(watermark);
  return {};
}

// Rows of ascending times. ROWS: each row sees the frame as it enters; RANGE: rows of one time all enter first.
Status OverAggregate::Leave(std::vector<std::pair<int64_t, Waiting>> due) {
  if (spec_.calls.empty() && spec_.order.size() > 1) SortWithinTimes(due);
  auto width = static_cast<int>(input_.size());
  bool each = spec_.rows || (spec_.kind == OverKind::kArrival && !spec_.bounded);
  for (size_t begin = 0; begin < due.size();) {
    RunTimers(due[begin].first);
    size_t end = begin + 1;
    while (!each && end < due.size() && due[end].first == due[begin].first) ++end;
    std::vector<Batch> read;  // peers may be more than one batch holds
    for (size_t i = begin; i < end; ++i) {
      ReadRow(due[i].second.row, rows_, 0, width);
      rows_.EndRow();
      if (rows_.full()) read.push_back(rows_.Build());
    }
    read.push_back(rows_.Build());
    auto place = [&](size_t i) { return std::pair<const Batch*, int>(&read[(i - begin) / data::kMaxBatchRows], static_cast<int>((i - begin) % data::kMaxBatchRows)); };
    for (size_t i = begin; i < end; ++i) {
      auto [batch, row] = place(i);
      Touch(due[i].second.partition);
      Enter(PartitionOf(due[i].second.partition), *batch, row, due[i].first, due[i].second.row);
    }
    for (size_t i = begin; i < end; ++i) {
      auto [batch, row] = place(i);
      for (int c = 0; c < width; ++c) out_.column(c).AppendFrom(*batch->column(c), row);
      AppendCalls(PartitionOf(due[i].second.partition), *batch, row);
      out_.EndRow();
      if (out_.full()) RETURN_NOT_OK(Emit(out_.Build()));
    }
    begin = end;
  }
  return {};
}

// Rows of one time by the keys behind it.
void OverAggregate::SortWithinTimes(std::vector<std::pair<int64_t, Waiting>>& due) {
  for (size_t begin = 0; begin < due.size();) {
    size_t end = begin + 1;
    while (end < due.size() && due[end].first == due[begin].first) ++end;
    std::map<std::string, Waiting> sorted;
    for (size_t i = begin; i < end && end - begin > 1; ++i) {
      ReadRow(due[i].second.row, rows_, 0, static_cast<int>(input_.size()));
      rows_.EndRow();
      sorted[RankKey(rows_.Build(), 0, spec_.order, i)] = std::move(due[i].second);
    }
    size_t at = begin;
    for (auto& [key, row] : sorted) due[at++].second = std::move(row);
    begin = end;
  }
}

void OverAggregate::Enter(Partition& partition, const Batch& batch, int row, int64_t time, std::string_view bytes) {
  if (Remembers()) Shrink(partition, time);
  auto selected = static_cast<uint16_t>(row);
  if (payloads_.size() <= selected) payloads_.resize(static_cast<size_t>(batch.length()));
  payloads_[selected] = partition.payload.data();
  aggregates_.Update(batch, {&selected, 1}, payloads_.data());
  bool new_time = partition.time != time || partition.times == 0;
  if (new_time) {
    partition.time = time;
    partition.before = partition.count;
    ++partition.times;
  }
  ++partition.count;
  if (spec_.kind == OverKind::kArrival && partition.cleanup < time + spec_.preceding + 1) partition.cleanup = time + spec_.preceding + spec_.preceding / 2 + 1;
  if (Remembers()) partition.frame.push_back({time, std::pmr::string(bytes, &memory())});
}

// Rows that the frame of a row at `time`, which enters next, does not reach go. Before that, as in Flink: of DOUBLE the order of additions is seen.
void OverAggregate::Shrink(Partition& partition, int64_t time) {
  if (!spec_.bounded) {
    while (static_cast<int64_t>(partition.frame.size()) > spec_.lag_most) partition.frame.pop_front();
    return;
  }
  while (!partition.frame.empty()) {
    bool out = spec_.rows ? static_cast<int64_t>(partition.frame.size()) > spec_.preceding : partition.frame.front().time < time - spec_.preceding;
    if (!out) return;
    Drop(partition);
  }
}

void OverAggregate::Drop(Partition& partition) {
  ReadRow(partition.frame.front().row, rows_, 0, static_cast<int>(input_.size()));
  rows_.EndRow(data::RowKind::kDelete);
  Batch gone = rows_.Build();
  char* payload = partition.payload.data();
  aggregates_.Update(gone, gone.selection(), &payload);
  partition.frame.pop_front();
}

void OverAggregate::AppendCalls(const Partition& partition, const Batch& batch, int row) {
  size_t aggregate = 0;
  auto column = static_cast<int>(input_.size());
  for (const auto& call : spec_.calls) {
    if (call.function == "ROW_NUMBER") out_.column(column).Append(partition.count);
    else if (call.function == "RANK") out_.column(column).Append(partition.before + 1);
    else if (call.function == "DENSE_RANK") out_.column(column).Append(partition.times);
    else if (call.function == "LAG") AppendLag(partition, batch, row, call, column);
    else aggregates_.OutputCall(partition.payload.data(), aggregate++, out_.column(column));
    ++column;
  }
}

void OverAggregate::AppendLag(const Partition& partition, const Batch& batch, int row, const AggregateCall& call, int column) {
  auto reach = static_cast<size_t>(call.lag) + 1;
  if (partition.frame.size() >= reach) {
    ReadRow(partition.frame[partition.frame.size() - reach].row, rows_, 0, static_cast<int>(input_.size()));
    rows_.EndRow();
    Batch earlier = rows_.Build();
    return out_.column(column).AppendFrom(*earlier.column(call.args[0]), 0);
  }
  if (call.args.size() < 2) return out_.column(column).AppendNull();
  out_.column(column).AppendFrom(*batch.column(call.args[1]), row);
}

// In the order of arrival no timer ends a partition whose frame has long passed by.
void OverAggregate::Forget(int64_t watermark) {
  bool may = spec_.kind == OverKind::kArrival && spec_.bounded && !spec_.rows && watermark != INT64_MAX && watermark >= swept_ + spec_.preceding;
  if (!may) return;
  swept_ = watermark;
  for (auto at = partitions_.begin(); at != partitions_.end();) at = at->second.cleanup <= watermark ? End(at) : std::next(at);
}

void OverAggregate::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(arrivals_);
  auto group_of = [&](std::string_view key) -> std::string& { return state.groups[static_cast<size_t>(KeyGroupOf(HashBytes(key)))]; };
  for (const auto& [key, partition] : partitions_) {
    ByteWriter out(group_of(key), Order::kLittle);
    out.Write(kPartition);
    WriteBytes(out, key);
    out.Write(partition.count);
    out.Write(partition.time);
    out.Write(partition.before);
    out.Write(partition.times);
    out.Write(partition.cleanup);
    aggregates_.Save(partition.payload.data(), out);
    out.WriteVarUint64(partition.frame.size());
    for (const auto& framed : partition.frame) {
      out.Write(framed.time);
      WriteBytes(out, framed.row);
    }
    if (partition.timers.empty()) continue;
    out.Write(kTimers);
    WriteBytes(out, key);
    out.WriteVarUint64(partition.timers.size());
    for (int64_t timer : partition.timers) out.Write(timer);
  }
  for (const auto& [place, waiting] : waiting_) {
    ByteWriter out(group_of(waiting.partition), Order::kLittle);
    out.Write(kWaiting);
    out.Write(place.first);
    out.Write(place.second);
    WriteBytes(out, waiting.partition);
    WriteBytes(out, waiting.row);
  }
}

Status OverAggregate::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: an OVER's state is cut off");
  arrivals_ = LoadInt<uint64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8);
  fired_ = watermark().get();
  ForgetUnwritten();  // reads the clock
  ArrivalPlaces places;
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      auto what = in.Read<uint8_t>();
      if (what == kWaiting) {
        auto time = in.Read<int64_t>();
        uint64_t arrival = places.Take(time, in.Read<uint64_t>());
        arrivals_ = std::max(arrivals_, arrival + 1);
        std::string_view key = ReadBytes(in);
        waiting_.try_emplace({time, arrival}, Wait(key, ReadBytes(in)));
        if (HasTimers()) SetTimer(key, time);  // the same, where it was not saved
        continue;
      }
      std::string_view key = ReadBytes(in);
      if (what == kTimers) {
        Partition& partition = PartitionOf(key);
        for (uint64_t left = in.ReadVarUint64(); left > 0 && in.ok(); --left) AddTimer(partition, key, in.Read<int64_t>());
        continue;
      }
      Touch(key);
      Partition& partition = PartitionOf(key);
      partition.count = in.Read<int64_t>();
      if (what != kOldPartition) {
        partition.time = in.Read<int64_t>();
        partition.before = in.Read<int64_t>();
        partition.times = in.Read<int64_t>();
        partition.cleanup = in.Read<int64_t>();
      }
      aggregates_.Load(partition.payload.data(), in);
      uint64_t count = in.ReadVarUint64();
      for (uint64_t i = 0; i < count && in.ok(); ++i) {
        auto time = in.Read<int64_t>();
        partition.frame.push_back({time, std::pmr::string(ReadBytes(in), &memory())});
      }
    }
    if (!in.ok()) return Fault::Corrupt("snapshot: rows of an OVER are cut off");
  }
  for (auto& [key, partition] : partitions_) {
    bool has_none = HasTimers() && partition.timers.empty() && partition.cleanup != INT64_MIN;  // of a state that an earlier version saved
    if (has_none) AddTimer(partition, key, partition.cleanup);
  }
  return {};
}

}  // namespace freshet::stream
