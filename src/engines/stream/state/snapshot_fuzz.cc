#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "engines/stream/state/snapshot.h"

// Any bytes decode or are refused; the checksum is put right so that the inside is reached.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)freshet::stream::Snapshot::Decode(bytes);
  std::string sealed = "FSTS" + std::string(bytes);
  freshet::ByteWriter(sealed, freshet::Order::kLittle).Write(freshet::Crc32c(sealed));
  (void)freshet::stream::Snapshot::Decode(sealed);
  std::string part("FSTS\2\0\0\0\0\0\0\0", 12);
  freshet::ByteWriter out(part, freshet::Order::kLittle);
  out.Write(static_cast<uint64_t>(size));
  out.WriteBytes(bytes);
  out.Write(freshet::Crc32c(part));
  (void)freshet::stream::Snapshot::Decode(part + part);
  return 0;
}
