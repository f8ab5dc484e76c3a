#include "io/tcp_net.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "io/descriptors.h"
#include "io/epoll_loop.h"
#include "io/os_error.h"
#include "io/wait.h"

namespace freshet::io {
namespace {

constexpr int kBacklog = 1024;
constexpr int kStraightAnswersMax = 16;               // calls that may succeed without a wait before others get a turn
constexpr size_t kDiscardedAtCloseMax = 256 << 10;
constexpr Duration kConnectPatience = Seconds(10);

// Every Loop of a RealEnv is an EpollLoop.
EpollLoop& EpollOf(Loop& loop) {
  auto* epoll_loop = dynamic_cast<EpollLoop*>(&loop);
  CHECK(epoll_loop != nullptr);
  return *epoll_loop;
}

// One socket address of either family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }

  Address ToAddress() const {
    char text[INET6_ADDRSTRLEN] = "";
    if (family() == AF_INET6) {
      const auto* six = reinterpret_cast<const sockaddr_in6*>(&storage);
      inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
      return {text, ntohs(six->sin6_port)};
    }
    const auto* four = reinterpret_cast<const sockaddr_in*>(&storage);
    inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    return {text, ntohs(four->sin_port)};
  }
};

// Blocks when the host is a name.
Result<std::vector<SocketAddress>> Resolve(const Address& address) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  int error = getaddrinfo(address.host.c_str(), StrCat(address.port).c_str(), &wanted, &found);
  if (error != 0) return Fault::NotFound("cannot resolve host '", address.host, "': ", gai_strerror(error));
  std::vector<SocketAddress> addresses;
  for (const addrinfo* next = found; next != nullptr; next = next->ai_next) {
    if (next->ai_family != AF_INET && next->ai_family != AF_INET6) continue;
    SocketAddress socket_address;
    std::memcpy(&socket_address.storage, next->ai_addr, next->ai_addrlen);
    socket_address.length = next->ai_addrlen;
    addresses.push_back(socket_address);
  }
  freeaddrinfo(found);
  if (addresses.empty()) return Fault::NotFound("host '", address.host, "' has no IPv4 or IPv6 address");
  return addresses;
}

