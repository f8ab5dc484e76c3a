#include "engines/epochs/pipeline.h"

// The journal's records come back at start. What does not fit refuses its pipeline, and no other.

namespace freshet::epochs {

Status EpochStore::Apply(const data::FrameView& frame) {
  if (frame.stream.kind != data::StreamKind::kPipeline) return {};
  Pipeline& pipeline = At(frame.stream.id);
  uint8_t version_max = frame.type == data::RecordType::kEpochCommit ? kCommitVersion : frame.type == data::RecordType::kEpochAttempt ? kAttemptVersion : 0;
  if (frame.type_version > version_max) {
    return Fault::Unsupported("an epoch record at journal position ", frame.position, " has version ", static_cast<int>(frame.type_version), "; start the newer program that wrote it");
  }
  switch (frame.type) {
    case data::RecordType::kEpochAttempt: return ApplyAttempt(pipeline, frame.payload, frame.type_version);
    case data::RecordType::kEpochCommit: return ApplyCommit(pipeline, frame.payload, frame.type_version);
    case data::RecordType::kOutboxDone: return ApplyDone(pipeline, frame.payload);
    default: return {};
  }
}

void EpochStore::Refuse(Pipeline& pipeline, std::string why) {
  if (!pipeline.state.damage.empty()) return;
  log_.Error("a pipeline cannot go on exactly once", {{"pipeline", pipeline.state.name.empty() ? pipeline.id.ToString() : pipeline.state.name}, {"why", why}});
  pipeline.state.damage = std::move(why);
}

// False: the record is contained already, or the pipeline is refused.
bool EpochStore::IsNext(Pipeline& pipeline, uint64_t number) {
  uint64_t last = pipeline.state.number;
  pipeline.highest = std::max(pipeline.highest, number);
  if (number <= last + 1) pipeline.doubtful = false;  // whatever was lost before it was not this pipeline's
  if (number > last + 1) Refuse(pipeline, StrCat("its records ", last + 1, " to ", number - 1, " are missing in the journal"));
  return number == last + 1 && pipeline.state.damage.empty();
}

Status EpochStore::ApplyAttempt(Pipeline& pipeline, std::string_view payload, uint8_t version) {
  auto record = DecodeAttempt(payload);
  if (!record.ok()) {
    Refuse(pipeline, record.fault().message());
    return {};
  }
  if (version == kAttemptVersion) {  // whatever was missing or damaged before it
    if (record->number >= pipeline.state.number) TakeAnew(pipeline, *record);
    return {};
  }
  if (!IsNext(pipeline, record->number)) return {};
  bool follows = record->attempt == pipeline.state.attempt + 1 && (pipeline.state.lineage.is_zero() || pipeline.state.lineage == record->lineage);
  if (follows) TakeAttempt(pipeline, *record);
  else Refuse(pipeline, StrCat("attempt ", record->attempt, " follows attempt ", pipeline.state.attempt, " in the journal"));
  return {};
}

// Its rows were in the same unit and are in the log already, so a commit that must not be cannot be passed over.
Status EpochStore::ApplyCommit(Pipeline& pipeline, std::string_view payload, uint8_t version) {
  auto record = DecodeCommit(payload, version);
  if (!record.ok()) {
    Refuse(pipeline, record.fault().message());
    return {};
  }
  if (!IsNext(pipeline, record->number)) return {};
  const PipelineState& state = pipeline.state;
  bool follows = record->attempt == state.attempt && record->token.epoch == state.epoch + 1 && record->token.lineage == state.lineage;
  bool adds_to_it = !record->adds || (record->state.SameFile(state.state) && record->state.file_bytes == state.state.file_bytes);
  if (follows && !adds_to_it) Refuse(pipeline, StrCat("epoch ", record->token.epoch, " adds to a state that is not the one of epoch ", state.epoch));
  else if (follows) TakeCommit(pipeline, std::move(record).value());
  else Refuse(pipeline, StrCat("epoch ", record->token.epoch, " of attempt ", record->attempt, " follows epoch ", state.epoch, " of attempt ", state.attempt, " in the journal"));
  return {};
}

Status EpochStore::ApplyDone(Pipeline& pipeline, std::string_view payload) {
  auto record = DecodeDone(payload);
  if (record.ok()) TakeDone(pipeline, *record);
  else Refuse(pipeline, record.fault().message());
  return {};
}

Status EpochStore::ApplyDamage(const data::Damage& damage) {
  if (!damage.stream.has_value()) {
    lost_unknown_ = true;
    for (auto& [id, pipeline] : pipelines_) pipeline->doubtful = true;
    return {};
  }
  if (damage.stream->kind != data::StreamKind::kPipeline) return {};
  Refuse(At(damage.stream->id), StrCat("a record of it at journal position ", damage.begin, " is damaged"));
  return {};
}

// State files that no pipeline names were left by a crash. They go after the next snapshot file, like all others; files of
// a refused pipeline stay for whoever repairs it.
Status EpochStore::CondemnGarbage() {
  ASSIGN_OR_RETURN(std::vector<std::string> paths, files_.List());
  for (const std::string& path : paths) {
    auto id = PipelineOfStateFile(path);
    if (!id.ok()) continue;
    auto found = pipelines_.find(*id);
    bool is_known = found != pipelines_.end() && found->second->state.number > 0;
    if (!is_known && lost_unknown_) continue;
    if (found != pipelines_.end() && !found->second->state.damage.empty()) continue;
    if (is_known && found->second->state.is_forgotten()) {
      RemoveFilesOf(*found->second, {path});
      continue;
    }
    bool is_named = is_known && found->second->state.state.in_file() && files_.PathOf(*id, found->second->state.state) == path;
    bool is_condemned = std::find(condemned_.begin(), condemned_.end(), path) != condemned_.end();
    if (!is_named && !is_condemned) condemned_.push_back(path);
  }
  return {};
}

}  // namespace freshet::epochs
