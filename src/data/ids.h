#pragma once

#include <compare>
#include <cstdint>

#include "base/strong.h"
#include "base/uuid.h"

namespace freshet::data {

using Offset = Strong<struct OffsetTag, int64_t>;            // of a record in its partition
using PartitionId = Strong<struct PartitionIdTag, int32_t>;
using LeaderEpoch = Strong<struct LeaderEpochTag, int32_t>;
using ProducerId = Strong<struct ProducerIdTag, int64_t>;    // -1: not idempotent
using ProducerEpoch = Strong<struct ProducerEpochTag, int16_t>;
using Sequence = Strong<struct SequenceTag, int32_t>;        // of a producer in a partition, wraps at 2^31

// What a batch carries when it has no producer.
inline constexpr ProducerId kNoProducer{-1};
inline constexpr ProducerEpoch kNoProducerEpoch{-1};
inline constexpr Sequence kNoSequence{-1};

// A byte offset in the one endless journal. The top 8 bits are a journal number, 0 today.
using Position = Strong<struct PositionTag, uint64_t>;

// One partition of one topic, by the topic's stable id; names are labels.
struct PartitionKey {
  Uuid topic;
  PartitionId partition;

  auto operator<=>(const PartitionKey&) const = default;
};

inline void AppendText(std::string& out, const PartitionKey& key) {
  out += StrCat(key.topic, "/", key.partition);
}

}  // namespace freshet::data

template <>
struct std::hash<freshet::data::PartitionKey> {
  size_t operator()(const freshet::data::PartitionKey& key) const noexcept {
    return std::hash<freshet::Uuid>()(key.topic) * 31 + static_cast<size_t>(key.partition.get());
  }
};
