#include "wire/avro/container_reader.h"

#include <zlib.h>

#include <nlohmann/json.hpp>

#include "base/bytes.h"

namespace freshet::wire::avro {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 64;
constexpr int64_t kMetadataEntriesMax = 1000;

Shape PrimitiveShape(std::string_view name, bool& known) {
  static constexpr std::pair<std::string_view, Shape> kNames[] = {
      {"null", Shape::kNull}, {"boolean", Shape::kBoolean}, {"int", Shape::kInt},   {"long", Shape::kLong},
      {"float", Shape::kFloat}, {"double", Shape::kDouble}, {"bytes", Shape::kBytes}, {"string", Shape::kString}};
  for (const auto& [text, shape] : kNames) {
    if (text == name) return shape;
  }
  known = false;
  return Shape::kNull;
}

// Walks the JSON of a schema. Named types may be named again after they are complete; recursion is refused.
class SchemaParser {
 public:
  Result<SchemaPtr> Parse(const Json& json, int depth) {
    if (depth > kDepthMax) return Fault::Corrupt("avro schema: nested deeper than ", kDepthMax);
    if (json.is_string()) return Named(json.get_ref<const std::string&>());
    if (json.is_array()) return Union(json, depth);
    if (!json.is_object() || !json.contains("type")) return Fault::Corrupt("avro schema: neither a name, a union nor an object with a type");
    const Json& type = json["type"];
    if (!type.is_string()) return Parse(type, depth + 1);
    const auto& name = type.get_ref<const std::string&>();
    if (name == "record") return Record(json, depth);
    if (name == "array" || name == "map") return Collection(json, name == "array", depth);
    if (name == "fixed" || name == "enum") return Sized(json, name == "fixed");
    return Named(name);
  }

 private:
  Result<SchemaPtr> Named(const std::string& name) {
    bool known = true;
    auto schema = std::make_shared<Schema>();
    schema->shape = PrimitiveShape(name, known);
    if (known) return SchemaPtr(schema);
    auto found = named_.find(name);
    if (found == named_.end()) return Fault::Corrupt("avro schema: type '", name, "' is not known, or contains itself");
    return found->second;
  }
  Result<SchemaPtr> Union(const Json& json, int depth) {
    auto schema = std::make_shared<Schema>();
    schema->shape = Shape::kUnion;
    for (const Json& branch : json) {
      ASSIGN_OR_RETURN(auto child, Parse(branch, depth + 1));
      schema->children.push_back(std::move(child));
    }
    return SchemaPtr(schema);
  }
  Result<SchemaPtr> Record(const Json& json, int depth) {
    if (!json.contains("fields") || !json["fields"].is_array()) return Fault::Corrupt("avro schema: a record without fields");
    auto schema = std::make_shared<Schema>();
    schema->shape = Shape::kRecord;
    for (const Json& field : json["fields"]) {
      if (!field.is_object() || !field.contains("type") || !field.contains("name") || !field["name"].is_string()) return Fault::Corrupt("avro schema: a field without name or type");
      int id = field.contains("field-id") && field["field-id"].is_number_integer() ? field["field-id"].get<int>() : -1;
      ASSIGN_OR_RETURN(auto type, Parse(field["type"], depth + 1));
      schema->fields.push_back({field["name"].get<std::string>(), id, std::move(type)});
    }
    return Remember(json, schema);
  }
  Result<SchemaPtr> Collection(const Json& json, bool array, int depth) {
    const char* of = array ? "items" : "values";
    if (!json.contains(of)) return Fault::Corrupt("avro schema: an array or map without ", of);
    auto schema = std::make_shared<Schema>();
    schema->shape = array ? Shape::kArray : Shape::kMap;
    ASSIGN_OR_RETURN(auto child, Parse(json[of], depth + 1));
    schema->children.push_back(std::move(child));
    return SchemaPtr(schema);
  }
  Result<SchemaPtr> Sized(const Json& json, bool fixed) {
    auto schema = std::make_shared<Schema>();
    schema->shape = fixed ? Shape::kFixed : Shape::kEnum;
    if (fixed) {
      if (!json.contains("size") || !json["size"].is_number_unsigned()) return Fault::Corrupt("avro schema: a fixed without size");
      schema->size = json["size"].get<size_t>();
    }
    return Remember(json, schema);
  }
  Result<SchemaPtr> Remember(const Json& json, std::shared_ptr<Schema> schema) {
    if (json.contains("name") && json["name"].is_string()) named_[json["name"].get<std::string>()] = schema;
    return SchemaPtr(schema);
  }

