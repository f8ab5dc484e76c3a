#include "engines/stream/job/changes.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "engines/stream/job/carried.h"
#include "engines/stream/job/rebuild_check.h"
#include "engines/stream/job/script.h"
#include "engines/stream/job/short_text.h"
#include "engines/stream/job/sink_form.h"
#include "engines/stream/job/table_request.h"

namespace freshet::stream {
namespace {

using ports::Fate;

constexpr size_t kPartTextMax = 160;

std::string_view KindOf(std::string_view text) { return text.substr(0, text.find('(')); }

int64_t BytesOf(const OperatorState& state) {
  size_t bytes = state.whole.size();
  for (const auto& group : state.groups) bytes += group.size();
  return static_cast<int64_t>(bytes);
}

bool HoldsRows(const OperatorState& state) {
  return std::any_of(state.groups.begin(), state.groups.end(), [](const auto& group) { return !group.empty(); });
}

// Stands for a connector of lookups that is not here: a folder at rest has no feature views, and nobody asks.
class Unasked final : public ports::Connector {
 public:
  Status Check(const ports::TableRequest&, ports::TableUse) const override { return {}; }
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest table) override { co_return Refusal(table); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx, ports::TableRequest table) override { co_return Refusal(table); }
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest lookup) override { co_return Refusal(lookup.table); }

 private:
  static Fault Refusal(const ports::TableRequest& table) { return Fault::Unsupported("table ", table.name, " is not there while plans are compared"); }
};

// Of a snapshot's operators, those whose rows no operator of the file takes.
struct Unclaimed {
  std::string signature;
  int64_t bytes = 0;
};
std::vector<Unclaimed> UnclaimedOf(const Snapshot& snapshot, const Pipeline& pipeline) {
  std::vector<Unclaimed> out;
  for (const auto& [signature, state] : snapshot.operators) {
    if (HoldsRows(state) && !pipeline.Knows(signature)) out.push_back({signature, BytesOf(state)});
  }
  return out;
}

std::string OptionOf(const Table& table, const std::string& key) {
  auto found = table.options.find(key);
  return found == table.options.end() ? std::string() : found->second;
}

constexpr Duration kPlanTime = Seconds(3);

// Where a table begins that nobody has read yet.
std::string StartOf(const Table& table) {
  if (table.connector() == "upsert-kafka") return "earliest-offset";
  if (table.connector() != "kafka") return "the table";
  std::string mode = OptionOf(table, "scan.startup.mode");
  return mode.empty() ? "group-offsets" : mode;
}

}  // namespace

// Topics of this house are looked at; how much other tables hold is not known.
Task<> Changes::Measure(Ctx ctx, NodePtr source, data::TimeZone zone, Replay& replay) {
  const Table& table = *std::get<SourceSpec>(source->spec).table;
  std::string mode = StartOf(table);
  replay.from = mode == "earliest-offset" ? "from the earliest record on" : mode == "latest-offset" ? "from now on" : StrCat("from where 'scan.startup.mode' = '", mode, "' says");
  replay.known = mode == "latest-offset";
  if (mode != "earliest-offset" && mode != "timestamp") co_return Status();
  auto connector = ConnectorOf(connectors_, table);
  if (!connector.ok()) co_return Status();
  ports::TableRequest request = SourceRequest(*source);
  request.zone = zone;
  request.since = WallTime{0};
  std::string since = OptionOf(table, "scan.startup.timestamp-millis");
  if (mode == "timestamp") std::from_chars(since.data(), since.data() + since.size(), request.since->ms);
  auto opening = (*connector)->OpenSource(ctx, request);
  auto opened = co_await opening;
  replay.known = opened.ok() || opened.code() == Code::kNotFound;  // a topic that is not there yet holds nothing
  if (!opened.ok()) co_return Status();
  bool from_the_first = mode == "earliest-offset" && table.connector() == "kafka";
  for (const auto& place : (*opened)->Places()) {
    auto adding = AddPlace(ctx, place, from_the_first, replay);
    Status added = co_await adding;
    if (!added.ok()) co_return added;
  }
  co_return Status();
}

