#include "testing/memory_bound.h"
#include "wire/http/message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto bound = freshet::testing::MemoryBound::ForReceived(size);
  freshet::wire::http::RequestHead head;
  auto length = freshet::wire::http::ParseRequestHead(bytes, head);
  if (!length.ok() || *length == 0) return 0;
  (void)freshet::wire::http::DecodePercent(head.path, false);
  (void)freshet::wire::http::DecodePercent(head.query, true);
  auto framing = freshet::wire::http::FramingOf(head);
  if (!framing.ok() || !framing->chunked) return 0;
  std::string body;
  bool done = false;
  (void)freshet::wire::http::DecodeChunks(bytes.substr(*length), 1 << 16, body, done).ok();
  if (body.size() > size) __builtin_trap();
  return 0;
}
