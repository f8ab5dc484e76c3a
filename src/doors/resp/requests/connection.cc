#include "doors/resp/requests.h"

namespace freshet::doors::resp {
namespace {

constexpr size_t kNameBytesMax = 1024;

// What the session found out about this request's name and password.
bool TakeChecked(Call& call) {
  auto checked = std::exchange(call.client.checked, std::nullopt);
  if (!checked.has_value()) {
    call.reply.Error("ERR a login is not taken between MULTI and EXEC");
  } else if (checked->code() == Code::kUnauthenticated) {
    call.reply.Error("WRONGPASS invalid username-password pair or user is disabled.");
  } else if (!checked->ok()) {
    call.reply.Error(StrCat("ERR ", checked->fault().message()));
  } else {
    call.client.principal = std::move(*checked).value();
    call.client.authenticated = true;
    return true;
  }
  return false;
}

bool Authenticate(Call& call, std::string_view user, std::string_view password) {
  if (!call.room.ports.identities.is_open()) return TakeChecked(call);
  if (call.room.options.password.empty()) {
    call.reply.Error("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?");
    return false;
  }
  if (user != "default" || !call.room.options.password.Equals(password)) {
    call.reply.Error("WRONGPASS invalid username-password pair or user is disabled.");
    return false;
  }
  call.client.authenticated = true;
  return true;
}

bool IsName(std::string_view name) {
  if (name.size() > kNameBytesMax) return false;
  for (char c : name) {
    if (c < '!' || c > '~') return false;
  }
  return true;
}

bool SetName(Call& call, std::string_view name) {
  if (!IsName(name)) {
    call.reply.Error("ERR Client names cannot contain spaces, newlines or special characters.");
    return false;
  }
  call.client.name = name;
  return true;
}

void SetInfo(Call& call) {
  bool library = Is(call[2], "LIB-NAME");
  if (!library && !Is(call[2], "LIB-VER")) return call.reply.Error(StrCat("ERR Unrecognized option '", call[2].substr(0, 128), "'"));
  if (!IsName(call[3])) return call.reply.Error(StrCat("ERR ", call[2], " cannot contain spaces, newlines or special characters."));
  (library ? call.client.library : call.client.library_version) = call[3];
  call.reply.Simple("OK");
}

// Clients parse every field of Redis 7 as a number; those that we do not count are 0.
void Describe(Call& call) {
  const Client& client = call.client;
  int64_t age = (call.room.env.clock().Now() - client.opened).ms() / 1000;
  int64_t multi = client.queued.has_value() ? static_cast<int64_t>(client.queued->size()) : -1;
  call.reply.Verbatim("txt", StrCat("id=", client.id, " addr=", client.peer, " laddr=", call.room.options.listen.host, ":", call.room.port, " fd=0 name=", client.name,
                                    " age=", age, " idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=", multi, " watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=",
                                    client.queued_bytes, " rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd=client|info user=", client.principal != nullptr ? client.principal->name : "default", " redir=-1 resp=",
                                    client.protocol, " lib-name=", client.library, " lib-ver=", client.library_version, "\n"));
}

void Greet(Call& call) {
  ReplyWriter reply(call.reply.out(), call.client.protocol);
  reply.Map(7);
  reply.Bulk("server");
  reply.Bulk("redis");
  reply.Bulk("version");
  reply.Bulk("7.4.0");
  reply.Bulk("proto");
  reply.Integer(call.client.protocol);
  reply.Bulk("id");
  reply.Integer(call.client.id);
  reply.Bulk("mode");
  reply.Bulk("standalone");
  reply.Bulk("role");
  reply.Bulk("master");
  reply.Bulk("modules");
  reply.Array(0);
}

}  // namespace

// As Redis has it, a password without a name is that of "default".
std::optional<LoginWords> LoginOf(Arguments arguments) {
  size_t n = arguments.size();
  if (Is(arguments[0], "AUTH") && n == 2) return LoginWords{"default", arguments[1]};
  if (Is(arguments[0], "AUTH") && n == 3) return LoginWords{arguments[1], arguments[2]};
  if (!Is(arguments[0], "HELLO")) return std::nullopt;
  for (size_t i = 2; i + 2 < n; ++i) {
    if (Is(arguments[i], "AUTH")) return LoginWords{arguments[i + 1], arguments[i + 2]};
  }
  return std::nullopt;
}

void Auth(Call& call) {
  if (call.size() > 3) return call.reply.Error(kSyntax);
  bool has_user = call.size() == 3;
  if (Authenticate(call, has_user ? call[1] : "default", call[call.size() - 1])) call.reply.Simple("OK");
}

void Hello(Call& call) {
  int protocol = call.client.protocol;
  if (call.size() > 1) {
    auto wanted = Integer(call[1]);
    if (!wanted) return call.reply.Error("ERR Protocol version is not an integer or out of range");
    if (*wanted != 2 && *wanted != 3) return call.reply.Error("NOPROTO unsupported protocol version");
    protocol = static_cast<int>(*wanted);
  }
  std::optional<std::string_view> name;
  for (size_t i = 2; i < call.size();) {
    if (Is(call[i], "AUTH") && i + 2 < call.size()) {
      if (!Authenticate(call, call[i + 1], call[i + 2])) return;
      i += 3;
    } else if (Is(call[i], "SETNAME") && i + 1 < call.size()) {
      name = call[i + 1];
      i += 2;
    } else {
      return call.reply.Error(StrCat("ERR Syntax error in HELLO option '", call[i].substr(0, 128), "'"));
    }
  }
  if (!call.client.authenticated) {
    return call.reply.Error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option "
                            "can be used to authenticate the client and select the RESP protocol version at the same time");
  }
  if (name.has_value() && !SetName(call, *name)) return;
  call.client.protocol = protocol;
  Greet(call);
}

