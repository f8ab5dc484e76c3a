#pragma once

#include <map>
#include <string>

#include "control/catalog/change.h"
#include "data/record_types.h"

namespace freshet::app {

// What topics and pipelines are called, learnt from the files as they are read.
class Names {
 public:
  void Learn(const catalog::Change& change);
  void LearnPipeline(const Uuid& id, const std::string& name) { pipelines_[id] = name; }

  std::string Topic(const Uuid& id) const;                    // "topic 'orders'"
  std::string Partition(const data::PartitionKey& key) const; // "topic 'orders' partition 3"
  std::string Pipeline(const Uuid& id) const;
  std::string Owner(const data::StreamId& stream) const;

 private:
  std::map<Uuid, std::string> topics_;
  std::map<Uuid, std::string> pipelines_;
};

}  // namespace freshet::app
