#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engines/stream/job/job.h"
#include "engines/stream/job/key_table.h"
#include "engines/stream/job/rebuild_plan.h"

namespace freshet::stream {

// Builds anew what a changed file has no state of, while the version before it serves: a job of its own runs the statements concerned from the beginning
// of their tables up to where the other version's last epoch stands. Nothing of it is written. What tables with a key should hold then is kept, and compared with what
// they do hold. On the pipeline's loop; after a Fault it is thrown away.
class Rebuild {
 public:
  static constexpr int64_t kTableBytesMax = 256 << 20;  // of rows by key of one output

  // `plans` are those of the whole file. The options are a job's that would run it.
  static Result<std::unique_ptr<Rebuild>> Open(Env& env, const std::vector<NodePtr>& plans, const Snapshot& last, const ports::Connectors& connectors, const expr::Session& session, Job::Options options, bool accept_loss);

  bool empty() const { return plan_.empty(); }

  // Once it is known that it can be done (job/rebuild_check.h): opens what is read.
  Task<> Begin(Ctx ctx, const Snapshot& last, bool accept_loss);
  // Up to where that epoch stands; tells how many rows that were.
  Task<int64_t> CatchUp(Ctx ctx, const Snapshot& last);

  struct Beginning {
    std::string snapshot;
    std::vector<ports::LogAppend> staged;  // what tables with a key still lack
  };
  // With what the new version begins behind that epoch, the last one of the other version.
  Task<Beginning> Finish(Ctx ctx, const Snapshot& last);

 private:
  // A table with a key.
  struct Output {
    NodePtr sink;
    KeyTable wanted;
    KeyTable held;
    bool written_before;                              // by the old version: keys that the new one has not are taken back
    bool has_such_rows;                               // with the columns of now: others are written again, whatever is in them
    std::unique_ptr<ports::Source> reader = nullptr;  // of what it holds; absent: its topic is not there yet
  };

  Rebuild(Env& env, const ports::Connectors& connectors, const expr::Session& session, Job::Options options)
      : env_(env), connectors_(connectors), session_(session), options_(std::move(options)) {}
  RowsOut Divert(const Node& sink);
  Task<> OpenReader(Ctx ctx, Output& output);
  Task<> ReadHeld(Ctx ctx, Output& output);
  Task<> StageChanges(Ctx ctx, Output& output, std::vector<ports::LogAppend>& staged);
  Snapshot Merged(const Snapshot& last, Snapshot built) const;

  Env& env_;
  const ports::Connectors& connectors_;
  const expr::Session& session_;
  Job::Options options_;
  RebuildPlan plan_;
  std::vector<NodePtr> all_;  // of the whole file
  Results nowhere_{ResultMode::kFinal};
  std::vector<std::unique_ptr<Output>> outputs_;
  std::unique_ptr<Job> job_;  // writes into outputs
};

}  // namespace freshet::stream
