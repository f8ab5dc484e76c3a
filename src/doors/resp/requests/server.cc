#include "doors/resp/requests.h"

namespace freshet::doors::resp {
namespace {

void DescribeVerb(Call& call, const Verb* verb) {
  if (verb == nullptr) return call.reply.NullArray();
  std::string lower(verb->name);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  call.reply.Array(10);
  call.reply.Bulk(lower);
  call.reply.Integer(verb->arity);
  call.reply.Array(1);
  call.reply.Simple(verb->writes ? "write" : "readonly");
  call.reply.Integer(verb->first_key);
  call.reply.Integer(verb->last_key);
  call.reply.Integer(verb->key_step);
  for (int empty = 0; empty < 4; ++empty) call.reply.Array(0);  // categories, tips, key specifications, subcommands
}

struct Section {
  std::string_view name;   // as asked for, upper case
  std::string (*write)(Call& call);
};

constexpr Section kSections[] = {
    {"SERVER", [](Call& call) {
       return StrCat("# Server\r\nredis_version:7.4.0\r\nserver_name:freshet\r\nredis_mode:standalone\r\narch_bits:64\r\ntcp_port:", call.room.port,
                     "\r\nuptime_in_seconds:", (call.room.env.clock().Now() - call.room.opened).ms() / 1000, "\r\n");
     }},
    {"CLIENTS", [](Call& call) { return StrCat("# Clients\r\nconnected_clients:", call.room.clients.load(), "\r\n"); }},
    {"MEMORY", [](Call& call) {
       auto& memory = call.room.env.memory();
       return StrCat("# Memory\r\nused_memory:", memory.used(), "\r\nmaxmemory:", memory.bytes_max(), "\r\nmaxmemory_policy:noeviction\r\n");
     }},
    {"PERSISTENCE", [](Call&) { return std::string("# Persistence\r\nloading:0\r\nasync_loading:0\r\naof_enabled:1\r\naof_last_write_status:ok\r\n"); }},
    {"REPLICATION", [](Call&) { return std::string("# Replication\r\nrole:master\r\nconnected_slaves:0\r\n"); }},
    {"KEYSPACE", [](Call& call) {
       return call.keys.size() == 0 ? std::string("# Keyspace\r\n") : StrCat("# Keyspace\r\ndb0:keys=", call.keys.size(), ",expires=0,avg_ttl=0\r\n");
     }},
};

}  // namespace

void Command(Call& call) {
  auto verbs = Verbs();
  if (call.size() == 1) {
    call.reply.Array(verbs.size());
    for (const Verb& verb : verbs) DescribeVerb(call, &verb);
    return;
  }
  if (Is(call[1], "COUNT") && call.size() == 2) return call.reply.Integer(static_cast<int64_t>(verbs.size()));
  if (Is(call[1], "DOCS")) return call.reply.Map(0);
  if (Is(call[1], "INFO") && call.size() <= verbs.size() + 2) {
    call.reply.Array(call.size() - 2);
    for (std::string_view name : call.arguments.subspan(2)) DescribeVerb(call, FindVerb(name));
    return;
  }
  call.reply.Error(StrCat("ERR unknown subcommand or wrong number of arguments for '", call[1].substr(0, 128), "'. Try COMMAND HELP."));
}

void DbSize(Call& call) { call.reply.Integer(call.keys.size()); }

void Info(Call& call) {
  std::string text;
  for (const Section& section : kSections) {
    bool wanted = call.size() == 1;
    for (std::string_view word : call.arguments.subspan(1)) {
      wanted = wanted || Is(word, section.name) || Is(word, "ALL") || Is(word, "DEFAULT") || Is(word, "EVERYTHING");
    }
    if (wanted) text += (text.empty() ? "" : "\r\n") + section.write(call);
  }
  call.reply.Verbatim("txt", text);
}

}  // namespace freshet::doors::resp