Task<> Changes::AddPlace(Ctx ctx, ports::TopicPlace place, bool from_the_first, Replay& replay) {
  auto topic = topics_.Find(place.topic);
  if (topic == nullptr) co_return Status();
  data::PartitionKey key{topic->id, place.partition};
  auto asking = log_.Bounds(ctx, key);
  auto bounds = co_await asking;
  if (!bounds.ok()) co_return bounds.fault();
  auto sizing = log_.Size(ctx, key);
  auto size = co_await sizing;
  if (!size.ok()) co_return size.fault();
  int64_t all = bounds->end - bounds->start, unread = bounds->end - std::max(place.next, bounds->start);
  replay.records += unread;
  if (all > 0) replay.bytes += static_cast<int64_t>(static_cast<double>(*size) * static_cast<double>(unread) / static_cast<double>(all));
  if (from_the_first) replay.gone += bounds->start.get();
  co_return Status();
}

// A table that names another topic now has not read it up to there.
Task<> Changes::TryToGoOn(Ctx ctx, NodePtr source, std::string position, data::TimeZone zone, bool accept_loss, Replay& replay) {
  const Table& table = *std::get<SourceSpec>(source->spec).table;
  auto connector = ConnectorOf(connectors_, table);
  bool of_topics = table.connector() == "kafka" || table.connector() == "upsert-kafka";
  if (!of_topics || !connector.ok()) co_return Status();
  ports::TableRequest request = SourceRequest(*source);
  request.zone = zone;
  request.since = WallTime{0};  // nothing is made for a look
  auto opening = (*connector)->OpenSource(ctx, request);
  auto opened = co_await opening;
  if (opened.code() == Code::kNotFound) replay.refusal = opened.fault().message();
  if (!opened.ok()) co_return Status();
  Status sought = (*opened)->Seek(position);
  if (sought.code() != Code::kConflict) co_return Status();
  replay.made_again = accept_loss && (*opened)->SeekWhatIsThere(position).ok();
  if (!replay.made_again) replay.refusal = sought.fault().message();
  co_return Status();
}

Task<Changes::Replays> Changes::ReplaysOf(Ctx ctx, const Pipeline& pipeline, const Snapshot& snapshot, data::TimeZone zone, bool accept_loss) {
  Replays replays;
  std::map<std::string, std::string> positions = CarriedPositions(pipeline.operators(), snapshot), carried = positions;
  positions.insert(snapshot.sources.begin(), snapshot.sources.end());
  for (const auto& source : pipeline.sources()) {
    Replay& replay = replays[source.signature];
    replay.table = std::get<SourceSpec>(source.node->spec).table->name;
    replay.kept = positions.contains(source.signature);
    replay.carried = carried.contains(source.signature);
    if (replay.kept) {
      auto trying = TryToGoOn(ctx, source.node, positions.at(source.signature), zone, accept_loss, replay);
      Status tried = co_await trying;
      if (!tried.ok()) co_return tried.fault();
      continue;
    }
    auto measuring = Measure(ctx, source.node, zone, replay);
    Status measured = co_await measuring;
    if (!measured.ok()) co_return measured.fault();
  }
  co_return replays;
}

// One comparison, part by part, once all is known.
class Changes::Comparison {
 public:
  Comparison(const Pipeline& pipeline, const Snapshot& snapshot, const Replays& replays, const RebuildPlan& rebuild, const SinkChanges& sinks, ports::PipelineChange& change)
      : pipeline_(pipeline), snapshot_(snapshot), replays_(replays), rebuild_(rebuild), sinks_(sinks), change_(change), unclaimed_(UnclaimedOf(snapshot, pipeline)) {}

