#pragma once

#include <memory>
#include <string>

#include "engines/lake/parquet_format.h"

namespace freshet::testing {

// In the place of Parquet, whose module the simulated world does without: a data file of the lake is a line for each row, its values behind each other.
class RowLines final : public lake::ParquetFormat {
 public:
  Result<std::unique_ptr<lake::ParquetWriter>> NewWriter(const lake::TableSchema&, lake::ParquetCodec, lake::ByteOutput& out) const override {
    return std::unique_ptr<lake::ParquetWriter>(std::make_unique<Writer>(out));
  }
  Result<std::unique_ptr<lake::ParquetReader>> NewReader(const lake::TableSchema&, const std::vector<data::Type>&, std::unique_ptr<lake::ByteInput>) const override {
    return Fault::Unsupported("reading");
  }
  Result<std::unique_ptr<lake::ParquetReader>> NewReaderByName(const data::Schema&, std::unique_ptr<lake::ByteInput>) const override { return Fault::Unsupported("reading"); }

 private:
  class Writer final : public lake::ParquetWriter {
   public:
    explicit Writer(lake::ByteOutput& out) : out_(out) {}
    Status Append(const data::Batch& batch, std::span<const int> rows) override;
    int64_t bytes_so_far() const override { return bytes_; }
    Result<lake::ParquetSummary> Finish() override { return lake::ParquetSummary{.rows = rows_, .split_offsets = {0}, .columns = {}}; }

   private:
    lake::ByteOutput& out_;
    int64_t rows_ = 0;
    int64_t bytes_ = 0;
  };
};

}  // namespace freshet::testing
