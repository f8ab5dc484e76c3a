#include "engines/stream/operators/match.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {

Match::Match(MatchSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, const expr::Session& session)
    : Operator(1), spec_(std::move(spec)), input_(std::move(input)), session_(session), index_(&memory()), rows_(input_), out_(output) {}

Result<std::unique_ptr<Operator>> Match::Make(MatchSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, const expr::Session& session) {
  auto match = std::make_unique<Match>(std::move(spec), std::move(input), std::move(output), session);
  for (const auto* formulas : {&match->spec_.conditions, &match->spec_.measures}) {
    for (const auto& formula : *formulas) {
      Formula made{&formula, {}, {}};
      for (const auto& reference : formula.references) {
        made.types.push_back(reference.type);
        made.aggregates.emplace_back();
        if (reference.call.function.empty()) continue;
        std::vector<data::Type> argument;
        if (reference.value) argument.push_back(reference.value->type);
        ASSIGN_OR_RETURN(made.aggregates.back(), MakeAggregate(reference.call, argument, false));
      }
      match->formulas_.push_back(std::move(made));
    }
  }
  return std::unique_ptr<Operator>(std::move(match));
}

uint32_t Match::GroupOf(std::string_view key, uint64_t hash) {
  bool added = false;
  uint32_t group = index_.FindOrAdd(key, hash, &added);
  if (group >= partitions_.size()) partitions_.resize(group + 1);
  if (added) partitions_[group] = Partition();
  return group;
}

int64_t Match::TimeOf(const Batch& row) const {
  const data::Column& time = *row.column(spec_.time_column);
  return time.IsNull(0) ? INT64_MIN : data::Rescale(time.IntAt(0), time.type.UnitsPerSecond(), 1000);
}

Status Match::OnBatch(int, const Batch& batch) {
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.partition);
  for (int k = 0; k < rows.count; ++k) {
    uint32_t group = GroupOf(keys_.key(k), keys_.hash(k));
    Status taken = Take(partitions_[group], batch.Part(k, 1).Gather());
    if (!taken.ok()) TellFaultOfRow(0, batch, rows.row(k));
    RETURN_NOT_OK(taken);
    if (partitions_[group].rows.empty()) index_.Remove(group);
  }
  return Operator::Emit(out_.Build());
}

Status Match::Take(Partition& partition, Batch row) {
  int64_t time = TimeOf(row);
  if (spec_.within_ms > 0) TimeOut(partition, time - spec_.within_ms);
  uint64_t number = partition.first + partition.rows.size();
  partition.rows.push_back(std::move(row));
  std::vector<Partial> before = std::move(partition.partials), next;
  partition.partials.clear();
  for (const auto& partial : before) {
    RETURN_NOT_OK(Operator::Emit(Batch()));
    RETURN_NOT_OK(Advance(partition, partial, number, next));
  }
  Partial fresh;
  fresh.start = number;
  fresh.start_time = time;
  RETURN_NOT_OK(Advance(partition, fresh, number, next));
  partition.partials = std::move(next);
  RETURN_NOT_OK(TellMatches(partition));
  Forget(partition);
  return {};
}

// The row taken by the part at hand, or by one behind it when those between are satisfied. What a greedy repetition could take goes nowhere else.
Status Match::Advance(Partition& partition, const Partial& partial, uint64_t row, std::vector<Partial>& next) {
  for (size_t part = partial.part; part < spec_.pattern.size(); ++part) {
    const MatchSpec::Part& wanted = spec_.pattern[part];
    int64_t times = part == partial.part ? partial.times : 0;
    std::vector<Taken> taken = partial.taken;
    taken.push_back({wanted.variable, row});
    ASSIGN_OR_RETURN(bool holds, Holds(partition, taken, wanted.variable));
    if (holds && times < wanted.most) {
      Partial on{part, times + 1, partial.start, partial.start_time, std::move(taken)};
      if (Completes(part, times + 1)) {
        auto behind = std::upper_bound(partition.complete.begin(), partition.complete.end(), on.start, [](uint64_t start, const Partial& p) { return start < p.start; });
        partition.complete.insert(behind, on);
      }
      bool last = part + 1 == spec_.pattern.size() && times + 1 >= wanted.most;
      if (!last) next.push_back(std::move(on));
    }
    bool optional = wanted.least == 0 && wanted.most == 1;
    bool keeps = wanted.greedy && !optional && wanted.least != wanted.most;
    if (times < wanted.least || (keeps && holds)) return {};
  }
  return {};
}

