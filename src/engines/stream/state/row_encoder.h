#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/batch.h"

namespace freshet::stream {

// Writes rows of one batch after another as AppendRow does (state/rows.h), having looked at its columns once. Where the last columns are numbers into the same few rows, as those
// that a join reads of what it keeps, the bytes of each of these are written once. One thread.
class RowEncoder {
 public:
  // The batch outlives what is asked of it.
  void Begin(const data::Batch& batch);
  // Good until the next.
  std::string_view Encode(int row);
  // Fetches what Encode reads of the selected rows that come soon after the k-th, where nobody has looked at it since it was decoded, maybe by another thread.
  void PrefetchBehind(int k, data::Selection rows) const;

 private:
  struct Part {
    const data::Column* column;
    uint32_t width;  // 0: a text, or nested
    bool text;
  };

  char* Room(size_t bytes) {
    if (used_ + bytes > bytes_.size()) bytes_.resize((used_ + bytes) * 2);
    return bytes_.data() + used_;
  }
  // Of a row that the last columns share, in shared_: nothing, as long as it was not written.
  struct Written {
    size_t begin = 0;
    size_t bytes = 0;
  };

  void FindShared(int rows);
  void Append(const Part& part, int row);
  void AppendShared(int row);
  void AppendFixed(const Part& part, int base);
  void AppendText(std::string_view text);
  void AppendNested(const data::Column& column, int row);

  std::vector<Part> parts_;
  std::vector<Part> decoded_;  // of these, that are not numbers into others
  std::string bytes_;  // as far as used_
  size_t used_ = 0;
  std::string nested_;
  size_t shared_from_ = 0;        // the first of these columns
  std::vector<Written> written_;  // by the row that they number
  std::string shared_;
};

}  // namespace freshet::stream
