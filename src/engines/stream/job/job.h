#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engines/stream/job/pipeline.h"
#include "ports/connector.h"

namespace freshet::stream {

// A job drives one pipeline: polls its sources in turn, pushes what they bring, flushes sinks when they hold much,
// commits them at the end. On one loop.
class Job {
 public:
  struct Options {
    Pipeline::Options pipeline;
    int64_t sink_buffer_bytes = 1 << 20;
    std::function<bool()> rest_at;  // see Script::RestAt
    Uuid lineage;                   // of a run to the end: its only epoch's
  };
  static Result<std::unique_ptr<Job>> Create(const std::vector<NodePtr>& plans, const ports::Connectors& connectors, const expr::Session& session,
                                             Results* results, Options options);

  // Until every source has ended.
  Task<> RunToEnd(Ctx ctx);

  const Pipeline& pipeline() const { return *pipeline_; }
  int64_t events() const { return events_; }
  // "orders: partition 1 at 2026-11-23 10:00:00.000 holds it back": what EXPLAIN WATERMARK prints.
  std::string WatermarkText() const;

 private:
  struct Input {
    std::unique_ptr<ports::Source> source;
    bool ended = false;
  };
  struct Output {
    std::unique_ptr<ports::Sink> sink;
  };

  Job(std::vector<NodePtr> plans, const ports::Connectors& connectors, const expr::Session& session, Results* results, Options options)
      : plans_(std::move(plans)), connectors_(connectors), session_(session), results_(results), options_(std::move(options)) {}
  Task<> Open(Ctx ctx);
  Task<> OpenSources(Ctx ctx);
  Snapshot Save() const;
  // Throws the pipeline and the sources away and goes on from the snapshot's bytes.
  Task<> Restore(Ctx ctx, std::string bytes);
  void BindSinks();
  Task<> PollOnce(Ctx ctx, size_t input);
  Task<> FlushFull(Ctx ctx, int64_t limit);
  Task<> CommitAll(Ctx ctx);
  Result<ports::Connector*> ConnectorOf(const Table& table) const;

  std::vector<NodePtr> plans_;
  const ports::Connectors& connectors_;
  const expr::Session& session_;
  Results* results_;
  Options options_;
  std::unique_ptr<Pipeline> pipeline_;
  std::vector<Input> inputs_;
  std::vector<Output> outputs_;
  int64_t events_ = 0;
};

}  // namespace freshet::stream
