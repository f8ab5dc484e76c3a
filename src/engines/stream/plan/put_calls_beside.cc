#include <algorithm>
#include <map>

#include "engines/stream/plan/conditions.h"
#include "engines/stream/plan/rewrites.h"

// Functions that somebody else computes are waited for, and expressions never wait: such calls leave their expression and
// become columns of a node below it. f(g(x)) is two nodes, one above the other; equal calls are one.

namespace freshet::stream {
namespace {

using expr::ExprPtr;

bool CallsOut(const expr::Expr& e) {
  return e.op == expr::Op::kRemote || std::any_of(e.args.begin(), e.args.end(), [](const ExprPtr& arg) { return CallsOut(*arg); });
}

const expr::Expr* FirstCall(const expr::Expr& e) {
  if (e.op == expr::Op::kRemote) return &e;
  for (const auto& arg : e.args) {
    if (const expr::Expr* call = FirstCall(*arg)) return call;
  }
  return nullptr;
}

// The calls of some expressions over one input, put below them.
class Beside {
 public:
  explicit Beside(NodePtr input) : input_(std::move(input)) {}

  // The expressions over input(), which has the same columns in front.
  std::vector<ExprPtr> Lift(std::vector<ExprPtr> exprs) {
    while (std::any_of(exprs.begin(), exprs.end(), [](const ExprPtr& e) { return CallsOut(*e); })) {
      for (const auto& e : exprs) CollectInnermost(e);
      PutBelow();
      for (auto& e : exprs) e = WithPlaces(e);
      calls_.clear();
      places_.clear();
    }
    return exprs;
  }
  const NodePtr& input() const { return input_; }

 private:
  // Of calls that may answer differently each is its own.
  static std::string KeyOf(const ExprPtr& call) {
    std::string text = expr::Describe(*call);
    return expr::IsDeterministic(*call) ? text : StrCat(text, " ", reinterpret_cast<uintptr_t>(call.get()));
  }

  void CollectInnermost(const ExprPtr& e) {
    bool inner = std::any_of(e->args.begin(), e->args.end(), [](const ExprPtr& arg) { return CallsOut(*arg); });
    if (e->op == expr::Op::kRemote && !inner) {
      if (places_.try_emplace(KeyOf(e)).second) calls_.push_back(e);
      return;
    }
    for (const auto& arg : e->args) CollectInnermost(arg);
  }

  // A projection of what the calls are given, where these are no columns yet, and the calls above it.
  void PutBelow() {
    ProjectSpec given;
    std::vector<PlanColumn> columns = input_->columns;
    for (size_t c = 0; c < columns.size(); ++c) given.exprs.push_back(expr::Input(static_cast<int>(c), columns[c].type, columns[c].name));
    PythonSpec spec;
    for (const auto& call : calls_) {
      PythonSpec::Call& made = spec.calls.emplace_back(PythonSpec::Call{call->remote, {}});
      for (const auto& arg : call->args) {
        if (arg->op == expr::Op::kInput) {
          made.args.push_back(arg->index);
          continue;
        }
        made.args.push_back(static_cast<int>(columns.size()));
        columns.push_back({StrCat("given$", columns.size()), arg->type});
        given.exprs.push_back(arg);
      }
    }
    if (columns.size() > input_->columns.size()) input_ = MakeNode(std::move(given), {input_}, columns);
    for (const auto& call : calls_) {
      std::string name = StrCat("called$", columns.size());
      places_[KeyOf(call)] = expr::Input(static_cast<int>(columns.size()), call->type, name);
      columns.push_back({name, call->type});
    }
    input_ = MakeNode(std::move(spec), {input_}, std::move(columns));
  }

  ExprPtr WithPlaces(const ExprPtr& e) const {
    if (!CallsOut(*e)) return e;
    if (e->op == expr::Op::kRemote) {
      auto place = places_.find(KeyOf(e));
      if (place != places_.end()) return place->second;
    }
    auto copy = std::make_shared<expr::Expr>(*e);
    for (auto& arg : copy->args) arg = WithPlaces(arg);
    return copy;
  }

  NodePtr input_;
  std::vector<ExprPtr> calls_;
  std::map<std::string, ExprPtr> places_;
};

NodePtr OfProject(const NodePtr& node, const ProjectSpec& project) {
  Beside beside(node->inputs[0]);
  std::vector<ExprPtr> exprs = beside.Lift(project.exprs);
  return MakeNode(ProjectSpec{std::move(exprs)}, {beside.input()}, node->columns);
}

// What can be told without a call is asked first: rows that it drops are not called for.
NodePtr OfFilter(const NodePtr& node, const FilterSpec& filter) {
  std::vector<ExprPtr> plain, calling;
  for (const auto& e : Conjuncts(filter.condition)) (CallsOut(*e) ? calling : plain).push_back(e);
  NodePtr rows = plain.empty() ? node->inputs[0] : NodePtr(MakeNode(FilterSpec{AllOf(plain)}, node->inputs, node->columns));
  Beside beside(rows);
  std::vector<ExprPtr> conditions = beside.Lift(std::move(calling));
  NodePtr passed = MakeNode(FilterSpec{AllOf(conditions)}, {beside.input()}, beside.input()->columns);
  ProjectSpec own;
  for (size_t c = 0; c < node->columns.size(); ++c) own.exprs.push_back(expr::Input(static_cast<int>(c), node->columns[c].type, node->columns[c].name));
  return MakeNode(std::move(own), {passed}, node->columns);
}

Status RefuseIn(const ExprPtr& e, std::string_view where) {
  const expr::Expr* call = e ? FirstCall(*e) : nullptr;
  if (call == nullptr) return {};
  return Fault::Unsupported("function ", call->remote->name, " (", call->remote->target, ") is not called in ", where, "; call it in the SELECT of a subquery or view, and use its column there");
}

Status RefuseElsewhere(const Node& node) {
  if (const auto* join = std::get_if<JoinSpec>(&node.spec)) return RefuseIn(join->condition, "the condition of a join");
  if (const auto* watermark = std::get_if<WatermarkSpec>(&node.spec)) return RefuseIn(watermark->expr, "a WATERMARK");
  const auto* match = std::get_if<MatchSpec>(&node.spec);
  if (match == nullptr) return {};
  for (const auto* formulas : {&match->conditions, &match->measures}) {
    for (const auto& formula : *formulas) {
      RETURN_NOT_OK(RefuseIn(formula.value, "MATCH_RECOGNIZE"));
      for (const auto& reference : formula.references) RETURN_NOT_OK(RefuseIn(reference.value, "MATCH_RECOGNIZE"));
    }
  }
  return {};
}

}  // namespace

Result<NodePtr> PutCallsBeside(const NodePtr& root, const expr::Session& session) {
  RETURN_NOT_OK(RefuseElsewhere(*root));
  std::vector<NodePtr> inputs;
  for (const auto& input : root->inputs) {
    ASSIGN_OR_RETURN(auto changed, PutCallsBeside(input, session));
    inputs.push_back(std::move(changed));
  }
  NodePtr node = inputs == root->inputs ? root : NodePtr(MakeNode(root->spec, std::move(inputs), root->columns));
  const auto* project = std::get_if<ProjectSpec>(&node->spec);
  if (project != nullptr && std::any_of(project->exprs.begin(), project->exprs.end(), [](const ExprPtr& e) { return CallsOut(*e); })) return OfProject(node, *project);
  const auto* filter = std::get_if<FilterSpec>(&node->spec);
  if (filter != nullptr && CallsOut(*filter->condition)) return OfFilter(node, *filter);
  return node;
}

}  // namespace freshet::stream
