#include "engines/stream/operators/rank.h"

#include <algorithm>
#include <unordered_map>

#include "engines/stream/state/rows.h"

namespace freshet::stream {

std::string RankKey(const Batch& batch, int row, const std::vector<SortColumn>& order, uint64_t arrival) {
  std::string key;
  AppendRankKey(key, batch, row, order, arrival);
  return key;
}

void AppendRankKey(std::string& out, const Batch& batch, int row, const std::vector<SortColumn>& order, uint64_t arrival) {
  for (const auto& by : order) AppendSortKey(out, *batch.column(by.column), row, {by.descending, by.nulls_first});
  char bytes[sizeof(arrival)];
  StoreInt(Order::kBig, bytes, arrival);
  out.append(bytes, sizeof(bytes));
}

Rank::Rank(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, Options options)
    : Operator(1), KeyedState(&memory()), spec_(std::move(spec)), input_(std::move(input)), options_(options), keeps_first_(!options.retracts && spec_.only_one.empty()), rows_(&memory()), partitions_(&memory()), lifetimes_(spec_.ttl_ms, options.clock), out_(output) {
  KeepByKey(*this);
}

void Rank::Clear(uint32_t group) {
  partitions_[group].ForEach([this](Row row) {
    rows_.Free(row);
    return true;
  });
  partitions_[group].Clear();
}

// Most of what is held may be held for nothing then: the others are moved together.
void Rank::FreeGone() {
  for (Row row : gone_) rows_.Free(row);
  gone_.clear();
  if (!rows_.scattered()) return;
  RowArena together(&memory());
  for (auto& partition : partitions_) {
    partition.ForEach([&](Row& row) {
      row = together.Add(rows_.At(row));
      return true;
    });
  }
  rows_ = std::move(together);
}

uint32_t Rank::GroupOf(std::string_view key, uint64_t hash) {
  bool added = false;
  uint32_t group = FindOrAdd(key, hash, &added);
  if (group >= partitions_.size()) partitions_.resize(group + 1);
  lifetimes_.Touch(group);
  return group;
}

Rank::Places Rank::Shown(const Partition& rows) const {
  Places shown;
  int64_t place = 0;
  rows.ForEach([&](Row row) {
    if (++place >= spec_.from && place <= spec_.to) shown.push_back(row);
    return place < spec_.to;
  });
  return shown;
}

// A row that comes behind the last of N that are remembered changes nothing.
bool Rank::IsBeaten(const Partition& rows, const Batch& batch, int row) {
  rank_key_.clear();
  AppendRankKey(rank_key_, batch, row, spec_.order, arrivals_++);
  return IsFull(rows) && rows.IsBehindAll(rank_key_, rows_);
}

void Rank::Add(Partition& rows, int row) {
  if (IsFull(rows)) gone_.push_back(rows.TakeLast());
  rows.Add(rank_key_, encoder_.Encode(row), rows_);
}

void Rank::TakeBack(Partition& rows, const Batch& batch, int row) {
  auto gone = rows.Take(encoder_.Encode(row), RankKey(batch, row, spec_.order, 0), RankKey(batch, row, spec_.order, UINT64_MAX), rows_);
  if (gone) gone_.push_back(*gone);
}

Status Rank::OnBatch(int, const Batch& batch) {
  lifetimes_.Advance([this](uint32_t group) {
    Clear(group);
    if (index().alive(group)) Remove(group);
  });
  data::Selection rows = batch.selection();
  for (int k = 0; options_.each && k < rows.count; ++k) {
    auto row = static_cast<uint16_t>(rows.row(k));
    RETURN_NOT_OK(Apply(batch, {&row, 1}));
  }
  if (!options_.each) RETURN_NOT_OK(Apply(batch, rows));
  return Emit(out_.Build());
}

Status Rank::Apply(const Batch& batch, data::Selection rows) {
  keys_.Encode(batch, rows, spec_.partition);
  encoder_.Begin(batch);
  struct Touched {
    uint32_t group;
    Places before;
    int last;  // row that touched it: its changes come out in the place of the last
  };
  std::vector<Touched> touched;
  std::unordered_map<uint32_t, size_t> seen;
  for (int k = 0; k < rows.count; ++k) {
    keys_.PrefetchBehind(k, index());
    uint32_t group = GroupOf(keys_.key(k), keys_.hash(k));
    bool added = data::IsAdded(batch.op(rows.row(k)));
    if (added && IsBeaten(partitions_[group], batch, rows.row(k))) continue;
    auto [at, first] = seen.try_emplace(group, touched.size());
    if (first) touched.push_back({group, Shown(partitions_[group]), k});
    touched[at->second].last = k;
    Changed(group);
    if (added) Add(partitions_[group], rows.row(k));
    else TakeBack(partitions_[group], batch, rows.row(k));
  }
  std::sort(touched.begin(), touched.end(), [](const Touched& a, const Touched& b) { return a.last < b.last; });
  for (const auto& [group, before, last] : touched) {
    bool several = !spec_.only_one.empty() && partitions_[group].size() > 1;
    if (several) {
      TellFaultOfRow(0, batch, rows.row(last));
      return Fault::Invalid(spec_.only_one, "a query as a value gives more than one row; aggregate it, or LIMIT 1");
    }
    RETURN_NOT_OK(EmitChanges(before, Shown(partitions_[group])));
    if (partitions_[group].empty()) Remove(group);
  }
  FreeGone();
  return {};
}

Status Rank::EmitPlace(Row row, size_t place, data::RowKind kind) {
  auto width = static_cast<int>(input_.size());
  ReadRow(BytesOf(row), out_, 0, width);
  if (spec_.with_rank) out_.column(width).Append(spec_.from + static_cast<int64_t>(place));
  out_.EndRow(kind);
  return out_.full() ? Emit(out_.Build()) : Status();
}

Status Rank::EmitChanges(const Places& before, const Places& after) {
  using data::RowKind;
  if (!spec_.with_rank && spec_.to > spec_.from) {  // who keeps a place somewhere does not move
    std::map<std::string_view, int> left;
    for (Row row : before) ++left[BytesOf(row)];
    Places came;
    for (Row row : after) {
      if (auto at = left.find(BytesOf(row)); at != left.end() && at->second > 0) --at->second;
      else came.push_back(row);
    }
    for (Row row : before) {
      if (left[BytesOf(row)] <= 0) continue;
      --left[BytesOf(row)];
      RETURN_NOT_OK(EmitPlace(row, 0, RowKind::kDelete));
    }
    for (Row row : came) RETURN_NOT_OK(EmitPlace(row, 0, RowKind::kInsert));
    return {};
  }
  size_t places = std::max(before.size(), after.size());
  auto change = [&](size_t i, bool goes, bool comes) -> Status {
    bool old_there = i < before.size(), new_there = i < after.size();
    if (old_there && new_there && IsSame(before[i], after[i])) return {};
    if (goes && old_there) RETURN_NOT_OK(EmitPlace(before[i], i, new_there ? RowKind::kUpdateBefore : RowKind::kDelete));
    if (comes && new_there) RETURN_NOT_OK(EmitPlace(after[i], i, old_there ? RowKind::kUpdateAfter : RowKind::kInsert));
    return {};
  };
  for (size_t i = 0; i < places; ++i) RETURN_NOT_OK(change(i, true, options_.in_place));
  for (size_t i = 0; i < places && !options_.in_place; ++i) RETURN_NOT_OK(change(i, false, true));
  return {};
}

void Rank::SaveWhole(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(arrivals_);
}

void Rank::WriteRest(uint32_t group, ByteWriter& out) const {
  out.WriteVarUint64(partitions_[group].size());
  partitions_[group].ForEach([&](Row row) {
    std::string_view kept = rows_.At(row);
    WriteBytes(out, SortedRows::KeyOf(kept));
    WriteBytes(out, SortedRows::RowOf(kept));
    return true;
  });
}

void Rank::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  Partition& rows = partitions_[GroupOf(key, hash)];
  uint64_t count = in.ReadVarUint64();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string_view place = ReadBytes(in);
    rows.Add(place, ReadBytes(in), rows_);
  }
}

void Rank::Forget(uint32_t group) {
  Clear(group);
  Remove(group);
}

Status Rank::LoadWhole(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: a Top-N's state is cut off");
  arrivals_ = LoadInt<uint64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8);
  return {};
}

}  // namespace freshet::stream
