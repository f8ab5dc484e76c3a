#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "data/expr/whole_match.h"
#include "data/records/record_rows.h"
#include "engines/topic_tables/position.h"
#include "io/env.h"
#include "ports/connector.h"
#include "ports/event_log.h"
#include "ports/groups.h"
#include "ports/letters_to_keep.h"
#include "ports/schema_registry.h"
#include "ports/topics.h"

namespace freshet::topic_tables {

using records::Edge;
using records::RecordRows;
using records::TopicOptions;

// A TopicSource reads the partitions of its topics, each in order, only what is durable. Partitions that are added
// to a topic later are read from their start. A topic that a pattern took and that is deleted has ended; one that is named must be there. On the loop that opened it.
class TopicSource final : public ports::Source {
 public:
  TopicSource(Env& env, ports::EventLog& log, ports::Topics& topics, ports::Groups* groups, ports::DeadLetters& dead_letters, ports::SchemaRegistry* registry, TopicOptions options,
              const ports::TableRequest& table, std::unique_ptr<RecordRows> rows, int64_t read_bytes_max, bool create_topics);

  // Finds the topics and where to begin and to stop.
  Task<> Begin(Ctx ctx);

  Task<ports::Polled> Poll(Ctx ctx) override;
  std::string Position() const override { return EncodePlaces(places_); }
  Status Seek(std::string_view position) override { return SeekPlaces(position, OutlivesTopics()); }
  Status SeekWhatIsThere(std::string_view position) override { return SeekPlaces(position, true); }
  Status HoldAt(std::string_view position) override;
  std::vector<int32_t> Partitions() const override;
  std::vector<ports::TopicPlace> Places() const override;
  std::string LastRead() const override;
  Task<> Refuse(Ctx ctx, std::vector<int> rows, Fault why) override;
  Task<std::vector<ports::LogAppend>> Prepare(Ctx ctx) override;
  void ShareLetters(ports::LettersMet& met) override { letters_.ShareWith(met); }
  int64_t staged_bytes() const override { return letters_.bytes(); }

 private:
  static constexpr data::Offset kNowhere{-1};  // the group has no offset: an error, unless a position from before says where to go on

  // A log batch that was read and not decoded yet.
  struct Fetched {
    size_t place;
    data::KeptBytes bytes;
    bool aborted = false;  // its transaction was: it counts for nothing
  };
  // The log batch that is being decoded.
  struct Open {
    Fetched fetched;
    data::RecordBatchHeader header;
    std::optional<data::RecordReader> reader;
    std::optional<data::Record> waiting = std::nullopt;  // read, and not taken
  };

  void TellOfMaking(const std::string& name) const;
  // `later`: it was not there, or not named, when the table was opened.
  Task<> AddTopic(Ctx ctx, ports::Topics::Ref topic, bool later = false);
  // Topics that the table's pattern takes and that were not seen before.
  Result<std::vector<ports::Topics::Ref>> NewByPattern();
  Task<> AddThoseOfPattern(Ctx ctx, bool later);
  Task<data::Offset> EdgeOf(Ctx ctx, data::PartitionKey key, Edge edge, int64_t ms, const std::map<int32_t, int64_t>* offsets, bool from_end);
  Task<std::map<int32_t, int64_t>> GroupOffsets(Ctx ctx, std::string topic);
  Fault NoOffset(std::string_view topic, int32_t partition) const;
  Task<> Discover(Ctx ctx);
  // Whether a topic may go while it is read.
  bool OutlivesTopics() const { return pattern_.has_value() && endless_ && !replays_; }
  void LetGo(const ports::Topics::Ref& topic);
  void TellOfGone(std::string_view topic, const std::string& read_to);
  Status SeekPlaces(std::string_view position, bool goes_on_without);
  Fault NoneOfMine(const PartitionPlace& place) const;
  void KeepPlaceOfGone(size_t number, const PartitionPlace& place);
  void LeaveOutBehind(size_t named);
  Task<> Fetch(Ctx ctx, MonoTime until);
  void PassOver(size_t place, data::Offset start);
  std::optional<ports::Polled> NextEnd();
  Task<> Decode(Ctx ctx, size_t place);
  Status OpenNext();
  // Whether the open batch has more records than were read, and what is broken behind them.
  struct Rest {
    bool more = true;
    bool full = false;  // the next one waits for another batch
    std::optional<Fault> broken;
  };
  Rest ReadSome();
  Status DecodeSome(const Rest& rest);
  Status RefuseRecord(size_t place, data::Offset offset, const data::Record* record, const Fault& fault);
  Status RefuseAll(const std::set<int64_t>& offsets, const Fault& why);
  data::Offset LimitOf(size_t place) const;
  bool Held(size_t place) const { return places_[place].next >= LimitOf(place); }
  bool Gone(size_t place) const { return topic_of_[place] == nullptr; }
  bool Finished(size_t place) const { return Gone(place) || places_[place].next.get() >= places_[place].stop; }
  std::string PlaceName(size_t place) const;

  Env& env_;
  ports::EventLog& log_;
  ports::Topics& topics_;
  ports::Groups* const groups_;
  ports::SchemaRegistry* const registry_;
  const TopicOptions options_;
  const std::string table_;
  const std::string pipeline_;  // that it is read for; empty: a run to the end
  std::unique_ptr<RecordRows> rows_;
  const int64_t read_bytes_max_;
  const bool create_topics_;
  const bool replays_;
  const bool endless_;    // or who looks asks for one that is
  const bool in_epochs_;  // dead letters wait for the epoch's end
  const std::function<void(std::string why)> unreadable_;
  std::vector<ports::Topics::Ref> refs_;       // of options_.topics, or of the pattern
  std::optional<expr::WholeMatch> pattern_;
  std::set<std::string> looked_at_;            // names that the pattern was asked about
  MonoTime next_look_;                         // of the pattern at all names
  std::vector<PartitionPlace> places_;         // a partition's number is its index here
  std::vector<const data::Topic*> topic_of_;   // per place; kept by refs_; absent: it was deleted
  std::vector<bool> end_told_;                 // per place
  std::map<data::PartitionKey, data::Offset> ends_at_first_;  // what was there to read when it was opened
  std::map<data::PartitionKey, data::Offset> holds_;
  std::deque<Fetched> fetched_;
  std::optional<Open> open_;
  std::vector<Fetched> read_;                  // whose records the last Poll has read
  ports::LettersToKeep letters_;
  struct {
    size_t place = 0;
    data::Offset from, to;
  } last_read_;  // by the last Poll
  std::vector<data::Record> records_;          // scratch of DecodeSome
  Counter& records_read_;
  Counter& without_row_;
  Counter& lost_;
  Counter& deleted_topics_;
};

}  // namespace freshet::topic_tables