  void Run() {
    change_.lets_go = !unclaimed_.empty();
    for (const auto& source : pipeline_.sources()) AddSource(source);
    for (const auto& op : pipeline_.operators()) {
      if (HoldsState(*op.node)) AddOperator(op);
      if (std::holds_alternative<SinkSpec>(op.node->spec)) AddSink(op);
    }
    AddLeftTables();
    for (const auto& part : change_.parts) {
      bool comes_twice = part.writes_again && !part.by_swap && change_.refusal.empty();
      if (comes_twice) change_.refusal = StrCat(part.part, ": ", part.reason, ". Give that statement a new table to write, or start the house again, which does so");
    }
    for (auto& part : change_.parts) {
      if (!part.by_swap || !change_.refusal.empty()) continue;
      part.fate = Fate::kRebuilt;
      part.reason += "; freshet apply builds it from the log while what runs now serves";
    }
    for (const auto& one : unclaimed_) change_.parts.push_back({.fate = Fate::kLost, .part = ShortText(one.signature, kPartTextMax), .reason = "the file has it no more", .state_bytes = one.bytes});
  }

 private:
  // What all sources of a part will bring once more.
  struct Inputs {
    std::string going_on;    // a table that is not read again
    bool come_again = false;
    bool incomplete = false; // the log has dropped some of it
    int64_t records = 0;
    int64_t bytes = 0;
  };
  Inputs InputsOf(const Pipeline::OperatorPart& op) const {
    Inputs out;
    for (const auto& source : std::set<std::string>(op.sources.begin(), op.sources.end())) {
      const Replay& replay = replays_.at(source);
      if (replay.kept) {
        out.going_on = replay.table;
        continue;
      }
      out.come_again = out.come_again || !replay.known || replay.records > 0;
      out.incomplete = out.incomplete || replay.gone > 0;
      out.records += replay.records;
      out.bytes += replay.bytes;
    }
    return out;
  }
  bool has_run() const { return change_.epoch > 0; }
  Fate AgainOrLost(bool incomplete) const { return incomplete && has_run() ? Fate::kLost : Fate::kRebuilt; }

  void AddSource(const Pipeline::SourcePart& source) {
    const Replay& replay = replays_.at(source.signature);
    ports::PartChange part{.part = ShortText(NodeText(*source.node), kPartTextMax), .records = replay.records, .bytes = replay.bytes};
    if (!replay.refusal.empty()) {
      part.fate = Fate::kLost;
      part.reason = StrCat("the pipeline will not start: ", replay.refusal);
      if (change_.refusal.empty()) change_.refusal = replay.refusal;  // whatever loss is accepted
    } else if (replay.made_again) {
      part.fate = Fate::kChanged;
      part.reason = "its topic is another one than it has read: that one is read from its start, and what came of the old one stays";
    } else if (replay.kept) {
      part.reason = replay.carried ? "it was not read like this before; nothing behind it keeps rows, so it goes on where its table stands" : "goes on where it stands";
    } else {
      part.fate = AgainOrLost(replay.gone > 0);
      part.reason = StrCat(has_run() ? "it was not read like this before: read " : "the pipeline has no epoch yet: read ", replay.from, replay.known ? "" : ", how much is not known");
      if (replay.gone > 0) part.reason += StrCat("; ", replay.gone, " records before are not in the log any more");
    }
    change_.parts.push_back(std::move(part));
  }

