#include "engines/topic_tables/position.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto places = freshet::topic_tables::DecodePlaces({reinterpret_cast<const char*>(data), size});
  if (places.ok()) CHECK(freshet::topic_tables::DecodePlaces(freshet::topic_tables::EncodePlaces(*places)).ok());
  return 0;
}
