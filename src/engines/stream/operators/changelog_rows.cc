#include "engines/stream/operators/changelog_rows.h"

namespace freshet::stream {

Status ToChangelog::OnBatch(int, const Batch& batch) {
  data::ColumnBuilder words(data::Type::String(), batch.length());
  for (int row = 0; row < batch.length(); ++row) {
    const auto& word = spec_.words[static_cast<size_t>(batch.op(row))];
    if (word) words.AppendString(*word);
    else words.AppendNull();
  }
  std::vector<uint16_t> told;
  batch.selection().ForEach([&](uint32_t row) {
    if (spec_.words[static_cast<size_t>(batch.op(static_cast<int>(row)))]) told.push_back(static_cast<uint16_t>(row));
  });
  std::vector<data::ColumnPtr> columns{words.Finish()};
  columns.insert(columns.end(), batch.columns().begin(), batch.columns().end());
  Batch out = Batch(batch.length(), std::move(columns)).WithSelection(std::move(told)).WithPartition(batch.partition());
  return Emit(batch.watermarks() ? out.WithWatermarks(batch.watermarks()) : out);
}

Status FromChangelog::OnBatch(int, const Batch& batch) {
  const data::Column& words = *batch.column(spec_.op);
  std::vector<int8_t> ops(static_cast<size_t>(batch.length()));
  data::Selection rows = batch.selection();
  for (int k = 0; k < rows.count; ++k) {
    int row = rows.row(k);
    auto kind = words.IsNull(row) ? spec_.kinds.end() : spec_.kinds.find(std::string(words.String(row)));
    if (kind == spec_.kinds.end()) {
      TellFaultOfRow(0, batch, row);
      return Unknown(words, row);
    }
    ops[static_cast<size_t>(row)] = static_cast<int8_t>(kind->second);
  }
  std::vector<data::ColumnPtr> columns = batch.columns();
  columns.erase(columns.begin() + spec_.op);
  return Emit(batch.WithColumns(std::move(columns)).WithOps(std::move(ops)));
}

Fault FromChangelog::Unknown(const data::Column& words, int row) const {
  std::string word = words.IsNull(row) ? "NULL" : StrCat("'", words.String(row), "'");
  return Fault::Invalid(spec_.place, "FROM_CHANGELOG: ", word, " is no kind of change by its op_mapping; map it, or leave such rows out with a WHERE");
}

}  // namespace freshet::stream
