#include "engines/features/table.h"

#include <mutex>

#include "base/bytes.h"
#include "base/fnv.h"

namespace freshet::features {

Table::~Table() { Clear(); }

Table::Place Table::PlaceOf(const ports::EntityKey& entity) {
  Place place{};
  ByteWriter writer(place.key);
  for (const std::string& value : entity) {
    writer.WriteVarUint64(value.size());
    writer.WriteBytes(value);
  }
  place.hash = Fnv1a(place.key);
  place.hash = (((place.hash ^ (place.hash >> 32)) * 0x9e3779b97f4a7c15ull) >> 10) | 1;
  return place;
}

ports::EntityKey Table::EntityOf(const std::string& key) {
  ports::EntityKey entity;
  for (ByteReader reader(key); !reader.AtEnd();) {
    uint64_t size = reader.ReadVarUint64();
    entity.emplace_back(reader.ReadBytes(static_cast<size_t>(size)));
  }
  return entity;
}

Status Table::Put(const ports::EntityKey& entity, RowRef row) {
  Place place = PlaceOf(entity);
  int64_t bytes = BytesOf(place, *row);
  if (row->event_time.get() > newest_ms()) newest_ms_.store(row->event_time.get(), std::memory_order_relaxed);
  std::unique_lock lock(mutex_);
  auto old = rows_.find(place);
  if (old != rows_.end()) EraseAt(old);
  if (!budget_.TryReserve(bytes)) return budget_.Full(bytes);
  rows_.emplace(std::move(place), std::move(row));
  return {};
}

void Table::EraseAt(std::map<Place, RowRef>::iterator at) {
  budget_.Release(BytesOf(at->first, *at->second));
  rows_.erase(at);
}

void Table::Erase(const ports::EntityKey& entity) {
  std::unique_lock lock(mutex_);
  auto found = rows_.find(PlaceOf(entity));
  if (found != rows_.end()) EraseAt(found);
}

void Table::Clear() {
  std::unique_lock lock(mutex_);
  while (!rows_.empty()) EraseAt(rows_.begin());
}

int64_t Table::Sweep(WallTime now, int64_t rows_max) {
  if (view().ttl_ms < 0) return 0;
  std::unique_lock lock(mutex_);
  int64_t removed = 0;
  auto at = rows_.lower_bound(sweep_from_);
  for (int64_t seen = 0; seen < rows_max && at != rows_.end(); ++seen) {
    auto next = std::next(at);
    if (Live(at->second.get(), now) == nullptr) {
      EraseAt(at);
      ++removed;
    }
    at = next;
  }
  sweep_from_ = at == rows_.end() ? Place{0, {}} : at->first;
  return removed;
}

Table::RowRef Table::Find(const ports::EntityKey& entity) const {
  Place place = PlaceOf(entity);
  std::shared_lock lock(mutex_);
  auto found = rows_.find(place);
  return found == rows_.end() ? nullptr : found->second;
}

// An event from the future is of this moment.
int64_t Table::AgeOf(const Row& row, WallTime now) const {
  int64_t reference_ms = product_.stream_time ? newest_ms() : now.ms;
  return std::max<int64_t>(0, reference_ms - row.event_time.get());
}

const Row* Table::Live(const Row* row, WallTime now) const {
  bool outlived = row != nullptr && view().ttl_ms >= 0 && AgeOf(*row, now) > view().ttl_ms;
  return outlived ? nullptr : row;
}

ports::FeatureAnswer Table::Answer(size_t column, const Row* row, int64_t age_ms) const {
  using enum ports::FeatureSource;
  const auto& wanted = view().columns[column];
  bool has_default = view().serves_default && wanted.has_default;
  bool is_fresh = row != nullptr && (view().fresh_ms < 0 || age_ms <= view().fresh_ms);
  bool serves_row = is_fresh || (row != nullptr && view().serves_stale);
  if (serves_row && !row->values[column].is_null()) return {row->values[column], is_fresh ? kFresh : kStale, row->event_time, age_ms, row->offset};
  if (has_default) return {.value = wanted.initial, .source = kDefault};
  if (serves_row) return {.source = kMissing, .event_time = row->event_time, .age_ms = age_ms, .offset = row->offset};
  return {};
}

ports::EntityRow Table::Get(const ports::EntityKey& entity, WallTime now) const {
  RowRef held = Find(entity);
  const Row* row = Live(held.get(), now);
  ports::EntityRow answer{.found = row != nullptr, .features = {}};
  int64_t age_ms = row == nullptr ? -1 : AgeOf(*row, now);
  answer.features.reserve(view().columns.size());
  for (size_t i = 0; i < view().columns.size(); ++i) answer.features.push_back(Answer(i, row, age_ms));
  return answer;
}

ports::KeyEntry Table::Show(const Row& row, WallTime now) const {
  ports::KeyEntry entry;
  int64_t age_ms = AgeOf(row, now);
  // With stream time, how much wall time is left is not known.
  if (view().ttl_ms >= 0 && !product_.stream_time) entry.expires_ms = row.event_time.get() + view().ttl_ms + 1;
  std::string json = "{";
  ports::KeyEntry::Hash hash;
  for (size_t i = 0; i < view().columns.size(); ++i) {
    const auto& column = view().columns[i];
    data::Value value = Answer(i, &row, age_ms).value;
    if (product_.resp_shape == Shape::kHash) {
      if (!value.is_null()) hash.emplace(column.name, PlainText(value, column.kind));
      continue;
    }
    if (i > 0) json += ",";
    AppendJsonString(json, column.name);
    json += ":";
    AppendJson(json, value, column.kind);
  }
  if (product_.resp_shape == Shape::kHash) entry.value = std::move(hash);
  else entry.value = json + "}";
  return entry;
}

std::optional<ports::KeyEntry> Table::FindKey(std::string_view key, WallTime now) const {
  auto entity = product_.resp_key->Read(key);
  RowRef held = entity ? Find(*entity) : nullptr;
  const Row* row = Live(held.get(), now);
  if (row == nullptr) return std::nullopt;
  ports::KeyEntry entry = Show(*row, now);
  if (entry.hash() != nullptr && entry.hash()->empty()) return std::nullopt;  // no hash is empty
  return entry;
}

uint64_t Table::ScanKeys(uint64_t place, size_t count, WallTime now, const ports::KeySpace::Visit& visit) const {
  if (!product_.resp_key.has_value()) return 0;
  std::shared_lock lock(mutex_);
  auto at = rows_.lower_bound({place, {}});
  uint64_t last = 0;
  for (size_t seen = 0; at != rows_.end() && (seen < count || at->first.hash == last); ++at, ++seen) {
    last = at->first.hash;
    if (Live(at->second.get(), now) == nullptr) continue;
    auto entity = EntityOf(at->first.key);
    std::string key = product_.resp_key->Render(entity);
    if (product_.resp_key->Read(key) == entity) visit(key, Show(*at->second, now));
  }
  return at == rows_.end() ? 0 : at->first.hash;
}

int64_t Table::size() const {
  std::shared_lock lock(mutex_);
  return static_cast<int64_t>(rows_.size());
}

}  // namespace freshet::features
