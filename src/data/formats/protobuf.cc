#include <algorithm>
#include <charconv>
#include <deque>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "base/bytes.h"
#include "data/formats/base64.h"
#include "data/formats/format.h"
#include "data/formats/proto_schema.h"

// protobuf: a record is one message. A column is the field of its name; what a record does not say is read as Java's classes
// and Flink's format have it: of proto3 the default value, of proto2 NULL.

namespace freshet::formats {
namespace {

using data::Column;
using data::ColumnBuilder;
using data::Kind;
using data::Type;

// One value that is no message: a number, a boolean or an enum, a real number, or a text.
struct Scalar {
  int64_t whole = 0;
  double real = 0;
  std::string_view text;
};

struct FieldPlan;

// A message and the columns of a ROW that its fields are.
struct MessagePlan {
  const ProtoMessage* message = nullptr;
  std::vector<FieldPlan> columns;
  std::vector<size_t> by_number;   // places among `columns`
  std::vector<int32_t> required;   // numbers
};

struct FieldPlan {
  const ProtoField* field = nullptr;
  std::string column;              // "r.q", for messages
  Type type;                       // of one value
  bool nullable = true;            // the column
  bool proto3 = false;
  const ProtoEnum* values = nullptr;
  std::shared_ptr<MessagePlan> message;  // of a message, or of a map's entry
  bool is_map = false;
  Scalar otherwise;                // the default value
  std::shared_ptr<std::string> otherwise_text;
};

struct ProtoOptions {
  std::shared_ptr<const ProtoSchema> schema;
  std::shared_ptr<const MessagePlan> plan;
  bool ignore_parse_errors = false;
  bool read_defaults = false;
  std::string null_string;
};

bool IsText(ProtoType type) { return type == ProtoType::kString || type == ProtoType::kBytes; }

int WireOf(ProtoType type) {
  switch (type) {
    case ProtoType::kDouble:
    case ProtoType::kFixed64:
    case ProtoType::kSfixed64: return 1;
    case ProtoType::kFloat:
    case ProtoType::kFixed32:
    case ProtoType::kSfixed32: return 5;
    case ProtoType::kString:
    case ProtoType::kBytes:
    case ProtoType::kMessage: return 2;
    default: return 0;
  }
}

bool Fits(ProtoType from, const Type& to) {
  switch (from) {
    case ProtoType::kBool: return to.kind() == Kind::kBoolean;
    case ProtoType::kInt32:
    case ProtoType::kUint32:
    case ProtoType::kSint32:
    case ProtoType::kFixed32:
    case ProtoType::kSfixed32: return to.kind() == Kind::kInt;
    case ProtoType::kInt64:
    case ProtoType::kUint64:
    case ProtoType::kSint64:
    case ProtoType::kFixed64:
    case ProtoType::kSfixed64: return to.kind() == Kind::kBigInt;
    case ProtoType::kFloat: return to.kind() == Kind::kFloat;
    case ProtoType::kDouble: return to.kind() == Kind::kDouble;
    case ProtoType::kString: return to.IsString();
    case ProtoType::kBytes: return to.IsBinary();
    case ProtoType::kEnum: return to.IsString() || to.kind() == Kind::kInt || to.kind() == Kind::kBigInt;
    default: return false;
  }
}

const std::pair<std::string, int32_t>* ValueOf(const ProtoEnum& values, int64_t number) {
  for (const auto& value : values.values) {
    if (value.second == number) return &value;
  }
  return nullptr;
}
const std::pair<std::string, int32_t>* ValueOf(const ProtoEnum& values, std::string_view name) {
  for (const auto& value : values.values) {
    if (value.first == name) return &value;
  }
  return nullptr;
}

// Matches columns with fields.
class Planner {
 public:
  explicit Planner(const ProtoSchema& schema) : schema_(schema) {}

