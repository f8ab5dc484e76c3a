#include "engines/epochs/epochs.h"

#include <algorithm>

#include "base/planted.h"
#include "engines/epochs/pipeline.h"
#include "engines/epochs/snapshot_file.h"
#include "io/twice.h"

namespace freshet::epochs {
namespace {

constexpr int64_t kSnapshotFileBytesMax = 1 << 30;

Status CheckName(std::string_view what, std::string_view name) {
  if (!name.empty() && name.size() <= kNameBytesMax) return {};
  return Fault::Invalid("a ", what, "'s name has ", name.size(), " bytes; from 1 to ", kNameBytesMax, " are possible");
}

Status CheckOutbox(const Outbox& outbox) {
  if (outbox.size() > kOutboxEntriesMax) return Fault::TooLarge("an epoch with ", outbox.size(), " outbox entries; at most ", kOutboxEntriesMax);
  for (const ports::OutboxEntry& entry : outbox) RETURN_NOT_OK(CheckName("sink", entry.sink));
  if (BytesOf(outbox) > static_cast<int64_t>(kOutboxBytesMax)) {
    return Fault::TooLarge("an epoch with ", BytesOf(outbox), " bytes in its outbox; at most ", kOutboxBytesMax, ": an entry names what to deliver, it does not hold it");
  }
  return {};
}

// A file with damaged entries is taken when none is whole: they refuse their pipelines, and no other.
Result<SnapshotFile> ReadSnapshotFile(io::Files& files, const std::string& path, const Logger& log) {
  std::optional<SnapshotFile> best;
  auto read = io::ReadEither(files, path, kSnapshotFileBytesMax, TakeBest(best));
  if (read.ok()) io::RenewOther(files, *read, log);
  else if (read.code() == Code::kUnsupported || !best.has_value()) return read.status();
  return *std::move(best);
}

}  // namespace

// FNV-1a over 128 bits, marked as a version 8 id.
Uuid PipelineId(std::string_view name) {
  __extension__ using Wide = unsigned __int128;
  constexpr Wide kPrime = (Wide(0x0000000001000000ull) << 64) | 0x000000000000013Bull;
  Wide hash = (Wide(0x6c62272e07bb0142ull) << 64) | 0x62b821756295c58dull;
  for (char letter : name) {
    hash ^= static_cast<uint8_t>(letter);
    hash *= kPrime;
  }
  Uuid id;
  for (size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<uint8_t>(hash >> (120 - 8 * i));
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x80);
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

EpochStore::EpochStore(Env& env, EpochOptions options)
    : env_(env), options_(std::move(options)), log_(env.log().ForRoom("engines/epochs")), files_(env, options_.directory),
      committed_(env.metrics().AddCounter("freshet_epochs_committed_total", "epochs that took effect")),
      refused_(env.metrics().AddCounter("freshet_epochs_refused_total", "epochs that were refused: fenced, out of order, too large, or not durable")),
      undelivered_gauge_(env.metrics().AddGauge("freshet_epochs_outbox_bytes", "outbox entries of committed epochs that have not reached their targets")) {}

EpochStore::~EpochStore() = default;

Result<std::unique_ptr<EpochStore>> EpochStore::Open(Env& env, EpochOptions options) {
  std::unique_ptr<EpochStore> store(new EpochStore(env, std::move(options)));
  ASSIGN_OR_RETURN(bool was_there, env.files().Exists(store->options_.directory));
  RETURN_NOT_OK(env.files().CreateDirectories(store->options_.directory));
  std::string path = store->options_.directory + "/SNAPSHOT";
  auto file = ReadSnapshotFile(env.files(), path, store->log_);
  bool is_missing = file.code() == Code::kNotFound;
  if (is_missing && was_there && store->options_.begins_at.get() > 0) {
    return Fault::Corrupt(path, " is missing, so where the pipelines stand cannot be known, and nothing is started; restore it from a backup, or remove the folder ",
                          store->options_.directory, " to let every pipeline begin anew");
  }
  if (is_missing) {  // an older program's folder: what it journaled and trimmed held no epochs
    RETURN_NOT_OK(io::WriteTwice(env.files(), path, EncodeSnapshotFile({.position = store->options_.begins_at, .pipelines = {}})));
    store->durable_position_.store(store->options_.begins_at.get());
    return store;
  }
  if (file.code() == Code::kCorrupt) return Fault::Corrupt(file.fault().message(), "; where the pipelines stand cannot be known, so nothing is started; restore one of them from a backup");
  RETURN_NOT_OK(file);
  for (auto& [id, state] : file->pipelines) {
    Pipeline& pipeline = store->At(id);
    pipeline.state = std::move(state);
    for (const auto& [epoch, outbox] : pipeline.state.undelivered) store->outbox_bytes_ += BytesOf(outbox);
  }
  store->durable_position_.store(file->position.get());
  return store;
}

EpochStore::Pipeline& EpochStore::At(const Uuid& id) {
  auto& place = pipelines_[id];
  if (place == nullptr) {
    place = std::make_unique<Pipeline>();
    place->id = id;
  }
  return *place;
}

Task<> EpochStore::Start(ports::Commit& commit, ports::LogUnits& log) {
  commit_ = &commit;
  log_units_ = &log;
  background_ = std::make_unique<io::TaskGroup>(env_.loop(0), "epoch deliveries");
  for (auto& [id, pipeline] : pipelines_) {
    if (pipeline->doubtful) Refuse(*pipeline, "a stretch of the journal is damaged, and its last records may have stood there");
  }
  undelivered_gauge_.Set(outbox_bytes_);
  auto condemn = [this] { return CondemnGarbage(); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, condemn);
  co_return co_await offload;
}

Task<> EpochStore::Close() {
  if (background_ == nullptr) co_return Status::Ok();
  auto close = background_->Close();
  Status closed = co_await close;
  background_.reset();
  co_return closed;
}

Task<ports::EpochStart> EpochStore::Begin(Ctx ctx, std::string pipeline) {
  io::RunOn hop(env_.loop(0), BeginOnLoop(ctx, std::move(pipeline)));
  co_return co_await hop;
}

Task<ports::EpochStart> EpochStore::BeginOnLoop(Ctx ctx, std::string name) {
  Status named = CheckName("pipeline", name);
  if (!named.ok()) co_return named;
  Uuid id = PipelineId(name);
  auto known = pipelines_.find(id);
  bool is_new = known == pipelines_.end() || known->second->state.is_forgotten();
  if (is_new && CountKept() >= options_.pipelines_max) {
    co_return Fault::Exhausted("there are ", options_.pipelines_max, " pipelines already, with those whose file is gone: freshet pipelines list names them, and freshet pipelines forget NAME makes room");
  }
  Pipeline& pipeline = At(id);
  io::Turn turn(pipeline.turns);
  co_await turn;
  auto begin = BeginInTurn(ctx, &pipeline, std::move(name));
  co_return co_await begin;
}

Task<ports::EpochStart> EpochStore::BeginInTurn(Ctx ctx, Pipeline* pipeline, std::string name) {
  PipelineState& state = pipeline->state;
  if (!state.damage.empty()) {
    co_return Fault::Corrupt("pipeline '", name, "' cannot go on exactly once: ", state.damage, "; restore a backup, or start it under another name");
  }
  if (!state.name.empty() && state.name != name) co_return Fault::Conflict("pipeline '", name, "' has the id of pipeline '", state.name, "'; rename one of them");
  CO_RETURN_NOT_OK(CheckSnapshot(pipeline, name));
  AttemptRecord attempt{.number = state.number + 1, .pipeline = std::move(name), .lineage = state.lineage, .attempt = state.attempt + 1};
  if (attempt.lineage.is_zero()) attempt.lineage = env_.random().NewUuid();
  uint8_t version = state.is_forgotten() ? kAttemptVersion : 0;
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kEpochAttempt, .type_version = version, .stream = data::StreamId::OfPipeline(pipeline->id), .head = EncodeAttempt(attempt)});
  {
    ports::OpenUnits::Open is_open(open_units_, *commit_);
    auto submit = commit_->Submit(ctx, std::move(unit));
    auto submitted = co_await submit;
    if (!submitted.ok()) co_return submitted.status();
    TakeAttempt(*pipeline, attempt);
    DropDraft(*pipeline);
  }
  ports::EpochStart start{.attempt = state.attempt, .last = {state.name, state.lineage, state.epoch}, .snapshot_bytes = state.state.size(), .undelivered = {}};
  for (const auto& [epoch, outbox] : state.undelivered) {
    for (const ports::OutboxEntry& entry : outbox) start.undelivered.emplace_back(ports::EpochToken{state.name, state.lineage, epoch}, entry);
  }
  co_return start;
}

