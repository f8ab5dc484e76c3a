#include "app/inspect/dump.h"

#include <charconv>

#include "app/inspect/json_line.h"
#include "app/inspect/names.h"
#include "control/catalog/snapshot_file.h"
#include "engines/epochs/snapshot_file.h"
#include "engines/epochs/state_files.h"
#include "engines/journal/data_dir.h"
#include "engines/journal/inspect.h"
#include "engines/log/checkpoint.h"
#include "engines/log/large_ref.h"
#include "io/twice.h"

namespace freshet::app {
namespace {

constexpr int64_t kFileBytesMax = int64_t{1} << 30;
constexpr size_t kUnpackedBytesMax = 64 << 20;

std::string_view TypeName(data::RecordType type) {
  switch (type) {
    case data::RecordType::kLogAppend: return "LogAppend";
    case data::RecordType::kLogRef: return "LogRef";
    case data::RecordType::kLogTrim: return "LogTrim";
    case data::RecordType::kTxnState: return "TxnState";
    case data::RecordType::kTxnEnd: return "TxnEnd";
    case data::RecordType::kStaged: return "Staged";
    case data::RecordType::kEpochCommit: return "EpochCommit";
    case data::RecordType::kOutboxDone: return "OutboxDone";
    case data::RecordType::kCatalogChange: return "CatalogChange";
    case data::RecordType::kEpochAttempt: return "EpochAttempt";
  }
  return "unknown";
}

// Where a segment's file lies and which segment it is: log/<topic>/<partition>/<base>[.<generation>].seg.
struct SegmentPath {
  data::PartitionKey key;
  log::SegmentName name;
};

template <typename Number>
bool ParseNumber(std::string_view text, Number& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

std::optional<SegmentPath> ParseSegmentPath(std::string_view path) {
  std::vector<std::string_view> parts;
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(slash + 1);
  }
  if (parts.size() != 3 || path.size() < 4) return std::nullopt;
  auto topic = Uuid::Parse(parts[1]);
  int32_t partition = 0;
  int64_t base = 0;
  std::string_view name = path.substr(0, path.size() - 4);
  SegmentPath found;
  size_t dot = name.find('.');
  bool holds = topic.ok() && ParseNumber(parts[2], partition) && ParseNumber(name.substr(0, dot), base) &&
               (dot == std::string_view::npos || ParseNumber(name.substr(dot + 1), found.name.generation));
  if (!holds) return std::nullopt;
  found.key = {*topic, data::PartitionId(partition)};
  found.name.base = data::Offset(base);
  return found;
}

class Dump {
 public:
  Dump(io::Files& files, const std::string& folder, const DumpOptions& options, const std::function<void(const std::string&)>& print)
      : files_(files), folder_(folder), options_(options), print_(print) {}

  Status Run();

 private:
  bool Wants(const std::string& path) const { return lines_ <= options_.lines_max && (options_.file.empty() || options_.file == path); }
  JsonLine LineOf(std::string_view path, int64_t at) const { return JsonLine().Text("file", path).Number("at", at); }
  void Print(const JsonLine& line);
  void PrintBroken(const std::string& path, const Fault& fault) { Print(LineOf(path, 0).Text("damaged", fault.message())); }
  std::string In(std::string_view path) const { return StrCat(folder_, "/", path); }
  std::string Shown(std::optional<std::string_view> text) const;

  void DumpFormat(const std::string& path);
  void DumpCatalog(const std::string& path);
  void DumpEntry(const std::string& path, const catalog::Change& change);
  void DumpEpochs(const std::string& path);
  void DumpCheckpoint(const log::CheckpointName& name);
  Status DumpJournal();
  void DumpJournalFile(const journal::InspectedFile& file);
  void DumpFrame(const std::string& path, int64_t at, const journal::Found& found);
  void Learn(const journal::Found& found);
  void DescribePayload(JsonLine& line, const journal::FrameHeader& header, std::string_view payload);
  void DumpStateFile(const std::string& path);
  Status DumpFolder(const std::string& folder);
  void DumpSegmentFile(const std::string& path, int64_t bytes);
  void DumpBlock(const std::string& path, log::SegmentFiles& files, log::SegmentName segment, const log::Block& block);
  void DescribeBatch(JsonLine& line, const data::RecordBatchHeader& header) const;
  void DumpRecords(const std::string& path, int64_t at, const data::RecordBatchView& batch);