  Result<std::shared_ptr<MessagePlan>> Plan(const ProtoMessage& message, const std::vector<data::NamedType>& columns, const std::string& around) {
    auto plan = std::make_shared<MessagePlan>();
    plan->message = &message;
    for (const auto& column : columns) {
      std::string name = around.empty() ? column.name : StrCat(around, ".", column.name);
      const ProtoField* field = message.Find(column.name);
      if (field == nullptr) return Fault::Invalid("protobuf: column ", name, ": message ", message.name, " has no such field");
      ASSIGN_OR_RETURN(FieldPlan one, PlanField(message, *field, column.type, name));
      plan->columns.push_back(std::move(one));
      plan->by_number.push_back(plan->by_number.size());
    }
    std::sort(plan->by_number.begin(), plan->by_number.end(), [&](size_t a, size_t b) { return plan->columns[a].field->number < plan->columns[b].field->number; });
    for (const auto& field : message.fields) {
      if (field.required) plan->required.push_back(field.number);
    }
    return plan;
  }

 private:
  Result<FieldPlan> PlanField(const ProtoMessage& message, const ProtoField& field, const Type& type, const std::string& name) {
    FieldPlan plan{.field = &field, .column = name, .type = type, .nullable = type.nullable(), .proto3 = message.proto3, .message = nullptr, .otherwise = {}, .otherwise_text = nullptr};
    if (field.repeated && field.type == ProtoType::kMessage && schema_.messages[static_cast<size_t>(field.of)].map_entry) return PlanMap(std::move(plan), type);
    if (field.repeated != (type.kind() == Kind::kArray)) return Unfit(plan, type);
    if (field.repeated) plan.type = type.element();
    return PlanOne(std::move(plan));
  }

  Result<FieldPlan> PlanMap(FieldPlan plan, const Type& type) {
    if (type.kind() != Kind::kMap) return Unfit(plan, type);
    plan.is_map = true;
    ASSIGN_OR_RETURN(plan.message, Plan(schema_.messages[static_cast<size_t>(plan.field->of)], {{"key", type.key()}, {"value", type.value()}}, plan.column));
    return plan;
  }

  Result<FieldPlan> PlanOne(FieldPlan plan) {
    const ProtoField& field = *plan.field;
    if (field.type == ProtoType::kMessage) {
      if (plan.type.kind() != Kind::kRow) return Unfit(plan, plan.type);
      ASSIGN_OR_RETURN(plan.message, Plan(schema_.messages[static_cast<size_t>(field.of)], plan.type.fields(), plan.column));
      return plan;
    }
    if (!Fits(field.type, plan.type)) return Unfit(plan, plan.type);
    if (field.type == ProtoType::kEnum) plan.values = &schema_.enums[static_cast<size_t>(field.of)];
    RETURN_NOT_OK(PlanDefault(plan));
    return plan;
  }

