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
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(arrival >> shift);
}

Rank::Rank(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, Options options)
    : Operator(1), KeyedState(&memory()), spec_(std::move(spec)), input_(std::move(input)), options_(options), rows_(&memory()), partitions_(&memory()), lifetimes_(spec_.ttl_ms, options.clock), out_(output) {
  KeepByKey(*this);
}

void Rank::Clear(uint32_t group) {
  for (const auto& [key, row] : partitions_[group]) rows_.Free(row);
  partitions_[group].clear();
}

// Most of what is held may be held for nothing then: the others are moved together.
void Rank::FreeGone() {
  for (Row row : gone_) rows_.Free(row);
  gone_.clear();
  if (!rows_.scattered()) return;
  RowArena together(&memory());
  for (auto& partition : partitions_) {
    for (auto& [key, row] : partition) row = together.Add(rows_.At(row));
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
  for (const auto& [key, row] : rows) {
    if (++place > spec_.to) break;
    if (place >= spec_.from) shown.push_back(row);
  }
  return shown;
}

// A row that comes behind the last of N that are remembered changes nothing.
bool Rank::IsBeaten(const Partition& rows, const Batch& batch, int row) {
  bool full = !options_.retracts && spec_.only_one.empty() && static_cast<int64_t>(rows.size()) >= spec_.to;
  if (!full) return false;
  rank_key_.clear();
  AppendRankKey(rank_key_, batch, row, spec_.order, arrivals_);
  return std::string_view(rank_key_) > rows.rbegin()->first;
}

void Rank::Change(Partition& rows, const Batch& batch, int row) {
  if (data::IsAdded(batch.op(row))) {
    rank_key_.clear();
    AppendRankKey(rank_key_, batch, row, spec_.order, arrivals_++);
    rows.emplace(rank_key_, rows_.Add(encoder_.Encode(row)));
    bool beaten = !options_.retracts && spec_.only_one.empty() && static_cast<int64_t>(rows.size()) > spec_.to;
    if (!beaten) return;
    gone_.push_back(rows.rbegin()->second);
    rows.erase(std::prev(rows.end()));
    return;
  }
  std::string_view bytes = encoder_.Encode(row);
  auto end = rows.upper_bound(std::string_view(RankKey(batch, row, spec_.order, UINT64_MAX)));
  for (auto at = rows.lower_bound(std::string_view(RankKey(batch, row, spec_.order, 0))); at != end; ++at) {
    if (rows_.At(at->second) != bytes) continue;
    gone_.push_back(at->second);
    rows.erase(at);
    return;
  }
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
    if (IsBeaten(partitions_[group], batch, rows.row(k))) {
      ++arrivals_;
      continue;
    }
    auto [at, first] = seen.try_emplace(group, touched.size());
    if (first) touched.push_back({group, Shown(partitions_[group]), k});
    touched[at->second].last = k;
    Changed(group);
    Change(partitions_[group], batch, rows.row(k));
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
  ReadRow(rows_.At(row), out_, 0, width);
  if (spec_.with_rank) out_.column(width).Append(spec_.from + static_cast<int64_t>(place));
  out_.EndRow(kind);
  return out_.full() ? Emit(out_.Build()) : Status();
}

Status Rank::EmitChanges(const Places& before, const Places& after) {
  using data::RowKind;
  if (!spec_.with_rank && spec_.to > spec_.from) {  // who keeps a place somewhere does not move
    std::map<std::string_view, int> left;
    for (Row row : before) ++left[rows_.At(row)];
    Places came;
    for (Row row : after) {
      if (auto at = left.find(rows_.At(row)); at != left.end() && at->second > 0) --at->second;
      else came.push_back(row);
    }
    for (Row row : before) {
      if (left[rows_.At(row)] <= 0) continue;
      --left[rows_.At(row)];
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
  for (const auto& [key, row] : partitions_[group]) {
    WriteBytes(out, key);
    WriteBytes(out, rows_.At(row));
  }
}

void Rank::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  Partition& rows = partitions_[GroupOf(key, hash)];
  uint64_t count = in.ReadVarUint64();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string_view place = ReadBytes(in);
    rows.emplace(place, rows_.Add(ReadBytes(in)));
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
