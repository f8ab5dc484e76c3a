#include "engines/stream/job/lengths.h"

#include "data/canonical.h"
#include "data/expr/utf8.h"
#include "engines/stream/job/short_text.h"

namespace freshet::stream {
namespace {

using data::Kind;

constexpr size_t kRowBytesMax = 500;  // of a row in a message

bool HasLength(const data::Type& type) { return (type.IsString() || type.IsBinary()) && type.length() != data::kUnboundedLength; }
bool IsExact(const data::Type& type) { return type.kind() == Kind::kChar || type.kind() == Kind::kBinary; }

int64_t LengthOf(const data::Type& type, std::string_view value) { return type.IsString() ? expr::CountCodePoints(value) : static_cast<int64_t>(value.size()); }

}  // namespace

Lengths::Lengths(const SinkSpec& sink, const std::vector<PlanColumn>& columns) : table_(sink.name) {
  for (const auto& column : columns) {
    bool looks = sink.counts_lengths && sink.table != nullptr && HasLength(column.type);
    if (looks) columns_.push_back(static_cast<int>(names_.size()));
    names_.push_back(column.name);
    types_.push_back(column.type);
  }
}

Status Lengths::Check(const data::Batch& batch) const {
  data::Selection rows = batch.selection();
  for (int c : columns_) {
    const data::Type& type = types_[static_cast<size_t>(c)];
    for (int k = 0; k < rows.count; ++k) {
      int row = rows.row(k);
      if (batch.column(c)->IsNull(row)) continue;
      int64_t length = LengthOf(type, batch.column(c)->String(row));
      if (IsExact(type) ? length == type.length() : length <= type.length()) continue;
      std::string line;
      data::CanonicalWriter(names_).AppendRow(line, batch, row);
      return Fault::Invalid("table ", table_, ": column ", names_[static_cast<size_t>(c)], " is ", type, ", and is ", length, type.IsString() ? " characters" : " bytes", " long in the row ", ShortText(line, kRowBytesMax),
                            "; CAST it, or SET 'table.exec.sink.type-length-enforcer' = 'TRIM_PAD' to cut and pad");
    }
  }
  return {};
}

}  // namespace freshet::stream
