#include <gtest/gtest.h>

#include "engines/stream/plan/rewrites.h"

namespace freshet::stream {
namespace {

using data::Type;

NodePtr Source() {
  auto table = std::make_shared<Table>();
  table->name = "t";
  table->options["connector"] = "kafka";
  return MakeNode(SourceSpec{table, {""}}, {}, {{"v", Type::Int()}});
}

// `spec` over a source, and a sink of that name above.
NodePtr Plan(Spec spec, std::string sink) {
  bool both = std::holds_alternative<JoinSpec>(spec);
  std::vector<NodePtr> inputs(both ? 2 : 1, Source());
  NodePtr node = MakeNode(std::move(spec), std::move(inputs), {{"v", Type::Int()}});
  return MakeNode(SinkSpec{nullptr, std::move(sink), {}}, {node}, {{"v", Type::Int()}});
}

// Two of a kind, told differently.
struct Pair {
  Spec one, other;
};
std::vector<Pair> Pairs() {
  AggregateSpec group, brief_group;
  brief_group.ttl_ms = 1000;
  OverSpec over, brief_over;  // in the order of time, too
  brief_over.ttl_ms = 1000;
  RankSpec rank, brief_rank;
  brief_rank.ttl_ms = 1000;
  StandingSpec standing, brief_standing;
  brief_standing.ttl_ms = 1000;
  JoinSpec join, brief_join, lookup, patient;
  brief_join.right_ttl_ms = 1000;
  lookup.expiry = patient.expiry = JoinSpec::Expiry::kLookup;
  patient.lookup.retries = 3;
  return {{group, brief_group}, {over, brief_over}, {rank, brief_rank}, {standing, brief_standing}, {join, brief_join}, {lookup, patient}};
}

TEST(TellApart, MarksWhatALaterStatementSaysOtherwise) {
  for (const Pair& pair : Pairs()) {
    NodePtr first = Plan(pair.one, "a"), second = Plan(pair.other, "a"), third = Plan(pair.one, "a");
    std::string text = Signature(*first);
    ASSERT_EQ(Signature(*second), text);
    std::vector<NodePtr> plans{first, second, third};

    TellApart(plans);

    EXPECT_EQ(Signature(*plans[0]), text);
    EXPECT_NE(Signature(*plans[1]), text);
    EXPECT_NE(WorkText(*plans[1]), WorkText(*plans[0]));
    EXPECT_EQ(Signature(*plans[2]), text);
    EXPECT_EQ(Signature(*plans[1]->inputs[0]->inputs[0]), Signature(*plans[0]->inputs[0]->inputs[0]));  // sources stay common
  }
}

TEST(TellApart, ForgetsWhatItMarkedBefore) {
  Pair pair = Pairs()[0];
  std::vector<NodePtr> plans{Plan(pair.one, "a"), Plan(pair.other, "a")};
  std::string text = Signature(*plans[1]);
  TellApart(plans);
  plans.erase(plans.begin());

  TellApart(plans);

  EXPECT_EQ(Signature(*plans[0]), text);
}

}  // namespace
}  // namespace freshet::stream
