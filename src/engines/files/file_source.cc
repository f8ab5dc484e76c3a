#include "engines/files/file_source.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "data/expr/expr.h"
#include "engines/files/file_sink.h"
#include "engines/files/files.h"
#include "engines/files/partition_folders.h"

namespace freshet::files {
namespace {

constexpr std::string_view kWatch = "watch:";
constexpr size_t kDeadValueBytesMax = 512 << 10;
constexpr int64_t kLettersBytesMax = 1 << 20;  // that wait before a Poll ends with fewer rows than it could bring

// A file's bytes, for formats that know no disk.
class Input final : public data::ByteInput {
 public:
  explicit Input(std::unique_ptr<io::File> file) : file_(std::move(file)) {}
  Result<int64_t> Size() override { return file_->Size(); }
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override { return file_->ReadAt(offset, into); }

 private:
  std::unique_ptr<io::File> file_;
};

struct MetadataKey {
  std::string_view name;
  data::Type type;
};
constexpr std::string_view kMetadataNames = "file.path, file.name, file.size and file.modification-time";

const data::Type* MetadataType(std::string_view key) {
  static const std::vector<MetadataKey> kKeys = {
      {"file.path", data::Type::String().NotNull()}, {"file.name", data::Type::String().NotNull()}, {"file.size", data::Type::BigInt().NotNull()}, {"file.modification-time", data::Type::TimestampLtz(3).NotNull()}};
  auto known = std::find_if(kKeys.begin(), kKeys.end(), [key](const MetadataKey& one) { return one.name == key; });
  return known == kKeys.end() ? nullptr : &known->type;
}

Status CheckMetadata(const ports::TableRequest& table, const std::string& key, const data::Type& wanted) {
  const data::Type* own = MetadataType(key);
  if (own == nullptr) return Fault::Unsupported("table ", table.name, ": metadata '", key, "'; connector filesystem has ", kMetadataNames);
  bool fits = expr::MakeCast(expr::Input(0, *own, key), wanted).ok();
  return fits ? Status() : Status(Fault::Invalid("table ", table.name, ": metadata '", key, "' is ", *own, ", which cannot be cast to ", wanted));
}

// Of one file, as one row of the type that the table declares.
Result<data::ColumnPtr> MetadataOf(const ListedFile& file, const std::string& key, const data::Type& wanted, const data::TimeZone& zone) {
  const data::Type& own = *MetadataType(key);
  data::ColumnBuilder one(own, 1);
  if (key == "file.size") one.AppendInt(file.size);
  else if (key == "file.modification-time") one.AppendInt(file.modified.ms);
  else one.AppendString(key == "file.name" ? file.name : file.path);
  data::ColumnPtr column = one.Finish();
  if (own.SameExceptNull(wanted)) return column;
  ASSIGN_OR_RETURN(auto cast, expr::MakeCast(expr::Input(0, own, key), wanted));
  expr::Session session{.zone = zone};
  data::Batch row(1, {column});
  return expr::Evaluate(*cast, row, row.selection(), session);
}

std::string MetricName(const ports::TableRequest& table) { return table.since ? "(previews)" : table.name; }

// A topic's name has fewer letters than a table's.
std::string LettersOf(const std::string& table) {
  constexpr size_t kNameMax = 200;
  std::string name = table.substr(0, kNameMax);
  for (char& c : name) {
    bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    if (!fits) c = '_';
  }
  return "files." + name;
}

Result<FileReading::Column> PlanColumn(const ports::TableRequest& table, int c, FileReading& reading) {
  using From = FileReading::From;
  const data::Field& field = table.columns.field(c);
  const std::string& key = table.metadata_keys[static_cast<size_t>(c)];
  if (!key.empty()) {
    RETURN_NOT_OK(CheckMetadata(table, key, field.type));
    return FileReading::Column{From::kMetadata, 0, key};
  }
  bool of_folder = std::find(table.partitioned_by.begin(), table.partitioned_by.end(), field.name) != table.partitioned_by.end();
  if (of_folder) {
    RETURN_NOT_OK(CheckPartitionColumn(field));
    reading.in_folders.push_back(field);
    return FileReading::Column{From::kFolder, static_cast<int>(reading.in_folders.size()) - 1, ""};
  }
  reading.in_file.Add(field.name, field.type);
  return FileReading::Column{From::kFile, reading.in_file.size() - 1, ""};
}

}  // namespace

Result<FileReading> PlanReading(const ports::TableRequest& table, const formats::FileFormats& file_formats) {
  FileReading reading;
  ASSIGN_OR_RETURN(reading.options, ReadFilesOptions(table, file_formats));
  RETURN_NOT_OK(CheckPathPattern(reading.options));
  for (const auto& field : table.record.fields()) {
    bool of_folder = std::find(table.partitioned_by.begin(), table.partitioned_by.end(), field.name) != table.partitioned_by.end();
    if (!of_folder) reading.record.Add(field.name, field.type);
  }
  for (int c = 0; c < table.columns.size(); ++c) {
    ASSIGN_OR_RETURN(auto column, PlanColumn(table, c, reading));
    reading.columns.push_back(std::move(column));
  }
  auto found = file_formats.find(reading.options.format);
  if (found != file_formats.end()) {
    reading.file_format = found->second;
    RETURN_NOT_OK(reading.file_format->Check(reading.options.format_options, reading.record));
    return reading;
  }
  ASSIGN_OR_RETURN(reading.decoder, formats::OpenDecoder(reading.options.format, reading.options.format_options, reading.record, reading.in_file));
  return reading;
}

FileSource::FileSource(Env& env, FileReading reading, ports::TableRequest table, std::vector<Entry> files, ports::DeadLetters* dead_letters)
    : env_(env), reading_(std::move(reading)), table_(std::move(table)), watches_(!table_.bounded && reading_.options.monitor_interval.ns > 0), files_(std::move(files)),
      passes_bad_(dead_letters != nullptr && !reading_.options.format_options.contains("ignore-parse-errors")),
      letters_(env, "engines/files", dead_letters, env.metrics().AddCounter("freshet_file_table_dead_letters_total", "lines that could not be decoded and were kept as dead letters", {{"table", MetricName(table_)}})),
      passed_over_(env.metrics().AddCounter("freshet_file_table_passed_over_total", "lines that could not be decoded and were not kept: nobody looks at more than their rows", {{"table", MetricName(table_)}})) {
  if (watches_) next_look_ = env_.clock().Now() + reading_.options.monitor_interval;
}

Task<std::unique_ptr<ports::Source>> OpenFileSource(Env& env, Ctx, ports::TableRequest table, const formats::FileFormats& file_formats, ports::DeadLetters* dead_letters) {
  auto reading = PlanReading(table, file_formats);
  if (!reading.ok()) co_return reading.fault();
  auto list = [&env, &reading] { return ListFiles(env.files(), reading->options); };
  io::Offload offload(env.workers(), io::Pool::kGeneral, list);
  auto files = co_await offload;
  if (!files.ok()) co_return Fault(files.fault().code(), files.fault().blame(), files.fault().retry(), StrCat("table ", table.name, ": ", files.fault().message()));
  std::unique_ptr<ports::Source> source = std::make_unique<FileSource>(env, std::move(*reading), std::move(table), std::move(*files), dead_letters);
  co_return source;
}

Status FileSource::BeginChunk() {
  size_t rest = end_ - at_;
  if (rest > kLineBytesMax) return Fault::TooLarge("file ", files_[file_number_].path, ": a line is longer than ", kLineBytesMax, " bytes");
  room_ = rest + std::max(chunk_bytes_, rest);
  auto bigger = slabs_.Take(room_);
  if (rest > 0) std::memcpy(bigger->data(), chunk_->data() + at_, rest);
  chunk_ = std::move(bigger);
  at_ = 0;
  end_ = rest;
  return {};
}

// What is in memory is read where it is decoded, and no other thread is woken for it.
bool FileSource::ReadCached() {
  if (!file_) return false;
  size_t read = file_->ReadCached(read_to_, {chunk_->data() + end_, room_ - end_});
  read_to_ += static_cast<int64_t>(read);
  end_ += read;
  return read > 0;
}

Status FileSource::ReadChunk() {
  if (!file_) {
    ASSIGN_OR_RETURN(file_, env_.files().Open(files_[file_number_].path, io::OpenMode::kRead));
  }
  ASSIGN_OR_RETURN(size_t read, file_->ReadAt(read_to_, {chunk_->data() + end_, room_ - end_}));
  file_ended_ = end_ + read < room_;
  read_to_ += static_cast<int64_t>(read);
  end_ += read;
  return {};
}

// Counted when somebody asks: no line that can be read pays for it.
Result<int64_t> FileSource::LineNumber(Place place) {
  ASSIGN_OR_RETURN(auto file, env_.files().Open(files_[place.file].path, io::OpenMode::kRead));
  int64_t line = 1;
  std::string bytes(kChunkBytes, '\0');
  for (int64_t at = 0; at < place.at;) {
    auto wanted = static_cast<size_t>(std::min(place.at - at, static_cast<int64_t>(bytes.size())));
    ASSIGN_OR_RETURN(size_t read, file->ReadAt(at, std::span<char>(bytes.data(), wanted)));
    if (read == 0) break;
    line += std::count(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(read), '\n');
    at += static_cast<int64_t>(read);
  }
  return line;
}

Fault FileSource::InFile(const Fault& fault, size_t file, int64_t line) const {
  std::string place = line > 0 ? StrCat(" line ", line) : "";
  return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("table ", table_.name, ", file ", files_[file].path, place, ": ", fault.message()));
}

