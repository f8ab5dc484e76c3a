#pragma once

#include <string_view>
#include <vector>

#include "data/formats/json_shapes.h"
#include "data/formats/plain_values.h"

namespace freshet::formats {

// Reads a JSON record in one pass, if it is as programs usually write it: the fields in about the order that the table declares, values of
// the kind that the column is. Each field of the record is known beforehand with what is to be done with it, so what nobody wants is only
// passed over; and what stood between the values of a record is known of those that follow (json_shapes.h). Of anything else it says that it did not read the record,
// and leaves it to a reader that takes everything and can say what is wrong. Used by one thread.
class PlainJson {
 public:
  // `record`: all fields in their order; `wanted`: those to be read, one builder each, rows with only the wanted fields.
  PlainJson(const std::vector<data::NamedType>& record, const std::vector<data::NamedType>& wanted, TimestampStyle timestamps)
      : fields_(record, wanted), values_(timestamps), shapes_(fields_) {}

  // Whether wanted columns are of kinds that it can read.
  bool usable() const { return fields_.usable(); }
  void SetChunk(std::string_view chunk, data::Pin pin) { values_.SetChunk(chunk, std::move(pin)); }
  // One more row in the builders, always the same ones; if not, some of them may have grown. Bytes behind the record are readable, as in every chunk.
  bool Read(std::string_view record, data::ColumnBuilder* builders, int row);
  // The same of a line of a known shape at the beginning of `lines`, whose end nobody has looked for: how many bytes it took with its end. 0: none, and the builders are as before.
  size_t ReadLine(std::string_view lines, data::ColumnBuilder* builders, int row);

 private:
  void TakeBack(data::ColumnBuilder* builders, int row);
  const char* ReadObject(const JsonObject& object, const char* at, data::ColumnBuilder* builders, int row);
  const char* ReadValue(const JsonField& field, const char* at, data::ColumnBuilder& builder);
  // `field` is absent where nobody knows the key.
  const char* TakeKey(const JsonObject& object, const char* at, size_t* next, const JsonField** field);
  const char* FindKey(const JsonObject& object, const char* at, size_t* next, const JsonField** field);
  bool Ends(const char* at, const char* begin) const;  // behind the object, and all of the record is text
  bool IsText(const char* begin, const char* end) const;

  const JsonFields fields_;
  PlainValues values_;
  JsonShapes shapes_;
};

}  // namespace freshet::formats
