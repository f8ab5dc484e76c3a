#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/status.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// What stands under one key: a string, or a hash of fields.
struct KeyEntry {
  using Hash = std::map<std::string, std::string, std::less<>>;
  static constexpr int64_t kNever = INT64_MAX;

  std::variant<std::string, Hash> value;
  int64_t expires_ms = kNever;  // wall time

  const std::string* string() const { return std::get_if<std::string>(&value); }
  const Hash* hash() const { return std::get_if<Hash>(&value); }
};

// Keys as one program sees them, standing still while it runs. Keys past their expiry are not there.
class KeySpace {
 public:
  using Visit = std::function<void(std::string_view key, const KeyEntry& entry)>;
  virtual ~KeySpace() = default;

  virtual WallTime now() const = 0;
  // Null when there is none. Valid until the next call.
  virtual const KeyEntry* Find(std::string_view key) = 0;
  // kTooLarge, kExhausted (memory), kPermissionDenied for a key that is derived and therefore read-only.
  virtual Status Put(std::string_view key, KeyEntry entry) = 0;
  // Whether it was there; kPermissionDenied as above.
  virtual Result<bool> Erase(std::string_view key) = 0;
  // Visits some `count` keys from `cursor` on and returns where to go on, 0 at the end. A key that is there all the time
  // is visited at least once.
  virtual uint64_t Scan(uint64_t cursor, size_t count, const Visit& visit) = 0;
  virtual int64_t size() = 0;
};

// A few reads and writes that belong together. Run is called once, must not wait, and may run on another loop than its
// caller's.
class KeyProgram {
 public:
  virtual ~KeyProgram() = default;
  virtual bool writes() const = 0;
  virtual void Run(KeySpace& keys) = 0;
};

// Durable keys. What a program wrote is durable when Run returns, and nobody sees it before. Callers may stand on any loop.
class KeyValue {
 public:
  virtual ~KeyValue() = default;
  // A Fault means that what the program wrote may or may not be kept: the log refused it.
  virtual Task<> Run(Ctx ctx, KeyProgram& program) = 0;
};

// Keys that are computed from something else, such as feature rows: readable beside the ordinary ones. Thread-safe.
class DerivedKeys {
 public:
  virtual ~DerivedKeys() = default;
  // Whether keys of this shape belong here, present or not.
  virtual bool Owns(std::string_view key) const = 0;
  virtual std::optional<KeyEntry> Find(std::string_view key, WallTime now) const = 0;
  virtual uint64_t Scan(uint64_t cursor, size_t count, WallTime now, const KeySpace::Visit& visit) const = 0;
  virtual int64_t size() const = 0;
};

}  // namespace freshet::ports