Task<> FileSource::BrokenLine(Fault fault, Place place) {
  auto count = [this, place] { return LineNumber(place); };
  io::Offload counting(env_.workers(), io::Pool::kGeneral, count);
  auto line = co_await counting;
  co_return InFile(fault, place.file, line.ok() ? *line : 0);
}

// Why is asked for once more: nothing has to remember it for lines that may be many.
void FileSource::PassOver(const std::vector<size_t>& bad, std::string_view lines, size_t file, int64_t begin, formats::Decoder& decoder) {
  for (size_t at : bad) {
    std::string_view line = LineAt(lines, at);
    int64_t place = begin + static_cast<int64_t>(at);
    std::string why = StrCat("table ", table_.name, ", file ", files_[file].path, " byte ", place, ": ", decoder.Append(line).fault().message());
    if (table_.unreadable) {
      passed_over_.Add();
      table_.unreadable(std::move(why));
      continue;
    }
    letters_.Add({.topic = LettersOf(table_.name), .cluster = "", .partition = data::PartitionId(0), .offset = data::Offset(place), .key = files_[file].path, .value = std::string(line.substr(0, kDeadValueBytesMax)), .why = std::move(why)});
  }
}

Task<> FileSource::KeepLetters(Ctx ctx) {
  if (!table_.bounded) co_return Status();
  auto keeping = letters_.Keep(ctx);
  co_return co_await keeping;
}

