#include <cstddef>
#include <cstdint>

#include "data/formats/avro_rows.h"
#include "data/formats/format.h"

// A schema, a zero byte, records: rows or a Fault, never a crash. Then all of it as records of a table's own schema.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using freshet::data::Type;
  freshet::data::Schema columns;
  columns.Add("a", Type::BigInt());
  columns.Add("s", Type::String());
  columns.Add("r", Type::Row({{"x", Type::Array(Type::Decimal(10, 2))}, {"t", Type::Timestamp(3)}}));
  columns.Add("m", Type::Map(Type::String(), Type::Double()));
  auto slab = freshet::data::Slab::Make(size);
  if (size > 0) std::memcpy(slab->data(), data, size);
  std::string_view all(slab->data(), size);

  auto decoder = freshet::formats::OpenDecoder("avro", {}, columns, columns);
  (*decoder)->SetChunk(all, slab);
  (void)(*decoder)->Append(all);
  (void)(*decoder)->Finish();

  size_t end = std::min(all.find('\0'), size);
  auto schema = freshet::avro::ParseSchema(all.substr(0, end));
  if (!schema.ok()) return 0;
  auto reader = freshet::formats::AvroRowReader::Make(*schema, columns);
  if (!reader.ok()) return 0;
  std::vector<freshet::data::ColumnBuilder> builders;
  for (const auto& field : columns.fields()) builders.emplace_back(field.type, 8);
  reader->SetChunk(all, slab);
  freshet::ByteReader in(all.substr(std::min(end + 1, size)), freshet::Order::kLittle);
  for (int rows = 0; rows < 100 && !in.AtEnd() && reader->Read(in, builders).ok();) ++rows;
  return 0;
}
