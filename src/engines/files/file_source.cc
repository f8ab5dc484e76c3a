#include "engines/files/file_source.h"

#include <charconv>
#include <cstring>

#include "engines/files/file_sink.h"
#include "engines/files/files.h"

namespace freshet::files {
namespace {

std::string NameOf(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// Files of a folder and below, by name; hidden ones (. and _) are not data.
Status Collect(io::Files& files, const std::string& folder, std::vector<FileSource::Entry>& out, int depth) {
  if (depth > 16) return Fault::TooLarge("folder ", folder, " is nested deeper than 16 levels");
  ASSIGN_OR_RETURN(auto entries, files.List(folder));
  for (const auto& entry : entries) {
    if (entry.name.starts_with('.') || entry.name.starts_with('_')) continue;
    std::string path = folder + "/" + entry.name;
    if (entry.is_directory) RETURN_NOT_OK(Collect(files, path, out, depth + 1));
    else out.push_back({path, entry.name, entry.size});
  }
  return {};
}

Result<std::vector<FileSource::Entry>> FilesAt(io::Files& files, const std::string& path) {
  std::vector<FileSource::Entry> out;
  ASSIGN_OR_RETURN(bool exists, files.Exists(path));
  if (!exists) return Fault::NotFound("path ", path, " does not exist");
  auto listed = Collect(files, path, out, 0);
  if (listed.ok()) return out;
  ASSIGN_OR_RETURN(auto file, files.Open(path, io::OpenMode::kRead));
  ASSIGN_OR_RETURN(int64_t size, file->Size());
  out.clear();
  out.push_back({path, NameOf(path), size});
  return out;
}

}  // namespace

Result<FileReading> PlanReading(const ports::TableRequest& table) {
  FileReading reading;
  ASSIGN_OR_RETURN(reading.options, ReadFilesOptions(table));
  if (!table.partitioned_by.empty()) return Fault::Unsupported("table ", table.name, ": reading PARTITIONED BY tables is not supported yet");
  data::Schema physical;
  for (int c = 0; c < table.columns.size(); ++c) {
    const std::string& key = table.metadata_keys[static_cast<size_t>(c)];
    reading.decoded.push_back(key.empty() ? physical.size() : -1);
    if (key.empty()) physical.Add(table.columns.field(c).name, table.columns.field(c).type);
    bool known = key.empty() || key == "file.path" || key == "file.name" || key == "file.size";
    if (!known) return Fault::Unsupported("table ", table.name, ": metadata '", key, "'; connector filesystem has file.path, file.name and file.size");
  }
  ASSIGN_OR_RETURN(reading.decoder, formats::OpenDecoder(reading.options.format, reading.options.format_options, table.record, physical));
  return reading;
}

Task<std::unique_ptr<ports::Source>> OpenFileSource(Env& env, Ctx, ports::TableRequest table) {
  auto reading = PlanReading(table);
  if (!reading.ok()) co_return reading.fault();
  auto list = [&env, &reading] { return FilesAt(env.files(), reading->options.path); };
  io::Offload offload(env.workers(), io::Pool::kGeneral, list);
  auto files = co_await offload;
  if (!files.ok()) co_return Fault(files.fault().code(), files.fault().blame(), files.fault().retry(), StrCat("table ", table.name, ": ", files.fault().message()));
  std::unique_ptr<ports::Source> source = std::make_unique<FileSource>(env, std::move(*reading), std::move(table), std::move(*files));
  co_return source;
}

Status FileSource::ReadChunk() {
  if (!file_) {
    ASSIGN_OR_RETURN(file_, env_.files().Open(files_[file_number_].path, io::OpenMode::kRead));
  }
  size_t rest = end_ - at_;
  if (rest > kLineBytesMax) return Fault::TooLarge("file ", files_[file_number_].path, ": a line is longer than ", kLineBytesMax, " bytes");
  auto bigger = data::Slab::Make(rest + std::max(kChunkBytes, rest));
  if (rest > 0) std::memcpy(bigger->data(), chunk_->data() + at_, rest);
  ASSIGN_OR_RETURN(size_t read, file_->ReadAt(read_to_, std::span<char>(bigger->data() + rest, bigger->size() - rest)));
  file_ended_ = read < bigger->size() - rest;
  read_to_ += static_cast<int64_t>(read);
  chunk_ = std::move(bigger);
  at_ = 0;
  end_ = rest + read;
  return {};
}

Status FileSource::DecodeLines() {
  while (decoder_->rows() + decoder_->rows_per_record() <= data::kMaxBatchRows && at_ < end_) {
    const char* begin = chunk_->data() + at_;
    const void* newline = std::memchr(begin, '\n', end_ - at_);
    if (newline == nullptr && !file_ended_) return {};
    size_t length = newline == nullptr ? end_ - at_ : static_cast<size_t>(static_cast<const char*>(newline) - begin);
    Status status = decoder_->Append({begin, length});
    if (!status.ok()) {
      return Fault(status.fault().code(), status.fault().blame(), status.fault().retry(), StrCat("table ", table_.name, ", file ", files_[file_number_].path, ": ", status.fault().message()));
    }
    at_ += length + (newline == nullptr ? 0 : 1);
  }
  return {};
}

data::Batch FileSource::WithMetadata(data::Batch batch) const {
  bool any = false;
  std::vector<data::ColumnPtr> columns;
  for (size_t c = 0; c < decoded_.size(); ++c) {
    if (decoded_[c] >= 0) {
      columns.push_back(batch.column(decoded_[c]));
      continue;
    }
    any = true;
    const Entry& file = files_[file_number_];
    const std::string& key = table_.metadata_keys[c];
    data::ColumnBuilder one(table_.columns.field(static_cast<int>(c)).type, 1);
    if (key == "file.size") one.AppendInt(file.size);
    else one.AppendString(key == "file.name" ? file.name : file.path);
    columns.push_back(data::Repeat(one.Finish(), 0, batch.length()));
  }
  return any ? batch.WithColumns(std::move(columns)) : batch;
}

Task<ports::Polled> FileSource::Poll(Ctx) {
  ports::Polled polled;
  while (file_number_ < files_.size()) {
    Status decoded = DecodeLines();
    if (!decoded.ok()) co_return decoded.fault();
    bool full = decoder_->rows() + decoder_->rows_per_record() > data::kMaxBatchRows;
    bool done = file_ended_ && at_ == end_;
    if (full || (done && decoder_->rows() > 0)) {
      polled.batch = WithMetadata(decoder_->Finish());
      co_return polled;
    }
    if (done) {
      file_.reset();
      ++file_number_;
      read_to_ = 0;
      at_ = end_ = 0;
      file_ended_ = false;
      continue;
    }
    auto read = [this] { return ReadChunk(); };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, read);
    Status status = co_await offload;
    if (!status.ok()) co_return status.fault();
    decoder_->SetChunk({chunk_->data(), end_}, chunk_);
  }
  polled.partition_ended = polled.ended = true;
  co_return polled;
}

std::string FileSource::Position() const { return StrCat(file_number_, ":", read_to_ - static_cast<int64_t>(end_ - at_)); }

Status FileSource::Seek(std::string_view position) {
  size_t colon = position.find(':');
  size_t number = 0;
  int64_t offset = 0;
  bool good = colon != std::string_view::npos && std::from_chars(position.data(), position.data() + colon, number).ec == std::errc() &&
              std::from_chars(position.data() + colon + 1, position.data() + position.size(), offset).ec == std::errc();
  if (!good || number > files_.size()) return Fault::Corrupt("table ", table_.name, ": position '", position, "' does not fit its files");
  file_number_ = number;
  read_to_ = offset;
  return {};
}

// A join that looks a table of files up reads it whole.
Status FilesConnector::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kWrite) return PlanWriting(table).status();
  return PlanReading(table).status();
}

Task<std::unique_ptr<ports::Source>> FilesConnector::OpenSource(Ctx ctx, ports::TableRequest table) { return OpenFileSource(env_, ctx, std::move(table)); }
Task<std::unique_ptr<ports::Sink>> FilesConnector::OpenSink(Ctx ctx, ports::TableRequest table) { return OpenFileSink(env_, ctx, std::move(table)); }
Task<std::unique_ptr<ports::Lookup>> FilesConnector::OpenLookup(Ctx, ports::LookupRequest lookup) {
  co_return Fault::Unsupported("table ", lookup.table.name, ": connector filesystem cannot be looked up");
}

}  // namespace freshet::files