  void AddSink(const Pipeline::OperatorPart& op) {
    if (!has_run()) return;
    const auto& sink = std::get<SinkSpec>(op.node->spec);
    SinkChange change = sinks_.Of(*op.node);
    Inputs inputs = InputsOf(op);
    ports::PartChange part{.part = ShortText(NodeText(*op.node), kPartTextMax)};
    bool by_key = !IsInner(sink) && IsByKey(*sink.table), by_swap = rebuild_.built_anew.contains(op.signature);
    if (inputs.come_again && WroteTo(snapshot_, *op.node)) {  // a new table has nothing yet that could come twice
      part.fate = Fate::kRebuilt;
      part.reason = sink.primary_key.empty() ? StrCat("its rows are written again: who reads ", sink.name, " sees them twice") : "each key is written again, to the same end";
      part.writes_again = true;
      part.by_swap = by_swap;
    } else if (by_key && by_swap) {
      part.fate = Fate::kLost;
      part.reason = ReasonOf(change, inputs);
      part.writes_again = part.by_swap = true;
    } else {
      part.fate = change.is == SinkIs::kAsBefore ? Fate::kKept : Fate::kChanged;
      part.reason = ReasonOf(change, inputs);
      if (RowsStandOtherwise(change)) part.reason += change.is == SinkIs::kElsewhere ? "; what was written stays there" : "; rows that stand there stay as they are";
    }
    change_.parts.push_back(std::move(part));
  }

  static std::string ReasonOf(const SinkChange& change, const Inputs& inputs) {
    switch (change.is) {
      case SinkIs::kNew: return inputs.going_on.empty() ? std::string("it is new") : StrCat("it is new, and rows that ", inputs.going_on, " had before do not come out");
      case SinkIs::kAsBefore: return "the same rows go to the same place";
      case SinkIs::kOfOthers: return StrCat("its rows are others, ", change.how);
      case SinkIs::kElsewhere: return StrCat("it has another place, ", change.how);
      case SinkIs::kUnlike: return StrCat("its rows look otherwise, ", change.how);
    }
    return "";
  }

  // Whom nobody writes any more.
  void AddLeftTables() {
    for (const auto& table : sinks_.Left()) {
      change_.parts.push_back({.fate = Fate::kChanged, .part = StrCat("Sink(table=", table, ")"), .reason = "the file does not write it any more; its rows stay as they are"});
    }
  }

  void AddOperator(const Pipeline::OperatorPart& op) {
    ports::PartChange part{.part = ShortText(NodeText(*op.node), kPartTextMax)};
    auto state = snapshot_.operators.find(op.signature);
    if (state != snapshot_.operators.end()) {
      part.reason = "it has the same signature in the last epoch";
      part.state_bytes = BytesOf(state->second);
    } else {
      Begin(op, part);
      part.by_swap = rebuild_.built_anew.contains(op.signature);
    }
    change_.parts.push_back(std::move(part));
  }

  // The table in front of which it stands, if that was written without it.
  std::string NewlyJudged(const Node& standing) const {
    for (const auto& op : pipeline_.operators()) {
      bool in_front = std::holds_alternative<SinkSpec>(op.node->spec) && op.node->inputs[0].get() == &standing;
      if (in_front && IsNewlyJudged(snapshot_, *op.node)) return std::get<SinkSpec>(op.node->spec).name;
    }
    return "";
  }

  // What the last epoch has in its place: the same, of which less was asked, or another one of its kind.
  std::vector<Unclaimed>::iterator StoodBefore(const Pipeline::OperatorPart& op) {
    std::string text = Signature(*op.node);
    auto same = std::find_if(unclaimed_.begin(), unclaimed_.end(), [&](const auto& one) { return one.signature.starts_with(text); });
    if (same != unclaimed_.end()) return same;
    return std::find_if(unclaimed_.begin(), unclaimed_.end(), [&](const auto& one) { return KindOf(one.signature) == KindOf(op.signature); });
  }

  // An operator that the last epoch does not know.
  void Begin(const Pipeline::OperatorPart& op, ports::PartChange& part) {
    auto before = StoodBefore(op);
    std::string judged = NewlyJudged(*op.node);
    if (before != unclaimed_.end()) {
      bool same = before->signature.starts_with(Signature(*op.node));
      part.state_bytes = before->bytes;
      part.reason = (same ? std::string("its rows are asked for in another way now") : DifferenceOf(before->signature, op.signature)) + ": ";
      unclaimed_.erase(before);
    } else if (!judged.empty()) {
      part.reason = StrCat("table ", judged, " was written without it, and a start refuses to go on so, unless the file says SET 'table.exec.sink.upsert-materialize' = 'NONE': ");
    } else if (has_run()) {
      part.reason = "it is new: ";
    }
    Inputs inputs = InputsOf(op);
    if (!inputs.going_on.empty()) {
      part.fate = Fate::kLost;
      part.reason += StrCat("it begins empty, while ", inputs.going_on, " goes on where it stands: rows that came before are not in it");
      return;
    }
    part.fate = AgainOrLost(inputs.incomplete);
    part.reason += inputs.incomplete ? "what the log still has is read again" : "all that it reads is read again";
    part.records = inputs.records;
    part.bytes = inputs.bytes;
  }

