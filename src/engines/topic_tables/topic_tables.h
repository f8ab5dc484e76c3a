#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/records/options.h"
#include "engines/topic_tables/dead_letters.h"
#include "io/env.h"
#include "ports/connector.h"
#include "ports/event_log.h"
#include "ports/groups.h"
#include "ports/schema_registry.h"
#include "ports/topics.h"

namespace freshet::topic_tables {

struct TopicTablesOptions {
  std::function<std::vector<std::string>()> own_addresses;  // in properties.bootstrap.servers they mean this house
  ports::Connector* elsewhere = nullptr;                    // tables of other clusters; absent: they are refused
  std::function<ports::Groups*()> groups;  // whose offsets tables may begin at; absent where no groups are kept
  ports::SchemaRegistry* registry = nullptr;  // of formats whose records name schemas; absent: they are refused
  bool auto_create_topics = true;
  int64_t read_bytes_max = 4 << 20;
};

// 'connector' = 'kafka' and 'upsert-kafka': tables over the topics of this house; those of other clusters go to who knows these. Owned by the house; thread-safe, its
// sources and sinks live on the loop that opened them.
class TopicTables final : public ports::Connector {
 public:
  TopicTables(Env& env, TopicTablesOptions options, ports::EventLog& log, ports::Topics& topics)
      : env_(env), options_(std::move(options)), log_(log), topics_(topics), dead_letters_(env, log, topics) {}

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override;

  ports::DeadLetters& dead_letters() { return dead_letters_; }

 private:
  // Whose table it is, as far as addresses tell now; null: this house's own.
  Result<ports::Connector*> Elsewhere(const ports::TableRequest& table) const;
  Status CheckRegistry(bool needed, const ports::TableRequest& table) const;
  Status CheckReplay(const records::TopicOptions& options, const ports::TableRequest& table) const;
  Status CheckOwn(const ports::TableRequest& table, ports::TableUse use) const;
  Task<std::unique_ptr<ports::Source>> OpenOwnSource(Ctx ctx, ports::TableRequest table);
  Task<std::unique_ptr<ports::Sink>> OpenOwnSink(Ctx ctx, ports::TableRequest table);

  Env& env_;
  const TopicTablesOptions options_;
  ports::EventLog& log_;
  ports::Topics& topics_;
  DeadLetterTopics dead_letters_;
};

// What a topic that is made here keeps of its records.
enum class Keep : unsigned char { kAsUsual, kForEver, kNewestOfKey };

// The topic, made when it is missing and `create` says so.
Task<ports::Topics::Ref> TopicNamed(ports::Topics& topics, Ctx ctx, std::string name, bool create, Keep keep);

}  // namespace freshet::topic_tables