  io::Files& files_;
  const std::string folder_;
  const DumpOptions& options_;
  const std::function<void(const std::string&)>& print_;
  Names names_;
  int64_t lines_ = 0;
};

void Dump::Print(const JsonLine& line) {
  ++lines_;
  if (lines_ <= options_.lines_max) print_(line.Finish());
  if (lines_ == options_.lines_max + 1) print_(JsonLine().Number("left_off_after_lines", options_.lines_max).Finish());
}

// A key or value as it can be read: control characters are escaped, what is long is cut.
std::string Dump::Shown(std::optional<std::string_view> text) const {
  return text->size() <= options_.text_bytes_max ? std::string(*text) : StrCat(text->substr(0, options_.text_bytes_max), "… (", text->size(), " bytes)");
}

Status Dump::Run() {
  ASSIGN_OR_RETURN(bool is_there, files_.Exists(folder_));
  if (!is_there) return Fault::NotFound("data folder ", folder_, " does not exist");
  if (!options_.file.empty()) {
    ASSIGN_OR_RETURN(bool has_file, files_.Exists(In(options_.file)));
    if (!has_file) return Fault::NotFound("no file ", options_.file, " in ", folder_, "; name it as `freshet inspect verify` does");
  }
  for (const std::string& path : {io::CopyOf("FORMAT"), std::string("FORMAT")}) DumpFormat(path);
  for (const std::string& path : {io::CopyOf("catalog/SNAPSHOT"), std::string("catalog/SNAPSHOT")}) DumpCatalog(path);
  for (const std::string& path : {io::CopyOf("epochs/SNAPSHOT"), std::string("epochs/SNAPSHOT")}) DumpEpochs(path);
  auto checkpoints = log::ListCheckpoints(files_, In("log"));
  for (const log::CheckpointName& name : checkpoints.ok() ? *checkpoints : std::vector<log::CheckpointName>()) DumpCheckpoint(name);
  RETURN_NOT_OK(DumpJournal());
  return DumpFolder("");
}

void Dump::DumpFormat(const std::string& path) {
  auto bytes = io::ReadWhole(files_, In(path), kFileBytesMax);
  if (bytes.code() == Code::kNotFound || !Wants(path)) return;
  auto house = bytes.ok() ? journal::DataDir::DecodeFormat(*bytes) : bytes.status();
  house.ok() ? Print(LineOf(path, 0).Text("house", house->ToString())) : PrintBroken(path, house.fault());
}

void Dump::DumpCatalog(const std::string& path) {
  auto bytes = io::ReadWhole(files_, In(path), kFileBytesMax);
  if (bytes.code() == Code::kNotFound) return;
  auto file = bytes.ok() ? catalog::DecodeSnapshotFile(*bytes) : bytes.status();
  if (!file.ok()) return Wants(path) ? PrintBroken(path, file.fault()) : void();
  for (const catalog::Change& change : file->changes) names_.Learn(change);
  if (!Wants(path)) return;
  Print(LineOf(path, 0).Number("position", file->position).Number("last_change", file->number));
  for (const catalog::Change& change : file->changes) DumpEntry(path, change);
}

// Keys and secrets stay where they are.
void Dump::DumpEntry(const std::string& path, const catalog::Change& change) {
  JsonLine line = LineOf(path, 0);
  switch (change.kind) {
    case catalog::Change::Kind::kTopicPut:
      line.Text("topic", change.topic.name).Text("id", change.topic.id.ToString()).Number("partitions", change.topic.partitions).Number("revision", change.topic.revision);
      break;
    case catalog::Change::Kind::kProducerIdsEnd: line.Number("producer_ids_end", change.producer_ids_end); break;
    case catalog::Change::Kind::kCredentialPut:
      line.Text("identity", change.credential.name).Text("mechanism", data::ScramMechanismName(change.credential.mechanism)).Number("iterations", change.credential.credential->iterations);
      break;
    case catalog::Change::Kind::kLoginSecret: line.Text("login_secret", "there is one"); break;
    case catalog::Change::Kind::kTopicGone:
    case catalog::Change::Kind::kCredentialGone: break;   // not in a snapshot
  }
  Print(line);
}

void Dump::DumpEpochs(const std::string& path) {
  auto bytes = io::ReadWhole(files_, In(path), kFileBytesMax);
  if (bytes.code() == Code::kNotFound) return;
  auto file = bytes.ok() ? epochs::DecodeSnapshotFile(*bytes) : bytes.status();
  if (!file.ok()) return Wants(path) ? PrintBroken(path, file.fault()) : void();
  for (const auto& [id, pipeline] : file->pipelines) names_.LearnPipeline(id, pipeline.name);
  if (!Wants(path)) return;
  Print(LineOf(path, 0).Number("position", file->position));
  for (const auto& [id, pipeline] : file->pipelines) {
    JsonLine line = LineOf(path, 0).Text("pipeline", pipeline.name).Text("id", id.ToString()).Text("lineage", pipeline.lineage.ToString());
    line.Number("attempt", pipeline.attempt).Number("epoch", pipeline.epoch).Number("last_record", pipeline.number).Number("undelivered_epochs", pipeline.undelivered.size());
    line.Number("state_bytes", pipeline.state.size());
    if (pipeline.state.in_file()) line.Text("state_file", epochs::StateFilePath("epochs", id, pipeline.state)).Number("state_bytes_in_file", pipeline.state.file_bytes);
    if (!pipeline.damage.empty()) line.Text("damaged", pipeline.damage);
    Print(line);
  }
}

void Dump::DumpCheckpoint(const log::CheckpointName& name) {
  std::string path = name.path.substr(folder_.size() + 1);
  if (!Wants(path)) return;
  auto bytes = io::ReadWhole(files_, name.path, kFileBytesMax);
  auto checkpoint = bytes.ok() ? log::DecodeCheckpoint(*bytes) : bytes.status();
  if (!checkpoint.ok()) return PrintBroken(path, checkpoint.fault());
  for (const log::PartitionState& state : checkpoint->partitions) {
    JsonLine line = LineOf(path, 0).Number("position", checkpoint->position).Text("partition", names_.Partition(state.key)).Text("topic_id", state.key.topic.ToString());
    line.Number("start", state.start).Number("written_end", state.written_end).Number("segments", state.segments.size()).Number("producers", state.producers.size());
    line.Number("quarantines", state.quarantines.size()).Number("aborted", state.aborted.size()).Number("clean_end", state.clean_end);
    Print(line);
  }
}

// Names come first, so that a frame of an owner says what he is called.
Status Dump::DumpJournal() {
  ASSIGN_OR_RETURN(bool is_there, files_.Exists(In("journal")));
  if (!is_there) return {};
  RETURN_NOT_OK(journal::InspectFiles(files_, In("journal"), std::nullopt, data::Position(0), [this](const journal::InspectedFile& file) {
    for (const journal::Found& found : file.scan.found) Learn(found);
  }));
  return journal::InspectFiles(files_, In("journal"), std::nullopt, data::Position(0), [this](const journal::InspectedFile& file) { DumpJournalFile(file); });
}

void Dump::Learn(const journal::Found& found) {
  if (found.kind != journal::Found::Kind::kFrame) return;
  if (found.header.type == data::RecordType::kCatalogChange) {
    auto change = catalog::DecodeChange(found.payload);
    if (change.ok()) names_.Learn(*change);
  } else if (found.header.type == data::RecordType::kEpochAttempt) {
    auto attempt = epochs::DecodeAttempt(found.payload);
    if (attempt.ok()) names_.LearnPipeline(found.header.stream.id, attempt->pipeline);
  }
}

void Dump::DumpJournalFile(const journal::InspectedFile& file) {
  std::string path = file.name.path.substr(folder_.size() + 1);
  if (!Wants(path)) return;
  JsonLine head = LineOf(path, 0).Number("first_position", file.name.first).Number("bytes", file.bytes);
  if (!file.header.has_value()) head.Text("damaged", file.holds.ok() ? "it was being taken into use" : file.holds.fault().message());
  Print(head);
  for (const journal::Found& found : file.scan.found) DumpFrame(path, file.PlaceOf(found.begin), found);
  if (file.scan.torn_bytes > 0) Print(LineOf(path, file.PlaceOf(file.scan.end)).Number("torn_bytes", file.scan.torn_bytes));
}

void Dump::DumpFrame(const std::string& path, int64_t at, const journal::Found& found) {
  JsonLine line = LineOf(path, at).Number("position", found.begin);
  if (found.kind == journal::Found::Kind::kDamagedGap) return Print(line.Text("damaged", "no frame").Number("bytes", found.end - found.begin));
  const journal::FrameHeader& header = found.header;
  line.Text("type", TypeName(header.type)).Text("of", names_.Owner(header.stream)).Number("bytes", header.payload_bytes).Number("ends_unit", header.ends_unit);
  line.Number("durable_before", header.durable_before).Number("time_ms", header.wall_time_ms);
  if (header.next_offset.get() >= 0) line.Number("next_offset", header.next_offset);
  if (found.kind == journal::Found::Kind::kDamagedPayload) return Print(line.Text("damaged", "its payload does not match its checksum"));
  DescribePayload(line, header, found.payload);
  Print(line);
  if (!options_.records || header.type != data::RecordType::kLogAppend) return;
  auto batch = data::RecordBatchView::Parse(found.payload.substr(std::min<size_t>(1, found.payload.size())));
  if (batch.ok()) DumpRecords(path, at, *batch);
}

void Dump::DescribePayload(JsonLine& line, const journal::FrameHeader& header, std::string_view payload) {
  Status wrong;
  switch (header.type) {
    case data::RecordType::kLogAppend: {
      auto batch = data::RecordBatchView::Parse(payload.substr(std::min<size_t>(1, payload.size())));
      if (batch.ok()) DescribeBatch(line, batch->header());
      wrong = batch.status();
      break;
    }
    case data::RecordType::kLogRef: {
      auto ref = log::LargeRef::Decode(payload);
      if (ref.ok()) line.Number("segment", ref->segment_base).Number("place", ref->place).Number("batch_bytes", ref->bytes);
      wrong = ref.status();
      break;
    }
    case data::RecordType::kLogTrim:
      if (payload.size() == sizeof(int64_t)) line.Number("start", LoadInt<int64_t>(Order::kLittle, payload.data()));
      break;
    case data::RecordType::kCatalogChange: {
      auto change = catalog::DecodeChange(payload);
      if (change.ok()) line.Number("change", change->number).Number("kind", static_cast<int>(change->kind));
      if (change.ok() && change->kind == catalog::Change::Kind::kTopicPut) line.Text("topic", change->topic.name);
      wrong = change.status();
      break;
    }
    case data::RecordType::kEpochAttempt: {
      auto attempt = epochs::DecodeAttempt(payload);
      if (attempt.ok()) line.Number("record", attempt->number).Number("attempt", attempt->attempt);
      if (attempt.ok() && attempt->lineage.is_zero()) line.Text("forgotten", attempt->pipeline);
      wrong = attempt.status();
      break;
    }
    case data::RecordType::kEpochCommit: {
      auto commit = epochs::DecodeCommit(payload, header.type_version);
      if (commit.ok()) {
        line.Number("record", commit->number).Number("epoch", commit->token.epoch).Number("attempt", commit->attempt).Number("outbox", commit->outbox.size());
        line.Number("adds", commit->adds).Number("state_bytes_here", commit->state.bytes.size()).Number("state_bytes_in_file", commit->state.file_bytes);
      }
      wrong = commit.status();
      break;
    }
    default: break;
  }
  if (!wrong.ok()) line.Text("damaged", wrong.fault().message());
}

void Dump::DescribeBatch(JsonLine& line, const data::RecordBatchHeader& header) const {
  line.Number("base_offset", header.base_offset).Number("last_offset", header.last_offset()).Number("records", header.record_count);
  line.Number("codec", header.codec_number()).Number("max_timestamp_ms", header.max_timestamp_ms);
  if (header.has_producer()) line.Number("producer", header.producer_id).Number("epoch", header.producer_epoch).Number("sequence", header.base_sequence);
  if (header.transactional()) line.Number("transactional", true);
  if (header.control()) line.Number("control", true);
}

void Dump::DumpRecords(const std::string& path, int64_t at, const data::RecordBatchView& batch) {
  Status holds = batch.CheckCrc();
  auto reader = holds.ok() ? data::RecordReader::Open(batch, kUnpackedBytesMax) : holds;
  if (!reader.ok()) return Print(LineOf(path, at).Text("damaged", reader.fault().message()));
  data::Record record;
  for (;;) {
    auto more = reader->Next(record);
    if (!more.ok()) return Print(LineOf(path, at).Text("damaged", more.fault().message()));
    if (!*more) return;
    JsonLine line = LineOf(path, at).Number("offset", record.offset).Number("timestamp_ms", record.timestamp_ms);
    if (record.key.has_value()) line.Text("key", Shown(record.key));
    if (record.value.has_value()) line.Text("value", Shown(record.value));
    Print(line.Number("headers", record.headers.size()));
  }
}

// Segments and state files, wherever they lie.
Status Dump::DumpFolder(const std::string& folder) {
  ASSIGN_OR_RETURN(auto entries, files_.List(folder.empty() ? folder_ : In(folder)));
  for (const io::Entry& entry : entries) {
    std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
    if (entry.is_directory) {
      RETURN_NOT_OK(DumpFolder(path));
    } else if (Wants(path)) {
      if (path.ends_with(".seg") || path.ends_with(".idx")) DumpSegmentFile(path, entry.size);
      if (path.ends_with(".state")) DumpStateFile(path);
    }
  }
  return {};
}

void Dump::DumpStateFile(const std::string& path) {
  auto pipeline = epochs::PipelineOfStateFile(path);
  JsonLine line = LineOf(path, 0);
  if (pipeline.ok()) line.Text("of", names_.Pipeline(*pipeline));
  Print(line.Text("state", "begun for the epoch, by the attempt and with the number in its name"));
}

// By its index, which says where blocks lie; how many there are is what the file has room for.
void Dump::DumpSegmentFile(const std::string& path, int64_t bytes) {
  auto place = ParseSegmentPath(path);
  if (!place.has_value()) return;
  log::SegmentFiles files(files_, StrCat(folder_, "/log/", place->key.topic, "/", place->key.partition), place->key);
  auto index = files_.Open(files.IdxPath(place->name), io::OpenMode::kRead);
  auto index_bytes = index.ok() ? (*index)->Size() : index.status();
  if (!index_bytes.ok()) return Print(LineOf(path, 0).Text("damaged", "it has no index: " + index_bytes.fault().message()));
  log::Segment segment{.base_offset = place->name.base, .bytes = bytes, .blocks = std::max<int64_t>(0, *index_bytes - log::kSegmentHeaderBytes) / log::kIndexEntryBytes,
                       .generation = place->name.generation};
  auto entries = files.LoadEntries(segment);
  if (!entries.ok()) return PrintBroken(path, entries.fault());
  Print(LineOf(path, 0).Text("partition", names_.Partition(place->key)).Number("blocks", entries->size()).Number("compacted", segment.generation));
  for (size_t i = 0; i < entries->size(); ++i) {
    int64_t at = log::kSegmentHeaderBytes + static_cast<int64_t>(i) * log::kIndexEntryBytes;
    const std::optional<log::Block>& entry = (*entries)[i];
    bool is_index = path.ends_with(".idx");
    if (!entry.has_value() && is_index) Print(LineOf(path, at).Text("damaged", "the entry does not match its checksum"));
    if (!entry.has_value()) continue;
    if (!is_index) DumpBlock(path, files, place->name, *entry);
    else Print(LineOf(path, at).Number("place", entry->place).Number("bytes", entry->bytes).Number("base_offset", entry->base_offset).Number("last_offset", entry->last_offset).Number("max_timestamp_ms", entry->max_timestamp_ms));
  }
}

void Dump::DumpBlock(const std::string& path, log::SegmentFiles& files, log::SegmentName segment, const log::Block& block) {
  auto runs = files.ReadBlocks(segment, std::span<const log::Block>(&block, 1));
  if (!runs.ok()) return Print(LineOf(path, block.place).Number("base_offset", block.base_offset).Number("last_offset", block.last_offset).Text("damaged", "the block does not match its checksum"));
  std::string_view run = *runs->front();
  int64_t at = block.place;
  while (!run.empty()) {
    auto batch = data::RecordBatchView::Parse(run);
    if (!batch.ok()) return Print(LineOf(path, at).Text("damaged", batch.fault().message()));
    JsonLine line = LineOf(path, at);
    DescribeBatch(line, batch->header());
    Print(line);
    if (options_.records) DumpRecords(path, at, *batch);
    at += static_cast<int64_t>(batch->bytes().size());
    run.remove_prefix(batch->bytes().size());
  }
}

}  // namespace

Status DumpDataFolder(io::Files& files, const std::string& folder, const DumpOptions& options, const std::function<void(const std::string& line)>& print) {
  return Dump(files, folder, options, print).Run();
}

}  // namespace freshet::app
