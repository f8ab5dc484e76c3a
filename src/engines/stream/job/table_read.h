#pragma once

#include <map>
#include <string>
#include <vector>

#include "engines/stream/job/pipeline.h"

namespace freshet::stream {

// One read of a table for all of a pipeline's sources that want its rows from the same place on: the connector is asked for every
// column, and of nested rows every field, that any of them wants, and each source is given its own of them.
class TableRead {
 public:
  TableRead(int source, const NodePtr& node);

  // Whether that node reads the same table with the same options.
  bool IsOf(const Node& node) const;
  void Add(int source, const NodePtr& node);

  // A Source node of all that its readers want.
  const Node& node() const { return *all_; }
  const std::vector<int>& sources() const { return sources_; }  // of the pipeline, one for each reader
  // What of these rows is for that reader.
  Batch RowsFor(size_t reader, const Batch& batch) const;

 private:
  int PlaceFor(const PlanColumn& column, const std::string& metadata_key);

  std::shared_ptr<Node> all_;
  std::vector<int> sources_;
  std::vector<NodePtr> readers_;
  std::vector<std::vector<int>> places_;  // per reader: which of all columns are its own
};

// The reads that a pipeline's sources need, in the order of the first source of each. Sources that a snapshot has left at different
// positions are read apart.
std::vector<TableRead> PlanReads(const std::vector<Pipeline::SourcePart>& sources, const std::map<std::string, std::string>& positions);

}  // namespace freshet::stream