Task<> EpochStore::CheckSnapshot(const Pipeline* pipeline, std::string name) {
  if (!pipeline->state.state.in_file()) co_return Status::Ok();
  auto check = [&] { return files_.Check(pipeline->id, pipeline->state.state); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, check);
  Status holds = co_await offload;
  if (!holds.ok()) co_return Fault(holds.code(), holds.fault().blame(), holds.fault().retry(), StrCat("pipeline '", name, "': ", holds.fault().message()));
  co_return Status::Ok();
}

Task<std::string> EpochStore::ReadFrom(const Pipeline* pipeline, int64_t offset) {
  auto read = [&] { return files_.Read(pipeline->id, pipeline->state.state, offset); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, read);
  co_return co_await offload;
}

// In the pipeline's turn.
Task<std::string> EpochStore::SnapshotOf(const Pipeline* pipeline, std::string name) {
  CO_RETURN_NOT_OK(CheckSnapshot(pipeline, std::move(name)));
  std::string snapshot;
  for (;;) {
    CO_ASSIGN_OR_RETURN(std::string piece, ReadFrom(pipeline, static_cast<int64_t>(snapshot.size())));
    if (piece.empty()) co_return snapshot;
    snapshot += piece;
  }
}

Task<std::string> EpochStore::ReadSnapshot(Ctx, ports::EpochToken last, int64_t attempt, int64_t offset) {
  io::RunOn hop(env_.loop(0), ReadOnLoop(std::move(last), attempt, offset));
  co_return co_await hop;
}

