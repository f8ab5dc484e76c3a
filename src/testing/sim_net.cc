#include "testing/sim_net.h"

#include <cerrno>

#include "io/os_error.h"
#include "testing/sim_env.h"

namespace freshet::testing {
namespace {

constexpr size_t kPipeBytesMax = 64 << 10;

}  // namespace

// One direction of a stream. Shared by both ends and by the pieces on their way.
struct SimPipe {
  std::string arrived;
  size_t travelling = 0;
  MonoTime last_arrival;
  bool ended = false;          // the end of the stream has arrived
  bool reader_gone = false;
  SimConnection* reader = nullptr;
  SimConnection* writer = nullptr;

  size_t room() const { return kPipeBytesMax - std::min(kPipeBytesMax, arrived.size() + travelling); }
};

class SimConnection final : public io::Connection {
 public:
  SimConnection(SimEnv& sim, io::Loop& loop, std::string peer, std::shared_ptr<SimPipe> in, std::shared_ptr<SimPipe> out)
      : sim_(sim), loop_(loop), peer_(std::move(peer)), in_(std::move(in)), out_(std::move(out)) {
    in_->reader = this;
    out_->writer = this;
  }
  ~SimConnection() override { Close(); }

  Task<size_t> Read(std::span<char> into) override {
    CHECK(!into.empty());
    for (;;) {
      if (closed_) co_return Closed();
      if (!in_->arrived.empty()) {
        size_t most = std::min(into.size(), in_->arrived.size());
        size_t taken = sim_.Draw(4) == 0 ? 1 + sim_.Draw(most) : most;
        in_->arrived.copy(into.data(), taken);
        in_->arrived.erase(0, taken);
        if (in_->writer != nullptr) in_->writer->writable_.NotifyAll();
        co_return taken;
      }
      if (in_->ended) co_return size_t{0};
      io::Signal::Waiter wait(readable_, MonoTime::Never());
      co_await wait;
    }
  }

  Task<size_t> ReadMore(std::string& to, size_t most) override {
    std::string piece(most, '\0');
    auto read = Read(piece);
    auto got = co_await read;
    if (got.ok()) to.append(piece, 0, *got);
    co_return got;
  }

  Task<> Write(std::string_view bytes) override {
    uint64_t ticket = next_ticket_++;
    while (ticket != ticket_in_turn_) {
      io::Signal::Waiter wait(turn_passed_, MonoTime::Never());
      co_await wait;
    }
    Status sent;
    while (!bytes.empty()) {
      if (closed_) sent = Closed();
      else if (out_->reader_gone) sent = io::FaultFromErrno(EPIPE, "write to", peer_);
      if (!sent.ok()) break;
      size_t taken = std::min(bytes.size(), out_->room());
      SendPieces(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      if (taken > 0) continue;
      io::Signal::Waiter wait(writable_, MonoTime::Never());
      co_await wait;
    }
    ++ticket_in_turn_;
    turn_passed_.NotifyAll();
    co_return sent;
  }

  void Close() override {
    if (std::exchange(closed_, true)) return;
    in_->reader = nullptr;
    in_->reader_gone = true;
    out_->writer = nullptr;
    if (in_->writer != nullptr) in_->writer->writable_.NotifyAll();
    sim_.After(Travel(*out_), [pipe = out_] {
      pipe->ended = true;
      if (pipe->reader != nullptr) pipe->reader->readable_.NotifyAll();
    });
    readable_.NotifyAll();
    writable_.NotifyAll();
  }

  io::Loop& loop() override { return loop_; }
  const std::string& peer() const override { return peer_; }

 private:
  Fault Closed() const { return Fault::Cancelled("the connection with ", peer_, " is closed"); }

  // How long the next piece takes; never overtaking the one before.
  Duration Travel(SimPipe& pipe) {
    MonoTime arrival = sim_.clock().Now() + sim_.DrawDuration(sim_.options().network_delay_max);
    if (arrival < pipe.last_arrival) arrival = pipe.last_arrival;
    pipe.last_arrival = arrival;
    return arrival - sim_.clock().Now();
  }

  void SendPieces(std::string_view bytes) {
    while (!bytes.empty()) {
      size_t taken = bytes.size();
      if (sim_.Draw(3) == 0) taken = 1 + sim_.Draw(sim_.Draw(2) == 0 ? std::min<size_t>(bytes.size(), 8) : bytes.size());
      out_->travelling += taken;
      sim_.After(Travel(*out_), [pipe = out_, piece = std::string(bytes.substr(0, taken))] {
        pipe->travelling -= piece.size();
        pipe->arrived += piece;
        if (pipe->reader != nullptr) pipe->reader->readable_.NotifyAll();
      });
      bytes.remove_prefix(taken);
    }
  }

  SimEnv& sim_;
  io::Loop& loop_;
  const std::string peer_;
  std::shared_ptr<SimPipe> in_;
  std::shared_ptr<SimPipe> out_;
  bool closed_ = false;
  uint64_t next_ticket_ = 0;
  uint64_t ticket_in_turn_ = 0;
  io::Signal readable_;
  io::Signal writable_;
  io::Signal turn_passed_;
};

// A connect that has arrived and was not accepted yet.
struct SimArrival {
  std::string peer;
  std::shared_ptr<SimPipe> in;
  std::shared_ptr<SimPipe> out;
};

class SimListener final : public io::Listener {
 public:
  SimListener(SimNet& net, io::Address address) : net_(net), address_(std::move(address)) { net_.listeners_[address_.port] = this; }
  ~SimListener() override { Close(); }