  static Fault Unfit(const FieldPlan& plan, const Type& type) {
    constexpr std::string_view kNames[] = {"", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group", "message", "bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64"};
    return Fault::Invalid("protobuf: column ", plan.column, " of type ", type, " is not compatible with the field's ", plan.field->repeated ? "repeated " : "", kNames[static_cast<size_t>(plan.field->type)]);
  }

  static Status PlanDefault(FieldPlan& plan) {
    const std::string& text = plan.field->default_text;
    if (plan.values != nullptr) {
      const auto* value = text.empty() ? &plan.values->values[0] : ValueOf(*plan.values, text);
      if (value == nullptr) return Fault::Corrupt("protobuf: column ", plan.column, ": its default ", text, " is no value of ", plan.values->name);
      plan.otherwise.whole = value->second;
      return {};
    }
    if (plan.field->type == ProtoType::kBytes && text.find('\\') != std::string::npos) return Fault::Unsupported("protobuf: column ", plan.column, ": a default of bytes with escapes");
    plan.otherwise_text = std::make_shared<std::string>(text);
    plan.otherwise.text = *plan.otherwise_text;
    if (plan.field->type == ProtoType::kBool) plan.otherwise.whole = text == "true" ? 1 : 0;
    else if (text == "nan") plan.otherwise.real = std::numeric_limits<double>::quiet_NaN();
    else if (text == "inf" || text == "-inf") plan.otherwise.real = text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
    else if (!IsText(plan.field->type)) ParseNumber(text, plan.otherwise);
    return {};
  }
  static void ParseNumber(const std::string& text, Scalar& into) {
    std::from_chars(text.data(), text.data() + text.size(), into.real);
    bool whole = std::from_chars(text.data(), text.data() + text.size(), into.whole).ec == std::errc();
    uint64_t large = 0;
    if (!whole && std::from_chars(text.data(), text.data() + text.size(), large).ec == std::errc()) into.whole = static_cast<int64_t>(large);
  }

  const ProtoSchema& schema_;
};

Result<ProtoOptions> ReadOptions(const Options& options, const Schema& columns) {
  auto value = [&](const std::string& key) {
    auto found = options.find(key);
    return found == options.end() ? std::string() : found->second;
  };
  ProtoOptions out;
  ASSIGN_OR_RETURN(out.ignore_parse_errors, BooleanOption(options, "ignore-parse-errors", false));
  ASSIGN_OR_RETURN(out.read_defaults, BooleanOption(options, "read-default-values", false));
  out.null_string = value("write-null-string-literal");
  std::string name = value("message-class-name"), set = value("descriptor-set");
  if (name.empty()) return Fault::Invalid("format protobuf needs the option 'protobuf.message-class-name', such as com.example.Orders$Order");
  if (set.empty()) return Fault::Invalid("format protobuf needs the option 'protobuf.descriptor-set': what protoc --include_imports --descriptor_set_out writes, in base64");
  set.erase(std::remove_if(set.begin(), set.end(), [](char c) { return c == '\n' || c == '\r' || c == ' '; }), set.end());
  auto bytes = ParseBase64(set);
  if (!bytes) return Fault::Invalid("option 'protobuf.descriptor-set' is not base64");
  ASSIGN_OR_RETURN(ProtoSchema schema, ParseDescriptorSet(*bytes));
  auto kept = std::make_shared<const ProtoSchema>(std::move(schema));
  const ProtoMessage* message = kept->Find(name);
  if (message == nullptr) {
    std::string known;
    for (const auto& one : kept->messages) known += one.map_entry ? "" : StrCat(known.empty() ? "" : ", ", one.java_class);
    return Fault::NotFound("the descriptor set has no message '", name, "'; it has ", known);
  }
  ASSIGN_OR_RETURN(out.plan, Planner(*kept).Plan(*message, columns.AsRowType().fields(), ""));
  out.schema = std::move(kept);
  return out;
}

Scalar ScalarOf(ProtoType type, const ProtoPiece& piece) {
  auto low = static_cast<uint32_t>(piece.value);
  switch (type) {
    case ProtoType::kDouble: return {.real = std::bit_cast<double>(piece.value), .text = {}};
    case ProtoType::kFloat: return {.real = static_cast<double>(std::bit_cast<float>(low)), .text = {}};
    case ProtoType::kBool: return {.whole = piece.value != 0 ? 1 : 0, .text = {}};
    case ProtoType::kSint32: return {.whole = static_cast<int32_t>((low >> 1) ^ (~(low & 1) + 1)), .text = {}};
    case ProtoType::kSint64: return {.whole = static_cast<int64_t>((piece.value >> 1) ^ (~(piece.value & 1) + 1)), .text = {}};
    case ProtoType::kInt32:
    case ProtoType::kUint32:
    case ProtoType::kFixed32:
    case ProtoType::kSfixed32:
    case ProtoType::kEnum: return {.whole = static_cast<int32_t>(low), .text = {}};
    case ProtoType::kString:
    case ProtoType::kBytes: return {.text = piece.bytes};
    default: return {.whole = static_cast<int64_t>(piece.value), .text = {}};
  }
}

class ProtobufDecoder final : public Decoder {
 public:
  ProtobufDecoder(ProtoOptions options, const Schema& wanted) : options_(std::move(options)) {
    for (const auto& field : wanted.fields()) builders_.emplace_back(field.type, 1024);
  }

