#pragma once

#include <vector>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/state/block.h"
#include "engines/stream/state/keyed_state.h"

namespace freshet::stream {

// Groups by key with their aggregate payloads. Payloads stay where they are until the table goes. One thread;
// borrows the AggregateSet.
class GroupTable final : public KeyedState {
 public:
  GroupTable(const AggregateSet& aggregates, std::pmr::memory_resource* memory) : KeyedState(memory), aggregates_(aggregates), chunks_(memory) {}
  ~GroupTable() override;

  // The group of a key; a new one is started.
  uint32_t FindOrAdd(std::string_view key, uint64_t hash, bool* added);
  void Remove(uint32_t group);
  char* payload(uint32_t group) const { return chunks_[group / kChunk].get() + (group % kChunk) * aggregates_.stride(); }
  using KeyedState::Changed;
  using KeyedState::index;

  // Adds rows: one group a selected row, out as payload pointers by row number.
  void Update(const data::Batch& batch, data::Selection rows, const KeyBatch& keys);

  // One group, as SaveAll writes it.
  void Save(uint32_t group, std::string& out) const;

 private:
  static constexpr uint32_t kChunk = 1024;

  void WriteRest(uint32_t group, ByteWriter& out) const override { aggregates_.Save(payload(group), out); }
  void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) override;
  void Forget(uint32_t group) override { Remove(group); }

  const AggregateSet& aggregates_;
  std::pmr::vector<Block> chunks_;
};

}  // namespace freshet::stream
