#include "base/check.h"
#include "testing/memory_bound.h"
#include "wire/kafka/frame.h"
#include "wire/kafka/messages/all.h"

// A whole frame. What decodes is encoded and must then decode to the same bytes: the codec agrees with itself.
namespace {

template <typename Decode>
freshet::Status Bounded(size_t bytes_max, Decode&& decode) {
  freshet::testing::MemoryBound bound(bytes_max + freshet::wire::kafka::kAllocationSlack + freshet::testing::kBytesForWords);
  return decode();
}

template <typename Message>
void RoundTrip(std::string_view body, int version) {
  using namespace freshet::wire::kafka;
  bool flexible = Message::kFlexible.Has(version);
  auto again = [&](std::string_view bytes, std::string& out) {
    Message message;
    auto status = Bounded(bytes.size() * Message::kAllocationFactor, [&] { return DecodeBody(Message::kShape, flexible, version, bytes, Message::kAllocationFactor, &message); });
    if (status.ok()) EncodeBody(Message::kShape, flexible, version, &message, out);
    return status.ok();
  };
  std::string once, twice;
  // A shorter wire form may not pay for the same memory, so the second decoding may fail; it must not differ.
  if (again(body, once) && again(once, twice)) CHECK(once == twice);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::wire::kafka;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)CutFrame(bytes, 1 << 20);
  auto request = DecodeRequest(bytes);
  if (!request.ok() || request->header.api == nullptr) return 0;
  int version = request->header.version;
  (void)DecodeResponse(bytes, request->header.api->key, version);
  switch (request->header.api->key) {
#define FRESHET_FUZZ_API(name)                             \
  case ApiKey::k##name:                                    \
    RoundTrip<name##Request>(request->body, version);      \
    RoundTrip<name##Response>(request->body, version);     \
    break;
    FRESHET_KAFKA_APIS(FRESHET_FUZZ_API)
#undef FRESHET_FUZZ_API
  }
  return 0;
}