  std::map<std::string, SchemaPtr> named_;
};

// Reads values of a schema from a block.
class Decoder {
 public:
  Decoder(std::string_view bytes, int64_t& values_left) : in_(bytes, Order::kLittle), values_left_(values_left) {}

  bool AtEnd() const { return in_.ok() && in_.AtEnd(); }

  Status Read(const Schema& schema, Value& into) {
    if (--values_left_ < 0) return Fault::TooLarge("avro: more values than the reader's cap");
    switch (schema.shape) {
      case Shape::kNull: return {};
      case Shape::kBoolean: into.v = static_cast<int64_t>(in_.Read<uint8_t>()); break;
      case Shape::kInt:
      case Shape::kLong:
      case Shape::kEnum: into.v = in_.ReadVarInt64(); break;
      case Shape::kFloat: into.v = static_cast<double>(std::bit_cast<float>(in_.Read<uint32_t>())); break;
      case Shape::kDouble: into.v = std::bit_cast<double>(in_.Read<uint64_t>()); break;
      case Shape::kBytes:
      case Shape::kString: into.v = Bytes(in_.ReadVarInt64()); break;
      case Shape::kFixed: into.v = Bytes(static_cast<int64_t>(schema.size)); break;
      case Shape::kRecord: return ReadRecord(schema, into);
      case Shape::kArray:
      case Shape::kMap: return ReadCollection(schema, into);
      case Shape::kUnion: return ReadUnion(schema, into);
    }
    return Good();
  }

 private:
  Status Good() const {
    if (in_.ok()) return {};
    return Fault::Corrupt("avro: a value runs over the end of its block");
  }
  std::string Bytes(int64_t length) {
    if (length < 0) in_.Fail();
    return in_.ok() ? std::string(in_.ReadBytes(static_cast<size_t>(length))) : std::string();
  }
  Status ReadRecord(const Schema& schema, Value& into) {
    std::vector<Value> members(schema.fields.size());
    for (size_t i = 0; i < members.size(); ++i) RETURN_NOT_OK(Read(*schema.fields[i].type, members[i]));
    into.v = std::move(members);
    return {};
  }
  Status ReadUnion(const Schema& schema, Value& into) {
    int64_t branch = in_.ReadVarInt64();
    RETURN_NOT_OK(Good());
    if (branch < 0 || branch >= static_cast<int64_t>(schema.children.size())) return Fault::Corrupt("avro: a union has no branch ", branch);
    return Read(*schema.children[static_cast<size_t>(branch)], into);
  }
  Status ReadCollection(const Schema& schema, Value& into) {
    static const Schema kKey{Shape::kString, 0, {}, {}};
    std::vector<Value> items;
    while (true) {
      int64_t count = in_.ReadVarInt64();
      if (count < 0) {
        in_.ReadVarInt64();  // bytes of the block, for those who skip
        count = count == INT64_MIN ? INT64_MAX : -count;
      }
      RETURN_NOT_OK(Good());
      if (count == 0) break;
      for (int64_t i = 0; i < count; ++i) {
        if (schema.shape == Shape::kMap) RETURN_NOT_OK(Read(kKey, items.emplace_back()));
        RETURN_NOT_OK(Read(*schema.children[0], items.emplace_back()));
      }
    }
    into.v = std::move(items);
    return {};
  }

