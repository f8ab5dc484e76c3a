#include "engines/stream/operators/session_aggregate.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {

SessionAggregate::SessionAggregate(SessionAggregateSpec spec, AggregateSet aggregates, std::vector<PlanColumn> columns, WindowClock clock, std::vector<std::string> input_names, LateRows late)
    : Operator(1), spec_(std::move(spec)), aggregates_(std::move(aggregates)), columns_(std::move(columns)), clock_(clock), input_names_(std::move(input_names)), late_(std::move(late)),
      index_(&memory()), sessions_(&memory()), looks_(std::greater<>(), std::pmr::vector<Look>(&memory())), out_(TypesOf(columns_)) {
  aggregates_.UseMemory(&memory());
}

SessionAggregate::~SessionAggregate() {
  for (auto& sessions : sessions_) {
    for (auto& session : sessions) aggregates_.End(session.payload.get());
  }
}

SessionAggregate::Session SessionAggregate::Begun(uint32_t group, int64_t start, int64_t end) {
  Session session{start, end, begun_++, MakeBlock(&memory(), aggregates_.stride()), std::pmr::vector<std::pmr::string>(&memory())};
  aggregates_.Start(session.payload.get());
  looks_.push({end, group, session.number});
  return session;
}

SessionAggregate::Sessions& SessionAggregate::SessionsOf(std::string_view key, uint64_t hash, uint32_t* group) {
  bool added = false;
  *group = index_.FindOrAdd(key, hash, &added);
  if (*group >= sessions_.size()) sessions_.resize(*group + 1);
  return sessions_[*group];
}

bool SessionAggregate::IsLate(const Sessions& sessions, int64_t time) const {
  int64_t end = time + spec_.gap_ms;
  bool past = fired_ != INT64_MIN && end - 1 <= clock_.OverBy(fired_);
  return past && std::none_of(sessions.begin(), sessions.end(), [&](const Session& s) { return s.start <= end && time <= s.end; });
}

// Sessions that the rows in front have made due fire before the row behind them is taken.
Status SessionAggregate::OnBatch(int, const Batch& batch) {
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.keys);
  payloads_.resize(static_cast<size_t>(batch.length()));
  const data::Column& time = *batch.column(spec_.time_column);
  const data::Column* watermarks = batch.watermarks().get();
  int64_t units = time.type.UnitsPerSecond();
  std::vector<uint16_t> late;
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    int64_t before = watermarks != nullptr ? watermarks->Value<int64_t>(row) : INT64_MIN;
    if (!looks_.empty() && looks_.top().time - 1 <= clock_.OverBy(before)) {
      AddPending(batch);
      RETURN_NOT_OK(FireUpTo(before));
    }
    fired_ = std::max(fired_, before);
    if (time.IsNull(row)) {
      late.push_back(static_cast<uint16_t>(row));
      continue;
    }
    int64_t ms = clock_.At(data::Rescale(time.IntAt(row), units, 1000));
    uint32_t group = 0;
    Sessions& sessions = SessionsOf(keys_.key(k), keys_.hash(k), &group);
    if (IsLate(sessions, ms)) {
      if (sessions.empty()) index_.Remove(group);
      late.push_back(static_cast<uint16_t>(row));
      continue;
    }
    bool grows = sessions.size() == 1 && sessions[0].start <= ms + spec_.gap_ms && ms <= sessions[0].end;
    if (!grows) AddPending(batch);  // payloads may be put together
    Session& session = Take(group, ms);
    if (spec_.keeps_rows) session.rows.emplace_back(RowBytes(batch, row));
    payloads_[static_cast<size_t>(row)] = session.payload.get();
    pending_.push_back(static_cast<uint16_t>(row));
  }
  AddPending(batch);
  if (!late.empty()) {
    counters_.late_rows += static_cast<int64_t>(late.size());
    if (late_) late_(spec_.relation, input_names_, batch.WithSelection(std::move(late)));
  }
  return Emit(out_.Build());
}

void SessionAggregate::AddPending(const Batch& batch) {
  aggregates_.Update(batch, {pending_.data(), static_cast<int>(pending_.size())}, payloads_.data());
  pending_.clear();
}

// The session of a row at that time: the one that it touches, or several that it makes one, or one of its own.
SessionAggregate::Session& SessionAggregate::Take(uint32_t group, int64_t time) {
  Sessions& sessions = sessions_[group];
  int64_t end = time + spec_.gap_ms;
  auto first = std::find_if(sessions.begin(), sessions.end(), [&](const Session& s) { return time <= s.end; });
  if (first == sessions.end() || first->start > end) return *sessions.insert(first, Begun(group, time, end));
  auto last = std::next(first);
  for (; last != sessions.end() && last->start <= end; ++last) Join(*first, *last);
  sessions.erase(std::next(first), last);
  first->start = std::min(first->start, time);
  first->end = std::max(first->end, end);
  return *first;
}

void SessionAggregate::Join(Session& into, Session& from) {
  into.end = std::max(into.end, from.end);
  aggregates_.Merge(into.payload.get(), from.payload.get());
  aggregates_.End(from.payload.get());
  std::move(from.rows.begin(), from.rows.end(), std::back_inserter(into.rows));
}

