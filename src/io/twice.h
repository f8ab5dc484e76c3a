#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "io/file.h"

// Small files that every start needs are kept twice, so that one damaged place of the disk costs nothing: as PATH and as PATH.copy. All calls block.

namespace freshet::io {

std::string CopyOf(const std::string& path);

// Replaces both, the file before its copy, each as WriteWhole does it and read back. On failure one of the two is as it was before: kCorrupt when
// the disk does not give back what was written.
Status WriteTwice(Files& files, const std::string& path, std::string_view content);

// Decodes one of the two, and keeps it.
using TakeContent = std::function<Status(std::string_view)>;

// What was read of the two.
struct Either {
  std::string content;
  std::string other;  // the path of the one that is not like it; empty: both are the same
  Status why;         // what is wrong with that one: kNotFound, or what `take` said; ok: it is whole, and of the time before
};

// The file if it is there and `take` takes it, else its copy, which may be of the time before. Reads only; `take` is asked about the file last, so what it
// took last is what is in force. kNotFound: neither is there. What a newer program wrote (kUnsupported) is not passed over. When neither holds, the Fault
// says why of both, and is kCorrupt only if no later try can help.
Result<Either> ReadEither(Files& files, const std::string& path, int64_t bytes_max, const TakeContent& take);

// Writes anew the one that is not like the other, and says so in the log; also when it could not be done, for that costs no start.
void RenewOther(Files& files, const Either& read, const Logger& log);

}  // namespace freshet::io
