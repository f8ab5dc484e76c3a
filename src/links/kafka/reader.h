#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/record_batch.h"
#include "links/kafka/client.h"

namespace freshet::links::kafka {

// What has come from one partition.
struct Arrived {
  // kEnd: nothing more for now before record.offset; kGone: the offset asked for is not kept any more; kDeleted: the cluster has no such partition any more.
  enum class Kind : uint8_t { kRecord, kEnd, kGone, kDeleted };
  size_t place = 0;      // as given to Start
  Kind kind = Kind::kRecord;
  data::Record record;   // in bytes that Arrivals keeps
  bool log_append_time = false;
  int error = 0;         // kDeleted: what the client calls it
};
struct Arrivals {
  std::vector<Arrived> all;  // each partition's in order
  std::shared_ptr<const void> keeps;
};

// Reads partitions of another cluster, without a group. On the loop that opened it; what blocks is called on a worker while
// the loop waits.
class Reader {
 public:
  static Result<std::unique_ptr<Reader>> Open(Env& env, io::Loop& loop, const std::string& table, const Settings& settings);

  Client& client() { return *client_; }

  // These block.
  struct Bounds {
    int64_t start;
    int64_t end;  // of what may be read
  };
  Result<Bounds> BoundsOf(const std::string& topic, int32_t partition);
  Result<std::optional<int64_t>> OffsetAt(const std::string& topic, int32_t partition, int64_t ms);
  Result<std::map<int32_t, int64_t>> Committed(const std::string& topic, int32_t partitions);
  void Stop(const std::string& topic, int32_t partition);

  Status Start(size_t place, const std::string& topic, int32_t partition, int64_t offset);
  void Pause(const std::string& topic, int32_t partition);  // what has come already still comes
  Result<Arrivals> Take();
  // Waits until something may have come.
  Task<> Wait(MonoTime until);

 private:
  Reader(io::Loop& loop, std::unique_ptr<Client> client) : bell_(loop), client_(std::move(client)) {}
  size_t PlaceOf(rd_kafka_topic_s* topic, int32_t partition);

  io::Doorbell bell_;
  std::unique_ptr<Client> client_;
  rd_kafka_queue_s* queue_ = nullptr;
  std::map<std::pair<std::string, int32_t>, size_t> places_;
  rd_kafka_topic_s* last_topic_ = nullptr;
  int32_t last_partition_ = -1;
  size_t last_place_ = 0;
};

}  // namespace freshet::links::kafka
