#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// How a message lies in memory and on the wire, as constant tables that one encoder and one decoder interpret
// (codec.cc). messages/ holds a table for every struct; the tables are generated.

namespace freshet::wire::kafka {

// First to last, both included; empty when first > last.
struct Versions {
  int8_t first = 1;
  int8_t last = 0;
  constexpr bool Has(int version) const { return first <= version && version <= last; }
};

enum class Kind : uint8_t {
  kBool, kInt8, kInt16, kUint16, kInt32, kInt64, kFloat64, kUuid,
  kView,        // string, borrowed (requests)
  kText,        // string, owned (responses)
  kBytesView, kBytesText,
  kRecords,     // record batches, borrowed
  kRuns,        // record batches, borrowed in several pieces
  kStruct,
  kArray,
};

// What the codec needs to do with a std::vector (or an optional one) whose element type it does not know.
struct ListOps {
  size_t element_bytes;
  void* (*resize)(void* list, size_t count);              // to count default elements
  std::span<const std::byte> (*bytes)(const void* list);  // its elements
  bool (*is_null)(const void* list);
  void (*set_null)(void* list);                           // only when optional
};

struct Shape;

struct Field {
  Kind kind = Kind::kBool;
  Kind element = Kind::kBool;      // of an array
  uint16_t offset = 0;             // of the member in its struct
  Versions versions;
  Versions nullable;
  Versions tagged;
  int8_t tag = -1;
  bool optional = false;           // the member is a std::optional
  bool default_null = false;
  int64_t default_number = 0;
  const Shape* shape = nullptr;    // of a struct, or of an array's structs
  const ListOps* list = nullptr;   // of an array
};

struct Shape {
  std::span<const Field> fields;
};

template <typename T>
inline constexpr ListOps kList = {
    .element_bytes = sizeof(T),
    .resize = [](void* list, size_t count) -> void* {
      auto& vector = *static_cast<std::vector<T>*>(list);
      vector = std::vector<T>(count);  // half the code of clear and resize, and there are 130 such T
      return vector.data();
    },
    .bytes = [](const void* list) { return std::as_bytes(std::span(*static_cast<const std::vector<T>*>(list))); },
    .is_null = [](const void*) { return false; },
    .set_null = nullptr,
};

template <typename T>
inline constexpr ListOps kOptionalList = {
    .element_bytes = sizeof(T),
    .resize = [](void* list, size_t count) -> void* {
      return static_cast<std::optional<std::vector<T>>*>(list)->emplace(count).data();
    },
    .bytes = [](const void* list) { return std::as_bytes(std::span(**static_cast<const std::optional<std::vector<T>>*>(list))); },
    .is_null = [](const void* list) { return !static_cast<const std::optional<std::vector<T>>*>(list)->has_value(); },
    .set_null = [](void* list) { static_cast<std::optional<std::vector<T>>*>(list)->reset(); },
};

}  // namespace freshet::wire::kafka
