#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engines/stream/job/pipeline.h"
#include "engines/stream/state/snapshot.h"

namespace freshet::stream {

// The statements of a changed file that find a part of their state no more, though their tables were read before: what they keep can be built anew from
// the log, beside the version that runs; and those whose table by key is new, or holds rows that were written otherwise (job/sink_form.h). A statement that shares state with one of these, or a reading that is new, is built anew as well: its inputs would not
// fit together otherwise.
struct RebuildPlan {
  struct Statement {
    NodePtr plan;
    std::map<std::string, NodePtr> sources;  // by signature
  };
  std::vector<Statement> statements;             // that are rebuilt
  std::set<std::string> kept;                    // signatures of the operators of all others
  std::set<std::string> built_anew;              // of those of the rebuilt ones that hold state, and of their sinks
  std::vector<Pipeline::OperatorPart> operators; // of the whole file

  bool empty() const { return statements.empty(); }
  std::vector<NodePtr> plans() const;
};

// Where loss is accepted, rows stand as they are.
Result<RebuildPlan> PlanRebuild(const std::vector<NodePtr>& plans, const Snapshot& last, const expr::Session& session, Pipeline::Options options, bool accept_loss);

// Of the watermarks of the source's table when the epoch ended.
struct WatermarksThen {
  std::set<int32_t> idle;                         // partitions that held none back: they had brought nothing for too long
  EventTime promised = data::kNoEventTime;        // downstream
};
WatermarksThen WatermarksOf(const Snapshot& last, std::string_view source);

}  // namespace freshet::stream
