#pragma once

#include "engines/stream/operators/operator.h"

namespace freshet::stream {

// Where an upsert source enters: it brings new rows and deletions of keys; what goes on are whole changes, made with
// the newest row of each key, which it keeps. A row that changes nothing goes no further.
class UpsertEntry final : public Operator, private KeyedState {
 public:
  UpsertEntry(std::vector<int> key_columns, std::vector<data::Type> types, bool update_before)
      : Operator(1), KeyedState(&memory()), keys_(std::move(key_columns)), types_(std::move(types)), update_before_(update_before), newest_(&memory()) {
    KeepByKey(*this);
  }

  Status OnBatch(int input, const Batch& batch) override;

 private:
  void Apply(const Batch& batch, int row, data::BatchBuilder& out);
  void Take(std::string_view key, uint64_t hash, std::string_view row);
  void WriteRest(uint32_t group, ByteWriter& out) const override;
  void ReadRest(std::string_view key, uint64_t hash, ByteReader& in) override;
  void Forget(uint32_t group) override;
  void Append(std::string_view row, data::BatchBuilder& out, data::RowKind kind) const;

  const std::vector<int> keys_;
  const std::vector<data::Type> types_;
  const bool update_before_;
  std::pmr::vector<std::pmr::string> newest_;  // by number of the key, as AppendKey writes a row
};

}  // namespace freshet::stream
