#include "doors/kafka/session.h"

#include <algorithm>

#include "data/credential.h"
#include "io/patience.h"
#include "io/wait.h"

namespace freshet::doors::kafka {
namespace {

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kAtOnceBytes = 2 << 20;  // of a frame that has an address at once: memory of the system only where bytes have come
constexpr int64_t kTurn = 32;        // requests, or answers, after which others have their turn
constexpr int64_t kSlotBytes = 512;  // what a request that waits takes beside its bytes
constexpr Duration kMemoryPause = Milliseconds(20);
constexpr Duration kMemoryPatience = Seconds(10);

// Nothing but the answer comes of it.
bool OnlyAnswers(const Verb& verb) { return verb.action == Action::kNone || verb.action == Action::kDescribe || verb.key == wire::ApiKey::kFetch; }

}  // namespace

BrokerTopicMetrics::BrokerTopicMetrics(Metrics& metrics)
    : messages_in(metrics.AddCounter("kafka_server_brokertopicmetrics_messagesin_total", "records that producers appended")),
      bytes_in(metrics.AddCounter("kafka_server_brokertopicmetrics_bytesin_total", "bytes of record batches that producers appended")),
      bytes_out(metrics.AddCounter("kafka_server_brokertopicmetrics_bytesout_total", "bytes of record batches that fetches were answered")) {}

DoorMetrics::DoorMetrics(Metrics& metrics)
    : bytes_received(metrics.AddCounter("freshet_kafka_received_bytes_total", "bytes read from kafka connections")),
      bytes_sent(metrics.AddCounter("freshet_kafka_sent_bytes_total", "bytes written to kafka connections")),
      requests_refused(metrics.AddCounter("freshet_kafka_requests_refused_total", "requests of an api or version that is not spoken")) {
  for (const Verb& verb : Verbs()) {
    Labels labels = {{"api", std::string(verb.name)}};
    verbs.push_back({metrics.AddCounter("freshet_kafka_requests_total", "requests carried out", labels),
                     metrics.AddCounter("kafka_network_requestmetrics_requests_total", "requests carried out", {{"request", std::string(verb.name)}}),
                     metrics.AddHistogram("freshet_kafka_request_seconds", "from a request's last byte to its answer", labels)});
  }
}

Task<> KafkaSession::Run() {
  work_.Spawn(io::Lane::kUrgent, WriteAnswers());
  if (may_only_log_in()) work_.Spawn(io::Lane::kUrgent, AwaitLogin());
  auto take = TakeRequests();
  auto taken = co_await take;
  reading_ended_ = true;
  changed_.NotifyAll();
  auto close = work_.Close();  // waits for every verb and for the last answer
  co_await close;
  co_return taken;
}

Task<> KafkaSession::TakeRequests() {
  while (!broken_ && !login_.failed && (!served_.draining() || HasWholeFrame())) {
    auto slot = std::make_unique<Slot>();
    CO_ASSIGN_OR_RETURN(bool whole, ReadFrame(*slot));
    if (!whole) break;
    slot->arrived = room_.env.clock().Now();
    CO_RETURN_NOT_OK(WaitForRoom(slot->frame.size()));
    auto routed = Route(*slot);
    if (!routed.ok()) {
      metrics_.requests_refused.Add();
      room_.env.log().Warn("a kafka request was refused, and its connection closed",
                           {{"peer", served_.connection().peer()}, {"why", routed.ToString()}});
      co_return routed;
    }
    Slot& taken = *slot;
    bytes_in_flight_ += taken.frame.size();
    slots_.push_back(std::move(slot));
    if (++taken_ % kTurn == 0) {
      io::Yield others;
      co_await others;
    }
    if (taken.verb->turn == Turn::kOverlaps) {
      work_.Spawn(io::Lane::kUrgent, Carry(taken));
      continue;
    }
    CO_RETURN_NOT_OK(WaitForEarlier());
    if (peer_deaf_ && OnlyAnswers(*taken.verb)) {
      taken.done = true;
      changed_.NotifyAll();
      continue;
    }
    if (taken.verb->turn == Turn::kWithRoom) {
      CO_RETURN_NOT_OK(WaitForAnswersOfOthers());
    }
    CO_RETURN_NOT_OK(Carry(taken));
  }
  co_return Status::Ok();
}

size_t KafkaSession::frame_bytes_max() const {
  return static_cast<size_t>(may_only_log_in() ? room_.options.login_bytes_max : room_.options.request_bytes_max);
}

Task<> KafkaSession::AwaitLogin() {
  MonoTime give_up = room_.env.clock().Now() + room_.options.login_wait;
  while (may_only_log_in() && !reading_ended_) {
    io::Signal::Waiter wait(changed_, give_up);
    bool woken = co_await wait;
    if (!woken) served_.connection().Close();
    if (!woken) break;
  }
  co_return Status::Ok();
}

// An ApiVersions of an unknown version is the one request that is answered nevertheless.
Status KafkaSession::Route(Slot& slot) const {
  slot.is_token = login_.is_raw && login_.exchange != nullptr;
  if (slot.is_token) {
    slot.verb = FindVerb(static_cast<int16_t>(wire::ApiKey::kSaslAuthenticate));
    slot.request.body = slot.frame.view();
    return {};
  }
  ASSIGN_OR_RETURN(slot.request, wire::DecodeRequest(slot.frame.view()));
  const auto& header = slot.request.header;
  slot.verb = FindVerb(header.key);
  if (slot.verb == nullptr) return Fault::Unsupported("kafka api ", header.key, " is not spoken");
  bool speaks = slot.verb->versions.Has(header.version) || slot.verb->key == wire::ApiKey::kApiVersions;
  if (!speaks) return Fault::Unsupported("kafka ", slot.verb->name, " version ", header.version, " is not spoken");
  Ctx ctx;
  ctx.principal = login_.principal;
  return room_.ports.guard.Admit(ctx, {"kafka", slot.verb->name, slot.verb->action});
}

Task<> KafkaSession::Carry(Slot& slot) {
  Ctx ctx;
  ctx.principal = login_.principal;
  if (room_.options.trace_every > 0 && room_.env.random().Below(room_.options.trace_every) == 0) {
    ctx.trace = room_.env.random().Next() | 1;
  }
  auto& metrics = metrics_.verbs[static_cast<size_t>(slot.verb - Verbs().data())];
  metrics.requests.Add();
  metrics.kafka_requests.Add();
  {
    Span span(room_.env.tracer(), ctx.trace, "doors/kafka", slot.verb->name);
    Call call{slot.request.header, slot.request.body, slot.frame, served_, login_, produces_, work_, slot.arrived};
    auto run = slot.is_token ? SaslToken(ctx, room_, call) : slot.verb->run(ctx, room_, call);
    slot.answer = co_await run;
  }
  metrics.elapsed.Record(room_.env.clock().Now() - slot.arrived);
  if (login_.failed) {
    room_.env.log().Warn("a kafka login was refused, and its connection closed", {{"peer", served_.connection().peer()}, {"name", data::ShownName(login_.name)}});
  }
  broken_ = broken_ || !slot.answer.ok();
  CountAnswer(slot);
  slot.done = true;
  changed_.NotifyAll();
  co_return Status::Ok();
}

// It stays until the peer has read it.
void KafkaSession::CountAnswer(Slot& slot) {
  if (!slot.answer.ok()) return;
  bytes_in_flight_ += slot.answer->size();
  auto taken = io::Reservation::Take(room_.answers, static_cast<int64_t>(slot.answer->size()) + kSlotBytes);
  if (taken.ok()) slot.reserved.push_back(std::move(taken).value());
  else memory_is_short_ = true;
}

Task<> KafkaSession::WriteAnswers() {
  for (;;) {
    if (slots_.empty() || !slots_.front()->done) {
      if (reading_ended_ && slots_.empty()) break;
      io::Signal::Waiter wait(changed_, MonoTime::Never());
      co_await wait;
      continue;
    }
    Slot& slot = *slots_.front();
    if (!slot.answer.ok()) {
      room_.env.log().Warn("a kafka request was malformed, and its connection closed",
                           {{"peer", served_.connection().peer()}, {"why", slot.answer.ToString()}});
      peer_deaf_ = true;
      served_.connection().Close();
    } else if (!peer_deaf_ && !slot.answer->empty()) {
      auto write = WriteFrame(*slot.answer);
      Status written = co_await write;
      peer_deaf_ = !written.ok();
      if (written.ok()) metrics_.bytes_sent.Add(static_cast<int64_t>(slot.answer->size()));
    }
    bytes_in_flight_ -= slot.bytes();
    slots_.pop_front();
    UpdateIdle();
    changed_.NotifyAll();
    if (++answered_ % kTurn == 0) {
      io::Yield others;
      co_await others;
    }
  }
  co_return Status::Ok();
}

Task<> KafkaSession::WriteFrame(const AnswerFrame& frame) {
  std::string_view own = frame.bytes;
  size_t at = 0;
  for (const wire::Apart& apart : frame.apart) {
    CO_RETURN_NOT_OK(io::WriteWithPatience(served_.connection(), own.substr(at, apart.at - at), room_.answers));
    CO_RETURN_NOT_OK(io::WriteWithPatience(served_.connection(), apart.bytes, room_.answers));
    at = apart.at;
  }
  CO_RETURN_NOT_OK(io::WriteWithPatience(served_.connection(), own.substr(at), room_.answers));
  co_return Status::Ok();
}

// A drain still carries out what has come whole.
bool KafkaSession::HasWholeFrame() const {
  auto frame = wire::CutFrame(unread_, frame_bytes_max());
  return frame.ok() && frame->has_value();
}

Task<> KafkaSession::WaitForRoom(size_t bytes) {
  auto bytes_max = static_cast<size_t>(room_.options.pipeline_bytes_max);
  while (!slots_.empty() && (memory_is_short_ || bytes_in_flight_ + bytes > bytes_max)) {
    io::Signal::Waiter wait(changed_, MonoTime::Never());
    co_await wait;
  }
  memory_is_short_ = false;
  co_return Status::Ok();
}

// The request just taken is the last slot: all others must be done.
Task<> KafkaSession::WaitForEarlier() {
  auto done = [](const std::unique_ptr<Slot>& slot) { return slot->done; };
  while (!std::all_of(slots_.begin(), slots_.end() - 1, done)) {
    io::Signal::Waiter wait(changed_, MonoTime::Never());
    co_await wait;
  }
  co_return Status::Ok();
}

// Those whose readers take nothing are given up soon (io/patience.h).
Task<> KafkaSession::WaitForAnswersOfOthers() {
  MonoTime give_up = room_.env.clock().Now() + kMemoryPatience;
  while (room_.answers.used() > room_.answers.bytes_max() / 4 * 3) {
    if (room_.env.clock().Now() >= give_up) {
      metrics_.requests_refused.Add();
      co_return Fault::Exhausted("answers that nobody reads take all memory there is for them; try again later");
    }
    io::SleepUntil pause(room_.env.clock().Now() + kMemoryPause);
    co_await pause;
  }
  co_return Status::Ok();
}

Task<bool> KafkaSession::ReadFrame(Slot& slot) {
  size_t bytes_max = frame_bytes_max();
  size_t size = 0;
  for (;;) {
    auto length = wire::FrameBytes(unread_, bytes_max);
    if (!length.ok()) co_return length.status();
    if (length->has_value()) {
      size = **length;
      break;
    }
    waiting_ = true;
    UpdateIdle();
    CO_ASSIGN_OR_RETURN(bool more, ReadMore());
    waiting_ = false;
    UpdateIdle();
    if (!more) co_return false;
  }
  size_t have = std::min(size, unread_.size() - wire::kLengthBytes);
  CO_RETURN_NOT_OK(Grow(slot, 0, have, size));
  std::copy_n(unread_.data() + wire::kLengthBytes, have, slot.frame.data());
  unread_.erase(0, wire::kLengthBytes + have);
  if (have < size) std::string().swap(unread_);  // empty now; the rest comes into the frame
  while (have < size) {
    CO_ASSIGN_OR_RETURN(have, ReadPiece(slot, have, size));
    if (have == 0) co_return false;
  }
  co_return true;
}

Task<size_t> KafkaSession::ReadPiece(Slot& slot, size_t have, size_t size) {
  MonoTime piece_began = room_.env.clock().Now();
  size_t end = std::min(size, have + io::PeerPatience::kPieceBytes);
  while (have < end) {
    // Memory follows what has come, not what was announced.
    if (slot.room == have) {
      CO_RETURN_NOT_OK(Grow(slot, have, std::min(size, std::max(have * 4, kReadBytes)), size));
      piece_began = room_.env.clock().Now();  // what others held back is not this peer's doing
    }
    io::PeerPatience patience(served_.connection(), room_.requests, piece_began);
    auto read = served_.connection().Read(slot.frame.span().subspan(have, slot.room - have));
    auto got = co_await read;
    if (!got.ok()) co_return got.status();
    if (*got == 0) co_return size_t{0};
    metrics_.bytes_received.Add(static_cast<int64_t>(*got));
    have += *got;
  }
  co_return have;
}

// Takes the memory from the door's budget; when that is full, waits a while for others to give some back.
Task<> KafkaSession::Grow(Slot& slot, size_t have, size_t wanted, size_t size) {
  auto bytes = static_cast<int64_t>(wanted - slot.room);
  MonoTime give_up = room_.env.clock().Now() + kMemoryPatience;
  for (;;) {
    auto taken = io::Reservation::Take(room_.requests, bytes);
    if (taken.ok()) {
      slot.reserved.push_back(std::move(taken).value());
      break;
    }
    if (room_.env.clock().Now() >= give_up || served_.draining()) co_return taken.status();
    io::SleepUntil pause(room_.env.clock().Now() + kMemoryPause);
    co_await pause;
  }
  slot.room = wanted;
  if (slot.frame.size() >= wanted) co_return Status::Ok();
  data::OwnBytes larger(std::min(size, std::max(wanted, kAtOnceBytes)));
  std::copy_n(slot.frame.data(), have, larger.data());
  slot.frame = std::move(larger);
  co_return Status::Ok();
}

Task<bool> KafkaSession::ReadMore() {
  auto read = served_.connection().ReadMore(unread_, kReadBytes);
  auto got = co_await read;
  if (!got.ok()) co_return got.status();
  metrics_.bytes_received.Add(static_cast<int64_t>(*got));
  co_return *got > 0;
}

}  // namespace freshet::doors::kafka
