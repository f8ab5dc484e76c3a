#include "base/planted.h"
#include "engines/journal/journal.h"
#include "engines/journal/scan.h"

// Recovery and checkpoints: the two halves of "the journal is as short as its projections allow".

namespace freshet::journal {
namespace {

constexpr Duration kTick = Seconds(1);
constexpr Duration kRetry = Seconds(3);  // between two checkpoints, unless one's worth of journal has come meanwhile

// The size of the file, and of its bytes those that may be frames: where the next file begins nothing of this one counts any more. `bytes` may
// have room that the file before has left.
Result<int64_t> ReadFile(io::Files& files, const FileName& name, const FileName* following, std::string& bytes) {
  ASSIGN_OR_RETURN(auto file, files.Open(name.path, io::OpenMode::kRead));
  ASSIGN_OR_RETURN(int64_t size, file->Size());
  if (size > INT32_MAX) return Fault::TooLarge(name.path, " has ", size, " bytes; no journal file has");
  int64_t wanted = size;
  if (following != nullptr) wanted = std::min(size, static_cast<int64_t>(kFileHeaderBytes + (following->first - name.first)));
  bytes.resize(static_cast<size_t>(wanted));
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(0, bytes));
  bytes.resize(read);
  return read < static_cast<size_t>(wanted) ? static_cast<int64_t>(read) : size;
}

}  // namespace

// Applies whole units, in order, to every projection that lacks them.
class Replay {
 public:
  Replay(const std::vector<ports::Projection*>& projections, Recovery& recovery) : projections_(projections), recovery_(recovery) {}

  Status Take(const Found& found) {
    if (found.end <= recovery_.from) return {};
    switch (found.kind) {
      case Found::Kind::kFrame:
        unit_.push_back({std::nullopt, {found.header.type, found.header.type_version, found.header.stream, found.begin, found.header.wall_time_ms, found.payload}});
        break;
      case Found::Kind::kDamagedPayload:
        unit_.push_back({data::Damage{found.header.stream, found.header.next_offset, found.begin, found.end}, {}});
        break;
      case Found::Kind::kDamagedGap:
        RETURN_NOT_OK(ApplyUnit());  // it was whole and told; only its last frames are among the lost ones
        return Lost({std::nullopt, data::Offset(-1), found.begin, found.end});
    }
    return found.header.ends_unit ? ApplyUnit() : Status();
  }

  Status Lost(const data::Damage& damage) {
    ++recovery_.damaged;
    for (ports::Projection* projection : projections_) {
      if (damage.end > projection->DurablePosition()) RETURN_NOT_OK(projection->ApplyDamage(damage));
    }
    return {};
  }

  Status DropUnfinished() {
    if (!unit_.empty()) ++recovery_.unfinished_units;
    return Planted("unfinished_unit_applied") ? ApplyUnit() : DropUnit();
  }

 private:
  // A frame, or what is left of it.
  struct Piece {
    std::optional<data::Damage> damage;
    data::FrameView frame;
  };

  Status DropUnit() {
    for (const Piece& piece : unit_) {
      if (piece.damage.has_value()) RETURN_NOT_OK(Lost(*piece.damage));
    }
    unit_.clear();
    return {};
  }

  Status ApplyUnit() {
    for (const auto& [damage, frame] : unit_) {
      if (damage.has_value()) {  // in order: what stands in front of it is not lost with it
        RETURN_NOT_OK(Lost(*damage));
        continue;
      }
      ++recovery_.frames;
      for (ports::Projection* projection : projections_) {
        if (frame.position >= projection->DurablePosition()) RETURN_NOT_OK(projection->Apply(frame));
      }
    }
    unit_.clear();
    return {};
  }

  const std::vector<ports::Projection*>& projections_;
  Recovery& recovery_;
  std::vector<Piece> unit_;  // views into the file being read; units do not span files
};

data::Position FileJournal::LowestDurable() const {
  data::Position lowest(UINT64_MAX);
  for (const ports::Projection* projection : projections_) lowest = std::min(lowest, projection->DurablePosition());
  return projections_.empty() ? data::Position(0) : lowest;
}

