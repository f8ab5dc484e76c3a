#include "data/arrow_ipc/messages.h"

namespace freshet::arrow_ipc {
namespace {

using Slot = FlatWriter::Slot;

constexpr uint32_t kContinues = 0xffffffff;
constexpr int16_t kOldestVersion = 3, kVersion = 4;  // V4, V5
constexpr int64_t kPrefixBytes = 8;
// Kinds of the union MessageHeader in Arrow's Message.fbs.
enum HeaderTag : uint8_t { kSchemaTag = 1, kDictionaryTag = 2, kRowsTag = 3 };
// Slots of the tables Message, RecordBatch and DictionaryBatch.
enum MessageSlot { kVersionSlot = 0, kHeaderTagSlot = 1, kHeaderSlot = 2, kBodySlot = 3 };
enum RowsSlot { kLength = 0, kNodes = 1, kBuffers = 2, kCompression = 3, kViewCounts = 4 };
enum DictionarySlot { kId = 0, kData = 1, kIsDelta = 2 };

Result<data::Codec> CodecOf(const FlatTable& compression) {
  if (!compression.present()) return data::Codec::kNone;
  if (compression.Get<uint8_t>(1, 0) != 0) return Fault::Unsupported("arrow: a body is packed in a way that is not known");
  auto codec = compression.Get<uint8_t>(0, 0);
  if (codec > 1) return Fault::Unsupported("arrow: a body is packed with codec ", static_cast<int>(codec), "; lz4 and zstd are read");
  return codec == 0 ? data::Codec::kLz4 : data::Codec::kZstd;
}

Result<BatchPlan> PlanOf(const FlatTable& rows) {
  BatchPlan out;
  out.rows = rows.Get<int64_t>(kLength, 0);
  if (out.rows < 0 || out.rows > kRowsMax) return Fault::Corrupt("arrow: a batch says that it has ", out.rows, " rows");
  ASSIGN_OR_RETURN(out.codec, CodecOf(rows.Child(kCompression)));
  FlatList nodes = rows.List(kNodes, 16), buffers = rows.List(kBuffers, 16), views = rows.List(kViewCounts, 8);
  for (size_t i = 0; i < nodes.size(); ++i) out.arrays.push_back({nodes.Get<int64_t>(i, 0), nodes.Get<int64_t>(i, 8)});
  for (size_t i = 0; i < buffers.size(); ++i) out.buffers.push_back({buffers.Get<int64_t>(i, 0), buffers.Get<int64_t>(i, 8)});
  for (size_t i = 0; i < views.size(); ++i) out.view_buffers.push_back(views.Get<int64_t>(i, 0));
  return out;
}

std::string RowsMetadata(const BatchPlan& plan, int64_t body_bytes) {
  FlatWriter out;
  size_t message = out.Table(0, {Slot{kVersionSlot, 2, kVersion}, Slot{kHeaderTagSlot, 1, kRowsTag}, Slot{kHeaderSlot, FlatWriter::kPointer}, Slot{kBodySlot, 8, body_bytes}});
  size_t header = out.Pointer(message, kHeaderSlot), rows = 0;
  bool packed = plan.codec != data::Codec::kNone;
  if (packed) rows = out.Table(header, {Slot{kLength, 8, plan.rows}, Slot{kNodes, FlatWriter::kPointer}, Slot{kBuffers, FlatWriter::kPointer}, Slot{kCompression, FlatWriter::kPointer}});
  else rows = out.Table(header, {Slot{kLength, 8, plan.rows}, Slot{kNodes, FlatWriter::kPointer}, Slot{kBuffers, FlatWriter::kPointer}});
  if (packed) out.Table(out.Pointer(rows, kCompression), {Slot{0, 1, plan.codec == data::Codec::kZstd ? 1 : 0}, Slot{1, 1, 0}});
  out.BeginList(out.Pointer(rows, kNodes), plan.arrays.size());
  for (const auto& array : plan.arrays) out.Append(array.length), out.Append(array.nulls);
  out.BeginList(out.Pointer(rows, kBuffers), plan.buffers.size());
  for (const auto& buffer : plan.buffers) out.Append(buffer.offset), out.Append(buffer.length);
  return out.bytes();
}

void AppendMetadata(std::string& out, std::string_view metadata) {
  size_t padded = (metadata.size() + 7) / 8 * 8;
  ByteWriter writer(out, Order::kLittle);
  writer.Write(kContinues);
  writer.Write(static_cast<uint32_t>(padded));
  out += metadata;
  out.append(padded - metadata.size(), '\0');
}

}  // namespace

Result<std::string> MessageReader::ReadExactly(int64_t bytes) {
  if (bytes > size_ - at_) return Fault::Corrupt("arrow: the stream is cut");
  std::string out(static_cast<size_t>(bytes), '\0');
  ASSIGN_OR_RETURN(size_t read, in_.ReadAt(at_, std::span<char>(out.data(), out.size())));
  if (read != out.size()) return Fault::Corrupt("arrow: the stream is cut");
  at_ += bytes;
  return out;
}

// None: the end. Streams of before Arrow 0.15 have the length alone.
Result<std::optional<int64_t>> MessageReader::MetadataBytes() {
  if (at_ == size_) return std::optional<int64_t>();
  ASSIGN_OR_RETURN(std::string word, ReadExactly(kPrefixBytes / 2));
  if (LoadInt<uint32_t>(Order::kLittle, word.data()) == kContinues) {
    ASSIGN_OR_RETURN(word, ReadExactly(kPrefixBytes / 2));
  }
  int64_t bytes = LoadInt<int32_t>(Order::kLittle, word.data());
  said_end_ = bytes == 0;
  if (said_end_) return std::optional<int64_t>();
  if (bytes < 0) return Fault::Corrupt("arrow: these bytes are no stream of Arrow");
  if (bytes > size_ - at_) return Fault::Corrupt("arrow: the stream is cut, or these bytes are none of Arrow");
  if (bytes > kMetadataBytesMax) return Fault::TooLarge("arrow: a message has ", bytes, " bytes of metadata; at most ", kMetadataBytesMax, " are read");
  return std::optional(bytes);
}

Result<Message> MessageReader::Next() {
  Message out;
  ASSIGN_OR_RETURN(auto bytes, MetadataBytes());
  if (!bytes) return out;
  ASSIGN_OR_RETURN(std::string metadata, ReadExactly(*bytes));
  bool ok = true;
  FlatTable message = FlatTable::Root(metadata, ok), header = message.Child(kHeaderSlot);
  auto version = message.Get<int16_t>(kVersionSlot, 0);
  auto tag = message.Get<uint8_t>(kHeaderTagSlot, 0);
  int64_t body_bytes = message.Get<int64_t>(kBodySlot, 0);
  if (!ok || !header.present()) return Fault::Corrupt("arrow: these bytes are no stream of Arrow");
  if (version < kOldestVersion || version > kVersion) return Fault::Unsupported("arrow: metadata of version ", version + 1, "; 4 and 5 are read");
  if (body_bytes < 0 || body_bytes > size_ - at_) return Fault::Corrupt("arrow: the stream is cut");
  int64_t body_at = at_;
  at_ += body_bytes;
  if (tag == kSchemaTag) {
    out.kind = MessageKind::kSchema;
    out.metadata = std::move(metadata);
    return out;
  }
  if (tag != kDictionaryTag && tag != kRowsTag) return Fault::Unsupported("arrow: a message is neither a schema nor rows nor a dictionary");
  out.kind = tag == kRowsTag ? MessageKind::kRows : MessageKind::kDictionary;
  FlatTable rows = tag == kRowsTag ? header : header.Child(kData);
  out.dictionary = tag == kRowsTag ? 0 : header.Get<int64_t>(kId, 0);
  out.adds = tag == kDictionaryTag && header.Flag(kIsDelta, false);
  ASSIGN_OR_RETURN(out.batch, PlanOf(rows));
  if (!ok) return Fault::Corrupt("arrow: a message does not hold together");
  out.batch.body_at = body_at;
  out.batch.body_bytes = body_bytes;
  return out;
}

Result<std::vector<Field>> FieldsIn(const std::string& metadata) {
  bool ok = true;
  ASSIGN_OR_RETURN(auto fields, ReadFields(FlatTable::Root(metadata, ok).Child(kHeaderSlot)));
  if (!ok) return Fault::Corrupt("arrow: the schema does not hold together");
  return fields;
}

void AppendSchemaMessage(std::string& out, const std::vector<Field>& fields) {
  FlatWriter metadata;
  size_t message = metadata.Table(0, {Slot{kVersionSlot, 2, kVersion}, Slot{kHeaderTagSlot, 1, kSchemaTag}, Slot{kHeaderSlot, FlatWriter::kPointer}, Slot{kBodySlot, 8, 0}});
  WriteFields(metadata, metadata.Pointer(message, kHeaderSlot), fields);
  AppendMetadata(out, metadata.bytes());
}

void AppendRowsMessage(std::string& out, const BatchPlan& plan, std::string_view body) {
  AppendMetadata(out, RowsMetadata(plan, static_cast<int64_t>(body.size())));
  out += body;
}

void AppendEnd(std::string& out) {
  ByteWriter writer(out, Order::kLittle);
  writer.Write(kContinues);
  writer.Write(uint32_t{0});
}

// Offsets and lengths of a block: 8, 4, four of padding, 8.
void AppendFooter(std::string& out, const std::vector<Field>& fields, const std::vector<Block>& blocks) {
  FlatWriter footer;
  size_t table = footer.Table(0, {Slot{0, 2, kVersion}, Slot{1, FlatWriter::kPointer}, Slot{3, FlatWriter::kPointer}});
  WriteFields(footer, footer.Pointer(table, 1), fields);
  footer.BeginList(footer.Pointer(table, 3), blocks.size());
  for (const Block& block : blocks) footer.Append(block.offset), footer.Append(block.metadata_bytes), footer.Append(block.body_bytes);
  out += footer.bytes();
  ByteWriter(out, Order::kLittle).Write(static_cast<uint32_t>(footer.bytes().size()));
  out += kFileMagic;
}

}  // namespace freshet::arrow_ipc