// A reader begins at the first row: those that were given before a restart are read over.
Status FileSource::ReadRows(data::Batch& batch) {
  int64_t over = 0;
  if (!reader_) {
    ASSIGN_OR_RETURN(auto file, env_.files().Open(files_[file_number_].path, io::OpenMode::kRead));
    ASSIGN_OR_RETURN(reader_, reading_.file_format->NewReader(reading_.options.format_options, reading_.in_file, std::make_unique<Input>(std::move(file))));
    over = read_to_;
  }
  while (true) {
    ASSIGN_OR_RETURN(batch, reader_->Next());
    if (over == 0 || batch.length() == 0) break;
    auto skipped = static_cast<int>(std::min<int64_t>(over, batch.length()));
    over -= skipped;
    batch = batch.Part(skipped, batch.length() - skipped).Gather();
    if (batch.length() > 0) break;
  }
  read_to_ += batch.length();
  return {};
}

void FileSource::CloseFile() {
  file_.reset();
  reader_.reset();
  ++file_number_;
  read_to_ = 0;
  at_ = end_ = 0;
  file_ended_ = false;
}

Result<data::Batch> FileSource::WithTheRest(data::Batch batch, const Entry& file) const {
  std::vector<data::ColumnPtr> folder_values;
  if (!reading_.in_folders.empty()) {
    ASSIGN_OR_RETURN(folder_values, PartitionValues(reading_.options.path, file.path, reading_.in_folders, reading_.options.default_partition));
  }
  std::vector<data::ColumnPtr> columns;
  for (size_t c = 0; c < reading_.columns.size(); ++c) {
    const auto& column = reading_.columns[c];
    auto place = static_cast<size_t>(column.place);
    if (column.from == FileReading::From::kFile) columns.push_back(batch.column(column.place));
    else if (column.from == FileReading::From::kFolder) columns.push_back(data::Repeat(folder_values[place], 0, batch.length()));
    if (column.from != FileReading::From::kMetadata) continue;
    ASSIGN_OR_RETURN(auto one, MetadataOf(file, column.metadata_key, table_.columns.field(static_cast<int>(c)).type, table_.zone));
    columns.push_back(data::Repeat(one, 0, batch.length()));
  }
  return batch.WithColumns(std::move(columns));
}