Task<std::string> EpochStore::ReadOnLoop(ports::EpochToken last, int64_t attempt, int64_t offset) {
  auto found = pipelines_.find(PipelineId(last.pipeline));
  if (found == pipelines_.end()) co_return Fault::NotFound("pipeline '", last.pipeline, "' has not begun");
  Pipeline& pipeline = *found->second;
  io::Turn turn(pipeline.turns);
  co_await turn;
  bool is_current = attempt == pipeline.state.attempt && last.epoch == pipeline.state.epoch && pipeline.state.damage.empty();
  if (!is_current) co_return Fault::Fenced("pipeline '", last.pipeline, "': attempt ", attempt, " does not stand at epoch ", last.epoch, " any more");
  auto reading = ReadFrom(&pipeline, offset);
  co_return co_await reading;
}

Task<ports::PipelineStand> EpochStore::Look(Ctx, std::string pipeline) {
  io::RunOn hop(env_.loop(0), LookOnLoop(std::move(pipeline)));
  co_return co_await hop;
}

Task<std::vector<std::string>> EpochStore::Names(Ctx) {
  io::RunOn hop(env_.loop(0), NamesOnLoop());
  co_return co_await hop;
}

Task<std::vector<std::string>> EpochStore::NamesOnLoop() {
  std::vector<std::string> names;
  for (const auto& [id, pipeline] : pipelines_) {
    if (pipeline->state.state.size() > 0) names.push_back(pipeline->state.name);
  }
  std::sort(names.begin(), names.end());
  co_return names;
}

