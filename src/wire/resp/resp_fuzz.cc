#include <cstdint>

#include "testing/memory_bound.h"
#include "wire/resp/reply.h"
#include "wire/resp/request.h"

// Requests cut the same whether they come whole or byte by byte; what was parsed as arguments is written and read back.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::wire::resp;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RequestCaps caps{.arguments_max = 64, .argument_bytes_max = 4096, .request_bytes_max = 16384, .line_bytes_max = 256};
  RequestParser whole(caps), pieces(caps);
  auto at_once = [&] {
    auto bound = freshet::testing::MemoryBound::ForReceived(size);
    auto parsed = whole.Parse(bytes);
    if (parsed.ok() && *parsed) (void)whole.Arguments(bytes);
    return parsed;
  }();
  bool came = false, refused = false;
  for (size_t end = 0; end <= size && !came && !refused; ++end) {
    auto step = pieces.Parse(bytes.substr(0, end));
    refused = !step.ok();
    came = step.ok() && *step;
  }
  if (at_once.ok() && *at_once) {
    CHECK(came && whole.consumed() == pieces.consumed());
    auto arguments = whole.Arguments(bytes);
    CHECK(arguments == pieces.Arguments(bytes.substr(0, pieces.consumed())));
    std::string again;
    AppendRequest(arguments, again);
    RequestParser back(RequestCaps{});
    auto parsed = back.Parse(again);
    CHECK(parsed.ok() && *parsed && back.Arguments(again) == arguments);
  }
  Reply reply;
  auto length = ParseReply(bytes, {.depth_max = 8, .items_max = 1000, .bulk_bytes_max = 4096, .line_bytes_max = 256}, reply);
  CHECK(!length.ok() || *length <= size);
  return 0;
}
