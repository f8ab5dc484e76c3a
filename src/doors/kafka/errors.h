#pragma once

#include <cstdint>

#include "base/status.h"
#include "ports/groups.h"
#include "ports/transactions.h"

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
  kOffsetMetadataTooLarge = 12,
  kCoordinatorNotAvailable = 15,
  kInvalidTopic = 17,
  kInvalidRequiredAcks = 21,
  kIllegalGeneration = 22,
  kInconsistentGroupProtocol = 23,
  kInvalidGroupId = 24,
  kUnknownMemberId = 25,
  kInvalidSessionTimeout = 26,
  kRebalanceInProgress = 27,
  kTopicAuthorizationFailed = 29,
  kInvalidTimestamp = 32,
  kUnsupportedSaslMechanism = 33,
  kIllegalSaslState = 34,
  kUnsupportedVersion = 35,
  kTopicAlreadyExists = 36,
  kInvalidPartitions = 37,
  kInvalidReplicationFactor = 38,
  kInvalidReplicaAssignment = 39,
  kInvalidConfig = 40,
  kInvalidRequest = 42,
  kPolicyViolation = 44,
  kOutOfOrderSequenceNumber = 45,
  kDuplicateSequenceNumber = 46,
  kInvalidProducerEpoch = 47,
  kInvalidTxnState = 48,
  kInvalidProducerIdMapping = 49,
  kInvalidTransactionTimeout = 50,
  kOperationNotAttempted = 55,
  kKafkaStorageError = 56,
  kSaslAuthenticationFailed = 58,
  kUnknownProducerId = 59,
  kNonEmptyGroup = 68,
  kGroupIdNotFound = 69,
  kFetchSessionIdNotFound = 70,
  kFencedLeaderEpoch = 74,
  kUnknownLeaderEpoch = 75,
  kUnsupportedCompressionType = 76,
  kMemberIdRequired = 79,
  kGroupMaxSizeReached = 81,
  kFencedInstanceId = 82,
  kGroupSubscribedToTopic = 86,
  kInvalidRecord = 87,
  kUnstableOffsetCommit = 88,
  kProducerFenced = 90,
  kResourceNotFound = 91,
  kDuplicateResource = 92,
  kUnacceptableCredential = 93,
  kUnknownTopicId = 100,
  kTransactionalIdNotFound = 105,
};

// Of a client that says in which epoch it takes the leader to be; -1: it does not say.
constexpr Error CheckLeaderEpoch(int32_t current, data::LeaderEpoch ours) {
  if (current > ours.get()) return Error::kUnknownLeaderEpoch;
  return current >= 0 && current < ours.get() ? Error::kFencedLeaderEpoch : Error::kNone;
}

constexpr int16_t Number(Error error) { return static_cast<int16_t>(error); }

Error ErrorOf(ports::GroupError error);
inline int16_t ErrorNumber(ports::GroupError error) { return Number(ErrorOf(error)); }
// `fenced` is what an older epoch is called: clients from before PRODUCER_FENCED know INVALID_PRODUCER_EPOCH.
Error ErrorOf(ports::TransactionError error, Error fenced);
// A step of a transaction that cannot be taken now is tried again by its client, at the coordinator.
Error TransactionErrorOf(const Result<ports::TransactionError>& outcome, Error fenced);
// A group verb's outcome: the group's own answer, or the fault of the house. What cannot be stored now is asked for again at the coordinator: consumers take a
// storage error for the end.
Error ErrorOf(const Result<ports::GroupError>& outcome);
inline int16_t ErrorNumber(const Result<ports::GroupError>& outcome) { return Number(ErrorOf(outcome)); }

// What each kind of fault is called on this wire. A verb that knows better says so itself.
Error ErrorOf(Code code);
// Of a topic that cannot be made or widened.
Error ErrorOfGrowth(Code code);
inline int16_t ErrorNumber(const Status& status) { return Number(ErrorOf(status.code())); }
inline int16_t ErrorNumber(const Fault& fault) { return Number(ErrorOf(fault.code())); }

}  // namespace freshet::doors::kafka
