#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/time_zone.h"
#include "engines/stream/plan/node.h"
#include "engines/stream/state/snapshot.h"
#include "ports/topics.h"

namespace freshet::stream {

// What rows of a sink are to those who read them. Kept with the sink in snapshots, so that a changed file finds out what becomes of the rows that stand there.
struct SinkForm {
  std::string place;    // "upsert-kafka topic=totals"
  std::string layout;   // "key=[k STRING], key.format=json, value.format=json": rows of two layouts know nothing of each other
  std::string columns;  // "k STRING, s INT", and the zone that moments are told in
  bool operator==(const SinkForm&) const = default;
};
SinkForm FormOf(const Node& sink, const data::TimeZone& zone);

// As bytes behind what every operator saves, with the id of the topic that a table by key stands in ("": none, or nobody knows); of a sink that an earlier version
// saved, or a result, empty.
void SaveForm(const SinkForm& form, std::string_view topic_id, OperatorState& state);
SinkForm FormIn(const OperatorState& state);

// The id of the topic of this house that has this name now; "": there is none.
using TopicIds = std::function<std::string(const std::string& name)>;
TopicIds IdsOf(const ports::Topics& topics);
// The same of the topic that the sink's table by key stands in; "" for other sinks.
std::string TopicIdOf(const Node& sink, const TopicIds& ids);
// Tables by key whose topic was deleted since they were saved, made again or not: what stood there is of another place, so a start does not go on as if it still did,
// and freshet apply writes the table anew.
void LeaveDeletedTopics(Snapshot& last, const TopicIds& ids);

// What the last epoch knows of a sink's table: whether it was written, and by what.
enum class SinkIs : uint8_t {
  kNew,        // nobody wrote it, or others that still do
  kAsBefore,   // this statement wrote it
  kOfOthers,   // another statement did, or its rows had other columns
  kElsewhere,  // its rows went into another place
  kUnlike,     // its rows had another key, or another format
};
struct SinkChange {
  SinkIs is = SinkIs::kNew;
  std::string how;  // "was … and is …", of what differs
};

// Whether rows that stand in the table are not those of this file: of a table by key they are all written anew, or would stay.
bool RowsStandOtherwise(const SinkChange& change);

// What becomes of the tables that a pipeline writes when its file changes. A table is known by its place: its name in a file says nothing to those who read it.
class SinkChanges {
 public:
  // `plans` are those of the whole file, one for each statement.
  SinkChanges(const Snapshot& last, const std::vector<NodePtr>& plans, const data::TimeZone& zone);

  SinkChange Of(const Node& sink) const;
  // Whether rows stand where the sink writes that this pipeline wrote, in whatever epoch.
  bool HasRowsThere(const Node& sink) const;
  // Whether they have the columns that it writes.
  bool HasSuchRowsThere(const Node& sink) const;
  // A table by key of which only a part would be written from now on.
  bool LacksRows(const Node& sink) const;
  // Tables of the last epoch whose place no statement writes any more.
  std::vector<std::string> Left() const;
  // Operators that say so in snapshots to come, of tables by key: whoever comes back to such a place finds rows that are its own. By signature, what they save.
  std::map<std::string, std::string> LeftPlaces() const;

 private:
  struct Sink {
    std::string signature;
    SinkForm form;
  };
  const Sink* AsBefore(const Sink& now) const;
  std::vector<const Sink*> PastOf(const Sink& now) const;
  bool IsWritten(const std::string& place) const;
  Sink NowOf(const Node& sink) const { return {Signature(sink), FormOf(sink, zone_)}; }

  const Snapshot& last_;
  const data::TimeZone zone_;
  std::vector<Sink> before_;  // those of the last epoch, then places that were left before it
  std::vector<Sink> now_;
};

// "was SUM($1) and is MAX($1)": where two texts begin to differ, from the word's beginning on.
std::string DifferenceOf(std::string_view before, std::string_view after);

}  // namespace freshet::stream
