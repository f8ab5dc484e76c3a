#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "wire/kafka/shape.h"

namespace freshet::wire::kafka {

// Decoding allocates at most Message::kAllocationFactor bytes for each byte received, and 1 KiB: counts are checked
// against what is left of the message and against this budget before a list grows. The factor is 8 for requests,
// whose texts are borrowed, and 64 for responses, which we read only from servers we chose.
inline constexpr size_t kAllocationSlack = 1024;

// Record batches that stay where they are instead of being copied into a frame: behind how many of its own bytes they belong.
struct Apart {
  size_t at;
  std::string_view bytes;
};
inline constexpr size_t kApartBytesMin = 16 << 10;  // what is smaller is sooner copied than sent by itself

// The untyped pair. `message` is an object whose shape this is, default-constructed before decoding. Views in
// the message point into `body`. Bytes after the message are ignored, as Kafka's own broker does: librdkafka 2.x
// sends three of them when it asks Metadata 13 for all topics.
Status DecodeBody(const Shape& shape, bool flexible, int version, std::string_view body, size_t allocation_factor,
                  void* message);
void EncodeBody(const Shape& shape, bool flexible, int version, const void* message, std::string& out,
                std::vector<Apart>* apart = nullptr);

// A version outside Message::kVersions is kUnsupported; everything else that is wrong is kInvalid.
template <typename Message>
Result<Message> Decode(std::string_view body, int version) {
  if (!Message::kVersions.Has(version)) return Fault::Unsupported("version ", version, " of this message");
  Message message;
  RETURN_NOT_OK(DecodeBody(Message::kShape, Message::kFlexible.Has(version), version, body, Message::kAllocationFactor,
                           &message));
  return message;
}

// Appends the body. Fields that the version does not know are left out; null where the version knows no null
// becomes empty. With `apart`, large record batches are named there instead.
template <typename Message>
void Encode(const Message& message, int version, std::string& out, std::vector<Apart>* apart = nullptr) {
  CHECK(Message::kVersions.Has(version));
  EncodeBody(Message::kShape, Message::kFlexible.Has(version), version, &message, out, apart);
}

}  // namespace freshet::wire::kafka
