#include "doors/resp/session.h"

#include <gtest/gtest.h>

#include "io/real_env.h"
#include "io/run_to_end.h"
#include "testing/memory_guard.h"
#include "testing/memory_identities.h"
#include "testing/memory_keys.h"

namespace freshet::doors::resp {
namespace {

// A house of one door with memory behind its port. Bodies run on loop 0.
struct TestHouse {
  using Body = Task<> (*)(TestHouse& house);

  std::unique_ptr<io::RealEnv> env = io::RealEnv::Open({.log_level = Level::kError}).value();
  testing::MemoryKeys keys{*env};
  testing::MemoryGuard guard;
  testing::MemoryIdentities identities;
  RespOptions options{.listen = {"127.0.0.1", 0}};
  std::unique_ptr<RespDoor> door;

  Status Run(Body body) { return io::RunToEnd(*env, OpenRunClose(body)); }

 private:
  Task<> OpenRunClose(Body body) {
    auto opened = RespDoor::Open(*env, std::move(options), {keys, guard, identities});
    if (!opened.ok()) co_return opened.status();
    door = std::move(opened).value();
    auto run = body(*this);
    auto outcome = co_await run;
    auto close = door->Close();
    auto closed = co_await close;
    door.reset();
    if (!outcome.ok()) co_return outcome;
    co_return closed;
  }
};

// Sends bytes, gives back what comes until `replies` replies are whole.
class Peer {
 public:
  explicit Peer(std::unique_ptr<io::Connection> connection) : connection_(std::move(connection)) {}

  Task<std::string> Say(std::string bytes, int replies = 1) {
    CO_RETURN_NOT_OK(connection_->Write(bytes));
    std::string got;
    for (int i = 0; i < replies; ++i) {
      CO_ASSIGN_OR_RETURN(auto one, Receive());
      got += one;
    }
    co_return got;
  }
  Task<std::string> Receive() {
    for (;;) {
      wire::resp::Reply reply;
      auto length = wire::resp::ParseReply(unread_, {}, reply);
      if (!length.ok()) co_return length.status();
      if (*length > 0) {
        std::string bytes = unread_.substr(0, *length);
        unread_.erase(0, *length);
        co_return bytes;
      }
      char piece[4096];
      CO_ASSIGN_OR_RETURN(size_t got, connection_->Read(piece));
      if (got == 0) co_return std::string("(closed)");
      unread_.append(piece, got);
    }
  }
  void Close() { connection_->Close(); }

