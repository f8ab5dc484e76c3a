#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "ports/epochs.h"

// What epochs leave on disk: the payloads of their journal records, and the entries of their snapshot file.
// docs/formats/epochs.md draws the bytes.

namespace freshet::epochs {

constexpr size_t kInlineBytesMax = 64 << 10;       // a larger snapshot goes to a state file
constexpr int64_t kPieceBytesMax = 1 << 30;        // of a snapshot, given at once
constexpr int64_t kStateFileBytesMax = int64_t{1} << 40;
constexpr size_t kNameBytesMax = 200;              // of a pipeline or sink
constexpr size_t kOutboxEntriesMax = 1024;         // of one epoch
constexpr size_t kOutboxBytesMax = 4 << 20;        // of one epoch

// Where the state of a pipeline lies: so many bytes of a state file, if there is one, and those that stand behind them.
struct StateRef {
  std::string bytes;
  int64_t attempt = 0;       // who began the file
  uint64_t serial = 0;       // of the file in its attempt; 0: there is none
  int64_t file_bytes = 0;    // what holds of it, from its beginning; what stands behind is of no epoch
  uint32_t crc = 0;          // of these
  int64_t begun = 0;         // the epoch for which the file was begun
  bool grows = true;         // later epochs write behind; false: a file of the first format

  bool in_file() const { return serial != 0; }
  int64_t size() const { return file_bytes + static_cast<int64_t>(bytes.size()); }
  bool SameFile(const StateRef& other) const { return begun == other.begun && attempt == other.attempt && serial == other.serial; }
  bool operator==(const StateRef&) const = default;
};

using Outbox = std::vector<ports::OutboxEntry>;

// Attempts and commits of a pipeline are numbered together from 1 without a gap, so that a missing one shows. Behind an attempt of version 1 nothing
// counts that is known of the pipeline, or is missing of it: its lineage is new, or zeros, and then it is nobody's and the pipeline was forgotten.
struct AttemptRecord {
  uint64_t number = 0;
  std::string pipeline;
  Uuid lineage;
  int64_t attempt = 0;
};
struct CommitRecord {
  uint64_t number = 0;
  ports::EpochToken token;
  int64_t attempt = 0;
  StateRef state;            // its bytes stand behind those of the epoch before, where it adds to them
  bool adds = false;
  Outbox outbox;
};
struct DoneRecord {
  Uuid lineage;
  int64_t epoch = 0;
};

// All of a pipeline that a restart needs.
struct PipelineState {
  std::string name;          // empty: known by its damage only
  Uuid lineage;
  uint64_t number = 0;       // of its last record
  int64_t attempt = 0;
  int64_t epoch = 0;         // the last one committed
  StateRef state;
  std::map<int64_t, Outbox> undelivered;  // by epoch
  std::string damage;        // why it is refused; empty: it holds

  // Nothing is left of it but which numbers were given.
  bool is_forgotten() const { return number > 0 && lineage.is_zero() && damage.empty(); }
};

std::string EncodeAttempt(const AttemptRecord& record);
std::string EncodeCommit(const CommitRecord& record);
std::string EncodeDone(const DoneRecord& record);
std::string EncodePipeline(const PipelineState& state);
// Versions that are written; earlier ones are read.
constexpr uint8_t kCommitVersion = 1;
constexpr uint8_t kAttemptVersion = 1;  // of one behind which nothing else counts; all others have 0, with the same payload
constexpr uint32_t kPipelineVersion = 2;
// kCorrupt for bytes that are none; every count and length is checked against its cap before anything is allocated.
Result<AttemptRecord> DecodeAttempt(std::string_view bytes);
Result<CommitRecord> DecodeCommit(std::string_view bytes, uint8_t version);
Result<DoneRecord> DecodeDone(std::string_view bytes);
Result<PipelineState> DecodePipeline(std::string_view bytes, uint32_t version);

// The state behind a commit, made of the one before.
void TakeState(StateRef& state, StateRef next, bool adds);

int64_t BytesOf(const Outbox& outbox);

}  // namespace freshet::epochs
