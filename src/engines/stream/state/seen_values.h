#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engines/stream/state/keys.h"

namespace freshet::stream {

// The values of one column that a group has seen, and by which of up to 32 calls each was counted: DISTINCT calls over the same column with
// different filters share one. Numbers of up to 64 bits lie in a table of their own; other values as AppendKey writes them, and so do all of them where
// somebody asks in which order they came.
class SeenValues {
 public:
  SeenValues(const data::Type& type, bool in_order, std::pmr::memory_resource* memory);

  // Those of `calls` for which the value is new; from now on it is seen by all of them.
  uint32_t Add(const data::Column& column, int row, uint32_t calls);
  uint32_t AddKey(std::string_view key, uint32_t calls);
  // The most values that a search for a number passes, for tests.
  size_t MostSteps() const;
  // visit(the value as AppendKey writes it, the calls that have seen it)
  template <typename F>
  void ForEach(F visit) const {
    std::string key;
    if (nulls_ != 0) visit(std::string_view("\1", 1), nulls_);
    for (const auto& slot : slots_) {
      if (slot.calls == 0) continue;
      key.assign(1, '\0');
      key.append(reinterpret_cast<const char*>(&slot.value), width_);
      visit(std::string_view(key), slot.calls);
    }
    for (uint32_t group = 0; group < index_.size(); ++group) visit(index_.key(group), calls_[group]);
  }

 private:
  struct Slot {
    int64_t value = 0;
    uint32_t calls = 0;  // none: free
  };
  static uint32_t Mark(uint32_t& seen, uint32_t calls) {
    uint32_t fresh = calls & ~seen;
    seen |= calls;
    return fresh;
  }
  uint32_t AddNumber(int64_t value, uint32_t calls);
  size_t HomeOf(int64_t value) const;
  void Place(size_t slots);

  const size_t width_;           // of a number; 0: all lie in index_
  const bool in_order_;
  uint32_t nulls_ = 0;           // by whom NULL was seen
  size_t used_ = 0;
  uint64_t secret_ = 0;          // none yet: by which numbers lie, as in GroupIndex
  std::pmr::vector<Slot> slots_;
  GroupIndex index_;             // values that are no numbers
  std::pmr::vector<uint32_t> calls_;  // by group
};

}  // namespace freshet::stream