// Files that have come since the last look, when it is time for another one; else waits for that.
Task<> FileSource::LookAgain(Ctx ctx) {
  MonoTime now = env_.clock().Now();
  if (now < next_look_) {
    io::SleepUntil pause(std::min(ctx.deadline, next_look_));
    co_await pause;
  }
  now = env_.clock().Now();
  if (now < next_look_) co_return Status();
  next_look_ = now + reading_.options.monitor_interval;
  auto list = [this] { return ListFiles(env_.files(), reading_.options); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, list);
  auto listed = co_await offload;
  if (!listed.ok()) co_return Fault(listed.fault().code(), listed.fault().blame(), listed.fault().retry(), StrCat("table ", table_.name, ": ", listed.fault().message()));
  co_return TakeUnread(std::move(*listed));
}

Status FileSource::TakeUnread(std::vector<Entry> listed) {
  read_.KeepOnly(listed);
  if (read_.count() + listed.size() > ReadFiles::kMax) return Fault::TooLarge("table ", table_.name, ": more than ", ReadFiles::kMax, " files lie in ", reading_.options.path, ", whose new ones are watched for; move those away that were read");
  files_.clear();
  file_number_ = 0;
  given_ = {};
  for (auto& file : listed) {
    if (!read_.Has(file.path)) files_.push_back(std::move(file));
  }
  return {};
}

Task<ports::Polled> FileSource::Poll(Ctx ctx) {
  bool all_given = Given().file == files_.size();
  if (watches_ && all_given) {
    auto looking = LookAgain(ctx);
    Status looked = co_await looking;
    if (!looked.ok()) co_return looked.fault();
  }
  auto polling = ahead_ ? PollBeside(ctx) : PollHere(ctx);
  co_return co_await polling;
}

Task<ports::Polled> FileSource::PollHere(Ctx ctx) {
  ports::Polled polled;
  while (file_number_ < files_.size()) {
    bool full = false, done = false, many_bad = false;
    data::Batch batch;
    if (reading_.decoder) {
      formats::Decoder& decoder = *reading_.decoder;
      std::string_view chunk = chunk_ ? std::string_view(chunk_->data(), end_) : std::string_view();
      std::vector<size_t> bad;
      Status decoded = DecodeLines(decoder, chunk, file_ended_, at_, passes_bad_ ? &bad : nullptr);
      if (!decoded.ok()) {
        auto placing = BrokenLine(decoded.fault(), Given());
        Status placed = co_await placing;
        co_return placed.fault();
      }
      PassOver(bad, chunk, file_number_, read_to_ - static_cast<int64_t>(end_), decoder);
      auto keeping = KeepLetters(ctx);
      Status kept = co_await keeping;
      if (!kept.ok()) co_return kept.fault();
      many_bad = bad.size() >= kBadLinesMax || letters_.bytes() > kLettersBytesMax;
      full = many_bad || decoder.rows() + decoder.rows_per_record() > data::kMaxBatchRows || !HasRoomFor(decoder, LineAt(chunk, at_));
      done = file_ended_ && at_ == end_;
      if ((full || done) && decoder.rows() > 0) batch = decoder.Finish();
    } else {
      auto read = [&] { return ReadRows(batch); };
      io::Offload offload(env_.workers(), io::Pool::kGeneral, read);
      Status status = co_await offload;
      if (!status.ok()) co_return InFile(status.fault(), file_number_);
      done = batch.length() == 0;
    }
    if (batch.length() > 0) {
      auto whole = WithTheRest(std::move(batch), files_[file_number_]);
      if (!whole.ok()) co_return InFile(whole.fault(), file_number_);
      polled.batch = std::move(*whole);
      co_return polled;
    }
    if (many_bad && !done) co_return polled;
    if (done) {
      if (watches_) read_.Add(files_[file_number_].path);
      CloseFile();
      continue;
    }
    auto reading = ReadMore();
    Status read = co_await reading;
    if (!read.ok()) co_return read.fault();
    reading_.decoder->SetChunk({chunk_->data(), end_}, chunk_);
  }
  polled.partition_ended = polled.ended = !watches_;
  co_return polled;
}

