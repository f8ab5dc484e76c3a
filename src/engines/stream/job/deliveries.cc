#include "engines/stream/job/deliveries.h"

#include <algorithm>

#include "io/wait.h"

namespace freshet::stream {
namespace {

constexpr Duration kPauseFirst = Milliseconds(100);  // between a failed delivery and the next try
constexpr Duration kPauseMost = Seconds(30);
// What may be owed until the pipeline waits: less than what an epoch store takes of one pipeline, and a part of what it takes of all.
constexpr size_t kEpochsMax = 8'000;
constexpr int64_t kOutboxBytesMax = 16 << 20;
constexpr int64_t kKeptBytesMax = int64_t{1} << 30;

}  // namespace

Deliveries::Deliveries(Env& env, io::TaskGroup& group, const std::string& pipeline)
    : env_(env), group_(group), pipeline_(pipeline), log_(env.log().ForRoom("engines/stream")),
      undelivered_(env.metrics().AddGauge("freshet_pipeline_undelivered_epochs", "committed epochs whose files or rows have not reached others than this house", {{"pipeline", pipeline}})),
      failing_(env.metrics().AddGauge("freshet_pipeline_delivery_failing", "1 from a delivery that failed until that epoch is delivered", {{"pipeline", pipeline}})),
      failures_(env.metrics().AddCounter("freshet_pipeline_delivery_failures_total", "deliveries of an epoch that failed; each is tried again", {{"pipeline", pipeline}})) {}

Deliveries::~Deliveries() { CHECK(!running_); }

Status Deliveries::Take(Job& job, ports::Epochs& epochs, std::vector<std::pair<ports::EpochToken, ports::OutboxEntry>> undelivered) {
  job_ = &job;
  epochs_ = &epochs;
  owed_.clear();
  outbox_bytes_ = kept_bytes_ = 0;
  begun_ = ends_ = stops_ = false;
  undelivered_.Set(0);
  if (undelivered.empty()) Tell("");
  for (size_t at = 0; at < undelivered.size();) {
    ports::EpochToken token = undelivered[at].first;
    std::vector<ports::OutboxEntry> entries;
    while (at < undelivered.size() && undelivered[at].first.epoch == token.epoch) entries.push_back(std::move(undelivered[at++].second));
    RETURN_NOT_OK(Owe(token, std::move(entries)));
  }
  return {};
}

Status Deliveries::Owe(const ports::EpochToken& token, std::vector<ports::OutboxEntry> entries) {
  if (entries.empty()) return {};
  Owed owed{.token = token};
  for (const auto& entry : entries) {
    ASSIGN_OR_RETURN(int64_t kept, job_->Owe(token, entry));
    owed.outbox_bytes += static_cast<int64_t>(entry.bytes.size());
    owed.kept_bytes += kept;
  }
  owed.entries = std::move(entries);
  Count(owed, 1);
  owed_.push_back(std::move(owed));
  undelivered_.Set(epochs());
  if (begun_) Begin();
  return {};
}

void Deliveries::Begin() {
  begun_ = true;
  if (running_ || owed_.empty()) return;
  running_ = true;
  group_.Spawn(io::Lane::kNormal, Run());
}

Task<> Deliveries::End(bool well) {
  begun_ = false;
  ends_ = true;
  stops_ = !well;
  changed_.NotifyAll();
  while (running_) {
    io::Signal::Waiter wait(changed_, MonoTime::Never());
    co_await wait;
  }
  co_return Status();
}

bool Deliveries::HasRoom() const {
  return owed_.size() < kEpochsMax && outbox_bytes_ < kOutboxBytesMax && kept_bytes_ < kKeptBytesMax && (owed_.empty() || epochs_->HasRoom());
}

Task<> Deliveries::Await(MonoTime until) {
  io::Signal::Waiter wait(changed_, until);
  co_await wait;
  co_return Status();
}

Task<> Deliveries::DeliverOwed() {
  while (!owed_.empty()) {
    auto delivering = DeliverOldest();
    Status delivered = co_await delivering;
    if (!delivered.ok()) co_return delivered;
  }
  co_return Status();
}

// Ends when nothing is owed any more; the next Owe begins another one.
Task<> Deliveries::Run() {
  Duration pause = kPauseFirst;
  while (!owed_.empty() && !stops_) {
    auto delivering = DeliverOldest();
    Status delivered = co_await delivering;
    if (delivered.ok()) {
      pause = kPauseFirst;
      continue;
    }
    const Owed& oldest = owed_.front();
    std::string table = oldest.delivered < oldest.entries.size() ? oldest.entries[oldest.delivered].sink : "";  // none: only telling it failed
    failures_.Add();
    Tell(StrCat("epoch ", oldest.token.epoch, " is not delivered: ", delivered.ToString()));
    log_.Error("what an epoch owes could not be delivered; its pipeline goes on, and it is tried again", {{"pipeline", pipeline_}, {"table", table}, {"epoch", oldest.token.epoch}, {"why", delivered.ToString()}, {"again_in_ms", pause.ms()}});
    auto pausing = Pause(pause);
    co_await pausing;
    if (ends_) break;
    pause = std::min(pause + pause, kPauseMost);
  }
  running_ = false;
  changed_.NotifyAll();
  co_return Status();
}

// What of an epoch was delivered is not delivered again in this attempt; in the next one its target is asked.
Task<> Deliveries::DeliverOldest() {
  Owed& oldest = owed_.front();  // stays where it is while others are put behind it
  Ctx ctx;
  for (; oldest.delivered < oldest.entries.size(); ++oldest.delivered) {
    auto delivering = job_->Deliver(ctx, oldest.token, oldest.entries[oldest.delivered]);
    Status delivered = co_await delivering;
    if (!delivered.ok()) co_return delivered;
  }
  env_.kill_points().Reach("pipeline.before_delivered");
  auto telling = epochs_->Delivered(ctx, oldest.token);
  Status told = co_await telling;
  if (!told.ok()) co_return told;
  Count(oldest, -1);
  owed_.pop_front();
  undelivered_.Set(epochs());
  Tell("");
  changed_.NotifyAll();
  co_return Status();
}

Task<> Deliveries::Pause(Duration pause) {
  MonoTime end = env_.clock().Now() + pause;
  while (!ends_ && env_.clock().Now() < end) {
    io::Signal::Waiter wait(changed_, end);
    co_await wait;
  }
  co_return Status();
}

void Deliveries::Count(const Owed& owed, int sign) {
  outbox_bytes_ += sign * owed.outbox_bytes;
  kept_bytes_ += sign * owed.kept_bytes;
}

void Deliveries::Tell(std::string failure) {
  failure_ = std::move(failure);
  failing_.Set(failure_.empty() ? 0 : 1);
}

}  // namespace freshet::stream
