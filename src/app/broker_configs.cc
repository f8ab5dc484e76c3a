#include "app/broker_configs.h"

namespace freshet::app {

using ports::ConfigType;

std::vector<doors::kafka::BrokerConfig> BrokerConfigsOf(const Config& config, const coordinators::CoordinatorOptions& groups,
                                                        const coordinators::TransactionOptions& transactions) {
  const coordinators::Group::Limits& limits = groups.limits;
  return {
      {"group.initial.rebalance.delay.ms", StrCat(limits.first_join_delay.ms()), ConfigType::kInt},
      {"group.max.session.timeout.ms", StrCat(limits.session_timeout_max_ms), ConfigType::kInt},
      {"group.max.size", StrCat(limits.members_max), ConfigType::kInt},
      {"group.min.session.timeout.ms", StrCat(limits.session_timeout_min_ms), ConfigType::kInt},
      {"num.partitions", StrCat(config.default_partitions), ConfigType::kInt, true},
      {"offset.metadata.max.bytes", StrCat(groups.metadata_bytes_max), ConfigType::kInt},
      {"offsets.retention.check.interval.ms", StrCat(groups.expiry_interval.ms()), ConfigType::kLong},
      {"offsets.retention.minutes", StrCat(config.offsets_retention_minutes), ConfigType::kInt, true},
      {"offsets.topic.num.partitions", StrCat(groups.offset_partitions), ConfigType::kInt},
      {"offsets.topic.replication.factor", "1", ConfigType::kInt},
      {"transaction.max.timeout.ms", StrCat(transactions.timeout_ms_max), ConfigType::kInt},
      {"transaction.state.log.num.partitions", StrCat(transactions.partitions), ConfigType::kInt},
      {"transaction.state.log.replication.factor", "1", ConfigType::kInt},
      {"transactional.id.expiration.ms", StrCat(transactions.unused_ms_max), ConfigType::kLong},
  };
}

}  // namespace freshet::app
