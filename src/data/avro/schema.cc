#include "data/avro/schema.h"

#include <map>
#include <nlohmann/json.hpp>

#include "data/json_tree.h"

namespace freshet::avro {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 64;
constexpr int kNodesMax = 20'000;  // what a value of no bytes may cost
constexpr int kDecimalScaleMax = 38;

constexpr std::pair<std::string_view, Shape> kShapes[] = {
    {"null", Shape::kNull},   {"boolean", Shape::kBoolean}, {"int", Shape::kInt},     {"long", Shape::kLong}, {"float", Shape::kFloat},   {"double", Shape::kDouble}, {"bytes", Shape::kBytes},
    {"string", Shape::kString}, {"fixed", Shape::kFixed},   {"enum", Shape::kEnum}, {"array", Shape::kArray}, {"map", Shape::kMap}, {"record", Shape::kRecord}, {"union", Shape::kUnion}};

bool IsPrimitive(Shape shape) { return shape <= Shape::kString; }

struct LogicalName {
  std::string_view name;
  Logical logical;
  Shape of;
};
constexpr LogicalName kLogicals[] = {
    {"decimal", Logical::kDecimal, Shape::kBytes},
    {"decimal", Logical::kDecimal, Shape::kFixed},
    {"date", Logical::kDate, Shape::kInt},
    {"time-millis", Logical::kTimeMillis, Shape::kInt},
    {"time-micros", Logical::kTimeMicros, Shape::kLong},
    {"timestamp-millis", Logical::kTimestampMillis, Shape::kLong},
    {"timestamp-micros", Logical::kTimestampMicros, Shape::kLong},
    {"timestamp-nanos", Logical::kTimestampNanos, Shape::kLong},
    {"local-timestamp-millis", Logical::kTimestampMillis, Shape::kLong},
    {"local-timestamp-micros", Logical::kTimestampMicros, Shape::kLong},
    {"local-timestamp-nanos", Logical::kTimestampNanos, Shape::kLong},
};

std::string TextAt(const Json& json, const char* key) {
  auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}
int NumberAt(const Json& json, const char* key, int otherwise) {
  auto found = json.find(key);
  return found != json.end() && found->is_number_integer() ? found->get<int>() : otherwise;
}

// Walks the JSON of a schema. Named types may be named again after they are complete; recursion is refused.
class SchemaParser {
 public:
  Result<SchemaPtr> Parse(const Json& json, const std::string& space, int depth) {
    if (depth > kDepthMax) return Fault::Corrupt("avro schema: nested deeper than ", kDepthMax);
    if (json.is_string()) return Named(json.get_ref<const std::string&>(), space);
    if (json.is_array()) return Union(json, space, depth);
    if (!json.is_object() || !json.contains("type")) return Fault::Corrupt("avro schema: neither a name, a union nor an object with a type");
    const Json& type = json["type"];
    if (!type.is_string()) return Parse(type, space, depth + 1);
    const auto& name = type.get_ref<const std::string&>();
    if (name == "record" || name == "error") return Record(json, space, depth);
    if (name == "array" || name == "map") return Collection(json, name == "array", space, depth);
    if (name == "fixed" || name == "enum") return Sized(json, name == "fixed", space);
    ASSIGN_OR_RETURN(auto plain, Named(name, space));
    return WithLogical(json, *plain);
  }

 private:
  Result<SchemaPtr> Named(const std::string& name, const std::string& space) {
    for (const auto& [text, shape] : kShapes) {
      if (text != name || !IsPrimitive(shape)) continue;
      auto schema = std::make_shared<Schema>();
      schema->shape = shape;
      return SchemaPtr(schema);
    }
    auto found = named_.find(FullName(name, space));
    if (found == named_.end()) found = named_.find(name);
    if (found == named_.end()) return Fault::Corrupt("avro schema: type '", name, "' is not known, or contains itself");
    return found->second;
  }

  Result<SchemaPtr> Union(const Json& json, const std::string& space, int depth) {
    auto schema = std::make_shared<Schema>();
    schema->shape = Shape::kUnion;
    for (const Json& branch : json) {
      ASSIGN_OR_RETURN(auto child, Parse(branch, space, depth + 1));
      if (child->shape == Shape::kUnion) return Fault::Corrupt("avro schema: a union inside a union");
      RETURN_NOT_OK(Count(*child, *schema));
      schema->children.push_back(std::move(child));
    }
    return SchemaPtr(schema);
  }

