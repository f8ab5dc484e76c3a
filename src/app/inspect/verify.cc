#include "app/inspect/verify.h"

#include <set>

#include "app/inspect/names.h"
#include "control/catalog/snapshot_file.h"
#include "engines/epochs/snapshot_file.h"
#include "engines/epochs/state_files.h"
#include "engines/journal/data_dir.h"
#include "engines/journal/inspect.h"
#include "engines/log/checkpoint.h"
#include "engines/log/large_ref.h"
#include "engines/log/segment_check.h"
#include "io/twice.h"

namespace freshet::app {
namespace {

constexpr int64_t kFileBytesMax = int64_t{1} << 30;
constexpr int64_t kStepBytes = 4 << 20;
constexpr std::string_view kRefusesToStart = "the house refuses to start; restore the file from a backup";
constexpr std::string_view kIsThereTwice = "nothing: it is there twice, and the other one holds";

// One look at one folder, from what a start reads first to what a fetch reads last.
class Verification {
 public:
  Verification(io::Files& files, const std::string& folder) : files_(files), folder_(folder) {}

  Status Run();
  Verified Take() { return std::move(verified_); }

 private:
  void VerifyFormat();
  void VerifyCatalog();
  void VerifyEpochs();
  void VerifyCheckpoints();
  void TakeCheckpoint(log::Checkpoint checkpoint);
  Status VerifyJournal();
  void VerifyJournalFile(const journal::InspectedFile& file);
  void VerifyFound(const journal::InspectedFile& file, const journal::Found& found);
  void VerifyFrame(const journal::InspectedFile& file, const journal::Found& found);
  std::string TakeFrame(const journal::FrameHeader& header, std::string_view payload);
  std::string TakeChange(std::string_view payload);
  std::string TakePipelineRecord(const journal::FrameHeader& header, std::string_view payload);
  void VerifyStateFiles();
  void VerifyPartition(const log::PartitionState& state);
  void VerifySegment(const log::PartitionState& state, log::SegmentFiles& files, const log::Segment& segment);
  void VerifyLargeBatches();
  Status VerifyRest(const std::string& folder);

  std::string In(std::string_view path) const { return StrCat(folder_, "/", path); }
  std::string PartitionFolder(const data::PartitionKey& key) const { return StrCat(folder_, "/log/", key.topic, "/", key.partition); }
  Result<std::string> Read(const std::string& path);
  Status ReadEither(const std::string& path, const io::TakeContent& take);
  void Add(Finding::Weight weight, std::string_view path, int64_t at, std::string what, std::string costs);
  void Seen(const std::string& path, int64_t bytes);
  bool IsCovered(const log::PartitionState& state, data::Offset begin, data::Offset end) const;

  struct LargeBatch {
    data::PartitionKey key;
    log::LargeRef ref;
  };
  using Weight = Finding::Weight;