void SetNoDelay(int descriptor) {
  int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// The descriptor is given to epoll only when a call would block, on the home loop: until then the connection may be
// handed over, or dropped, by the loop that accepted it.
class TcpConnection final : public Connection, public EpollLoop::Watcher {
 public:
  TcpConnection(EpollLoop& loop, int descriptor, std::string peer)
      : loop_(loop), descriptor_(descriptor), peer_(std::move(peer)) {
    SetNoDelay(descriptor_);
  }
  ~TcpConnection() override { Close(); }

  Task<size_t> Read(std::span<char> into) override {
    CHECK(!into.empty());
    if (HadItsTurn()) {
      Yield yield;
      co_await yield;
    }
    for (;;) {
      auto now = ReadNow(into);
      if (!now.ok()) co_return now.fault();
      if (now->has_value()) co_return **now;
      Signal::Waiter wait(readable_, MonoTime::Never());
      co_await wait;
    }
  }

  Task<size_t> ReadMore(std::string& to, size_t most) override {
    CHECK(most > 0);
    if (HadItsTurn()) {
      Yield yield;
      co_await yield;
    }
    for (;;) {
      // Thousands of connections may be readable in one turn: none of them gets a buffer before it is known how much has come.
      thread_local char arrived[64 << 10];
      auto now = ReadNow(std::span<char>(arrived, std::min(most, sizeof arrived)));
      if (!now.ok()) co_return now.fault();
      if (now->has_value()) to.append(arrived, **now);
      if (now->has_value()) co_return **now;
      to.shrink_to_fit();
      Signal::Waiter wait(readable_, MonoTime::Never());
      co_await wait;
    }
  }

  Task<> Write(std::string_view bytes) override {
    uint64_t ticket = next_ticket_++;
    while (ticket != ticket_in_turn_) {
      Signal::Waiter wait(turn_passed_, MonoTime::Never());
      co_await wait;
    }
    auto send = SendAll(bytes);
    auto sent = co_await send;
    ++ticket_in_turn_;
    turn_passed_.NotifyAll();
    co_return sent;
  }

  void Close() override {
    if (descriptor_ < 0) return;
    // Bytes that lie unread at close make the kernel send a reset, which can overtake our last answer.
    char discarded[4096];
    for (size_t total = 0; total < kDiscardedAtCloseMax;) {
      ssize_t got = recv(descriptor_, discarded, sizeof discarded, MSG_DONTWAIT);
      if (got <= 0) break;
      total += static_cast<size_t>(got);
    }
    close(std::exchange(descriptor_, -1));
    readable_.NotifyAll();
    writable_.NotifyAll();
  }

  Loop& loop() override { return loop_; }
  const std::string& peer() const override { return peer_; }

  void OnReady(bool readable, bool writable) override {
    if (readable) readable_.NotifyAll();
    if (writable) writable_.NotifyAll();
  }

  // The end of a connect that was begun: its error, or none.
  Task<> AwaitConnected() {
    auto watched = WatchOnce();
    if (!watched.ok()) co_return watched.fault();
    Signal::Waiter wait(writable_, loop_.clock().Now() + kConnectPatience);
    bool woken = co_await wait;
    if (!woken) co_return Fault::Unavailable("cannot connect to ", peer_, ": no answer within ", kConnectPatience.ms(), " ms");
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) co_return FaultFromErrno(error, "connect to", peer_);
    co_return Status::Ok();
  }

 private:
  Fault Closed() const { return Fault::Cancelled("the connection with ", peer_, " is closed"); }

  // After some answers without a wait others come first.
  bool HadItsTurn() {
    if (++straight_reads_ <= kStraightAnswersMax) return false;
    straight_reads_ = 0;
    return true;
  }

  // What has come; nothing when a read would have to wait, and then `readable_` says when it need not.
  Result<std::optional<size_t>> ReadNow(std::span<char> into) {
    for (;;) {
      if (descriptor_ < 0) return Closed();
      ssize_t got = recv(descriptor_, into.data(), into.size(), 0);
      if (got >= 0) return std::optional(static_cast<size_t>(got));
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return FaultFromErrno(errno, "read from", peer_);
      if (watched_) break;
      RETURN_NOT_OK(WatchOnce());
    }
    straight_reads_ = 0;
    return std::optional<size_t>();
  }

  Status WatchOnce() {
    if (watched_) return {};
    RETURN_NOT_OK(loop_.Watch(descriptor_, *this));
    watched_ = true;
    return {};
  }

  Task<> SendAll(std::string_view bytes) {
    while (!bytes.empty()) {
      if (descriptor_ < 0) co_return Closed();
      ssize_t put = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put >= 0) {
        bytes.remove_prefix(static_cast<size_t>(put));
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN) co_return FaultFromErrno(errno, "write to", peer_);
      bool fresh = !watched_;
      auto watched = WatchOnce();
      if (!watched.ok()) co_return watched.fault();
      if (fresh) continue;
      Signal::Waiter wait(writable_, MonoTime::Never());
      co_await wait;
    }
    co_return Status::Ok();
  }

  EpollLoop& loop_;
  int descriptor_;
  const std::string peer_;
  bool watched_ = false;
  int straight_reads_ = 0;
  uint64_t next_ticket_ = 0;     // writers take numbers, so their bytes leave in the order of their calls
  uint64_t ticket_in_turn_ = 0;
  Signal readable_;
  Signal writable_;
  Signal turn_passed_;
};

class TcpListener final : public Listener, public EpollLoop::Watcher {
 public:
  TcpListener(EpollLoop& loop, int descriptor, int reserve, Address address)
      : loop_(loop), descriptor_(descriptor), reserve_(reserve), address_(std::move(address)) {}
  ~TcpListener() override {
    Close();
    if (reserve_ >= 0) close(reserve_);
  }

  Task<std::unique_ptr<Connection>> Accept(Loop& home) override {
    for (;;) {
      if (descriptor_ < 0) co_return Fault::Cancelled("listener ", address_.ToString(), " is closed");
      SocketAddress peer;
      peer.length = sizeof peer.storage;
      int accepted = accept4(descriptor_, peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0 && IsKeptForFiles(accepted)) {
        close(accepted);
        RefuseAllThatWait();
        co_return FaultFromErrno(EMFILE, "accept on", address_.ToString());
      }
      if (accepted >= 0) {
        std::unique_ptr<Connection> connection =
            std::make_unique<TcpConnection>(EpollOf(home), accepted, peer.ToAddress().ToString());
        co_return connection;
      }
      int error = errno;
      if (error == EMFILE || error == ENFILE) RefuseWaiting();
      if (error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS) {
        co_return FaultFromErrno(error, "accept on", address_.ToString());
      }
      if (error != EAGAIN) continue;  // EINTR, or that connection broke before it was accepted
      bool fresh = !watched_;
      auto watched = WatchOnce();
      if (!watched.ok()) co_return watched.fault();
      if (fresh) continue;
      Signal::Waiter wait(acceptable_, MonoTime::Never());
      co_await wait;
    }
  }

