#include <sys/resource.h>

#include "contracts/io_world.h"
#include "io/server.h"
#include "io/task_group.h"
#include "io/wait.h"
#include "testing/figure.h"

namespace freshet::io {
namespace {

using contracts::WorldTest;

class NetContract : public WorldTest {};
class RealNet : public WorldTest {};

// Bytes that tell where they belong.
std::string Pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

Task<std::string> ReadToEnd(Connection& connection) {
  std::string all;
  char piece[5000];
  for (;;) {
    auto read = connection.Read(piece);
    auto got = co_await read;
    if (!got.ok()) co_return got.status();
    if (*got == 0) co_return all;
    all.append(piece, *got);
  }
}

Task<> Echo(Connection& connection) {
  char piece[3000];
  for (;;) {
    auto read = connection.Read(piece);
    auto got = co_await read;
    if (!got.ok()) co_return got.status();
    if (*got == 0) co_return Status::Ok();
    CO_RETURN_NOT_OK(connection.Write(std::string_view(piece, *got)));
  }
}

Task<> AcceptAndEcho(Env& env, Listener& listener) {
  auto accept = listener.Accept(env.loop(0));
  auto connection = co_await accept;
  if (!connection.ok()) co_return connection.status();
  CO_RETURN_NOT_OK(Echo(**connection));
  co_return Status::Ok();
}

Task<> WriteThen(Connection& connection, std::string bytes) {
  auto write = connection.Write(bytes);
  co_return co_await write;
}

Task<std::string> ReadExactly(Connection& connection, size_t size) {
  std::string all(size, '\0');
  for (size_t done = 0; done < size;) {
    auto read = connection.Read(std::span<char>(all.data() + done, size - done));
    auto got = co_await read;
    if (!got.ok()) co_return got.status();
    if (*got == 0) co_return Fault::Internal("ended after ", done);
    done += *got;
  }
  co_return all;
}

Task<> EchoMuch(Env& env) {
  auto listener = env.net().Listen(env.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  TaskGroup group(env.loop(0), "server");
  group.Spawn(Lane::kUrgent, AcceptAndEcho(env, **listener));
  auto connect = env.net().Connect(env.loop(0), (*listener)->address());
  auto connection = co_await connect;
  if (!connection.ok()) co_return connection.status();
  std::string sent = Pattern(1 << 20);
  group.Spawn(Lane::kUrgent, WriteThen(**connection, sent));
  CO_ASSIGN_OR_RETURN(std::string echoed, ReadExactly(**connection, sent.size()));
  (*connection)->Close();
  auto close = group.Close();
  co_await close;
  if (echoed != sent) co_return Fault::Internal("the echo differs");
  co_return Status::Ok();
}

Task<> ReadOnce(io::Connection& connection, std::string& to, size_t& got) {
  CO_ASSIGN_OR_RETURN(got, connection.ReadMore(to, 1 << 20));
  co_return Status::Ok();
}

// The reader waits for bytes behind those it has.
Task<> ReadMoreBehind(Env& env) {
  auto listener = env.net().Listen(env.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  auto connect = env.net().Connect(env.loop(0), (*listener)->address());
  auto connection = co_await connect;
  if (!connection.ok()) co_return connection.status();
  auto accept = (*listener)->Accept(env.loop(0));
  auto accepted = co_await accept;
  if (!accepted.ok()) co_return accepted.status();
  std::string to = "head ";
  size_t got = 0;
  TaskGroup group(env.loop(0), "reader");
  group.Spawn(Lane::kUrgent, ReadOnce(**accepted, to, got));
  io::SleepUntil pause(env.clock().Now() + Milliseconds(5));
  co_await pause;
  size_t kept = to.capacity();
  auto write = (*connection)->Write("x");
  Status written = co_await write;
  if (!written.ok()) co_return written;
  auto close = group.Close();
  co_await close;
  (*connection)->Close();
  if (to != "head x" || got != 1) co_return Fault::Internal("read ", got, " into '", to, "'");
  if (kept > 4096) co_return Fault::Internal("a waiting read keeps ", kept, " bytes");
  co_return Status::Ok();
}

TEST_P(NetContract, AReadThatWaitsKeepsNoBuffer) { ExpectRuns(ReadMoreBehind(env())); }
TEST_P(NetContract, CarriesAMegabyteThereAndBack) { ExpectRuns(EchoMuch(env())); }

Task<> CloseAtOnce(Env& env) {
  auto listener = env.net().Listen(env.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  auto connect = env.net().Connect(env.loop(0), (*listener)->address());
  auto client = co_await connect;
  if (!client.ok()) co_return client.status();
  std::string request = Pattern(20000);
  CO_RETURN_NOT_OK((*client)->Write(request));
  (*client)->Close();
  auto accept = (*listener)->Accept(env.loop(0));
  auto server = co_await accept;
  if (!server.ok()) co_return server.status();
  std::string answer = "an answer that nobody takes";
  auto write = (*server)->Write(answer);
  (void)co_await write;  // may fail; must not cost us the request
  CO_ASSIGN_OR_RETURN(std::string received, ReadExactly(**server, request.size()));
  if (received != request) co_return Fault::Internal("the request was not read to its end");
  co_return Status::Ok();
}

TEST_P(NetContract, ReadsARequestWhoseSenderClosedAtOnce) { ExpectRuns(CloseAtOnce(env())); }

struct CloseLater final : Job {
  CloseLater(Connection* stream, Listener* door) : connection(stream), listener(door) {}
  void Run() override {
    if (connection != nullptr) connection->Close();
    if (listener != nullptr) listener->Close();
  }
  Connection* connection;
  Listener* listener;
};

Task<> CloseWhileReading(Env& env) {
  auto listener = env.net().Listen(env.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  auto connect = env.net().Connect(env.loop(0), (*listener)->address());
  auto client = co_await connect;
  if (!client.ok()) co_return client.status();
  CloseLater close_connection(client->get(), nullptr);
  env.loop(0).Post(Lane::kNormal, close_connection);
  char byte[1];
  auto read = (*client)->Read(byte);
  auto got = co_await read;
  if (got.code() != Code::kCancelled) co_return Fault::Internal("read gave ", got.ToString());
  auto accept = (*listener)->Accept(env.loop(0));
  auto accepted = co_await accept;  // stood in the backlog; closed by its client meanwhile
  CloseLater close_listener(nullptr, listener->get());
  env.loop(0).Post(Lane::kNormal, close_listener);
  auto accept_again = (*listener)->Accept(env.loop(0));
  auto nobody = co_await accept_again;
  if (nobody.code() != Code::kCancelled) co_return Fault::Internal("accept gave ", nobody.ToString());
  co_return Status::Ok();
}

TEST_P(NetContract, CloseWakesThoseWhoWait) { ExpectRuns(CloseWhileReading(env())); }

Task<> ConnectToNobody(Env& env) {
  auto listener = env.net().Listen(env.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  auto twice = env.net().Listen(env.loop(0), (*listener)->address());
  if (twice.code() != Code::kConflict) co_return Fault::Internal("listening twice gave ", twice.ToString());
  Address address = (*listener)->address();
  (*listener)->Close();
  auto connect = env.net().Connect(env.loop(0), address);
  auto connection = co_await connect;
  if (connection.code() != Code::kUnavailable) co_return Fault::Internal("connect gave ", connection.ToString());
  co_return Status::Ok();
}

TEST_P(NetContract, RefusesWhereNobodyListens) { ExpectRuns(ConnectToNobody(env())); }

Task<> WriteInTurn(Env& env) {
  auto listener = env.net().Listen(env.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  auto connect = env.net().Connect(env.loop(0), (*listener)->address());
  auto client = co_await connect;
  if (!client.ok()) co_return client.status();
  auto accept = (*listener)->Accept(env.loop(0));
  auto server = co_await accept;
  if (!server.ok()) co_return server.status();
  TaskGroup writers(env.loop(0), "writers");
  std::string expected;
  for (char name : {'a', 'b', 'c', 'd'}) {
    std::string bytes(1 << 19, name);
    expected += bytes;
    writers.Spawn(Lane::kUrgent, WriteThen(**client, bytes));
  }
  CO_ASSIGN_OR_RETURN(std::string received, ReadExactly(**server, expected.size()));
  auto close = writers.Close();
  co_await close;
  if (received != expected) co_return Fault::Internal("writes were mixed up");
  co_return Status::Ok();
}

TEST_P(NetContract, WritesLeaveInTheOrderOfTheirCalls) { ExpectRuns(WriteInTurn(env())); }

Task<> EchoAtHome(std::unique_ptr<Connection> connection, Loop& home) {
  if (!home.OnLoop() || &connection->loop() != &home) co_return Fault::Internal("not at home");
  auto echo = Echo(*connection);
  Status ended = co_await echo;
  connection.reset();  // on its loop: who waits for this task ends it on another one
  co_return ended;
}

Task<> AcceptForLoop1(Env& env, Listener& listener) {
  auto accept = listener.Accept(env.loop(1));
  auto connection = co_await accept;
  if (!connection.ok()) co_return connection.status();
  RunOn hop(env.loop(1), EchoAtHome(std::move(connection).value(), env.loop(1)));
  Status status = co_await hop;
  co_return status;
}

Task<> EchoOnAnotherLoop(Env& env) {
  auto listener = env.net().Listen(env.loop(0), {"127.0.0.1", 0});
  if (!listener.ok()) co_return listener.status();
  TaskGroup group(env.loop(0), "server");
  group.Spawn(Lane::kUrgent, AcceptForLoop1(env, **listener));
  auto connect = env.net().Connect(env.loop(0), (*listener)->address());
  auto client = co_await connect;
  if (!client.ok()) co_return client.status();
  std::string sent = Pattern(5000);
  CO_RETURN_NOT_OK((*client)->Write(sent));
  CO_ASSIGN_OR_RETURN(std::string echoed, ReadExactly(**client, sent.size()));
  (*client)->Close();
  auto close = group.Close();
  co_await close;
  if (echoed != sent) co_return Fault::Internal("the echo differs");
  co_return Status::Ok();
}

TEST_P(NetContract, AConnectionLivesOnItsHomeLoop) { ExpectRuns(EchoOnAnotherLoop(env())); }

// --- Server

struct EchoSessions final : Sessions {
  Task<> Serve(Served& served) override {
    auto echo = Echo(served.connection());
    co_return co_await echo;
  }
};

Task<> ServeAndDrain(Env& env) {
  EchoSessions sessions;
  auto server = Server::Open(env, {"echo", {"127.0.0.1", 0}, 2}, sessions);
  if (!server.ok()) co_return server.status();
  std::vector<std::unique_ptr<Connection>> clients;
  for (int i = 0; i < 2; ++i) {
    auto connect = env.net().Connect(env.loop(0), (*server)->address());
    auto client = co_await connect;
    if (!client.ok()) co_return client.status();
    CO_RETURN_NOT_OK((*client)->Write("hello"));
    CO_ASSIGN_OR_RETURN(std::string echoed, ReadExactly(**client, 5));
    clients.push_back(std::move(client).value());
  }
  auto connect_third = env.net().Connect(env.loop(0), (*server)->address());
  auto third = co_await connect_third;
  if (!third.ok()) co_return third.status();
  CO_ASSIGN_OR_RETURN(std::string nothing, ReadToEnd(**third));
  if (!nothing.empty()) co_return Fault::Internal("served beyond the cap");
  CO_RETURN_NOT_OK((*server)->Close(env.clock().Now() + Seconds(5)));
  CO_ASSIGN_OR_RETURN(std::string rest, ReadToEnd(*clients[0]));
  if ((*server)->connections() != 0) co_return Fault::Internal("connections are left");
  co_return Status::Ok();
}

TEST_P(NetContract, AServerServesUpToItsCapAndDrains) { ExpectRuns(ServeAndDrain(env())); }

INSTANTIATE_WORLDS(NetContract);

// --- What only a real network has

Task<> EchoAt(Env& env, Address address) {
  auto listener = env.net().Listen(env.loop(0), address);
  if (!listener.ok()) co_return listener.status();
  if ((*listener)->address().port == 0) co_return Fault::Internal("the real port is not told");
  TaskGroup group(env.loop(0), "server");
  group.Spawn(Lane::kUrgent, AcceptAndEcho(env, **listener));
  auto connect = env.net().Connect(env.loop(0), (*listener)->address());
  auto client = co_await connect;
  if (!client.ok()) co_return client.status();
  CO_RETURN_NOT_OK((*client)->Write("ping"));
  CO_ASSIGN_OR_RETURN(std::string echoed, ReadExactly(**client, 4));
  (*client)->Close();
  auto close = group.Close();
  co_await close;
  co_return Status::Ok();
}

TEST_P(RealNet, SpeaksIPv6AndKnowsLocalhost) {
  ExpectRuns(EchoAt(env(), {"localhost", 0}));
  auto six = env().net().Listen(env().loop(0), {"::1", 0});
  if (six.ok()) ExpectRuns(EchoAt(env(), {"::1", 0}));  // the machine may have no IPv6
}

Task<> RunOutOfDescriptors(Env& env, int& refused_so_far) {
  EchoSessions sessions;
  auto server = Server::Open(env, {"echo", {"127.0.0.1", 0}, 1000}, sessions);
  if (!server.ok()) co_return server.status();
  auto connect = env.net().Connect(env.loop(0), (*server)->address());
  auto kept = co_await connect;
  if (!kept.ok()) co_return kept.status();
  CO_RETURN_NOT_OK((*kept)->Write("a"));
  CO_ASSIGN_OR_RETURN(std::string echoed, ReadExactly(**kept, 1));
  std::vector<std::unique_ptr<Connection>> others;
  bool refused = false;
  for (int i = 0; i < 60 && !refused; ++i) {
    auto connect_other = env.net().Connect(env.loop(0), (*server)->address());
    auto other = co_await connect_other;
    if (!other.ok()) break;  // our own side ran out
    auto read = ReadExactly(**other, 1);
    auto write = (*other)->Write("b");
    (void)co_await write;
    auto answer = co_await read;
    refused = !answer.ok();
    others.push_back(std::move(other).value());
  }
  refused_so_far += refused ? 1 : 0;
  CO_RETURN_NOT_OK((*kept)->Write("c"));
  CO_ASSIGN_OR_RETURN(std::string still, ReadExactly(**kept, 1));
  others.clear();
  CO_RETURN_NOT_OK((*server)->Close(env.clock().Now() + Seconds(1)));
  co_return Status::Ok();
}

TEST_P(RealNet, OutOfDescriptorsRefusesTheNewAndKeepsTheOld) {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  int refused = 0;
  // Both ends are ours, so the limit meets the accepting side for one of two neighbouring limits.
  for (rlim_t limit : {40, 41}) {
    rlimit small{limit, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &small), 0);
    Status status = world().Run(RunOutOfDescriptors(env(), refused));
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  setrlimit(RLIMIT_NOFILE, &before);

  freshet::testing::PrintFigure("F21, one door: ", refused, " of 2 limits of descriptors met the accepting side; the new connection is refused, the old one served");
  EXPECT_GE(refused, 1);
}

INSTANTIATE_TEST_SUITE_P(Worlds, RealNet, ::testing::Values(contracts::AllWorlds().front()),
                         [](const auto& info) { return info.param.name; });

TEST(Address, ParsesAndPrints) {
  EXPECT_EQ(Address::Parse("127.0.0.1:9092").value().ToString(), "127.0.0.1:9092");
  EXPECT_EQ(Address::Parse("[::1]:80").value().host, "::1");
  EXPECT_EQ(Address::Parse("[::1]:80").value().ToString(), "[::1]:80");
  for (std::string_view bad : {"", "host", "host:", ":80", "host:65536", "host:-1", "::1:80", "host:8x"}) {
    EXPECT_EQ(Address::Parse(bad).code(), Code::kInvalid) << bad;
  }
}

TEST(Address, KnowsLoopback) {
  for (std::string_view host : {"127.0.0.1", "127.8.9.10", "localhost", "::1"}) {
    EXPECT_TRUE((Address{std::string(host), 1}.is_loopback())) << host;
  }
  for (std::string_view host : {"0.0.0.0", "::", "127.evil.example", "10.0.0.1", "127.0.0.1.example", "localhost.example"}) {
    EXPECT_FALSE((Address{std::string(host), 1}.is_loopback())) << host;
  }
}

}  // namespace
}  // namespace freshet::io