  const Pipeline& pipeline_;
  const Snapshot& snapshot_;
  const Replays& replays_;
  const RebuildPlan& rebuild_;
  const SinkChanges& sinks_;
  ports::PipelineChange& change_;
  std::vector<Unclaimed> unclaimed_;
};

// One at a time: a snapshot may be large.
Task<ports::PipelineChange> Changes::Compare(Ctx ctx, std::string name, std::string sql, bool accept_loss) {
  if (comparing_.exchange(true)) co_return Fault::Exhausted("another pipeline is being compared at the moment; try again soon");
  auto comparing = CompareOne(ctx, std::move(name), std::move(sql), accept_loss);
  auto change = co_await comparing;
  comparing_.store(false);
  co_return change;
}

Task<ports::PipelineChange> Changes::CompareOne(Ctx ctx, std::string name, std::string sql, bool accept_loss) {
  Unasked unasked;
  ports::Connectors connectors = connectors_;
  connectors.try_emplace("features", &unasked);
  Script script(connectors, env_, ResultMode::kFinal);
  script.PlanUntil(env_.clock().Now() + kPlanTime);
  script.UseFunctions(functions_);
  auto plans = script.PlanPipeline(sql, Script::Tables::kUnchecked);
  if (!plans.ok()) co_return plans.fault();
  auto looking = states_.Look(ctx, name);
  auto stand = co_await looking;
  if (!stand.ok()) co_return stand.fault();
  Snapshot snapshot;
  if (!stand->snapshot.empty()) {
    auto decoded = Snapshot::Decode(stand->snapshot);
    if (!decoded.ok()) co_return decoded.fault();
    snapshot = std::move(decoded).value();
  }
  Results nowhere(ResultMode::kFinal);
  Pipeline::Options options;
  options.connectors = &connectors;
  options.functions = functions_;
  auto built = Pipeline::Build(*plans, script.session(), &nowhere, options);
  if (!built.ok()) co_return built.fault();
  Rename(snapshot, (*built)->operators());
  LeaveDeletedTopics(snapshot, IdsOf(topics_));
  auto replaying = ReplaysOf(ctx, **built, snapshot, script.session().zone, accept_loss);
  auto replays = co_await replaying;
  if (!replays.ok()) co_return replays.fault();
  ports::PipelineChange change{.pipeline = std::move(name), .epoch = stand->epoch, .parts = {}};
  auto rebuild = PlanRebuild(*plans, snapshot, script.session(), options, accept_loss);
  if (!rebuild.ok()) co_return rebuild.fault();
  auto checking = CheckRebuild(ctx, *rebuild, *plans, snapshot, connectors, script.session().zone, accept_loss);
  Status can_be = co_await checking;
  if (!can_be.ok()) change.refusal = can_be.fault().message();
  for (const auto& plan : *plans) {
    Status fits = CheckTables(plan, connectors, false);
    if (!fits.ok() && change.refusal.empty()) change.refusal = fits.fault().message();
  }
  auto naming = states_.Names(ctx);
  auto known = co_await naming;
  if (!known.ok()) co_return known.fault();
  change.known = std::move(known).value();
  Comparison(**built, snapshot, *replays, *rebuild, SinkChanges(snapshot, *plans, script.session().zone), change).Run();
  co_return change;
}

}  // namespace freshet::stream
