#include "engines/log/producers.h"

#include <algorithm>

namespace freshet::log {
namespace {

data::Sequence After(data::Sequence sequence) { return data::Sequence(static_cast<int32_t>((static_cast<uint32_t>(sequence.get()) + 1) & 0x7fffffff)); }

// Whether `sequence` lies behind `reference`, seen around the wrap at 2^31.
bool IsBefore(data::Sequence sequence, data::Sequence reference) {
  uint32_t distance = (static_cast<uint32_t>(reference.get()) - static_cast<uint32_t>(sequence.get())) & 0x7fffffff;
  return distance > 0 && distance < (1u << 30);
}

}  // namespace

Result<const Producers::Kept*> Producers::Check(const data::RecordBatchHeader& header) const {
  const Kept* is_next = nullptr;
  auto found = states_.find(header.producer_id);
  // Never heard, or forgotten: any sequence begins a new memory, as in Kafka.
  if (found == states_.end()) return is_next;
  const State& state = found->second;
  if (header.producer_epoch < state.epoch) {
    return Fault::Fenced("producer ", header.producer_id, " has epoch ", header.producer_epoch, "; epoch ", state.epoch, " has taken over");
  }
  if (header.producer_epoch > state.epoch || state.batches.empty()) {
    if (header.base_sequence.get() == 0) return is_next;
    return Fault::OutOfOrder("producer ", header.producer_id, " begins epoch ", header.producer_epoch, " at sequence ", header.base_sequence, " instead of 0");
  }
  for (const Kept& kept : state.batches) {
    if (kept.first == header.base_sequence && kept.last == header.last_sequence()) return &kept;
  }
  data::Sequence expected = After(state.batches.back().last);
  if (header.base_sequence == expected) return is_next;
  if (IsBefore(header.last_sequence(), state.batches.front().first)) {
    return Fault::Duplicate("producer ", header.producer_id, " repeats sequence ", header.base_sequence, ", which is older than its last ", kBatchesKept, " batches");
  }
  return Fault::OutOfOrder("producer ", header.producer_id, " sends sequence ", header.base_sequence, " where ", expected, " is next");
}

void Producers::Note(const data::RecordBatchHeader& header, data::Offset base_offset, data::Offset durable_end) {
  State& state = states_[header.producer_id];
  if (state.epoch != header.producer_epoch) {
    state.batches.clear();
    state.marked = false;
  }
  state.epoch = header.producer_epoch;
  state.heard = ++heard_;
  state.last_timestamp_ms = header.max_timestamp_ms;
  if (header.transactional()) Open(header.producer_id, state, base_offset);
  state.batches.push_back({header.base_sequence, header.last_sequence(), base_offset, base_offset + header.last_offset_delta});
  while (state.batches.size() > kBatchesKept && state.batches[kBatchesKept].last_offset < durable_end) state.batches.erase(state.batches.begin());
  Trim();
}

// Of those that have no open transaction.
void Producers::Trim() {
  if (states_.size() <= kProducersMax) return;
  auto later = [](const State& state) { return state.open.get() >= 0 ? UINT64_MAX : state.heard; };
  auto oldest = std::min_element(states_.begin(), states_.end(), [&later](const auto& a, const auto& b) { return later(a.second) < later(b.second); });
  if (oldest->second.open.get() < 0) states_.erase(oldest);
}

void Producers::Open(data::ProducerId producer, State& state, data::Offset first) {
  if (state.open.get() >= 0) return;
  state.open = first;
  open_.emplace(first, producer);
}

data::Offset Producers::End(const data::ControlMarker& marker) {
  State& state = states_[marker.producer_id];
  data::Offset began = state.open;
  open_.erase({began, marker.producer_id});
  state.open = data::Offset(-1);
  if (state.epoch != marker.producer_epoch) state.batches.clear();
  state.epoch = marker.producer_epoch;
  state.heard = ++heard_;
  state.last_timestamp_ms = marker.timestamp_ms;
  state.coordinator_epoch = marker.coordinator_epoch;
  state.marked = true;
  Trim();
  return began;
}

bool Producers::HasOpen(data::ProducerId producer) const {
  auto found = states_.find(producer);
  return found != states_.end() && found->second.open.get() >= 0;
}

std::vector<ports::ProducerStanding> Producers::Describe() const {
  std::vector<ports::ProducerStanding> standings;
  for (const auto& [id, state] : states_) {
    data::Sequence last = state.batches.empty() ? data::kNoSequence : state.batches.back().last;
    standings.push_back({id, state.epoch, last, state.last_timestamp_ms, state.coordinator_epoch, state.open});
  }
  std::sort(standings.begin(), standings.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return standings;
}

data::Offset Producers::KnownEnd() const {
  data::Offset end(0);
  for (const auto& [id, state] : states_) {
    if (!state.batches.empty()) end = std::max(end, state.batches.back().last_offset + 1);
    end = std::max(end, state.open + 1);
  }
  return end;
}

Producers Producers::Below(data::Offset end) const {
  Producers below;
  below.heard_ = heard_;
  for (const auto& [id, state] : states_) {
    State kept = state;
    std::erase_if(kept.batches, [end](const Kept& batch) { return batch.last_offset >= end; });
    if (kept.batches.size() > kBatchesKept) kept.batches.erase(kept.batches.begin(), kept.batches.end() - kBatchesKept);
    if (kept.open >= end) kept.open = data::Offset(-1);
    if (kept.batches.empty() && !kept.marked) continue;
    if (kept.open.get() >= 0) below.open_.emplace(kept.open, id);
    below.states_.emplace(id, std::move(kept));
  }
  return below;
}

// Least recently heard first, so that equal memories have equal bytes.
void Producers::AppendTo(ByteWriter& writer) const {
  std::vector<const std::pair<const data::ProducerId, State>*> in_order;
  for (const auto& entry : states_) in_order.push_back(&entry);
  std::sort(in_order.begin(), in_order.end(), [](const auto* a, const auto* b) { return a->second.heard < b->second.heard; });
  writer.Write<uint32_t>(static_cast<uint32_t>(in_order.size()));
  for (const auto* entry : in_order) {
    const auto& [id, state] = *entry;
    writer.Write<int64_t>(id.get());
    writer.Write<int16_t>(state.epoch.get());
    writer.Write<uint8_t>(state.marked ? 1 : 0);
    writer.Write<int32_t>(state.coordinator_epoch);
    writer.Write<int64_t>(state.last_timestamp_ms);
    writer.Write<int64_t>(state.open.get());
    writer.Write<uint8_t>(static_cast<uint8_t>(state.batches.size()));
    for (const Kept& kept : state.batches) {
      writer.Write<int32_t>(kept.first.get());
      writer.Write<int32_t>(kept.last.get());
      writer.Write<int64_t>(kept.base_offset.get());
      writer.Write<int64_t>(kept.last_offset.get());
    }
  }
}

Result<Producers> Producers::ReadFrom(ByteReader& reader, uint32_t version) {
  constexpr uint32_t kFirstWithTransactions = 2;
  Producers producers;
  auto count = reader.Read<uint32_t>();
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    data::ProducerId id(reader.Read<int64_t>());
    State state;
    state.epoch = data::ProducerEpoch(reader.Read<int16_t>());
    state.heard = ++producers.heard_;
    if (version >= kFirstWithTransactions) {
      state.marked = reader.Read<uint8_t>() != 0;
      state.coordinator_epoch = reader.Read<int32_t>();
      state.last_timestamp_ms = reader.Read<int64_t>();
      data::Offset began(reader.Read<int64_t>());
      if (reader.ok() && began.get() >= 0) producers.Open(id, state, began);
    }
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
    producers.states_.insert_or_assign(id, std::move(state));
  }
  if (!reader.ok()) return Fault::Corrupt("log checkpoint: it ends inside the producers of a partition");
  return producers;
}

}  // namespace freshet::log
