#include "data/avro/encoder.h"

namespace freshet::avro {

std::string ContainerBeginning(std::string_view schema_json, std::string_view codec, const FileMetadata& metadata, std::string_view sync) {
  CHECK(sync.size() == 16);
  std::string out("Obj\1");
  Encoder to(out);
  to.Items(metadata.size() + 2);
  to.Bytes("avro.schema");
  to.Bytes(schema_json);
  to.Bytes("avro.codec");
  to.Bytes(codec);
  for (const auto& [key, value] : metadata) {
    to.Bytes(key);
    to.Bytes(value);
  }
  to.End();
  to.Fixed(sync);
  return out;
}

void AppendContainerBlock(std::string& out, int64_t count, std::string_view packed, std::string_view sync) {
  Encoder to(out);
  to.Long(count);
  to.Bytes(packed);
  to.Fixed(sync);
}

std::string ContainerFile(std::string_view schema_json, const FileMetadata& metadata, std::string_view sync, int64_t count, std::string_view objects) {
  std::string out = ContainerBeginning(schema_json, "null", metadata, sync);
  if (count > 0) AppendContainerBlock(out, count, objects, sync);
  return out;
}

}  // namespace freshet::avro