  void SetChunk(std::string_view chunk, Pin pin) override {
    chunk_ = chunk;
    pin_ = std::move(pin);
  }

  Status Append(std::string_view record) override {
    merged_.clear();
    Status status = ReadMessage(*options_.plan, record, builders_.data(), true);
    if (status.ok()) {
      ++rows_;
      return {};
    }
    for (auto& builder : builders_) builder.Truncate(rows_);
    if (!options_.ignore_parse_errors) return status;
    ++skipped_;
    return {};
  }
  int rows() const override { return rows_; }
  int64_t skipped() const override { return skipped_; }
  Batch Finish() override {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    Batch out(rows_, std::move(columns));
    rows_ = 0;
    return out;
  }

 private:
  using Pieces = std::vector<ProtoPiece>;

  // `there`: else it is what a message that is not there reads as.
  Status ReadMessage(const MessagePlan& plan, std::string_view bytes, ColumnBuilder* builders, bool there) {
    std::vector<Pieces> pieces(plan.columns.size());
    std::vector<int32_t> missing = plan.required;
    ProtoReader reader(bytes);
    ProtoPiece piece;
    while (true) {
      ASSIGN_OR_RETURN(bool more, reader.Next(piece));
      if (!more) break;
      missing.erase(std::remove(missing.begin(), missing.end(), piece.number), missing.end());
      for (size_t c = 0; c < plan.columns.size(); ++c) {
        if (plan.columns[c].field->number == piece.number) RETURN_NOT_OK(Keep(plan.columns[c], piece, pieces[c]));
      }
    }
    if (there && !missing.empty()) return Fault::Invalid("protobuf: a ", plan.message->name, " lacks its required field ", missing[0]);
    for (size_t c = 0; c < plan.columns.size(); ++c) RETURN_NOT_OK(ReadField(plan.columns[c], pieces[c], builders[c]));
    return {};
  }

  // Packed values become pieces of their own. What has another wire type is unknown, as are proto2's enums of unknown number.
  static Status Keep(const FieldPlan& plan, const ProtoPiece& piece, Pieces& into) {
    int wire = WireOf(plan.field->type);
    if (piece.wire == 2 && wire != 2 && plan.field->repeated) return KeepPacked(plan, piece.bytes, wire, into);
    if (piece.wire == wire && IsKnown(plan, piece)) into.push_back(piece);
    return {};
  }
  static bool IsKnown(const FieldPlan& plan, const ProtoPiece& piece) {
    return plan.proto3 || plan.values == nullptr || ValueOf(*plan.values, static_cast<int64_t>(static_cast<int32_t>(piece.value))) != nullptr;
  }
  static Status KeepPacked(const FieldPlan& plan, std::string_view bytes, int wire, Pieces& into) {
    ByteReader in(bytes, Order::kLittle);
    while (in.ok() && !in.AtEnd()) {
      ProtoPiece piece{.number = plan.field->number, .wire = wire, .value = 0, .bytes = {}};
      piece.value = wire == 0 ? in.ReadVarUint64() : wire == 1 ? in.Read<uint64_t>() : in.Read<uint32_t>();
      if (in.ok() && IsKnown(plan, piece)) into.push_back(piece);
    }
    return in.ok() ? Status() : Status(Fault::Corrupt("protobuf: column ", plan.column, ": packed values are cut"));
  }

  Status ReadField(const FieldPlan& plan, const Pieces& pieces, ColumnBuilder& builder) {
    bool message = plan.field->type == ProtoType::kMessage;
    bool otherwise = options_.read_defaults || (plan.proto3 && !message && !plan.field->repeated);
    if (pieces.empty() && !otherwise) {
      if (!plan.nullable) return Fault::Invalid("protobuf: column ", plan.column, " is NOT NULL, and a record does not have it");
      builder.AppendNull();
      return {};
    }
    if (plan.is_map) return ReadMap(*plan.message, pieces, builder);
    if (plan.field->repeated) {
      for (const auto& piece : pieces) {
        if (message) RETURN_NOT_OK(ReadRow(plan, piece.bytes, builder.child(0), true));
        else AppendScalar(plan, ScalarOf(plan.field->type, piece), builder.child(0));
      }
      builder.AppendList();
      return {};
    }
    if (message) return ReadRow(plan, Merged(pieces), builder, !pieces.empty());
    AppendScalar(plan, pieces.empty() ? plan.otherwise : ScalarOf(plan.field->type, pieces.back()), builder);
    return {};
  }

