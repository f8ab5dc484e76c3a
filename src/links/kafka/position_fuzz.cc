#include "links/kafka/position.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto places = freshet::links::kafka::DecodePlaces({reinterpret_cast<const char*>(data), size});
  if (places.ok()) CHECK(freshet::links::kafka::DecodePlaces(freshet::links::kafka::EncodePlaces(*places)).ok());
  return 0;
}
