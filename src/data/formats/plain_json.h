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

  bool ReadObject(const Object& object, data::ColumnBuilder* builders, int row);
  const Field* TakeKey(const Object& object, size_t* next);
  bool ReadValue(const Field& field, data::ColumnBuilder& builder);
  bool ReadInteger(What what, data::ColumnBuilder& builder);
  bool ReadText(data::ColumnBuilder& builder);
  bool ReadMoment(data::ColumnBuilder& builder);
  bool ReadNumber(What what, data::ColumnBuilder& builder);
  bool ReadBoolean(data::ColumnBuilder& builder);
  bool ReadParsed(data::ColumnBuilder& builder);
  bool Unescape(const char* begin, std::string_view* text);

  bool PlainString(std::string_view* text);
  bool Number(std::string_view* token);
  bool Skip();
  bool SkipString();
  bool SkipNested();
  bool Literal(std::string_view text);
  const char* StringStop(const char* at);
  bool Is(char c) const { return at_ < end_ && *at_ == c; }
  bool Take(char c) {
    if (!Is(c)) return false;
    ++at_;
    return true;
  }
  void SkipBlanks() {
    while (at_ < end_ && static_cast<unsigned char>(*at_) <= ' ' && IsBlank(*at_)) ++at_;
  }
  static bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  const TimestampStyle timestamps_;
  bool usable_ = true;
  std::vector<Object> objects_;  // the last one is the record
  std::string_view chunk_;
  data::Pin pin_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  bool ascii_ = true;            // all strings so far
  std::string scratch_;
  std::string day_text_;         // the day that was read last, and its number
  int64_t day_ = 0;
};

}  // namespace freshet::formats