Task<ports::PipelineStand> EpochStore::LookOnLoop(std::string name) {
  auto found = pipelines_.find(PipelineId(name));
  if (found == pipelines_.end()) co_return ports::PipelineStand();
  Pipeline& pipeline = *found->second;
  io::Turn turn(pipeline.turns);  // the state's file stays while it is read
  co_await turn;
  if (!pipeline.state.damage.empty()) co_return Fault::Corrupt("pipeline '", name, "' cannot go on exactly once: ", pipeline.state.damage);
  ports::PipelineStand stand{.epoch = pipeline.state.epoch, .snapshot = {}};
  CO_ASSIGN_OR_RETURN(stand.snapshot, SnapshotOf(&pipeline, name));
  co_return stand;
}

Task<> EpochStore::Commit(Ctx ctx, ports::EpochCommit commit) {
  io::RunOn hop(env_.loop(0), CommitOnLoop(ctx, std::move(commit)));
  co_return co_await hop;
}

Task<> EpochStore::CommitOnLoop(Ctx ctx, ports::EpochCommit commit) {
  auto found = pipelines_.find(PipelineId(commit.token.pipeline));
  if (found == pipelines_.end()) co_return Fault::NotFound("pipeline '", commit.token.pipeline, "' has not begun");
  Pipeline& pipeline = *found->second;
  io::Turn turn(pipeline.turns);
  co_await turn;
  auto in_turn = CommitInTurn(ctx, &pipeline, &commit);
  Status committed = co_await in_turn;
  (committed.ok() ? committed_ : refused_).Add();
  undelivered_gauge_.Set(outbox_bytes_);
  co_return committed;
}

Status EpochStore::CheckNext(const Pipeline& pipeline, const ports::EpochToken& token, int64_t attempt, bool adds) const {
  const PipelineState& state = pipeline.state;
  bool is_current = attempt == state.attempt && token.lineage == state.lineage && state.damage.empty();
  if (!is_current && !Planted("zombie_attempt_commits")) {
    return Fault::Fenced("pipeline '", token.pipeline, "': attempt ", attempt, " ended when attempt ", state.attempt, " began; nothing of it takes effect any more");
  }
  if (token.epoch != state.epoch + 1) {
    return Fault::OutOfOrder("pipeline '", token.pipeline, "': epoch ", token.epoch, " cannot follow epoch ", state.epoch, "; go on from the last one that took effect");
  }
  if (adds && pipeline.grown_by != attempt) {
    return Fault::OutOfOrder("pipeline '", token.pipeline, "': epoch ", token.epoch, " adds to a state of which attempt ", attempt, " has nothing; its first snapshot stands for all");
  }
  if (pipeline.draft.has_value() && pipeline.draft->adds != adds) {
    return Fault::Invalid("pipeline '", token.pipeline, "': epoch ", token.epoch, adds ? " adds to what there is, and its first piece" : " stands for all, and its first piece", " did not say so");
  }
  return {};
}

Status EpochStore::CheckCommit(const Pipeline& pipeline, const ports::EpochCommit& commit) const {
  const PipelineState& state = pipeline.state;
  const ports::EpochToken& token = commit.token;
  RETURN_NOT_OK(CheckNext(pipeline, token, commit.attempt, commit.adds));
  RETURN_NOT_OK(CheckOutbox(commit.outbox));
  bool is_full = outbox_bytes_ + BytesOf(commit.outbox) > options_.outbox_bytes_max || state.undelivered.size() >= options_.undelivered_epochs_max;
  if (is_full && !commit.outbox.empty()) {
    return Fault::Exhausted("pipeline '", token.pipeline, "': ", state.undelivered.size(), " epochs (", outbox_bytes_, " bytes over all pipelines) wait for their targets; try again when they were delivered");
  }
  return {};
}

