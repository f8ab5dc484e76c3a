#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "engines/stream/job/job.h"
#include "engines/stream/job/script.h"
#include "io/env.h"
#include "ports/previews.h"

namespace freshet::stream {

// Plans a script, and runs one of its results to the end of what topics hold now, from `last` before now on; tables kept by key are read whole.
// Where that takes too long, or there are too many, it is looked at again over a part of the time, and the answer says so. On the asking loop, among its normal work. Owned by the house.
class Previews final : public ports::Previews {
 public:
  struct Bounds {
    int at_once = 1;
    int64_t events = 5'000'000;
    int64_t rows = 1'000'000;
    Duration time = Seconds(3);
    Duration try_time = Milliseconds(600);  // of all tries but the last: answers come within a second
    Duration turn = Seconds(1);       // of the loop, in which doors wait
    int64_t made_bytes = 64 << 20;    // that its expressions make of the rows that are worked on
    int64_t result_bytes = 64 << 20;
    int64_t answer_bytes = 16 << 20;  // the result is written once more
    StateBounds state = {};
    // Of these: expressions work on copies.
    int64_t memory_bytes() const { return 2 * made_bytes + result_bytes + answer_bytes; }
  };
  // The bounds that fit into so much memory of a house.
  static Bounds BoundsWithin(int64_t memory_bytes, StateBounds state);
  // Of `connectors` only those are used that look at the house: topics and feature views. Of `functions` a script may declare, none is called. Borrows all.
  Previews(Env& env, const ports::Connectors& connectors, const ports::Models& models, Bounds bounds, ports::Functions* functions = nullptr)
      : env_(env), connectors_(connectors), models_(models), functions_(functions), bounds_(bounds) {}

  Task<ports::PreviewAnswer> Preview(Ctx ctx, ports::PreviewRequest request) override;

 private:
  Task<> Look(Ctx ctx, const ports::PreviewRequest& request, ports::PreviewAnswer& answer);
  // One result's plans over the time, or its newest records as `answer` says. Where `may_give_up` and it did: the records that it came to.
  Task<std::optional<int64_t>> Try(Ctx ctx, const ports::PreviewRequest& request, Script& script, std::vector<NodePtr> plans, bool may_give_up, MonoTime begun, ports::PreviewAnswer& answer);
  Status CheckTurn(MonoTime begun) const;
  Status CheckBounds(const ports::PreviewRequest& request, const Results& results, MonoTime begun, int64_t events) const;

  Env& env_;
  const ports::Connectors& connectors_;
  const ports::Models& models_;
  ports::Functions* const functions_;
  const Bounds bounds_;
  std::atomic<int> running_{0};
};

}  // namespace freshet::stream