// Nothing behind must come any more.
bool Match::Completes(size_t part, int64_t times) const {
  if (times < spec_.pattern[part].least) return false;
  return std::all_of(spec_.pattern.begin() + static_cast<ptrdiff_t>(part) + 1, spec_.pattern.end(), [](const auto& later) { return later.least == 0; });
}

Result<bool> Match::Holds(const Partition& partition, const std::vector<Taken>& taken, int32_t variable) {
  if (!Wants(variable)) return true;
  ASSIGN_OR_RETURN(auto value, ValueOf(partition, taken, static_cast<size_t>(variable)));
  return !value->IsNull(0) && value->Value<int8_t>(0) != 0;
}

Result<data::ColumnPtr> Match::ValueOf(const Partition& partition, const std::vector<Taken>& taken, size_t index) {
  const Formula& formula = formulas_[index];
  std::vector<data::ColumnPtr> columns;
  for (size_t i = 0; i < formula.types.size(); ++i) {
    data::ColumnBuilder value(formula.types[i], 1);
    RETURN_NOT_OK(AppendReference(partition, taken, formula.spec->references[i], formula.aggregates[i].get(), value));
    columns.push_back(value.Finish());
  }
  Batch values(1, std::move(columns));
  return expr::Evaluate(*formula.spec->value, values, values.selection(), session_);
}

// A value of one of the variable's rows, or of all of them.
Status Match::AppendReference(const Partition& partition, const std::vector<Taken>& taken, const MatchSpec::Reference& reference, const Aggregate* aggregate, data::ColumnBuilder& out) {
  std::string state(aggregate == nullptr ? 0 : aggregate->state_bytes(), '\0');
  char* states[1] = {state.data()};
  if (aggregate != nullptr) aggregate->Start(state.data());
  Status status;
  bool told = false;
  int64_t passed = 0;
  auto visit = [&](const Taken& one) {
    bool meant = reference.variable < 0 || one.variable == reference.variable;
    if (!meant || told || !status.ok()) return;
    bool there = aggregate != nullptr || passed++ == reference.offset;
    if (!there) return;
    const Batch& row = RowAt(partition, one.row);
    data::ColumnPtr value;
    if (reference.value) {
      auto evaluated = expr::Evaluate(*reference.value, row, row.selection(), session_);
      status = evaluated.status();
      if (!evaluated.ok()) return;
      value = *evaluated;
    }
    if (aggregate != nullptr) return aggregate->Update({{nullptr, 1}, value.get(), nullptr, states});
    out.AppendFrom(*value, 0);
    told = true;
  };
  if (aggregate == nullptr && reference.last) std::for_each(taken.rbegin(), taken.rend(), visit);
  else std::for_each(taken.begin(), taken.end(), visit);
  if (aggregate != nullptr) {
    aggregate->Output(state.data(), out);
    aggregate->End(state.data());
  } else if (!told) {
    out.AppendNull();
  }
  return status;
}

Status Match::TellMatches(Partition& partition) {
  while (!partition.complete.empty()) {
    bool waits = !partition.partials.empty() && partition.partials.front().start < partition.complete.front().start;
    if (waits) return {};
    Partial match = std::move(partition.complete.front());
    partition.complete.erase(partition.complete.begin());
    RETURN_NOT_OK(EmitMatch(partition, match));
    ASSIGN_OR_RETURN(uint64_t from, SkippedBefore(match));
    auto skipped = [&](const Partial& p) { return p.start < from; };
    std::erase_if(partition.partials, skipped);
    std::erase_if(partition.complete, skipped);
  }
  return {};
}

// The number of the first row at which another match may begin.
Result<uint64_t> Match::SkippedBefore(const Partial& match) const {
  if (spec_.skip == MatchSpec::Skip::kPastLastRow) return match.taken.back().row + 1;
  if (spec_.skip == MatchSpec::Skip::kNextRow) return match.start + 1;
  std::optional<uint64_t> place;
  for (const auto& one : match.taken) {
    bool first = spec_.skip == MatchSpec::Skip::kFirst;
    if (one.variable == spec_.skip_variable && !(first && place)) place = one.row;
  }
  if (!place) return Fault::Invalid(spec_.place, "AFTER MATCH SKIP TO ", spec_.skip_name, ": the match has no row of it");
  if (*place == match.start) return Fault::Invalid(spec_.place, "AFTER MATCH SKIP TO ", spec_.skip_name, " would go back to the first row of the match, for ever");
  return *place;
}

Status Match::EmitMatch(const Partition& partition, const Partial& match) {
  const Batch& first = RowAt(partition, match.start);
  int column = 0;
  for (int c : spec_.partition) out_.column(column++).AppendFrom(*first.column(c), 0);
  for (size_t m = 0; m < spec_.measures.size(); ++m) {
    ASSIGN_OR_RETURN(auto value, ValueOf(partition, match.taken, spec_.conditions.size() + m));
    out_.column(column++).AppendFrom(*value, 0);
  }
  out_.EndRow();
  return out_.full() ? Operator::Emit(out_.Build()) : Status();
}

