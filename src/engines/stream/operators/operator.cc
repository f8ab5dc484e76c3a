#include "engines/stream/operators/operator.h"

#include <algorithm>

#include "base/bytes.h"

namespace freshet::stream {

Status Operator::OnWatermark(int input, EventTime watermark) {
  auto i = static_cast<size_t>(input);
  input_watermarks_[i] = std::max(input_watermarks_[i], watermark);
  idle_inputs_[i] = false;
  return Rise();
}

Status Operator::OnIdle(int input, bool idle) {
  idle_inputs_[static_cast<size_t>(input)] = idle;
  return Rise();
}

EventTime Operator::LeastWatermark(int but) const {
  EventTime least = data::kEndOfTime;
  for (size_t i = 0; i < input_watermarks_.size(); ++i) {
    if (static_cast<int>(i) != but && !idle_inputs_[i]) least = std::min(least, input_watermarks_[i]);
  }
  return least;
}

EventTime Operator::NewestOfIdle() const {
  EventTime newest = data::kNoEventTime;
  for (size_t i = 0; i < input_watermarks_.size(); ++i) {
    if (idle_inputs_[i]) newest = std::max(newest, input_watermarks_[i]);
  }
  return newest;
}

// When every input is idle or has ended nobody's rows are waited for, and the newest watermark of those that may still bring some holds.
Status Operator::Rise() {
  EventTime now = LeastWatermark();
  bool some_idle = std::find(idle_inputs_.begin(), idle_inputs_.end(), true) != idle_inputs_.end();
  bool idle = some_idle && now == data::kEndOfTime;
  if (idle) now = NewestOfIdle();
  if (idle_ && !idle) RETURN_NOT_OK(EndIdle());
  if (now > watermark_) {
    watermark_ = now;
    if (allowance_ != nullptr) allowance_before_ = allowance_->left();
    Status reached = OnTime(now);
    if (!reached.ok()) TellFault(0, std::nullopt);
    RETURN_NOT_OK(reached);
    if (allowance_ != nullptr) allowance_->ReturnTo(allowance_before_);
    RETURN_NOT_OK(PassWatermark(now));
  }
  if (!idle || idle_) return {};
  idle_ = true;
  return PassIdle(true);
}

Status Operator::EndIdle() {
  idle_ = false;
  return PassIdle(false);
}

Status Operator::OnBatchWithin(int input, const Batch& batch) {
  allowance_before_ = allowance_->left();
  RETURN_NOT_OK(OnBatch(input, batch));
  allowance_->ReturnTo(allowance_before_);
  return {};
}

void Operator::TellFault(int input, std::optional<Batch> rows) {
  if (site_ == nullptr || site_->op != nullptr) return;
  *site_ = {this, input, std::move(rows)};
}

void Operator::TellFaultOfRow(int input, const Batch& batch, int row) {
  if (site_ == nullptr || site_->op != nullptr) return;
  *site_ = {this, input, batch.WithSelection({static_cast<uint16_t>(row)}), true};
}

// An empty batch goes nowhere: who works long for few rows asks by it whether to go on.
Status Operator::Emit(const Batch& batch) {
  if (watch_ != nullptr) RETURN_NOT_OK((*watch_)());
  if (batch.selected() == 0) return {};
  counters_.rows_out += batch.selected();
  for (const auto& target : targets_) RETURN_NOT_OK(target.op->Receive(target.input, batch));
  if (allowance_ != nullptr) allowance_->ReturnTo(allowance_before_);
  return {};
}

Status Operator::EmitWatermark(EventTime watermark) {
  for (const auto& target : targets_) RETURN_NOT_OK(target.op->OnWatermark(target.input, watermark));
  return {};
}

Status Operator::EmitIdle(bool idle) {
  for (const auto& target : targets_) RETURN_NOT_OK(target.op->OnIdle(target.input, idle));
  return {};
}

void Operator::Save(OperatorState& state) const {
  SaveWhole(state);
  for (const KeyedState* keyed : keyed_) keyed->SaveAll(state);
}

// Of whose keys the one is that comes; none, of bytes that are none.
KeyedState* Operator::KeyedOf(ByteReader& in) const {
  size_t number = keyed_.size() == 1 ? 0 : in.Read<uint8_t>();
  return in.ok() && number < keyed_.size() ? keyed_[number] : nullptr;
}

Status Operator::Load(const OperatorState& state) {
  for (const auto& bytes : state.groups) {
    ByteReader in(bytes, Order::kLittle);
    while (!keyed_.empty() && !in.AtEnd()) {
      KeyedState* keyed = KeyedOf(in);
      if (keyed == nullptr) return Fault::Corrupt("snapshot: an operator has not the keys of that number");
      RETURN_NOT_OK(keyed->Load(in));
    }
  }
  return LoadWhole(state);
}

Status Operator::LoadEntry(std::string_view id, std::optional<std::string_view> rest) {
  ByteReader in(id, Order::kLittle);
  KeyedState* keyed = KeyedOf(in);
  std::string_view key = ReadBytes(in);
  if (keyed == nullptr || !in.ok() || !in.AtEnd()) return Fault::Corrupt("snapshot: an entry's id is none of this operator's");
  keyed->Drop(key);
  if (!rest.has_value()) return {};
  ByteReader kept(*rest, Order::kLittle);
  RETURN_NOT_OK(keyed->LoadKey(key, kept));
  return kept.AtEnd() ? Status() : Status(Fault::Corrupt("snapshot: an entry is longer than what an operator keeps for a key"));
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