 private:
  std::unique_ptr<io::Connection> connection_;
  std::string unread_;
};

Task<std::unique_ptr<Peer>> Connect(TestHouse& house) {
  CO_ASSIGN_OR_RETURN(auto connection, house.env->net().Connect(house.env->loop(0), house.door->address()));
  co_return std::make_unique<Peer>(std::move(connection));
}

#define DOOR_TEST_WITH(name, prepare)                \
  Task<> name(TestHouse& house);                     \
  TEST(RespDoor, name) {                             \
    TestHouse house;                                 \
    prepare;                                         \
    Status status = house.Run(name);                 \
    EXPECT_TRUE(status.ok()) << status.ToString();   \
  }                                                  \
  Task<> name(TestHouse& house)
#define DOOR_TEST(name) DOOR_TEST_WITH(name, (void)house)

#define EXPECT_SAYS(peer, request, ...)                                    \
  {                                                                        \
    CO_ASSIGN_OR_RETURN(std::string said, (peer)->Say(std::string(request) + "\r\n")); \
    EXPECT_EQ(said, __VA_ARGS__) << request;                               \
  }

DOOR_TEST(SetsAndGetsStringsWithAllOptions) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  EXPECT_SAYS(peer, "SET k v", "+OK\r\n");
  EXPECT_SAYS(peer, "get k", "$1\r\nv\r\n");
  EXPECT_SAYS(peer, "GET none", "$-1\r\n");
  EXPECT_SAYS(peer, "SET k w NX", "$-1\r\n");
  EXPECT_SAYS(peer, "SET k w XX GET", "$1\r\nv\r\n");
  EXPECT_SAYS(peer, "SET k x EX 100", "+OK\r\n");
  EXPECT_SAYS(peer, "TTL k", ":100\r\n");
  EXPECT_SAYS(peer, "SET k y KEEPTTL", "+OK\r\n");
  EXPECT_SAYS(peer, "TTL k", ":100\r\n");
  EXPECT_SAYS(peer, "SET k z", "+OK\r\n");
  EXPECT_SAYS(peer, "TTL k", ":-1\r\n");
  EXPECT_SAYS(peer, "SET k v EX 0", "-ERR invalid expire time in 'set' command\r\n");
  EXPECT_SAYS(peer, "SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command\r\n");
  EXPECT_SAYS(peer, "SET k v EX 1 PX 1", "-ERR syntax error\r\n");
  EXPECT_SAYS(peer, "SET k v NX XX", "-ERR syntax error\r\n");
  EXPECT_SAYS(peer, "SETEX s 10 v", "+OK\r\n");
  EXPECT_SAYS(peer, "MSET a 1 b 2", "+OK\r\n");
  EXPECT_SAYS(peer, "MGET a none b", "*3\r\n$1\r\n1\r\n$-1\r\n$1\r\n2\r\n");
  EXPECT_SAYS(peer, "INCR a", ":2\r\n");
  EXPECT_SAYS(peer, "INCR k", "-ERR value is not an integer or out of range\r\n");
  co_return Status::Ok();
}

DOOR_TEST(KeepsHashesAndSaysWhatAKeyIs) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  EXPECT_SAYS(peer, "HSET h f 1 g 2", ":2\r\n");
  EXPECT_SAYS(peer, "HSET h f 3", ":0\r\n");
  EXPECT_SAYS(peer, "HGETALL h", "*4\r\n$1\r\nf\r\n$1\r\n3\r\n$1\r\ng\r\n$1\r\n2\r\n");
  EXPECT_SAYS(peer, "HMGET h g x", "*2\r\n$1\r\n2\r\n$-1\r\n");
  EXPECT_SAYS(peer, "TYPE h", "+hash\r\n");
  EXPECT_SAYS(peer, "GET h", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  EXPECT_SAYS(peer, "SET s v", "+OK\r\n");
  EXPECT_SAYS(peer, "HGET s f", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  EXPECT_SAYS(peer, "HDEL h f g none", ":2\r\n");
  EXPECT_SAYS(peer, "EXISTS h s", ":1\r\n");
  EXPECT_SAYS(peer, "HSET h f", "-ERR wrong number of arguments for 'hset' command\r\n");
  co_return Status::Ok();
}

DOOR_TEST(ScansEndEarlyWhereMatchingIsDear) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  for (char c = 'a'; c < 'a' + 12; ++c) EXPECT_SAYS(peer, StrCat("SET ", std::string(40'000, 'a'), c, " v"), "+OK\r\n");
  std::string pattern;
  while (pattern.size() < 120) pattern += "*a";
  int rounds = 0;
  size_t bytes = 0;
  for (std::string cursor = "0"; rounds == 0 || cursor != "0"; ++rounds) {
    CO_ASSIGN_OR_RETURN(std::string page, peer->Say(StrCat("SCAN ", cursor, " MATCH ", pattern, "* COUNT 1000\r\n")));
    size_t at = page.find("\r\n", page.find('$')) + 2;
    cursor = page.substr(at, page.find("\r\n", at) - at);
    bytes += page.size();
  }
  EXPECT_EQ(rounds, 3);
  EXPECT_GT(bytes, 12 * 40'000U);
  EXPECT_SAYS(peer, StrCat("SCAN 0 MATCH ", std::string(257, 'a')), "-ERR the pattern of MATCH has more than 256 bytes\r\n");
  EXPECT_SAYS(peer, StrCat("HSCAN h 0 MATCH ", std::string(257, 'a')), "-ERR the pattern of MATCH has more than 256 bytes\r\n");
  co_return Status::Ok();
}

DOOR_TEST(ExpiresDeletesAndScans) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  EXPECT_SAYS(peer, "MSET user:1 a user:2 b other c", "+OK\r\n");
  EXPECT_SAYS(peer, "SCAN 0 MATCH user:* COUNT 100", "*2\r\n$1\r\n0\r\n*2\r\n$6\r\nuser:1\r\n$6\r\nuser:2\r\n");
  EXPECT_SAYS(peer, "SCAN 0 TYPE hash", "*2\r\n$1\r\n0\r\n*0\r\n");
  EXPECT_SAYS(peer, "SCAN x", "-ERR invalid cursor\r\n");
  EXPECT_SAYS(peer, "EXPIRE user:1 100", ":1\r\n");
  EXPECT_SAYS(peer, "EXPIRE user:1 50 GT", ":0\r\n");
  EXPECT_SAYS(peer, "PERSIST user:1", ":1\r\n");
  EXPECT_SAYS(peer, "PTTL user:1", ":-1\r\n");
  EXPECT_SAYS(peer, "EXPIRETIME user:1", ":-1\r\n");
  EXPECT_SAYS(peer, "PEXPIREAT user:1 4102444800123", ":1\r\n");
  EXPECT_SAYS(peer, "EXPIRETIME user:1", ":4102444800\r\n");
  EXPECT_SAYS(peer, "PEXPIRETIME user:1", ":4102444800123\r\n");
  EXPECT_SAYS(peer, "PEXPIRETIME nobody", ":-2\r\n");
  EXPECT_SAYS(peer, "EXPIRE user:1 -1", ":1\r\n");
  EXPECT_SAYS(peer, "TTL user:1", ":-2\r\n");
  EXPECT_SAYS(peer, "DEL user:1 user:2 other", ":2\r\n");
  EXPECT_SAYS(peer, "DBSIZE", ":0\r\n");
  co_return Status::Ok();
}

DOOR_TEST(HelloChangesTheProtocolOfWhatFollowsInThePipeline) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));

  CO_ASSIGN_OR_RETURN(std::string said, peer->Say("HSET h f v\r\nHGETALL h\r\nHELLO 3 SETNAME me\r\nHGETALL h\r\nGET none\r\nCLIENT GETNAME\r\n", 6));

  EXPECT_TRUE(said.starts_with(":1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n")) << said;
  EXPECT_TRUE(said.ends_with("%1\r\n$1\r\nf\r\n$1\r\nv\r\n_\r\n$2\r\nme\r\n")) << said;
  EXPECT_SAYS(peer, "HELLO 4", "-NOPROTO unsupported protocol version\r\n");
  co_return Status::Ok();
}

DOOR_TEST_WITH(LetsNobodyInWithoutThePassword, house.options.password = Secret("open sesame")) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  EXPECT_SAYS(peer, "GET k", "-NOAUTH Authentication required.\r\n");
  EXPECT_SAYS(peer, "INFO", "-NOAUTH Authentication required.\r\n");
  EXPECT_SAYS(peer, "AUTH wrong", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  EXPECT_SAYS(peer, "AUTH other \"open sesame\"", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  EXPECT_SAYS(peer, "AUTH \"open sesame\"", "+OK\r\n");
  EXPECT_SAYS(peer, "GET k", "$-1\r\n");
  EXPECT_SAYS(peer, "RESET", "+RESET\r\n");
  EXPECT_SAYS(peer, "GET k", "-NOAUTH Authentication required.\r\n");
  for (const Verb& verb : Verbs()) {
    bool before_password = verb.action == Action::kNone;
    EXPECT_EQ(before_password, verb.run == Auth || verb.run == Hello || verb.run == Quit || verb.run == Reset) << verb.name;
  }
  co_return Status::Ok();
}

DOOR_TEST_WITH(IdentitiesLogInByNameAndPassword, house.identities.Add("alice", "wonderland")) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  EXPECT_SAYS(peer, "GET k", "-NOAUTH Authentication required.\r\n");
  EXPECT_SAYS(peer, "AUTH wonderland", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  EXPECT_SAYS(peer, "AUTH alice guess", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  EXPECT_SAYS(peer, "HELLO 2 AUTH bob wonderland", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  EXPECT_SAYS(peer, "GET k", "-NOAUTH Authentication required.\r\n");
  CO_ASSIGN_OR_RETURN(std::string pipelined, peer->Say("GET k\r\nAUTH alice wonderland\r\nSET k v\r\nGET k\r\n", 4));
  EXPECT_EQ(pipelined, "-NOAUTH Authentication required.\r\n+OK\r\n+OK\r\n$1\r\nv\r\n");
  EXPECT_SAYS(peer, "MULTI", "+OK\r\n");
  EXPECT_SAYS(peer, "AUTH alice wonderland", "+QUEUED\r\n");
  EXPECT_SAYS(peer, "EXEC", "*1\r\n-ERR a login is not taken between MULTI and EXEC\r\n");
  EXPECT_SAYS(peer, "RESET", "+RESET\r\n");
  EXPECT_SAYS(peer, "GET k", "-NOAUTH Authentication required.\r\n");
  co_return Status::Ok();
}

DOOR_TEST(RefusesWhatTheGuardDoesNotAdmit) {
  house.guard.Deny("resp SET");
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  EXPECT_SAYS(peer, "SET k v", "-NOPERM resp SET is denied\r\n");
  EXPECT_SAYS(peer, "GET k", "$-1\r\n");
  EXPECT_SAYS(peer, "MULTI", "+OK\r\n");
  EXPECT_SAYS(peer, "SET k v", "-NOPERM resp SET is denied\r\n");
  EXPECT_SAYS(peer, "EXEC", "-EXECABORT Transaction discarded because of previous errors.\r\n");
  EXPECT_TRUE(house.guard.Asked("resp GET"));
  co_return Status::Ok();
}

DOOR_TEST(RefusesWhatIsNotSpokenAsRedisDoes) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  EXPECT_SAYS(peer, "LPUSH l a b", "-ERR unknown command 'LPUSH', with args beginning with: 'l' 'a' 'b' \r\n");
  EXPECT_SAYS(peer, "GET", "-ERR wrong number of arguments for 'get' command\r\n");
  EXPECT_SAYS(peer, "SELECT 1", "-ERR DB index is out of range\r\n");
  EXPECT_SAYS(peer, "PING", "+PONG\r\n");
  CO_ASSIGN_OR_RETURN(std::string said, peer->Say("PING\r\n*1\r\n$x\r\n", 3));
  EXPECT_EQ(said, "+PONG\r\n-ERR Protocol error: invalid bulk length\r\n(closed)");
  co_return Status::Ok();
}

DOOR_TEST(TransactionsRunWholeOrNotAtAll) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  CO_ASSIGN_OR_RETURN(std::string said, peer->Say("MULTI\r\nSET k 1\r\nINCR k\r\nGET k\r\nEXEC\r\n", 5));
  EXPECT_EQ(said, "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n:2\r\n$1\r\n2\r\n");
  EXPECT_SAYS(peer, "MULTI", "+OK\r\n");
  EXPECT_SAYS(peer, "SET k 5", "+QUEUED\r\n");
  EXPECT_SAYS(peer, "NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n");
  EXPECT_SAYS(peer, "EXEC", "-EXECABORT Transaction discarded because of previous errors.\r\n");
  EXPECT_SAYS(peer, "GET k", "$1\r\n2\r\n");
  EXPECT_SAYS(peer, "EXEC", "-ERR EXEC without MULTI\r\n");
  EXPECT_SAYS(peer, "MULTI", "+OK\r\n");
  EXPECT_SAYS(peer, "SET k 9", "+QUEUED\r\n");
  EXPECT_SAYS(peer, "DISCARD", "+OK\r\n");
  EXPECT_SAYS(peer, "GET k", "$1\r\n2\r\n");
  co_return Status::Ok();
}

DOOR_TEST(AWriteThatIsNotDurableIsNeverAnsweredOk) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  house.keys.FailWrites(Fault::DiskFull("no room on the data disk"));

  CO_ASSIGN_OR_RETURN(std::string said, peer->Say("PING\r\nSET k v\r\nGET k\r\n", 3));
  CO_ASSIGN_OR_RETURN(std::string in_transaction, peer->Say("MULTI\r\nSET k v\r\n", 2));
  EXPECT_SAYS(peer, "EXEC", "-MISCONF no room on the data disk\r\n");
  house.keys.FailWrites({});

  EXPECT_EQ(said, "+PONG\r\n-MISCONF no room on the data disk\r\n-MISCONF no room on the data disk\r\n");
  EXPECT_SAYS(peer, "GET k", "$-1\r\n");
  house.keys.Protect("row:");
  EXPECT_SAYS(peer, "SET row:1 v", "-NOPERM key 'row:1' is read-only\r\n");
  co_return Status::Ok();
}

DOOR_TEST_WITH(EndsAConnectionWhoseAnswerGrowsBeyondItsCap, house.options.reply_bytes_max = 10000) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  CO_RETURN_NOT_OK(peer->Say("SET k " + std::string(1000, 'x') + "\r\n"));
  std::string many = "MGET";
  for (int i = 0; i < 20; ++i) many += " k";