// What began at `time` or before is over.
void Match::TimeOut(Partition& partition, int64_t time) {
  std::erase_if(partition.partials, [&](const Partial& p) { return p.start_time <= time; });
}

// Rows that no beginning holds any more.
void Match::Forget(Partition& partition) {
  uint64_t needed = partition.first + partition.rows.size();
  if (!partition.partials.empty()) needed = std::min(needed, partition.partials.front().start);
  if (!partition.complete.empty()) needed = std::min(needed, partition.complete.front().start);
  for (; partition.first < needed; ++partition.first) partition.rows.pop_front();
}

Status Match::OnTime(EventTime watermark) {
  if (spec_.within_ms == 0) return {};
  for (uint32_t group = 0; group < index_.size(); ++group) {
    Partition& partition = partitions_[group];
    if (!index_.alive(group) || partition.rows.empty()) continue;
    TimeOut(partition, watermark.get() < INT64_MIN + spec_.within_ms ? INT64_MIN : watermark.get() - spec_.within_ms);
    RETURN_NOT_OK(TellMatches(partition));
    Forget(partition);
    if (partition.rows.empty()) index_.Remove(group);
  }
  return Operator::Emit(out_.Build());
}

void Match::SavePartial(ByteWriter& out, const Partial& partial) const {
  out.WriteVarUint64(partial.part);
  out.WriteVarUint64(static_cast<uint64_t>(partial.times));
  out.Write(partial.start);
  out.Write(partial.start_time);
  out.WriteVarUint64(partial.taken.size());
  for (const auto& one : partial.taken) {
    out.Write(one.variable);
    out.Write(one.row);
  }
}

Match::Partial Match::LoadPartial(ByteReader& in) {
  Partial partial;
  partial.part = static_cast<size_t>(in.ReadVarUint64());
  partial.times = static_cast<int64_t>(in.ReadVarUint64());
  partial.start = in.Read<uint64_t>();
  partial.start_time = in.Read<int64_t>();
  uint64_t count = in.ReadVarUint64();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    auto variable = in.Read<int32_t>();
    partial.taken.push_back({variable, in.Read<uint64_t>()});
  }
  return partial;
}

void Match::Save(OperatorState& state) const {
  SaveTime(state);
  for (uint32_t group = 0; group < index_.size(); ++group) {
    if (!index_.alive(group)) continue;
    const Partition& partition = partitions_[group];
    ByteWriter out(state.groups[static_cast<size_t>(KeyGroupOf(index_.hash(group)))], Order::kLittle);
    WriteBytes(out, index_.key(group));
    out.Write(partition.first);
    out.WriteVarUint64(partition.rows.size());
    for (const auto& row : partition.rows) WriteBytes(out, RowBytes(row, 0));
    for (const auto* partials : {&partition.partials, &partition.complete}) {
      out.WriteVarUint64(partials->size());
      for (const auto& partial : *partials) SavePartial(out, partial);
    }
  }
}

Status Match::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      std::string_view key = ReadBytes(in);
      Partition& partition = partitions_[GroupOf(key, HashBytes(key))];
      partition.first = in.Read<uint64_t>();
      uint64_t rows = in.ReadVarUint64();
      for (uint64_t i = 0; i < rows && in.ok(); ++i) {
        ReadRow(ReadBytes(in), rows_, 0, static_cast<int>(input_.size()));
        rows_.EndRow();
        partition.rows.push_back(rows_.Build());
      }
      for (auto* partials : {&partition.partials, &partition.complete}) {
        uint64_t count = in.ReadVarUint64();
        for (uint64_t i = 0; i < count && in.ok(); ++i) partials->push_back(LoadPartial(in));
      }
      bool whole = in.ok();
      for (const auto* partials : {&partition.partials, &partition.complete}) {
        uint64_t earliest = partition.first;  // rows before the first of them go
        for (const auto& p : *partials) {
          whole = whole && p.part < spec_.pattern.size() && !p.taken.empty() && p.taken.front().row == p.start && p.start >= earliest;
          for (const auto& one : p.taken) whole = whole && one.row >= p.start && one.row - partition.first < partition.rows.size();
          earliest = p.start;
        }
      }
      if (!whole) return Fault::Corrupt("snapshot: rows of a MATCH_RECOGNIZE are cut off");
    }
  }
  return {};
}

}  // namespace freshet::stream