  Result<SchemaPtr> Record(const Json& json, const std::string& space, int depth) {
    if (!json.contains("fields") || !json["fields"].is_array()) return Fault::Corrupt("avro schema: a record without fields");
    auto schema = std::make_shared<Schema>();
    schema->shape = Shape::kRecord;
    std::string inner = SpaceOf(json, space);
    for (const Json& field : json["fields"]) {
      if (!field.is_object() || !field.contains("type") || !field.contains("name") || !field["name"].is_string()) return Fault::Corrupt("avro schema: a field without name or type");
      ASSIGN_OR_RETURN(auto type, Parse(field["type"], inner, depth + 1));
      RETURN_NOT_OK(Count(*type, *schema));
      schema->fields.push_back({field["name"].get<std::string>(), NumberAt(field, "field-id", -1), std::move(type)});
    }
    return Remember(json, space, schema);
  }

  Result<SchemaPtr> Collection(const Json& json, bool array, const std::string& space, int depth) {
    const char* of = array ? "items" : "values";
    if (!json.contains(of)) return Fault::Corrupt("avro schema: an array or map without ", of);
    auto schema = std::make_shared<Schema>();
    schema->shape = array ? Shape::kArray : Shape::kMap;
    ASSIGN_OR_RETURN(auto child, Parse(json[of], space, depth + 1));
    RETURN_NOT_OK(Count(*child, *schema));
    schema->children.push_back(std::move(child));
    return SchemaPtr(schema);
  }

  Result<SchemaPtr> Sized(const Json& json, bool fixed, const std::string& space) {
    auto schema = std::make_shared<Schema>();
    schema->shape = fixed ? Shape::kFixed : Shape::kEnum;
    if (fixed) {
      if (!json.contains("size") || !json["size"].is_number_unsigned()) return Fault::Corrupt("avro schema: a fixed without size");
      schema->size = json["size"].get<size_t>();
    } else {
      auto symbols = json.find("symbols");
      if (symbols == json.end() || !symbols->is_array()) return Fault::Corrupt("avro schema: an enum without symbols");
      for (const Json& symbol : *symbols) {
        if (!symbol.is_string()) return Fault::Corrupt("avro schema: a symbol of an enum is no text");
        schema->symbols.push_back(symbol.get<std::string>());
      }
    }
    AddLogical(json, *schema);
    return Remember(json, space, schema);
  }

  static Status Count(const Schema& child, Schema& into) {
    into.nodes += child.nodes;
    if (into.nodes > kNodesMax) return Fault::TooLarge("avro schema: more than ", kNodesMax, " types in one");
    return {};
  }

  // "a.b.Name" is whole; "Name" stands in the namespace around it.
  static std::string FullName(const std::string& name, const std::string& space) {
    return space.empty() || name.find('.') != std::string::npos ? name : StrCat(space, ".", name);
  }
  static std::string SpaceOf(const Json& json, const std::string& around) {
    std::string name = TextAt(json, "name");
    if (size_t dot = name.rfind('.'); dot != std::string::npos) return name.substr(0, dot);
    return json.contains("namespace") ? TextAt(json, "namespace") : around;
  }
  Result<SchemaPtr> Remember(const Json& json, const std::string& around, std::shared_ptr<Schema> schema) {
    std::string name = TextAt(json, "name");
    if (!name.empty()) named_[FullName(name, SpaceOf(json, around))] = schema;
    return SchemaPtr(schema);
  }

  static void AddLogical(const Json& json, Schema& schema) {
    std::string name = TextAt(json, "logicalType");
    for (const auto& known : kLogicals) {
      if (known.name != name || known.of != schema.shape) continue;
      int scale = NumberAt(json, "scale", 0);
      if (known.logical == Logical::kDecimal && (scale < 0 || scale > kDecimalScaleMax)) return;
      schema.logical = known.logical;
      schema.scale = scale;
    }
  }
  static Result<SchemaPtr> WithLogical(const Json& json, const Schema& plain) {
    auto schema = std::make_shared<Schema>(plain);
    AddLogical(json, *schema);
    return SchemaPtr(schema);
  }

  std::map<std::string, SchemaPtr> named_;
};

}  // namespace

std::string_view ShapeName(Shape shape) {
  for (const auto& [text, known] : kShapes) {
    if (known == shape) return text;
  }
  CHECK(false);
}

Result<SchemaPtr> ParseSchema(std::string_view json) {
  Json parsed = data::ParseJson<Json>(json);
  if (parsed.is_discarded()) return Fault::Corrupt("avro schema: not JSON");
  return SchemaParser().Parse(parsed, "", 0);
}

bool IsName(std::string_view name) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto later = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  if (name.empty() || !letter(name[0])) return false;
  for (char c : name) {
    if (!later(c)) return false;
  }
  return true;
}

}  // namespace freshet::avro