  void Close() override {
    if (descriptor_ < 0) return;
    close(std::exchange(descriptor_, -1));
    acceptable_.NotifyAll();
  }

  const Address& address() const override { return address_; }
  void OnReady(bool, bool) override { acceptable_.NotifyAll(); }

 private:
  Status WatchOnce() {
    if (watched_) return {};
    RETURN_NOT_OK(loop_.Watch(descriptor_, *this));
    watched_ = true;
    return {};
  }

  // The system gives the least number that is free, so at least so many are taken.
  static bool IsKeptForFiles(int descriptor) {
    int64_t limit = DescriptorLimit();
    return descriptor >= limit - DescriptorsKeptForFiles(limit);
  }

  void RefuseAllThatWait() {
    for (int refused = 0; refused < kBacklog; ++refused) {
      int accepted = accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted < 0) break;
      close(accepted);
    }
  }

  // Out of descriptors: gives up the one kept in reserve to accept and close whoever waits, so that they learn of it
  // at once instead of hanging, and those already connected go on.
  void RefuseWaiting() {
    for (int refused = 0; refused < kBacklog && reserve_ >= 0; ++refused) {
      close(std::exchange(reserve_, -1));
      int accepted = accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) close(accepted);
      reserve_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (accepted < 0) break;
    }
    if (reserve_ < 0) reserve_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }

  EpollLoop& loop_;
  int descriptor_;
  int reserve_;
  const Address address_;
  bool watched_ = false;
  Signal acceptable_;
};

Result<int> OpenListening(const SocketAddress& at, const std::string& name) {
  int descriptor = socket(at.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return FaultFromErrno(errno, "open a socket for", name);
  int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(descriptor, at.get(), at.length) == 0 && listen(descriptor, kBacklog) == 0) return descriptor;
  Fault fault = FaultFromErrno(errno, "listen on", name);
  close(descriptor);
  return fault;
}

Task<std::unique_ptr<Connection>> ConnectOne(EpollLoop& loop, SocketAddress to) {
  std::string name = to.ToAddress().ToString();
  int descriptor = socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) co_return FaultFromErrno(errno, "open a socket for", name);
  auto connection = std::make_unique<TcpConnection>(loop, descriptor, name);
  if (connect(descriptor, to.get(), to.length) != 0) {
    if (errno != EINPROGRESS) co_return FaultFromErrno(errno, "connect to", name);
    CO_RETURN_NOT_OK(connection->AwaitConnected());
  }
  co_return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace

std::unique_ptr<Connection> ConnectionOver(Loop& loop, int descriptor, std::string peer) {
  return std::make_unique<TcpConnection>(EpollOf(loop), descriptor, std::move(peer));
}

Result<std::unique_ptr<Listener>> TcpNet::Listen(Loop& loop, const Address& address) {
  ASSIGN_OR_RETURN(auto found, Resolve(address));
  ASSIGN_OR_RETURN(int descriptor, OpenListening(found.front(), address.ToString()));
  SocketAddress bound;
  bound.length = sizeof bound.storage;
  CHECK(getsockname(descriptor, bound.get(), &bound.length) == 0);
  int reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
  Address real{address.host, bound.ToAddress().port};
  return std::unique_ptr<Listener>(std::make_unique<TcpListener>(EpollOf(loop), descriptor, reserve, std::move(real)));
}

Task<std::unique_ptr<Connection>> TcpNet::Connect(Loop& loop, Address address) {
  auto resolve = [&] { return Resolve(address); };
  Offload offload(workers_, Pool::kRemote, resolve);
  auto found = co_await offload;
  if (!found.ok()) co_return found.fault();
  Status last;
  for (const SocketAddress& to : *found) {
    auto connect = ConnectOne(EpollOf(loop), to);
    auto connected = co_await connect;
    if (connected.ok()) co_return connected;
    last = connected.status();
  }
  co_return last;
}

}  // namespace freshet::io
