#include "engines/lake/parquet_format.h"

#include <dlfcn.h>

namespace freshet::lake {
namespace {

// The module is never unloaded: Arrow keeps threads and thread-local values of its own. RTLD_LOCAL keeps the names that
// its libraries export (a whole OpenSSL among them) away from everybody else.
class LoadedFormat final : public ParquetFormat {
 public:
  explicit LoadedFormat(std::string library) : library_(std::move(library)) {}

  Result<std::unique_ptr<ParquetWriter>> NewWriter(const TableSchema& schema, ParquetCodec codec, ByteOutput& out) const override {
    ASSIGN_OR_RETURN(const ParquetFormat* format, Loaded());
    return format->NewWriter(schema, codec, out);
  }

  Result<std::unique_ptr<ParquetReader>> NewReader(const TableSchema& wanted, const std::vector<data::Type>& types, std::unique_ptr<ByteInput> in) const override {
    ASSIGN_OR_RETURN(const ParquetFormat* format, Loaded());
    return format->NewReader(wanted, types, std::move(in));
  }

  Result<std::unique_ptr<ParquetReader>> NewReaderByName(const data::Schema& wanted, std::unique_ptr<ByteInput> in) const override {
    ASSIGN_OR_RETURN(const ParquetFormat* format, Loaded());
    return format->NewReaderByName(wanted, std::move(in));
  }

 private:
  Result<const ParquetFormat*> Loaded() const {
    std::lock_guard lock(mutex_);
    if (format_ != nullptr) return format_;
    void* handle = dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr) return Fault::Unavailable("parquet files cannot be read or written: ", dlerror(), "; put ", kParquetLibrary, " and its libraries into lib/ beside the program");
    using Entry = const ParquetFormat* (*)();
    auto entry = reinterpret_cast<Entry>(dlsym(handle, kParquetEntry));
    if (entry == nullptr) return Fault::Unavailable(library_, " is of another version: it has no ", kParquetEntry);
    format_ = entry();
    return format_;
  }

  const std::string library_;
  mutable std::mutex mutex_;
  mutable const ParquetFormat* format_ = nullptr;  // GUARDED_BY(mutex_)
};

}  // namespace

std::unique_ptr<ParquetFormat> ParquetFromLibrary(std::string library) { return std::make_unique<LoadedFormat>(std::move(library)); }

}  // namespace freshet::lake