Task<> EpochStore::CommitInTurn(Ctx ctx, Pipeline* pipeline, ports::EpochCommit* commit) {
  Status wanted = ctx.Check(env_.clock().Now());
  if (wanted.ok()) wanted = CheckCommit(*pipeline, *commit);
  if (!wanted.ok()) co_return wanted;
  CommitRecord record{.number = pipeline->state.number + 1, .token = commit->token, .attempt = commit->attempt, .state = {}, .outbox = std::move(commit->outbox)};
  CO_RETURN_NOT_OK(KeepState(pipeline, commit, &record));
  std::vector<data::Frame> frames;
  frames.push_back({.type = data::RecordType::kEpochCommit, .type_version = kCommitVersion, .stream = data::StreamId::OfPipeline(pipeline->id), .head = EncodeCommit(record)});
  ports::OpenUnits::Open is_open(open_units_, *commit_);
  env_.kill_points().Reach("epochs.before_commit");
  if (Planted("rows_before_their_epoch") && !commit->staged.empty()) {
    auto alone = log_units_->AppendTogether(ctx, std::exchange(commit->staged, {}), {});
    auto told = co_await alone;
    if (!told.ok()) co_return told.status();
  }
  auto append = log_units_->AppendTogether(ctx, std::move(commit->staged), std::move(frames));
  auto appended = co_await append;
  env_.kill_points().Reach("epochs.after_commit");
  if (!appended.ok()) {
    // After a failure of the journal the record may stand in it all the same: then what it names is needed.
    bool is_known = appended.code() != Code::kUnavailable && appended.code() != Code::kIoError;
    bool is_new = record.state.in_file() && !record.state.SameFile(pipeline->state.state);
    if (is_new && is_known) condemned_.push_back(files_.PathOf(pipeline->id, record.state));
    if (!is_known) pipeline->grown_by = 0;
    co_return appended.status();
  }
  TakeCommit(*pipeline, std::move(record));
  pipeline->grown_by = commit->attempt;
  co_return Status::Ok();
}

// What is little travels in records. When that has become much, all of it goes to the file of this attempt's state.
Task<> EpochStore::KeepState(Pipeline* pipeline, ports::EpochCommit* commit, CommitRecord* record) {
  const StateRef& before = pipeline->state.state;
  size_t waiting = commit->adds ? before.bytes.size() : 0;
  if (!pipeline->draft.has_value() && waiting + commit->snapshot.size() <= options_.inline_bytes_max) {
    record->adds = commit->adds;
    if (commit->adds) record->state = before;
    record->state.bytes = std::move(commit->snapshot);
    co_return Status::Ok();
  }
  CO_RETURN_NOT_OK(Lay(pipeline, commit->token, commit->attempt, commit->adds, std::move(commit->snapshot)));
  const Pipeline::Draft& draft = *pipeline->draft;
  auto sync = [&] { return files_.Sync(*draft.file, draft.begun ? std::optional(draft.folder_failures) : std::nullopt); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, sync);
  Status synced = co_await offload;
  if (synced.ok()) record->state = std::exchange(pipeline->draft, std::nullopt)->state;
  else DropDraft(*pipeline);
  co_return synced;
}

