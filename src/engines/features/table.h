#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>

#include "engines/features/row.h"
#include "io/memory.h"
#include "ports/key_value.h"

namespace freshet::features {

// The rows of one view. Read from any loop; changed by the view's follower only. Rows are immutable and handed out by
// reference count, so the lock is held for a look-up.
class Table {
 public:
  Table(Product product, io::Budget& budget) : product_(std::move(product)), budget_(budget) {}
  ~Table();

  const Product& product() const { return product_; }
  const ports::FeatureView& view() const { return *product_.view; }

  // kExhausted when memory is full: the row is then not there, rather than an older one.
  Status Put(const ports::EntityKey& entity, std::shared_ptr<const Row> row);
  void Erase(const ports::EntityKey& entity);
  void Clear();
  // Removes up to `rows_max` rows that have outlived their time, going on where the last sweep ended. How many.
  int64_t Sweep(WallTime now, int64_t rows_max);

  // With the fallback chain applied.
  ports::EntityRow Get(const ports::EntityKey& entity, WallTime now) const;

  // As keys of the Redis door. Nothing when the view shows none, or the row is not there.
  std::optional<ports::KeyEntry> FindKey(std::string_view key, WallTime now) const;
  bool OwnsKey(std::string_view key) const { return product_.resp_key.has_value() && product_.resp_key->Read(key).has_value(); }
  // Visits up to `count` rows' keys from the place on; returns the next place, 0 at the end. Places are below 2^54.
  uint64_t ScanKeys(uint64_t place, size_t count, WallTime now, const ports::KeySpace::Visit& visit) const;

  int64_t size() const;
  int64_t newest_ms() const { return newest_ms_.load(std::memory_order_relaxed); }

 private:
  using RowRef = std::shared_ptr<const Row>;
  struct Place {
    uint64_t hash;
    std::string key;   // the entity's values, each with its length before
    auto operator<=>(const Place&) const = default;
  };

  static Place PlaceOf(const ports::EntityKey& entity);
  static ports::EntityKey EntityOf(const std::string& key);
  RowRef Find(const ports::EntityKey& entity) const;
  // Null when it has outlived its time.
  const Row* Live(const Row* row, WallTime now) const;
  int64_t AgeOf(const Row& row, WallTime now) const;
  ports::FeatureAnswer Answer(size_t column, const Row* row, int64_t age_ms) const;
  ports::KeyEntry Show(const Row& row, WallTime now) const;
  void EraseAt(std::map<Place, RowRef>::iterator at);
  static int64_t BytesOf(const Place& place, const Row& row) { return row.bytes() + static_cast<int64_t>(place.key.size()) + 128; }

  const Product product_;
  io::Budget& budget_;
  mutable std::shared_mutex mutex_;
  std::map<Place, RowRef> rows_;              // GUARDED_BY(mutex_)
  std::atomic<int64_t> newest_ms_{INT64_MIN};  // event time
  Place sweep_from_{0, {}};                   // of the follower
};

}  // namespace freshet::features