  // A message that comes in parts is their bytes one after another.
  std::string_view Merged(const Pieces& pieces) {
    if (pieces.empty()) return {};
    if (pieces.size() == 1) return pieces[0].bytes;
    std::string& all = merged_.emplace_back();
    for (const auto& piece : pieces) all += piece.bytes;
    return all;
  }

  Status ReadRow(const FieldPlan& plan, std::string_view bytes, ColumnBuilder& builder, bool there) {
    RETURN_NOT_OK(ReadMessage(*plan.message, bytes, plan.message->columns.empty() ? nullptr : &builder.child(0), there));
    builder.AppendRow();
    return {};
  }

  // Of equal keys the last one counts, where the first one stood.
  Status ReadMap(const MessagePlan& entry, const Pieces& pieces, ColumnBuilder& builder) {
    std::unordered_map<std::string, size_t> places;
    std::vector<std::string_view> entries;
    for (const auto& piece : pieces) {
      ASSIGN_OR_RETURN(std::string key, KeyOf(entry, piece.bytes));
      auto [place, added] = places.emplace(std::move(key), entries.size());
      if (added) entries.push_back(piece.bytes);
      else entries[place->second] = piece.bytes;
    }
    for (auto bytes : entries) RETURN_NOT_OK(ReadEntry(entry, bytes, builder));
    builder.AppendList();
    return {};
  }
  static Result<std::string> KeyOf(const MessagePlan& entry, std::string_view bytes) {
    std::string key;
    ProtoReader reader(bytes);
    ProtoPiece piece;
    while (true) {
      ASSIGN_OR_RETURN(bool more, reader.Next(piece));
      if (!more) return key;
      if (piece.number != 1 || piece.wire != WireOf(entry.columns[0].field->type)) continue;
      Scalar scalar = ScalarOf(entry.columns[0].field->type, piece);
      key = IsText(entry.columns[0].field->type) ? std::string(scalar.text) : scalar.whole == 0 ? std::string() : StrCat(scalar.whole);
    }
  }
  // Keys and values that an entry leaves out are default values, whatever the syntax.
  Status ReadEntry(const MessagePlan& entry, std::string_view bytes, ColumnBuilder& builder) {
    std::vector<Pieces> pieces(2);
    ProtoReader reader(bytes);
    ProtoPiece piece;
    while (true) {
      ASSIGN_OR_RETURN(bool more, reader.Next(piece));
      if (!more) break;
      if (piece.number == 1 || piece.number == 2) RETURN_NOT_OK(Keep(entry.columns[static_cast<size_t>(piece.number - 1)], piece, pieces[static_cast<size_t>(piece.number - 1)]));
    }
    for (size_t c = 0; c < 2; ++c) {
      const FieldPlan& plan = entry.columns[c];
      ColumnBuilder& to = builder.child(static_cast<int>(c));
      if (plan.field->type == ProtoType::kMessage) RETURN_NOT_OK(ReadRow(plan, Merged(pieces[c]), to, !pieces[c].empty()));
      else AppendScalar(plan, pieces[c].empty() ? plan.otherwise : ScalarOf(plan.field->type, pieces[c].back()), to);
    }
    return {};
  }

  void AppendScalar(const FieldPlan& plan, const Scalar& scalar, ColumnBuilder& builder) {
    if (plan.field->type == ProtoType::kFloat) return builder.Append(static_cast<float>(scalar.real));
    if (plan.field->type == ProtoType::kDouble) return builder.Append(scalar.real);
    if (IsText(plan.field->type)) return AppendText(scalar.text, builder);
    if (plan.values != nullptr && plan.type.IsString()) {
      const auto* value = ValueOf(*plan.values, scalar.whole);
      return builder.AppendString(value == nullptr ? "UNRECOGNIZED" : std::string_view(value->first));
    }
    builder.AppendInt(scalar.whole);
  }