// Reads one file and replays it; `at` moves to its end. False: it was being taken into use when the power went, and no
// frame of it was ever written. `bytes` is room for a file, the same for all of them.
Result<bool> FileJournal::RecoverFile(const FileName& name, const FileName* following, Replay& replay, std::string& bytes, data::Position& at) {
  ASSIGN_OR_RETURN(int64_t size, ReadFile(env_.files(), name, following, bytes));
  ASSIGN_OR_RETURN(std::optional<FileHeader> header, CheckFile(name, bytes, size, options_.house, following == nullptr));
  if (!header.has_value()) return false;
  RETURN_NOT_OK(CheckFollows(name, at));
  Scan scan = ScanFile(bytes, *header, following != nullptr ? following->first : recovery_.from);
  recovery_.reached = std::max(recovery_.reached, ReachOf(*header, scan));
  for (const Found& found : scan.found) RETURN_NOT_OK(replay.Take(found));
  RETURN_NOT_OK(replay.DropUnfinished());
  if (following == nullptr) {
    recovery_.torn_bytes += scan.torn_bytes;
    RETURN_NOT_OK(MakeDurable(name, bytes, *header, scan.synced, scan.end));
  }
  at = std::max(at, scan.end);
  return true;
}

// The frames of the last group may stand in memory only: the process was killed before their sync, or the sync failed and
// left pages that look clean. They are visible from now on, so they are written again and synced.
Status FileJournal::MakeDurable(const FileName& name, std::string_view bytes, const FileHeader& header, data::Position from, data::Position to) {
  from = std::max(from, header.first);
  if (from >= to || Planted("recovered_tail_not_synced")) return {};
  ASSIGN_OR_RETURN(auto file, env_.files().Open(name.path, io::OpenMode::kReadWrite));
  size_t place = kFileHeaderBytes + static_cast<size_t>(from - header.first);
  std::string_view piece = bytes.substr(place, static_cast<size_t>(to - from));
  RETURN_NOT_OK(file->WriteAt(static_cast<int64_t>(place), std::span<const std::string_view>(&piece, 1)));
  return file->SyncData();
}

Status FileJournal::Recover() {
  ASSIGN_OR_RETURN(std::vector<FileName> names, files_.Open());
  recovery_.from = LowestDurable();
  data::Position at = recovery_.from;
  Replay replay(projections_, recovery_);
  std::string bytes;
  for (size_t i = 0; i < names.size(); ++i) {
    const FileName* following = i + 1 < names.size() ? &names[i + 1] : nullptr;
    if (following != nullptr && following->first <= recovery_.from) continue;
    ASSIGN_OR_RETURN(bool was_used, RecoverFile(names[i], following, replay, bytes, at));
    if (!was_used) break;
  }
  if (recovery_.reached < recovery_.from) {
    log_.Error("the journal ends before the position up to which its checkpoints hold everything: a file of it is missing, and what was acknowledged behind that position is lost",
               {{"folder", options_.directory}, {"ends", recovery_.reached}, {"checkpoints", recovery_.from}});
  }
  recovery_.end = at;
  replayed_gauge_.Set(static_cast<int64_t>(at - recovery_.from));
  next_ = at;
  durable_.store(at.get());
  trim_.store(recovery_.from.get());
  // A file that begins at `at` or later holds no frame: it is taken away, so that its name is free.
  for (const FileName& name : names) {
    if (name.first >= at) RETURN_NOT_OK(env_.files().Remove(name.path));
  }
  RETURN_NOT_OK(OpenFileAt(at, 0));
  if (recovery_.frames + recovery_.torn_bytes + recovery_.damaged > 0) {
    log_.Info("journal recovered", {{"from", recovery_.from}, {"end", recovery_.end}, {"frames", recovery_.frames}, {"torn_bytes", recovery_.torn_bytes},
                                    {"unfinished_units", recovery_.unfinished_units}, {"damaged", recovery_.damaged}});
  }
  return {};
}

void FileJournal::Start() {
  CHECK(env_.loop(0).OnLoop());
  background_ = std::make_unique<io::TaskGroup>(env_.loop(0), "journal checkpoints");
  background_->Spawn(io::Lane::kIdle, DiskLoop());
  background_->Spawn(io::Lane::kIdle, CheckpointLoop());
}

