#include "doors/resp/requests.h"

#include <charconv>

namespace freshet::doors::resp {
namespace {

using ports::KeyEntry;

constexpr int64_t kScanCountMax = 10000;
constexpr int64_t kScanPiece = 4;           // keys, of 64 KiB at most
constexpr int64_t kMatchStepsMax = 1 << 24;  // of one SCAN: it ends early then, as it may, and others have their turn

void ExpireTo(Call& call, int64_t unit_ms, bool absolute) {
  auto number = Integer(call[2]);
  int64_t ms = 0;
  if (!number) return call.reply.Error(kNotInteger);
  if (__builtin_mul_overflow(*number, unit_ms, &ms) || (!absolute && __builtin_add_overflow(ms, call.keys.now().ms, &ms)) || ms == KeyEntry::kNever) {
    return call.reply.Error("ERR invalid expire time in 'expire' command");
  }
  bool if_none = false, if_some = false, if_later = false, if_sooner = false;
  for (std::string_view word : call.arguments.subspan(3)) {
    if (Is(word, "NX")) if_none = true;
    else if (Is(word, "XX")) if_some = true;
    else if (Is(word, "GT")) if_later = true;
    else if (Is(word, "LT")) if_sooner = true;
    else return call.reply.Error(StrCat("ERR Unsupported option ", word.substr(0, 128)));
  }
  if (if_none && (if_some || if_later || if_sooner)) return call.reply.Error("ERR NX and XX, GT or LT options at the same time are not compatible");
  if (if_later && if_sooner) return call.reply.Error("ERR GT and LT options at the same time are not compatible");
  const KeyEntry* entry = call.keys.Find(call[1]);
  if (entry == nullptr) return call.reply.Integer(0);
  bool timed = entry->expires_ms != KeyEntry::kNever;
  bool skipped = (if_none && timed) || (if_some && !timed) || (if_later && ms <= entry->expires_ms) || (if_sooner && ms >= entry->expires_ms);
  if (skipped) return call.reply.Integer(0);
  Status done;
  if (ms <= call.keys.now().ms) {
    done = call.keys.Erase(call[1]).status();
  } else {
    KeyEntry changed = *entry;
    changed.expires_ms = ms;
    done = call.keys.Put(call[1], std::move(changed));
  }
  if (!done.ok()) return Refuse(call.reply, done.fault());
  call.reply.Integer(1);
}

// −2: no such key, −1: no end.
void TimeLeft(Call& call, int64_t unit_ms) {
  const KeyEntry* entry = call.keys.Find(call[1]);
  if (entry == nullptr) return call.reply.Integer(-2);
  if (entry->expires_ms == KeyEntry::kNever) return call.reply.Integer(-1);
  call.reply.Integer((entry->expires_ms - call.keys.now().ms + unit_ms / 2) / unit_ms);
}

}  // namespace

void Del(Call& call) {
  int64_t count = 0;
  for (std::string_view key : call.arguments.subspan(1)) {
    auto erased = call.keys.Erase(key);
    if (!erased.ok()) return Refuse(call.reply, erased.fault());
    count += *erased;
  }
  call.reply.Integer(count);
}

void Exists(Call& call) {
  int64_t count = 0;
  for (std::string_view key : call.arguments.subspan(1)) count += call.keys.Find(key) != nullptr;
  call.reply.Integer(count);
}

void Expire(Call& call) { ExpireTo(call, 1000, false); }
void ExpireAt(Call& call) { ExpireTo(call, 1000, true); }
void PExpire(Call& call) { ExpireTo(call, 1, false); }
void PExpireAt(Call& call) { ExpireTo(call, 1, true); }

void Persist(Call& call) {
  const KeyEntry* entry = call.keys.Find(call[1]);
  if (entry == nullptr || entry->expires_ms == KeyEntry::kNever) return call.reply.Integer(0);
  KeyEntry changed = *entry;
  changed.expires_ms = KeyEntry::kNever;
  Status put = call.keys.Put(call[1], std::move(changed));
  if (!put.ok()) return Refuse(call.reply, put.fault());
  call.reply.Integer(1);
}

void Ttl(Call& call) { TimeLeft(call, 1000); }
void PTtl(Call& call) { TimeLeft(call, 1); }

// The wall time at which the key goes; -1: never, -2: there is none.
void TimeOfEnd(Call& call, int64_t unit_ms) {
  const KeyEntry* entry = call.keys.Find(call[1]);
  if (entry == nullptr) return call.reply.Integer(-2);
  call.reply.Integer(entry->expires_ms == KeyEntry::kNever ? -1 : entry->expires_ms / unit_ms);
}

void ExpireTime(Call& call) { TimeOfEnd(call, 1000); }
void PExpireTime(Call& call) { TimeOfEnd(call, 1); }

void Type(Call& call) {
  const KeyEntry* entry = call.keys.Find(call[1]);
  call.reply.Simple(entry == nullptr ? "none" : entry->string() != nullptr ? "string" : "hash");
}

void Scan(Call& call) {
  uint64_t cursor = 0;
  auto [end, error] = std::from_chars(call[1].data(), call[1].data() + call[1].size(), cursor);
  if (error != std::errc() || end != call[1].data() + call[1].size()) return call.reply.Error("ERR invalid cursor");
  std::string_view pattern = "*", type;
  int64_t count = 10;
  for (size_t i = 2; i < call.size(); i += 2) {
    bool has_value = i + 1 < call.size();
    if (has_value && Is(call[i], "MATCH")) {
      pattern = call[i + 1];
      if (pattern.size() > kPatternBytesMax) return call.reply.Error(kPatternTooLong);
    } else if (has_value && Is(call[i], "COUNT")) {
      auto number = Integer(call[i + 1]);
      if (!number) return call.reply.Error(kNotInteger);
      if (*number < 1) return call.reply.Error(kSyntax);
      count = std::min(*number, kScanCountMax);
    } else if (has_value && Is(call[i], "TYPE")) {
      type = call[i + 1];
    } else {
      return call.reply.Error(kSyntax);
    }
  }
  std::vector<std::string> found;
  int64_t steps = 0;
  auto look = [&](std::string_view key, const KeyEntry& entry) {
    bool wanted = type.empty() || Is(type, entry.string() != nullptr ? "STRING" : "HASH");
    if (!wanted) return;
    steps += static_cast<int64_t>(pattern.size() * key.size());
    if (Matches(pattern, key)) found.emplace_back(key);
  };
  uint64_t next = cursor;
  for (int64_t left = count; left > 0 && steps < kMatchStepsMax; left -= kScanPiece) {
    next = call.keys.Scan(next, static_cast<size_t>(std::min(left, kScanPiece)), look);
    if (next == 0) break;
  }
  call.reply.Array(2);
  call.reply.Bulk(StrCat(next));
  call.reply.Array(found.size());
  for (const std::string& key : found) call.reply.Bulk(key);
}

}  // namespace freshet::doors::resp