Task<> FileSource::ReadMore() {
  Status begun = BeginChunk();
  if (!begun.ok()) co_return begun;
  if (ReadCached()) {
    io::Yield others_turn;
    co_await others_turn;
    co_return Status();
  }
  auto read = [this] { return ReadChunk(); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, read);
  co_return co_await offload;
}

void FileSource::DecodeBeside(ports::Beside beside) {
  if (!reading_.decoder) return;  // a file with an end is read by its format, on a worker
  given_ = Given();
  piece_bytes_max_ = beside.piece_bytes;
  chunk_bytes_ = std::min(kChunkBytes, piece_bytes_max_);
  new_stage_ = std::move(beside.new_stage);
  pieces_max_ = kPiecesALoop * beside.loops.size();
  slabs_ = data::SlabPool(pieces_max_ + 2);  // one is read into, one's rows are worked on
  ahead_ = std::make_unique<io::Ahead>(beside.loops);
}

Task<ports::Polled> FileSource::PollBeside(Ctx ctx) {
  ports::Polled polled;
  while (true) {
    auto rows = piece_ ? piece_->Next() : std::nullopt;
    if (rows) {
      PassOver(rows->bad, piece_->lines(), given_.file, piece_->range().begin, piece_->decoder());
      auto keeping = KeepLetters(ctx);
      Status kept = co_await keeping;
      if (!kept.ok()) co_return kept.fault();
      given_.at = rows->end;
      if (!rows->batch.ok()) co_return InFile(rows->batch.fault(), given_.file);
      if (rows->batch->length() == 0) co_return polled;
      polled.batch = std::move(*rows->batch);
      polled.staged = std::move(rows->staged);
      co_return polled;
    }
    if (piece_ && !piece_->status().ok()) {
      auto placing = BrokenLine(piece_->status().fault(), {given_.file, piece_->fault_at()});
      Status placed = co_await placing;
      co_return placed.fault();
    }
    if (piece_) LeavePiece();
    auto reading = ReadAhead();
    Status read = co_await reading;
    if (!read.ok()) co_return read.fault();
    if (ahead_->size() == 0) break;
    auto taking = ahead_->Take();
    auto taken = co_await taking;
    if (!taken.ok()) co_return taken.fault();
    piece_.reset(static_cast<LinesPiece*>(taken->release()));
  }
  polled.partition_ended = polled.ended = !watches_;
  co_return polled;
}

// By what the lines of this piece take: what works on batches does best by full ones, and what is behind them in a piece of its own costs as much as they do.
void FileSource::AimAtOneBatch() {
  int64_t rows = piece_->row_count(), bytes = piece_->end() - piece_->range().begin;
  if (rows == 0) return;
  auto wanted = static_cast<size_t>(bytes / rows + 1) * static_cast<size_t>(kPieceRows);
  chunk_bytes_ = std::clamp(wanted, std::min(kPieceBytesMin, piece_bytes_max_), piece_bytes_max_);
}

void FileSource::LeavePiece() {
  AimAtOneBatch();
  tools_.push_back(piece_->TakeTools());
  given_.at = piece_->end();
  if (piece_->range().ends_file) {
    if (watches_) read_.Add(files_[given_.file].path);
    given_ = {given_.file + 1, 0};
  }
  piece_.reset();
}

Task<> FileSource::ReadAhead() {
  while (file_number_ < files_.size() && ahead_->size() < pieces_max_) {
    auto reading = ReadMore();
    Status read = co_await reading;
    if (!read.ok()) co_return read;
    Status cut = CutPiece();
    if (!cut.ok()) co_return cut;
  }
  co_return Status();
}

// Of all whole lines of the chunk, and of the last one of the file however it ends; none of a line that is longer.
Status FileSource::CutPiece() {
  size_t newline = std::string_view(chunk_->data(), end_).rfind('\n');
  size_t end = file_ended_ ? end_ : newline == std::string_view::npos ? at_ : newline + 1;
  if (end == at_ && !file_ended_) return {};
  ASSIGN_OR_RETURN(auto tools, TakeTools());
  int64_t begin = read_to_ - static_cast<int64_t>(end_ - at_);
  auto whole = [this, number = file_number_](data::Batch batch) { return WithTheRest(std::move(batch), files_[number]); };  // the list stays as it is while pieces are on their way
  LinesPiece::Range range{file_number_, begin, file_ended_};
  ahead_->Add(std::make_unique<LinesPiece>(range, std::string_view(chunk_->data() + at_, end - at_), chunk_, std::move(tools), whole, passes_bad_));
  at_ = end;
  if (file_ended_) CloseFile();
  return {};
}