void ClientVerb(Call& call) {
  std::string_view what = call[1];
  size_t n = call.size();
  if (Is(what, "SETNAME") && n == 3) return SetName(call, call[2]) ? call.reply.Simple("OK") : void();
  if (Is(what, "GETNAME") && n == 2) return call.client.name.empty() ? call.reply.Null() : call.reply.Bulk(call.client.name);
  if (Is(what, "ID") && n == 2) return call.reply.Integer(call.client.id);
  if (Is(what, "INFO") && n == 2) return Describe(call);
  if (Is(what, "SETINFO") && n == 4) return SetInfo(call);
  if ((Is(what, "NO-EVICT") || Is(what, "NO-TOUCH")) && n == 3) return call.reply.Simple("OK");  // nothing is ever evicted
  call.reply.Error(StrCat("ERR unknown subcommand or wrong number of arguments for '", what.substr(0, 128), "'. Try CLIENT HELP."));
}

void Ping(Call& call) {
  if (call.size() > 2) return RefuseArity(call.reply, "PING");
  if (call.size() == 2) return call.reply.Bulk(call[1]);
  call.reply.Simple("PONG");
}

void Echo(Call& call) { call.reply.Bulk(call[1]); }

// One database.
void Select(Call& call) {
  auto index = Integer(call[1]);
  if (!index) return call.reply.Error(kNotInteger);
  if (*index != 0) return call.reply.Error("ERR DB index is out of range");
  call.reply.Simple("OK");
}

void Quit(Call& call) {
  call.client.leaving = true;
  call.reply.Simple("OK");
}

void Reset(Call& call) {
  Client& client = call.client;
  client.queued.reset();
  client.queued_bytes = 0;
  client.queue_broken = false;
  client.name.clear();
  client.protocol = 2;
  client.principal = nullptr;
  client.authenticated = call.room.options.password.empty() && call.room.ports.identities.is_open();
  call.reply.Simple("RESET");
}

}  // namespace freshet::doors::resp
