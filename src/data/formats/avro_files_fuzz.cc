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

}  // namespace

// Any bytes as an Avro file: rows or a Fault, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using freshet::data::Type;
  freshet::data::Schema columns;
  columns.Add("a", Type::BigInt());
  columns.Add("s", Type::String());
  columns.Add("r", Type::Row({{"x", Type::Array(Type::Decimal(10, 2))}}));
  auto reader = freshet::formats::AvroFiles().NewReader({}, columns, std::make_unique<Bytes>(std::string_view(reinterpret_cast<const char*>(data), size)));
  if (!reader.ok()) return 0;
  for (int batches = 0; batches < 100; ++batches) {
    auto batch = (*reader)->Next();
    if (!batch.ok() || batch->length() == 0) return 0;
  }
  return 0;
}
