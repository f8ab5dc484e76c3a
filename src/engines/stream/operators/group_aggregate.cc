#include "engines/stream/operators/group_aggregate.h"

#include <algorithm>
#include <numeric>

namespace freshet::stream {
namespace {

bool SameRow(const Batch& a, int i, const std::vector<data::ColumnPtr>& b, int j, size_t from) {
  for (size_t c = from; c < b.size(); ++c) {
    const data::Column& x = *a.column(static_cast<int>(c));
    if (x.IsNull(i) != b[c]->IsNull(j)) return false;
    if (!x.IsNull(i) && data::ValueAt(x, i) != data::ValueAt(*b[c], j)) return false;
  }
  return true;
}

void CopyRow(const Batch& from, int row, data::BatchBuilder& out, data::RowKind kind) {
  for (int c = 0; c < from.column_count(); ++c) out.column(c).AppendFrom(*from.column(c), row);
  out.EndRow(kind);
}

}  // namespace

GroupAggregate::GroupAggregate(AggregateSpec spec, AggregateSet aggregates, std::vector<data::Type> output_types, Options options)
    : Operator(1), spec_(std::move(spec)), aggregates_(std::move(aggregates)), types_(std::move(output_types)), options_(options), table_(aggregates_), lifetimes_(spec_.ttl_ms, options.clock) {}

Status GroupAggregate::OnBatch(int, const Batch& batch) {
  lifetimes_.Advance([this](uint32_t group) {
    if (table_.index().alive(group)) table_.Remove(group);
  });
  data::Selection sel = batch.selection();
  if (!options_.every_change) return Apply(batch, sel);
  for (int k = 0; k < sel.count; ++k) {
    auto row = static_cast<uint16_t>(sel.row(k));
    RETURN_NOT_OK(Apply(batch, {&row, 1}));
  }
  return {};
}

void GroupAggregate::AppendOutput(uint32_t group, data::BatchBuilder& out) {
  std::string_view key = table_.index().key(group);
  auto keys = static_cast<int>(spec_.keys.size());
  for (int k = 0; k < keys; ++k) AppendFromKey(out.column(k), &key);
  aggregates_.Output(table_.payload(group), out, keys);
}

Status GroupAggregate::FlushIfFull(data::BatchBuilder& out, int rows_ahead) {
  if (out.length() + rows_ahead <= data::kMaxBatchRows) return {};
  return Emit(out.Build());
}

// Touched groups as they were, the update, then touched groups as they are. A row that is taken back from a group that is not there changes nothing, as
// in Flink's GroupAggFunction: the group was forgotten, or began before the changelog does.
Status GroupAggregate::Apply(const Batch& batch, data::Selection rows) {
  keys_.Encode(batch, rows, spec_.keys);
  struct Touched {
    uint32_t group;
    bool existed;
    int last;  // row that touched it
  };
  std::vector<Touched> touched;
  std::vector<char*> payloads(static_cast<size_t>(batch.length()));
  std::vector<uint16_t> counted;
  counted.reserve(static_cast<size_t>(rows.count));
  std::unordered_map<uint32_t, size_t> seen;
  data::BatchBuilder before(types_, rows.count);
  for (int k = 0; k < rows.count; ++k) {
    if (k + 8 < rows.count) table_.index().Prefetch(keys_.hash(k + 8));
    int row = rows.row(k);
    if (!data::IsAdded(batch.op(row)) && table_.index().Find(keys_.key(k), keys_.hash(k)) == UINT32_MAX) continue;
    counted.push_back(static_cast<uint16_t>(row));
    bool added = false;
    uint32_t group = table_.FindOrAdd(keys_.key(k), keys_.hash(k), &added);
    if (seen.try_emplace(group, touched.size()).second) {
      bool existed = !added && AggregateSet::Rows(table_.payload(group)) > 0;
      touched.push_back({group, existed, k});
      AppendOutput(group, before);
      before.EndRow();
    }
    touched[seen[group]].last = k;
    lifetimes_.Touch(group);
    payloads[static_cast<size_t>(row)] = table_.payload(group);
  }
  Batch old = before.Build();
  aggregates_.Update(batch, {counted.data(), static_cast<int>(counted.size())}, payloads.data());
  data::BatchBuilder out(types_, rows.count * 2);
  data::BatchBuilder after_builder(types_, static_cast<int>(touched.size()));
  for (const auto& t : touched) {
    AppendOutput(t.group, after_builder);
    after_builder.EndRow();
  }
  Batch now = after_builder.Build();
  // A group's changes of one batch come out as one, in the place of the last.
  std::vector<size_t> order(touched.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return touched[a].last < touched[b].last; });
  for (size_t i : order) {
    auto row = static_cast<int>(i);
    bool exists = AggregateSet::Rows(table_.payload(touched[i].group)) > 0;
    RETURN_NOT_OK(FlushIfFull(out, 2));
    if (!touched[i].existed) {
      if (exists) CopyRow(now, row, out, data::RowKind::kInsert);
    } else if (!exists) {
      CopyRow(old, row, out, data::RowKind::kDelete);
    } else if (lifetimes_.limited() || !SameRow(old, row, now.columns(), row, spec_.keys.size())) {
      if (options_.update_before) CopyRow(old, row, out, data::RowKind::kUpdateBefore);
      CopyRow(now, row, out, data::RowKind::kUpdateAfter);
    }
    // A group whose rows are all taken back goes; one below zero waits for the other half of a split pair.
    if (AggregateSet::Rows(table_.payload(touched[i].group)) == 0) table_.Remove(touched[i].group);
  }
  return Emit(out.Build());
}

void GroupAggregate::Save(OperatorState& state) const {
  SaveTime(state);
  for (uint32_t group = 0; group < table_.index().size(); ++group) {
    if (table_.index().alive(group)) table_.Save(group, state.groups[static_cast<size_t>(KeyGroupOf(table_.index().hash(group)))]);
  }
}

Status GroupAggregate::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) RETURN_NOT_OK(table_.Load(in));
  }
  lifetimes_.Advance([](uint32_t) {});
  for (uint32_t group = 0; group < table_.index().size(); ++group) lifetimes_.Touch(group);
  return {};
}

}  // namespace freshet::stream
