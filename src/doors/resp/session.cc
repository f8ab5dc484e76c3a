#include "doors/resp/session.h"

#include <optional>

#include "data/credential.h"
#include "io/patience.h"
#include "io/wait.h"

namespace freshet::doors::resp {
namespace {

constexpr size_t kReadBytes = 16 << 10;
constexpr size_t kNobodysBytesMax = 64 << 10;   // before anybody was let in, where somebody must be

wire::resp::RequestCaps CapsOf(const RespOptions& options) {
  auto bytes_max = static_cast<size_t>(options.request_bytes_max);
  return {.argument_bytes_max = bytes_max, .request_bytes_max = bytes_max};
}

// A batch of requests as one program. Stops early when the replies have grown large; the session goes on with the rest.
class Batch final : public ports::KeyProgram {
 public:
  Batch(Room& room, Client& client, std::span<const std::vector<std::string_view>> requests, std::string& out, std::vector<io::Reservation>& held)
      : room_(room), client_(client), requests_(requests), held_(held), reply_(out, client.protocol) {
    for (const auto& request : requests) writes_ = writes_ || Writes(client, request);
    // What a transaction of this very batch will write is not known before it is queued.
    if (!writes_ && client.queued.has_value()) writes_ = true;
  }

  bool writes() const override { return writes_; }
  size_t carried() const { return carried_; }

  void Run(ports::KeySpace& keys) override {
    auto enough = static_cast<size_t>(room_.options.reply_bytes_max) / 4;
    while (carried_ < requests_.size() && !client_.leaving && reply_.out().size() < enough) {
      if (carried_ > 0 && LoginOf(requests_[carried_]).has_value()) break;   // to be checked first
      const auto& request = requests_[carried_++];
      size_t before = reply_.out().size();
      bool changes = Writes(client_, request);
      if (first_write_ == kNone && changes) {
        first_write_ = carried_ - 1;
        first_write_at_ = before;
      }
      ReplyWriter reply(reply_.out(), client_.protocol);  // HELLO may have changed it
      Call call{room_, client_, keys, request, reply};
      Carry(call);
      bool is_refused = !Hold() && !changes;
      if (!is_refused) continue;
      Fault full = room_.held.Full(static_cast<int64_t>(reply_.out().size() - before));
      reply_.out().resize(before);
      Refuse(reply, full);
    }
  }

