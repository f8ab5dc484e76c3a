#include "doors/resp/requests.h"

namespace freshet::doors::resp {
namespace {

using ports::Action;

constexpr Verb kVerbs[] = {
    // name, arity, permission, writes, first key, last key, step, run
    {"APPEND", 3, Action::kWrite, true, 1, 1, 1, Append},
    {"AUTH", -2, Action::kNone, false, 0, 0, 0, Auth},
    {"CLIENT", -2, Action::kConnect, false, 0, 0, 0, ClientVerb},
    {"COMMAND", -1, Action::kConnect, false, 0, 0, 0, Command},
    {"DBSIZE", 1, Action::kObserve, false, 0, 0, 0, DbSize},
    {"DECR", 2, Action::kWrite, true, 1, 1, 1, Decr},
    {"DECRBY", 3, Action::kWrite, true, 1, 1, 1, DecrBy},
    {"DEL", -2, Action::kWrite, true, 1, -1, 1, Del},
    {"DISCARD", 1, Action::kConnect, false, 0, 0, 0, Discard},
    {"ECHO", 2, Action::kConnect, false, 0, 0, 0, Echo},
    {"EXEC", 1, Action::kConnect, false, 0, 0, 0, Exec},
    {"EXISTS", -2, Action::kRead, false, 1, -1, 1, Exists},
    {"EXPIRE", -3, Action::kWrite, true, 1, 1, 1, Expire},
    {"EXPIREAT", -3, Action::kWrite, true, 1, 1, 1, ExpireAt},
    {"EXPIRETIME", 2, Action::kRead, false, 1, 1, 1, ExpireTime},
    {"GET", 2, Action::kRead, false, 1, 1, 1, Get},
    {"GETDEL", 2, Action::kWrite, true, 1, 1, 1, GetDel},
    {"HDEL", -3, Action::kWrite, true, 1, 1, 1, HDel},
    {"HELLO", -1, Action::kNone, false, 0, 0, 0, Hello},
    {"HEXISTS", 3, Action::kRead, false, 1, 1, 1, HExists},
    {"HGET", 3, Action::kRead, false, 1, 1, 1, HGet},
    {"HGETALL", 2, Action::kRead, false, 1, 1, 1, HGetAll},
    {"HKEYS", 2, Action::kRead, false, 1, 1, 1, HKeys},
    {"HLEN", 2, Action::kRead, false, 1, 1, 1, HLen},
    {"HMGET", -3, Action::kRead, false, 1, 1, 1, HMGet},
    {"HMSET", -4, Action::kWrite, true, 1, 1, 1, HMSet},
    {"HSCAN", -3, Action::kRead, false, 1, 1, 1, HScan},
    {"HSET", -4, Action::kWrite, true, 1, 1, 1, HSet},
    {"HSETNX", 4, Action::kWrite, true, 1, 1, 1, HSetNx},
    {"HVALS", 2, Action::kRead, false, 1, 1, 1, HVals},
    {"INCR", 2, Action::kWrite, true, 1, 1, 1, Incr},
    {"INCRBY", 3, Action::kWrite, true, 1, 1, 1, IncrBy},
    {"INFO", -1, Action::kObserve, false, 0, 0, 0, Info},
    {"MGET", -2, Action::kRead, false, 1, -1, 1, MGet},
    {"MSET", -3, Action::kWrite, true, 1, -1, 2, MSet},
    {"MULTI", 1, Action::kConnect, false, 0, 0, 0, Multi},
    {"PERSIST", 2, Action::kWrite, true, 1, 1, 1, Persist},
    {"PEXPIRE", -3, Action::kWrite, true, 1, 1, 1, PExpire},
    {"PEXPIREAT", -3, Action::kWrite, true, 1, 1, 1, PExpireAt},
    {"PEXPIRETIME", 2, Action::kRead, false, 1, 1, 1, PExpireTime},
    {"PING", -1, Action::kConnect, false, 0, 0, 0, Ping},
    {"PSETEX", 4, Action::kWrite, true, 1, 1, 1, PSetEx},
    {"PTTL", 2, Action::kRead, false, 1, 1, 1, PTtl},
    {"QUIT", -1, Action::kNone, false, 0, 0, 0, Quit},
    {"RESET", 1, Action::kNone, false, 0, 0, 0, Reset},
    {"SCAN", -2, Action::kRead, false, 0, 0, 0, Scan},
    {"SELECT", 2, Action::kConnect, false, 0, 0, 0, Select},
    {"SET", -3, Action::kWrite, true, 1, 1, 1, Set},
    {"SETEX", 4, Action::kWrite, true, 1, 1, 1, SetEx},
    {"SETNX", 3, Action::kWrite, true, 1, 1, 1, SetNx},
    {"STRLEN", 2, Action::kRead, false, 1, 1, 1, StrLen},
    {"TTL", 2, Action::kRead, false, 1, 1, 1, Ttl},
    {"TYPE", 2, Action::kRead, false, 1, 1, 1, Type},
    {"UNLINK", -2, Action::kWrite, true, 1, -1, 1, Del},
};

// Yes, or an error was written: one password opens the door, the guard decides on the rest.
bool Admitted(Call& call, const Verb& verb) {
  if (verb.action != Action::kNone && !call.client.authenticated) {
    call.reply.Error("NOAUTH Authentication required.");
    return false;
  }
  Ctx ctx;
  ctx.principal = call.client.principal;
  Status admitted = call.room.ports.guard.Admit(ctx, {"resp", verb.name, verb.action});
  if (!admitted.ok()) call.reply.Error(StrCat("NOPERM ", admitted.fault().message()));
  return admitted.ok();
}

bool HasArity(const Verb& verb, size_t arguments) {
  auto count = static_cast<int>(arguments);
  return verb.arity >= 0 ? count == verb.arity : count >= -verb.arity;
}

// As Redis words it, at most 128 bytes of arguments.
void RefuseUnknown(Call& call) {
  std::string text = StrCat("ERR unknown command '", call[0].substr(0, 128), "', with args beginning with: ");
  size_t shown = 0;
  for (size_t i = 1; i < call.size() && shown < 128; ++i) {
    std::string_view argument = call[i].substr(0, 128 - shown);
    text += StrCat("'", argument, "' ");
    shown += argument.size();
  }
  call.reply.Error(text);
}

// What takes effect at once even between MULTI and EXEC.
bool EndsQueueing(const Verb& verb) {
  return verb.run == Exec || verb.run == Discard || verb.run == Multi || verb.run == Quit || verb.run == Reset;
}

void Enqueue(Call& call) {
  for (std::string_view argument : call.arguments) call.client.queued_bytes += static_cast<int64_t>(argument.size()) + 48;
  if (call.client.queued_bytes > call.room.options.request_bytes_max) {
    call.client.queue_broken = true;
    return call.reply.Error("ERR a transaction may not be larger than a request");
  }
  call.client.queued->emplace_back(call.arguments.begin(), call.arguments.end());
  call.reply.Simple("QUEUED");
}

}  // namespace

std::span<const Verb> Verbs() { return kVerbs; }

std::string RespDoor::DescribeCommands() {
  std::string out = "| command | arity | permission |\n|---|---|---|\n";
  for (const Verb& verb : kVerbs) out += StrCat("| ", verb.name, " | ", verb.arity, " | ", ActionName(verb.action), " |\n");
  return out;
}

const Verb* FindVerb(std::string_view name) {
  for (const Verb& verb : kVerbs) {
    if (Is(name, verb.name)) return &verb;
  }
  return nullptr;
}

bool Writes(const Client& client, Arguments arguments) {
  const Verb* verb = FindVerb(arguments[0]);
  if (verb == nullptr) return false;
  if (verb->run != Exec || !client.queued.has_value()) return verb->writes;
  for (const auto& queued : *client.queued) {
    if (FindVerb(queued[0])->writes) return true;
  }
  return false;
}

void Carry(Call& call) {
  const Verb* verb = FindVerb(call[0]);
  size_t before = call.reply.out().size();
  if (verb == nullptr) {
    RefuseUnknown(call);
  } else if (Admitted(call, *verb)) {
    if (!HasArity(*verb, call.size())) RefuseArity(call.reply, verb->name);
    else if (call.client.queued.has_value() && !EndsQueueing(*verb)) return Enqueue(call);
    else return verb->run(call);
  }
  CHECK(call.reply.out().size() > before);
  call.client.queue_broken = call.client.queue_broken || call.client.queued.has_value();
}

}  // namespace freshet::doors::resp
