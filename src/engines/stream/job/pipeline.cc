#include "engines/stream/job/pipeline.h"

#include <algorithm>

#include "base/planted.h"
#include "engines/stream/job/sink_operator.h"
#include "engines/stream/job/table_request.h"
#include "engines/stream/plan/exchanges.h"

namespace freshet::stream {
namespace {

bool JudgesLateness(const Node& node) {
  const auto* over = std::get_if<OverSpec>(&node.spec);
  const auto* join = std::get_if<JoinSpec>(&node.spec);
  if (join != nullptr) return join->expiry == JoinSpec::Expiry::kWindow;
  return std::holds_alternative<WindowAggregateSpec>(node.spec) || std::holds_alternative<SliceAggregateSpec>(node.spec) || (over != nullptr && over->kind == OverKind::kTime) ||
         std::holds_alternative<CurrentWatermarkSpec>(node.spec) || std::holds_alternative<RankSpec>(node.spec) || std::holds_alternative<SessionAggregateSpec>(node.spec);
}

// Whether its rows are those of its inputs, with the watermarks that stood before them.
bool PassesRowsOn(const Node& node) {
  return std::holds_alternative<FilterSpec>(node.spec) || std::holds_alternative<ProjectSpec>(node.spec) || std::holds_alternative<WindowSpec>(node.spec) ||
         std::holds_alternative<UnionSpec>(node.spec) || std::holds_alternative<UnnestSpec>(node.spec) || std::holds_alternative<ExpandSpec>(node.spec) ||
         std::holds_alternative<ReplicateSpec>(node.spec) || std::holds_alternative<CurrentWatermarkSpec>(node.spec) || std::holds_alternative<PredictSpec>(node.spec) ||
         std::holds_alternative<PythonSpec>(node.spec) || std::holds_alternative<ToChangelogSpec>(node.spec) || std::holds_alternative<FromChangelogSpec>(node.spec) ||
         std::holds_alternative<ExchangeSpec>(node.spec) || LooksUp(node);
}

bool MadeByOperators(const Node& node) {
  if (std::holds_alternative<WatermarkSpec>(node.spec)) return false;
  if (!node.inputs.empty() && !PassesRowsOn(node)) return true;
  return std::any_of(node.inputs.begin(), node.inputs.end(), [](const NodePtr& input) { return MadeByOperators(*input); });
}

// A session ends between two rows that touch if the watermark has passed there, and rows that operators make do not say what stood before them.
bool FollowsSteps(const Node& node) {
  if (const auto* standing = std::get_if<StandingSpec>(&node.spec); standing != nullptr && standing->conflict == Conflict::kFault) return true;  // it judges what is there at each of them
  bool follows = std::holds_alternative<SessionAggregateSpec>(node.spec) || std::holds_alternative<CurrentWatermarkSpec>(node.spec);
  return follows && MadeByOperators(*node.inputs[0]);
}

const Node& LeafOf(const Node& node) { return node.inputs.empty() ? node : LeafOf(*node.inputs[0]); }

// The time of a topic's rows over the columns that are read; absent where more than these is needed.
expr::ExprPtr TimeOverSource(const Node& watermark) {
  const auto& spec = std::get<WatermarkSpec>(watermark.spec);
  const PlanColumn& column = watermark.columns[static_cast<size_t>(spec.rowtime)];
  expr::ExprPtr time = expr::Input(spec.rowtime, column.type, column.name);
  const Node* below = watermark.inputs[0].get();
  for (; std::holds_alternative<ProjectSpec>(below->spec); below = below->inputs[0].get()) time = expr::Substitute(time, std::get<ProjectSpec>(below->spec).exprs);
  const auto* source = std::get_if<SourceSpec>(&below->spec);
  bool is_told = !spec.processing && source != nullptr && IsOfTopics(*source->table) && expr::IsDeterministic(*time);
  return is_told ? time : nullptr;
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::Build(const std::vector<NodePtr>& plans, const expr::Session& session, Results* results, Options options) {
  std::unique_ptr<Pipeline> pipeline(new Pipeline(session, options));
  pipeline->plans_ = plans;
  if (options.lines.size() == plans.size()) pipeline->lines_ = options.lines;
  for (const auto& plan : plans) RETURN_NOT_OK(pipeline->Add(plan, TimeAsked::kByBatch, results, options));
  return pipeline;
}

Pipeline::~Pipeline() {
  for (const auto& built : built_) built->op->memory().Abandon();
}

// What those above ask of a node; with equal text and equal asking two nodes are built once.
std::string Pipeline::AskedOf(const Node& node, TimeAsked time) {
  constexpr const char* kTimes[] = {"", "w", "s"};
  return StrCat(node.changelog.update_before ? "±" : "", node.changelog.each ? "e" : "", kTimes[static_cast<size_t>(time)]);
}

bool Pipeline::Has(Place place) const {
  if (place == Place::kJob) return part_ == kJobPart;
  return place == Place::kShards ? part_ != kJobPart : part_ == LoneShard(outbox_.shards());
}

// Depth first; a node whose work is done already is shared.
Result<Operator*> Pipeline::Add(const NodePtr& node, TimeAsked time, Results* results, const Options& options) {
  std::string asked = AskedOf(*node, time);
  std::string work = WorkText(*node) + asked;
  bool sink = std::holds_alternative<SinkSpec>(node->spec);
  if (auto found = by_work_.find(work); found != by_work_.end() && !sink) return found->second;
  if (std::holds_alternative<ExchangeSpec>(node->spec)) {
    ASSIGN_OR_RETURN(by_work_[work], AddExchange(node, time, results, options));
    return by_work_[work];
  }
  TimeAsked below = std::max(time, FollowsSteps(*node) ? TimeAsked::kInSteps : JudgesLateness(*node) ? TimeAsked::kByRow : TimeAsked::kByBatch);
  if (std::holds_alternative<WatermarkSpec>(node->spec)) below = TimeAsked::kByBatch;
  std::vector<Operator*> inputs;
  for (const auto& input : node->inputs) {
    if (LooksUp(*node) && !inputs.empty()) break;  // the table is asked, not read as a source
    ASSIGN_OR_RETURN(Operator* op, Add(input, below, results, options));
    inputs.push_back(op);
  }
  Place place = PlaceOf(*node);
  if (!Has(place)) return by_work_[work] = nullptr;
  ASSIGN_OR_RETURN(auto made, Make(node, time, results, options));
  Operator* op = made.get();
  store_.Keep(op->memory());
  op->TellsFaultsTo(site_);
  if (watch_) op->WatchedBy(watch_);
  if (session_.allowance != nullptr) op->SpendsFrom(*session_.allowance);
  for (size_t i = 0; i < inputs.size(); ++i) inputs[i]->SendTo(*op, static_cast<int>(i));
  if (auto* project = dynamic_cast<Project*>(op)) {
    if (auto* filter = dynamic_cast<Filter*>(inputs[0])) project->ComputesWith(*filter);
  }
  std::string signature = Signature(*node) + asked;
  std::vector<std::string> sources;
  if (std::holds_alternative<SourceSpec>(node->spec)) sources.push_back(signature);
  for (const auto& below_it : built_) {
    bool reads = std::find(inputs.begin(), inputs.end(), below_it->op.get()) != inputs.end();
    if (reads) sources.insert(sources.end(), below_it->sources.begin(), below_it->sources.end());
  }
  Register(signature, node, op);
  built_.push_back(std::make_unique<Built>(Built{std::move(signature), node, place, std::move(made), std::move(sources), time}));
  return by_work_[work] = op;
}

Result<Operator*> Pipeline::AddExchange(const NodePtr& node, TimeAsked time, Results* results, const Options& options) {
  const auto& spec = std::get<ExchangeSpec>(node->spec);
  ASSIGN_OR_RETURN(Operator* input, Add(node->inputs[0], time, results, options));
  auto number = static_cast<int>(exchanges_.size());
  int level = LevelOf(*node);
  if (spec.to != Place::kJob) levels_ = std::max(levels_, level + 1);
  exchanges_.push_back(nullptr);
  if (input != nullptr) {
    senders_.push_back(std::make_unique<ExchangeOut>(spec, number, level, outbox_));
    input->SendTo(*senders_.back(), 0);
  }
  if (!Has(spec.to)) return nullptr;
  auto end = std::make_unique<ExchangeIn>(spec.from == Place::kShards ? outbox_.shards() : 1);
  Operator* op = exchanges_.back() = end.get();
  built_.push_back(std::make_unique<Built>(Built{"", node, spec.to, std::move(end)}));
  return op;
}

void Pipeline::Register(const std::string& signature, const NodePtr& node, Operator* op) {
  if (std::holds_alternative<SourceSpec>(node->spec)) {
    sources_.push_back({signature, node});
    entries_.push_back(op);
    assigners_.emplace_back();
    times_.emplace_back();
  }
  if (const auto* values = std::get_if<ValuesSpec>(&node->spec)) values_.push_back({signature, op, values->rows});
  if (auto* waits = dynamic_cast<WaitingOperator*>(op)) waiting_.push_back(waits);
  if (std::holds_alternative<SinkSpec>(node->spec)) {
    sinks_.push_back({node});
    sink_operators_.push_back(static_cast<SinkOperator*>(op));
  }
  auto* assigner = dynamic_cast<WatermarkAssigner*>(op);
  if (assigner != nullptr && assigner->is_clock()) {
    clocks_.push_back(assigner);
  } else if (assigner != nullptr) {
    const Node& below = LeafOf(*node);
    std::string source = Signature(below) + AskedOf(below, TimeAsked::kByBatch);
    for (size_t s = 0; s < sources_.size(); ++s) {  // by signature: a source may have been built for another plan
      if (sources_[s].signature != source) continue;
      assigners_[s].push_back(assigner);
      if (times_[s] == nullptr) times_[s] = TimeOverSource(*node);
    }
  }
}

void Pipeline::BindSink(int sink, RowsOut out) {
  sink_operators_[static_cast<size_t>(sink)]->Bind(std::move(out));
}

void Pipeline::SetTopicId(int sink, std::string id) { sink_operators_[static_cast<size_t>(sink)]->SetTopicId(std::move(id)); }

Status Pipeline::DeclarePartitions(int source, const std::vector<int32_t>& partitions) {
  for (auto* assigner : assigners_[static_cast<size_t>(source)]) {
    for (int32_t partition : partitions) {
      if (!assigner->partitions().contains(partition)) RETURN_NOT_OK(assigner->SetActive(partition, true));
    }
  }
  return {};
}

Status Pipeline::Push(int source, const Batch& batch) {
  RETURN_NOT_OK(Told(PushRows(source, batch)));
  return Balance();
}

namespace {

bool Contains(const Node& node, const std::string& signature) {
  if (Signature(node) == signature) return true;
  return std::any_of(node.inputs.begin(), node.inputs.end(), [&](const NodePtr& input) { return Contains(*input, signature); });
}

}  // namespace

// All plans that it works for.
std::vector<PlanPlace> Pipeline::PlacesOf(const Built& built) const {
  std::vector<PlanPlace> places;
  std::string signature = Signature(*built.node);
  for (size_t i = 0; i < plans_.size(); ++i) {
    const auto* sink = std::get_if<SinkSpec>(&plans_[i]->spec);
    if (sink != nullptr && Contains(*plans_[i], signature)) places.push_back({sink->name, lines_.empty() ? 0 : lines_[i]});
  }
  return places;
}

Status Pipeline::Told(Status status) {
  if (site_.op == nullptr) return status;
  FaultSite site = std::exchange(site_, {});
  auto built = std::find_if(built_.begin(), built_.end(), [&](const auto& one) { return one->op.get() == site.op; });
  if (status.ok() || built == built_.end()) return status;
  return AtSite(status.fault(), site, *(*built)->node, PlacesOf(**built), session_);
}

Status Pipeline::PushRows(int source, const Batch& batch) {
  if (batch.selected() == 0) return {};
  if (every_change_ && batch.selected() > 1) {  // one row after another, as engines without batches do
    for (int k = 0; k < batch.selected(); ++k) RETURN_NOT_OK(PushRows(source, batch.Part(k, 1).Gather()));
    return {};
  }
  return entries_[static_cast<size_t>(source)]->Receive(0, batch);
}

Status Pipeline::Balance() {
  Status balanced = store_.Balance();
  if (balanced.ok()) return {};
  const auto& most = **std::max_element(built_.begin(), built_.end(), [](const auto& a, const auto& b) { return a->op->memory().live_bytes() < b->op->memory().live_bytes(); });
  return Fault(balanced.fault().code(), balanced.fault().blame(), balanced.fault().retry(),
               StrCat("state has no room; most of it, ", most.op->memory().live_bytes(), " bytes, is of ", NodeText(*most.node), ": ", balanced.fault().message()));
}

Status Pipeline::EndPartition(int source, int32_t partition) {
  for (auto* assigner : assigners_[static_cast<size_t>(source)]) RETURN_NOT_OK(Told(assigner->SetActive(partition, false)));
  return {};
}

Result<bool> Pipeline::SetIdle(int source, bool idle) {
  bool changed = false;
  for (auto* assigner : assigners_[static_cast<size_t>(source)]) {
    changed |= assigner->idle() != idle;
    RETURN_NOT_OK(Told(assigner->SetIdle(idle)));
  }
  return changed;
}

Status Pipeline::TellTime(WallTime now) {
  for (auto* clock : clocks_) RETURN_NOT_OK(Told(clock->Tell(now)));
  return Balance();
}

Status Pipeline::RaiseWatermark(int source, EventTime promised) {
  for (auto* assigner : assigners_[static_cast<size_t>(source)]) RETURN_NOT_OK(Told(assigner->RaiseTo(promised)));
  return {};
}

Status Pipeline::End(int source) { return Told(entries_[static_cast<size_t>(source)]->OnWatermark(0, data::kEndOfTime)); }

namespace {

// Whose turn it is. Behind a mark (a watermark, or that a sender is idle) no row of its exchange comes before the mark of that number has come of every sender that still has one: rows of
// one exchange would else run ahead of their time while another exchange's mark holds a sender up.
class Turns {
 public:
  Turns(const std::vector<ExchangeItems>& by_sender, size_t exchanges) : exchanges_(exchanges), given_(by_sender.size() * exchanges), all_(given_.size()) {
    for (size_t sender = 0; sender < by_sender.size(); ++sender) {
      for (const auto& item : by_sender[sender]) all_[At(sender, item)] += item.batch ? 0 : 1;
    }
  }
  bool Waits(size_t sender, const ExchangeItem& item) const {
    int own = given_[At(sender, item)];
    for (size_t at = static_cast<size_t>(item.exchange); at < given_.size(); at += exchanges_) {
      if (given_[at] < own && given_[at] < all_[at]) return true;
    }
    return false;
  }
  void Gave(size_t sender, const ExchangeItem& item) { given_[At(sender, item)] += item.batch ? 0 : 1; }

 private:
  size_t At(size_t sender, const ExchangeItem& item) const { return sender * exchanges_ + static_cast<size_t>(item.exchange); }

  size_t exchanges_;
  std::vector<int> given_;  // by sender and exchange
  std::vector<int> all_;
};

}  // namespace

Status Pipeline::Take(const std::vector<ExchangeItems>& by_sender) {
  std::vector<size_t> at(by_sender.size(), 0);
  Turns turns(by_sender, exchanges_.size());
  bool more = true, moved = true;
  while (more) {
    bool nobody_moves = !moved;  // each waits for another: the first one goes on
    more = moved = false;
    for (size_t sender = 0; sender < by_sender.size(); ++sender) {
      const ExchangeItems& items = by_sender[sender];
      bool mark = false;
      while (at[sender] < items.size() && !mark) {
        const ExchangeItem& item = items[at[sender]];
        if (turns.Waits(sender, item) && !nobody_moves) break;
        nobody_moves = false;
        moved = true;
        ++at[sender];
        mark = !item.batch;
        RETURN_NOT_OK(Told(exchanges_[static_cast<size_t>(item.exchange)]->Take(static_cast<int>(sender), item)));
        turns.Gave(sender, item);
      }
      more |= at[sender] < items.size();
    }
  }
  return Balance();
}

Task<> Pipeline::Settle(Ctx ctx) {
  for (auto* op : waiting_) {
    auto settling = op->Settle(ctx);
    Status settled = co_await settling;
    if (!settled.ok()) co_return Told(settled);
  }
  co_return Status();
}

std::vector<std::pair<int32_t, bool>> Pipeline::ActivePartitions(int source) const {
  std::map<int32_t, bool> active;
  for (const auto* assigner : assigners_[static_cast<size_t>(source)]) {
    for (const auto& [id, partition] : assigner->partitions()) {
      if (partition.active) active[id] = active[id] || partition.watermark != data::kNoEventTime;
    }
  }
  return {active.begin(), active.end()};
}

Result<int64_t> Pipeline::PushValues(const Snapshot& snapshot) {
  int64_t pushed = 0;
  for (auto& [signature, op, rows] : values_) {
    if (snapshot.operators.contains(signature)) continue;
    RETURN_NOT_OK(Told(op->Receive(0, rows)));
    RETURN_NOT_OK(Told(op->OnWatermark(0, data::kEndOfTime)));
    pushed += rows.length();
  }
  return pushed;
}

// Exchanges keep nothing: between two steps all that was sent has come.
bool Pipeline::Save(SnapshotPart& part, bool all, SavePlace& place, size_t bytes_max) {
  for (; place.built < built_.size(); ++place.built) {
    Built& built = *built_[place.built];
    if (built.signature.empty()) continue;
    StatePart& into = part.operators[built.signature];
    bool by_key = !built.op->keyed().empty();
    if (!(by_key ? SaveKeys(built, all, place, bytes_max, into) : SaveGroups(built, all, place, bytes_max, into))) return false;
  }
  return true;
}

bool Pipeline::SaveKeys(Built& built, bool all, SavePlace& place, size_t bytes_max, StatePart& part) {
  for (; place.keyed < built.op->keyed().size(); ++place.keyed) {
    if (!built.op->keyed()[place.keyed]->SavePart(part, all, place.key, bytes_max)) return false;
    place.key = {};
  }
  place.keyed = 0;
  return true;
}

// Key groups that are as they were are not written again.
bool Pipeline::SaveGroups(Built& built, bool all, SavePlace& place, size_t bytes_max, StatePart& part) {
  if (place.groups == nullptr) {
    place.groups = std::make_unique<OperatorState>();
    built.op->Save(*place.groups);
    built.saved_whole = place.groups->whole;
    built.saved.resize(kKeyGroups);
  }
  for (; place.group < kKeyGroups; ++place.group) {
    if (part.entries().size() >= bytes_max) return false;
    std::string bytes = std::move(place.groups->groups[static_cast<size_t>(place.group)]);
    uint64_t& saved = built.saved[static_cast<size_t>(place.group)];
    uint64_t now = bytes.empty() ? 0 : HashBytes(bytes);
    if (now == saved && !all) continue;
    saved = now;
    if (!bytes.empty()) part.Put(place.group, "", bytes);
    else if (!all) part.Gone(place.group, "");
  }
  place.groups.reset();
  place.group = 0;
  return true;
}

void Pipeline::SaveWholes(SnapshotPart& part) const {
  for (const auto& built : built_) {
    if (built->signature.empty()) continue;
    OperatorState state;
    if (built->op->keyed().empty()) state.whole = built->saved_whole;
    else built->op->SaveWhole(state);
    std::string& whole = part.operators[built->signature].whole;
    if (whole.empty()) whole = std::move(state.whole);
    else MergeWhole(whole, state.whole, built->op->whole_state());
  }
}

Pipeline::Built* Pipeline::Find(std::string_view signature) const {
  auto found = std::find_if(built_.begin(), built_.end(), [&](const auto& built) { return built->signature == signature; });
  return signature.empty() || found == built_.end() ? nullptr : found->get();
}

Status Pipeline::LoadEntries(std::string_view signature, std::string_view entries) {
  Built* built = Find(signature);
  if (built == nullptr) return {};
  RETURN_NOT_OK(ForEachEntry(entries, [&](int group, std::string_view id, std::optional<std::string_view> rest) -> Status {
    int shard = Planted("key_groups_dealt_otherwise") ? group % outbox_.shards() : ShardOf(group, outbox_.shards());
    if (built->place == Place::kShards && shard != part_) return {};
    if (!built->op->keyed().empty()) return built->op->LoadEntry(id, rest);
    if (built->loaded == nullptr) built->loaded = std::make_unique<OperatorState>();
    built->loaded->groups[static_cast<size_t>(group)] = rest.value_or(std::string_view());
    return {};
  }));
  return Balance();
}

Status Pipeline::EndLoad(const Snapshot& wholes) {
  for (const auto& built : built_) {
    auto found = wholes.operators.find(built->signature);
    if (built->signature.empty() || found == wholes.operators.end()) continue;
    std::unique_ptr<OperatorState> state = std::move(built->loaded);
    if (state == nullptr) state = std::make_unique<OperatorState>();
    state->whole = found->second.whole;
    RETURN_NOT_OK(built->op->keyed().empty() ? built->op->Load(*state) : built->op->LoadWhole(*state));
    RETURN_NOT_OK(Balance());
  }
  return {};
}

bool Pipeline::KnowsChanges() const {
  return std::all_of(built_.begin(), built_.end(), [](const auto& built) {
    const auto& keyed = built->op->keyed();
    return std::all_of(keyed.begin(), keyed.end(), [](const KeyedState* one) { return one->knows_changes(); });
  });
}

std::vector<Pipeline::OperatorPart> Pipeline::operators() const {
  std::vector<OperatorPart> out;
  for (const auto& built : built_) {
    if (!built->signature.empty()) out.push_back({built->signature, built->node, built->sources});
  }
  return out;
}

bool Pipeline::Knows(const std::string& signature) const {
  return std::any_of(built_.begin(), built_.end(), [&](const auto& built) { return built->signature == signature; });
}

bool Pipeline::HasBroughtRows(int source) const {
  for (const auto* assigner : assigners_[static_cast<size_t>(source)]) {
    for (const auto& [id, partition] : assigner->partitions()) {
      if (partition.watermark != data::kNoEventTime) return true;
    }
  }
  return false;
}

Status Pipeline::Load(const Snapshot& snapshot) {
  for (const auto& built : built_) {
    auto found = snapshot.operators.find(built->signature);
    if (built->signature.empty() || found == snapshot.operators.end()) continue;
    if (built->place != Place::kShards) RETURN_NOT_OK(built->op->Load(found->second));
    else RETURN_NOT_OK(built->op->Load(OwnGroups(found->second)));
    RETURN_NOT_OK(Balance());
  }
  return {};
}

OperatorState Pipeline::OwnGroups(const OperatorState& state) const {
  OperatorState own;
  own.whole = state.whole;
  for (int g = 0; g < kKeyGroups; ++g) {
    auto group = static_cast<size_t>(g);
    if (ShardOf(g, outbox_.shards()) == part_) own.groups[group] = state.groups[group];
  }
  return own;
}

std::vector<Pipeline::OperatorReport> Pipeline::Report() const {
  std::vector<OperatorReport> out;
  for (const auto& built : built_) out.push_back({NodeText(*built->node), std::max(part_, 0), built->op->counters(), built->op->watermark(), built->op->memory().live_bytes(), built->op->memory().moved_bytes()});
  return out;
}

int64_t Pipeline::dropped_rows() const {
  int64_t dropped = 0;
  for (const auto* sink : sink_operators_) dropped += sink->dropped_rows();
  return dropped;
}

int64_t Pipeline::late_rows() const {
  int64_t late = 0;
  for (const auto& built : built_) late += built->op->counters().late_rows;
  return late;
}

}  // namespace freshet::stream