  // The changes are not durable: everything from the first of them on is answered with the fault.
  void Fail(const Fault& fault) {
    if (carried_ == 0) carried_ = requests_.size();  // never ran
    size_t from = first_write_ == kNone ? 0 : first_write_;
    reply_.out().resize(first_write_ == kNone ? 0 : first_write_at_);
    for (size_t i = from; i < carried_; ++i) Refuse(reply_, fault);
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  // Whether the answers so far have room until they are read.
  bool Hold() {
    size_t more = reply_.out().size() - held_bytes_;
    if (more <= kReadBytes) return true;
    auto taken = io::Reservation::Take(room_.held, static_cast<int64_t>(more));
    if (!taken.ok()) return false;
    held_.push_back(std::move(taken).value());
    held_bytes_ += more;
    return true;
  }

  Room& room_;
  Client& client_;
  std::span<const std::vector<std::string_view>> requests_;
  std::vector<io::Reservation>& held_;
  size_t held_bytes_ = 0;
  ReplyWriter reply_;
  bool writes_ = false;
  size_t carried_ = 0;
  size_t first_write_ = kNone;
  size_t first_write_at_ = 0;
};

}  // namespace

DoorMetrics::DoorMetrics(Metrics& metrics)
    : requests(metrics.AddCounter("freshet_resp_requests_total", "requests carried out")),
      bytes_received(metrics.AddCounter("freshet_resp_received_bytes_total", "bytes read from resp connections")),
      bytes_sent(metrics.AddCounter("freshet_resp_sent_bytes_total", "bytes written to resp connections")),
      protocol_errors(metrics.AddCounter("freshet_resp_protocol_errors_total", "connections ended because a request could not be cut")),
      batch(metrics.AddHistogram("freshet_resp_batch_seconds", "from a batch's last byte to its answers")) {}

RespSession::RespSession(Room& room, DoorMetrics& metrics, io::Served& served)
    : room_(room), metrics_(metrics), served_(served), parser_(CapsOf(room.options)) {
  client_.id = room.next_client_id.fetch_add(1);
  client_.opened = room.env.clock().Now();
  client_.peer = served.connection().peer();
  client_.authenticated = room.options.password.empty() && room.ports.identities.is_open();
  room.clients.fetch_add(1);
}

RespSession::~RespSession() { room_.clients.fetch_sub(1); }

Task<> RespSession::Run() {
  while (!client_.leaving) {
    Status cut = CutRequests();
    if (!batch_.empty()) {
      CO_RETURN_NOT_OK(CarryBatch());
      continue;
    }
    if (!cut.ok()) {
      metrics_.protocol_errors.Add();
      ReplyWriter(replies_, client_.protocol).Error(StrCat("ERR Protocol error: ", cut.fault().message()));
      auto answer = Answer();
      co_return co_await answer;
    }
    if (served_.draining()) break;
    served_.set_idle(unread_.empty());
    auto read = ReadMore();
    auto more = co_await read;
    served_.set_idle(false);
    if (more.code() == Code::kExhausted) {
      ReplyWriter reply(replies_, client_.protocol);
      Refuse(reply, more.fault());
      auto answer = Answer();
      co_return co_await answer;
    }
    if (!more.ok()) co_return more.status();
    if (!*more) break;
  }
  co_return Status::Ok();
}

// Whole requests at the front of unread_. A request that is broken is reported once those before it are answered.
Status RespSession::CutRequests() {
  batch_.clear();
  words_.clear();
  parsed_ = 0;
  while (static_cast<int64_t>(batch_.size()) < room_.options.batch_requests_max &&
         static_cast<int64_t>(parsed_) < room_.options.batch_bytes_max) {
    std::string_view rest = std::string_view(unread_).substr(parsed_);
    ASSIGN_OR_RETURN(bool whole, parser_.Parse(rest));
    if (!whole) break;
    batch_.push_back(parser_.Arguments(rest));
    if (parser_.is_inline()) {
      for (std::string_view& word : batch_.back()) word = words_.emplace_back(word);
    }
    parsed_ += parser_.consumed();
    parser_.Reset();
  }
  return {};
}

Task<> RespSession::CarryBatch() {
  MonoTime begin = room_.env.clock().Now();
  Ctx ctx;
  io::Random& random = room_.env.random();
  if (room_.options.trace_every > 0 && random.Below(room_.options.trace_every) == 0) ctx.trace = random.Next() | 1;
  Span span(room_.env.tracer(), ctx.trace, "doors/resp", "batch");
  for (size_t next = 0; next < batch_.size() && !client_.leaving;) {
    CO_RETURN_NOT_OK(CheckLogin(next));
    Batch program(room_, client_, std::span(batch_).subspan(next), replies_, held_);
    auto run = room_.ports.keys.Run(ctx, program);
    Status outcome = co_await run;
    if (!outcome.ok()) program.Fail(outcome.fault());
    next += program.carried();
    metrics_.requests.Add(static_cast<int64_t>(program.carried()));
    CO_RETURN_NOT_OK(Answer());
  }
  metrics_.batch.Record(room_.env.clock().Now() - begin);
  unread_.erase(0, parsed_);
  if (unread_.empty() && reserved_.bytes() > 0) {
    reserved_ = io::Reservation();
    std::string().swap(unread_);
  }
  co_return Status::Ok();
}

Task<> RespSession::CheckLogin(size_t request) {
  client_.checked.reset();
  auto words = LoginOf(batch_[request]);
  bool asks = words.has_value() && !room_.ports.identities.is_open() && !client_.queued.has_value();
  if (!asks) co_return Status::Ok();
  Ctx ctx;
  auto check = room_.ports.identities.CheckPassword(ctx, std::string(words->name), Secret(std::string(words->password)));
  client_.checked = co_await check;
  if (!client_.checked->ok()) room_.env.log().Warn("a resp login was refused", {{"peer", client_.peer}, {"name", data::ShownName(words->name)}});
  co_return Status::Ok();
}

Task<> RespSession::Answer() {
  if (static_cast<int64_t>(replies_.size()) > room_.options.reply_bytes_max) {
    co_return Fault::TooLarge("an answer of ", replies_.size(), " bytes; the connection is closed");
  }
  auto write = io::WriteWithPatience(served_.connection(), replies_, room_.held);
  Status written = co_await write;
  metrics_.bytes_sent.Add(static_cast<int64_t>(replies_.size()));
  if (replies_.size() > kReadBytes) std::string().swap(replies_);
  replies_.clear();
  held_.clear();
  co_return written;
}

Task<bool> RespSession::ReadMore() {
  bool is_nobody = client_.principal == nullptr && !room_.ports.identities.is_open();
  if (is_nobody && unread_.size() > kNobodysBytesMax) co_return Fault::TooLarge("requests of more than ", kNobodysBytesMax, " bytes before a login");
  size_t before = unread_.size();
  size_t wanted = std::max(kReadBytes, before / 2);  // larger requests are read in larger steps
  auto beyond = static_cast<int64_t>(before + wanted - kReadBytes);
  if (beyond > reserved_.bytes()) {
    auto more = io::Reservation::Take(room_.held, beyond);
    if (!more.ok()) co_return more.status();
    reserved_ = std::move(more).value();
  }
  if (before == 0 || before >= piece_end_) {
    piece_began_ = room_.env.clock().Now();
    piece_end_ = before + io::PeerPatience::kPieceBytes;
  }
  std::optional<io::PeerPatience> patience;
  if (reserved_.bytes() > 0) patience.emplace(served_.connection(), room_.held, piece_began_);
  auto read = served_.connection().ReadMore(unread_, wanted);
  auto got = co_await read;
  if (!got.ok()) co_return got.status();
  metrics_.bytes_received.Add(static_cast<int64_t>(*got));
  co_return *got > 0;
}

}  // namespace freshet::doors::resp
