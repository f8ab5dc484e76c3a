#include "engines/stream/operators/updating_over.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/operators/rank.h"
#include "engines/stream/plan/aggregates.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

constexpr size_t kArrivalBytes = 8;  // at the end of a RankKey

std::string_view WithoutArrival(std::string_view key) { return key.substr(0, key.size() - kArrivalBytes); }

// Of `rows` rows dealt to `parts` parts, larger parts first: the part of row `at`.
int64_t TileOf(int64_t at, int64_t rows, int64_t parts) {
  int64_t small = rows / parts, larger = rows % parts, in_larger = larger * (small + 1);
  if (at < in_larger) return at / (small + 1) + 1;
  return larger + (at - in_larger) / std::max<int64_t>(small, 1) + 1;
}

}  // namespace

UpdatingOver::UpdatingOver(OverSpec spec, AggregateSet aggregates, std::vector<data::Type> input, std::vector<data::Type> output, Options options)
    : Operator(1),
      spec_(std::move(spec)),
      aggregates_(std::move(aggregates)),
      input_(input),
      call_types_(output.begin() + static_cast<ptrdiff_t>(input.size()), output.end()),
      options_(options),
      index_(&memory()),
      partitions_(&memory()),
      lifetimes_(spec_.ttl_ms, options.clock),
      rows_(input),
      calls_(call_types_),
      out_(output) {
  aggregates_.UseMemory(&memory());
}

uint32_t UpdatingOver::GroupOf(std::string_view key, uint64_t hash) {
  bool added = false;
  uint32_t group = index_.FindOrAdd(key, hash, &added);
  if (group >= partitions_.size()) partitions_.resize(group + 1);
  lifetimes_.Touch(group);
  return group;
}

Status UpdatingOver::OnBatch(int, const Batch& batch) {
  lifetimes_.Advance([this](uint32_t group) {
    partitions_[group].clear();
    if (index_.alive(group)) index_.Remove(group);
  });
  data::Selection rows = batch.selection();
  for (int k = 0; options_.each && k < rows.count; ++k) {
    auto row = static_cast<uint16_t>(rows.row(k));
    RETURN_NOT_OK(Apply(batch, {&row, 1}));
  }
  if (!options_.each) RETURN_NOT_OK(Apply(batch, rows));
  return Emit(out_.Build());
}

Status UpdatingOver::Apply(const Batch& batch, data::Selection rows) {
  keys_.Encode(batch, rows, spec_.partition);
  std::map<uint32_t, int> last;  // row that touched a partition: its changes come out in that place
  for (int k = 0; k < rows.count; ++k) {
    uint32_t group = GroupOf(keys_.key(k), keys_.hash(k));
    last[group] = k;
    RETURN_NOT_OK(Change(partitions_[group], batch, rows.row(k)));
  }
  std::map<int, uint32_t> touched;
  for (auto [group, k] : last) touched[k] = group;
  for (auto [k, group] : touched) {
    RETURN_NOT_OK(Tell(PlacesOf(partitions_[group])));
    if (partitions_[group].empty()) index_.Remove(group);
  }
  return {};
}

Status UpdatingOver::Change(Rows& rows, const Batch& batch, int row) {
  std::string bytes = RowBytes(batch, row);
  if (data::IsAdded(batch.op(row))) {
    rows.try_emplace(std::pmr::string(RankKey(batch, row, spec_.order, arrivals_++)), &memory()).first->second.bytes.assign(bytes);
    return {};
  }
  auto end = rows.upper_bound(std::string_view(RankKey(batch, row, spec_.order, UINT64_MAX)));
  for (auto at = rows.lower_bound(std::string_view(RankKey(batch, row, spec_.order, 0))); at != end; ++at) {
    if (at->second.bytes != std::string_view(bytes)) continue;
    if (at->second.told) RETURN_NOT_OK(EmitRow(at->second, at->second.said, data::RowKind::kDelete));
    rows.erase(at);
    return {};
  }
  return {};
}

std::vector<UpdatingOver::Place> UpdatingOver::PlacesOf(Rows& rows) {
  std::vector<Place> places;
  places.reserve(rows.size());
  std::string_view last;
  size_t first = 0;
  int64_t peers = -1;
  for (auto& [key, row] : rows) {
    if (places.empty() || WithoutArrival(key) != last) {
      for (size_t i = first; i < places.size(); ++i) places[i].end_peer = places.size();
      last = WithoutArrival(key);
      first = places.size();
      ++peers;
    }
    places.push_back({&row, first, 0, peers});
  }
  for (size_t i = first; i < places.size(); ++i) places[i].end_peer = places.size();
  return places;
}

Batch UpdatingOver::RowAt(const Place& place, data::RowKind kind) {
  ReadRow(place.row->bytes, rows_, 0, static_cast<int>(input_.size()));
  rows_.EndRow(kind);
  return rows_.Build();
}

int64_t UpdatingOver::TimeOf(const Batch& row) const {
  const data::Column& time = *row.column(spec_.time_column);
  return time.IsNull(0) ? INT64_MIN : data::Rescale(time.IntAt(0), time.type.UnitsPerSecond(), 1000);
}

