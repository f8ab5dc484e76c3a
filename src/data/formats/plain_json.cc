#include "data/formats/plain_json.h"

#include <simdjson.h>

#include <cstring>

namespace freshet::formats {

using data::ColumnBuilder;

bool PlainJson::Read(std::string_view record, ColumnBuilder* builders, int row) {
  values_.Begin(record.data() + record.size());
  const char* begin = values_.SkipBlanks(record.data());
  if (shapes_.useful()) {
    const char* at = shapes_.Read(values_, begin);
    if (at != nullptr && Ends(at, begin)) return true;
    TakeBack(builders, row);
    values_.Begin(record.data() + record.size());
  }
  const char* at = ReadObject(fields_.record(), begin, builders, row);
  if (at == nullptr || !Ends(at, begin)) return false;
  shapes_.Learn(values_, begin, builders);
  return true;
}

// Between its values a line has what lines had before it, which is no line end; within a value there is none but between values of its own.
size_t PlainJson::ReadLine(std::string_view lines, ColumnBuilder* builders, int row) {
  if (!shapes_.useful()) return 0;
  const char* begin = lines.data();
  values_.Begin(begin + lines.size());
  const char* at = shapes_.Read(values_, begin);
  if (at != nullptr && values_.Is(at, '\r')) ++at;
  bool line = at != nullptr && values_.Is(at, '\n') && IsText(begin, at);
  if (line && values_.nested()) line = std::memchr(begin, '\n', static_cast<size_t>(at - begin)) == nullptr;
  if (line) return static_cast<size_t>(at + 1 - begin);
  TakeBack(builders, row);
  return 0;
}

void PlainJson::TakeBack(ColumnBuilder* builders, int row) {
  for (int i = 0; i < fields_.record().wanted; ++i) builders[i].Truncate(row);
}

bool PlainJson::IsText(const char* begin, const char* end) const { return values_.ascii() || simdjson::validate_utf8(begin, static_cast<size_t>(end - begin)); }
bool PlainJson::Ends(const char* at, const char* begin) const { return values_.SkipBlanks(at) == values_.end() && IsText(begin, values_.end()); }

const char* PlainJson::TakeKey(const JsonObject& object, const char* at, size_t* next, const JsonField** field) {
  bool expected = *next < object.fields.size() && object.fields[*next].key.IsAt(at);
  if (!expected) return FindKey(object, at, next, field);
  *field = &object.fields[(*next)++];
  return at + (*field)->key.length;
}

const char* PlainJson::ReadObject(const JsonObject& object, const char* at, ColumnBuilder* builders, int row) {
  if (!values_.Is(at, '{')) return nullptr;
  size_t next = 0;
  int found = 0;
  at = values_.SkipBlanks(at + 1);
  bool more = !values_.Is(at, '}');
  if (!more) ++at;
  while (more) {
    const JsonField* field = nullptr;
    at = TakeKey(object, at, &next, &field);
    if (at == nullptr) return nullptr;
    at = values_.SkipBlanks(at);
    if (at >= values_.end()) return nullptr;
    bool wanted = field != nullptr && field->column >= 0 && builders[field->column].length() <= row;  // of a key that comes again the first one counts
    at = wanted ? ReadValue(*field, at, builders[field->column]) : values_.Skip(at);
    if (at == nullptr) return nullptr;
    found += wanted ? 1 : 0;
    at = values_.SkipBlanks(at);
    more = values_.Is(at, ',');
    if (!more && !values_.Is(at, '}')) return nullptr;
    ++at;
    if (more) at = values_.SkipBlanks(at);
  }
  if (found == object.wanted) return at;
  for (const auto& field : object.fields) {
    if (field.column >= 0 && builders[field.column].length() == row) builders[field.column].AppendNull();
  }
  return at;
}

const char* PlainJson::FindKey(const JsonObject& object, const char* at, size_t* next, const JsonField** field) {
  std::string_view name;
  at = values_.PlainString(at, &name);
  if (at == nullptr) return nullptr;
  at = values_.SkipBlanks(at);
  if (!values_.Is(at, ':')) return nullptr;
  *field = object.Find(name);
  if (*field != nullptr) *next = static_cast<size_t>(*field - object.fields.data()) + 1;
  return at + 1;
}

const char* PlainJson::ReadValue(const JsonField& field, const char* at, ColumnBuilder& builder) {
  if (*at == 'n') return values_.Null(at, builder);
  if (field.use != JsonUse::kRow) return values_.Read(field.use, at, builder);
  const JsonObject& object = fields_.object(field);
  ColumnBuilder* children = object.wanted > 0 ? &builder.child(0) : nullptr;
  at = ReadObject(object, at, children, builder.length());
  if (at != nullptr) builder.AppendRow();
  return at;
}

}  // namespace freshet::formats
