#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>

namespace freshet::stream {

// Bytes out of a state's memory, owned; aligned for anything that lies in them.
struct GiveBack {
  std::pmr::memory_resource* memory = nullptr;
  size_t bytes = 0;
  void operator()(char* block) const { memory->deallocate(block, bytes); }
};
using Block = std::unique_ptr<char[], GiveBack>;

inline Block MakeBlock(std::pmr::memory_resource* memory, size_t bytes) { return Block(static_cast<char*>(memory->allocate(bytes)), GiveBack{memory, bytes}); }

}  // namespace freshet::stream
