#include "engines/kv/overlay.h"

namespace freshet::kv {
namespace {

constexpr uint64_t kDerivedCursor = uint64_t{1} << 62;  // above: the scan has come to derived keys

}  // namespace

const ports::KeyEntry* Overlay::Find(std::string_view key) {
  if (store_.derived_ != nullptr && store_.derived_->Owns(key)) {
    derived_ = store_.derived_->Find(key, now_);
    return derived_.has_value() ? &*derived_ : nullptr;
  }
  auto changed = changes_.find(key);
  if (changed != changes_.end()) return Live(changed->second.has_value() ? &*changed->second : nullptr);
  return Live(store_.keys_.Find(key));
}

Status Overlay::CheckOrdinary(std::string_view key) const {
  if (store_.derived_ == nullptr || !store_.derived_->Owns(key)) return {};
  return Fault::PermissionDenied("key '", key.substr(0, 128), "' shows a feature row and is read-only; write to the view's topic");
}

Status Overlay::Put(std::string_view key, ports::KeyEntry entry) {
  RETURN_NOT_OK(CheckOrdinary(key));
  const StoreOptions& options = store_.options_;
  if (key.size() > options.key_bytes_max) return Fault::TooLarge("a key of ", key.size(), " bytes; at most ", options.key_bytes_max, " are kept");
  int64_t bytes = EntryBytes(key, entry);
  if (bytes > options.entry_bytes_max) return Fault::TooLarge("key '", key.substr(0, 128), "' with its value takes ", bytes, " bytes; at most ", options.entry_bytes_max, " are kept");
  if (!store_.budget_.TryReserve(bytes)) return store_.budget_.Full(bytes);
  reserved_ += bytes;
  bytes_ += bytes;
  changes_.insert_or_assign(std::string(key), std::move(entry));
  return {};
}

Result<bool> Overlay::Erase(std::string_view key) {
  RETURN_NOT_OK(CheckOrdinary(key));
  if (Find(key) == nullptr) return false;
  bytes_ += static_cast<int64_t>(key.size());
  changes_.insert_or_assign(std::string(key), std::nullopt);
  return true;
}

uint64_t Overlay::Scan(uint64_t cursor, size_t count, const Visit& visit) {
  if (cursor < kDerivedCursor) {
    Visit live = [&](std::string_view key, const ports::KeyEntry& entry) {
      auto changed = changes_.find(key);
      bool hidden = changed != changes_.end() ? !changed->second.has_value() : Live(&entry) == nullptr;
      if (!hidden) visit(key, changed != changes_.end() ? *changed->second : entry);
    };
    uint64_t next = store_.keys_.Scan(cursor, count, live);
    // Keys that were added just before, in the same group: with the first page.
    for (const auto& [key, entry] : changes_) {
      if (cursor == 0 && entry.has_value() && store_.keys_.Find(key) == nullptr) visit(key, *entry);
    }
    if (next != 0) return next;
    return store_.derived_ == nullptr || store_.derived_->size() == 0 ? 0 : kDerivedCursor;
  }
  if (store_.derived_ == nullptr) return 0;
  uint64_t next = store_.derived_->Scan(cursor - kDerivedCursor, count, now_, visit);
  return next == 0 ? 0 : next + kDerivedCursor;
}

int64_t Overlay::size() {
  int64_t total = store_.keys_.size() + (store_.derived_ == nullptr ? 0 : store_.derived_->size());
  for (const auto& [key, entry] : changes_) {
    bool was = store_.keys_.Find(key) != nullptr;
    total += static_cast<int64_t>(entry.has_value()) - static_cast<int64_t>(was);
  }
  return total;
}

}  // namespace freshet::kv
