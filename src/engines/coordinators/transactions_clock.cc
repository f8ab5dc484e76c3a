#include "engines/coordinators/transactions.h"
#include "io/age_clock.h"

// What starts with the house, and what time ends.

namespace freshet::coordinators {

Task<> Transactions::Begin() {
  auto open = OpenTopic(ports_.topics, "__transactions", options_.partitions);
  auto opened = co_await open;
  if (!opened.ok()) co_return opened.status();
  topic_ = *opened;
  for (int32_t i = 0; i < topic_->partitions; ++i) {
    CO_RETURN_NOT_OK(Replay({topic_->id, data::PartitionId(i)}));
  }
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, StartClock(*home));
    co_await hop;
  }
  co_return Status::Ok();
}

// The newest record of an id is the truth.
Task<> Transactions::Replay(data::PartitionKey partition) {
  std::map<std::string, Transaction> newest;
  std::function<Status(const data::Record&)> take = [&](const data::Record& record) -> Status {
    ASSIGN_OR_RETURN(Transaction decoded, DecodeTransaction(record));
    if (decoded.producer == data::kNoProducer) newest.erase(decoded.id);
    else newest[decoded.id] = std::move(decoded);
    return {};
  };
  CO_RETURN_NOT_OK(ReadPartition(ports_.log, partition, take));
  for (auto& home : homes_) {
    std::vector<Transaction> here;
    for (auto& [id, transaction] : newest) {
      if (&HomeOf(id) == home.get()) here.push_back(transaction);
    }
    io::RunOn hop(home->loop, TakeOver(*home, std::move(here)));
    Status taken = co_await hop;
    if (!taken.ok()) co_return taken;
  }
  co_return Status::Ok();
}

// What is open goes on, with its whole time again.
Task<> Transactions::TakeOver(Home& home, std::vector<Transaction> found) {
  for (Transaction& transaction : found) {
    auto place = std::make_shared<Place>();
    auto room = io::Reservation::Take(ids_memory_, BytesOf(transaction.id));
    if (room.ok()) place->room = std::move(*room);  // it goes on without as well: it was admitted when there was room
    home.places[transaction.id] = place;
    Become(*place, transaction);
    if (!transaction.is_open()) continue;
    Ctx ctx;
    std::vector<data::PartitionKey> partitions(transaction.partitions.begin(), transaction.partitions.end());
    CO_RETURN_NOT_OK(ports_.log_transactions.AdmitTransaction(ctx, transaction.producer, transaction.epoch, std::move(partitions)));
    for (const auto& [group, waiting] : transaction.groups) {
      ports::GroupCaller outsider;
      outsider.group = group;
      auto hold = groups_.HoldOffsets(outsider, transaction.OffsetsOf(group), {transaction.producer, transaction.epoch});
      co_await hold;
    }
  }
  co_return Status::Ok();
}

Task<> Transactions::StartClock(Home& home) {
  home.clock.Spawn(io::Lane::kUrgent, Tick(home));
  home.clock.Spawn(io::Lane::kIdle, SweepUnused(home));
  co_return Status::Ok();
}

Task<> Transactions::StopClock(Home& home) {
  home.leaving = true;
  auto close = home.clock.Close();
  co_return co_await close;
}

Task<> Transactions::Close() {
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, StopClock(*home));
    co_await hop;
  }
  co_return Status::Ok();
}

Task<> Transactions::Tick(Home& home) {
  while (!home.leaving) {
    io::Signal::Waiter tick(home.clock.cancelled(), env_.clock().Now() + options_.tick);
    bool cancelled = co_await tick;
    if (cancelled) break;
    MonoTime now = env_.clock().Now();
    std::vector<PlaceRef> places;
    for (auto due = home.overdue.begin(); due != home.overdue.end() && due->first <= now; ++due) places.push_back(Find(home, due->second));
    for (const PlaceRef& place : places) {
      if (place != nullptr && place->turns.are_free()) home.clock.Spawn(io::Lane::kNormal, AbortOverdue(place));
    }
  }
  co_return Status::Ok();
}

// All ids are looked at, which takes its time when there are many.
Task<> Transactions::SweepUnused(Home& home) {
  io::AgeClock ages(env_.clock());
  while (!home.leaving) {
    io::Signal::Waiter tick(home.clock.cancelled(), env_.clock().Now() + options_.sweep);
    bool cancelled = co_await tick;
    if (cancelled) break;
    int64_t unused_since_ms = ages.Now().ms - options_.unused_ms_max;
    std::vector<PlaceRef> unused;
    for (const auto& [id, place] : home.places) {
      bool is_unused = place->turns.are_free() && !place->transaction.is_open() && place->transaction.updated_ms < unused_since_ms;
      if (is_unused) unused.push_back(place);
    }
    for (const PlaceRef& place : unused) home.clock.Spawn(io::Lane::kIdle, ForgetUnused(home, place, unused_since_ms));
  }
  co_return Status::Ok();
}

// Its producer may be slow, not dead: the epoch fences what it still sends.
Task<> Transactions::AbortOverdue(PlaceRef place) {
  io::Turn turn(place->turns);
  co_await turn;
  if (env_.clock().Now() < place->overdue || !place->transaction.is_open()) co_return Status::Ok();
  Transaction next = place->transaction;
  next.Fence();
  next.Close(Transaction::State::kAborted, env_.clock().WallNow().ms);
  data::ProducerEpoch epoch = next.epoch;
  log_.Warn("a transaction's time was up; it is aborted", {{"id", next.id}, {"producer", next.producer}, {"timeout_ms", next.timeout_ms}});
  SetOverdue(*place, env_.clock().Now() + Seconds(1));  // when this does not go
  auto decide = Decide(place, std::move(next), data::ControlMarker::Kind::kAbort, epoch);
  Status decided = co_await decide;
  if (decided.ok()) timed_out_.Add();
  else log_.Warn("a transaction whose time is up cannot be aborted yet", {{"id", place->transaction.id}, {"why", decided.ToString()}});
  co_return decided;
}

Task<> Transactions::ForgetUnused(Home& home, PlaceRef place, int64_t unused_since_ms) {
  io::Turn turn(place->turns);
  co_await turn;
  if (place->transaction.is_open() || place->transaction.updated_ms >= unused_since_ms) co_return Status::Ok();
  if (place->transaction.producer != data::kNoProducer) {
    auto batch = EncodeTransaction(place->transaction, true, env_.clock().WallNow().ms);
    if (!batch.ok()) co_return batch.status();
    std::vector<ports::LogAppend> appends;
    appends.push_back({PartitionOfId(place->transaction.id), std::move(batch).value()});
    Ctx ctx;
    CO_ASSIGN_OR_RETURN(auto appended, ports_.log.Append(ctx, std::move(appends)));
    if (!appended[0].ok()) co_return appended[0].status();
  }
  auto id = place->transaction.id;
  place->transaction = {.id = id};
  if (turn.is_last()) home.places.erase(id);
  co_return Status::Ok();
}

}  // namespace freshet::coordinators
