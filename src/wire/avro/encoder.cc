#include "wire/avro/encoder.h"

namespace freshet::wire::avro {

std::string ContainerFile(std::string_view schema_json, const FileMetadata& metadata, std::string_view sync, int64_t count, std::string_view objects) {
  CHECK(sync.size() == 16);
  std::string out("Obj\1");
  Encoder to(out);
  to.Items(metadata.size() + 2);
  to.Bytes("avro.schema");
  to.Bytes(schema_json);
  to.Bytes("avro.codec");
  to.Bytes("null");
  for (const auto& [key, value] : metadata) {
    to.Bytes(key);
    to.Bytes(value);
  }
  to.End();
  to.Fixed(sync);
  if (count == 0) return out;
  to.Long(count);
  to.Bytes(objects);
  to.Fixed(sync);
  return out;
}

}  // namespace freshet::wire::avro
