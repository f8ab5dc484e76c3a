#include "app/admin/assignment.h"

#include "base/bytes.h"
#include "data/topic.h"

namespace freshet::app {
namespace {

constexpr size_t kPlacesMax = 100'000;

}  // namespace

std::optional<Places> ParseAssignment(std::string_view bytes) {
  Places places;
  if (bytes.empty()) return places;  // while the group rebalances
  ByteReader reader(bytes, Order::kBig);
  reader.Skip(sizeof(int16_t));
  auto topics = reader.Read<int32_t>();
  for (int32_t i = 0; i < topics && reader.ok(); ++i) {
    auto length = reader.Read<uint16_t>();
    std::string topic(reader.ReadBytes(length));
    if (!data::CheckTopicName(topic).ok()) return std::nullopt;
    auto partitions = reader.Read<int32_t>();
    for (int32_t p = 0; p < partitions && reader.ok(); ++p) {
      auto partition = reader.Read<int32_t>();
      if (!reader.ok() || places.size() == kPlacesMax) return std::nullopt;
      places.insert({topic, partition});
    }
  }
  if (!reader.ok()) return std::nullopt;
  return places;
}

std::string ShowAssignment(std::string_view bytes) {
  auto places = ParseAssignment(bytes);
  if (!places.has_value()) return StrCat(bytes.size(), " bytes");
  std::string shown, topic;
  for (const auto& [name, partition] : *places) {
    bool is_new = shown.empty() || name != topic;
    if (is_new && !shown.empty()) shown += "] ";
    shown += is_new ? StrCat(name, "[", partition) : StrCat(",", partition);
    topic = name;
  }
  return shown.empty() ? shown : shown + "]";
}

}  // namespace freshet::app
