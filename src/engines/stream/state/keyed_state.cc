#include "engines/stream/state/keyed_state.h"

#include "engines/stream/state/rows.h"

namespace freshet::stream {

void KeyedState::WriteId(std::string_view key, ByteWriter& out) const { WriteBytes(out, key); }

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

void KeyedState::SavePart(StatePart& part, bool all) {
  for (std::string_view left = gone_; !all && !left.empty();) {
    uint32_t length;
    std::memcpy(&length, left.data(), sizeof(length));
    std::string_view key = left.substr(sizeof(length), length);
    id_.clear();
    ByteWriter id(id_, Order::kLittle);
    WriteId(key, id);
    part.Gone(KeyGroupOf(HashBytes(key)), id_);
    left.remove_prefix(sizeof(length) + length);
  }
  for (uint32_t group = 0; all && group < index_.size(); ++group) SaveEntry(group, part);
  for (uint32_t group : changed_) {
    if (!all) SaveEntry(group, part);
    is_changed_[group] = false;
  }
  follows_ = true;
  changed_ = std::pmr::vector<uint32_t>(changed_.get_allocator());
  gone_ = std::pmr::string(gone_.get_allocator());
}

}  // namespace freshet::stream
