#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/disk.h"
#include "io/env.h"
#include "io/net.h"
#include "io/task.h"
#include "io/tls.h"
#include "ports/event_log.h"
#include "ports/groups.h"
#include "ports/guard.h"
#include "ports/identities.h"
#include "ports/log_transactions.h"
#include "ports/topics.h"
#include "ports/transactions.h"

// The Kafka door: unmodified Kafka clients produce to and fetch from the log. requests.h has the table of what
// is spoken.

namespace freshet::doors::kafka {

// Something that a broker obeys, under Kafka's name for it.
struct BrokerConfig {
  std::string name;
  std::string value;
  ports::ConfigType type = ports::ConfigType::kString;
  bool from_file = false;                    // freshet.yaml can say otherwise
};

struct KafkaOptions {
  io::Address listen;
  io::TlsOptions tls = {};                    // not configured: in the clear
  std::string advertised_host;               // what clients are told to connect to; empty: the listen host
  std::string cluster_id;
  int32_t node_id = 1;
  bool auto_create_topics = true;
  int64_t request_bytes_max = 100 << 20;
  int64_t login_bytes_max = 64 << 10;        // of a request before somebody has logged in, in a house with identities
  Duration login_wait = Seconds(30);         // for that somebody
  int64_t pipeline_bytes_max = 32 << 20;     // of one connection: requests that are not answered, and answers that are not read
  int64_t fetch_bytes_max = 55 << 20;        // of one answer, whatever the client asks for
  int64_t unpacked_bytes_max = 64 << 20;     // of one batch that is produced (eight times the largest), and no more than a fourth of the house's memory
  int64_t connections_max = 1000;
  Duration fetch_wait_max = Seconds(60);
  Duration drain = Seconds(30);
  uint64_t trace_every = 64;                 // one request in so many is traced
  std::vector<BrokerConfig> broker_configs = {};            // what other rooms obey, to be described with what this one does
  std::function<Result<io::DiskRoom>()> log_disk = nullptr;  // of the disk on which the log lies; called on workers. None: nothing is told of it
};

struct KafkaPorts {
  ports::EventLog& log;
  ports::Topics& topics;
  ports::ProducerIds& producer_ids;
  ports::Groups& groups;
  ports::Transactions& transactions;
  ports::LogTransactions& log_transactions;
  ports::Guard& guard;
  ports::Identities& identities;
};

// Owned by House. Opens and closes on loop 0; sessions live on all loops.
class KafkaDoor {
 public:
  static Result<std::unique_ptr<KafkaDoor>> Open(Env& env, KafkaOptions options, KafkaPorts ports);
  ~KafkaDoor();

  // The table of requests as Markdown rows, for docs/compatibility.md.
  static std::string DescribeRequests();

  // Where it listens, with the real port.
  const io::Address& address() const;
  // Stops accepting; lets what was received be appended and answered; then closes every connection.
  Task<> Close();

 private:
  struct State;
  explicit KafkaDoor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace freshet::doors::kafka
