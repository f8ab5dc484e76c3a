#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "data/batch.h"
#include "data/event_time.h"
#include "data/ids.h"
#include "data/table_request.h"
#include "io/ctx.h"
#include "io/loop.h"
#include "io/task.h"
#include "ports/epochs.h"
#include "ports/letters_met.h"

// Where tables get their rows from and where rows go: one Connector per value of WITH ('connector' = …), found by
// name in a registry that app/house.cc (or the run command) fills.

namespace freshet::ports {

using data::ConnectorOptions;
using data::TableRequest;

// How far a source has read one partition of a topic of this house.
struct TopicPlace {
  std::string topic;
  data::PartitionId partition;
  data::Offset next;
};

// What a batch has become beside, for who handed the stage out.
class Staged {
 public:
  virtual ~Staged() = default;
};

// What is done with a source's rows right where they were decoded. Used by one loop at a time.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual std::unique_ptr<Staged> Run(const data::Batch& batch) = 0;
};

// What a Poll brought. All rows come from one partition.
struct Polled {
  data::Batch batch;
  std::unique_ptr<Staged> staged = nullptr;  // of the batch, where a stage was handed out
  int32_t partition = 0;
  bool partition_ended = false;            // this partition brings nothing more
  bool ended = false;                      // nor does any other
  bool came_later = false;                 // the source knows that none of these rows was there to read when it was opened
};

// Other loops that decode for a source, whichever has time.
struct Beside {
  std::vector<io::Loop*> loops;  // at least one; its own may be among them
  size_t piece_bytes = 3 << 20;  // of records at most, which one of them decodes at a time
  std::function<Result<std::unique_ptr<Stage>>()> new_stage = nullptr;  // called on the source's loop, once for each piece that may be on its way; absent: nothing is done beside but decoding
};

// Reads one table. Used from the loop that opened it, one verb at a time.
class Source {
 public:
  virtual ~Source() = default;

  // The next rows; an empty batch means none for now. Waits at most until the Ctx's deadline.
  virtual Task<Polled> Poll(Ctx ctx) = 0;
  // Where the next Poll goes on, as bytes of the source's own; Seek takes them back, before the first Poll.
  virtual std::string Position() const = 0;
  virtual Status Seek(std::string_view position) = 0;
  // The same where loss is accepted: what it names and is not there any more has ended, and what stands in its place is read from its start.
  virtual Status SeekWhatIsThere(std::string_view position) { return Seek(position); }
  // From now on it only reads where it is, and its records are decoded beside: ahead of the Poll that brings them, in their order all the same. Once, behind Seek and before any
  // Poll. A source that has nothing to share out goes on as it did.
  virtual void DecodeBeside(Beside) {}
  // Brings nothing from there on until it is told another position; of what that does not name, nothing. The first time before any Poll. Of a source that replays.
  virtual Status HoldAt(std::string_view position);
  // Numbers of all partitions, once open: they hold the watermark back until they bring rows.
  virtual std::vector<int32_t> Partitions() const = 0;
  // By partition number, of a source that reads topics of this house; others have none.
  virtual std::vector<TopicPlace> Places() const { return {}; }
  // What the last Poll has read, for messages: "topic orders partition 0 offsets 560 to 580"; empty: nothing, or nobody can say.
  virtual std::string LastRead() const { return ""; }
  // Rows of the last Poll, by number, that are none of the table's after all: done with as with records that cannot be read. Who has no such way answers `why`.
  virtual Task<> Refuse(Ctx ctx, std::vector<int> rows, Fault why);
  // Of an endless source, at the end of an epoch: what it adds to the epoch's own unit, beside rows. So many bytes wait for that.
  virtual Task<std::vector<LogAppend>> Prepare(Ctx ctx);
  // Before the first Poll, of an endless source whose table others of its pipeline read at another place: what each record's first reader adds, the others do not. `met` outlives it.
  virtual void ShareLetters(LettersMet&) {}
  virtual int64_t staged_bytes() const { return 0; }
};

inline Status Source::HoldAt(std::string_view) { return Fault::Unsupported("its rows cannot be read again up to a place; only topics of this house can"); }

