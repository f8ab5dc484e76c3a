#include <algorithm>

#include "engines/stream/job/carried.h"
#include "engines/stream/job/job.h"
#include "engines/stream/job/short_text.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/job/source_chain.h"
#include "engines/stream/job/table_request.h"
#include "io/wait.h"

// How a job begins: where its last epoch stands, if it may.

namespace freshet::stream {

// Each where the snapshot left it; a table that is new in the script begins where its options say.
Task<> Job::OpenSources(Ctx ctx, const Snapshot& snapshot) {
  io::ThisLoop here;
  io::Loop& home = co_await here;
  inputs_.clear();
  alignment_ = {};
  std::vector<TableRead> reads = PlanReads(pipeline_->sources(), snapshot.sources);
  for (auto& read : reads) {
    inputs_.push_back({.read = std::move(read)});
    Input& input = inputs_.back();
    const Node& node = input.read.node();
    auto connector = ConnectorOf(connectors_, *std::get<SourceSpec>(node.spec).table);
    if (!connector.ok()) co_return connector.fault();
    ports::TableRequest request = SourceRequest(node);
    request.zone = session_.zone;
    request.bounded = options_.bounded;
    request.since = options_.since;
    request.newest_max = options_.newest_max;
    request.replays = options_.replays;
    if (!options_.bounded && !options_.replays) request.reader = options_.name;
    auto idle_timeout = records::IdleTimeoutOf(request);
    if (!idle_timeout.ok()) co_return idle_timeout.fault();
    input.idle_timeout = *idle_timeout;
    Status aligned = Align(input, inputs_.size() - 1, request);
    if (!aligned.ok()) co_return aligned;
    auto task = (*connector)->OpenSource(WhileWanted(ctx), request);
    auto opened = co_await task;
    if (!opened.ok()) co_return opened.fault();
    input.source = std::move(opened).value();
    Status begun = BeginReading(input, snapshot);
    if (!begun.ok()) co_return begun.fault();
    if (options_.pipeline.shards > 1) DecodeBeside(home, input);
  }
  if (!options_.bounded) ShareLetters();
  co_return Status();
}

// On the loops of the shards; there what stands behind the source does what it can, too, where nobody has to look at rows one by one first.
void Job::DecodeBeside(io::Loop& home, Input& input) {
  ports::Beside beside;
  for (int s = 0; s < options_.pipeline.shards; ++s) beside.loops.push_back(&env_.loop(LoopOfShard(home, s, env_.loops())));
  const auto& sources = input.read.sources();
  bool takes_rows_out = std::any_of(sources.begin(), sources.end(), [this](int source) { return pipeline_->time_of(source) != nullptr; });
  bool by_row = options_.watch || options_.retraces || options_.pipeline.every_change || session_.allowance != nullptr;
  bool keeps_keys = IsByKey(*std::get<SourceSpec>(input.read.node().spec).table);
  if (!takes_rows_out && !by_row && !keeps_keys) {
    beside.new_stage = [this, read = input.read]() -> Result<std::unique_ptr<ports::Stage>> {
      ASSIGN_OR_RETURN(auto chain, pipeline_->MakeChain(read));
      return std::unique_ptr<ports::Stage>(std::move(chain));
    };
  }
  input.source->DecodeBeside(std::move(beside));
}

// Statements that stand at several places of one table meet the same records, one after the other.
void Job::ShareLetters() {
  letters_met_.clear();
  std::vector<bool> shared(inputs_.size(), false);
  for (size_t i = 0; i < inputs_.size(); ++i) {
    std::vector<size_t> readers;
    for (size_t j = i; j < inputs_.size(); ++j) {
      if (!shared[j] && inputs_[i].read.IsOf(inputs_[j].read.node())) readers.push_back(j);
    }
    if (shared[i] || readers.size() < 2) continue;
    letters_met_.push_back(std::make_unique<ports::LettersMet>());
    for (size_t reader : readers) {
      inputs_[reader].source->ShareLetters(*letters_met_.back());
      shared[reader] = true;
    }
  }
}

// Looks, and what reads what was read before, wait for nobody.
Status Job::Align(Input& input, size_t number, const ports::TableRequest& table) {
  ASSIGN_OR_RETURN(auto alignment, records::AlignmentOf(table));
  bool tells_time = std::any_of(input.read.sources().begin(), input.read.sources().end(), [this](int source) { return !pipeline_->assigners(source).empty(); });
  if (!alignment || !tells_time || options_.since || options_.replays) return {};
  alignment_.Add(number, std::move(*alignment));
  input.held = &env_.metrics().AddCounter("freshet_source_alignment_holds_total", "rounds in which a table was not read, because another one of its alignment group is too far behind", {{"table", table.name}});
  return {};
}

Status Job::BeginReading(Input& input, const Snapshot& snapshot) {
  auto position = snapshot.sources.find(SignatureOf(input.read.sources()[0]));
  bool known = position != snapshot.sources.end();
  if (known) RETURN_NOT_OK(options_.ignore_unclaimed_state ? input.source->SeekWhatIsThere(position->second) : input.source->Seek(position->second));
  for (int source : input.read.sources()) RETURN_NOT_OK(pipeline_->DeclarePartitions(source, input.source->Partitions()));  // numbered as the position does
  input.position = input.source->Position();
  return {};
}

// State that no operator takes would be lost, while the sources go on behind the rows that made it.
Status Job::CheckClaimed(const std::vector<std::string>& unclaimed) const {
  if (unclaimed.empty() || options_.ignore_unclaimed_state) return {};
  const std::string& signature = unclaimed.front();
  return Fault::Conflict("the last epoch holds state of ", ShortText(signature, 160),
                         ", which the file does not have any more: it would be lost while the sources go on where they stood. Put the statement back, let freshet apply build what "
                         "can be built from the log, give the file another name to begin anew, or SET 'execution.state-recovery.ignore-unclaimed-state' = 'true' to let it go");
}

// Keys that do not change would not be written, and what stands in the table would be partly of the file before.
Status Job::CheckTablesByKey(const Snapshot& last) const {
  if (options_.ignore_unclaimed_state || options_.replays) return {};
  SinkChanges sinks(last, plans_, session_.zone);
  for (const auto& plan : plans_) {
    if (!sinks.LacksRows(*plan)) continue;
    SinkChange change = sinks.Of(*plan);
    std::string why = change.is == SinkIs::kNew ? std::string("it is new, and its tables have been read before") : StrCat("what stands there was written otherwise (", change.how, ")");
    return Fault::Conflict("table ", std::get<SinkSpec>(plan->spec).name, ": ", why, ", so only keys that change would be written as the file says now. Let freshet apply write what the table lacks, "
                           "give it another topic and the file another name to begin anew, or SET 'execution.state-recovery.ignore-unclaimed-state' = 'true' to let it stand");
  }
  return {};
}

// Without what it keeps of rows that came before, a row that leaves would take its key out of the table.
Status Job::CheckJudged(const Snapshot& last) const {
  if (options_.ignore_unclaimed_state || options_.replays) return {};
  for (const auto& plan : plans_) {
    if (!IsNewlyJudged(last, *plan)) continue;
    return Fault::Conflict("table ", std::get<SinkSpec>(plan->spec).name, ": rows of its query may meet in its PRIMARY KEY, and of what keeps them, ", NodeText(*plan->inputs[0]),
                           ", the last epoch has nothing: an earlier version of Freshet or of the file wrote the table without. Let freshet apply build it from the log, or SET 'table.exec.sink.upsert-materialize' = 'NONE' to write the table as before");
  }
  return {};
}

// What is behind an exchange does not know its sources, so the plans are looked at whole.
Status Job::CarryPositions(Snapshot& snapshot) const {
  const auto& sources = pipeline_->sources();
  bool all_known = std::all_of(sources.begin(), sources.end(), [&](const auto& source) { return snapshot.sources.contains(source.signature); });
  if (all_known || snapshot.sources.empty()) return {};
  Pipeline::Options options = options_.pipeline;
  options.shards = 1;
  if (models_) options.models = models_.get();
  Results nowhere(ResultMode::kFinal);
  ASSIGN_OR_RETURN(auto whole, Pipeline::Build(plans_, session_, &nowhere, options));
  snapshot.sources.merge(CarriedPositions(whole->operators(), snapshot));
  return {};
}

Task<> Job::Restore(Ctx ctx, std::string bytes) {
  std::vector<bool> ended;
  for (const auto& input : inputs_) ended.push_back(input.ended);
  Status built = Build();
  if (!built.ok()) co_return built.fault();
  whole_bytes_ = 0;
  Loading loading(Parts());
  Status taken = loading.TakeAll(bytes);
  if (!taken.ok()) co_return taken.fault();
  auto loaded = loading.End();
  if (!loaded.ok()) co_return loaded.fault();
  auto opening = OpenSources(ctx, loaded->known);
  Status sources = co_await opening;
  if (!sources.ok()) co_return sources.fault();
  for (size_t i = 0; i < inputs_.size(); ++i) inputs_[i].ended = ended[i];
  BindSinks();
  co_return Status();
}

// Its size in bytes.
Task<int64_t> Job::TakeLast(Ctx ctx, ports::Epochs& epochs, ports::EpochToken last, int64_t attempt, Loading& loading) {
  int64_t at = 0;
  for (;;) {
    auto reading = epochs.ReadSnapshot(ctx, last, attempt, at);
    auto piece = co_await reading;
    if (!piece.ok()) co_return piece.fault();
    if (piece->empty()) co_return at;
    at += static_cast<int64_t>(piece->size());
    Status taken = loading.Take(*piece);
    if (!taken.ok()) co_return taken.fault();
  }
}

Task<> Job::Begin(Ctx ctx, ports::Epochs& epochs, ports::EpochToken last, int64_t attempt) {
  Loading loading(Parts());
  auto taking = TakeLast(ctx, epochs, last, attempt, loading);
  auto bytes = co_await taking;
  if (!bytes.ok()) co_return bytes.fault();
  if (loading.was_mistaken()) {
    Status built = Build();
    if (!built.ok()) co_return built.fault();
    loading = Loading(Parts(), loading.names());
    auto taking_again = TakeLast(ctx, epochs, last, attempt, loading);
    bytes = co_await taking_again;
    if (!bytes.ok()) co_return bytes.fault();
  }
  auto loaded = loading.End();
  if (!loaded.ok()) co_return loaded.fault();
  auto beginning = BeginFrom(ctx, std::move(loaded).value(), *bytes == 0);
  co_return co_await beginning;
}

Task<> Job::BeginWith(Ctx ctx, std::string snapshot) {
  Loading loading(Parts());
  Status taken = loading.TakeAll(snapshot);
  if (!taken.ok()) co_return taken.fault();
  auto loaded = loading.End();
  if (!loaded.ok()) co_return loaded.fault();
  auto beginning = BeginFrom(ctx, std::move(loaded).value(), snapshot.empty());
  co_return co_await beginning;
}

Task<> Job::BeginFrom(Ctx ctx, Loading::Loaded loaded, bool from_nothing) {
  LeaveDeletedTopics(loaded.known, options_.topic_ids);
  Status claimed = CheckJudged(loaded.known);
  if (claimed.ok()) claimed = CheckClaimed(loaded.unclaimed);
  if (claimed.ok()) claimed = CheckTablesByKey(loaded.known);
  if (claimed.ok()) claimed = CarryPositions(loaded.known);
  if (!claimed.ok()) co_return claimed.fault();
  left_places_ = SinkChanges(loaded.known, plans_, session_.zone).LeftPlaces();
  auto opening = OpenSources(ctx, loaded.known);
  Status sources = co_await opening;
  if (!sources.ok()) co_return sources.fault();
  auto opening_sinks = OpenSinks(ctx);
  Status sinks = co_await opening_sinks;
  if (!sinks.ok()) co_return sinks.fault();
  auto values = pipeline_->PushValues(loaded.known);
  if (!values.ok()) co_return values.fault();
  changed_ = from_nothing || *values > 0 || loaded.renamed;
  auto settling = Settle(ctx);
  Status settled = co_await settling;
  co_return settled;
}

}  // namespace freshet::stream