// Beside the checkpoints, one of which takes as long as the disk does.
Task<> FileJournal::DiskLoop() {
  for (;;) {
    io::Signal::Waiter tick(background_->cancelled(), env_.clock().Now() + kTick);
    bool cancelled = co_await tick;
    if (cancelled || background_->cancel()->raised()) break;
    auto check_disk = [this] { CheckDisk(); return Status(); };
    io::Offload disk(env_.workers(), io::Pool::kCommit, check_disk);
    co_await disk;
    if (HasQueued()) Schedule();  // a group that waits for room
  }
  co_return Status::Ok();
}

Task<> FileJournal::CheckpointLoop() {
  MonoTime last = env_.clock().Now();
  MonoTime not_before = last;
  uint64_t last_position = trim_.load();  // what was replayed counts: who is killed again and again shall not replay more each time
  for (;;) {
    io::Signal::Waiter tick(background_->cancelled(), env_.clock().Now() + kTick);
    bool cancelled = co_await tick;
    if (cancelled || background_->cancel()->raised()) break;
    auto journaled = static_cast<int64_t>(durable_.load() - last_position);
    bool is_time = env_.clock().Now() - last >= options_.checkpoint_interval || below_reserve_.load();
    bool was_held = trim_.load() < last_position;  // by a unit that was not whole then
    bool due = ((journaled > 0 || was_held) && is_time) || journaled >= options_.checkpoint_bytes || backlog_bytes() >= options_.backlog_flush_bytes;
    if (!due || env_.clock().Now() < not_before) continue;
    uint64_t position = durable_.load();
    Ctx ctx;
    auto checkpoint = Checkpoint(ctx);
    Status done = co_await checkpoint;
    bool is_behind = done.ok() && backlog_bytes() >= options_.checkpoint_bytes;
    not_before = env_.clock().Now() + (is_behind ? Duration{0} : kRetry);
    checkpoint_fault_.store(done.ok() ? nullptr : std::make_shared<const Fault>(done.fault()), std::memory_order_release);
    if (!done.ok()) {
      log_.Warn("checkpoint failed; the journal keeps its backlog", {{"why", done.ToString()}});
      continue;
    }
    last = env_.clock().Now();
    last_position = position;
  }
  co_return Status::Ok();
}

Task<> FileJournal::Checkpoint(Ctx ctx) {
  while (checkpointing_) {
    io::Signal::Waiter wait(checkpoint_ended_, MonoTime::Never());
    co_await wait;
  }
  checkpointing_ = true;
  auto now = CheckpointNow(ctx);
  Status done = co_await now;
  checkpointing_ = false;
  checkpoint_ended_.NotifyAll();
  co_return done;
}

Task<> FileJournal::CheckpointNow(Ctx ctx) {
  data::Position up_to = durable();
  if (Planted("trimmed_before_flushed")) (void)RecycleBelow(up_to);
  for (ports::Projection* projection : projections_) {
    CO_RETURN_NOT_OK(projection->Flush(ctx, up_to));
  }
  data::Position trim = LowestDurable();
  auto recycle = [this, trim] { return RecycleBelow(trim); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, recycle);
  Status recycled = co_await offload;
  if (!recycled.ok()) co_return recycled;
  trim_.store(trim.get());
  backlog_gauge_.Set(backlog_bytes());
  co_return Status::Ok();
}

// A file is below the trim position when the next one begins at or below it. The newest is in use and stays.
Status FileJournal::RecycleBelow(data::Position trim) {
  ASSIGN_OR_RETURN(std::vector<FileName> names, files_.List());
  size_t below = 0;
  while (below + 1 < names.size() && names[below + 1].first <= trim) ++below;
  names.resize(below);
  return files_.Recycle(names);
}

Task<> FileJournal::Close() {
  if (background_ != nullptr) {
    auto close = background_->Close();
    co_await close;
    background_.reset();
  }
  closing_.store(true);
  while (HasQueued() || prepare_scheduled_.load()) {
    if (HasQueued()) Schedule();
    io::SleepUntil pause(env_.clock().Now() + Milliseconds(1));
    co_await pause;
  }
  // The commit thread takes jobs in order: when this one has run, the last group's job has returned.
  auto nothing = [] { return Status(); };
  io::Offload last(env_.workers(), io::Pool::kCommit, nothing);
  co_await last;
  co_return Status::Ok();
}

}  // namespace freshet::journal