  ByteReader in_;
  int64_t& values_left_;
};

Result<std::string> Inflate(std::string_view packed, size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Fault::Internal("deflate: cannot start");
  std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  char buffer[16384];
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    code = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
    if (out.size() > bytes_max) return Fault::TooLarge("avro: a block unpacks to more than ", bytes_max, " bytes");
  }
  if (code != Z_STREAM_END) return Fault::Corrupt("avro: a deflate block is damaged");
  return out;
}

Status ReadHeader(ByteReader& in, std::map<std::string, std::string>& metadata) {
  if (in.ReadBytes(4) != std::string_view("Obj\1")) return Fault::Corrupt("avro: not an object container file");
  int64_t entries = 0;
  while (true) {
    int64_t count = in.ReadVarInt64();
    if (count < 0) {
      in.ReadVarInt64();
      count = -(count + 1) + 1;
    }
    if (!in.ok()) return Fault::Corrupt("avro: the header is cut");
    if (count == 0) return {};
    for (int64_t i = 0; i < count; ++i) {
      if (++entries > kMetadataEntriesMax) return Fault::TooLarge("avro: more than ", kMetadataEntriesMax, " metadata entries");
      int64_t key_size = in.ReadVarInt64();
      std::string key(in.ReadBytes(static_cast<size_t>(key_size)));
      int64_t value_size = in.ReadVarInt64();
      metadata[key] = std::string(in.ReadBytes(static_cast<size_t>(value_size)));
      if (!in.ok()) return Fault::Corrupt("avro: the header is cut");
    }
  }
}

}  // namespace

Result<SchemaPtr> ParseSchema(std::string_view json) {
  Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return Fault::Corrupt("avro schema: not JSON");
  return SchemaParser().Parse(parsed, 0);
}

Result<ContainerReader> ContainerReader::Open(std::string_view bytes, Caps caps) {
  ContainerReader reader;
  ByteReader in(bytes);
  RETURN_NOT_OK(ReadHeader(in, reader.metadata_));
  std::string_view sync = in.ReadBytes(16);
  ASSIGN_OR_RETURN(reader.schema_, ParseSchema(reader.metadata_["avro.schema"]));
  const std::string codec = reader.metadata_.contains("avro.codec") ? reader.metadata_["avro.codec"] : "null";
  if (codec != "null" && codec != "deflate") return Fault::Unsupported("avro codec '", codec, "'; null and deflate are read");
  while (in.ok() && !in.AtEnd()) {
    int64_t count = in.ReadVarInt64();
    int64_t size = in.ReadVarInt64();
    std::string_view block = in.ReadBytes(static_cast<size_t>(size));
    if (!in.ok() || count < 0 || in.ReadBytes(16) != sync) return Fault::Corrupt("avro: a block is cut or its sync marker does not match");
    std::string unpacked;
    if (codec == "deflate") {
      ASSIGN_OR_RETURN(unpacked, Inflate(block, caps.block_bytes));
      block = unpacked;
    }
    Decoder decoder(block, caps.values);
    for (int64_t i = 0; i < count; ++i) RETURN_NOT_OK(decoder.Read(*reader.schema_, reader.objects_.emplace_back()));
    if (!decoder.AtEnd()) return Fault::Corrupt("avro: a block holds more bytes than its objects");
  }
  if (!in.ok()) return Fault::Corrupt("avro: the file is cut");
  return reader;
}

const Value* MemberOf(const Schema& record_schema, const Value& record, int field_id) {
  const auto* members = std::get_if<std::vector<Value>>(&record.v);
  if (members == nullptr) return nullptr;
  for (size_t i = 0; i < record_schema.fields.size() && i < members->size(); ++i) {
    if (record_schema.fields[i].field_id == field_id) return &(*members)[i];
  }
  return nullptr;
}

const Value* ContainerReader::Member(const Value& record, int field_id) const { return MemberOf(*schema_, record, field_id); }

}  // namespace freshet::wire::avro
