#include "engines/log/producers.h"

#include <algorithm>

namespace freshet::log {
namespace {

data::Sequence After(data::Sequence sequence) { return data::Sequence(static_cast<int32_t>((static_cast<uint32_t>(sequence.get()) + 1) & 0x7fffffff)); }

}  // namespace

const Producers::State* Producers::Find(data::ProducerId id) const {
  for (auto state = states_.rbegin(); state != states_.rend(); ++state) {
    if (state->id == id) return &*state;
  }
  return nullptr;
}

Result<const Producers::Kept*> Producers::Check(const data::RecordBatchHeader& header) const {
  const State* state = Find(header.producer_id);
  // Never heard, or forgotten: any sequence begins a new memory, as in Kafka.
  if (state == nullptr || state->batches.empty()) return static_cast<const Kept*>(nullptr);
  if (header.producer_epoch < state->epoch) {
    return Fault::Fenced("producer ", header.producer_id, " has epoch ", header.producer_epoch, "; epoch ", state->epoch, " has taken over");
  }
  if (header.producer_epoch > state->epoch) {
    if (header.base_sequence.get() == 0) return static_cast<const Kept*>(nullptr);
    return Fault::OutOfOrder("producer ", header.producer_id, " begins epoch ", header.producer_epoch, " at sequence ", header.base_sequence, " instead of 0");
  }
  for (const Kept& kept : state->batches) {
    if (kept.first == header.base_sequence && kept.last == header.last_sequence()) return &kept;
  }
  data::Sequence expected = After(state->batches.back().last);
  if (header.base_sequence == expected) return static_cast<const Kept*>(nullptr);
  if (header.last_sequence() < state->batches.front().first) {
    return Fault::Duplicate("producer ", header.producer_id, " repeats sequence ", header.base_sequence, ", which is older than its last ", kBatchesKept, " batches");
  }
  return Fault::OutOfOrder("producer ", header.producer_id, " sends sequence ", header.base_sequence, " where ", expected, " is next");
}

void Producers::Note(const data::RecordBatchHeader& header, data::Offset base_offset) {
  State state{header.producer_id, header.producer_epoch, {}};
  auto found = std::find_if(states_.begin(), states_.end(), [&](const State& s) { return s.id == header.producer_id; });
  if (found != states_.end()) {
    if (found->epoch == header.producer_epoch) state.batches = std::move(found->batches);
    states_.erase(found);
  }
  if (state.batches.size() == kBatchesKept) state.batches.erase(state.batches.begin());
  state.batches.push_back({header.base_sequence, header.last_sequence(), base_offset, base_offset + header.last_offset_delta});
  if (states_.size() == kProducersMax) states_.erase(states_.begin());
  states_.push_back(std::move(state));
}

void Producers::AppendTo(ByteWriter& writer) const {
  writer.Write<uint32_t>(static_cast<uint32_t>(states_.size()));
  for (const State& state : states_) {
    writer.Write<int64_t>(state.id.get());
    writer.Write<int16_t>(state.epoch.get());
    writer.Write<uint8_t>(static_cast<uint8_t>(state.batches.size()));
    for (const Kept& kept : state.batches) {
      writer.Write<int32_t>(kept.first.get());
      writer.Write<int32_t>(kept.last.get());
      writer.Write<int64_t>(kept.base_offset.get());
      writer.Write<int64_t>(kept.last_offset.get());
    }
  }
}

Result<Producers> Producers::ReadFrom(ByteReader& reader) {
  Producers producers;
  auto count = reader.Read<uint32_t>();
  if (count > kProducersMax) return Fault::Corrupt("log checkpoint: ", count, " producers in one partition");
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    State state;
    state.id = data::ProducerId(reader.Read<int64_t>());
    state.epoch = data::ProducerEpoch(reader.Read<int16_t>());
    auto batches = reader.Read<uint8_t>();
    if (batches > kBatchesKept) return Fault::Corrupt("log checkpoint: ", static_cast<int>(batches), " batches of one producer");
    for (int b = 0; b < batches; ++b) {
      Kept kept;
      kept.first = data::Sequence(reader.Read<int32_t>());
      kept.last = data::Sequence(reader.Read<int32_t>());
      kept.base_offset = data::Offset(reader.Read<int64_t>());
      kept.last_offset = data::Offset(reader.Read<int64_t>());
      state.batches.push_back(kept);
    }
    producers.states_.push_back(std::move(state));
  }
  if (!reader.ok()) return Fault::Corrupt("log checkpoint: it ends inside the producers of a partition");
  return producers;
}

}  // namespace freshet::log
