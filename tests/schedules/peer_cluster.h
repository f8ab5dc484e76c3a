#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "links/kafka/writer.h"
#include "ports/connector.h"
#include "schedules/drawn.h"
#include "schedules/figures.h"
#include "schedules/troubled_epochs.h"
#include "testing/sim_env.h"

namespace freshet::testing {

// Another cluster, as far as links/kafka writes to it: topics of committed records, and for each transactional id the session that may write and the note of its last
// transaction. It outlives houses; what a house whose power is gone sends does not arrive. One thread.
class PeerCluster {
 public:
  static constexpr int32_t kPartitions = 2;

  PeerCluster(SimEnv& sim, Trouble trouble, uint64_t seed, ScheduleFigures& figures) : sim_(sim), trouble_(trouble), random_(seed), figures_(figures) {}

  const std::vector<DrawnRecord>& Committed(const std::string& topic, int32_t partition) { return records_[{topic, partition}]; }

 private:
  friend class PeerWriter;
  struct Sent {
    std::string topic;
    int32_t partition;
    DrawnRecord record;
  };
  struct Session {
    int64_t number = 0;
    std::optional<links::kafka::Writer::Note> note;
  };

  Status Commit(const std::string& id, int64_t session, std::vector<Sent> sent, const std::optional<links::kafka::Writer::Note>& note);
  Status Take(std::vector<Sent> sent);
  bool Happens(uint64_t of_hundred) { return random_.Below(100) < of_hundred; }

  SimEnv& sim_;
  const Trouble trouble_;
  SeededRandom random_;
  ScheduleFigures& figures_;
  std::map<std::pair<std::string, int32_t>, std::vector<DrawnRecord>> records_;
  std::map<std::string, Session> sessions_;
};

// Tables over its topics: the link's own sinks over another client. For TopicTablesOptions::elsewhere.
class PeerTables final : public ports::Connector {
 public:
  PeerTables(Env& env, PeerCluster& peer, std::string directory) : env_(env), peer_(peer), directory_(std::move(directory)) {}

  Status Check(const ports::TableRequest& table, ports::TableUse use) const override;
  Task<std::unique_ptr<ports::Source>> OpenSource(Ctx, ports::TableRequest) override { co_return Fault::Unsupported("this cluster is only written to"); }
  Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override;
  Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx, ports::LookupRequest) override { co_return Fault::Unsupported("this cluster is only written to"); }

 private:
  Env& env_;
  PeerCluster& peer_;
  const std::string directory_;
};

}  // namespace freshet::testing
