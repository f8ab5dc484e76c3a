#include "engines/lake/lake_source.h"

#include <charconv>

#include "engines/lake/hadoop_table.h"
#include "engines/lake/manifest.h"
#include "engines/lake/options.h"
#include "io/wait.h"

namespace freshet::lake {
namespace {

constexpr int64_t kAvroBytesMax = 256_MiB;
constexpr int64_t kLatest = -1;

class FileInput final : public ByteInput {
 public:
  explicit FileInput(std::unique_ptr<io::File> file) : file_(std::move(file)) {}
  Result<int64_t> Size() override { return file_->Size(); }
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override { return file_->ReadAt(offset, into); }

 private:
  std::unique_ptr<io::File> file_;
};

class LakeSource final : public ports::Source {
 public:
  LakeSource(Env& env, std::string location, const ParquetFormat& format, ports::TableRequest table)
      : env_(env), at_(env, std::move(location)), format_(format), table_(std::move(table)), types_(data::TypesOf(table_.columns)) {}

  Task<ports::Polled> Poll(Ctx) override {
    ports::Polled polled;
    auto read = [&] { return Named(ReadNext(polled.batch)); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, read);
    Status status = co_await offload;
    if (!status.ok()) co_return status.fault();
    polled.ended = polled.partition_ended = polled.batch.length() == 0;
    co_return polled;
  }

  std::string Position() const override { return StrCat(snapshot_, ":", file_number_, ":", rows_of_file_); }

  Status Seek(std::string_view position) override {
    std::array<int64_t, 3> numbers{};
    const char* at = position.data();
    const char* end = at + position.size();
    for (size_t i = 0; i < numbers.size(); ++i) {
      auto read = std::from_chars(at, end, numbers[i]);
      bool last = i + 1 == numbers.size();
      if (read.ec != std::errc() || (last ? read.ptr != end : read.ptr == end || *read.ptr != ':')) return Fault::Corrupt("table ", table_.name, ": position '", position, "' is not one of an iceberg table");
      at = read.ptr + (last ? 0 : 1);
    }
    snapshot_ = numbers[0];
    file_number_ = static_cast<size_t>(numbers[1]);
    skip_ = numbers[2];
    return {};
  }
  std::vector<int32_t> Partitions() const override { return {0}; }

 private:
  Status Named(Status status) const {
    if (status.ok()) return status;
    return Fault(status.fault().code(), status.fault().blame(), status.fault().retry(), StrCat("table ", table_.name, ": ", status.fault().message()));
  }

  // The files of the snapshot, and the ids of the columns.
  Status Plan() {
    ASSIGN_OR_RETURN(auto version, at_.Load());
    if (!version) return Fault::NotFound("there is no table at ", at_.location());
    const TableMetadata& metadata = version->metadata;
    RETURN_NOT_OK(Resolve(metadata.schema()));
    planned_ = true;
    auto snapshot = snapshot_ == kLatest ? metadata.tip() : metadata.Snapshot(snapshot_);
    if (!snapshot && snapshot_ != kLatest) return Fault::NotFound("snapshot ", snapshot_, ", which was being read, has been expired");
    if (!snapshot) return {};
    snapshot_ = snapshot->snapshot_id;
    ASSIGN_OR_RETURN(auto list, io::ReadWhole(env_.files(), at_.PathOf(snapshot->manifest_list), kAvroBytesMax));
    ASSIGN_OR_RETURN(auto manifests, ReadManifestList(list));
    for (const auto& manifest : manifests) RETURN_NOT_OK(AddFiles(manifest));
    return {};
  }

  Status AddFiles(const ManifestFile& manifest) {
    ASSIGN_OR_RETURN(auto bytes, io::ReadWhole(env_.files(), at_.PathOf(manifest.path), kAvroBytesMax));
    ASSIGN_OR_RETURN(auto entries, ReadManifest(bytes));
    for (auto& entry : entries) {
      if (entry.status == 2) continue;
      if (entry.content != 0) return Fault::Unsupported("the table has deleted rows (", entry.path, "), which are not read yet; compact it first");
      if (entry.format != "PARQUET" && entry.format != "parquet") return Fault::Unsupported("data file ", entry.path, " is ", entry.format, "; Parquet is read");
      files_.push_back(at_.PathOf(entry.path));
    }
    return {};
  }

  Status Resolve(const TableSchema& schema) {
    int32_t unused = 0;
    ASSIGN_OR_RETURN(auto declared, FieldsOfSql(table_.columns, unused));
    for (const Field& field : declared) {
      const Field* existing = schema.Find(field.name);
      if (existing == nullptr) return Fault::NotFound("the table has no column '", field.name, "'");
      if (!SameType(field.type, existing->type)) return Fault::Invalid("column ", field.name, " is ", TypeText(existing->type), " in the table, and declared as ", TypeText(field.type));
      if (field.required && !existing->required) return Fault::Invalid("column ", field.name, " may be NULL in the table; declare it without NOT NULL");
      wanted_.fields.push_back(*existing);
    }
    return {};
  }

  Status ReadNext(data::Batch& batch) {
    if (!planned_) RETURN_NOT_OK(Plan());
    while (file_number_ < files_.size()) {
      if (reader_ == nullptr) {
        ASSIGN_OR_RETURN(auto file, env_.files().Open(files_[file_number_], io::OpenMode::kRead));
        ASSIGN_OR_RETURN(reader_, format_.NewReader(wanted_, types_, std::make_unique<FileInput>(std::move(file))));
        rows_of_file_ = 0;
      }
      ASSIGN_OR_RETURN(batch, reader_->Next());
      if (batch.length() == 0) {
        reader_.reset();
        rows_of_file_ = 0;
        ++file_number_;
        continue;
      }
      rows_of_file_ += batch.length();
      if (skip_ >= batch.length()) {
        skip_ -= batch.length();
        continue;
      }
      if (skip_ > 0) batch = batch.Part(static_cast<int>(skip_), batch.length() - static_cast<int>(skip_)).Gather();
      skip_ = 0;
      return {};
    }
    batch = data::Batch();
    return {};
  }

  Env& env_;
  const HadoopTable at_;
  const ParquetFormat& format_;
  const ports::TableRequest table_;
  const std::vector<data::Type> types_;
  TableSchema wanted_;
  bool planned_ = false;
  int64_t snapshot_ = kLatest;
  std::vector<std::string> files_;
  size_t file_number_ = 0;
  std::unique_ptr<ParquetReader> reader_;
  int64_t rows_of_file_ = 0;
  int64_t skip_ = 0;  // rows of the first file that were read before
};

}  // namespace

Result<std::unique_ptr<ports::Source>> OpenLakeSource(Env& env, const ParquetFormat& format, ports::TableRequest table) {
  ASSIGN_OR_RETURN(auto options, ReadLakeOptions(table));
  std::unique_ptr<ports::Source> source = std::make_unique<LakeSource>(env, options.location, format, std::move(table));
  return source;
}

}  // namespace freshet::lake
