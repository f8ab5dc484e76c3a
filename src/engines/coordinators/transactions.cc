#include "engines/coordinators/transactions.h"

#include "base/planted.h"

namespace freshet::coordinators {

using ports::TransactionError;
using Kind = data::ControlMarker::Kind;

namespace {

constexpr int64_t kIdsShare = 16;  // of the house's memory

}  // namespace

// As a key, in the transaction, and among what is overdue.
int64_t Transactions::BytesOf(const std::string& id) { return static_cast<int64_t>(sizeof(Place) + 3 * id.size()); }

Transactions::Transactions(Env& env, TransactionOptions options, TransactionPorts ports, Coordinators& groups)
    : env_(env), options_(options), ids_memory_("transactional ids", env.memory().bytes_max() / kIdsShare, env.memory()), log_(env.log().ForRoom("engines/coordinators")), ports_(ports), groups_(groups),
      committed_(env.metrics().AddCounter("freshet_transactions_committed_total", "transactions that were committed")),
      aborted_(env.metrics().AddCounter("freshet_transactions_aborted_total", "transactions that were aborted, by request, by a newer producer or by time")),
      timed_out_(env.metrics().AddCounter("freshet_transactions_timed_out_total", "transactions that were aborted because their time was up")) {
  for (int i = 0; i < env.loops(); ++i) homes_.push_back(std::make_unique<Home>(env.loop(i), i));
}

Transactions::~Transactions() = default;

Transactions::Home& Transactions::HomeOf(std::string_view id) { return *homes_[std::hash<std::string_view>()(id) % homes_.size()]; }

Transactions::PlaceRef Transactions::Find(Home& home, const std::string& id) {
  auto found = home.places.find(id);
  return found == home.places.end() ? nullptr : found->second;
}

TransactionError Transactions::CheckCaller(const Place* place, const ports::TransactionCaller& caller) {
  return place == nullptr ? TransactionError::kUnknownProducer : place->transaction.Check(caller);
}

void Transactions::Become(Place& place, Transaction next) {
  bool opens = next.is_open() && !place.transaction.is_open();
  bool ends = !next.is_open();
  int32_t timeout_ms = next.timeout_ms;
  place.transaction = std::move(next);
  if (opens) SetOverdue(place, env_.clock().Now() + Milliseconds(timeout_ms));
  if (ends) SetOverdue(place, MonoTime::Never());
}

void Transactions::SetOverdue(Place& place, MonoTime overdue) {
  Home& home = HomeOf(place.transaction.id);
  home.overdue.erase({place.overdue, place.transaction.id});
  place.overdue = overdue;
  if (overdue < MonoTime::Never()) home.overdue.emplace(overdue, place.transaction.id);
}

Task<ports::TransactionInited> Transactions::Init(Ctx, ports::TransactionInit init) {
  if (init.id.empty()) co_return ports::TransactionInited{.error = TransactionError::kInvalidId};
  if (init.timeout_ms <= 0 || init.timeout_ms > options_.timeout_ms_max) co_return ports::TransactionInited{.error = TransactionError::kInvalidTimeout};
  Home& home = HomeOf(init.id);
  io::RunOn hop(home.loop, InitAtHome(home, std::move(init)));
  co_return co_await hop;
}

Task<ports::TransactionInited> Transactions::InitAtHome(Home& home, ports::TransactionInit init) {
  if (!home.places.contains(init.id)) {
    auto room = io::Reservation::Take(ids_memory_, BytesOf(init.id));
    if (!room.ok()) co_return room.status();
    auto made = std::make_shared<Place>();
    made->transaction.id = init.id;
    made->room = std::move(*room);
    home.places[init.id] = std::move(made);
  }
  PlaceRef place = home.places[init.id];
  io::Turn turn(place->turns);
  co_await turn;
  Transaction next = place->transaction;
  bool again = false;
  TransactionError error = next.CheckInit(init, &again);
  if (error != TransactionError::kNone) co_return ports::TransactionInited{.error = error};
  if (again && next.epoch <= Transaction::kLastEpoch) co_return ports::TransactionInited{.producer = next.producer, .epoch = next.epoch};
  bool is_new = next.producer == data::kNoProducer || next.epoch >= Transaction::kLastEpoch;
  if (!is_new) next.Fence();
  data::ProducerEpoch marker_epoch(static_cast<int16_t>(place->transaction.epoch.get() + 1));
  if (is_new) {
    Ctx ctx;
    CO_ASSIGN_OR_RETURN(next.producer, ports_.producer_ids.Allocate(ctx));
    next.epoch = data::ProducerEpoch(0);
    next.last_epoch = data::kNoProducerEpoch;
  }
  next.timeout_ms = init.timeout_ms;
  next.Close(Transaction::State::kEmpty, env_.clock().WallNow().ms);
  if (place->transaction.is_open()) {
    CO_RETURN_NOT_OK(Decide(place, next, Kind::kAbort, marker_epoch));
  } else {
    CO_RETURN_NOT_OK(Store(place, next));
  }
  co_return ports::TransactionInited{.producer = next.producer, .epoch = next.epoch};
}

Task<TransactionError> Transactions::AddPartitions(Ctx, ports::TransactionCaller caller, std::vector<data::PartitionKey> partitions) {
  Home& home = HomeOf(caller.id);
  io::RunOn hop(home.loop, AddPartitionsAtHome(home, std::move(caller), std::move(partitions)));
  co_return co_await hop;
}

// What was admitted is on record first: no record of the log belongs to a transaction that nobody would end.
Task<TransactionError> Transactions::AddPartitionsAtHome(Home& home, ports::TransactionCaller caller, std::vector<data::PartitionKey> partitions) {
  PlaceRef place = Find(home, caller.id);
  if (place == nullptr) co_return TransactionError::kUnknownProducer;
  io::Turn turn(place->turns);
  co_await turn;
  TransactionError error = CheckCaller(place.get(), caller);
  if (error != TransactionError::kNone) co_return error;
  Transaction next = place->transaction;
  bool was_open = next.is_open();
  size_t before = next.partitions.size();
  if (!was_open) next.Close(Transaction::State::kEmpty, env_.clock().WallNow().ms);
  next.Open(env_.clock().WallNow().ms);
  next.partitions.insert(partitions.begin(), partitions.end());
  if (was_open && next.partitions.size() == before) co_return TransactionError::kNone;
  CO_RETURN_NOT_OK(Store(place, std::move(next)));
  env_.kill_points().Reach("transactions.before_admit");
  Ctx ctx;
  CO_RETURN_NOT_OK(ports_.log_transactions.AdmitTransaction(ctx, caller.producer, caller.epoch, std::move(partitions)));
  co_return TransactionError::kNone;
}

Task<TransactionError> Transactions::AddGroup(Ctx, ports::TransactionCaller caller, std::string group) {
  Home& home = HomeOf(caller.id);
  io::RunOn hop(home.loop, AddGroupAtHome(home, std::move(caller), std::move(group)));
  co_return co_await hop;
}

Task<TransactionError> Transactions::AddGroupAtHome(Home& home, ports::TransactionCaller caller, std::string group) {
  PlaceRef place = Find(home, caller.id);
  if (place == nullptr) co_return TransactionError::kUnknownProducer;
  io::Turn turn(place->turns);
  co_await turn;
  TransactionError error = CheckCaller(place.get(), caller);
  if (error != TransactionError::kNone) co_return error;
  Transaction next = place->transaction;
  if (next.is_open() && next.groups.contains(group)) co_return TransactionError::kNone;
  next.Open(env_.clock().WallNow().ms);
  next.groups.try_emplace(std::move(group));
  CO_RETURN_NOT_OK(Store(place, std::move(next)));
  co_return TransactionError::kNone;
}

// The group is asked first, and holds the offsets: a member that reads them meanwhile is told to wait.
Task<ports::TransactionOffsets> Transactions::CommitOffsets(Ctx, ports::TransactionCaller caller, ports::GroupCaller member, std::vector<ports::CommittedOffset> offsets) {
  for (ports::CommittedOffset& offset : offsets) {
    if (offset.metadata.size() > options_.metadata_bytes_max) {
      co_return Fault::TooLarge("offset metadata of ", offset.metadata.size(), " bytes; at most ", options_.metadata_bytes_max, " are kept");
    }
    auto topic = ports_.topics.Find(offset.topic);
    if (topic != nullptr) offset.topic_id = topic->id;
  }
  std::string group = member.group;
  Offsets::Holder holder{caller.producer, caller.epoch};
  Home& home = HomeOf(caller.id);
  io::RunOn ask(home.loop, CheckAtHome(home, caller));  // before anything is held, or let go, in the name of whom it names
  auto known = co_await ask;
  if (!known.ok()) co_return known.status();
  if (*known != TransactionError::kNone) co_return ports::TransactionOffsets{.error = *known};
  CO_ASSIGN_OR_RETURN(ports::GroupError group_error, groups_.HoldOffsets(std::move(member), offsets, holder));
  if (group_error != ports::GroupError::kNone) co_return ports::TransactionOffsets{.group_error = group_error};
  std::string id = caller.id;
  io::RunOn hop(home.loop, TakeOffsetsAtHome(home, std::move(caller), group, offsets));
  auto taken = co_await hop;
  bool was_taken = taken.ok() && *taken == TransactionError::kNone;
  if (!was_taken) {
    io::RunOn back(home.loop, NotWaiting(home, id, group, std::move(offsets)));
    auto unheld = co_await back;
    if (!unheld.ok()) co_return unheld.status();
    CO_RETURN_NOT_OK(groups_.LetGoOffsets(group, *unheld, holder, std::nullopt));
  }
  if (!taken.ok()) co_return taken.status();
  co_return ports::TransactionOffsets{.error = *taken};
}

Task<TransactionError> Transactions::CheckAtHome(Home& home, ports::TransactionCaller caller) {
  PlaceRef place = Find(home, caller.id);
  if (place == nullptr) co_return TransactionError::kUnknownProducer;
  co_return CheckCaller(place.get(), caller);
}

Task<TransactionError> Transactions::TakeOffsetsAtHome(Home& home, ports::TransactionCaller caller, std::string group, std::vector<ports::CommittedOffset> offsets) {
  PlaceRef place = Find(home, caller.id);
  if (place == nullptr) co_return TransactionError::kUnknownProducer;
  io::Turn turn(place->turns);
  co_await turn;
  TransactionError error = CheckCaller(place.get(), caller);
  if (error != TransactionError::kNone) co_return error;
  Transaction next = place->transaction;
  if (!next.is_open() || !next.groups.contains(group)) co_return TransactionError::kInvalidState;
  if (offsets.empty()) co_return TransactionError::kNone;
  auto& waiting = next.groups[group];
  for (ports::CommittedOffset& offset : offsets) waiting[{offset.topic, offset.partition}] = offset;
  next.updated_ms = env_.clock().WallNow().ms;
  CO_RETURN_NOT_OK(Store(place, std::move(next)));
  co_return TransactionError::kNone;
}

// Those that no earlier commit of the same transaction holds.
Task<std::vector<ports::CommittedOffset>> Transactions::NotWaiting(Home& home, std::string id, std::string group, std::vector<ports::CommittedOffset> offsets) {
  PlaceRef place = Find(home, id);
  if (place == nullptr || !place->transaction.groups.contains(group)) co_return offsets;
  const auto& waiting = place->transaction.groups.at(group);
  std::erase_if(offsets, [&waiting](const ports::CommittedOffset& offset) { return waiting.contains({offset.topic, offset.partition}); });
  co_return offsets;
}

Task<TransactionError> Transactions::End(Ctx, ports::TransactionCaller caller, bool commit) {
  Home& home = HomeOf(caller.id);
  io::RunOn hop(home.loop, EndAtHome(home, std::move(caller), commit));
  co_return co_await hop;
}

Task<TransactionError> Transactions::EndAtHome(Home& home, ports::TransactionCaller caller, bool commit) {
  PlaceRef place = Find(home, caller.id);
  if (place == nullptr) co_return TransactionError::kUnknownProducer;
  io::Turn turn(place->turns);
  co_await turn;
  TransactionError error = CheckCaller(place.get(), caller);
  if (error == TransactionError::kNone) error = place->transaction.CheckEnd(commit);
  if (error != TransactionError::kNone || !place->transaction.is_open()) co_return error;
  Transaction next = place->transaction;
  next.Close(commit ? Transaction::State::kCommitted : Transaction::State::kAborted, env_.clock().WallNow().ms);
  CO_RETURN_NOT_OK(Decide(place, std::move(next), commit ? Kind::kCommit : Kind::kAbort, caller.epoch));
  co_return TransactionError::kNone;
}

Task<> Transactions::Store(PlaceRef place, Transaction next) {
  auto batch = EncodeTransaction(next, false, env_.clock().WallNow().ms);
  if (!batch.ok()) co_return batch.status();
  std::vector<ports::LogAppend> appends;
  appends.push_back({PartitionOfId(next.id), std::move(batch).value()});
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(auto appended, ports_.log.Append(ctx, std::move(appends)));
  if (!appended[0].ok()) co_return appended[0].status();
  Become(*place, std::move(next));
  co_return Status::Ok();
}

// Partitions whose topic has gone meanwhile are left out; what they held has gone with them.
Result<Transactions::EndPlan> Transactions::PlanEnd(const Transaction& open, const Transaction& next, Kind kind, data::ProducerEpoch epoch) const {
  int64_t now_ms = env_.clock().WallNow().ms;
  EndPlan plan;
  data::ControlMarker marker{.kind = kind, .producer_id = open.producer, .producer_epoch = epoch, .coordinator_epoch = 0, .timestamp_ms = now_ms};
  for (const data::PartitionKey& key : open.partitions) {
    if (Planted("marker_misses_a_partition") && key != *open.partitions.begin()) continue;
    if (ports_.topics.FindById(key.topic) != nullptr) plan.appends.push_back({key, data::BuildControlBatch(marker)});
  }
  plan.groups_at = plan.appends.size();
  for (const auto& [group, offsets] : open.groups) {
    if (kind != Kind::kCommit && !Planted("offsets_of_aborted")) continue;
    if (offsets.empty()) continue;
    ASSIGN_OR_RETURN(std::string batch, EncodeOffsets(group, open.OffsetsOf(group), false, now_ms));
    plan.appends.push_back({groups_.OffsetsPartition(group), std::move(batch)});
  }
  ASSIGN_OR_RETURN(std::string record, EncodeTransaction(next, false, now_ms));
  plan.appends.push_back({PartitionOfId(next.id), std::move(record)});
  return plan;
}

Task<> Transactions::Decide(PlaceRef place, Transaction next, Kind kind, data::ProducerEpoch epoch) {
  constexpr int kTopicsMayGo = 100;
  Transaction ended = place->transaction;
  Result<std::vector<ports::Appended>> appended = Fault::Internal("the end was not tried");
  size_t groups_at = 0;
  for (int tries = 0; tries < kTopicsMayGo; ++tries) {
    auto planned = PlanEnd(ended, next, kind, epoch);
    if (!planned.ok()) co_return planned.status();
    groups_at = planned->groups_at;
    Ctx ctx;
    std::vector<data::Frame> no_frames;
    auto append = ports_.units.AppendTogether(ctx, std::move(planned->appends), std::move(no_frames));
    appended = co_await append;
    if (appended.code() != Code::kNotFound) break;  // else a topic was deleted just now
  }
  if (!appended.ok()) co_return appended.status();
  env_.kill_points().Reach("transactions.after_end");
  std::map<std::string, data::Offset> committed_at;
  for (const auto& [group, offsets] : ended.groups) {
    if (kind == Kind::kCommit && !offsets.empty()) committed_at[group] = (*appended)[groups_at++].base_offset;
  }
  Become(*place, std::move(next));
  (kind == Kind::kCommit ? committed_ : aborted_).Add();
  auto settle = SettleOffsets(std::move(ended), std::move(committed_at));
  co_return co_await settle;
}

Task<> Transactions::SettleOffsets(Transaction ended, std::map<std::string, data::Offset> committed_at) {
  for (const auto& [group, waiting] : ended.groups) {
    if (waiting.empty()) continue;
    std::optional<data::Offset> at;
    auto found = committed_at.find(group);
    if (found != committed_at.end()) at = found->second;
    auto let_go = groups_.LetGoOffsets(group, ended.OffsetsOf(group), {ended.producer, ended.epoch}, at);
    co_await let_go;
  }
  co_return Status::Ok();
}

Task<ports::TransactionDescription> Transactions::Describe(Ctx, std::string id) {
  Home& home = HomeOf(id);
  io::RunOn hop(home.loop, DescribeAtHome(home, std::move(id)));
  co_return co_await hop;
}

Task<ports::TransactionDescription> Transactions::DescribeAtHome(Home& home, std::string id) {
  PlaceRef place = Find(home, id);
  if (place == nullptr || place->transaction.producer == data::kNoProducer) co_return ports::TransactionDescription{.error = TransactionError::kNotFound, .id = id, .state = "Dead"};
  co_return place->transaction.Describe();
}

Task<std::vector<ports::TransactionDescription>> Transactions::List(Ctx) {
  std::vector<ports::TransactionDescription> all;
  for (auto& home : homes_) {
    io::RunOn hop(home->loop, ListAtHome(*home));
    auto here = co_await hop;
    if (!here.ok()) co_return here.status();
    for (ports::TransactionDescription& transaction : *here) all.push_back(std::move(transaction));
  }
  co_return all;
}

Task<std::vector<ports::TransactionDescription>> Transactions::ListAtHome(Home& home) {
  std::vector<ports::TransactionDescription> all;
  for (const auto& [id, place] : home.places) {
    if (place->transaction.producer != data::kNoProducer) all.push_back(place->transaction.Describe());
  }
  co_return all;
}

}  // namespace freshet::coordinators
