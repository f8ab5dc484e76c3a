#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engines/journal/files.h"
#include "io/env.h"
#include "io/task_group.h"
#include "ports/commit.h"

namespace freshet::journal {

struct JournalOptions {
  std::string directory;                       // data/journal
  Uuid house;
  int64_t file_bytes = 64 << 20;
  int64_t unprepared_bytes = 4 << 20;          // of a file needed at once; small, so that a start is short
  int64_t group_bytes_max = 1 << 20;           // one write and one fdatasync
  int64_t ring_bytes_max = 32 << 20;           // waiting units of one loop
  int64_t checkpoint_bytes = 128 << 20;        // journaled since the last checkpoint
  Duration checkpoint_interval = Seconds(60);
  int64_t backlog_flush_bytes = 512 << 20;     // checkpoint at once
  int64_t backlog_bytes_max = 1 << 30;         // refuse new units
  int64_t disk_reserve_bytes = 256 << 20;      // refuse new data below it
};

// What recovery found; logged, and shown by metrics.
struct Recovery {
  data::Position from;                // replay began here
  data::Position end;                 // the journal goes on here
  data::Position reached;             // behind the last frame that is there; below `from`: a file is missing, and what it held behind `from` is lost
  int64_t frames = 0;
  int64_t torn_bytes = 0;             // cut from the end
  int64_t unfinished_units = 0;       // dropped with the torn tail
  int64_t damaged = 0;                // frames or gaps handed to their owners as damage
};

// The FileJournal writes units into files by group commit: one thread takes what all loops have queued, writes it, syncs it
// once, and tells everyone. Owned by House. Enqueue is called on loops; the commit job runs on Pool::kCommit alone.
class FileJournal final : public ports::Commit {
 public:
  // Recovers: replays every frame that a projection lacks, then opens a new file; it never appends behind a torn tail.
  // Blocks; call it before anybody is served. The projections outlive the journal.
  // kCorrupt when the catalog is damaged; kUnsupported for a newer format, with nothing written.
  static Result<std::unique_ptr<FileJournal>> Open(Env& env, JournalOptions options, std::vector<ports::Projection*> projections);
  ~FileJournal() override;

  Status Enqueue(ports::Unit unit, ports::Committed& done) override;
  Task<data::Position> Submit(Ctx ctx, ports::Unit unit) override;
  data::Position durable() const override { return data::Position(durable_.load(std::memory_order_acquire)); }

  // Starts the checkpoint task on loop 0; call there.
  void Start();
  // One checkpoint now: flush every projection up to what is durable, then recycle files below all of them. One at a time;
  // a second caller waits for its turn. On loop 0.
  Task<> Checkpoint(Ctx ctx);
  // Ends the checkpoint task and waits until the rings are empty; units that no disk has room for are refused. On loop 0.
  Task<> Close();

  const Recovery& recovery() const { return recovery_; }
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  // A sync takes two seconds and more, or one did within the last five. From any thread.
  bool syncs_slowly() const;
  bool lacks_room() const { return below_reserve_.load(std::memory_order_acquire); }  // on the disk: new data is refused
  int64_t backlog_bytes() const { return static_cast<int64_t>(durable_.load() - trim_.load()); }

 private:
  // One queued unit. Linked into its loop's ring until the commit job takes it.
  struct Entry {
    ports::Unit unit;
    ports::Committed* done;
    io::Loop* loop;
    int64_t bytes;
    Entry* next = nullptr;
  };
  // Units of one loop, oldest first once taken. Many pushes from one loop, one taker.
  struct Ring {
    std::atomic<Entry*> newest{nullptr};
    std::atomic<int64_t> bytes{0};
    Entry* taken = nullptr;  // of the commit thread
  };
  struct CommitJob final : io::Job {
    explicit CommitJob(FileJournal& owner) : journal(owner) {}
    void Run() override { journal.CommitGroup(); }
    FileJournal& journal;
  };
  struct PrepareJob final : io::Job {
    explicit PrepareJob(FileJournal& owner) : journal(owner) {}
    void Run() override;
    FileJournal& journal;
  };

  FileJournal(Env& env, JournalOptions options, std::vector<ports::Projection*> projections);
  Status Recover();
  Result<bool> RecoverFile(const FileName& name, const FileName* following, class Replay& replay, std::string& bytes, data::Position& at);
  Status MakeDurable(const FileName& name, std::string_view bytes, const FileHeader& header, data::Position from, data::Position to);
  Status OpenFileAt(data::Position first, int64_t bytes);

  int LoopIndex() const;
  Status Admit(const ports::Unit& unit, int64_t bytes, const Ring& ring) const;
  void Schedule();
  bool HasQueued() const;

  // On the commit thread.
  void CommitGroup();
  std::vector<Entry*> TakeGroup();
  Entry* PeekRing(Ring& ring);
  Status SyncGroup();
  Status WriteGroup(const std::vector<Entry*>& group, std::vector<data::Position>& ends);
  std::vector<std::string_view> Encode(const std::vector<Entry*>& group, std::string& headers, std::vector<data::Position>& ends) const;
  void MaybePrepare();
  void Tell(const std::vector<Entry*>& group, const Status& written, const std::vector<data::Position>& ends);
  void CheckDisk();

  Task<> DiskLoop();
  Task<> CheckpointLoop();
  Task<> CheckpointNow(Ctx ctx);
  Status RecycleBelow(data::Position trim);
  data::Position LowestDurable() const;

  Env& env_;
  const JournalOptions options_;
  const std::vector<ports::Projection*> projections_;
  Logger log_;
  Files files_;
  Files::Opened current_;                   // commit thread
  data::Position next_{0};                  // commit thread: where the next frame goes
  std::vector<Entry*> held_;                // commit thread: a group for which the disk had no room
  std::vector<std::unique_ptr<Ring>> rings_;
  CommitJob commit_job_{*this};
  PrepareJob prepare_job_{*this};
  std::atomic<bool> commit_scheduled_{false};
  std::atomic<bool> prepare_scheduled_{false};
  std::atomic<uint64_t> durable_{0};
  std::atomic<uint64_t> trim_{0};
  std::atomic<bool> failed_{false};
  std::atomic<bool> below_reserve_{false};
  std::atomic<bool> closing_{false};
  std::atomic<int64_t> sync_began_ns_{0};        // of the one under way; 0: none is
  std::atomic<int64_t> slow_sync_ended_ns_{0};   // of the last one; 0: none was
  MonoTime disk_checked_;                   // commit thread
  std::atomic<std::shared_ptr<const Fault>> checkpoint_fault_;  // why the last one that was due was not made; null: it was
  bool checkpointing_ = false;              // loop 0
  io::Signal checkpoint_ended_;             // loop 0
  std::unique_ptr<io::TaskGroup> background_;
  Recovery recovery_;
  Counter& groups_;
  Counter& bytes_written_;
  Histogram& sync_seconds_;
  Gauge& backlog_gauge_;
  Gauge& replayed_gauge_;
};

}  // namespace freshet::journal
