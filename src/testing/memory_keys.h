#pragma once

#include <map>
#include <mutex>
#include <string>

#include "io/env.h"
#include "ports/key_value.h"

namespace freshet::testing {

// Keys in memory, for tests of doors. It keeps the port's promises, but for durability. Thread-safe.
class MemoryKeys final : public ports::KeyValue, private ports::KeySpace {
 public:
  explicit MemoryKeys(Env& env) : env_(env) {}

  Task<> Run(Ctx ctx, ports::KeyProgram& program) override;

  // From now on programs that write run, change nothing, and end with this fault; ok() ends it.
  void FailWrites(Status status);
  // Keys that begin so are read-only.
  void Protect(std::string prefix) { protected_ = std::move(prefix); }

 private:
  WallTime now() const override { return env_.clock().WallNow(); }
  const ports::KeyEntry* Find(std::string_view key) override;
  Status Put(std::string_view key, ports::KeyEntry entry) override;
  Result<bool> Erase(std::string_view key) override;
  uint64_t Scan(uint64_t cursor, size_t count, const Visit& visit) override;
  int64_t size() override { return static_cast<int64_t>(keys_.size()); }

  Env& env_;
  std::mutex mutex_;
  std::map<std::string, ports::KeyEntry, std::less<>> keys_;  // GUARDED_BY(mutex_)
  Status write_fault_;                                        // GUARDED_BY(mutex_)
  std::string protected_;
};

}  // namespace freshet::testing
