#include <cstddef>
#include <cstdint>

#include "data/column_builder.h"
#include "engines/functions/frames.h"

// A child's answers: the first byte says as what they are read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using freshet::data::Type;
  if (size == 0) return 0;
  std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Type types[] = {Type::Boolean(), Type::Int(), Type::Double(), Type::Decimal(20, 3), Type::String(), Type::Time(3), Type::Timestamp(9), Type::Map(Type::String(), Type::Array(Type::Int()))};
  size_t as = data[0] % (std::size(types) + 1);
  if (as == std::size(types)) {
    (void)freshet::functions::ReadDescription(body);
    return 0;
  }
  freshet::data::ColumnBuilder out(types[as]);
  (void)freshet::functions::ReadColumn(body, static_cast<int>(data[0] >> 4), out);
  return 0;
}
