#include "engines/journal/journal.h"

#include "base/crc32c.h"
#include "base/planted.h"
#include "data/checksum.h"

namespace freshet::journal {
namespace {

constexpr Duration kDiskCheckInterval = Milliseconds(200);
constexpr Duration kSlowSync = Seconds(2);
constexpr Duration kSlowIsRemembered = Seconds(5);
constexpr std::string_view kPadding("\0\0\0\0\0\0\0", 7);

int64_t UnitBytes(const ports::Unit& unit) {
  int64_t total = 0;
  for (const data::Frame& frame : unit.frames()) total += FrameBytes(frame.bytes());
  return total;
}

// New data is refused before control records are, so that an operator can still delete and trim on a full disk.
bool IsNewData(const ports::Unit& unit) {
  for (const data::Frame& frame : unit.frames()) {
    if (frame.type == data::RecordType::kLogAppend || frame.type == data::RecordType::kLogRef || frame.type == data::RecordType::kStaged) return true;
  }
  return false;
}

uint32_t PayloadCrc(const data::Frame& frame, std::string_view body) {
  uint32_t head_crc = Crc32c(frame.head);
  return frame.body_crc.has_value() ? data::Crc32cExtendKnown(head_crc, body, *frame.body_crc) : Crc32cExtend(head_crc, body);
}

constexpr char kFailed[] = "the journal failed to write; nothing can be made durable until a restart";

// Resumes the coroutine that submitted a unit.
class SubmitWait final : public ports::Committed {
 public:
  SubmitWait(FileJournal& journal, ports::Unit unit) : journal_(journal), unit_(std::move(unit)) {}

  bool await_ready() const { return false; }
  template <typename P>
  bool await_suspend(std::coroutine_handle<P> waiter) {
    waiter_ = &waiter.promise();
    Status queued = journal_.Enqueue(std::move(unit_), *this);
    if (queued.ok()) return true;
    outcome = queued;
    return false;
  }
  Result<data::Position> await_resume() { return outcome; }
  void Run() override { waiter_->Run(); }

