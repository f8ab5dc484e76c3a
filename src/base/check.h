#pragma once

// CHECK(condition): a broken assumption of ours stops the process, in release builds too.
// Input from outside is never CHECKed; it gets a Fault.

namespace freshet {

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace freshet

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) [[unlikely]] ::freshet::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)
