#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "data/formats/file_format.h"

namespace {

class Bytes final : public freshet::data::ByteInput {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  freshet::Result<int64_t> Size() override { return static_cast<int64_t>(bytes_.size()); }
  freshet::Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    std::string_view rest = bytes_.substr(std::min(bytes_.size(), static_cast<size_t>(offset)));
    size_t read = std::min(into.size(), rest.size());
    std::copy_n(rest.data(), read, into.data());
    return read;
  }

 private:
  std::string_view bytes_;
};

// Every value is looked at, as an operator would.
size_t Seen(const freshet::data::Column& column, int row) {
  const freshet::data::Value value = freshet::data::ValueAt(column, row);
  return value.is_null() ? 0 : 1;
}

}  // namespace

// Any bytes as an Arrow file and as a record: rows or a Fault, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using freshet::data::Type;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  freshet::data::Schema columns;
  columns.Add("n", Type::BigInt());
  columns.Add("b", Type::Boolean());
  columns.Add("s", Type::String());
  columns.Add("y", Type::Bytes());
  columns.Add("d", Type::Decimal(20, 2));
  columns.Add("t", Type::Timestamp(3));
  columns.Add("r", Type::Row({{"x", Type::Array(Type::String())}, {"f", Type::Double()}, {"o", Type::Time()}}));
  columns.Add("m", Type::Map(Type::String(), Type::Int()));
  auto reader = freshet::formats::ArrowFiles().NewReader({}, columns, std::make_unique<Bytes>(bytes));
  for (int batches = 0; reader.ok() && batches < 4; ++batches) {
    auto batch = (*reader)->Next();
    if (!batch.ok() || batch->length() == 0) break;
    for (const auto& column : batch->columns()) {
      for (int row = 0; row < batch->length(); ++row) Seen(*column, row);
    }
  }
  auto decoder = freshet::formats::OpenDecoder("arrow", {}, columns, columns);
  freshet::Status read = (*decoder)->Append(bytes);
  freshet::data::Batch rows = (*decoder)->Finish();
  if (!read.ok() && rows.length() > 0) __builtin_trap();
  return 0;
}
