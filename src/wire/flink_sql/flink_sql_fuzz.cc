#include <cstddef>
#include <cstdint>

#include "wire/flink_sql/flink_sql.h"

// Any bytes must give a tree or a Fault: no crash, no unbounded stack or memory.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view script(reinterpret_cast<const char*>(data), size);
  (void)freshet::wire::flink_sql::ParseScript(script);
  (void)freshet::wire::flink_sql::ParseExpression(script);
  (void)freshet::wire::flink_sql::ParseType(script);
  return 0;
}