  void AppendText(std::string_view text, ColumnBuilder& builder) {
    bool inside = text.size() > data::StringRef::kInlineMax && text.data() >= chunk_.data() && text.data() + text.size() <= chunk_.data() + chunk_.size();
    int buffer = inside ? builder.ShareBuffer(chunk_, pin_) : -1;
    if (buffer < 0) builder.AppendString(text);
    else builder.AppendRef(text, static_cast<uint32_t>(buffer), static_cast<uint32_t>(text.data() - chunk_.data()));
  }

  const ProtoOptions options_;
  std::vector<ColumnBuilder> builders_;
  std::string_view chunk_;
  Pin pin_;
  std::deque<std::string> merged_;  // messages of this record that came in parts
  int rows_ = 0;
  int64_t skipped_ = 0;
};

class ProtobufEncoder final : public Encoder {
 public:
  explicit ProtobufEncoder(ProtoOptions options) : options_(std::move(options)) {}

  Status Append(std::string& out, const Batch& batch, int row) override {
    std::vector<const Column*> columns;
    for (int c = 0; c < batch.column_count(); ++c) columns.push_back(batch.column(c).get());
    return WriteMessage(out, *options_.plan, columns, row);
  }

 private:
  Status WriteMessage(std::string& out, const MessagePlan& plan, const std::vector<const Column*>& columns, int row) {
    for (size_t c : plan.by_number) RETURN_NOT_OK(WriteField(out, plan.columns[c], *columns[c], row));
    return {};
  }

  Status WriteField(std::string& out, const FieldPlan& plan, const Column& column, int row) {
    if (column.IsNull(row)) {
      if (plan.field->required) return Fault::Invalid("protobuf: column ", plan.column, " is NULL, and its field is required");
      return {};
    }
    if (plan.is_map) return WriteMap(out, plan, column, row);
    if (!plan.field->repeated) return WriteOne(out, plan, column, row, false);
    auto [begin, end] = column.Range(row);
    if (!plan.field->packed) {
      for (int i = begin; i < end; ++i) RETURN_NOT_OK(WriteOne(out, plan, *column.children[0], i, true));
      return {};
    }
    if (begin == end) return {};
    std::string packed;
    for (int i = begin; i < end; ++i) {
      ASSIGN_OR_RETURN(Scalar scalar, ScalarAt(plan, *column.children[0], i));
      PutValue(packed, plan.field->type, scalar);
    }
    PutBytes(out, plan.field->number, packed);
    return {};
  }

  // `always`: an element, or a part of an entry, is written when it is the default value, too, and NULL is written as that.
  Status WriteOne(std::string& out, const FieldPlan& plan, const Column& column, int row, bool always) {
    if (plan.field->type == ProtoType::kMessage) {
      std::string inner;
      std::vector<const Column*> columns;
      for (const auto& child : column.children) columns.push_back(child.get());
      if (!column.IsNull(row)) RETURN_NOT_OK(WriteMessage(inner, *plan.message, columns, column.Base(row)));
      PutBytes(out, plan.field->number, inner);
      return {};
    }
    ASSIGN_OR_RETURN(Scalar scalar, ScalarAt(plan, column, row));
    bool nothing = scalar.whole == 0 && std::bit_cast<uint64_t>(scalar.real) == 0 && scalar.text.empty();
    if (nothing && !always && !plan.field->tells_presence) return {};
    if (IsText(plan.field->type)) {
      PutBytes(out, plan.field->number, scalar.text);
      return {};
    }
    PutTag(out, plan.field->number, WireOf(plan.field->type));
    PutValue(out, plan.field->type, scalar);
    return {};
  }

