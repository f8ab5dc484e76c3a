#include "engines/stream/operators/group_aggregate.h"

#include <algorithm>

namespace freshet::stream {
namespace {

bool SameValue(const data::Column& a, int i, const data::Column& b, int j) {
  if (a.IsNull(i) || b.IsNull(j)) return a.IsNull(i) && b.IsNull(j);
  switch (a.type.physical()) {
    case data::Physical::kInt64: return a.Value<int64_t>(i) == b.Value<int64_t>(j);
    case data::Physical::kString: return a.String(i) == b.String(j);
    default: return data::ValueAt(a, i) == data::ValueAt(b, j);
  }
}

bool SameRow(const Batch& a, int i, const Batch& b, int j, int from) {
  for (int c = from; c < b.column_count(); ++c) {
    if (!SameValue(*a.column(c), i, *b.column(c), j)) return false;
  }
  return true;
}

void CopyRow(const Batch& from, int row, data::BatchBuilder& out, data::RowKind kind) {
  for (int c = 0; c < from.column_count(); ++c) out.column(c).AppendFrom(*from.column(c), row);
  out.EndRow(kind);
}

}  // namespace

GroupAggregate::GroupAggregate(AggregateSpec spec, AggregateSet aggregates, std::vector<data::Type> output_types, Options options)
    : Operator(1), spec_(std::move(spec)), aggregates_(std::move(aggregates)), types_(std::move(output_types)), options_(options), table_(aggregates_, &memory()), lifetimes_(spec_.ttl_ms, options.clock) {
  aggregates_.UseMemory(&memory());
  KeepByKey(table_);
}

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

Status GroupAggregate::Apply(const Batch& batch, data::Selection rows) {
  Batch before = Update(batch, rows);
  // A group's changes of one batch come out as one, in the place of the last.
  std::sort(touched_.begin(), touched_.end(), [](const Touched& a, const Touched& b) { return a.last < b.last; });
  bool all_exist = std::all_of(touched_.begin(), touched_.end(), [this](const Touched& t) { return Exists(t.group); });
  RETURN_NOT_OK(all_exist && !options_.update_before ? EmitNew(before) : EmitChanges(before));
  for (const auto& t : touched_) {
    // A group whose rows are all taken back goes; one below zero waits for the other half of a split pair.
    if (AggregateSet::Rows(table_.payload(t.group)) == 0) table_.Remove(t.group);
  }
  return {};
}

// Adds the rows to their groups; what the touched groups looked like before. A row that is taken back from a group that is not there changes nothing,
// as in Flink's GroupAggFunction: the group was forgotten, or began before the changelog does.
Batch GroupAggregate::Update(const Batch& batch, data::Selection rows) {
  keys_.Encode(batch, rows, spec_.keys);
  touched_.clear();
  auto payloads = std::make_unique_for_overwrite<char*[]>(static_cast<size_t>(batch.length()));
  std::vector<uint16_t> counted;
  counted.reserve(static_cast<size_t>(rows.count));
  data::BatchBuilder before(types_, std::min(rows.count, 64));
  for (int k = 0; k < rows.count; ++k) {
    if (k + 8 < rows.count) table_.index().Prefetch(keys_.hash(k + 8));
    int row = rows.row(k);
    if (!data::IsAdded(batch.op(row)) && table_.index().Find(keys_.key(k), keys_.hash(k)) == UINT32_MAX) continue;
    counted.push_back(static_cast<uint16_t>(row));
    bool added = false;
    uint32_t group = table_.FindOrAdd(keys_.key(k), keys_.hash(k), &added);
    if (group >= touched_at_.size()) touched_at_.resize(group + 1);
    uint32_t at = touched_at_[group];
    if (at >= touched_.size() || touched_[at].group != group) {
      at = touched_at_[group] = static_cast<uint32_t>(touched_.size());
      touched_.push_back({group, -1, k});
      if (!added && Exists(group)) {
        touched_.back().before = before.length();
        AppendOutput(group, before);
        before.EndRow();
      }
    }
    touched_[at].last = k;
    table_.Changed(group);
    lifetimes_.Touch(group);
    payloads[static_cast<size_t>(row)] = table_.payload(group);
  }
  aggregates_.Update(batch, {counted.data(), static_cast<int>(counted.size())}, payloads.get());
  return before.Build();
}

// Where nothing goes and nobody asks for what was: the groups as they are, of which those count that have changed.
Status GroupAggregate::EmitNew(const Batch& before) {
  data::BatchBuilder builder(types_, static_cast<int>(touched_.size()));
  for (const auto& t : touched_) {
    AppendOutput(t.group, builder);
    builder.EndRow();
  }
  Batch now = builder.Build();
  std::vector<uint16_t> changed;
  std::vector<int8_t> ops;
  for (int row = 0; row < now.length(); ++row) {
    int old = touched_[static_cast<size_t>(row)].before;
    ops.push_back(static_cast<int8_t>(old < 0 ? data::RowKind::kInsert : data::RowKind::kUpdateAfter));
    bool same = old >= 0 && !lifetimes_.limited() && SameRow(before, old, now, row, static_cast<int>(spec_.keys.size()));
    if (!same) changed.push_back(static_cast<uint16_t>(row));
  }
  bool updates = before.length() > 0;
  return Emit((updates ? now.WithOps(std::move(ops)) : now).WithSelection(std::move(changed)));
}

Status GroupAggregate::EmitChanges(const Batch& before) {
  data::BatchBuilder now_builder(types_, static_cast<int>(touched_.size()));
  for (const auto& t : touched_) {
    AppendOutput(t.group, now_builder);
    now_builder.EndRow();
  }
  Batch now = now_builder.Build();
  data::BatchBuilder out(types_, now.length() * 2);
  for (int row = 0; row < now.length(); ++row) {
    const Touched& t = touched_[static_cast<size_t>(row)];
    bool exists = Exists(t.group);
    if (out.length() + 2 > data::kMaxBatchRows) RETURN_NOT_OK(Emit(out.Build()));
    if (t.before < 0) {
      if (exists) CopyRow(now, row, out, data::RowKind::kInsert);
    } else if (!exists) {
      CopyRow(before, t.before, out, data::RowKind::kDelete);
    } else if (lifetimes_.limited() || !SameRow(before, t.before, now, row, static_cast<int>(spec_.keys.size()))) {
      if (options_.update_before) CopyRow(before, t.before, out, data::RowKind::kUpdateBefore);
      CopyRow(now, row, out, data::RowKind::kUpdateAfter);
    }
  }
  return Emit(out.Build());
}

Status GroupAggregate::LoadWhole(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  for (uint32_t group = 0; group < table_.index().size(); ++group) lifetimes_.Touch(group);
  return {};
}

}  // namespace freshet::stream
