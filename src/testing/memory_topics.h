#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "io/env.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::testing {

// Topics in memory, declared to the log as they come. Knows the configs cleanup.policy, max.message.bytes,
// message.timestamp.type and retention.ms. Thread-safe.
class MemoryTopics final : public ports::Topics {
 public:
  MemoryTopics(Env& env, ports::EventLog& log) : env_(env), log_(log) {}

  Ref Find(std::string_view name) const override;
  Ref FindById(const Uuid& id) const override;
  std::vector<Ref> List() const override;
  Task<Ref> Create(Ctx ctx, ports::TopicSpec spec, bool validate_only) override;
  Task<> Delete(Ctx ctx, std::string name) override;
  Task<Ref> AddPartitions(Ctx ctx, std::string name, int32_t partitions_total, bool validate_only) override;
  Task<Ref> AlterConfigs(Ctx ctx, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only) override;
  std::vector<ports::ConfigEntry> DescribeConfigs(const data::Topic& topic) const override;

 private:
  Result<Ref> Make(const ports::TopicSpec& spec) const;
  void Publish(Ref topic);

  Env& env_;
  ports::EventLog& log_;
  mutable std::mutex mutex_;
  std::map<std::string, Ref, std::less<>> by_name_;  // GUARDED_BY(mutex_)
};

// Counts up from 1000. Thread-safe.
class MemoryProducerIds final : public ports::ProducerIds {
 public:
  Task<data::ProducerId> Allocate(Ctx) override { co_return data::ProducerId(next_.fetch_add(1)); }

 private:
  std::atomic<int64_t> next_{1000};
};

}  // namespace freshet::testing