// Earliest end first; of equal ends by key. What comes out waits for the end of the batch: sessions end one by one.
Status SessionAggregate::FireUpTo(int64_t watermark) {
  fired_ = std::max(fired_, watermark);
  std::vector<Due> all = TakeDue(watermark);
  std::sort(all.begin(), all.end(), [this](const Due& a, const Due& b) {
    return std::make_tuple(a.session.end, index_.key(a.group), a.session.start) < std::make_tuple(b.session.end, index_.key(b.group), b.session.start);
  });
  Status fired;
  for (const auto& [group, session] : all) {
    if (fired.ok()) fired = Fire(index_.key(group), session);
    aggregates_.End(session.payload.get());
  }
  for (const auto& due : all) {
    if (sessions_[due.group].empty() && index_.alive(due.group)) index_.Remove(due.group);
  }
  return fired;
}

Status SessionAggregate::OnTime(EventTime watermark) {
  RETURN_NOT_OK(FireUpTo(watermark.get()));
  return Emit(out_.Build());
}

std::vector<SessionAggregate::Due> SessionAggregate::TakeDue(int64_t watermark) {
  std::vector<Due> all;
  int64_t over = clock_.OverBy(watermark);
  while (!looks_.empty() && looks_.top().time - 1 <= over) {
    Look look = looks_.top();
    looks_.pop();
    Sessions& sessions = sessions_[look.group];
    auto session = std::find_if(sessions.begin(), sessions.end(), [&](const Session& s) { return s.number == look.number; });
    if (session == sessions.end()) continue;  // it has become part of another
    if (session->end - 1 > over) {
      looks_.push({session->end, look.group, look.number});
      continue;
    }
    all.push_back({look.group, std::move(*session)});
    sessions.erase(session);
  }
  return all;
}

Status SessionAggregate::Fire(std::string_view key, const Session& session) {
  if (spec_.keeps_rows) return FireRows(session);
  if (AggregateSet::Rows(session.payload.get()) <= 0) return {};
  using Output = SliceAggregateSpec::Output;
  key_parts_.clear();
  for (const auto& type : spec_.key_types) {
    std::string_view rest = key;
    SkipKey(type, &rest);
    key_parts_.push_back(key.substr(0, key.size() - rest.size()));
    key = rest;
  }
  int c = 0;
  for (auto [output, i] : spec_.outputs) {
    data::ColumnBuilder& column = out_.column(c++);
    if (output == Output::kKey) {
      std::string_view part = key_parts_[static_cast<size_t>(i)];
      AppendFromKey(column, &part);
    }
    if (output == Output::kStart) column.Append(session.start);
    if (output == Output::kEnd) column.Append(session.end);
    if (output == Output::kTime) column.Append(clock_.MomentOf(session.end - 1));
    if (output == Output::kCall) aggregates_.OutputCall(session.payload.get(), static_cast<size_t>(i), column);
  }
  out_.EndRow();
  return out_.full() ? Emit(out_.Build()) : Status();
}

Status SessionAggregate::FireRows(const Session& session) {
  auto width = static_cast<int>(columns_.size()) - 3;
  for (const auto& row : session.rows) {
    ReadRow(row, out_, 0, width);
    out_.column(width).Append(session.start);
    out_.column(width + 1).Append(session.end);
    out_.column(width + 2).Append(clock_.MomentOf(session.end - 1));
    out_.EndRow();
    if (out_.full()) RETURN_NOT_OK(Emit(out_.Build()));
  }
  return {};
}

void SessionAggregate::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(fired_);
  for (uint32_t group = 0; group < index_.size(); ++group) {
    if (!index_.alive(group)) continue;
    ByteWriter out(state.groups[static_cast<size_t>(KeyGroupOf(index_.hash(group)))], Order::kLittle);
    WriteBytes(out, index_.key(group));
    out.WriteVarUint64(sessions_[group].size());
    for (const auto& session : sessions_[group]) {
      out.Write(clock_.Saved(session.start));
      out.Write(clock_.Saved(session.end));
      aggregates_.Save(session.payload.get(), out);
      if (!spec_.keeps_rows) continue;
      out.WriteVarUint64(session.rows.size());
      for (const auto& row : session.rows) WriteBytes(out, row);
    }
  }
}

Status SessionAggregate::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: sessions are cut off");
  fired_ = LoadInt<int64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8);
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      std::string_view key = ReadBytes(in);
      uint32_t group = 0;
      Sessions& sessions = SessionsOf(key, HashBytes(key), &group);
      uint64_t count = in.ReadVarUint64();
      for (uint64_t i = 0; i < count && in.ok(); ++i) {
        int64_t start = clock_.Loaded(in.Read<int64_t>());
        int64_t end = clock_.Loaded(in.Read<int64_t>());
        sessions.push_back(Begun(group, start, end));
        aggregates_.Load(sessions.back().payload.get(), in);
        uint64_t rows = spec_.keeps_rows ? in.ReadVarUint64() : 0;
        for (uint64_t r = 0; r < rows && in.ok(); ++r) sessions.back().rows.emplace_back(ReadBytes(in));
      }
    }
    if (!in.ok()) return Fault::Corrupt("snapshot: sessions are cut off");
  }
  return {};
}

}  // namespace freshet::stream
