#pragma once

#include <cstddef>
#include <string_view>

namespace freshet::formats {

// What a Decoder is as well that finds the end of a line while it reads it, where records are lines.
class LineReader {
 public:
  virtual ~LineReader() = default;
  // Takes one line from the beginning of `lines`, which end with the chunk, and says how many bytes it took with its line end. 0: nothing was taken, and who calls finds
  // the line's end and gives the record to the Decoder.
  virtual size_t AppendLine(std::string_view lines) = 0;
};

}  // namespace freshet::formats
