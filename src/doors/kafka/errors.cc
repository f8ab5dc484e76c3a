#include "doors/kafka/errors.h"

namespace freshet::doors::kafka {

// Where Kafka has no word of its own, the choice is one that clients retry exactly when our Fault says "later".
Error ErrorOf(Code code) {
  switch (code) {
    case Code::kOk: return Error::kNone;
    case Code::kInvalid: return Error::kInvalidRequest;
    case Code::kNotFound: return Error::kUnknownTopicOrPartition;
    case Code::kAlreadyExists: return Error::kTopicAlreadyExists;
    case Code::kOutOfRange: return Error::kOffsetOutOfRange;
    case Code::kTooLarge: return Error::kMessageTooLarge;
    case Code::kUnsupported: return Error::kUnsupportedVersion;
    case Code::kCorrupt: return Error::kCorruptMessage;
    case Code::kIoError: return Error::kKafkaStorageError;
    case Code::kDiskFull: return Error::kKafkaStorageError;
    case Code::kExhausted: return Error::kRequestTimedOut;
    case Code::kUnavailable: return Error::kKafkaStorageError;
    case Code::kDeadlineExceeded: return Error::kRequestTimedOut;
    case Code::kCancelled: return Error::kRequestTimedOut;
    case Code::kUnauthenticated: return Error::kSaslAuthenticationFailed;
    case Code::kPermissionDenied: return Error::kTopicAuthorizationFailed;
    case Code::kConflict: return Error::kRequestTimedOut;
    case Code::kFenced: return Error::kInvalidProducerEpoch;
    case Code::kOutOfOrder: return Error::kOutOfOrderSequenceNumber;
    case Code::kDuplicate: return Error::kDuplicateSequenceNumber;
    case Code::kUnknownProducer: return Error::kUnknownProducerId;
    case Code::kInternal: return Error::kUnknownServerError;
  }
  return Error::kUnknownServerError;
}

// More partitions than one topic may have, or than all may have together.
Error ErrorOfGrowth(Code code) {
  if (code == Code::kOutOfRange) return Error::kInvalidPartitions;
  return code == Code::kTooLarge ? Error::kPolicyViolation : ErrorOf(code);
}

Error ErrorOf(ports::TransactionError error, Error fenced) {
  switch (error) {
    case ports::TransactionError::kNone: return Error::kNone;
    case ports::TransactionError::kInvalidId: return Error::kInvalidRequest;
    case ports::TransactionError::kInvalidTimeout: return Error::kInvalidTransactionTimeout;
    case ports::TransactionError::kUnknownProducer: return Error::kInvalidProducerIdMapping;
    case ports::TransactionError::kFenced: return fenced;
    case ports::TransactionError::kInvalidState: return Error::kInvalidTxnState;
    case ports::TransactionError::kNotFound: return Error::kTransactionalIdNotFound;
  }
  return Error::kUnknownServerError;
}

namespace {

Error OfCoordinator(const Fault& fault) {
  bool is_later = fault.retry() == Retry::kLater || fault.code() == Code::kIoError;
  return is_later ? Error::kCoordinatorNotAvailable : ErrorOf(fault.code());
}

}  // namespace

Error TransactionErrorOf(const Result<ports::TransactionError>& outcome, Error fenced) { return outcome.ok() ? ErrorOf(*outcome, fenced) : OfCoordinator(outcome.fault()); }

Error ErrorOf(const Result<ports::GroupError>& outcome) { return outcome.ok() ? ErrorOf(*outcome) : OfCoordinator(outcome.fault()); }

Error ErrorOf(ports::GroupError error) {
  switch (error) {
    case ports::GroupError::kNone: return Error::kNone;
    case ports::GroupError::kInvalidGroupId: return Error::kInvalidGroupId;
    case ports::GroupError::kInvalidSessionTimeout: return Error::kInvalidSessionTimeout;
    case ports::GroupError::kInconsistentProtocol: return Error::kInconsistentGroupProtocol;
    case ports::GroupError::kMaxSizeReached: return Error::kGroupMaxSizeReached;
    case ports::GroupError::kMemberIdRequired: return Error::kMemberIdRequired;
    case ports::GroupError::kUnknownMember: return Error::kUnknownMemberId;
    case ports::GroupError::kIllegalGeneration: return Error::kIllegalGeneration;
    case ports::GroupError::kRebalanceInProgress: return Error::kRebalanceInProgress;
    case ports::GroupError::kFencedInstance: return Error::kFencedInstanceId;
    case ports::GroupError::kGroupNotFound: return Error::kGroupIdNotFound;
    case ports::GroupError::kGroupNotEmpty: return Error::kNonEmptyGroup;
    case ports::GroupError::kSubscribed: return Error::kGroupSubscribedToTopic;
    case ports::GroupError::kCoordinatorLeaving: return Error::kCoordinatorNotAvailable;
  }
  return Error::kUnknownServerError;
}

}  // namespace freshet::doors::kafka
