#include "engines/journal/journal.h"
#include "engines/journal/scan.h"

// Recovery and checkpoints: the two halves of "the journal is as short as its projections allow".

namespace freshet::journal {
namespace {

constexpr Duration kTick = Seconds(1);

// Applies whole units, in order, to every projection that lacks them.
class Replay {
 public:
  Replay(const std::vector<ports::Projection*>& projections, Recovery& recovery) : projections_(projections), recovery_(recovery) {}

  Status Take(const Found& found) {
    if (found.kind == Found::Kind::kDamagedGap) return Damage(nullptr, found.begin);
    if (found.kind == Found::Kind::kDamagedPayload) {
      RETURN_NOT_OK(Damage(&found.header.stream, found.begin));
    } else {
      unit_.push_back({found.header.type, found.header.type_version, found.header.stream, found.begin, found.header.wall_time_ms, found.payload});
    }
    return found.header.ends_unit ? ApplyUnit() : Status();
  }

  void DropUnfinished() {
    if (!unit_.empty()) ++recovery_.unfinished_units;
    unit_.clear();
  }
  bool has_unfinished() const { return !unit_.empty(); }

 private:
  Status ApplyUnit() {
    for (const data::FrameView& frame : unit_) {
      ++recovery_.frames;
      for (ports::Projection* projection : projections_) {
        if (frame.position >= projection->DurablePosition()) RETURN_NOT_OK(projection->Apply(frame));
      }
    }
    unit_.clear();
    return {};
  }

  // A lost stretch of unknown owners: what it took from a partition shows as a gap in that partition's offsets.
  Status Damage(const data::StreamId* stream, data::Position position) {
    ++recovery_.damaged;
    if (stream == nullptr) {
      unit_.clear();
      return {};
    }
    for (ports::Projection* projection : projections_) {
      if (position >= projection->DurablePosition()) RETURN_NOT_OK(projection->ApplyDamage(*stream, position));
    }
    return {};
  }

  const std::vector<ports::Projection*>& projections_;
  Recovery& recovery_;
  std::vector<data::FrameView> unit_;  // views into the file being read; units do not span files
};

}  // namespace

data::Position FileJournal::LowestDurable() const {
  data::Position lowest(UINT64_MAX);
  for (const ports::Projection* projection : projections_) lowest = std::min(lowest, projection->DurablePosition());
  return projections_.empty() ? data::Position(0) : lowest;
}

Status FileJournal::Recover() {
  ASSIGN_OR_RETURN(std::vector<FileName> names, files_.Open());
  recovery_.from = LowestDurable();
  data::Position at = recovery_.from;
  Replay replay(projections_, recovery_);
  bool anything_read = false;
  for (size_t i = 0; i < names.size(); ++i) {
    bool is_last = i + 1 == names.size();
    if (!is_last && names[i + 1].first <= recovery_.from) continue;
    ASSIGN_OR_RETURN(std::string bytes, io::ReadWhole(env_.files(), names[i].path, INT32_MAX));
    auto decoded = DecodeFileHeader(bytes);
    if (decoded.code() == Code::kUnsupported) return decoded.status();
    // A file that was being taken into use when the power went: its name and its header disagree, and no frame of it was
    // ever acknowledged.
    bool is_begun = decoded.ok() && decoded->first == names[i].first && decoded->house == options_.house;
    if (!is_begun && is_last && names[i].first >= at) {
      recovery_.torn_bytes += static_cast<int64_t>(bytes.size());
      break;
    }
    if (!is_begun) {
      return Fault::Corrupt(names[i].path, ": ", decoded.ok() ? "it belongs elsewhere" : decoded.fault().message(),
                            "; frames from position ", names[i].first, " on cannot be checked, so nothing is started on top of them");
    }
    if (anything_read && names[i].first > at) ++recovery_.damaged;
    data::Position mark = is_last ? recovery_.from : names[i + 1].first;
    Scan scan = ScanFile(bytes, *decoded, mark);
    for (const Found& found : scan.found) RETURN_NOT_OK(replay.Take(found));
    replay.DropUnfinished();
    recovery_.torn_bytes += scan.torn_bytes;
    at = std::max(at, scan.end);
    anything_read = true;
  }
  recovery_.end = at;
  next_ = at;
  durable_.store(at.get());
  trim_.store(recovery_.from.get());
  // A file that begins exactly at `at` holds no frame: it is taken away, so that its name is free.
  for (const FileName& name : names) {
    if (name.first >= at) RETURN_NOT_OK(env_.files().Remove(name.path));
  }
  RETURN_NOT_OK(OpenFileAt(at, ports::Unit::kBytesMax));
  if (recovery_.frames + recovery_.torn_bytes + recovery_.damaged > 0) {
    log_.Info("journal recovered", {{"from", recovery_.from}, {"end", recovery_.end}, {"frames", recovery_.frames}, {"torn_bytes", recovery_.torn_bytes},
                                    {"unfinished_units", recovery_.unfinished_units}, {"damaged", recovery_.damaged}});
  }
  return {};
}

void FileJournal::Start() {
  CHECK(env_.loop(0).OnLoop());
  background_ = std::make_unique<io::TaskGroup>(env_.loop(0), "journal checkpoints");
  background_->Spawn(io::Lane::kIdle, CheckpointLoop());
}

Task<> FileJournal::CheckpointLoop() {
  MonoTime last = env_.clock().Now();
  uint64_t last_position = durable_.load();
  for (;;) {
    io::Signal::Waiter tick(background_->cancelled(), env_.clock().Now() + kTick);
    bool cancelled = co_await tick;
    if (cancelled || background_->cancel()->raised()) break;
    auto check_disk = [this] { CheckDisk(); return Status(); };
    io::Offload disk(env_.workers(), io::Pool::kCommit, check_disk);
    co_await disk;
    auto journaled = static_cast<int64_t>(durable_.load() - last_position);
    bool due = journaled > 0 && env_.clock().Now() - last >= options_.checkpoint_interval;
    if (!due && journaled < options_.checkpoint_bytes && backlog_bytes() < options_.backlog_flush_bytes) continue;
    last_position = durable_.load();
    Ctx ctx;
    auto checkpoint = Checkpoint(ctx);
    Status done = co_await checkpoint;
    if (!done.ok()) log_.Warn("checkpoint failed; the journal keeps its backlog", {{"why", done.ToString()}});
    last = env_.clock().Now();
  }
  co_return Status::Ok();
}

Task<> FileJournal::Checkpoint(Ctx ctx) {
  data::Position up_to = durable();
  for (ports::Projection* projection : projections_) {
    CO_RETURN_NOT_OK(projection->Flush(ctx, up_to));
  }
  data::Position trim = LowestDurable();
  auto recycle = [this, trim] { return RecycleBelow(trim); };
  io::Offload offload(env_.workers(), io::Pool::kGeneral, recycle);
  auto recycled = co_await offload;
  if (!recycled.ok()) co_return recycled;
  trim_.store(trim.get());
  backlog_gauge_.Set(backlog_bytes());
  co_return Status::Ok();
}

// A file is below the trim position when the next one begins at or below it. The newest is in use and stays.
Status FileJournal::RecycleBelow(data::Position trim) {
  ASSIGN_OR_RETURN(std::vector<FileName> names, files_.List());
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    if (names[i + 1].first > trim) break;
    RETURN_NOT_OK(files_.Recycle(names[i].path));
  }
  return {};
}

Task<> FileJournal::Close() {
  if (background_ != nullptr) {
    auto close = background_->Close();
    co_await close;
    background_.reset();
  }
  while (HasQueued() || prepare_scheduled_.load()) {
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