// Goes through a partition with its frame and tells what is not as it was told last.
Status UpdatingOver::Tell(const std::vector<Place>& places) {
  std::string payload(aggregates_.stride(), '\0');
  char* state = payload.data();
  aggregates_.Start(state);
  std::vector<int64_t> times;  // of the rows, where the frame is bounded by them
  size_t entered = 0, gone = 0;
  Status status;
  auto enter_until = [&](size_t end) {
    for (; entered < end; ++entered) {
      Batch row = RowAt(places[entered], data::RowKind::kInsert);
      aggregates_.Update(row, row.selection(), &state);
      if (spec_.bounded && !spec_.rows) times.push_back(TimeOf(row));
    }
  };
  auto leaves = [&](size_t at) {
    if (spec_.rows) return static_cast<int64_t>(entered - gone) > spec_.preceding + 1;
    return times[gone] < times[at] - spec_.preceding;
  };
  for (size_t at = 0; at < places.size() && status.ok(); ++at) {
    enter_until(spec_.rows ? at + 1 : places[at].end_peer);
    for (; spec_.bounded && gone < entered && leaves(at); ++gone) {
      Batch row = RowAt(places[gone], data::RowKind::kDelete);
      aggregates_.Update(row, row.selection(), &state);
    }
    AppendCalls(places, at, state);
    calls_.EndRow();
    std::string said = RowBytes(calls_.Build(), 0);
    Row& row = *places[at].row;
    if (row.told && row.said == std::string_view(said)) continue;
    if (row.told && options_.update_before) status = EmitRow(row, row.said, data::RowKind::kUpdateBefore);
    if (status.ok()) status = EmitRow(row, said, row.told ? data::RowKind::kUpdateAfter : data::RowKind::kInsert);
    row.said.assign(said);
    row.told = true;
  }
  aggregates_.End(state);
  return status;
}

void UpdatingOver::AppendCalls(const std::vector<Place>& places, size_t at, const char* payload) {
  size_t aggregate = 0;
  int column = 0;
  const Place& place = places[at];
  auto rows = static_cast<double>(places.size());
  for (const auto& call : spec_.calls) {
    data::ColumnBuilder& out = calls_.column(column++);
    auto n = static_cast<int64_t>(at);
    if (call.function == "ROW_NUMBER") out.Append(n + 1);
    else if (call.function == "RANK") out.Append(static_cast<int64_t>(place.first_peer) + 1);
    else if (call.function == "DENSE_RANK") out.Append(place.peers_before + 1);
    else if (call.function == "NTILE") out.Append(TileOf(n, static_cast<int64_t>(places.size()), call.lag));
    else if (call.function == "CUME_DIST") out.Append(static_cast<double>(place.end_peer) / rows);
    else if (call.function == "PERCENT_RANK") out.Append(places.size() < 2 ? 0.0 : static_cast<double>(place.first_peer) / (rows - 1));
    else if (!IsPlaceFunction(call.function)) aggregates_.OutputCall(payload, aggregate++, out);
    else {
      int64_t other = call.function == "LAG" ? n - call.lag : n + call.lag;
      bool there = other >= 0 && other < static_cast<int64_t>(places.size());
      if (there) out.AppendFrom(*RowAt(places[static_cast<size_t>(other)], data::RowKind::kInsert).column(call.args[0]), 0);
      else if (call.args.size() < 2) out.AppendNull();
      else out.AppendFrom(*RowAt(place, data::RowKind::kInsert).column(call.args[1]), 0);
    }
  }
}

Status UpdatingOver::EmitRow(const Row& row, std::string_view said, data::RowKind kind) {
  auto width = static_cast<int>(input_.size());
  ReadRow(row.bytes, out_, 0, width);
  ReadRow(said, out_, width, static_cast<int>(call_types_.size()));
  out_.EndRow(kind);
  return out_.full() ? Emit(out_.Build()) : Status();
}

void UpdatingOver::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(arrivals_);
  for (uint32_t group = 0; group < index_.size(); ++group) {
    if (!index_.alive(group)) continue;
    ByteWriter out(state.groups[static_cast<size_t>(KeyGroupOf(index_.hash(group)))], Order::kLittle);
    WriteBytes(out, index_.key(group));
    out.WriteVarUint64(partitions_[group].size());
    for (const auto& [key, row] : partitions_[group]) {
      WriteBytes(out, key);
      WriteBytes(out, row.bytes);
      WriteBytes(out, row.said);
    }
  }
}

Status UpdatingOver::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: an OVER's state is cut off");
  arrivals_ = LoadInt<uint64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8);
  lifetimes_.Advance([](uint32_t) {});
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      std::string_view partition = ReadBytes(in);
      Rows& rows = partitions_[GroupOf(partition, HashBytes(partition))];
      uint64_t count = in.ReadVarUint64();
      for (uint64_t i = 0; i < count && in.ok(); ++i) {
        std::string_view key = ReadBytes(in);
        Row& row = rows.try_emplace(std::pmr::string(key), &memory()).first->second;
        row.bytes.assign(ReadBytes(in));
        row.said.assign(ReadBytes(in));
        row.told = true;
      }
    }
    if (!in.ok()) return Fault::Corrupt("snapshot: rows of an OVER are cut off");
  }
  return {};
}

}  // namespace freshet::stream
