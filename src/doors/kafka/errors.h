#pragma once

#include <cstdint>

#include "base/status.h"

// Kafka's error numbers, as far as this door answers them.

namespace freshet::doors::kafka {

enum class Error : int16_t {
  kUnknownServerError = -1,
  kNone = 0,
  kOffsetOutOfRange = 1,
  kCorruptMessage = 2,
  kUnknownTopicOrPartition = 3,
  kRequestTimedOut = 7,
  kMessageTooLarge = 10,
  kInvalidTopic = 17,
  kInvalidRequiredAcks = 21,
  kTopicAuthorizationFailed = 29,
  kInvalidTimestamp = 32,
  kUnsupportedVersion = 35,
  kTopicAlreadyExists = 36,
  kInvalidPartitions = 37,
  kInvalidReplicationFactor = 38,
  kInvalidReplicaAssignment = 39,
  kInvalidConfig = 40,
  kInvalidRequest = 42,
  kOutOfOrderSequenceNumber = 45,
  kDuplicateSequenceNumber = 46,
  kInvalidProducerEpoch = 47,
  kKafkaStorageError = 56,
  kSaslAuthenticationFailed = 58,
  kUnknownProducerId = 59,
  kFetchSessionIdNotFound = 70,
  kFencedLeaderEpoch = 74,
  kUnknownLeaderEpoch = 75,
  kUnsupportedCompressionType = 76,
  kInvalidRecord = 87,
  kUnknownTopicId = 100,
};

constexpr int16_t Number(Error error) { return static_cast<int16_t>(error); }

// What each kind of fault is called on this wire. A verb that knows better says so itself.
Error ErrorOf(Code code);
inline int16_t ErrorNumber(const Status& status) { return Number(ErrorOf(status.code())); }
inline int16_t ErrorNumber(const Fault& fault) { return Number(ErrorOf(fault.code())); }

}  // namespace freshet::doors::kafka
