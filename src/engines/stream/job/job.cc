#include "engines/stream/job/job.h"

#include "data/civil.h"

namespace freshet::stream {
namespace {

ports::TableRequest RequestOf(const Table& table) {
  ports::TableRequest request;
  request.name = table.name;
  request.primary_key = table.primary_key;
  request.partitioned_by = table.partitioned_by;
  request.options = table.options;
  for (const auto& column : table.columns) {
    if (column.kind == sql::ColumnKind::kPhysical) request.record.Add(column.name, column.type);
  }
  return request;
}

ports::TableRequest SourceRequest(const Node& node) {
  const auto& spec = std::get<SourceSpec>(node.spec);
  ports::TableRequest request = RequestOf(*spec.table);
  for (const auto& column : node.columns) request.columns.Add(column.name, column.type);
  request.metadata_keys = spec.metadata_keys;
  return request;
}

ports::TableRequest SinkRequest(const Node& node) {
  const auto& spec = std::get<SinkSpec>(node.spec);
  ports::TableRequest request = RequestOf(*spec.table);
  for (const auto* column : spec.table->Insertable()) {
    request.columns.Add(column->name, column->type);
    request.metadata_keys.push_back(column->kind == sql::ColumnKind::kMetadata ? column->metadata_key : "");
  }
  return request;
}

// Results and blackhole need no port.
bool IsInner(const SinkSpec& sink) { return sink.table == nullptr || sink.table->connector() == "print" || sink.table->connector() == "blackhole"; }

Status CheckInnerOptions(const Table& table) {
  bool print = table.connector() == "print";
  for (const auto& [key, value] : table.options) {
    bool known = key == "connector" || (print && (key == "print-identifier" || key == "standard-error" || key == "sink.parallelism"));
    if (!known) return Fault::Invalid("table ", table.name, ": connector ", table.connector(), " has no option '", key, "'", print ? "; known are print-identifier, standard-error, sink.parallelism" : "; it takes none");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Job>> Job::Create(const std::vector<NodePtr>& plans, const ports::Connectors& connectors, const expr::Session& session, Results* results, Options options) {
  std::unique_ptr<Job> job(new Job(plans, connectors, session, results, std::move(options)));
  job->options_.pipeline.connectors = &connectors;
  ASSIGN_OR_RETURN(job->pipeline_, Pipeline::Build(plans, session, results, job->options_.pipeline));
  return job;
}

Result<ports::Connector*> Job::ConnectorOf(const Table& table) const {
  auto found = connectors_.find(table.connector());
  if (found != connectors_.end()) return found->second;
  std::string known = "print, blackhole";
  for (const auto& [name, connector] : connectors_) known += ", " + name;
  return Fault::Unsupported("table ", table.name, ": connector '", table.connector(), "' is not known here; known are ", known);
}

Task<> Job::OpenSources(Ctx ctx) {
  inputs_.clear();
  for (size_t s = 0; s < pipeline_->sources().size(); ++s) {
    const Node& node = *pipeline_->sources()[s].node;
    auto connector = ConnectorOf(*std::get<SourceSpec>(node.spec).table);
    if (!connector.ok()) co_return connector.fault();
    ports::TableRequest request = SourceRequest(node);
    request.zone_offset_ms = session_.zone_offset_ms;
    auto task = (*connector)->OpenSource(ctx, request);
    auto opened = co_await task;
    if (!opened.ok()) co_return opened.fault();
    inputs_.push_back({std::move(opened).value(), false});
    Status declared = pipeline_->DeclarePartitions(static_cast<int>(s), inputs_.back().source->Partitions());
    if (!declared.ok()) co_return declared.fault();
  }
  co_return Status();
}

Task<> Job::Open(Ctx ctx) {
  auto opening = OpenSources(ctx);
  Status sources = co_await opening;
  if (!sources.ok()) co_return sources.fault();
  for (size_t s = 0; s < pipeline_->sinks().size(); ++s) {
    const Node& node = *pipeline_->sinks()[s].node;
    const auto& spec = std::get<SinkSpec>(node.spec);
    outputs_.emplace_back();
    if (IsInner(spec)) {
      Status checked = spec.table ? CheckInnerOptions(*spec.table) : Status();
      if (!checked.ok()) co_return checked.fault();
      continue;
    }
    auto connector = ConnectorOf(*spec.table);
    if (!connector.ok()) co_return connector.fault();
    ports::TableRequest request = SinkRequest(node);
    auto task = (*connector)->OpenSink(ctx, request);
    auto opened = co_await task;
    if (!opened.ok()) co_return opened.fault();
    outputs_.back().sink = std::move(opened).value();
  }
  BindSinks();
  co_return Status();
}

void Job::BindSinks() {
  for (size_t s = 0; s < outputs_.size(); ++s) {
    ports::Sink* sink = outputs_[s].sink.get();
    if (sink == nullptr) continue;
    pipeline_->BindSink(static_cast<int>(s), [sink](const Batch& rows) { return sink->Write(rows); });
  }
}

Snapshot Job::Save() const {
  Snapshot snapshot;
  pipeline_->Save(snapshot);
  for (size_t i = 0; i < inputs_.size(); ++i) snapshot.sources[pipeline_->sources()[i].signature] = inputs_[i].source->Position();
  return snapshot;
}

Task<> Job::Restore(Ctx ctx, std::string bytes) {
  auto snapshot = Snapshot::Decode(bytes);
  if (!snapshot.ok()) co_return snapshot.fault();
  std::vector<bool> ended;
  for (const auto& input : inputs_) ended.push_back(input.ended);
  auto pipeline = Pipeline::Build(plans_, session_, results_, options_.pipeline);
  if (!pipeline.ok()) co_return pipeline.fault();
  pipeline_ = std::move(pipeline).value();
  Status loaded = pipeline_->Load(*snapshot);
  if (!loaded.ok()) co_return loaded.fault();
  auto opening = OpenSources(ctx);
  Status sources = co_await opening;
  if (!sources.ok()) co_return sources.fault();
  for (size_t i = 0; i < inputs_.size(); ++i) {
    inputs_[i].ended = ended[i];
    auto position = snapshot->sources.find(pipeline_->sources()[i].signature);
    if (position == snapshot->sources.end()) continue;  // a table that is new in the script
    Status sought = inputs_[i].source->Seek(position->second);
    if (!sought.ok()) co_return sought.fault();
  }
  BindSinks();
  co_return Status();
}

Task<> Job::PollOnce(Ctx ctx, size_t input) {
  auto task = inputs_[input].source->Poll(ctx);
  auto polled = co_await task;
  if (!polled.ok()) co_return polled.fault();
  auto source = static_cast<int>(input);
  events_ += polled->batch.selected();
  Status status = pipeline_->Push(source, polled->batch.WithPartition(polled->partition));
  if (status.ok() && polled->partition_ended && !polled->ended) status = pipeline_->EndPartition(source, polled->partition);
  if (status.ok() && polled->ended) {
    inputs_[input].ended = true;
    status = pipeline_->End(source);
  }
  if (!status.ok()) co_return status.fault();
  auto settling = pipeline_->Settle(ctx);
  Status settled = co_await settling;
  co_return settled;
}

Task<> Job::FlushFull(Ctx ctx, int64_t limit) {
  for (auto& output : outputs_) {
    if (!output.sink || output.sink->buffered_bytes() < limit) continue;
    auto task = output.sink->Flush(ctx);
    Status status = co_await task;
    if (!status.ok()) co_return status.fault();
  }
  co_return Status();
}

Task<> Job::CommitAll(Ctx ctx) {
  const ports::EpochToken token{.pipeline = "run", .lineage = options_.lineage, .epoch = 1};
  for (auto& output : outputs_) {
    if (!output.sink) continue;
    auto preparing = output.sink->Prepare(ctx, token);
    auto prepared = co_await preparing;
    if (!prepared.ok()) co_return prepared.fault();
    auto delivering = output.sink->Deliver(ctx, token, std::move(prepared->outbox));
    Status delivered = co_await delivering;
    if (!delivered.ok()) co_return delivered.fault();
  }
  co_return Status();
}

Task<> Job::RunToEnd(Ctx ctx) {
  auto opening = Open(ctx);
  Status opened = co_await opening;
  if (!opened.ok()) co_return opened.fault();
  Status values = pipeline_->PushValues();
  if (!values.ok()) co_return values.fault();
  auto settling = pipeline_->Settle(ctx);
  Status settled = co_await settling;
  if (!settled.ok()) co_return settled.fault();
  bool running = true;
  while (running) {
    running = false;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].ended) continue;
      auto polling = PollOnce(ctx, i);
      Status polled = co_await polling;
      if (!polled.ok()) co_return polled.fault();
      running |= !inputs_[i].ended;
    }
    auto flushing = FlushFull(ctx, options_.sink_buffer_bytes);
    Status flushed = co_await flushing;
    if (!flushed.ok()) co_return flushed.fault();
    bool rest = running && options_.rest_at && options_.rest_at();
    if (!rest) continue;
    auto restoring = Restore(ctx, Save().Encode());
    Status restored = co_await restoring;
    if (!restored.ok()) co_return restored.fault();
  }
  auto committing = CommitAll(ctx);
  Status committed = co_await committing;
  co_return committed;
}

std::string Job::WatermarkText() const {
  std::string out;
  for (const auto& [source, partitions] : pipeline_->Watermarks()) {
    const int32_t* slowest = nullptr;
    EventTime least = data::kEndOfTime;
    for (const auto& [id, partition] : partitions) {
      std::string time = "none";
      if (partition.watermark != data::kNoEventTime) {
        time.clear();
        data::AppendTimestamp(time, partition.watermark.get(), data::Type::Timestamp(3));
      }
      out += StrCat(source, ": partition ", id, partition.active ? " active" : " idle or ended", ", watermark ", time, "\n");
      if (partition.watermark >= least) continue;
      least = partition.watermark;
      slowest = &id;
    }
    if (slowest != nullptr) out += StrCat(source, ": partition ", *slowest, " holds the watermark back\n");
  }
  out += StrCat("late rows: ", pipeline_->late_rows(), "\n");
  return out;
}

}  // namespace freshet::stream