Result<LinesPiece::Tools> FileSource::TakeTools() {
  LinesPiece::Tools tools;
  if (!tools_.empty()) {
    tools = std::move(tools_.back());
    tools_.pop_back();
    return tools;
  }
  ASSIGN_OR_RETURN(tools.decoder, formats::OpenDecoder(reading_.options.format, reading_.options.format_options, reading_.record, reading_.in_file));
  if (new_stage_) {
    ASSIGN_OR_RETURN(tools.stage, new_stage_());
  }
  return tools;
}

FileSource::Place FileSource::Given() const {
  if (ahead_) return given_;
  return {file_number_, read_to_ - static_cast<int64_t>(end_ - at_)};  // what was read and is not decoded comes again
}

// Of a folder that is watched: how far the file at hand was read, its path with its length in front, and which were read before.
std::string FileSource::WatchPosition() const {
  Place given = Given();
  bool amid = given.file < files_.size();
  std::string path = amid ? files_[given.file].path : "";
  return StrCat(kWatch, amid ? given.at : 0, ":", path.size(), ":", path, read_.Bytes());
}

Status FileSource::SeekWatched(std::string_view position) {
  std::string_view rest = position.substr(std::min(position.size(), kWatch.size()));
  auto number = [&rest](int64_t& into) {
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), into);
    bool good = error == std::errc() && into >= 0 && end != rest.data() + rest.size() && *end == ':';
    if (good) rest.remove_prefix(static_cast<size_t>(end - rest.data()) + 1);
    return good;
  };
  int64_t offset = 0, length = 0;
  bool good = position.starts_with(kWatch) && number(offset) && number(length) && length <= static_cast<int64_t>(rest.size());
  if (!good) return Fault::Corrupt("table ", table_.name, ": position '", position.substr(0, 100), "' is not one of a folder that is watched; give the pipeline's file another name to begin anew");
  std::string path(rest.substr(0, static_cast<size_t>(length)));
  ASSIGN_OR_RETURN(read_, ReadFiles::From(rest.substr(path.size())));
  std::vector<Entry> listed = std::move(files_);
  auto at = std::find_if(listed.begin(), listed.end(), [&](const Entry& file) { return file.path == path; });
  if (offset > 0 && at == listed.end()) return Fault::NotFound("table ", table_.name, ": file ", path, " was read to its byte or row ", offset, " and is gone; put it back");
  if (at != listed.end()) std::rotate(listed.begin(), at, at + 1);
  RETURN_NOT_OK(TakeUnread(std::move(listed)));
  read_to_ = offset;
  return {};
}

std::string FileSource::Position() const {
  if (watches_) return WatchPosition();
  Place given = Given();
  return StrCat(given.file, ":", given.at);
}

Status FileSource::Seek(std::string_view position) {
  if (watches_) return SeekWatched(position);
  size_t colon = position.find(':');
  size_t number = 0;
  int64_t offset = 0;
  bool good = colon != std::string_view::npos && std::from_chars(position.data(), position.data() + colon, number).ec == std::errc() &&
              std::from_chars(position.data() + colon + 1, position.data() + position.size(), offset).ec == std::errc();
  if (!good || offset < 0 || number > files_.size()) return Fault::Corrupt("table ", table_.name, ": position '", position, "' does not fit its files");
  file_number_ = number;
  read_to_ = offset;
  return {};
}

// A join that looks a table of files up reads it whole.
Status FilesConnector::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kWrite) return PlanWriting(table, file_formats_).status();
  return PlanReading(table, file_formats_).status();
}

Task<std::unique_ptr<ports::Source>> FilesConnector::OpenSource(Ctx ctx, ports::TableRequest table) { return OpenFileSource(env_, ctx, std::move(table), file_formats_, dead_letters_); }
Task<std::unique_ptr<ports::Sink>> FilesConnector::OpenSink(Ctx ctx, ports::TableRequest table) { return OpenFileSink(env_, ctx, std::move(table), file_formats_); }
Task<std::unique_ptr<ports::Lookup>> FilesConnector::OpenLookup(Ctx, ports::LookupRequest lookup) {
  co_return Fault::Unsupported("table ", lookup.table.name, ": connector filesystem cannot be looked up");
}

}  // namespace freshet::files
