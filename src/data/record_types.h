#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/ids.h"
#include "data/kept_bytes.h"

// What stands in the journal: the one list of record types and who reads them. docs/formats/journal.md has the
// bytes. A number is never used again for something else.

namespace freshet::data {

enum class RecordType : uint8_t {
  kLogAppend = 1,      // log: a producer's batch with its offsets written in
  kLogRef = 2,         // log: a large batch that already stands in a segment
  kLogTrim = 3,        // log: records below an offset are gone
  kTxnState = 4,       // coordinators: a transaction's partitions and deadline
  kTxnEnd = 5,         // coordinators: commit or abort, with the markers in the same unit
  kStaged = 6,         // stream: output of an epoch, durable but without effect until named
  kEpochCommit = 7,    // epochs: an epoch's snapshot and outbox, behind its rows in the same unit
  kOutboxDone = 8,     // epochs: an epoch's outbox has reached its targets
  kCatalogChange = 9,  // catalog: a topic, product or producer id block came, changed or went
  kEpochAttempt = 10,  // epochs: a pipeline has begun again; older attempts commit nothing any more
};

// Whose damage it would be: the owner of a frame, known from its header even when its payload is damaged.
enum class StreamKind : uint8_t { kPartition = 1, kPipeline = 2, kCatalog = 3 };

struct StreamId {
  StreamKind kind = StreamKind::kCatalog;
  Uuid id;                 // topic or pipeline; zero for the catalog
  PartitionId partition;   // of a topic

  static StreamId OfPartition(const PartitionKey& key) { return {StreamKind::kPartition, key.topic, key.partition}; }
  static StreamId OfPipeline(const Uuid& id) { return {StreamKind::kPipeline, id, PartitionId(0)}; }
  static StreamId OfCatalog() { return {}; }
  PartitionKey key() const { return {id, partition}; }
  auto operator<=>(const StreamId&) const = default;
};

// A record on its way into the journal. The payload is `head` followed by `body`; the body is shared with
// whoever keeps the bytes readable (a partition's tail), so nothing is copied.
struct Frame {
  RecordType type = RecordType::kLogAppend;
  uint8_t type_version = 0;
  StreamId stream;
  Offset next_offset{-1};  // of a partition: one past the frame's last record, so that its damage says what was lost
  std::string head;
  KeptBytes body;
  std::optional<uint32_t> body_crc;  // of `body`, where its owner knows it: then it is not read for the frame's checksum

  int64_t bytes() const { return static_cast<int64_t>(head.size() + body->size()); }
};

// A record read back. Views live while the reader's buffer does.
struct FrameView {
  RecordType type = RecordType::kLogAppend;
  uint8_t type_version = 0;
  StreamId stream;
  Position position;            // of the frame's first byte
  int64_t wall_time_ms = 0;     // when it was written
  std::string_view payload;
};

// Journal bytes that had been synced and do not hold any more, met by replay.
struct Damage {
  std::optional<StreamId> stream;  // nullopt: the headers are gone too, so it is not known whose they were
  Offset next_offset{-1};          // of the damaged frame, when its header holds
  Position begin;
  Position end;
};

}  // namespace freshet::data
