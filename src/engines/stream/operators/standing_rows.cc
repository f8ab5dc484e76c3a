#include "engines/stream/operators/standing_rows.h"

#include <algorithm>
#include <numeric>

#include "data/canonical.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

uint64_t HashOf(std::string_view bytes) { return std::hash<std::string_view>()(bytes); }

}  // namespace

StandingRows::StandingRows(StandingSpec spec, std::vector<data::Type> types, Clock* clock)
    : Operator(1), KeyedState(&memory()), spec_(std::move(spec)), types_(std::move(types)), rows_(&memory()), lifetimes_(spec_.ttl_ms, clock), conflicts_(&memory()), out_(types_) {
  KeepByKey(*this);
}

uint32_t StandingRows::GroupOf(std::string_view key, uint64_t hash) {
  bool added = false;
  uint32_t group = FindOrAdd(key, hash, &added);
  while (group >= rows_.size()) rows_.emplace_back(&memory());
  if (group >= place_in_touched_.size()) place_in_touched_.resize(group + 1);
  lifetimes_.Touch(group);
  return group;
}

const std::pmr::string* StandingRows::Standing(const Rows& rows) const {
  if (rows.by_arrival.empty()) return nullptr;
  return spec_.conflict == Conflict::kNewest ? &rows.by_arrival.rbegin()->second : &rows.by_arrival.begin()->second;
}

Status StandingRows::OnBatch(int, const Batch& batch) {
  lifetimes_.Advance([this](uint32_t group) {
    Clear(group);
    if (index().alive(group)) Remove(group);
  });
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.keys);
  touched_.clear();
  for (int k = 0; k < rows.count; ++k) {
    uint32_t group = GroupOf(keys_.key(k), keys_.hash(k));
    if (!rows_[group].touched) {
      const std::pmr::string* stood = Standing(rows_[group]);
      place_in_touched_[group] = touched_.size();
      touched_.push_back({group, stood != nullptr, stood != nullptr ? std::string(*stood) : "", k});
      rows_[group].touched = true;
    }
    touched_[place_in_touched_[group]].last = k;
    Changed(group);
    Change(group, batch, rows.row(k));
  }
  std::sort(touched_.begin(), touched_.end(), [](const Touched& a, const Touched& b) { return a.last < b.last; });
  for (const Touched& touched : touched_) {
    rows_[touched.group].touched = false;
    RETURN_NOT_OK(EmitChange(touched));
    if (rows_[touched.group].by_arrival.empty()) Remove(touched.group);
  }
  return Emit(out_.Build());
}

void StandingRows::Come(uint32_t group, std::string_view bytes, uint64_t arrival) {
  rows_[group].by_arrival.emplace(arrival, bytes);
  rows_[group].arrivals.emplace(HashOf(bytes), arrival);
  if (spec_.conflict == Conflict::kFault && rows_[group].by_arrival.size() > 1) conflicts_.insert(group);
}

// Of equal rows the oldest goes.
void StandingRows::Change(uint32_t group, const Batch& batch, int row) {
  data::RowKind kind = batch.op(row);
  std::optional<Left> left = std::exchange(left_, std::nullopt);
  bytes_.clear();
  AppendRow(bytes_, batch, row);
  if (data::IsAdded(kind)) {
    bool instead = spec_.conflict == Conflict::kOldest && kind == data::RowKind::kUpdateAfter && left && left->group == group;
    Come(group, bytes_, instead ? left->arrival : arrivals_++);
    return;
  }
  Rows& rows = rows_[group];
  auto [at, end] = rows.arrivals.equal_range(HashOf(bytes_));
  while (at != end && std::string_view(rows.by_arrival.at(at->second)) != std::string_view(bytes_)) ++at;
  if (at == end) return;
  if (kind == data::RowKind::kUpdateBefore) left_ = Left{group, at->second};
  rows.by_arrival.erase(at->second);
  rows.arrivals.erase(at);
  if (rows.by_arrival.size() < 2) conflicts_.erase(group);
}

Status StandingRows::EmitChange(const Touched& touched) {
  const std::pmr::string* stands = Standing(rows_[touched.group]);
  if (stands != nullptr && touched.stood && std::string_view(*stands) == std::string_view(touched.row)) return {};
  if (touched.stood) RETURN_NOT_OK(EmitRow(touched.row, stands != nullptr ? data::RowKind::kUpdateBefore : data::RowKind::kDelete));
  if (stands == nullptr) return {};
  return EmitRow(*stands, touched.stood ? data::RowKind::kUpdateAfter : data::RowKind::kInsert);
}

Status StandingRows::EmitRow(std::string_view row, data::RowKind kind) {
  ReadRow(row, out_, 0, static_cast<int>(types_.size()));
  out_.EndRow(kind);
  return out_.full() ? Emit(out_.Build()) : Status();
}

// "(5, \"a\")", of a long row the beginning.
std::string StandingRows::RowText(std::string_view row, const std::vector<int>& columns) const {
  constexpr size_t kLongest = 200;
  data::BatchBuilder builder(types_);
  ReadRow(row, builder, 0, static_cast<int>(types_.size()));
  builder.EndRow(data::RowKind::kInsert);
  data::Batch one = builder.Build();
  std::string text;
  for (int column : columns) {
    text += text.empty() ? "(" : ", ";
    data::AppendCanonical(text, *one.column(column), 0);
  }
  return text.size() <= kLongest ? text + ")" : text.substr(0, kLongest) + " …";
}

// A conflict that has gone when a watermark comes was none: changes of two keys come one after the other.
Status StandingRows::Judge() const {
  if (conflicts_.empty()) return {};
  const Rows& rows = rows_[*conflicts_.begin()];
  std::string_view first = rows.by_arrival.begin()->second, second = std::next(rows.by_arrival.begin())->second;
  std::vector<int> all(types_.size());
  std::iota(all.begin(), all.end(), 0);
  return Fault::Invalid("table ", spec_.table, ": two rows have the PRIMARY KEY ", RowText(first, spec_.keys), ", which ON CONFLICT DO ERROR forbids: ", RowText(first, all), " and ", RowText(second, all),
                        "; aggregate or filter them, or say DO DEDUPLICATE or DO NOTHING");
}

Status StandingRows::OnTime(EventTime) { return Judge(); }

void StandingRows::Clear(uint32_t group) {
  if (group >= rows_.size()) return;
  rows_[group].by_arrival.clear();
  rows_[group].arrivals.clear();
  conflicts_.erase(group);
}

void StandingRows::SaveWhole(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(arrivals_);
}

Status StandingRows::LoadWhole(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: the state of rows that stand by a key is cut off");
  arrivals_ = std::max(arrivals_, LoadInt<uint64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8));
  return {};
}

void StandingRows::WriteRest(uint32_t group, ByteWriter& out) const {
  out.WriteVarUint64(rows_[group].by_arrival.size());
  for (const auto& [arrival, row] : rows_[group].by_arrival) {
    out.Write(arrival);
    WriteBytes(out, row);
  }
}

void StandingRows::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  uint32_t group = GroupOf(key, hash);
  uint64_t count = in.ReadVarUint64();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    auto arrival = in.Read<uint64_t>();
    Come(group, ReadBytes(in), arrival);
    arrivals_ = std::max(arrivals_, arrival + 1);
  }
}

void StandingRows::Forget(uint32_t group) {
  Clear(group);
  Remove(group);
}

}  // namespace freshet::stream
