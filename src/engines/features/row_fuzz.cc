#include <cstdint>

#include "engines/features/row.h"

// The first byte cuts the input into a record's key and value. A row that reads is written and reads back the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet;
  static const features::Product* product = [] {
    auto read = features::ReadProduct("name: v\nfeatures:\n  topic: t\n  entity: [a, b]\n  event_time: at\n  columns:\n    i: {type: BIGINT}\n    d: {type: DOUBLE}\n"
                                      "    s: {type: STRING}\n    f: {type: BOOLEAN}\n", "v.yaml");
    return new features::Product(std::move(read).value());
  }();
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  size_t cut = std::min<size_t>(data[0], bytes.size());
  features::RowReader reader(*product);
  auto entity = reader.ReadKey(bytes.substr(0, cut));
  if (entity.ok()) CHECK(*reader.ReadKey(features::WriteKey(*product->view, *entity)) == *entity);
  auto row = reader.ReadValue(bytes.substr(cut), 1, data::Offset(2));
  if (!row.ok()) return 0;
  auto again = reader.ReadValue(features::WriteValue(*product, {.entity = {}, .values = row->values, .event_time = row->event_time}), 1, data::Offset(2));
  CHECK(again.ok() && again->event_time == row->event_time);
  return 0;
}
