#pragma once

#include <map>
#include <optional>
#include <string>

#include "engines/kv/store.h"

namespace freshet::kv {

// The keys as programs see them: the store's, with changes on top that are not durable yet. For readers it has no changes.
// Lives for one group of programs.
class Overlay final : public ports::KeySpace {
 public:
  using Changes = std::map<std::string, std::optional<ports::KeyEntry>, std::less<>>;  // nullopt: erased

  Overlay(Store& store, WallTime now) : store_(store), now_(now) {}
  ~Overlay() override { store_.budget_.Release(reserved_); }

  WallTime now() const override { return now_; }
  const ports::KeyEntry* Find(std::string_view key) override;
  Status Put(std::string_view key, ports::KeyEntry entry) override;
  Result<bool> Erase(std::string_view key) override;
  uint64_t Scan(uint64_t cursor, size_t count, const Visit& visit) override;
  int64_t size() override;

  Changes& changes() { return changes_; }
  int64_t bytes() const { return bytes_; }   // of the changes
  // Bytes reserved of the store's budget for the changes; whoever takes them gives them back.
  int64_t TakeReserved() { return std::exchange(reserved_, 0); }

 private:
  const ports::KeyEntry* Live(const ports::KeyEntry* entry) const { return entry != nullptr && entry->expires_ms > now_.ms ? entry : nullptr; }
  Status CheckOrdinary(std::string_view key) const;

  Store& store_;
  const WallTime now_;
  Changes changes_;
  std::optional<ports::KeyEntry> derived_;  // what Find returned last
  int64_t bytes_ = 0;
  int64_t reserved_ = 0;
};

}  // namespace freshet::kv
