#include "engines/log/log.h"

// What rots is found before somebody needs it: every segment and index is read, slowly, round after round. A finding is told and
// counted; readers of it meet the same typed fault as without the scrub, and nothing is taken away.

namespace freshet::log {
namespace {

constexpr int64_t kStepBytes = 256 << 10;

}  // namespace

Task<> SegmentLog::ScrubLoop(Home& home) {
  MonoTime next = env_.clock().Now() + options_.scrub_begins_after;
  for (;;) {
    io::Signal::Waiter tick(home.group.cancelled(), next);
    bool cancelled = co_await tick;
    if (cancelled || home.group.cancel()->raised()) co_return Status::Ok();
    next = env_.clock().Now() + options_.scrub_interval;
    std::vector<PartitionRef> partitions;
    for (const auto& [key, partition] : home.partitions) partitions.push_back(partition);
    for (PartitionRef& partition : partitions) {
      auto scrub = ScrubPartition(home, partition);
      Status scrubbed = co_await scrub;
      if (!scrubbed.ok()) co_return Status::Ok();  // the log ends
    }
  }
}

// By offset: segments come and go meanwhile.
Task<> SegmentLog::ScrubPartition(Home& home, PartitionRef partition) {
  data::Offset from(0);
  for (;;) {
    const auto& segments = partition->segments();
    auto segment = std::partition_point(segments.begin(), segments.end(), [from](const Segment& s) { return s.next_offset <= from; });
    if (segment == segments.end() || partition->dropped) co_return Status::Ok();
    Segment scrubbed = *segment;
    scrubbed.index = nullptr;  // of the loop
    from = std::max(scrubbed.next_offset, from + 1);
    CO_RETURN_NOT_OK(ScrubSegment(home, partition, std::move(scrubbed)));
  }
}

Task<> SegmentLog::ScrubSegment(Home& home, PartitionRef partition, Segment segment) {
  SegmentCheck check(partition->files(), segment);
  for (bool goes_on = true, begins = true; goes_on; begins = false) {
    std::vector<SegmentDamage> damages;
    int64_t before = check.bytes_read();
    auto step = [&]() -> Status {
      if (begins) partition->files().DropCache(segment.name());
      goes_on = check.Step(kStepBytes, damages);
      bool can_renew = std::any_of(damages.begin(), damages.end(), [](const SegmentDamage& damage) { return damage.is_renewable; });
      if (can_renew) (void)partition->files().LoadIndex(segment);  // which writes it; if it cannot, the next reader's try tells
      if (!goes_on) partition->files().DropCache(segment.name());
      return Status();
    };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, step);
    co_await offload;
    int64_t bytes = check.bytes_read() - before;
    scrubbed_bytes_.Add(bytes);
    ReportDamage(*partition, segment, damages);
    int64_t rate = std::max<int64_t>(1, options_.scrub_bytes_per_second / static_cast<int64_t>(homes_.size()));
    io::Signal::Waiter pause(home.group.cancelled(), env_.clock().Now() + Microseconds(bytes * 1'000'000 / rate));
    co_await pause;
    if (home.group.cancel()->raised()) co_return Fault::Cancelled("the scrub of partition ", partition->key(), " was given up");
  }
  co_return Status::Ok();
}

// What compaction or retention took away while it was read is no damage, and what replay quarantined is known.
void SegmentLog::ReportDamage(const Partition& partition, const Segment& segment, const std::vector<SegmentDamage>& damages) {
  const Segment* now = partition.FindSegment(segment.base_offset);
  bool is_there = !partition.dropped && now != nullptr && now->name() == segment.name();
  for (const SegmentDamage& damage : damages) {
    if (!is_there || damage.end <= partition.start() || !partition.CheckQuarantine(damage.begin).ok()) continue;
    scrub_findings_.Add();
    log_.Error(damage.is_renewable ? "the scrub found damage in an index, which was made anew from its segment; no record is lost"
                                   : "the scrub found damage; readers of these offsets get a storage error, the rest is served",
               {{"partition", partition.key()}, {"file", damage.path}, {"at", damage.at}, {"first_offset", damage.begin}, {"last_offset", damage.end - 1}, {"what", damage.what}});
  }
}

}  // namespace freshet::log
