#include "engines/stream/state/keyed_state.h"

namespace freshet::stream {

void KeyedState::WriteId(std::string_view key, ByteWriter& out) const {
  if (number_ != kOnly) out.Write(static_cast<uint8_t>(number_));
  WriteBytes(out, key);
}

Status KeyedState::LoadKey(std::string_view key, ByteReader& in) {
  if (in.ok()) ReadRest(key, HashBytes(key), in);
  return in.ok() ? Status() : Status(Fault::Corrupt("snapshot: what an operator keeps for a key is cut off"));
}

void KeyedState::Drop(std::string_view key) {
  uint32_t group = index_.Find(key, HashBytes(key));
  if (group != UINT32_MAX) Forget(group);
}

void KeyedState::Remove(uint32_t group) {
  std::string_view key = index_.key(group);
  auto length = static_cast<uint32_t>(key.size());
  if (knows_changes()) gone_.append(reinterpret_cast<const char*>(&length), sizeof(length)).append(key);
  index_.Remove(group);
}

void KeyedState::SaveAll(OperatorState& state) const {
  for (uint32_t group = 0; group < index_.size(); ++group) {
    if (!index_.alive(group)) continue;
    ByteWriter out(state.groups[static_cast<size_t>(KeyGroupOf(index_.hash(group)))], Order::kLittle);
    WriteId(index_.key(group), out);
    WriteRest(group, out);
  }
}

void KeyedState::SaveEntry(uint32_t group, StatePart& part) {
  if (!index_.alive(group)) return;
  id_.clear();
  rest_.clear();
  ByteWriter id(id_, Order::kLittle), rest(rest_, Order::kLittle);
  WriteId(index_.key(group), id);
  WriteRest(group, rest);
  part.Put(KeyGroupOf(index_.hash(group)), id_, rest_);
}

bool KeyedState::SavePart(StatePart& part, bool all, Place& place, size_t bytes_max) {
  while (!all && place.gone < gone_.size()) {
    if (part.entries().size() >= bytes_max) return false;
    uint32_t length;
    std::memcpy(&length, gone_.data() + place.gone, sizeof(length));
    std::string_view key = std::string_view(gone_).substr(place.gone + sizeof(length), length);
    id_.clear();
    ByteWriter id(id_, Order::kLittle);
    WriteId(key, id);
    part.Gone(KeyGroupOf(HashBytes(key)), id_);
    place.gone += sizeof(length) + length;
  }
  for (size_t end = all ? index_.size() : changed_.size(); place.entry < end; ++place.entry) {
    if (part.entries().size() >= bytes_max) return false;
    SaveEntry(all ? place.entry : changed_[place.entry], part);
  }
  for (uint32_t group : changed_) is_changed_[group] = false;
  follows_ = true;
  changed_ = std::pmr::vector<uint32_t>(changed_.get_allocator());
  gone_ = std::pmr::string(gone_.get_allocator());
  return true;
}

}  // namespace freshet::stream
