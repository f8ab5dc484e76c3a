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
// On the asking loop, among its normal work. Owned by the house.
class Previews final : public ports::Previews {
 public:
  struct Bounds {
    int at_once = 1;
    int64_t events = 5'000'000;
    int64_t rows = 1'000'000;
    Duration time = Seconds(3);
    StateBounds state = {};
  };
  // Of `connectors` only those are used that look at the house: topics and feature views. Borrows both.
  Previews(Env& env, const ports::Connectors& connectors, const ports::Models& models, Bounds bounds) : env_(env), connectors_(connectors), models_(models), bounds_(bounds) {}

  Task<ports::PreviewAnswer> Preview(Ctx ctx, ports::PreviewRequest request) override;

 private:
  Task<> Look(Ctx ctx, const ports::PreviewRequest& request, ports::PreviewAnswer& answer);
  Status CheckBounds(const ports::PreviewRequest& request, const Results& results, MonoTime begun, int64_t events) const;

  Env& env_;
  const ports::Connectors& connectors_;
  const ports::Models& models_;
  const Bounds bounds_;
  std::atomic<int> running_{0};
};

}  // namespace freshet::stream
