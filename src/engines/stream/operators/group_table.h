#pragma once

#include <vector>

#include "engines/stream/operators/aggregate.h"
#include "engines/stream/state/block.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {

// Groups by key with their aggregate payloads. Payloads stay where they are until the table goes. One thread;
// borrows the AggregateSet.
class GroupTable {
 public:
  GroupTable(const AggregateSet& aggregates, std::pmr::memory_resource* memory) : aggregates_(aggregates), index_(memory), chunks_(memory) {}
  ~GroupTable();
  GroupTable(const GroupTable&) = delete;
  GroupTable& operator=(const GroupTable&) = delete;

  // The group of a key; a new one is started.
  uint32_t FindOrAdd(std::string_view key, uint64_t hash, bool* added);
  void Remove(uint32_t group);
  char* payload(uint32_t group) const { return chunks_[group / kChunk].get() + (group % kChunk) * aggregates_.stride(); }
  const GroupIndex& index() const { return index_; }

  // Adds rows: one group a selected row, out as payload pointers by row number.
  void Update(const data::Batch& batch, data::Selection rows, const KeyBatch& keys);

  void Save(uint32_t group, std::string& out) const;
  Status Load(ByteReader& in);  // one group that Save wrote

 private:
  static constexpr uint32_t kChunk = 1024;

  const AggregateSet& aggregates_;
  GroupIndex index_;
  std::pmr::vector<Block> chunks_;
};

}  // namespace freshet::stream
