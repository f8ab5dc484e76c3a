#include "engines/stream/operators/operator.h"

#include <algorithm>

#include "base/bytes.h"

namespace freshet::stream {

Status Operator::OnWatermark(int input, EventTime watermark) {
  auto& own = input_watermarks_[static_cast<size_t>(input)];
  own = std::max(own, watermark);
  EventTime least = *std::min_element(input_watermarks_.begin(), input_watermarks_.end());
  if (least <= watermark_) return {};
  watermark_ = least;
  RETURN_NOT_OK(OnTime(least));
  return PassWatermark(least);
}

Status Operator::Emit(const Batch& batch) {
  if (batch.selected() == 0) return {};
  counters_.rows_out += batch.selected();
  if (watch_ != nullptr) RETURN_NOT_OK((*watch_)());
  for (const auto& target : targets_) RETURN_NOT_OK(target.op->Receive(target.input, batch));
  return {};
}

Status Operator::EmitWatermark(EventTime watermark) {
  for (const auto& target : targets_) RETURN_NOT_OK(target.op->OnWatermark(target.input, watermark));
  return {};
}

void Operator::Save(OperatorState& state) const {
  SaveWhole(state);
  for (const KeyedState* keyed : keyed_) keyed->SaveAll(state);
}

void Operator::SaveTime(OperatorState& state) const {
  ByteWriter out(state.whole, Order::kLittle);
  out.Write(watermark_.get());
  out.WriteVarUint64(input_watermarks_.size());
  for (auto w : input_watermarks_) out.Write(w.get());
}

Status Operator::LoadTime(const OperatorState& state) {
  ByteReader in(state.whole, Order::kLittle);
  watermark_ = EventTime(in.Read<int64_t>());
  if (in.ReadVarUint64() != input_watermarks_.size()) return Fault::Corrupt("snapshot: an operator has another number of inputs");
  for (auto& w : input_watermarks_) w = EventTime(in.Read<int64_t>());
  return in.ok() ? Status() : Status(Fault::Corrupt("snapshot: an operator's watermarks are cut off"));
}

}  // namespace freshet::stream