 private:
  FileJournal& journal_;
  ports::Unit unit_;
  io::internal::PromiseBase* waiter_ = nullptr;
};

}  // namespace

FileJournal::FileJournal(Env& env, JournalOptions options, std::vector<ports::Projection*> projections)
    : env_(env), options_(std::move(options)), projections_(std::move(projections)), log_(env.log().ForRoom("engines/journal")),
      files_(env, {options_.directory, options_.house, options_.file_bytes, options_.unprepared_bytes}),
      groups_(env.metrics().AddCounter("freshet_journal_groups_total", "group commits: one write and one fdatasync each")),
      bytes_written_(env.metrics().AddCounter("freshet_journal_bytes_total", "bytes written to the journal")),
      sync_seconds_(env.metrics().AddHistogram("freshet_journal_sync_seconds", "fdatasync of the journal")),
      backlog_gauge_(env.metrics().AddGauge("freshet_journal_backlog_bytes", "journal bytes that a recovery would replay")),
      replayed_gauge_(env.metrics().AddGauge("freshet_journal_replayed_bytes", "journal bytes that this start replayed")) {
  for (int i = 0; i < env.loops(); ++i) rings_.push_back(std::make_unique<Ring>());
}

FileJournal::~FileJournal() { CHECK(!HasQueued()); }

Result<std::unique_ptr<FileJournal>> FileJournal::Open(Env& env, JournalOptions options, std::vector<ports::Projection*> projections) {
  std::unique_ptr<FileJournal> journal(new FileJournal(env, std::move(options), std::move(projections)));
  RETURN_NOT_OK(journal->Recover());
  return journal;
}

Status FileJournal::OpenFileAt(data::Position first, int64_t bytes) {
  ASSIGN_OR_RETURN(current_, files_.Create(first, bytes));
  return {};
}

int FileJournal::LoopIndex() const {
  for (int i = 0; i < env_.loops(); ++i) {
    if (env_.loop(i).OnLoop()) return i;
  }
  CHECK(false && "units are enqueued on a loop");
  return 0;
}

Status FileJournal::Admit(const ports::Unit& unit, int64_t bytes, const Ring& ring) const {
  CHECK(!unit.frames().empty());
  if (failed()) return Fault::Unavailable(kFailed);
  if (unit.bytes() > ports::Unit::kBytesMax) {
    return Fault::TooLarge("a unit of ", unit.bytes(), " bytes; at most ", ports::Unit::kBytesMax, " are committed together");
  }
  bool is_new_data = IsNewData(unit);
  if (is_new_data && below_reserve_.load(std::memory_order_relaxed)) {
    return Fault::DiskFull("less than ", options_.disk_reserve_bytes, " bytes are free on the data disk; delete or trim topics, or make room");
  }
  if (is_new_data && backlog_bytes() + bytes > options_.backlog_bytes_max) {
    auto fault = checkpoint_fault_.load(std::memory_order_acquire);
    return Fault::Exhausted("the journal's backlog is at its bound of ", options_.backlog_bytes_max, " bytes",
                            fault == nullptr ? "; try again when it was flushed" : ", and no checkpoint could be made: " + fault->message());
  }
  if (is_new_data && ring.bytes.load(std::memory_order_relaxed) + bytes > options_.ring_bytes_max) {
    return Fault::Exhausted("the journal's queue is full (", options_.ring_bytes_max, " bytes); try again");
  }
  return {};
}

Status FileJournal::Enqueue(ports::Unit unit, ports::Committed& done) {
  int index = LoopIndex();
  Ring& ring = *rings_[static_cast<size_t>(index)];
  int64_t bytes = UnitBytes(unit);
  RETURN_NOT_OK(Admit(unit, bytes, ring));
  auto* entry = new Entry{std::move(unit), &done, &env_.loop(index), bytes};
  ring.bytes.fetch_add(bytes, std::memory_order_relaxed);
  entry->next = ring.newest.load(std::memory_order_relaxed);
  while (!ring.newest.compare_exchange_weak(entry->next, entry)) {}
  Schedule();
  return {};
}

Task<data::Position> FileJournal::Submit(Ctx ctx, ports::Unit unit) {
  Status wanted = ctx.Check(env_.clock().Now());  // from here on the fate is waited for, however long it takes
  if (!wanted.ok()) co_return wanted;
  SubmitWait wait(*this, std::move(unit));
  co_return co_await wait;
}

void FileJournal::Schedule() {
  if (!commit_scheduled_.exchange(true)) env_.workers().Submit(io::Pool::kCommit, commit_job_);
}

bool FileJournal::HasQueued() const {
  for (const auto& ring : rings_) {
    if (ring->bytes.load() > 0) return true;
  }
  return false;
}

FileJournal::Entry* FileJournal::PeekRing(Ring& ring) {
  if (ring.taken != nullptr) return ring.taken;
  Entry* newest = ring.newest.exchange(nullptr);
  while (newest != nullptr) {  // turn the stack around: oldest first
    Entry* older = newest->next;
    newest->next = ring.taken;
    ring.taken = newest;
    newest = older;
  }
  return ring.taken;
}

std::vector<FileJournal::Entry*> FileJournal::TakeGroup() {
  std::vector<Entry*> group;
  int64_t bytes = 0;
  for (bool took = true; took;) {
    took = false;
    for (auto& ring : rings_) {
      Entry* entry = PeekRing(*ring);
      if (entry == nullptr || (!group.empty() && bytes + entry->bytes > options_.group_bytes_max)) continue;
      ring->taken = entry->next;
      bytes += entry->bytes;
      group.push_back(entry);
      took = true;
    }
  }
  return group;
}

void FileJournal::CommitGroup() {
  std::vector<Entry*> group = held_.empty() ? TakeGroup() : std::exchange(held_, {});
  if (!group.empty()) {
    std::vector<data::Position> ends;
    Status written = failed() ? Status(Fault::Unavailable(kFailed)) : WriteGroup(group, ends);
    // No room for the next file: the group keeps its place and waits, so that nothing behind it can overtake it. The
    // checkpoint task and every new unit try again.
    if (written.code() == Code::kDiskFull && !closing_.load()) {
      held_ = std::move(group);
      below_reserve_.store(true);
      commit_scheduled_.store(false);
      return;
    }
    if (!written.ok() && !failed()) {
      failed_.store(true, std::memory_order_release);
      log_.Error("the journal failed; durable writes stop until a restart", {{"why", written.ToString()}});
    }
    Tell(group, written, ends);
    CheckDisk();
  }
  // Either this run sees a unit that was queued meanwhile, or its Enqueue sees the flag down.
  commit_scheduled_.store(false);
  if (HasQueued()) Schedule();
}

// The bytes of a group as pieces: views of `headers`, of the units and of the padding.
std::vector<std::string_view> FileJournal::Encode(const std::vector<Entry*>& group, std::string& headers, std::vector<data::Position>& ends) const {
  size_t frames = 0;
  for (const Entry* entry : group) frames += entry->unit.frames().size();
  headers.reserve(frames * kFrameHeaderBytes);  // never moves: the pieces point into it
  std::vector<std::string_view> pieces;
  pieces.reserve(frames * 4);
  data::Position at = next_;
  int64_t wall_ms = env_.clock().WallNow().ms;
  for (const Entry* entry : group) {
    for (const data::Frame& frame : entry->unit.frames()) {
      std::string_view body = *frame.body;
      int64_t frame_bytes = FrameBytes(frame.bytes());
      FrameHeader header{.type = frame.type, .type_version = frame.type_version, .ends_unit = &frame == &entry->unit.frames().back(),
                         .payload_bytes = static_cast<uint32_t>(frame.bytes()), .payload_crc = PayloadCrc(frame, body),
                         .stream = frame.stream, .next_offset = frame.next_offset, .position = at, .durable_before = Planted("durable_before_too_far") ? at : next_, .wall_time_ms = wall_ms};
      size_t begin = headers.size();
      EncodeFrameHeader(header, current_.header.salt, headers);
      pieces.push_back(std::string_view(headers).substr(begin));
      pieces.push_back(frame.head);
      pieces.push_back(body);
      pieces.push_back(kPadding.substr(0, static_cast<size_t>(frame_bytes - static_cast<int64_t>(kFrameHeaderBytes) - frame.bytes())));
      at += static_cast<uint64_t>(frame_bytes);
    }
    ends.push_back(at);
  }
  return pieces;
}

Status FileJournal::WriteGroup(const std::vector<Entry*>& group, std::vector<data::Position>& ends) {
  int64_t bytes = 0;
  for (const Entry* entry : group) bytes += entry->bytes;
  auto used = static_cast<int64_t>(next_ - current_.header.first);
  if (used + bytes > current_.capacity) {
    RETURN_NOT_OK(OpenFileAt(next_, bytes));
    used = 0;
  }
  std::string headers;
  std::vector<std::string_view> pieces = Encode(group, headers, ends);
  env_.kill_points().Reach("journal.before_write");
  Status written = current_.file->WriteAt(static_cast<int64_t>(kFileHeaderBytes) + used, pieces);
  // The file holds its blocks already, so this is no disk that is full but one that cannot be trusted.
  if (!written.ok()) return Fault::IoError("journal file ", current_.path, ": ", written.fault().message());
  env_.kill_points().Reach("journal.before_sync");
  RETURN_NOT_OK(SyncGroup());
  env_.kill_points().Reach("journal.after_sync");
  groups_.Add();
  bytes_written_.Add(bytes);
  next_ = ends.back();
  durable_.store(next_.get(), std::memory_order_release);
  backlog_gauge_.Set(backlog_bytes());
  MaybePrepare();
  return {};
}

Status FileJournal::SyncGroup() {
  MonoTime begin = env_.clock().Now();
  sync_began_ns_.store(std::max<int64_t>(begin.ns, 1));
  Status synced;
  if (!Planted("ack_before_fsync")) {
    synced = current_.file->SyncData();
    if (!synced.ok() && Planted("sync_again_after_failure")) synced = current_.file->SyncData();
    if (Planted("ignore_eio")) synced = {};
  }
  MonoTime end = env_.clock().Now();
  if (end - begin >= kSlowSync) slow_sync_ended_ns_.store(end.ns);
  sync_began_ns_.store(0);
  sync_seconds_.Record(end - begin);
  return synced.ok() ? Status() : Fault::IoError("journal file ", current_.path, ": ", synced.fault().message());
}

bool FileJournal::syncs_slowly() const {
  MonoTime now = env_.clock().Now();
  int64_t began = sync_began_ns_.load(), ended = slow_sync_ended_ns_.load();
  bool is_slow = began > 0 && now.ns - began >= kSlowSync.ns;
  return is_slow || (ended > 0 && now.ns - ended < kSlowIsRemembered.ns);
}

void FileJournal::MaybePrepare() {
  bool wants_file = !files_.has_prepared() && static_cast<int64_t>(next_ - current_.header.first) * 4 > current_.capacity;
  if (wants_file && !closing_.load() && !prepare_scheduled_.exchange(true)) env_.workers().Submit(io::Pool::kGeneral, prepare_job_);
}

void FileJournal::Tell(const std::vector<Entry*>& group, const Status& written, const std::vector<data::Position>& ends) {
  env_.kill_points().Reach("journal.before_ack");
  std::vector<int64_t> given_back(rings_.size(), 0);
  for (size_t i = 0; i < group.size(); ++i) {
    std::unique_ptr<Entry> entry(group[i]);
    given_back[static_cast<size_t>(entry->loop->index())] += entry->bytes;
    if (entry->done == nullptr) continue;
    if (written.ok()) entry->done->outcome = ends[i];
    else entry->done->outcome = written;
    entry->loop->Post(io::Lane::kUrgent, *entry->done);
  }
  for (size_t i = 0; i < rings_.size(); ++i) rings_[i]->bytes.fetch_sub(given_back[i]);
}

void FileJournal::CheckDisk() {
  MonoTime now = env_.clock().Now();
  if (now - disk_checked_ < kDiskCheckInterval) return;
  disk_checked_ = now;
  auto free_bytes = env_.files().FreeBytes(options_.directory);
  if (!free_bytes.ok()) return;
  bool below = *free_bytes < options_.disk_reserve_bytes;
  if (below != below_reserve_.exchange(below)) {
    log_.Warn(below ? "the data disk is nearly full; new data is refused" : "the data disk has room again", {{"free_bytes", *free_bytes}});
  }
}

void FileJournal::PrepareJob::Run() {
  Status prepared = journal.files_.Prepare();
  if (!prepared.ok()) journal.log_.Warn("no journal file could be prepared ahead", {{"why", prepared.ToString()}});
  journal.prepare_scheduled_.store(false);
}

}  // namespace freshet::journal
