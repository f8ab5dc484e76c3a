#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engines/files/partition_folders.h"

// Any path: values or a Fault; what is escaped comes back.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using freshet::data::Type;
  std::string_view path(reinterpret_cast<const char*>(data), size);
  std::vector<freshet::data::Field> columns{{freshet::data::FieldId(1), "k", Type::Timestamp(3)}, {freshet::data::FieldId(2), "n", Type::Decimal(10, 2)}, {freshet::data::FieldId(3), "s", Type::String()}};
  (void)freshet::files::PartitionValues("", path, columns, "nothing");
  if (freshet::files::UnescapeFolder(freshet::files::EscapeFolder(path)) != path) __builtin_trap();
  return 0;
}
