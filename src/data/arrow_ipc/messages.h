#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/arrow_ipc/fields.h"
#include "data/byte_streams.h"
#include "data/compression.h"

// The messages of a stream: a schema, then dictionaries and batches of rows, each some metadata and a body of buffers.

namespace freshet::arrow_ipc {

// A part of a body, in bytes from its beginning.
struct BufferPlace {
  int64_t offset = 0;
  int64_t length = 0;
};
// One array of a batch: a column, or what stands inside one.
struct ArrayPlace {
  int64_t length = 0;
  int64_t nulls = 0;
};

// Where the arrays of a batch lie. Nothing of it is checked against the body yet.
struct BatchPlan {
  int64_t rows = 0;
  std::vector<ArrayPlace> arrays;
  std::vector<BufferPlace> buffers;
  std::vector<int64_t> view_buffers;         // of each array of views, how many buffers hold its long values
  data::Codec codec = data::Codec::kNone;    // each buffer alone, its length in front
  int64_t body_at = 0;                       // in the input
  int64_t body_bytes = 0;
};

enum class MessageKind : uint8_t { kSchema, kDictionary, kRows, kEnd };

struct Message {
  MessageKind kind = MessageKind::kEnd;
  std::string metadata;         // of a schema
  BatchPlan batch;              // of rows and dictionaries
  int64_t dictionary = 0;       // its number
  bool adds = false;            // to what the dictionary holds already
};

inline constexpr int64_t kNotPacked = -1;  // the length in front of a buffer that packing does not make smaller
inline constexpr int64_t kMetadataBytesMax = 16 << 20;
inline constexpr int64_t kRowsMax = int64_t{1} << 31;   // of a batch

// Reads the messages of a stream one after the other. Borrows the input; metadata is read, bodies are not.
class MessageReader {
 public:
  MessageReader(data::ByteInput& in, int64_t at, int64_t size) : in_(in), at_(at), size_(size) {}

  // kEnd: the stream says that it ends, or `in` ends between two messages.
  Result<Message> Next();
  bool said_end() const { return said_end_; }

 private:
  Result<std::optional<int64_t>> MetadataBytes();
  Result<std::string> ReadExactly(int64_t bytes);

  data::ByteInput& in_;
  int64_t at_;
  const int64_t size_;
  bool said_end_ = false;
};

// The schema of a kSchema message.
Result<std::vector<Field>> FieldsIn(const std::string& metadata);

// Appends messages as a stream has them.
void AppendSchemaMessage(std::string& out, const std::vector<Field>& fields);
// `plan` with its body behind it; body_at is not looked at.
void AppendRowsMessage(std::string& out, const BatchPlan& plan, std::string_view body);
void AppendEnd(std::string& out);

inline constexpr std::string_view kFileMagic = "ARROW1";
inline constexpr int64_t kFileBegin = 8;  // the magic and its padding
// Where a message of rows stands in a file.
struct Block {
  int64_t offset = 0;
  int64_t metadata_bytes = 0;  // with what stands before them
  int64_t body_bytes = 0;
};
void AppendFooter(std::string& out, const std::vector<Field>& fields, const std::vector<Block>& blocks);

}  // namespace freshet::arrow_ipc
