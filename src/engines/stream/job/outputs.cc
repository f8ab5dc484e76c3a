#include <algorithm>

#include "engines/stream/job/job.h"
#include "engines/stream/job/retrace.h"
#include "engines/stream/job/table_request.h"
#include "io/wait.h"

// The sinks of a job: when what waits in them leaves.

namespace freshet::stream {
namespace {

constexpr Duration kShowInterval = Milliseconds(5);   // from one flush to the next of rows that need not wait for the epoch
constexpr int64_t kShowPause = 1;                     // between them, at least so many times what the flush took;
constexpr int64_t kShowPauseBehind = 3;               // and so many of a job that catches up: it is not to wait for the disk

}  // namespace

Task<> Job::OpenSinks(Ctx ctx) {
  for (size_t s = 0; s < pipeline_->sinks().size(); ++s) {
    const Node& node = *pipeline_->sinks()[s].node;
    const auto& spec = std::get<SinkSpec>(node.spec);
    outputs_.emplace_back();
    auto same = std::count_if(outputs_.begin(), outputs_.end(), [&](const auto& o) { return o.name == spec.name || o.name.starts_with(spec.name + "#"); });
    outputs_.back().name = same == 0 ? spec.name : StrCat(spec.name, "#", same + 1);
    if (IsInner(spec) || options_.replays) continue;
    auto connector = ConnectorOf(connectors_, *spec.table);
    if (!connector.ok()) co_return connector.fault();
    ports::TableRequest request = SinkRequest(node);
    request.bounded = options_.bounded;
    if (!options_.bounded) request.writer = StrCat(options_.name, ".", outputs_.back().name);
    auto task = (*connector)->OpenSink(WhileWanted(ctx), request);
    auto opened = co_await task;
    if (!opened.ok()) co_return opened.fault();
    outputs_.back().sink = std::move(opened).value();
    outputs_.back().to_topic = IsOfTopics(*spec.table);
    outputs_.back().shows_early = ShowsRowsEarly(node);
    pipeline_->SetTopicId(static_cast<int>(s), TopicIdOf(node, options_.topic_ids));
    auto hold = records::HoldBackOf(request);
    if (!hold.ok()) co_return hold.fault();
    if (outputs_.back().shows_early && hold->holds()) outputs_.back().hold = *hold;
  }
  BindSinks();
  co_return Status();
}

void Job::BindSinks() {
  for (size_t s = 0; s < outputs_.size(); ++s) {
    ports::Sink* sink = outputs_[s].sink.get();
    RowsOut diverted = options_.divert ? options_.divert(*pipeline_->sinks()[s].node) : nullptr;
    if (diverted) pipeline_->BindSink(static_cast<int>(s), diverted);
    if (sink == nullptr) continue;
    pipeline_->BindSink(static_cast<int>(s), [sink](const Batch& rows) { return sink->Write(rows); });
  }
}

int64_t Job::buffered_bytes() const {
  int64_t bytes = 0;
  for (const auto& output : outputs_) bytes += output.sink ? output.sink->buffered_bytes() : 0;
  return bytes;
}

int64_t Job::staged_bytes() const {
  int64_t bytes = 0;
  for (const auto& output : outputs_) bytes += output.to_topic ? output.sink->buffered_bytes() : 0;
  for (const auto& input : inputs_) bytes += input.source->staged_bytes();
  return bytes;
}

// Of every source and sink what stands in the epoch's unit, one append for each partition.
Task<ports::EpochCommit> Job::PrepareEpoch(Ctx ctx, ports::EpochToken token) {
  ports::EpochCommit commit;
  commit.token = token;
  std::map<data::PartitionKey, std::string> staged;
  for (auto& input : inputs_) {
    auto preparing = input.source->Prepare(ctx);
    auto prepared = co_await preparing;
    if (!prepared.ok()) co_return prepared.fault();
    for (auto& append : *prepared) staged[append.key] += append.batches;
  }
  for (size_t s = 0; s < outputs_.size(); ++s) {
    Output& output = outputs_[s];
    if (!output.sink) continue;
    output.sink->OnWatermark(pipeline_->sink_watermark(static_cast<int>(s)));
    auto preparing = output.sink->Prepare(ctx, token);
    auto prepared = co_await preparing;
    if (!prepared.ok()) co_return prepared.fault();
    for (auto& append : prepared->staged) staged[append.key] += append.batches;
    if (!prepared->outbox.empty()) commit.outbox.push_back({output.name, std::move(prepared->outbox)});
  }
  for (auto& [key, batches] : staged) commit.staged.push_back({key, std::move(batches)});
  co_return commit;
}

Result<ports::Sink*> Job::SinkOf(const ports::EpochToken& token, const ports::OutboxEntry& entry) const {
  for (const auto& output : outputs_) {
    if (output.name == entry.sink && output.sink) return output.sink.get();
  }
  return Fault::Conflict("epoch ", token.epoch, " of pipeline ", token.pipeline, " has rows for table ", entry.sink, ", which its file does not write any more; put the INSERT back until they are delivered");
}

Result<int64_t> Job::Owe(const ports::EpochToken& token, const ports::OutboxEntry& entry) {
  ASSIGN_OR_RETURN(ports::Sink* sink, SinkOf(token, entry));
  return sink->Owe(token, entry.bytes);
}

Task<> Job::Deliver(Ctx ctx, ports::EpochToken token, ports::OutboxEntry entry) {
  auto sink = SinkOf(token, entry);
  if (!sink.ok()) co_return sink.fault();
  auto delivering = (*sink)->Deliver(ctx, token, entry.bytes);
  co_return co_await delivering;
}

Task<> Job::FlushFull(Ctx ctx, int64_t limit) {
  for (auto& output : outputs_) {
    bool held = output.hold.holds() && limit < options_.sink_buffer_bytes;  // nothing came for a while, and it may wait
    if (!output.sink || held || output.sink->buffered_bytes() < limit) continue;
    auto task = output.sink->Flush(ctx);
    Status status = co_await task;
    if (!status.ok()) co_return status.fault();
  }
  co_return Status();
}

MonoTime Job::ShowTimeOf(size_t number) const {
  const Output& output = outputs_[number];
  bool waits = output.shows_early && output.sink && output.sink->buffered_bytes() > 0;
  if (!waits) return MonoTime::Never();
  bool many = pipeline_->sink_rows(static_cast<int>(number)) - output.rows_shown >= output.hold.rows_max;
  return many || !output.held_until ? show_due_ : std::max(show_due_, *output.held_until);
}

MonoTime Job::NextShow() const {
  MonoTime next = MonoTime::Never();
  for (size_t i = 0; i < outputs_.size(); ++i) next = std::min(next, ShowTimeOf(i));
  return next;
}

// From the first row on that is in it.
void Job::HoldBack(MonoTime now) {
  for (auto& output : outputs_) {
    if (!output.hold.holds()) continue;
    if (output.sink->buffered_bytes() == 0) output.held_until.reset();
    else if (!output.held_until) output.held_until = now + output.hold.interval;
  }
}

// All at the same time: topics of this house share one fdatasync.
Task<> Job::ShowWhatWaits(Ctx ctx, bool is_behind) {
  MonoTime began = env_.clock().Now();
  HoldBack(began);
  if (began < NextShow()) co_return Status();
  io::ThisLoop here;
  io::Loop& home = co_await here;
  io::RunOnAll flushes;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (began < ShowTimeOf(i)) continue;
    outputs_[i].rows_shown = pipeline_->sink_rows(static_cast<int>(i));
    outputs_[i].held_until.reset();
    flushes.Add(home, outputs_[i].sink->Flush(ctx));
  }
  Status flushed = co_await flushes;
  MonoTime ended = env_.clock().Now();
  show_due_ = std::max(began + kShowInterval, ended + Nanoseconds((ended - began).ns * (is_behind ? kShowPauseBehind : kShowPause)));
  co_return flushed;
}

}  // namespace freshet::stream
