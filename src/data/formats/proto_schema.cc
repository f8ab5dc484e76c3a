#include "data/formats/proto_schema.h"

#include <cstring>
#include <map>

#include "base/text.h"

namespace freshet::formats {
namespace {

constexpr int kDepthMax = 32;
constexpr size_t kTypesMax = 10'000;
constexpr int kGroupDepthMax = 64;

struct FileOptions {
  std::string package;
  std::string java_package;
  std::string outer_class;
  bool multiple_files = false;
  bool proto3 = false;
};

// "my_events.proto" → "MyEvents".
std::string CamelCase(std::string_view file) {
  if (size_t slash = file.rfind('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  file = file.substr(0, file.rfind('.'));
  std::string out;
  bool upper = true;
  for (char c : file) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    if (letter) out += upper && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    if (digit) out += c;
    upper = !letter;
  }
  return out;
}

// Calls `take(piece)` for each piece.
template <typename Take>
Status Each(std::string_view bytes, Take&& take) {
  ProtoReader reader(bytes);
  ProtoPiece piece;
  while (true) {
    ASSIGN_OR_RETURN(bool more, reader.Next(piece));
    if (!more) return {};
    RETURN_NOT_OK(take(piece));
  }
}

class DescriptorReader {
 public:
  explicit DescriptorReader(ProtoSchema& schema) : schema_(schema) {}

  Status File(std::string_view bytes) {
    std::string name, syntax;
    FileOptions options;
    std::vector<std::string_view> messages, enums;
    RETURN_NOT_OK(Each(bytes, [&](const ProtoPiece& p) -> Status {
      if (p.number == 1) name = p.bytes;
      if (p.number == 2) options.package = p.bytes;
      if (p.number == 4) messages.push_back(p.bytes);
      if (p.number == 5) enums.push_back(p.bytes);
      if (p.number == 12) syntax = p.bytes;
      return p.number == 8 ? JavaOptions(p.bytes, options) : Status();
    }));
    if (syntax == "editions") return Fault::Unsupported("protobuf: ", name, " is written in an edition; syntax proto2 and proto3 are read");
    options.proto3 = syntax == "proto3";
    if (options.java_package.empty()) options.java_package = options.package;
    size_t first_message = schema_.messages.size(), first_enum = schema_.enums.size();
    for (auto message : messages) RETURN_NOT_OK(Message(message, options, options.package, "", 0));
    for (auto one : enums) RETURN_NOT_OK(Enum(one, options.package));
    NameClasses(name, options, first_message, first_enum);
    return {};
  }

  // What fields name, once everything is known.
  Status Link() {
    std::map<std::string, int> messages, enums;
    for (size_t i = 0; i < schema_.messages.size(); ++i) messages.emplace("." + schema_.messages[i].name, static_cast<int>(i));
    for (size_t i = 0; i < schema_.enums.size(); ++i) enums.emplace("." + schema_.enums[i].name, static_cast<int>(i));
    for (auto& message : schema_.messages) {
      for (auto& field : message.fields) {
        bool by_name = field.type == ProtoType::kMessage || field.type == ProtoType::kEnum;
        if (!by_name) continue;
        const auto& known = field.type == ProtoType::kMessage ? messages : enums;
        auto found = known.find(field.type_name);
        if (found == known.end()) return Fault::Corrupt("protobuf: the descriptor set does not have ", field.type_name, ", which ", message.name, " uses; write it with --include_imports");
        field.of = found->second;
        if (field.type == ProtoType::kEnum && schema_.enums[static_cast<size_t>(field.of)].values.empty()) return Fault::Corrupt("protobuf: enum ", field.type_name, " has no values");
      }
    }
    return {};
  }

 private:
  static Status JavaOptions(std::string_view bytes, FileOptions& options) {
    return Each(bytes, [&](const ProtoPiece& p) -> Status {
      if (p.number == 1) options.java_package = p.bytes;
      if (p.number == 8) options.outer_class = p.bytes;
      if (p.number == 10) options.multiple_files = p.value != 0;
      return {};
    });
  }

  Status Message(std::string_view bytes, const FileOptions& file, const std::string& around, const std::string& java_around, int depth) {
    if (depth > kDepthMax || schema_.messages.size() >= kTypesMax) return Fault::TooLarge("protobuf: more than ", kTypesMax, " messages, or nested deeper than ", kDepthMax);
    ProtoMessage message;
    message.proto3 = file.proto3;
    std::string name;
    std::vector<std::string_view> fields, messages, enums;
    RETURN_NOT_OK(Each(bytes, [&](const ProtoPiece& p) -> Status {
      if (p.number == 1) name = p.bytes;
      if (p.number == 2) fields.push_back(p.bytes);
      if (p.number == 3) messages.push_back(p.bytes);
      if (p.number == 4) enums.push_back(p.bytes);
      if (p.number != 7) return {};
      return Each(p.bytes, [&](const ProtoPiece& option) -> Status {
        if (option.number == 7) message.map_entry = option.value != 0;
        return {};
      });
    }));
    message.name = around.empty() ? name : StrCat(around, ".", name);
    message.java_class = java_around.empty() ? name : StrCat(java_around, "$", name);
    for (auto field : fields) RETURN_NOT_OK(Field(field, message));
    std::string full = message.name, java = message.java_class;
    schema_.messages.push_back(std::move(message));
    for (auto inner : messages) RETURN_NOT_OK(Message(inner, file, full, java, depth + 1));
    for (auto inner : enums) RETURN_NOT_OK(Enum(inner, full));
    return {};
  }

  Status Field(std::string_view bytes, ProtoMessage& message) {
    ProtoField field;
    uint64_t label = 1, type = 0;
    bool in_oneof = false;
    int packed = -1;  // not said
    RETURN_NOT_OK(Each(bytes, [&](const ProtoPiece& p) -> Status {
      if (p.number == 1) field.name = p.bytes;
      if (p.number == 3) field.number = static_cast<int32_t>(p.value);
      if (p.number == 4) label = p.value;
      if (p.number == 5) type = p.value;
      if (p.number == 6) field.type_name = p.bytes;
      if (p.number == 7) field.default_text = p.bytes;
      if (p.number == 9) in_oneof = true;
      if (p.number != 8) return {};
      return Each(p.bytes, [&](const ProtoPiece& option) -> Status {
        if (option.number == 2) packed = option.value != 0 ? 1 : 0;
        return {};
      });
    }));
    if (type < 1 || type > 18 || field.number < 1) return Fault::Corrupt("protobuf: field ", field.name, " of ", message.name, " has no type or number");
    field.type = static_cast<ProtoType>(type);
    field.repeated = label == 3;
    field.required = label == 2;
    bool length_delimited = field.type == ProtoType::kString || field.type == ProtoType::kBytes || field.type == ProtoType::kMessage;
    field.packed = field.repeated && !length_delimited && (packed == 1 || (packed < 0 && message.proto3));
    field.tells_presence = !message.proto3 || in_oneof || field.type == ProtoType::kMessage;
    message.fields.push_back(std::move(field));
    return {};
  }

  Status Enum(std::string_view bytes, const std::string& around) {
    if (schema_.enums.size() >= kTypesMax) return Fault::TooLarge("protobuf: more than ", kTypesMax, " enums");
    ProtoEnum out;
    RETURN_NOT_OK(Each(bytes, [&](const ProtoPiece& p) -> Status {
      if (p.number == 1) out.name = around.empty() ? std::string(p.bytes) : StrCat(around, ".", p.bytes);
      if (p.number != 2) return {};
      auto& value = out.values.emplace_back();
      return Each(p.bytes, [&](const ProtoPiece& v) -> Status {
        if (v.number == 1) value.first = v.bytes;
        if (v.number == 2) value.second = static_cast<int32_t>(v.value);
        return {};
      });
    }));
    schema_.enums.push_back(std::move(out));
    return {};
  }

  // Java's classes lie inside an outer one, which is called after the file, unless each has a file of its own.
  void NameClasses(const std::string& file, const FileOptions& options, size_t first_message, size_t first_enum) {
    std::string outer = options.outer_class.empty() ? CamelCase(file) : options.outer_class;
    auto last_part = [](const std::string& name) { return name.substr(name.rfind('.') + 1); };
    bool taken = false;
    for (size_t i = first_message; i < schema_.messages.size(); ++i) taken = taken || last_part(schema_.messages[i].name) == outer;
    for (size_t i = first_enum; i < schema_.enums.size(); ++i) taken = taken || last_part(schema_.enums[i].name) == outer;
    if (taken && options.outer_class.empty()) outer += "OuterClass";
    std::string prefix = options.java_package.empty() ? "" : options.java_package + ".";
    if (!options.multiple_files) prefix += outer + "$";
    for (size_t i = first_message; i < schema_.messages.size(); ++i) schema_.messages[i].java_class = prefix + schema_.messages[i].java_class;
  }

  ProtoSchema& schema_;
};

}  // namespace

const ProtoField* ProtoMessage::Find(std::string_view field) const {
  for (const auto& one : fields) {
    if (one.name == field) return &one;
  }
  return nullptr;
}

const ProtoMessage* ProtoSchema::Find(std::string_view name) const {
  for (const auto& message : messages) {
    if (message.java_class == name || message.name == name) return &message;
  }
  return nullptr;
}

Result<ProtoSchema> ParseDescriptorSet(std::string_view bytes) {
  ProtoSchema schema;
  DescriptorReader reader(schema);
  RETURN_NOT_OK(Each(bytes, [&](const ProtoPiece& p) -> Status { return p.number == 1 ? reader.File(p.bytes) : Status(); }));
  RETURN_NOT_OK(reader.Link());
  return schema;
}

bool ProtoReader::Varint(uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 70 && !rest_.empty(); shift += 7) {
    auto byte = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    if (shift < 64) value |= static_cast<uint64_t>(byte & 127) << shift;
    if (byte < 128) return true;
  }
  return false;
}

bool ProtoReader::Take(ProtoPiece& piece) {
  piece.value = 0;
  piece.bytes = {};
  if (piece.wire == 0) return Varint(piece.value);
  uint64_t size = piece.wire == 1 ? 8 : 4;
  if (piece.wire == 2 && !Varint(size)) return false;
  if (size > rest_.size()) return false;
  if (piece.wire == 2) piece.bytes = rest_.substr(0, size);
  else std::memcpy(&piece.value, rest_.data(), size);
  rest_.remove_prefix(size);
  return true;
}

Result<bool> ProtoReader::Next(ProtoPiece& piece) {
  while (!rest_.empty()) {
    uint64_t tag = 0;
    bool good = Varint(tag) && tag >> 3 != 0 && tag >> 3 < (uint64_t{1} << 29);
    piece.number = static_cast<int32_t>(tag >> 3);
    piece.wire = static_cast<int>(tag & 7);
    if (good && piece.wire == 3) {
      RETURN_NOT_OK(SkipGroup(piece.number, 0));
      continue;
    }
    good = good && (piece.wire <= 2 || piece.wire == 5) && Take(piece);
    if (!good) return Fault::Corrupt("protobuf: a message is cut, or is none");
    return true;
  }
  return false;
}

Status ProtoReader::SkipGroup(int32_t number, int depth) {
  if (depth > kGroupDepthMax) return Fault::TooLarge("protobuf: groups are nested deeper than ", kGroupDepthMax);
  while (true) {
    uint64_t tag = 0;
    if (!Varint(tag)) return Fault::Corrupt("protobuf: a group is cut");
    ProtoPiece piece{.number = static_cast<int32_t>(tag >> 3), .wire = static_cast<int>(tag & 7), .value = 0, .bytes = {}};
    if (piece.wire == 4) return piece.number == number ? Status() : Status(Fault::Corrupt("protobuf: a group ends that has not begun"));
    if (piece.wire == 3) {
      RETURN_NOT_OK(SkipGroup(piece.number, depth + 1));
      continue;
    }
    bool good = (piece.wire <= 2 || piece.wire == 5) && Take(piece);
    if (!good) return Fault::Corrupt("protobuf: a message is cut, or is none");
  }
}

}  // namespace freshet::formats
