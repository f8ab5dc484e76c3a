#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "data/canonical.h"
#include "data/formats/format.h"
#include "data/formats/line_reader.h"

namespace {

using freshet::data::Type;

// As canonical text; "" when it is refused.
std::string RowOf(freshet::formats::Decoder& decoder, std::string_view record) {
  auto slab = freshet::data::Slab::Make(record.size());
  if (!record.empty()) std::memcpy(slab->data(), record.data(), record.size());
  decoder.SetChunk({slab->data(), record.size()}, slab);
  bool read = decoder.Append({slab->data(), record.size()}).ok();
  freshet::data::Batch rows = decoder.Finish();
  std::string out;
  for (int row = 0; read && row < rows.length(); ++row) {
    for (const auto& column : rows.columns()) {
      freshet::data::AppendCanonical(out, *column, row);
      out += '|';
    }
  }
  return out;
}

// Of what the reader of usual records takes both readers say the same: a key that is spelled in hexadecimal digits leaves a record to the one that takes everything. So do
// readers who have met records of such shapes: each line of the bytes is one.
void CheckReadersAgree(std::string_view lines) {
  freshet::data::Schema schema;
  schema.Add("a", Type::Int());
  schema.Add("l", Type::BigInt());
  schema.Add("f", Type::Double());
  schema.Add("d", Type::Decimal(10, 2));
  schema.Add("b", Type::Boolean());
  schema.Add("s", Type::String());
  schema.Add("t", Type::Timestamp(3));
  schema.Add("u", Type::Timestamp(6));
  schema.Add("r", Type::Row({{"x", Type::BigInt()}, {"y", Type::String()}}));
  auto open = [&schema] { return freshet::formats::OpenDecoder("json", {}, schema, schema).value(); };
  auto of_all = open(), of_lines = open();
  auto slab = freshet::data::Slab::Make(lines.size());
  if (!lines.empty()) std::memcpy(slab->data(), lines.data(), lines.size());
  std::string_view unread(slab->data(), lines.size());
  of_lines->SetChunk(unread, slab);
  while (!lines.empty()) {
    std::string_view record = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), record.size() + 1));
    std::string row = RowOf(*of_all, record);
    CHECK(RowOf(*of_all, record) == row);
    size_t taken = dynamic_cast<freshet::formats::LineReader&>(*of_lines).AppendLine(unread);
    CHECK(taken == 0 || (taken == record.size() + 1 && !row.empty()));
    if (taken == 0) (void)of_lines->Append(unread.substr(0, record.size()));
    unread.remove_prefix(std::min(unread.size(), record.size() + 1));
    size_t first = record.starts_with('{') ? record.find_first_not_of(" \t\r\n", 1) : std::string_view::npos;
    if (first == std::string_view::npos || record[first] == '}') continue;
    std::string spelled = freshet::StrCat("{\"\\u007a\":0,", record.substr(1));
    CHECK(RowOf(*open(), record) == RowOf(*open(), spelled));
    CHECK(row == RowOf(*open(), spelled));
  }
}

}  // namespace

// Any bytes as a record of a wide schema: rows or a Fault, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  freshet::data::Schema schema;
  schema.Add("a", Type::BigInt());
  schema.Add("s", Type::String());
  schema.Add("r", Type::Row({{"x", Type::Array(Type::Decimal(10, 2))}, {"t", Type::Timestamp(3)}}));
  schema.Add("m", Type::Map(Type::String(), Type::Double()));
  auto slab = freshet::data::Slab::Make(size);
  std::memcpy(slab->data(), data, size);
  std::string_view record(slab->data(), size);
  for (const char* format : {"json", "debezium-json", "canal-json", "maxwell-json", "csv"}) {
    auto decoder = freshet::formats::OpenDecoder(format, {{"ignore-parse-errors", "true"}}, schema, schema);
    if (!decoder.ok()) continue;
    (*decoder)->SetChunk(record, slab);
    (void)(*decoder)->Append(record);
    (void)(*decoder)->Finish();
  }
  CheckReadersAgree(record);
  freshet::data::Schema number;
  number.Add("n", Type::Double());
  auto raw = freshet::formats::OpenDecoder("raw", {}, number, number);
  if (raw.ok()) {
    (void)(*raw)->Append(record);
    (void)(*raw)->Finish();
  }
  return 0;
}