// Writes behind the draft; the first piece takes what waits in records with it.
Task<> EpochStore::Lay(Pipeline* pipeline, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) {
  std::string waiting;
  if (!pipeline->draft.has_value()) {
    Pipeline::Draft draft{.state = {}, .adds = adds};
    if (adds) draft.state = pipeline->state.state;
    waiting = std::exchange(draft.state.bytes, {});
    draft.begun = !draft.state.in_file();
    draft.folder_failures = files_.folder_failures();
    // A name is used once: a file of an epoch whose fate is not known stays as it was written.
    if (draft.begun) draft.state = {.bytes = {}, .attempt = attempt, .serial = ++pipeline->last_serial, .begun = token.epoch};
    pipeline->draft = std::move(draft);
  }
  Status possible;
  if (static_cast<int64_t>(piece.size()) > kPieceBytesMax) possible = Fault::TooLarge("pipeline '", token.pipeline, "': ", piece.size(), " bytes of a snapshot at once; at most ", kPieceBytesMax);
  if (pipeline->draft->state.file_bytes > kStateFileBytesMax) {
    possible = Fault::TooLarge("pipeline '", token.pipeline, "': a snapshot of more than ", kStateFileBytesMax, " bytes; let state expire (table.exec.state.ttl), or split the pipeline");
  }
  if (possible.ok()) {
    auto append = [&]() -> Status {
      Pipeline::Draft& draft = *pipeline->draft;
      if (draft.file == nullptr) {
        ASSIGN_OR_RETURN(draft.file, files_.Open(pipeline->id, draft.state));
      }
      return files_.Append(*draft.file, pipeline->id, draft.state, waiting, piece);
    };
    io::Offload offload(env_.workers(), io::Pool::kGeneral, append);
    possible = co_await offload;
  }
  if (!possible.ok()) DropDraft(*pipeline);
  co_return possible;
}

void EpochStore::DropDraft(Pipeline& pipeline) {
  if (pipeline.draft.has_value() && pipeline.draft->begun) condemned_.push_back(files_.PathOf(pipeline.id, pipeline.draft->state));
  pipeline.draft.reset();
}

Task<> EpochStore::Keep(Ctx ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) {
  io::RunOn hop(env_.loop(0), KeepOnLoop(ctx, std::move(token), attempt, adds, std::move(piece)));
  co_return co_await hop;
}

Task<> EpochStore::KeepOnLoop(Ctx ctx, ports::EpochToken token, int64_t attempt, bool adds, std::string piece) {
  auto found = pipelines_.find(PipelineId(token.pipeline));
  if (found == pipelines_.end()) co_return Fault::NotFound("pipeline '", token.pipeline, "' has not begun");
  Pipeline& pipeline = *found->second;
  io::Turn turn(pipeline.turns);
  co_await turn;
  Status wanted = ctx.Check(env_.clock().Now());
  if (wanted.ok()) wanted = CheckNext(pipeline, token, attempt, adds);
  if (!wanted.ok() || piece.empty()) co_return wanted;
  auto laying = Lay(&pipeline, std::move(token), attempt, adds, std::move(piece));
  co_return co_await laying;
}

Task<> EpochStore::Delivered(Ctx, ports::EpochToken token) {
  io::RunOn hop(env_.loop(0), DeliveredOnLoop(std::move(token)));
  co_return co_await hop;
}

// The journal learns of it in its own time: a crash before that delivers again, and the target says that it is there.
Task<> EpochStore::DeliveredOnLoop(ports::EpochToken token) {
  auto found = pipelines_.find(PipelineId(token.pipeline));
  if (found == pipelines_.end()) co_return Fault::NotFound("pipeline '", token.pipeline, "' has not begun");
  Pipeline& pipeline = *found->second;
  if (token.lineage != pipeline.state.lineage) co_return Fault::Fenced("pipeline '", token.pipeline, "': epoch ", token.epoch, " is of another lineage");
  if (token.epoch > pipeline.state.epoch) co_return Fault::OutOfOrder("pipeline '", token.pipeline, "': epoch ", token.epoch, " has not taken effect");
  if (pipeline.state.undelivered.count(token.epoch) == 0) co_return Status::Ok();
  DoneRecord done{token.lineage, token.epoch};
  TakeDone(pipeline, done);
  undelivered_gauge_.Set(outbox_bytes_);
  if (background_ != nullptr) background_->Spawn(io::Lane::kNormal, JournalDelivery(pipeline.id, done));  // else the last snapshot file tells it
  co_return Status::Ok();
}

