#include "engines/stream/operators/group_table.h"

namespace freshet::stream {

GroupTable::~GroupTable() {
  for (uint32_t group = 0; group < index().size(); ++group) {
    if (index().alive(group)) aggregates_.End(payload(group));
  }
}

uint32_t GroupTable::FindOrAdd(std::string_view key, uint64_t hash, bool* added) {
  uint32_t group = KeyedState::FindOrAdd(key, hash, added);
  if (!*added) return group;
  while (group >= chunks_.size() * kChunk) chunks_.push_back(MakeBlock(chunks_.get_allocator().resource(), kChunk * aggregates_.stride()));
  aggregates_.Start(payload(group));
  return group;
}

void GroupTable::Remove(uint32_t group) {
  aggregates_.End(payload(group));
  KeyedState::Remove(group);
}

void GroupTable::Update(const data::Batch& batch, data::Selection rows, const KeyBatch& keys) {
  constexpr int kAhead = 8;
  auto payloads = std::make_unique_for_overwrite<char*[]>(static_cast<size_t>(batch.length()));
  for (int k = 0; k < rows.count; ++k) {
    if (k + kAhead < rows.count) index().Prefetch(keys.hash(k + kAhead));
    bool added = false;
    uint32_t group = FindOrAdd(keys.key(k), keys.hash(k), &added);
    payloads[static_cast<size_t>(rows.row(k))] = payload(group);
  }
  aggregates_.Update(batch, rows, payloads.get());
}

void GroupTable::Save(uint32_t group, std::string& out) const {
  ByteWriter writer(out, Order::kLittle);
  WriteId(index().key(group), writer);
  WriteRest(group, writer);
}

void GroupTable::ReadRest(std::string_view key, uint64_t hash, ByteReader& in) {
  bool added = false;
  uint32_t group = FindOrAdd(key, hash, &added);
  aggregates_.Load(payload(group), in);
}

}  // namespace freshet::stream
