#include "doors/resp/requests.h"

namespace freshet::doors::resp {
namespace {

using ports::KeyEntry;

// Puts and answers OK, or says why not.
bool Put(Call& call, std::string_view key, KeyEntry entry) {
  Status put = call.keys.Put(key, std::move(entry));
  if (!put.ok()) Refuse(call.reply, put.fault());
  return put.ok();
}

void PutOk(Call& call, std::string_view key, KeyEntry entry) {
  if (Put(call, key, std::move(entry))) call.reply.Simple("OK");
}

// The string under a key; null when there is none. False when it holds something else, which is then answered.
bool FindString(Call& call, std::string_view key, const KeyEntry*& entry) {
  entry = call.keys.Find(key);
  if (entry == nullptr || entry->string() != nullptr) return true;
  call.reply.Error(kWrongType);
  return false;
}

// now + length in the unit, or an absolute time; nothing when it is not positive or overflows.
std::optional<int64_t> Expiry(Call& call, std::string_view text, int64_t unit_ms, bool absolute) {
  auto number = Integer(text);
  int64_t ms = 0;
  bool sensible = number && *number > 0 && !__builtin_mul_overflow(*number, unit_ms, &ms) &&
                  !(!absolute && __builtin_add_overflow(ms, call.keys.now().ms, &ms));
  if (!number) call.reply.Error(kNotInteger);
  else if (!sensible) call.reply.Error("ERR invalid expire time in 'set' command");
  return sensible ? std::optional<int64_t>(ms) : std::nullopt;
}

struct SetWords {
  std::optional<int64_t> expires_ms;
  bool keep_ttl = false, get = false, if_absent = false, if_present = false;
};

bool ReadSetWords(Call& call, SetWords& words) {
  for (size_t i = 3; i < call.size(); ++i) {
    std::string_view word = call[i];
    bool seconds = Is(word, "EX") || Is(word, "EXAT");
    bool timed = seconds || Is(word, "PX") || Is(word, "PXAT");
    if (timed && i + 1 < call.size() && !words.expires_ms && !words.keep_ttl) {
      words.expires_ms = Expiry(call, call[++i], seconds ? 1000 : 1, word.size() == 4);
      if (!words.expires_ms) return false;
    } else if (Is(word, "KEEPTTL") && !words.expires_ms) {
      words.keep_ttl = true;
    } else if (Is(word, "GET")) {
      words.get = true;
    } else if (Is(word, "NX") && !words.if_present) {
      words.if_absent = true;
    } else if (Is(word, "XX") && !words.if_absent) {
      words.if_present = true;
    } else {
      call.reply.Error(kSyntax);
      return false;
    }
  }
  return true;
}

void AddTo(Call& call, int64_t by) {
  const KeyEntry* entry = nullptr;
  if (!FindString(call, call[1], entry)) return;
  int64_t expires_ms = entry == nullptr ? KeyEntry::kNever : entry->expires_ms;
  auto number = entry == nullptr ? std::optional<int64_t>(0) : Integer(*entry->string());
  int64_t sum = 0;
  if (!number) return call.reply.Error(kNotInteger);
  if (__builtin_add_overflow(*number, by, &sum)) return call.reply.Error("ERR increment or decrement would overflow");
  if (Put(call, call[1], {.value = StrCat(sum), .expires_ms = expires_ms})) call.reply.Integer(sum);
}

void SetFor(Call& call, int64_t unit_ms, std::string_view verb) {
  auto number = Integer(call[2]);
  int64_t ms = 0;
  if (!number) return call.reply.Error(kNotInteger);
  if (*number <= 0 || __builtin_mul_overflow(*number, unit_ms, &ms) || __builtin_add_overflow(ms, call.keys.now().ms, &ms)) {
    return call.reply.Error(StrCat("ERR invalid expire time in '", verb, "' command"));
  }
  PutOk(call, call[1], {.value = std::string(call[3]), .expires_ms = ms});
}

}  // namespace

void Get(Call& call) {
  const KeyEntry* entry = nullptr;
  if (!FindString(call, call[1], entry)) return;
  if (entry == nullptr) return call.reply.Null();
  call.reply.Bulk(*entry->string());
}

void GetDel(Call& call) {
  const KeyEntry* entry = nullptr;
  if (!FindString(call, call[1], entry)) return;
  if (entry == nullptr) return call.reply.Null();
  std::string value = *entry->string();
  auto erased = call.keys.Erase(call[1]);
  if (!erased.ok()) return Refuse(call.reply, erased.fault());
  call.reply.Bulk(value);
}

void Set(Call& call) {
  SetWords words;
  if (!ReadSetWords(call, words)) return;
  const KeyEntry* entry = call.keys.Find(call[1]);
  if (words.get && entry != nullptr && entry->string() == nullptr) return call.reply.Error(kWrongType);
  std::optional<std::string> old;
  if (words.get && entry != nullptr) old = *entry->string();
  bool happens = !(words.if_absent && entry != nullptr) && !(words.if_present && entry == nullptr);
  int64_t expires_ms = words.keep_ttl && entry != nullptr ? entry->expires_ms : words.expires_ms.value_or(KeyEntry::kNever);
  if (happens && !Put(call, call[1], {.value = std::string(call[2]), .expires_ms = expires_ms})) return;
  if (words.get) return old.has_value() ? call.reply.Bulk(*old) : call.reply.Null();
  if (!happens) return call.reply.Null();
  call.reply.Simple("OK");
}

void SetEx(Call& call) { SetFor(call, 1000, "setex"); }
void PSetEx(Call& call) { SetFor(call, 1, "psetex"); }

void SetNx(Call& call) {
  if (call.keys.Find(call[1]) != nullptr) return call.reply.Integer(0);
  if (Put(call, call[1], {.value = std::string(call[2])})) call.reply.Integer(1);
}

void MGet(Call& call) {
  call.reply.Array(call.size() - 1);
  for (std::string_view key : call.arguments.subspan(1)) {
    const KeyEntry* entry = call.keys.Find(key);
    if (entry == nullptr || entry->string() == nullptr) call.reply.Null();
    else call.reply.Bulk(*entry->string());
    if (call.Overflowed()) return;
  }
}

void MSet(Call& call) {
  if (call.size() % 2 == 0) return RefuseArity(call.reply, "MSET");
  for (size_t i = 1; i < call.size(); i += 2) {
    if (!Put(call, call[i], {.value = std::string(call[i + 1])})) return;
  }
  call.reply.Simple("OK");
}

void Append(Call& call) {
  const KeyEntry* entry = nullptr;
  if (!FindString(call, call[1], entry)) return;
  KeyEntry longer = entry == nullptr ? KeyEntry{.value = std::string()} : *entry;
  auto& text = std::get<std::string>(longer.value);
  text += call[2];
  auto size = static_cast<int64_t>(text.size());
  if (Put(call, call[1], std::move(longer))) call.reply.Integer(size);
}

void StrLen(Call& call) {
  const KeyEntry* entry = nullptr;
  if (!FindString(call, call[1], entry)) return;
  call.reply.Integer(entry == nullptr ? 0 : static_cast<int64_t>(entry->string()->size()));
}

void Incr(Call& call) { AddTo(call, 1); }
void Decr(Call& call) { AddTo(call, -1); }

void IncrBy(Call& call) {
  auto by = Integer(call[2]);
  if (!by) return call.reply.Error(kNotInteger);
  AddTo(call, *by);
}

void DecrBy(Call& call) {
  auto by = Integer(call[2]);
  if (!by) return call.reply.Error(kNotInteger);
  if (*by == INT64_MIN) return call.reply.Error("ERR decrement would overflow");
  AddTo(call, -*by);
}

}  // namespace freshet::doors::resp
