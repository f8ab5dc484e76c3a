#include "engines/stream/job/carried.h"
#include "engines/stream/job/job.h"
#include "engines/stream/job/rebuild_plan.h"
#include "io/wait.h"

// A job that reads once more what another one has read, up to where that one stands.

namespace freshet::stream {

Status Job::HoldAt(const Snapshot& last) {
  for (auto& input : inputs_) {
    const std::string& signature = SignatureOf(input.read.sources()[0]);
    if (!WasRead(last, signature)) continue;
    input.hold = PlaceOfTable(last, signature);
    const std::string& table = std::get<SourceSpec>(input.read.node().spec).table->name;
    if (!input.hold) return Fault::Unavailable("statements have read table ", table, " up to different places; try again when all have caught up");
    Status held = input.source->HoldAt(*input.hold);
    if (!held.ok()) return Fault(held.fault().code(), held.fault().blame(), held.fault().retry(), StrCat("table ", table, ": ", held.fault().message()));
  }
  return {};
}

// Whether anything moved.
Task<bool> Job::PollAllOnce(Ctx ctx) {
  bool moved = false;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    std::string before = inputs_[i].source->Position();
    auto polling = PollOnce(ctx.WithDeadline(env_.clock().Now()), i);
    auto polled = co_await polling;
    if (!polled.ok()) co_return polled.fault();
    moved = moved || before != inputs_[i].source->Position();
  }
  auto settling = Settle(ctx);
  Status settled = co_await settling;
  if (!settled.ok()) co_return settled.fault();
  co_return moved;
}

Task<> Job::ReadUpTo(Ctx ctx, const Snapshot& last) {
  Status held = HoldAt(last);
  if (!held.ok()) co_return held;
  for (bool more = true; more;) {
    Status wanted = ctx.Check(env_.clock().Now());
    if (!wanted.ok()) co_return wanted;
    auto polling = PollAllOnce(ctx);
    auto moved = co_await polling;
    if (!moved.ok()) co_return moved.fault();
    more = *moved;
    io::Yield others_turn;
    co_await others_turn;
  }
  for (const auto& input : inputs_) {
    bool there = !input.hold || *input.hold == input.source->Position();
    if (!there) co_return Fault::Unavailable("table ", std::get<SourceSpec>(input.read.node().spec).table->name, " could not be read again up to where it stands; try again");
  }
  Status idle = MarkIdleAsIn(last);
  if (!idle.ok()) co_return idle;
  auto settling = Settle(ctx);
  co_return co_await settling;
}

// Else a watermark that idle partitions hold back here would rise soon after, and let out once more what is out already; one that had been
// idle and woke up late does not call back what was promised without it.
Status Job::MarkIdleAsIn(const Snapshot& last) {
  for (auto& input : inputs_) {
    for (int source : input.read.sources()) {
      WatermarksThen then = WatermarksOf(last, SignatureOf(source));
      for (const auto& [partition, brought_rows] : pipeline_->ActivePartitions(source)) {
        if (then.idle.contains(partition)) RETURN_NOT_OK(pipeline_->EndPartition(source, partition));
      }
      RETURN_NOT_OK(pipeline_->RaiseWatermark(source, then.promised));
      RETURN_NOT_OK(pipeline_->SetIdle(source, !then.idle.empty() && pipeline_->ActivePartitions(source).empty()));
    }
  }
  return {};
}

}  // namespace freshet::stream
