#include "engines/stream/operators/temporal_join.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

int64_t MillisAt(const data::Column& time, int row) {
  return time.IsNull(row) ? INT64_MIN : data::Rescale(time.IntAt(row), time.type.UnitsPerSecond(), 1000);
}

}  // namespace

TemporalJoin::TemporalJoin(JoinSpec spec, std::vector<data::Type> left, std::vector<data::Type> right, std::vector<data::Type> out, const expr::Session& session)
    : Operator(2), spec_(std::move(spec)), left_(std::move(left)), right_(std::move(right)), session_(session), waiting_(&memory()), versions_(&memory()), superseded_(&memory()), pairs_(out), out_(out) {}

Status TemporalJoin::OnBatch(int input, const Batch& batch) {
  data::Selection rows = batch.selection();
  const auto& columns = input == 0 ? spec_.left_keys : spec_.right_keys;
  keys_.Encode(batch, rows, columns);
  const data::Column& time = *batch.column(input == 0 ? spec_.left_time : spec_.right_time);
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    std::string_view key = keys_.key(k);
    data::RowKind kind = batch.op(row);
    if (input == 0) {
      bool unknown = false;
      for (int c : columns) unknown |= batch.column(c)->IsNull(row);
      waiting_.try_emplace({MillisAt(time, row), arrivals_++}, Waiting{Kept(key), Kept(RowBytes(batch, row)), unknown, kind});
    } else if (kind != data::RowKind::kUpdateBefore) {
      AddVersion(key, MillisAt(time, row), data::IsAdded(kind) ? Version(Kept(RowBytes(batch, row))) : std::nullopt);
    }
  }
  return {};
}

void TemporalJoin::AddVersion(std::string_view key, int64_t time, Version row) {
  Versions& versions = versions_[std::pmr::string(key)];
  versions.insert_or_assign(time, std::move(row));
  auto at = versions.find(time);
  if (at != versions.begin()) superseded_[time].emplace(key);
  if (auto next = std::next(at); next != versions.end()) superseded_[next->first].emplace(key);
}

const std::pmr::string* TemporalJoin::VersionAt(const Waiting& waiting, int64_t time) const {
  auto versions = versions_.find(waiting.key);
  if (waiting.unknown || versions == versions_.end()) return nullptr;
  auto after = versions->second.upper_bound(time);
  if (after == versions->second.begin()) return nullptr;
  const auto& row = std::prev(after)->second;
  return row ? &*row : nullptr;
}

Status TemporalJoin::OnTime(EventTime watermark) {
  auto width = static_cast<int>(left_.size());
  while (!waiting_.empty() && waiting_.begin()->first.first <= watermark.get()) {
    auto at = waiting_.begin();
    const std::pmr::string* version = VersionAt(at->second, at->first.first);
    ReadRow(at->second.row, pairs_, 0, width);
    if (version != nullptr) ReadRow(*version, pairs_, width, static_cast<int>(right_.size()));
    for (int c = width; version == nullptr && c < pairs_.column_count(); ++c) pairs_.column(c).AppendNull();
    pairs_.EndRow(at->second.kind);
    met_.push_back(version != nullptr);
    waiting_.erase(at);
    if (pairs_.full()) RETURN_NOT_OK(Join());
  }
  RETURN_NOT_OK(Join());
  Prune(watermark.get());
  return Emit(out_.Build());
}

// Pairs that the rest of the condition lets through, and of a left join the others with NULLs.
Status TemporalJoin::Join() {
  Batch pairs = pairs_.Build();
  std::vector<bool> met = std::move(met_);
  met_.clear();
  if (spec_.condition) {
    auto passed = expr::Filter(*spec_.condition, pairs, pairs.selection(), session_);
    if (!passed.ok()) {
      if (auto pair = FirstUncomputed({spec_.condition}, pairs, session_)) TellFaultOfRow(-1, pairs, *pair);
      return passed.fault();
    }
    std::vector<bool> passes(met.size(), false);
    for (uint16_t row : *passed) passes[row] = met[row];
    met = std::move(passes);
  }
  auto width = static_cast<int>(left_.size());
  for (int row = 0; row < pairs.length(); ++row) {
    bool pair = met[static_cast<size_t>(row)];
    if (!pair && spec_.kind != JoinKind::kLeft) continue;
    for (int c = 0; c < out_.column_count(); ++c) {
      if (c < width || pair) out_.column(c).AppendFrom(*pairs.column(c), row);
      else out_.column(c).AppendNull();
    }
    out_.EndRow(pairs.op(row));
    if (out_.full()) RETURN_NOT_OK(Emit(out_.Build()));
  }
  return {};
}

// Versions that were followed by another at or before the watermark can be met no more.
void TemporalJoin::Prune(int64_t watermark) {
  while (!superseded_.empty() && superseded_.begin()->first <= watermark) {
    for (const auto& key : superseded_.begin()->second) {
      auto versions = versions_.find(key);
      if (versions == versions_.end()) continue;
      auto after = versions->second.upper_bound(watermark);
      if (after != versions->second.begin()) versions->second.erase(versions->second.begin(), std::prev(after));
      bool gone = versions->second.size() == 1 && !versions->second.begin()->second && versions->second.begin()->first <= watermark;
      if (gone) versions_.erase(versions);
    }
    superseded_.erase(superseded_.begin());
  }
}

void TemporalJoin::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(arrivals_);
  auto group_of = [&](std::string_view key) -> std::string& { return state.groups[static_cast<size_t>(KeyGroupOf(HashBytes(key)))]; };
  for (const auto& [place, waiting] : waiting_) {
    ByteWriter out(group_of(waiting.key), Order::kLittle);
    out.Write(uint8_t{0});
    WriteBytes(out, waiting.key);
    out.Write(place.first);
    out.Write(place.second);
    out.Write(static_cast<uint8_t>(waiting.unknown));
    out.Write(static_cast<uint8_t>(waiting.kind));
    WriteBytes(out, waiting.row);
  }
  for (const auto& [key, versions] : versions_) {
    for (const auto& [time, row] : versions) {
      ByteWriter out(group_of(key), Order::kLittle);
      out.Write(static_cast<uint8_t>(row ? 1 : 2));
      WriteBytes(out, key);
      out.Write(time);
      if (row) WriteBytes(out, *row);
    }
  }
}

Status TemporalJoin::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: a temporal join's state is cut off");
  arrivals_ = LoadInt<uint64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8);
  ArrivalPlaces places;
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      auto what = in.Read<uint8_t>();
      std::string_view key = ReadBytes(in);
      auto time = in.Read<int64_t>();
      if (what != 0) {
        AddVersion(key, time, what == 1 ? Version(Kept(ReadBytes(in))) : std::nullopt);
        continue;
      }
      uint64_t arrival = places.Take(time, in.Read<uint64_t>());
      arrivals_ = std::max(arrivals_, arrival + 1);
      bool unknown = in.Read<uint8_t>() != 0;
      auto kind = in.Read<uint8_t>();
      if (kind > 3) return Fault::Corrupt("snapshot: a row of a temporal join is of no known kind");
      waiting_.try_emplace({time, arrival}, Waiting{Kept(key), Kept(ReadBytes(in)), unknown, static_cast<data::RowKind>(kind)});
    }
    if (!in.ok()) return Fault::Corrupt("snapshot: rows of a temporal join are cut off");
  }
  return {};
}

}  // namespace freshet::stream
