#pragma once

#include <string>

#include "ports/epochs.h"

namespace freshet::testing {

// Where an attempt begins, with all of its snapshot.
struct Begun : ports::EpochStart {
  std::string snapshot;
};

inline Task<Begun> BeginWhole(ports::Epochs* epochs, Ctx ctx, std::string pipeline) {
  auto beginning = epochs->Begin(ctx, std::move(pipeline));
  auto start = co_await beginning;
  if (!start.ok()) co_return start.status();
  Begun begun{std::move(start).value(), ""};
  for (;;) {
    auto reading = epochs->ReadSnapshot(ctx, begun.last, begun.attempt, static_cast<int64_t>(begun.snapshot.size()));
    auto piece = co_await reading;
    if (!piece.ok()) co_return piece.status();
    if (piece->empty()) break;
    begun.snapshot += *piece;
  }
  if (static_cast<int64_t>(begun.snapshot.size()) != begun.snapshot_bytes) co_return Fault::Internal("a snapshot of ", begun.snapshot_bytes, " bytes came as ", begun.snapshot.size());
  co_return begun;
}

}  // namespace freshet::testing
