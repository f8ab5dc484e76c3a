#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doors/resp/door.h"
#include "io/memory.h"
#include "wire/resp/reply.h"

namespace freshet::doors::resp {

using wire::resp::ReplyWriter;

using ports::Action;

// What every verb works with. Owned by the door; the same on all loops.
struct Room {
  Env& env;
  RespOptions options;
  RespPorts ports;
  uint16_t port = 0;
  MonoTime opened;
  std::atomic<int64_t> next_client_id{1};
  std::atomic<int64_t> clients{0};
  io::Budget held{"requests and answers of the resp door", env.memory().bytes_max() / 4, env.memory()};
};

using Arguments = std::span<const std::string_view>;

// What one connection has said about itself.
struct Client {
  int64_t id = 0;
  MonoTime opened;
  std::string peer;
  std::string name;
  std::string library;
  std::string library_version;
  int protocol = 2;
  bool authenticated = false;
  ports::PrincipalRef principal;                                // in a house with identities
  std::optional<Result<ports::PrincipalRef>> checked;           // the name and password of the request that runs next
  bool leaving = false;                                        // QUIT, or an answer grew beyond its cap
  std::optional<std::vector<std::vector<std::string>>> queued;  // since MULTI
  int64_t queued_bytes = 0;
  bool queue_broken = false;                                    // EXEC will refuse
};

// One request. Verbs run inside a program on the keys: they never wait.
struct Call {
  Room& room;
  Client& client;
  ports::KeySpace& keys;
  Arguments arguments;     // the verb's name first
  ReplyWriter& reply;

  std::string_view operator[](size_t i) const { return arguments[i]; }
  size_t size() const { return arguments.size(); }
  // True once the answer is larger than may be; the verb then stops, and the connection ends.
  bool Overflowed() {
    if (static_cast<int64_t>(reply.out().size()) <= room.options.reply_bytes_max) return false;
    client.leaving = true;
    return true;
  }
};

// A verb writes exactly one reply. Arity as Redis counts it: the name included, negative is "at least".
struct Verb {
  std::string_view name;     // upper case
  int arity;
  Action action;         // kNone: before a password was given; else only after
  bool writes;
  int first_key, last_key, key_step;   // as COMMAND tells them; 0: no keys
  void (*run)(Call& call);
};

// THE TABLE, in requests.cc.
std::span<const Verb> Verbs();
const Verb* FindVerb(std::string_view name);  // in any case; null when not spoken

// The name and password that a request gives, to be checked before it runs: that takes a while, and a program does not wait.
struct LoginWords {
  std::string_view name, password;
};
std::optional<LoginWords> LoginOf(Arguments arguments);

// Runs one request: is it spoken, are its arguments as many as they must be, may this client. Deny by default.
void Carry(Call& call);
// Whether it may change keys; also of a transaction that it would execute.
bool Writes(const Client& client, Arguments arguments);

// errors.cc
void Refuse(ReplyWriter& reply, const Fault& fault);
inline constexpr std::string_view kWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr std::string_view kSyntax = "ERR syntax error";
inline constexpr std::string_view kNotInteger = "ERR value is not an integer or out of range";
void RefuseArity(ReplyWriter& reply, std::string_view verb);

// words.cc
bool Is(std::string_view word, std::string_view upper);       // equal but for case
std::optional<int64_t> Integer(std::string_view text);         // as Redis reads one
bool Matches(std::string_view pattern, std::string_view text);  // * ? [a-z] [^a] and backslash; takes up to pattern × text steps
constexpr size_t kPatternBytesMax = 256;
constexpr std::string_view kPatternTooLong = "ERR the pattern of MATCH has more than 256 bytes";

// requests/*.cc: one family of verbs a file.
#define FRESHET_VERBS(V) \
  V(Auth) V(ClientVerb) V(Command) V(Discard) V(Echo) V(Exec) V(Hello) V(Multi) V(Ping) V(Quit) V(Reset) V(Select) \
  V(Append) V(Decr) V(DecrBy) V(Get) V(GetDel) V(Incr) V(IncrBy) V(MGet) V(MSet) V(PSetEx) V(Set) V(SetEx) V(SetNx) V(StrLen) \
  V(Del) V(Exists) V(Expire) V(ExpireAt) V(ExpireTime) V(Persist) V(PExpire) V(PExpireAt) V(PExpireTime) V(PTtl) V(Scan) V(Ttl) V(Type) \
  V(HDel) V(HExists) V(HGet) V(HGetAll) V(HKeys) V(HLen) V(HMGet) V(HScan) V(HSet) V(HMSet) V(HSetNx) V(HVals) \
  V(DbSize) V(Info)
#define FRESHET_VERB(name) void name(Call& call);
FRESHET_VERBS(FRESHET_VERB)
#undef FRESHET_VERB
#undef FRESHET_VERBS

}  // namespace freshet::doors::resp
