#include "engines/log/log.h"

// Clients' transactions, as far as they are the log's: who may write in one, and who does. Their ends are markers, appended
// together with what else they decide (together.cc).

namespace freshet::log {

Task<> SegmentLog::AdmitTransaction(Ctx, data::ProducerId producer, data::ProducerEpoch epoch, std::vector<data::PartitionKey> partitions) {
  io::RunOnAll hops;
  for (auto& home : homes_) {
    std::vector<data::PartitionKey> here;
    for (const data::PartitionKey& key : partitions) {
      if (&HomeOf(key) == home.get()) here.push_back(key);
    }
    if (!here.empty()) hops.Add(home->loop, AdmitAtHome(*home, producer, epoch, std::move(here)));
  }
  co_return co_await hops;
}

Task<> SegmentLog::AdmitAtHome(Home& home, data::ProducerId producer, data::ProducerEpoch epoch, std::vector<data::PartitionKey> partitions) {
  for (const data::PartitionKey& key : partitions) {
    auto partition = Find(home, key);
    if (partition.ok()) (*partition)->Admit(producer, epoch);
  }
  co_return Status::Ok();
}

Task<std::vector<ports::ProducerStanding>> SegmentLog::DescribeProducers(Ctx, data::PartitionKey key) {
  Home& home = HomeOf(key);
  io::RunOn hop(home.loop, DescribeProducersAtHome(home, key));
  co_return co_await hop;
}

Task<std::vector<ports::ProducerStanding>> SegmentLog::DescribeProducersAtHome(Home& home, data::PartitionKey key) {
  auto partition = Find(home, key);
  if (!partition.ok()) co_return partition.status();
  co_return (*partition)->DescribeProducers();
}

}  // namespace freshet::log