  io::Files& files_;
  const std::string folder_;
  Verified verified_;
  Names names_;
  std::set<std::string> seen_;                         // paths of files that somebody owns
  std::optional<Uuid> house_;
  uint64_t catalog_number_ = 0;
  data::Position catalog_position_, epochs_position_, journal_reach_;
  log::Checkpoint checkpoint_;                         // the one in force
  bool has_log_ = true;                                // where the log stands is known
  std::map<Uuid, epochs::PipelineState> pipelines_;
  std::vector<LargeBatch> large_batches_;
};

Result<std::string> Verification::Read(const std::string& path) {
  auto bytes = io::ReadWhole(files_, path, kFileBytesMax);
  if (bytes.ok()) Seen(path, static_cast<int64_t>(bytes->size()));
  return bytes;
}

// Of a file that is kept twice: what becomes of one that is not like the other.
Status Verification::ReadEither(const std::string& path, const io::TakeContent& take) {
  for (const std::string& one : {path, io::CopyOf(path)}) (void)Read(one);
  auto read = io::ReadEither(files_, path, kFileBytesMax, take);
  if (!read.ok() || read->other.empty()) return read.status();
  bool is_damaged = !read->why.ok() && read->why.code() != Code::kNotFound;
  std::string what = is_damaged ? read->why.fault().message() : read->why.ok() ? "it is of another time than the other one" : "the file is missing";
  Add(is_damaged ? Weight::kDamage : Weight::kNote, read->other, 0, std::move(what), StrCat(kIsThereTwice, "; a start writes it anew"));
  return {};
}

void Verification::Seen(const std::string& path, int64_t bytes) {
  if (!seen_.insert(path).second) return;
  ++verified_.files;
  verified_.bytes += bytes;
}

void Verification::Add(Weight weight, std::string_view path, int64_t at, std::string what, std::string costs) {
  if (path.starts_with(folder_ + "/")) path.remove_prefix(folder_.size() + 1);
  verified_.findings.push_back({weight, std::string(path), at, std::move(what), std::move(costs)});
}

Status Verification::Run() {
  ASSIGN_OR_RETURN(bool is_there, files_.Exists(folder_));
  if (!is_there) return Fault::NotFound("data folder ", folder_, " does not exist");
  ASSIGN_OR_RETURN(bool is_project, files_.Exists(folder_ + "/data/FORMAT"));
  if (is_project) return Fault::NotFound("no house keeps its data in ", folder_, "; it is a project's folder: its data is in ", folder_, "/data");
  bool has_any = false;
  for (std::string_view part : {"FORMAT", "journal", "catalog", "log"}) {
    ASSIGN_OR_RETURN(bool has_part, files_.Exists(In(part)));
    has_any |= has_part;
  }
  if (!has_any) return Fault::NotFound(folder_, " is no data folder: it has neither FORMAT nor journal, catalog or log; name the folder that freshet up --data was given");
  VerifyFormat();
  VerifyCatalog();
  VerifyEpochs();
  VerifyCheckpoints();
  RETURN_NOT_OK(VerifyJournal());
  VerifyStateFiles();
  for (const log::PartitionState& state : checkpoint_.partitions) VerifyPartition(state);
  VerifyLargeBatches();
  return VerifyRest("");
}

void Verification::VerifyFormat() {
  auto take = [this](std::string_view bytes) -> Status {
    ASSIGN_OR_RETURN(house_, journal::DataDir::DecodeFormat(bytes));
    return {};
  };
  Status read = ReadEither(In("FORMAT"), take);
  if (read.ok()) return;
  bool is_missing = read.code() == Code::kNotFound;
  Add(Weight::kStops, "FORMAT", 0, is_missing ? "the file is missing" : read.fault().message(), std::string(kRefusesToStart));
}

void Verification::VerifyCatalog() {
  std::string path = In("catalog/SNAPSHOT");
  catalog::SnapshotFile file;
  auto take = [&file](std::string_view bytes) -> Status {
    ASSIGN_OR_RETURN(file, catalog::DecodeSnapshotFile(bytes));
    return {};
  };
  Status read = ReadEither(path, take);
  if (read.code() == Code::kNotFound) return;  // no checkpoint yet: the journal has it all, or shows what it lacks
  if (!read.ok()) return Add(Weight::kStops, path, 0, read.fault().message(), "which topics exist cannot be known; " + std::string(kRefusesToStart));
  catalog_position_ = file.position;
  catalog_number_ = file.number;
  for (const catalog::Change& change : file.changes) names_.Learn(change);
}

void Verification::VerifyEpochs() {
  std::string path = In("epochs/SNAPSHOT");
  std::optional<epochs::SnapshotFile> file;
  Status read = ReadEither(path, epochs::TakeBest(file));
  if (read.code() == Code::kNotFound) {
    auto has_folder = files_.Exists(In("epochs"));
    bool was_there = has_folder.ok() && *has_folder && catalog_position_.get() > 0;  // a start makes folder and file together
    if (was_there) Add(Weight::kStops, path, 0, "the file is missing", "where the pipelines stand cannot be known; " + std::string(kRefusesToStart));
    return;
  }
  if (!file.has_value() || read.code() == Code::kUnsupported) {
    return Add(Weight::kStops, path, 0, read.fault().message(), "where the pipelines stand cannot be known; " + std::string(kRefusesToStart));
  }
  epochs_position_ = file->position;
  for (auto& [id, pipeline] : file->pipelines) {
    if (!pipeline.name.empty()) names_.LearnPipeline(id, pipeline.name);
    if (!pipeline.damage.empty()) Add(Weight::kDamage, path, 0, StrCat(names_.Pipeline(id), ": ", pipeline.damage), "this pipeline is refused; all else goes on");
    pipelines_[id] = std::move(pipeline);
  }
}

void Verification::VerifyCheckpoints() {
  auto names = log::ListCheckpoints(files_, In("log"));
  if (!names.ok()) return;  // no log folder: the journal shows what is missing
  bool is_in_force = false;
  std::vector<std::pair<log::CheckpointName, Status>> broken;
  for (const log::CheckpointName& name : *names) {
    auto bytes = Read(name.path);
    auto checkpoint = bytes.ok() ? log::DecodeCheckpoint(*bytes) : bytes.status();
    if (checkpoint.ok()) {
      if (!is_in_force) checkpoint_ = std::move(checkpoint).value();
      is_in_force = true;
      continue;
    }
    broken.emplace_back(name, checkpoint.status());
  }
  for (const auto& [name, status] : broken) {
    bool stops = status.code() == Code::kUnsupported;
    bool has_twin = is_in_force && name.position == checkpoint_.position, is_older = is_in_force && name.position < checkpoint_.position;
    std::string costs = stops      ? std::string(kRefusesToStart)
                        : has_twin ? std::string(kIsThereTwice)
                        : is_older ? "nothing: a newer one is in force"
                                   : "a start takes the checkpoint before it, if all files that it names are there, and replays more of the journal; else it refuses";
    Add(stops ? Weight::kStops : is_older ? Weight::kNote : Weight::kDamage, name.path, 0, status.fault().message(), costs);
  }
  if (is_in_force || names->empty()) return;
  has_log_ = false;
  Add(Weight::kStops, "log", 0, "no checkpoint holds", "which segments belong to which partition cannot be known, and segments were not looked at; " + std::string(kRefusesToStart));
}

Status Verification::VerifyJournal() {
  ASSIGN_OR_RETURN(bool is_there, files_.Exists(In("journal")));
  data::Position from = std::min({checkpoint_.position, catalog_position_, epochs_position_});
  auto visit = [this](const journal::InspectedFile& file) { VerifyJournalFile(file); };
  if (is_there) RETURN_NOT_OK(journal::InspectFiles(files_, In("journal"), house_, from, visit));
  if (journal_reach_ < from) {
    Add(Weight::kDamage, "journal", 0, StrCat("it ends at position ", journal_reach_, ", before position ", from, " up to which checkpoints hold everything: a file is missing"),
        "what was acknowledged behind that position; a start tells of it and goes on");
  }
  return {};
}

void Verification::VerifyJournalFile(const journal::InspectedFile& file) {
  Seen(file.name.path, file.bytes);
  if (!file.holds.ok()) {
    std::string costs = file.is_needed ? "the house refuses to start" : "nothing: no checkpoint needs this file any more";
    Add(file.is_needed ? Weight::kStops : Weight::kNote, file.name.path, 0, file.holds.fault().message(), costs);
  } else if (!file.header.has_value()) {
    Add(Weight::kNote, file.name.path, 0, "the file was being taken into use when the power went", "nothing: no record was ever written to it");
  }
  if (file.header.has_value()) journal_reach_ = std::max(journal_reach_, journal::ReachOf(*file.header, file.scan));
  bool unit_is_open = false;
  for (const journal::Found& found : file.scan.found) {
    VerifyFound(file, found);
    unit_is_open = found.kind != journal::Found::Kind::kDamagedGap && !found.header.ends_unit;
  }
  if (unit_is_open) Add(Weight::kNote, file.name.path, file.PlaceOf(file.scan.end), "a unit ends here unfinished", "nothing: it was never acknowledged, and is dropped");
  if (file.scan.torn_bytes > 0) {
    Add(Weight::kNote, file.name.path, file.PlaceOf(file.scan.end), StrCat("a torn tail of ", file.scan.torn_bytes, " bytes"),
        "nothing that was acknowledged, unless the very last group rotted; it is cut");
  }
}

void Verification::VerifyFound(const journal::InspectedFile& file, const journal::Found& found) {
  if (found.kind == journal::Found::Kind::kFrame) return VerifyFrame(file, found);
  int64_t at = file.PlaceOf(found.begin);
  std::string where = StrCat("position ", found.begin, ", ", found.end - found.begin, " bytes");
  data::Position from = std::min({checkpoint_.position, catalog_position_, epochs_position_});
  if (found.end <= from) {
    return Add(Weight::kNote, file.name.path, at, StrCat("damaged bytes at ", where), "nothing: checkpoints hold what stood here");
  }
  if (found.kind == journal::Found::Kind::kDamagedGap) {
    return Add(Weight::kDamage, file.name.path, at, StrCat("damaged bytes at ", where, "; no header says whose they were"),
               "records between what stands before and behind; partitions that miss offsets quarantine them, pipelines that miss a record are refused, a missing catalog record stops the start");
  }
  const data::StreamId& stream = found.header.stream;
  bool is_catalog = stream.kind == data::StreamKind::kCatalog;
  std::string costs = is_catalog                                   ? "which topics exist cannot be known; the house refuses to start"
                      : stream.kind == data::StreamKind::kPipeline ? "this pipeline is refused; all else goes on"
                                                                   : StrCat("its records below offset ", found.header.next_offset, "; they are quarantined, and readers of them get a storage error");
  Add(is_catalog ? Weight::kStops : Weight::kDamage, file.name.path, at, StrCat("a damaged record of ", names_.Owner(stream), " at ", where), costs);
}

void Verification::VerifyFrame(const journal::InspectedFile& file, const journal::Found& found) {
  std::string wrong = TakeFrame(found.header, found.payload);
  if (wrong.empty()) return;
  bool is_pipeline = found.header.stream.kind == data::StreamKind::kPipeline;
  Add(is_pipeline ? Weight::kDamage : Weight::kStops, file.name.path, file.PlaceOf(found.begin),
      StrCat("a record of ", names_.Owner(found.header.stream), " at position ", found.begin, " whose checksum holds does not read back: ", wrong),
      is_pipeline ? "this pipeline is refused; all else goes on" : "the house refuses to start");
}

// Empty, or why a replay could not take the record in.
std::string Verification::TakeFrame(const journal::FrameHeader& header, std::string_view payload) {
  switch (header.type) {
    case data::RecordType::kLogAppend: {
      auto batch = data::RecordBatchView::Parse(payload.substr(std::min<size_t>(payload.size(), 1)));
      return batch.ok() ? "" : batch.fault().message();
    }
    case data::RecordType::kLogRef: {
      auto ref = log::LargeRef::Decode(payload);
      if (!ref.ok()) return ref.fault().message();
      if (header.position >= checkpoint_.position) large_batches_.push_back({header.stream.key(), *ref});
      return "";
    }
    case data::RecordType::kCatalogChange: return TakeChange(payload);
    case data::RecordType::kEpochAttempt:
    case data::RecordType::kEpochCommit: return TakePipelineRecord(header, payload);
    default: return "";
  }
}

std::string Verification::TakeChange(std::string_view payload) {
  auto change = catalog::DecodeChange(payload);
  if (!change.ok()) return change.fault().message();
  names_.Learn(*change);
  if (change->number <= catalog_number_) return "";
  uint64_t missing = catalog_number_ + 1;
  catalog_number_ = change->number;
  return change->number == missing ? "" : StrCat("changes ", missing, " to ", change->number - 1, " are missing before it");
}

std::string Verification::TakePipelineRecord(const journal::FrameHeader& header, std::string_view payload) {
  epochs::PipelineState& pipeline = pipelines_[header.stream.id];
  if (header.type == data::RecordType::kEpochAttempt) {
    auto attempt = epochs::DecodeAttempt(payload);
    if (!attempt.ok()) return attempt.fault().message();
    names_.LearnPipeline(header.stream.id, attempt->pipeline);
    bool is_anew = header.type_version == epochs::kAttemptVersion && header.position >= epochs_position_ && attempt->number >= pipeline.number;
    if (is_anew) pipeline = {.name = attempt->pipeline, .lineage = attempt->lineage, .number = attempt->number, .attempt = attempt->attempt};
    return "";
  }
  auto commit = epochs::DecodeCommit(payload, header.type_version);
  if (!commit.ok()) return commit.fault().message();
  if (commit->number <= pipeline.number || header.position < epochs_position_) return "";
  pipeline.number = commit->number;
  pipeline.epoch = commit->token.epoch;
  epochs::TakeState(pipeline.state, std::move(commit->state), commit->adds);
  return "";
}

// The state file of each pipeline's last epoch; all others are garbage.
void Verification::VerifyStateFiles() {
  for (const auto& [id, pipeline] : pipelines_) {
    if (!pipeline.state.in_file()) continue;
    std::string path = epochs::StateFilePath(In("epochs"), id, pipeline.state);
    Status holds = epochs::CheckStateFile(files_, path, id, pipeline.state);
    Seen(path, static_cast<int64_t>(epochs::kStateHeaderBytes) + pipeline.state.file_bytes);
    if (holds.ok()) continue;
    Add(Weight::kDamage, path, 0, holds.code() == Code::kNotFound ? "the file is missing" : holds.fault().message(),
        StrCat("the state of ", names_.Pipeline(id), " at epoch ", pipeline.epoch, "; it is refused, all else goes on"));
  }
}

bool Verification::IsCovered(const log::PartitionState& state, data::Offset begin, data::Offset end) const {
  for (const log::Quarantine& range : state.quarantines) {
    if (range.begin <= begin && end <= range.end) return true;
  }
  return false;
}

void Verification::VerifyPartition(const log::PartitionState& state) {
  log::SegmentFiles files(files_, PartitionFolder(state.key), state.key);
  for (const log::Quarantine& range : state.quarantines) {
    Add(Weight::kDamage, files.SegPath({range.begin}).substr(0, files.SegPath({range.begin}).rfind('/')), 0,
        StrCat("offsets ", range.begin, " to ", range.end - 1, " of ", names_.Partition(state.key), " were quarantined by an earlier start"), "these records; readers of them get a storage error");
  }
  for (const log::Segment& segment : state.segments) VerifySegment(state, files, segment);
}

void Verification::VerifySegment(const log::PartitionState& state, log::SegmentFiles& files, const log::Segment& segment) {
  if (segment.blocks == 0) return;
  Seen(files.SegPath(segment.name()), segment.bytes);
  Seen(files.IdxPath(segment.name()), log::kSegmentHeaderBytes + segment.blocks * log::kIndexEntryBytes);
  log::SegmentCheck check(files, segment);
  std::vector<log::SegmentDamage> damages;
  while (check.Step(kStepBytes, damages)) {}
  bool is_missing = false;
  for (log::SegmentDamage& damage : damages) {
    if (IsCovered(state, damage.begin, damage.end)) continue;
    is_missing = is_missing || damage.what == "the file is missing";
    if (damage.is_renewable) {
      Add(Weight::kDamage, damage.path, damage.at, std::move(damage.what), StrCat("nothing: offsets ", damage.begin, " to ", damage.end - 1, " of ", names_.Partition(state.key), " are whole in the segment, from which a reader makes it anew"));
      continue;
    }
    Add(Weight::kDamage, damage.path, damage.at, std::move(damage.what),
        StrCat("offsets ", damage.begin, " to ", damage.end - 1, " of ", names_.Partition(state.key), "; readers of them get a storage error"));
  }
  Status headers = is_missing ? Status() : files.CheckHeaders(segment.name());
  if (!headers.ok()) Add(Weight::kNote, files.SegPath(segment.name()), 0, headers.fault().message(), "nothing: entries and blocks carry their identity themselves");
}

// Batches that stand in a segment only: the journal names their place.
void Verification::VerifyLargeBatches() {
  for (const auto& [key, ref] : large_batches_) {
    log::SegmentFiles files(files_, PartitionFolder(key), key);
    std::string path = files.SegPath({ref.segment_base});
    Seen(path, 0);
    Seen(files.IdxPath({ref.segment_base}), 0);
    auto bytes = files.ReadRaw(ref.segment_base, ref.place, ref.bytes);
    if (bytes.ok() && ref.Holds(*bytes)) continue;
    Add(Weight::kDamage, path, ref.place, bytes.code() == Code::kNotFound ? "the file is missing" : StrCat("a large batch of ", ref.bytes, " bytes does not match the journal's checksum"),
        StrCat("its records, below offset ", ref.next_offset, " of ", names_.Partition(key), "; who reads them is refused"));
  }
}

// What nobody has named so far.
Status Verification::VerifyRest(const std::string& folder) {
  ASSIGN_OR_RETURN(auto entries, files_.List(folder.empty() ? folder_ : In(folder)));
  for (const io::Entry& entry : entries) {
    std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
    if (entry.is_directory) {
      RETURN_NOT_OK(VerifyRest(path));
      continue;
    }
    bool is_known = seen_.contains(In(path)) || path == "LOCK" || path == "doors.json" || path == "project.json" || path.starts_with("journal/prepared");
    if (is_known) continue;
    bool is_log = path.ends_with(".seg") || path.ends_with(".idx");
    if (is_log && !has_log_) continue;
    std::string what = path.ends_with(".tmp") ? "a file that was being written"
                       : is_log               ? "no checkpoint names this file"
                       : path.ends_with(".state") ? "no pipeline's last epoch names this file" : "no file of a data folder";
    std::string costs = is_log ? "nothing: its records stand in the journal too, or it was replaced; a start writes it again or takes it away" : "nothing";
    Add(Weight::kNote, path, 0, what, costs);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<io::FileLock>> HoldDataFolder(io::Files& files, const std::string& folder) {
  std::string path = folder + "/LOCK";
  ASSIGN_OR_RETURN(bool exists, files.Exists(path));
  if (!exists) return std::unique_ptr<io::FileLock>();
  auto lock = files.Lock(path);
  if (lock.code() == Code::kConflict) {
    return Fault::Conflict("data folder ", folder, " is served by a freshet process, whose files change while they are looked at; stop it, or inspect a copy");
  }
  return lock;
}

Result<Verified> VerifyDataFolder(io::Files& files, const std::string& folder) {
  Verification verification(files, folder);
  RETURN_NOT_OK(verification.Run());
  return verification.Take();
}

std::string ToLine(const Finding& finding) {
  static constexpr std::string_view kWords[] = {"note   ", "damage ", "stops  "};
  return StrCat(kWords[static_cast<size_t>(finding.weight)], finding.path, " at ", finding.at, ": ", finding.what, "; costs: ", finding.costs);
}

}  // namespace freshet::app