Task<> EpochStore::JournalDelivery(Uuid id, DoneRecord done) {
  ports::Unit unit;
  unit.Stage({.type = data::RecordType::kOutboxDone, .stream = data::StreamId::OfPipeline(id), .head = EncodeDone(done)});
  Ctx ctx;
  auto submit = commit_->Submit(ctx, std::move(unit));
  auto submitted = co_await submit;
  if (!submitted.ok()) log_.Warn("a delivery was not journaled; after a crash its target is asked again", {{"pipeline", id}, {"epoch", done.epoch}, {"why", submitted.ToString()}});
  co_return Status::Ok();
}

void EpochStore::TakeAttempt(Pipeline& pipeline, const AttemptRecord& record) {
  pipeline.state.name = record.pipeline;
  pipeline.state.number = record.number;
  pipeline.state.lineage = record.lineage;
  pipeline.state.attempt = record.attempt;
}

void EpochStore::TakeCommit(Pipeline& pipeline, CommitRecord record) {
  PipelineState& state = pipeline.state;
  if (state.state.in_file() && !state.state.SameFile(record.state)) condemned_.push_back(files_.PathOf(pipeline.id, state.state));
  state.number = record.number;
  state.epoch = record.token.epoch;
  TakeState(state.state, std::move(record.state), record.adds);
  outbox_bytes_ += BytesOf(record.outbox);
  if (!record.outbox.empty()) state.undelivered[state.epoch] = std::move(record.outbox);
}

void EpochStore::TakeDone(Pipeline& pipeline, const DoneRecord& record) {
  auto found = pipeline.state.undelivered.find(record.epoch);
  if (record.lineage != pipeline.state.lineage || found == pipeline.state.undelivered.end()) return;
  outbox_bytes_ -= BytesOf(found->second);
  pipeline.state.undelivered.erase(found);
}

Task<> EpochStore::Flush(Ctx, data::Position up_to) {
  io::RunOn hop(env_.loop(0), FlushOnLoop(up_to));
  co_return co_await hop;
}

// The file may say more than its position promises: replay passes over records by their numbers.
Task<> EpochStore::FlushOnLoop(data::Position up_to) {
  up_to = open_units_.WholeBelow(up_to);
  SnapshotFile file{.position = up_to, .pipelines = {}};
  for (const auto& [id, pipeline] : pipelines_) {
    if (pipeline->state.number > 0 || !pipeline->state.damage.empty()) file.pipelines[id] = pipeline->state;
  }
  std::vector<std::pair<Uuid, uint64_t>> forgotten = ForgottenBelow(up_to);
  for (const auto& [id, number] : forgotten) file.pipelines.erase(id);
  std::vector<std::string> gone = std::move(condemned_);
  condemned_.clear();
  auto write = [&]() -> Status {
    env_.kill_points().Reach("epochs.before_checkpoint");
    Status written = io::WriteTwice(env_.files(), options_.directory + "/SNAPSHOT", EncodeSnapshotFile(file));
    env_.kill_points().Reach("epochs.after_checkpoint");
    return written;
  };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, write);
  Status written = co_await offload;
  if (!written.ok()) {
    files_.FolderFailed();
    condemned_.insert(condemned_.end(), gone.begin(), gone.end());
    co_return written;
  }
  durable_position_.store(up_to.get(), std::memory_order_release);
  auto remove = [&] { return files_.Remove(gone); };
  io::Offload removing(env_.workers(), io::Pool::kGeneral, remove);
  Status removed = co_await removing;
  if (!removed.ok()) log_.Warn("state files that are no longer needed stay behind", {{"why", removed.ToString()}});
  if (removed.ok()) DropForgotten(forgotten);
  co_return Status::Ok();
}

}  // namespace freshet::epochs