inline Task<> Source::Refuse(Ctx, std::vector<int>, Fault why) { co_return why; }
inline Task<std::vector<LogAppend>> Source::Prepare(Ctx) { co_return std::vector<LogAppend>(); }

// What a sink adds to the end of an epoch.
struct Prepared {
  std::vector<LogAppend> staged;  // takes effect in the epoch's own unit: for topics of this house
  std::string outbox;             // what Deliver needs once the epoch is durable; empty: nothing to deliver
};

// Writes one table. Used from the loop that opened it. An epoch ends in three steps: Prepare puts everything written
// since the last one where a crash cannot reach it, the epoch commits, Deliver makes it visible. Without an epoch
// store (a bounded run) Deliver follows Prepare at once; with one it may come much later, while rows of later epochs are
// written: one Deliver at a time may be under way beside one of the other verbs, on the same loop, each suspended where it
// waits. What they share is the sink's own matter.
class Sink {
 public:
  virtual ~Sink() = default;

  // Takes the selected rows into a buffer; no waiting. Rows carry their kind.
  virtual Status Write(const data::Batch& batch) = 0;
  // Bytes that wait for the next Flush.
  virtual int64_t buffered_bytes() const = 0;
  virtual Task<> Flush(Ctx ctx) = 0;
  // How far the event time of the rows has come; told before each Prepare.
  virtual void OnWatermark(data::EventTime) {}
  // Whether an epoch should end though no rows came: something waits for the clock.
  virtual bool due() const { return false; }
  // Flushes; nothing of the epoch is visible yet, unless the table is written at least once.
  virtual Task<Prepared> Prepare(Ctx ctx, EpochToken token) = 0;
  // Told of each outbox once its epoch is durable, before it is delivered; of those that earlier attempts left before the
  // first Write, oldest first. Answers how many bytes are kept for it on this disk until then, beside the outbox.
  virtual Result<int64_t> Owe(const EpochToken&, std::string_view) { return 0; }
  // Epochs in their order. Told again after a Fault and after a crash, with the same token and bytes: asks its target first
  // whether the token is there.
  virtual Task<> Deliver(Ctx ctx, EpochToken token, std::string outbox) = 0;
};

// Answers keys with rows, for lookup joins.
class Lookup {
 public:
  virtual ~Lookup() = default;
  // The rows of each key, keys in the order in which they were asked: column i of the answer is wanted column i. `found` says which keys are known; of each of the others one
  // row says what stands for it in a LEFT JOIN: NULL throughout, or what the table answers of everybody.
  struct Found {
    data::Batch rows;         // of any length
    std::vector<bool> found;  // by key
    std::vector<int> keys;    // by row the number of its key; empty where each key has one row
    int KeyOf(int row) const { return keys.empty() ? row : keys[static_cast<size_t>(row)]; }
  };
  // kDeadlineExceeded: there was no answer until ctx.deadline.
  virtual Task<Found> Get(Ctx ctx, data::Batch keys) = 0;
};

struct LookupRequest {
  TableRequest table;
  std::vector<std::string> key_columns;
};

class TableCatalog;

enum class TableUse { kRead, kWrite, kLookUp };

// Thread-safe; lives as long as the house. A verb that a connector does not have answers kUnsupported by name.
class Connector {
 public:
  virtual ~Connector() = default;

  // What options and columns alone tell: a table that would be refused when it is opened for this use, whatever
  // there is to read or write, is refused here, before anything runs. Waits for nothing.
  virtual Status Check(const TableRequest& table, TableUse use) const = 0;
  virtual Task<std::unique_ptr<Source>> OpenSource(Ctx ctx, TableRequest table) = 0;
  virtual Task<std::unique_ptr<Sink>> OpenSink(Ctx ctx, TableRequest table) = 0;
  virtual Task<std::unique_ptr<Lookup>> OpenLookup(Ctx ctx, LookupRequest lookup) = 0;
  // Of a connector whose tables stand in a catalog of its own: that one, which lives as long as it does.
  virtual const TableCatalog* catalog() const { return nullptr; }
};

// By name, as 'connector' = 'kafka' says it. Borrowed pointers.
using Connectors = std::map<std::string, Connector*, std::less<>>;

}  // namespace freshet::ports
