#include "testing/memory_keys.h"

namespace freshet::testing {

Task<> MemoryKeys::Run(Ctx, ports::KeyProgram& program) {
  std::lock_guard lock(mutex_);
  if (!program.writes() || write_fault_.ok()) {
    program.Run(*this);
    co_return Status::Ok();
  }
  auto before = keys_;
  program.Run(*this);
  keys_ = std::move(before);
  co_return write_fault_;
}

void MemoryKeys::FailWrites(Status status) {
  std::lock_guard lock(mutex_);
  write_fault_ = std::move(status);
}

const ports::KeyEntry* MemoryKeys::Find(std::string_view key) {
  auto found = keys_.find(key);
  return found == keys_.end() || found->second.expires_ms <= now().ms ? nullptr : &found->second;
}

Status MemoryKeys::Put(std::string_view key, ports::KeyEntry entry) {
  if (!protected_.empty() && key.starts_with(protected_)) return Fault::PermissionDenied("key '", key, "' is read-only");
  keys_.insert_or_assign(std::string(key), std::move(entry));
  return {};
}

Result<bool> MemoryKeys::Erase(std::string_view key) {
  if (!protected_.empty() && key.starts_with(protected_)) return Fault::PermissionDenied("key '", key, "' is read-only");
  bool was = Find(key) != nullptr;
  keys_.erase(std::string(key));
  return was;
}

// The cursor is a place in the order of names: enough for keys that do not change meanwhile.
uint64_t MemoryKeys::Scan(uint64_t cursor, size_t count, const Visit& visit) {
  uint64_t place = 0;
  for (const auto& [key, entry] : keys_) {
    if (place >= cursor && place < cursor + count) visit(key, entry);
    ++place;
  }
  return cursor + count < place ? cursor + count : 0;
}

}  // namespace freshet::testing
