#pragma once

#include <optional>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// What a join condition says: equalities of one side with the other, and what lets rows go.
struct JoinTraits {
  struct Equality {
    expr::ExprPtr left;   // over the left input
    expr::ExprPtr right;  // over the right input
    bool null_equal;
  };
  std::vector<Equality> equalities;
  std::vector<expr::ExprPtr> rest;  // conjuncts that are not equalities; the bounds of an interval among them
  JoinSpec::Expiry expiry = JoinSpec::Expiry::kNever;
  int left_time = -1;
  int right_time = -1;
  int64_t lower_ms = 0;
  int64_t upper_ms = 0;
  bool local_zone = false;
  bool processing = false;      // of an interval: its times are processing times
};
JoinTraits AnalyzeJoin(const Node& left, const Node& right, const expr::ExprPtr& condition);

// A join as bound. Time attributes go on only out of interval and window joins: rows of a regular join come late, and those of an interval of processing time come by the clock.
NodePtr MakeJoin(JoinKind kind, NodePtr left, NodePtr right, expr::ExprPtr condition);

// The same join, its sides' state living so long.
NodePtr WithTtls(const NodePtr& join, int64_t left_ms, int64_t right_ms);

// The same lookup join, asking again for what nobody knows.
NodePtr WithHint(const NodePtr& lookup, const LookupHint& hint);

// FOR SYSTEM_TIME AS OF: the left rows with their times, each with what the right table says then.
NodePtr MakeAsOfJoin(JoinKind kind, NodePtr left, NodePtr right, expr::ExprPtr condition, JoinSpec::Expiry expiry, int left_time, int right_time);

// Filters on one side go below; called with conditions that stand above the join or in its ON.
NodePtr PushIntoJoin(const NodePtr& join, NodePtr (*sink)(const expr::ExprPtr& condition, const NodePtr& input));

}  // namespace freshet::stream
