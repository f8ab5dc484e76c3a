#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/column_builder.h"
#include "data/formats/text_values.h"
#include "data/type.h"

namespace freshet::formats {

// Reads a JSON record in one pass, if it is as programs usually write it: the fields in about the order that the table declares, values of
// the kind that the column is. Each field of the record is known beforehand with what is to be done with it, so what nobody wants is only
// passed over. Of anything else it says that it did not read the record, and leaves it to a reader that takes everything and can say
// what is wrong. Used by one thread.
class PlainJson {
 public:
  // `record`: all fields in their order; `wanted`: those to be read, one builder each, rows with only the wanted fields.
  PlainJson(const std::vector<data::NamedType>& record, const std::vector<data::NamedType>& wanted, TimestampStyle timestamps);

  // Whether wanted columns are of kinds that it can read.
  bool usable() const { return usable_; }
  void SetChunk(std::string_view chunk, data::Pin pin) {
    chunk_ = chunk;
    pin_ = std::move(pin);
  }
  // One more row in the builders; if not, some of them may have grown. Bytes behind the record are readable, as in every chunk.
  bool Read(std::string_view record, data::ColumnBuilder* builders, int row);

 private:
  enum class What : uint8_t { kSkip, kLong, kInteger, kText, kMoment, kReal, kDecimal, kBoolean, kRow, kOther };
  // A key with its quotes and colon, so that what is expected is recognised by one comparison.
  struct Key {
    static constexpr size_t kMost = 32;
    alignas(kMost) char text[kMost] = {};
    uint32_t mask = 0;    // of the bytes that count; 0: too long for one comparison
    uint32_t length = 0;
    inline bool IsAt(const char* at) const;
  };
  struct Object;
  struct Field {
    Key key;
    std::string name;
    What what = What::kSkip;
    int column = -1;      // among the builders of its row
    int object = -1;      // of a ROW: in objects_
  };
  struct Object {
    std::vector<Field> fields;
    int wanted = 0;
  };

  int AddObject(const std::vector<data::NamedType>& record, const std::vector<data::NamedType>& wanted);
  What WhatOf(const data::Type& type);

  // Each is given where it begins and says where it ended; absent: that is none of the usual shape. The place is handed on and not kept, so that it stays in a
  // register.
  const char* ReadObject(const Object& object, const char* at, data::ColumnBuilder* builders, int row);
  const char* ReadValue(const Field& field, const char* at, data::ColumnBuilder& builder);
  const char* ReadInteger(What what, const char* at, data::ColumnBuilder& builder);
  const char* ReadText(const char* at, data::ColumnBuilder& builder);
  const char* ReadEscaped(const char* begin, const char* at, data::ColumnBuilder& builder);
  const char* ReadMoment(const char* at, data::ColumnBuilder& builder);
  const char* ReadNumber(What what, const char* at, data::ColumnBuilder& builder);
  const char* ReadBoolean(const char* at, data::ColumnBuilder& builder);
  const char* ReadParsed(const char* at, data::ColumnBuilder& builder);
  // `field` is absent where nobody knows the key.
  inline const char* TakeKey(const Object& object, const char* at, size_t* next, const Field** field);
  const char* FindKey(const Object& object, const char* at, size_t* next, const Field** field);
  const char* PlainString(const char* at, std::string_view* text);
  const char* Number(const char* at, std::string_view* token);
  static constexpr int kDepthMax = 64;
  const char* Skip(const char* at, int depth = 0);
  const char* SkipString(const char* at);
  const char* SkipNested(const char* at, int depth);
  const char* Literal(const char* at, std::string_view text) const;
  const char* StringStop(const char* at);
  bool Is(const char* at, char c) const { return at < end_ && *at == c; }
  const char* SkipBlanks(const char* at) const {
    while (at < end_ && static_cast<unsigned char>(*at) <= ' ' && IsBlank(*at)) ++at;
    return at;
  }
  static bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  const TimestampStyle timestamps_;
  bool usable_ = true;
  std::vector<Object> objects_;  // the last one is the record
  std::string_view chunk_;
  data::Pin pin_;
  const char* end_ = nullptr;    // of the record
  bool ascii_ = true;            // all strings so far
  std::string scratch_;
  static constexpr size_t kDay = 10;
  char day_text_[kDay] = {};     // the day that was read last, and its number
  int64_t day_ = 0;
};

}  // namespace freshet::formats
