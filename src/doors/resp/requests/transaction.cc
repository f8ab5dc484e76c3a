#include "doors/resp/requests.h"

// A transaction is queued in its session and runs inside one program: all of it or, when the log refuses, none of it.

namespace freshet::doors::resp {
namespace {

void Forget(Client& client) {
  client.queued.reset();
  client.queued_bytes = 0;
  client.queue_broken = false;
}

}  // namespace

void Multi(Call& call) {
  if (call.client.queued.has_value()) return call.reply.Error("ERR MULTI calls can not be nested");
  call.client.queued.emplace();
  call.reply.Simple("OK");
}

void Discard(Call& call) {
  if (!call.client.queued.has_value()) return call.reply.Error("ERR DISCARD without MULTI");
  Forget(call.client);
  call.reply.Simple("OK");
}

void Exec(Call& call) {
  Client& client = call.client;
  if (!client.queued.has_value()) return call.reply.Error("ERR EXEC without MULTI");
  bool broken = client.queue_broken;
  auto queued = std::move(*client.queued);
  Forget(client);
  if (broken) return call.reply.Error("EXECABORT Transaction discarded because of previous errors.");
  call.reply.Array(queued.size());
  for (const auto& words : queued) {
    std::vector<std::string_view> arguments(words.begin(), words.end());
    ReplyWriter reply(call.reply.out(), client.protocol);
    Call inner{call.room, client, call.keys, arguments, reply};
    Carry(inner);
    if (call.Overflowed()) return;
  }
}

}  // namespace freshet::doors::resp
