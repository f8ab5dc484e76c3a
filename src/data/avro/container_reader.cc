#include "data/avro/container_reader.h"


namespace freshet::avro {
namespace {

constexpr size_t kSyncBytes = 16;
constexpr int64_t kMetadataEntriesMax = 1000;

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
    static const Schema kKey{.shape = Shape::kString, .fields = {}, .children = {}, .symbols = {}};
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

Status ReadMetadata(ByteReader& in, std::map<std::string, std::string>& metadata) {
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

Result<ContainerHeader> ReadContainerHeader(ByteReader& in) {
  ContainerHeader header;
  RETURN_NOT_OK(ReadMetadata(in, header.metadata));
  header.sync = std::string(in.ReadBytes(kSyncBytes));
  if (!in.ok()) return Fault::Corrupt("avro: the header is cut");
  ASSIGN_OR_RETURN(header.schema, ParseSchema(header.metadata["avro.schema"]));
  auto codec = header.metadata.find("avro.codec");
  ASSIGN_OR_RETURN(header.codec, ParseBlockCodec(codec == header.metadata.end() ? "null" : codec->second));
  return header;
}

Result<ContainerReader> ContainerReader::Open(std::string_view bytes, Caps caps) {
  ContainerReader reader;
  ByteReader in(bytes);
  ASSIGN_OR_RETURN(reader.header_, ReadContainerHeader(in));
  while (in.ok() && !in.AtEnd()) {
    int64_t count = in.ReadVarInt64();
    int64_t size = in.ReadVarInt64();
    std::string_view block = in.ReadBytes(static_cast<size_t>(size));
    if (!in.ok() || count < 0 || in.ReadBytes(kSyncBytes) != reader.header_.sync) return Fault::Corrupt("avro: a block is cut or its sync marker does not match");
    ASSIGN_OR_RETURN(std::string unpacked, UnpackBlock(reader.header_.codec, block, caps.block_bytes));
    Decoder decoder(unpacked, caps.values);
    for (int64_t i = 0; i < count; ++i) RETURN_NOT_OK(decoder.Read(*reader.header_.schema, reader.objects_.emplace_back()));
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

const Value* ContainerReader::Member(const Value& record, int field_id) const { return MemberOf(*header_.schema, record, field_id); }

}  // namespace freshet::avro
