#include "engines/stream/job/source_chain.h"

#include <algorithm>

#include "data/expr/expr.h"
#include "engines/stream/job/pipeline.h"

namespace freshet::stream {

class SourceChain::Recorder final : public Operator {
 public:
  Recorder(SourceChain& chain, size_t op, size_t target) : Operator(1), chain_(chain), op_(op), target_(target) {}
  Status OnBatch(int, const Batch& batch) override {
    chain_.made().steps.push_back({.op = op_, .target = target_, .rows = batch});
    return {};
  }

 private:
  SourceChain& chain_;
  const size_t op_;
  const size_t target_;
};

Operator& SourceChain::Add(size_t number, std::unique_ptr<Operator> op) {
  links_.push_back({number, std::move(op)});
  links_.back().op->TellsFaultsTo(site_);
  return *links_.back().op;
}

void SourceChain::Record(Operator& op, size_t number, size_t target) {
  recorders_.push_back(std::make_unique<Recorder>(*this, number, target));
  op.SendTo(*recorders_.back(), 0);
}

std::unique_ptr<ports::Staged> SourceChain::Run(const Batch& batch) {
  made_ = std::make_unique<ChainedRows>();
  made_->status = RunAll(batch);
  FaultSite site = std::exchange(site_, {});
  for (auto& link : links_) {
    if (!made_->status.ok() && site.rows && site.op == link.op.get()) made_->failed = {link.number, *site.rows};
    Operator::Counters now = link.op->counters();
    made_->counted.push_back({link.number, {now.rows_in - link.told.rows_in, now.rows_out - link.told.rows_out, now.late_rows - link.told.late_rows}});
    link.told = now;
  }
  return std::move(made_);
}

Status SourceChain::RunAll(const Batch& batch) {
  for (size_t reader = 0; batch.selected() > 0 && reader < entries_.size(); ++reader) {
    RETURN_NOT_OK(entries_[reader]->Receive(0, read_.RowsFor(reader, batch).WithPartition(batch.partition())));
  }
  return {};
}

namespace {

bool AllDeterministic(const std::vector<expr::ExprPtr>& exprs) {
  return std::all_of(exprs.begin(), exprs.end(), [](const auto& e) { return expr::IsDeterministic(*e); });
}

// Whose answer to a batch is in the batch.
bool KeepsNothing(const Node& node) {
  if (const auto* filter = std::get_if<FilterSpec>(&node.spec)) return expr::IsDeterministic(*filter->condition);
  if (const auto* project = std::get_if<ProjectSpec>(&node.spec)) return AllDeterministic(project->exprs);
  const auto* window = std::get_if<WindowSpec>(&node.spec);
  return window != nullptr && window->shape.kind != WindowKind::kSession;
}

}  // namespace

Result<std::unique_ptr<SourceChain>> Pipeline::MakeChain(const TableRead& read) {
  auto chain = std::make_unique<SourceChain>(read);
  for (int source : read.sources()) {
    auto entry = std::find_if(built_.begin(), built_.end(), [&](const auto& built) { return built->op.get() == entries_[static_cast<size_t>(source)]; });
    ASSIGN_OR_RETURN(Operator* first, AddChain(*chain, static_cast<size_t>(entry - built_.begin()), false));
    chain->BeginWith(*first);
  }
  return chain;
}

// Whether a chain may do its work. A second watermark would be made of rows that have one of their own.
bool Pipeline::MayChain(const Built& built, bool behind_watermark) const {
  const auto* watermark = std::get_if<WatermarkSpec>(&built.node->spec);
  if (watermark == nullptr) return KeepsNothing(*built.node);
  return !behind_watermark && !watermark->processing && built.time != TimeAsked::kInSteps && expr::IsDeterministic(*watermark->expr);
}

Result<std::unique_ptr<Operator>> Pipeline::MakeTimesAhead(SourceChain& chain, size_t number) {
  const Built& built = *built_[number];
  auto step = [&chain, number](ChainedRows::Step::Kind kind, int32_t partition, EventTime newest) {
    chain.made().steps.push_back({.kind = kind, .op = number, .partition = partition, .newest = newest});
  };
  auto begun = [step](int32_t partition) { step(ChainedRows::Step::Kind::kTimesBegin, partition, data::kNoEventTime); };
  auto ended = [step](int32_t partition, EventTime newest) { step(ChainedRows::Step::Kind::kTimesEnd, partition, newest); };
  const auto& assigner = static_cast<const WatermarkAssigner&>(*built.op);
  return assigner.Ahead(begun, ended);
}

Result<Operator*> Pipeline::AddChain(SourceChain& chain, size_t number, bool behind_watermark) {
  const Built& built = *built_[number];
  bool makes_watermarks = std::holds_alternative<WatermarkSpec>(built.node->spec);
  behind_watermark = behind_watermark || makes_watermarks;
  ASSIGN_OR_RETURN(auto made, makes_watermarks ? MakeTimesAhead(chain, number) : Make(built.node, built.time, nullptr, {}));
  Operator& op = chain.Add(number, std::move(made));
  for (size_t target = 0; target < built.op->target_count(); ++target) {
    auto behind = std::find_if(built_.begin(), built_.end(), [&](const auto& other) { return other->op.get() == built.op->target(target); });
    if (behind == built_.end() || !MayChain(**behind, behind_watermark)) {
      chain.Record(op, number, target);
      continue;
    }
    ASSIGN_OR_RETURN(Operator* next, AddChain(chain, static_cast<size_t>(behind - built_.begin()), behind_watermark));
    op.SendTo(*next, 0);
    if (auto* project = dynamic_cast<Project*>(next)) {
      if (auto* filter = dynamic_cast<Filter*>(&op)) project->ComputesWith(*filter);
    }
  }
  return &op;
}

Status Pipeline::PushStaged(const ChainedRows& rows) {
  const WatermarkAssigner* times = nullptr;  // whose rows these are
  for (const auto& step : rows.steps) {
    Operator& op = *built_[step.op]->op;
    if (step.kind == ChainedRows::Step::Kind::kRows) {
      RETURN_NOT_OK(Told(op.HandOn(step.target, times != nullptr ? times->WithWatermarks(step.rows) : step.rows)));
      continue;
    }
    auto& assigner = static_cast<WatermarkAssigner&>(op);
    bool begins = step.kind == ChainedRows::Step::Kind::kTimesBegin;
    times = begins ? &assigner : nullptr;
    RETURN_NOT_OK(Told(begins ? assigner.BeginTimed(step.partition) : assigner.EndTimed(step.partition, step.newest)));
  }
  for (const auto& [number, counters] : rows.counted) built_[number]->op->Count(counters);
  if (!rows.status.ok() && rows.failed) site_ = {built_[rows.failed->first]->op.get(), 0, rows.failed->second};
  RETURN_NOT_OK(Told(rows.status));
  return Balance();
}

}  // namespace freshet::stream
