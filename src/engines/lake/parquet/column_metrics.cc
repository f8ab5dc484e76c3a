#include <parquet/metadata.h>
#include <parquet/schema.h>
#include <parquet/statistics.h>

#include "engines/lake/parquet/arrow_status.h"  // first of ours
#include "engines/lake/parquet/column_metrics.h"

#include "base/bytes.h"
#include "engines/lake/bounds.h"

namespace freshet::lake {
namespace {

const Field* LeafById(const std::vector<Field>& fields, int32_t id) {
  for (const Field& field : fields) {
    if (field.id == id) return &field;
    if (const Field* inner = LeafById(field.type.children, id)) return inner;
  }
  return nullptr;
}

// Parquet's plain bytes of one value as Iceberg's: they differ for decimals only.
std::string SingleValue(const FieldType& type, parquet::Type::type physical, const std::string& plain) {
  if (type.kind != TypeKind::kDecimal) return plain;
  if (physical == parquet::Type::INT32) return DecimalBytes(LoadInt<int32_t>(Order::kLittle, plain.data()));
  if (physical == parquet::Type::INT64) return DecimalBytes(LoadInt<int64_t>(Order::kLittle, plain.data()));
  data::Int128 value = static_cast<int8_t>(plain.empty() ? 0 : plain[0]) < 0 ? -1 : 0;
  for (char c : plain) value = static_cast<data::Int128>(static_cast<unsigned __int128>(value) << 8) | static_cast<uint8_t>(c);
  return DecimalBytes(value);
}

void Widen(ColumnMetrics& column, const FieldType& type, std::string low, std::string high) {
  if (!column.lower || CompareSingleValues(type, low, *column.lower) < 0) column.lower = std::move(low);
  if (!column.upper || CompareSingleValues(type, high, *column.upper) > 0) column.upper = std::move(high);
}

}  // namespace

ParquetSummary SummaryOf(const parquet::FileMetaData& file, const TableSchema& schema, const std::map<int32_t, int64_t>& nans) {
  ParquetSummary summary;
  summary.rows = file.num_rows();
  for (int c = 0; c < file.num_columns(); ++c) {
    const auto* leaf = file.schema()->Column(c);
    ColumnMetrics column{.field_id = leaf->schema_node()->field_id()};
    const Field* field = LeafById(schema.fields, column.field_id);
    if (field == nullptr) continue;
    bool bounded = leaf->max_repetition_level() == 0;
    for (int g = 0; g < file.num_row_groups(); ++g) {
      auto chunk = file.RowGroup(g)->ColumnChunk(c);
      column.bytes += chunk->total_compressed_size();
      column.values += chunk->num_values();
      auto statistics = chunk->statistics();
      if (statistics == nullptr) {
        bounded = false;
        continue;
      }
      column.nulls += statistics->HasNullCount() ? statistics->null_count() : 0;
      if (bounded && statistics->HasMinMax()) {
        Widen(column, field->type, SingleValue(field->type, leaf->physical_type(), statistics->EncodeMin()),
              SingleValue(field->type, leaf->physical_type(), statistics->EncodeMax()));
      } else if (statistics->num_values() > 0 && !nans.contains(column.field_id)) {
        bounded = false;  // values without known bounds
      }
    }
    if (!bounded) column.lower = column.upper = std::nullopt;
    if (column.lower) column.lower = CutLowerBound(field->type, *column.lower);
    if (column.upper) column.upper = CutUpperBound(field->type, *column.upper);
    if (auto found = nans.find(column.field_id); found != nans.end()) column.nans = found->second;
    summary.columns.push_back(std::move(column));
  }
  for (int g = 0; g < file.num_row_groups(); ++g) {
    auto first = file.RowGroup(g)->ColumnChunk(0);
    summary.split_offsets.push_back(first->has_dictionary_page() ? std::min(first->dictionary_page_offset(), first->data_page_offset()) : first->data_page_offset());
  }
  return summary;
}

}  // namespace freshet::lake
