#include "engines/stream/operators/window_rank.h"

#include "engines/stream/state/rows.h"

namespace freshet::stream {

WindowRank::WindowRank(RankSpec spec, std::vector<data::Type> input, std::vector<data::Type> output, WindowClock clock, std::vector<std::string> input_names, LateRows late)
    : Operator(1), spec_(std::move(spec)), input_(std::move(input)), clock_(clock), input_names_(std::move(input_names)), late_(std::move(late)), windows_(&memory()), out_(output) {}

Status WindowRank::OnBatch(int, const Batch& batch) {
  data::Selection rows = batch.selection();
  keys_.Encode(batch, rows, spec_.partition);
  const data::Column& ends = *batch.column(spec_.end_column);
  std::vector<uint16_t> late;
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    int64_t end = ends.IntAt(row);
    int64_t before = batch.watermarks() ? batch.watermarks()->Value<int64_t>(row) : watermark().get();
    if (before != INT64_MIN && end - 1 <= clock_.OverBy(before)) {
      late.push_back(static_cast<uint16_t>(row));
      continue;
    }
    RankedRows& ranked = windows_[end][std::pmr::string(keys_.key(k))];
    uint64_t arrival = arrivals_++;
    ranked.emplace(RankKey(batch, row, spec_.order, spec_.later_wins ? UINT64_MAX - arrival : arrival), RowBytes(batch, row));
    if (static_cast<int64_t>(ranked.size()) > spec_.to) ranked.erase(std::prev(ranked.end()));
  }
  if (late.empty()) return {};
  counters_.late_rows += static_cast<int64_t>(late.size());
  if (late_) late_(spec_.relation, input_names_, batch.WithSelection(std::move(late)));
  return {};
}

Status WindowRank::OnTime(EventTime watermark) {
  auto width = static_cast<int>(input_.size());
  while (!windows_.empty() && windows_.begin()->first - 1 <= clock_.OverBy(watermark.get())) {
    for (const auto& [partition, ranked] : windows_.begin()->second) {
      int64_t place = 0;
      for (const auto& [key, row] : ranked) {
        if (++place < spec_.from) continue;
        ReadRow(row, out_, 0, width);
        if (spec_.with_rank) out_.column(width).Append(place);
        out_.EndRow();
        if (out_.full()) RETURN_NOT_OK(Emit(out_.Build()));
      }
    }
    windows_.erase(windows_.begin());
  }
  return Emit(out_.Build());
}

void WindowRank::Save(OperatorState& state) const {
  SaveTime(state);
  ByteWriter(state.whole, Order::kLittle).Write(arrivals_);
  for (const auto& [end, partitions] : windows_) {
    for (const auto& [partition, ranked] : partitions) {
      ByteWriter out(state.groups[static_cast<size_t>(KeyGroupOf(HashBytes(partition)))], Order::kLittle);
      out.Write(end);
      WriteBytes(out, partition);
      out.WriteVarUint64(ranked.size());
      for (const auto& [key, row] : ranked) {
        WriteBytes(out, key);
        WriteBytes(out, row);
      }
    }
  }
}

Status WindowRank::Load(const OperatorState& state) {
  RETURN_NOT_OK(LoadTime(state));
  if (state.whole.size() < 8) return Fault::Corrupt("snapshot: a window Top-N's state is cut off");
  arrivals_ = LoadInt<uint64_t>(Order::kLittle, state.whole.data() + state.whole.size() - 8);
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      auto end = in.Read<int64_t>();
      RankedRows& ranked = windows_[end][std::pmr::string(ReadBytes(in))];
      uint64_t count = in.ReadVarUint64();
      for (uint64_t i = 0; i < count && in.ok(); ++i) {
        std::string_view key = ReadBytes(in);
        ranked.emplace(key, ReadBytes(in));
      }
    }
    if (!in.ok()) return Fault::Corrupt("snapshot: rows of a window Top-N are cut off");
  }
  return {};
}

}  // namespace freshet::stream
