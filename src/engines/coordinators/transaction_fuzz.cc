#include "engines/coordinators/offsets.h"
#include "engines/coordinators/transaction.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace freshet;
  std::string_view input(reinterpret_cast<const char*>(bytes), size);
  size_t key_bytes = input.empty() ? 0 : std::min<size_t>(static_cast<uint8_t>(input[0]), size);
  data::Record record;
  record.key = input.substr(0, key_bytes);
  record.value = input.substr(key_bytes);
  (void)coordinators::DecodeTransaction(record);
  (void)coordinators::DecodeOffset(record);
  return 0;
}