  Status WriteMap(std::string& out, const FieldPlan& plan, const Column& column, int row) {
    auto [begin, end] = column.Range(row);
    for (int i = begin; i < end; ++i) {
      std::string entry;
      for (size_t c = 0; c < 2; ++c) RETURN_NOT_OK(WriteOne(entry, plan.message->columns[c], *column.children[c], i, true));
      PutBytes(out, plan.field->number, entry);
    }
    return {};
  }

  Result<Scalar> ScalarAt(const FieldPlan& plan, const Column& column, int row) {
    Scalar out;
    if (column.IsNull(row)) {
      if (plan.field->type == ProtoType::kString) out.text = options_.null_string;
      return out;
    }
    if (plan.values != nullptr && plan.type.IsString()) {
      const auto* value = ValueOf(*plan.values, column.String(row));
      if (value == nullptr) return Fault::Invalid("protobuf: column ", plan.column, ": '", column.String(row).substr(0, 60), "' is no value of ", plan.values->name);
      out.whole = value->second;
      return out;
    }
    if (IsText(plan.field->type)) out.text = column.String(row);
    else if (plan.field->type == ProtoType::kFloat) out.real = static_cast<double>(column.Value<float>(row));
    else if (plan.field->type == ProtoType::kDouble) out.real = column.Value<double>(row);
    else out.whole = column.IntAt(row);
    return out;
  }

  static void PutTag(std::string& out, int32_t number, int wire) { ByteWriter(out).WriteVarUint64(static_cast<uint64_t>(number) << 3 | static_cast<uint64_t>(wire)); }
  static void PutBytes(std::string& out, int32_t number, std::string_view bytes) {
    PutTag(out, number, 2);
    ByteWriter(out).WriteVarUint64(bytes.size());
    out += bytes;
  }
  static void PutValue(std::string& out, ProtoType type, const Scalar& scalar) {
    ByteWriter to(out, Order::kLittle);
    switch (type) {
      case ProtoType::kDouble: to.Write(std::bit_cast<uint64_t>(scalar.real)); return;
      case ProtoType::kFloat: to.Write(std::bit_cast<uint32_t>(static_cast<float>(scalar.real))); return;
      case ProtoType::kFixed32:
      case ProtoType::kSfixed32: to.Write(static_cast<uint32_t>(scalar.whole)); return;
      case ProtoType::kFixed64:
      case ProtoType::kSfixed64: to.Write(static_cast<uint64_t>(scalar.whole)); return;
      case ProtoType::kSint32: to.WriteVarInt32(static_cast<int32_t>(scalar.whole)); return;
      case ProtoType::kSint64: to.WriteVarInt64(scalar.whole); return;
      case ProtoType::kUint32: to.WriteVarUint32(static_cast<uint32_t>(scalar.whole)); return;
      default: to.WriteVarUint64(static_cast<uint64_t>(scalar.whole)); return;  // negative numbers are sign-extended
    }
  }

  const ProtoOptions options_;
};

// Every required field must have a column, in messages inside, too.
Status CheckWritable(const MessagePlan& plan) {
  for (int32_t number : plan.required) {
    bool there = std::any_of(plan.columns.begin(), plan.columns.end(), [&](const FieldPlan& one) { return one.field->number == number; });
    if (!there) return Fault::Invalid("protobuf: message ", plan.message->name, " has the required field ", number, ", which no column gives");
  }
  for (const auto& column : plan.columns) {
    if (column.message) RETURN_NOT_OK(CheckWritable(*column.message));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Decoder>> OpenProtobufDecoder(const Options& options, const Schema& record, const Schema& wanted) {
  RETURN_NOT_OK(ReadOptions(options, record).status());
  ASSIGN_OR_RETURN(ProtoOptions read, ReadOptions(options, wanted));
  return std::unique_ptr<Decoder>(std::make_unique<ProtobufDecoder>(std::move(read), wanted));
}

Result<std::unique_ptr<Encoder>> OpenProtobufEncoder(const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(ProtoOptions read, ReadOptions(options, columns));
  RETURN_NOT_OK(CheckWritable(*read.plan));
  return std::unique_ptr<Encoder>(std::make_unique<ProtobufEncoder>(std::move(read)));
}

}  // namespace freshet::formats
