#include "engines/stream/operators/session_aggregate.h"

#include <algorithm>

#include "data/civil.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {

SessionAggregate::SessionAggregate(SessionAggregateSpec spec, AggregateSet aggregates, std::vector<PlanColumn> columns, int64_t zone_offset_ms, std::vector<std::string> input_names, LateRows late)
    : Operator(1), spec_(std::move(spec)), aggregates_(std::move(aggregates)), columns_(std::move(columns)), zone_offset_ms_(zone_offset_ms), input_names_(std::move(input_names)), late_(std::move(late)),
      out_(TypesOf(columns_)) {}

SessionAggregate::~SessionAggregate() {
  for (auto& [key, sessions] : sessions_) {
    for (auto& [start, session] : sessions) aggregates_.End(session.payload.data());
  }
}

std::string SessionAggregate::Started() const {
  std::string payload(aggregates_.stride(), '\0');
  aggregates_.Start(payload.data());
  return payload;
}

void SessionAggregate::Due(const std::string& key, int64_t start, int64_t end, bool there) {
  if (there) due_.insert({end, {key, start}});
  else due_.erase({end, {key, start}});
}

// Sessions that the rows in front have made due fire before the row behind them is taken.
Status SessionAggregate::OnBatch(int, const Batch& batch) {
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.keys);
  const data::Column& time = *batch.column(spec_.time_column);
  std::vector<uint16_t> late;
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    if (batch.watermarks()) RETURN_NOT_OK(FireUpTo(batch.watermarks()->Value<int64_t>(row)));
    if (time.IsNull(row)) {
      late.push_back(static_cast<uint16_t>(row));
      continue;
    }
    std::string key(keys_.key(k));
    int64_t ms = data::Rescale(time.IntAt(row), time.type.UnitsPerSecond(), 1000), end = ms + spec_.gap_ms;
    bool past = fired_ != INT64_MIN && end - 1 <= fired_;
    auto sessions = sessions_.find(key);
    bool joins = sessions != sessions_.end() && std::any_of(sessions->second.begin(), sessions->second.end(), [&](const auto& s) { return s.first <= end && ms <= s.second.end; });
    if (past && !joins) late.push_back(static_cast<uint16_t>(row));
    else Take(key, ms, batch, row);
  }
  if (!late.empty()) {
    counters_.late_rows += static_cast<int64_t>(late.size());
    if (late_) late_(spec_.relation, input_names_, batch.WithSelection(std::move(late)));
  }
  return Emit(out_.Build());
}

// The row makes a session of its own, which swallows those that it touches.
void SessionAggregate::Take(const std::string& key, int64_t time, const Batch& batch, int row) {
  Sessions& sessions = sessions_[key];
  Session grown{time + spec_.gap_ms, Started(), {}};
  int64_t start = time;
  for (auto at = sessions.begin(); at != sessions.end();) {
    bool touches = at->first <= time + spec_.gap_ms && time <= at->second.end;
    if (!touches) {
      ++at;
      continue;
    }
    Due(key, at->first, at->second.end, false);
    start = std::min(start, at->first);
    grown.end = std::max(grown.end, at->second.end);
    aggregates_.Merge(grown.payload.data(), at->second.payload.data());
    aggregates_.End(at->second.payload.data());
    std::move(at->second.rows.begin(), at->second.rows.end(), std::back_inserter(grown.rows));
    at = sessions.erase(at);
  }
  if (spec_.keeps_rows) grown.rows.push_back(RowBytes(batch, row));
  Batch one = batch.WithSelection({static_cast<uint16_t>(row)}).Gather();
  char* payload = grown.payload.data();
  aggregates_.Update(one, one.selection(), &payload);
  Due(key, start, grown.end, true);
  sessions.emplace(start, std::move(grown));
}

Status SessionAggregate::FireUpTo(int64_t watermark) {
  fired_ = std::max(fired_, watermark);
  while (!due_.empty() && due_.begin()->first - 1 <= watermark) {
    auto [key, start] = due_.begin()->second;
    due_.erase(due_.begin());
    auto sessions = sessions_.find(key);
    auto session = sessions->second.find(start);
    RETURN_NOT_OK(Fire(key, start, session->second));
    aggregates_.End(session->second.payload.data());
    sessions->second.erase(session);
    if (sessions->second.empty()) sessions_.erase(sessions);
  }
  return Emit(out_.Build());
}

Status SessionAggregate::Fire(const std::string& key, int64_t start, const Session& session) {
  if (spec_.keeps_rows) return FireRows(start, session);
  if (AggregateSet::Rows(session.payload.data()) <= 0) return {};
  using Output = SliceAggregateSpec::Output;
  std::string_view bytes = key;
  std::vector<data::ColumnPtr> keys;
  for (const auto& type : spec_.key_types) {
    data::ColumnBuilder one(type, 1);
    AppendFromKey(one, &bytes);
    keys.push_back(one.Finish());
  }
  int c = 0;
  for (auto [output, i] : spec_.outputs) {
    data::ColumnBuilder& column = out_.column(c++);
    if (output == Output::kKey) column.AppendFrom(*keys[static_cast<size_t>(i)], 0);
    if (output == Output::kStart) column.Append(start + zone_offset_ms_);
    if (output == Output::kEnd) column.Append(session.end + zone_offset_ms_);
    if (output == Output::kTime) column.Append(session.end - 1);
    if (output == Output::kCall) aggregates_.OutputCall(session.payload.data(), static_cast<size_t>(i), column);
  }
  out_.EndRow();
  return out_.full() ? Emit(out_.Build()) : Status();
}

Status SessionAggregate::FireRows(int64_t start, const Session& session) {
  auto width = static_cast<int>(columns_.size()) - 3;
  for (const auto& row : session.rows) {
    ReadRow(row, out_, 0, width);
    out_.column(width).Append(start + zone_offset_ms_);
    out_.column(width + 1).Append(session.end + zone_offset_ms_);
    out_.column(width + 2).Append(session.end - 1);
    out_.EndRow();
    if (out_.full()) RETURN_NOT_OK(Emit(out_.Build()));
  }
  return {};
}

void SessionAggregate::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(fired_);
  for (const auto& [key, sessions] : sessions_) {
    ByteWriter out(state.groups[static_cast<size_t>(KeyGroupOf(HashBytes(key)))], Order::kLittle);
    WriteBytes(out, key);
    out.WriteVarUint64(sessions.size());
    for (const auto& [start, session] : sessions) {
      out.Write(start);
      out.Write(session.end);
      aggregates_.Save(session.payload.data(), out);
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
      std::string key(ReadBytes(in));
      uint64_t count = in.ReadVarUint64();
      for (uint64_t i = 0; i < count && in.ok(); ++i) {
        auto start = in.Read<int64_t>();
        Session session{in.Read<int64_t>(), Started(), {}};
        aggregates_.Load(session.payload.data(), in);
        uint64_t rows = spec_.keeps_rows ? in.ReadVarUint64() : 0;
        for (uint64_t r = 0; r < rows && in.ok(); ++r) session.rows.emplace_back(ReadBytes(in));
        Due(key, start, session.end, true);
        sessions_[key].emplace(start, std::move(session));
      }
    }
    if (!in.ok()) return Fault::Corrupt("snapshot: sessions are cut off");
  }
  return {};
}

}  // namespace freshet::stream