  CO_ASSIGN_OR_RETURN(std::string said, peer->Say(many + "\r\n"));

  EXPECT_EQ(said, "(closed)");
  co_return Status::Ok();
}

DOOR_TEST(RefusesAnAnswerForWhichThereIsNoRoom) {
  io::Budget& memory = house.env->memory();
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  std::string large;
  wire::resp::AppendRequest({"SET", "k", std::string(200'000, 'x')}, large);
  CO_RETURN_NOT_OK(peer->Say(large));
  auto taken = io::Reservation::Take(memory, memory.bytes_max() - memory.used() - 100'000);

  CO_ASSIGN_OR_RETURN(std::string refused, peer->Say("GET k\r\nPING\r\n", 2));
  EXPECT_EQ(refused, "-OOM command not allowed when used memory > 'maxmemory'.\r\n+PONG\r\n");
  taken = io::Reservation();
  CO_ASSIGN_OR_RETURN(std::string answered, peer->Say("GET k\r\n"));
  EXPECT_EQ(answered.size(), 200'000u + 11);
  co_return Status::Ok();
}

DOOR_TEST(AnswersALongPipelineInOrder) {
  CO_ASSIGN_OR_RETURN(auto peer, Connect(house));
  std::string stream, expected;
  for (int i = 1; i <= 5000; ++i) {
    std::string number = StrCat(i);
    wire::resp::AppendRequest({"INCR", "n"}, stream);
    expected += ":" + number + "\r\n";
  }

  CO_ASSIGN_OR_RETURN(std::string said, peer->Say(stream, 5000));

  EXPECT_EQ(said, expected);
  co_return Status::Ok();
}

TEST(RespTable, IsSortedAndEveryNameIsFound) {
  for (size_t i = 0; i < Verbs().size(); ++i) {
    EXPECT_EQ(FindVerb(Verbs()[i].name), &Verbs()[i]);
    if (i > 0) {
      EXPECT_LT(Verbs()[i - 1].name, Verbs()[i].name);
    }
  }
}

TEST(RespPattern, MatchesAsRedisDoes) {
  struct Case { std::string_view pattern, text; bool matches; };
  for (const Case& c : {Case{"*", "", true}, {"a*b", "axxb", true}, {"a*b", "axxc", false}, {"h?llo", "hello", true}, {"h[ae]llo", "hallo", true},
                        {"h[^e]llo", "hello", false}, {"h[a-c]llo", "hbllo", true}, {"a\\*b", "a*b", true}, {"a\\*b", "axb", false},
                        {"[", "x", false}, {"*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false}, {"", "a", false}}) {
    EXPECT_EQ(Matches(c.pattern, c.text), c.matches) << c.pattern << " " << c.text;
  }
}

}  // namespace
}  // namespace freshet::doors::resp
