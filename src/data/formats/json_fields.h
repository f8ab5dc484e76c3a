#pragma once

#include <immintrin.h>

#include <cstdint>
#include <string>
#include <vector>

#include "data/type.h"

namespace freshet::formats {

// What is done with the value of a field: it becomes one of a column of that kind, or nobody wants it.
enum class JsonUse : uint8_t { kSkip, kLong, kInteger, kText, kMoment, kReal, kDecimal, kBoolean, kRow, kOther };

// A key with its quotes and colon, so that what is expected is recognised by one comparison.
struct JsonKey {
  static constexpr size_t kMost = 32;
  alignas(kMost) char text[kMost] = {};
  uint32_t mask = 0;    // of the bytes that count; 0: too long for one comparison
  uint32_t length = 0;

  explicit JsonKey(const std::string& name);
  // Reads kMost bytes from `at` on.
  bool IsAt(const char* at) const {
    __m256i same = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), _mm256_load_si256(reinterpret_cast<const __m256i*>(text)));
    return mask != 0 && (static_cast<uint32_t>(_mm256_movemask_epi8(same)) & mask) == mask;
  }
};

struct JsonField {
  JsonKey key;
  std::string name;
  JsonUse use = JsonUse::kSkip;
  bool nested = false;  // as the table declares it
  int column = -1;      // among the builders of its row
  int object = -1;      // of a ROW: which object its fields are
};

struct JsonObject {
  std::vector<JsonField> fields;
  int wanted = 0;

  const JsonField* Find(std::string_view name) const;
};

// The fields of a record, each with what is to be done with it. Never changed.
class JsonFields {
 public:
  // `record`: all fields in their order; `wanted`: those to be read, one column each, rows with only the wanted fields.
  JsonFields(const std::vector<data::NamedType>& record, const std::vector<data::NamedType>& wanted) { Add(record, wanted); }

  const JsonObject& record() const { return objects_.back(); }
  const JsonObject& object(const JsonField& row) const { return objects_[static_cast<size_t>(row.object)]; }
  // Whether all that is wanted is of these kinds: no ARRAY, MAP, INTERVAL or VARIANT.
  bool usable() const { return usable_; }

 private:
  int Add(const std::vector<data::NamedType>& record, const std::vector<data::NamedType>& wanted);
  JsonUse UseOf(const data::Type& type);

  bool usable_ = true;
  std::vector<JsonObject> objects_;  // the last one is the record
};

}  // namespace freshet::formats
