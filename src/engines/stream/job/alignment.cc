#include "engines/stream/job/alignment.h"

#include <algorithm>

namespace freshet::stream {

using data::EventTime;

void Alignment::Add(size_t source, records::WatermarkAlignment table) { members_.push_back({source, std::move(table)}); }

EventTime Alignment::SlowestOf(const std::string& group, const Watermarks& watermarks) const {
  EventTime slowest = data::kEndOfTime;
  for (const auto& member : members_) {
    const auto& watermark = watermarks[member.source];
    if (member.table.group == group && watermark) slowest = std::min(slowest, *watermark);
  }
  return slowest;
}

namespace {

// Where one has no watermark yet the others wait for its first row.
EventTime LimitOf(EventTime slowest, int64_t drift_ms) {
  if (slowest == data::kNoEventTime) return slowest;
  if (slowest.get() >= data::kEndOfTime.get() - drift_ms) return data::kEndOfTime;
  return EventTime(slowest.get() + drift_ms);
}

}  // namespace

void Alignment::SetLimit(Member& member, MonoTime now, const Watermarks& watermarks) const {
  member.limit = LimitOf(SlowestOf(member.table.group, watermarks), member.table.max_drift.ms());
  member.next_look = now + member.table.update_interval;
}

void Alignment::Hold(Member& member, const Watermarks& watermarks) const {
  const auto& watermark = watermarks[member.source];
  member.held = watermark && *watermark > member.limit;
}

bool Alignment::HoldsAllOf(const std::string& group, const Watermarks& watermarks) const {
  return std::none_of(members_.begin(), members_.end(), [&](const Member& member) { return member.table.group == group && watermarks[member.source] && !member.held; });
}

void Alignment::Look(MonoTime now, const Watermarks& watermarks) {
  for (auto& member : members_) {
    if (now >= member.next_look) SetLimit(member, now, watermarks);
    Hold(member, watermarks);
  }
  for (auto& member : members_) {
    if (!member.held || !HoldsAllOf(member.table.group, watermarks)) continue;
    for (auto& other : members_) {
      if (other.table.group != member.table.group) continue;
      SetLimit(other, now, watermarks);
      Hold(other, watermarks);
    }
  }
}

bool Alignment::Holds(size_t source) const {
  return std::any_of(members_.begin(), members_.end(), [&](const Member& member) { return member.source == source && member.held; });
}

}  // namespace freshet::stream
