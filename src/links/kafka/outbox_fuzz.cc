#include "links/kafka/outbox.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace freshet::links::kafka;
  auto outbox = DecodeOutbox({reinterpret_cast<const char*>(data), size});
  if (!outbox.ok()) return 0;
  CHECK(DecodeOutbox(EncodeOutbox(*outbox)).ok());
  auto rows = DecodeRows(outbox->rows);
  if (rows.ok()) CHECK(DecodeRows(EncodeRows(*rows)).ok());
  return 0;
}
