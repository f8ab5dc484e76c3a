#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "data/canonical.h"
#include "engines/files/files.h"
#include "io/file.h"
#include "testing/sim_env.h"

// For the tests of this room: tables of two columns over small folders, read and written in the simulated world.

namespace freshet::files {

using data::Type;
using testing::SimEnv;

inline ports::TableRequest Request(std::string path, std::string format) {
  ports::TableRequest table;
  table.name = "t";
  table.columns.Add("k", Type::String());
  table.columns.Add("v", Type::Int());
  table.record = table.columns;
  table.metadata_keys = {"", ""};
  table.options = {{"connector", "filesystem"}, {"path", std::move(path)}, {"format", std::move(format)}};
  return table;
}

// Who decodes lines beside, in pieces of so many bytes.
struct Pieces {
  SimEnv* sim = nullptr;  // absent: nobody
  size_t bytes = 0;

  void Tell(ports::Source& source) const {
    if (sim != nullptr) source.DecodeBeside({.loops = {&sim->loop(1), &sim->loop(0)}, .piece_bytes = bytes});
  }
};

inline Task<std::string> ReadAll(Ctx ctx, FilesConnector& files, ports::TableRequest table, std::string from, Pieces pieces = {}) {
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  if (!from.empty()) {
    Status sought = source->Seek(from);
    if (!sought.ok()) co_return sought.fault();
  }
  pieces.Tell(*source);
  std::string out;
  bool ended = false;
  while (!ended) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    for (int row = 0; row < polled.batch.length(); ++row) {
      data::AppendCanonical(out, *polled.batch.column(0), row);
      out += StrCat("@", source->Position(), " ");
    }
    ended = polled.ended;
  }
  co_return out;
}

inline Task<std::string> ReadTexts(Ctx ctx, FilesConnector& files, ports::TableRequest table, Pieces pieces = {}) {
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  pieces.Tell(*source);
  std::string out;
  bool ended = false;
  while (!ended) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    for (int row = 0; row < polled.batch.length(); ++row) {
      out += polled.batch.column(0)->String(row);
      out += '|';
    }
    ended = polled.ended;
  }
  co_return out;
}

inline Task<> WriteRows(Ctx ctx, FilesConnector& files, ports::TableRequest table, int rows, bool commit, int rows_a_batch = 1000) {
  CO_ASSIGN_OR_RETURN(auto sink, files.OpenSink(ctx, table));
  for (int begin = 0; begin < rows; begin += rows_a_batch) {
    data::BatchBuilder builder({Type::String(), Type::Int()});
    for (int i = begin; i < std::min(rows, begin + rows_a_batch); ++i) builder.AppendRow({i % 2 == 0 ? "even" : "odd", i});
    Status written = sink->Write(builder.Build());
    if (!written.ok()) co_return written.fault();
  }
  CO_RETURN_NOT_OK(sink->Flush(ctx));
  if (commit) {
    const ports::EpochToken token;
    auto preparing = sink->Prepare(ctx, token);
    auto prepared = co_await preparing;
    if (!prepared.ok()) co_return prepared.fault();
    CO_RETURN_NOT_OK(sink->Deliver(ctx, token, prepared->outbox));
  }
  co_return Status();
}

struct Watched {
  std::string rows;
  std::string position;
};

// Reads what is there and what comes within a second of looking; new files come after the first poll that brings nothing.
inline Task<Watched> Watch(SimEnv& sim, ports::TableRequest table, std::string from, std::vector<std::string> new_files, int rows_most = 1000, size_t piece_bytes = 0) {
  table.bounded = false;
  FilesConnector files(sim.env());
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource({}, table));
  Status sought = from.empty() ? Status() : source->Seek(from);
  if (!sought.ok()) co_return sought.fault();
  if (piece_bytes > 0) Pieces{&sim, piece_bytes}.Tell(*source);
  Watched out;
  int rows = 0;
  for (MonoTime until = sim.clock().Now() + Seconds(1); sim.clock().Now() < until && rows < rows_most;) {
    Ctx ctx;
    ctx.deadline = sim.clock().Now() + Milliseconds(30);
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    if (polled.ended) co_return Fault::Invalid("a folder that is watched has no end");
    for (int row = 0; row < polled.batch.length(); ++row) data::AppendCanonical(out.rows, *polled.batch.column(0), row);
    rows += polled.batch.length();
    for (const auto& path : polled.batch.length() == 0 ? std::exchange(new_files, {}) : std::vector<std::string>()) {
      Status written = io::WriteWhole(sim.disk(), path, StrCat(path, ",1\n"));
      if (!written.ok()) co_return written.fault();
    }
  }
  out.position = source->Position();
  co_return out;
}

inline ports::TableRequest WatchedRequest() {
  ports::TableRequest table = Request("in", "csv");
  table.options["source.monitor-interval"] = "100 ms";
  table.options["source.path.regex-pattern"] = ".*/[a-z]+";
  return table;
}

// What ReadAll tells of each row, its key and the position behind its batch, apart.
inline std::vector<std::pair<std::string, std::string>> Rows(const std::string& told) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (size_t at = 0; at < told.size();) {
    size_t end = told.find(' ', at), behind_key = told.rfind('@', end);
    rows.emplace_back(told.substr(at, behind_key - at), told.substr(behind_key + 1, end - behind_key - 1));
    at = end + 1;
  }
  return rows;
}

inline std::string Keys(const std::string& told) {
  std::string keys;
  for (const auto& row : Rows(told)) keys += row.first;
  return keys;
}

}  // namespace freshet::files
