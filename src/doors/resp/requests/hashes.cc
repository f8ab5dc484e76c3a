#include "doors/resp/requests.h"

namespace freshet::doors::resp {
namespace {

using ports::KeyEntry;
using Hash = KeyEntry::Hash;

// The hash under a key; null when there is none. False when it holds something else, which is then answered.
bool FindHash(Call& call, const Hash*& hash, int64_t* expires_ms = nullptr) {
  const KeyEntry* entry = call.keys.Find(call[1]);
  hash = entry == nullptr ? nullptr : entry->hash();
  if (entry != nullptr && expires_ms != nullptr) *expires_ms = entry->expires_ms;
  if (entry == nullptr || hash != nullptr) return true;
  call.reply.Error(kWrongType);
  return false;
}

const std::string* FindField(const Hash* hash, std::string_view field) {
  if (hash == nullptr) return nullptr;
  auto found = hash->find(field);
  return found == hash->end() ? nullptr : &found->second;
}

bool Put(Call& call, Hash hash, int64_t expires_ms) {
  Status put = call.keys.Put(call[1], {.value = std::move(hash), .expires_ms = expires_ms});
  if (!put.ok()) Refuse(call.reply, put.fault());
  return put.ok();
}

// Sets fields from the arguments on; nothing when it was refused, else how many are new.
std::optional<int64_t> SetFields(Call& call) {
  const Hash* old = nullptr;
  int64_t expires_ms = KeyEntry::kNever;
  if (!FindHash(call, old, &expires_ms)) return std::nullopt;
  Hash hash = old == nullptr ? Hash() : *old;
  size_t before = hash.size();
  for (size_t i = 2; i < call.size(); i += 2) hash.insert_or_assign(std::string(call[i]), std::string(call[i + 1]));
  auto added = static_cast<int64_t>(hash.size() - before);
  if (!Put(call, std::move(hash), expires_ms)) return std::nullopt;
  return added;
}

void AnswerFields(Call& call, bool names, bool values) {
  const Hash* hash = nullptr;
  if (!FindHash(call, hash)) return;
  size_t count = hash == nullptr ? 0 : hash->size();
  if (names && values) call.reply.Map(count);
  else call.reply.Array(count);
  if (hash == nullptr) return;
  for (const auto& [field, value] : *hash) {
    if (names) call.reply.Bulk(field);
    if (values) call.reply.Bulk(value);
  }
}

}  // namespace

void HGet(Call& call) {
  const Hash* hash = nullptr;
  if (!FindHash(call, hash)) return;
  const std::string* value = FindField(hash, call[2]);
  if (value == nullptr) return call.reply.Null();
  call.reply.Bulk(*value);
}

void HMGet(Call& call) {
  const Hash* hash = nullptr;
  if (!FindHash(call, hash)) return;
  call.reply.Array(call.size() - 2);
  for (std::string_view field : call.arguments.subspan(2)) {
    const std::string* value = FindField(hash, field);
    if (value == nullptr) call.reply.Null();
    else call.reply.Bulk(*value);
    if (call.Overflowed()) return;
  }
}

void HGetAll(Call& call) { AnswerFields(call, true, true); }
void HKeys(Call& call) { AnswerFields(call, true, false); }
void HVals(Call& call) { AnswerFields(call, false, true); }

void HExists(Call& call) {
  const Hash* hash = nullptr;
  if (!FindHash(call, hash)) return;
  call.reply.Integer(FindField(hash, call[2]) != nullptr);
}

void HLen(Call& call) {
  const Hash* hash = nullptr;
  if (!FindHash(call, hash)) return;
  call.reply.Integer(hash == nullptr ? 0 : static_cast<int64_t>(hash->size()));
}

void HSet(Call& call) {
  if (call.size() % 2 != 0) return RefuseArity(call.reply, "HSET");
  auto added = SetFields(call);
  if (added) call.reply.Integer(*added);
}

void HMSet(Call& call) {
  if (call.size() % 2 != 0) return RefuseArity(call.reply, "HMSET");
  if (SetFields(call)) call.reply.Simple("OK");
}

void HSetNx(Call& call) {
  const Hash* hash = nullptr;
  if (!FindHash(call, hash)) return;
  if (FindField(hash, call[2]) != nullptr) return call.reply.Integer(0);
  if (SetFields(call)) call.reply.Integer(1);
}

// A hash without fields is no key.
void HDel(Call& call) {
  const Hash* old = nullptr;
  int64_t expires_ms = KeyEntry::kNever;
  if (!FindHash(call, old, &expires_ms)) return;
  if (old == nullptr) return call.reply.Integer(0);
  Hash hash = *old;
  int64_t removed = 0;
  for (std::string_view field : call.arguments.subspan(2)) {
    auto found = hash.find(field);
    if (found == hash.end()) continue;
    hash.erase(found);
    ++removed;
  }
  if (hash.empty()) {
    auto erased = call.keys.Erase(call[1]);
    if (!erased.ok()) return Refuse(call.reply, erased.fault());
  } else if (removed > 0 && !Put(call, std::move(hash), expires_ms)) {
    return;
  }
  call.reply.Integer(removed);
}

// Hashes are small: one page holds all fields.
void HScan(Call& call) {
  if (Integer(call[2]) == std::nullopt) return call.reply.Error("ERR invalid cursor");
  std::string_view pattern = "*";
  for (size_t i = 3; i < call.size(); i += 2) {
    bool has_value = i + 1 < call.size();
    if (has_value && Is(call[i], "MATCH") && call[i + 1].size() > kPatternBytesMax) return call.reply.Error(kPatternTooLong);
    if (has_value && Is(call[i], "MATCH")) pattern = call[i + 1];
    else if (!has_value || !Is(call[i], "COUNT")) return call.reply.Error(kSyntax);
  }
  const Hash* hash = nullptr;
  if (!FindHash(call, hash)) return;
  std::vector<const Hash::value_type*> found;
  if (hash != nullptr) {
    for (const auto& entry : *hash) {
      if (Matches(pattern, entry.first)) found.push_back(&entry);
    }
  }
  call.reply.Array(2);
  call.reply.Bulk("0");
  call.reply.Array(found.size() * 2);
  for (const auto* entry : found) {
    call.reply.Bulk(entry->first);
    call.reply.Bulk(entry->second);
  }
}

}  // namespace freshet::doors::resp
