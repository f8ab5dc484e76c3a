#pragma once

#include <string>

#include "data/records/options.h"
#include "io/env.h"
#include "ports/connector.h"
#include "ports/dead_letters.h"
#include "ports/schema_registry.h"

namespace freshet::links::kafka {

struct KafkaLinksOptions {
  std::string own_cluster;                     // the house's own cluster id; empty: there is no house
  std::string directory;                       // in its data folder, for rows that wait for their cluster; empty likewise
  ports::SchemaRegistry* registry = nullptr;   // of formats whose records name schemas; absent: they are refused
  ports::DeadLetters* dead_letters = nullptr;  // absent: bad records fail the job unless it skips them
};

// 'connector' = 'kafka' and 'upsert-kafka': tables over the topics of other clusters, by librdkafka. Thread-safe; its
// sources and sinks live on the loop that opened them.
class KafkaLinks final : public ports::Connector {
 public:
  KafkaLinks(Env& env, KafkaLinksOptions options) : env_(env), options_(std::move(options)) {}

  // Once, before the first table is opened.
  void KeepDeadLettersIn(ports::DeadLetters& dead_letters) { options_.dead_letters = &dead_letters; }

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;

 private:
  Status CheckReading(const records::TopicOptions& options, const data::TableRequest& table) const;
  Status CheckWriting(const records::TopicOptions& options, const data::TableRequest& table) const;
  Status CheckRegistry(bool needed, const data::TableRequest& table) const;

  Env& env_;
  KafkaLinksOptions options_;
};

}  // namespace freshet::links::kafka