  Task<std::unique_ptr<io::Connection>> Accept(io::Loop& home) override {
    while (!closed_ && arrivals_.empty()) {
      io::Signal::Waiter wait(arrived_, MonoTime::Never());
      co_await wait;
    }
    if (closed_) co_return Fault::Cancelled("listener ", address_.ToString(), " is closed");
    SimArrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    std::unique_ptr<io::Connection> connection =
        std::make_unique<SimConnection>(net_.sim_, home, arrival.peer, std::move(arrival.in), std::move(arrival.out));
    co_return connection;
  }

  void Close() override {
    if (std::exchange(closed_, true)) return;
    net_.listeners_.erase(address_.port);
    for (SimArrival& arrival : arrivals_) {  // as a kernel resets what stands in the backlog
      SimConnection dropped(net_.sim_, net_.sim_.loop(0), arrival.peer, arrival.in, arrival.out);
    }
    arrivals_.clear();
    arrived_.NotifyAll();
  }

  void Arrive(SimArrival arrival) {
    arrivals_.push_back(std::move(arrival));
    arrived_.NotifyAll();
  }
  const io::Address& address() const override { return address_; }

 private:
  SimNet& net_;
  const io::Address address_;
  bool closed_ = false;
  std::deque<SimArrival> arrivals_;
  io::Signal arrived_;
};

Result<std::unique_ptr<io::Listener>> SimNet::Listen(io::Loop&, const io::Address& address) {
  io::Address real = address;
  if (real.port == 0) real.port = next_port_++;
  if (listeners_.contains(real.port)) return io::FaultFromErrno(EADDRINUSE, "listen on", real.ToString());
  return std::unique_ptr<io::Listener>(std::make_unique<SimListener>(*this, std::move(real)));
}

Task<std::unique_ptr<io::Connection>> SimNet::Connect(io::Loop& loop, io::Address address) {
  io::SleepUntil travel(sim_.clock().Now() + sim_.DrawDuration(sim_.options().network_delay_max));
  co_await travel;
  auto listener = listeners_.find(address.port);
  if (listener == listeners_.end()) co_return io::FaultFromErrno(ECONNREFUSED, "connect to", address.ToString());
  auto there = std::make_shared<SimPipe>();
  auto back = std::make_shared<SimPipe>();
  io::Address own{"127.0.0.1", next_port_++};
  SimArrival arrival{own.ToString(), there, back};
  std::unique_ptr<io::Connection> connection = std::make_unique<SimConnection>(sim_, loop, address.ToString(), back, there);
  listener->second->Arrive(std::move(arrival));
  co_return connection;
}

}  // namespace freshet::testing
