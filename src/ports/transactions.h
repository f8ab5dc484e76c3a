#pragma once

#include <string>
#include <utility>
#include <vector>

#include "data/ids.h"
#include "io/ctx.h"
#include "io/task.h"
#include "ports/groups.h"

namespace freshet::ports {

// What a step of a transaction can end in, beside a Fault of the house itself. A door names it in its wire's number.
enum class TransactionError : unsigned char {
  kNone,
  kInvalidId,         // an empty transactional id
  kInvalidTimeout,    // not above 0, or above what the house allows
  kUnknownProducer,   // the transactional id is not this producer's
  kFenced,            // a newer epoch has taken over
  kInvalidState,      // nothing is open, or it has ended the other way
  kNotFound,          // no such transactional id
};

// Who speaks in a step after Init.
struct TransactionCaller {
  std::string id;                              // transactional
  data::ProducerId producer;
  data::ProducerEpoch epoch;
};

struct TransactionInit {
  std::string id;
  int32_t timeout_ms = 0;
  data::ProducerId producer = data::kNoProducer;         // what the caller was, when it goes on after an error (KIP-360)
  data::ProducerEpoch epoch = data::kNoProducerEpoch;
};

struct TransactionInited {
  TransactionError error = TransactionError::kNone;
  data::ProducerId producer = data::kNoProducer;
  data::ProducerEpoch epoch = data::kNoProducerEpoch;
};

// The transaction's word, then the group's.
struct TransactionOffsets {
  TransactionError error = TransactionError::kNone;
  GroupError group_error = GroupError::kNone;
};

struct TransactionDescription {
  TransactionError error = TransactionError::kNone;
  std::string id;
  std::string state;                           // Empty, Ongoing, CompleteCommit, CompleteAbort
  int32_t timeout_ms = 0;
  int64_t started_ms = -1;                     // wall time; -1: none is open
  data::ProducerId producer = data::kNoProducer;
  data::ProducerEpoch epoch = data::kNoProducerEpoch;
  std::vector<data::PartitionKey> partitions;  // of the open one
};

// Producers whose records in several partitions, and whose groups' offsets, count together or not at all. Callable from any loop;
// everything is durable at return, and an end is one unit of the journal: no reader sees a part of it, no crash leaves a part.
class Transactions {
 public:
  virtual ~Transactions() = default;

  // A producer begins: older ones of this id are fenced, what they left open is aborted.
  virtual Task<TransactionInited> Init(Ctx ctx, TransactionInit init) = 0;
  // The partitions that the producer is about to write to; the first of them opens the transaction.
  virtual Task<TransactionError> AddPartitions(Ctx ctx, TransactionCaller caller, std::vector<data::PartitionKey> partitions) = 0;
  virtual Task<TransactionError> AddGroup(Ctx ctx, TransactionCaller caller, std::string group) = 0;
  // Offsets of a group that was added: the group's when the transaction commits.
  virtual Task<TransactionOffsets> CommitOffsets(Ctx ctx, TransactionCaller caller, GroupCaller member, std::vector<CommittedOffset> offsets) = 0;
  virtual Task<TransactionError> End(Ctx ctx, TransactionCaller caller, bool commit) = 0;

  virtual Task<TransactionDescription> Describe(Ctx ctx, std::string id) = 0;
  virtual Task<std::vector<TransactionDescription>> List(Ctx ctx) = 0;
};

}  // namespace freshet::ports
