#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/records/record_rows.h"
#include "io/env.h"
#include "links/kafka/position.h"
#include "links/kafka/reader.h"
#include "ports/connector.h"
#include "ports/letters_to_keep.h"
#include "ports/schema_registry.h"

namespace freshet::links::kafka {

// A LinkSource reads the partitions of another cluster's topics, each in order. Partitions that are added to a topic later
// are read from their start. A topic that a pattern took and that is deleted has ended; one that is named must be there. On the loop that opened it.
class LinkSource final : public ports::Source {
 public:
  struct Others {
    ports::DeadLetters* dead_letters;  // absent where no house keeps them
    ports::SchemaRegistry* registry;   // there where the records name schemas
  };
  // `own_cluster`: the id of this house, which is no other cluster.
  LinkSource(Env& env, const records::TopicOptions& options, const data::TableRequest& table, std::unique_ptr<records::RecordRows> rows, std::unique_ptr<Reader> reader,
             std::string own_cluster, Others others);

  // Finds the topics and where to begin and to stop.
  Task<> Begin(Ctx ctx);

  Task<ports::Polled> Poll(Ctx ctx) override;
  std::string Position() const override { return EncodePlaces(places_); }
  Status Seek(std::string_view position) override;
  std::vector<int32_t> Partitions() const override;
  std::string LastRead() const override;
  Task<> Refuse(Ctx ctx, std::vector<int> rows, Fault why) override;
  Task<std::vector<ports::LogAppend>> Prepare(Ctx ctx) override;
  void ShareLetters(ports::LettersMet& met) override { letters_.ShareWith(met); }
  int64_t staged_bytes() const override { return letters_.bytes(); }

 private:
  Status FindPlaces(const Ctx& ctx);
  // Those that the table names, or all that its pattern takes now. On a worker.
  Result<std::vector<std::string>> TopicsNow();
  Result<std::vector<std::string>> TakenOf(std::vector<std::string> topics) const;
  // Partitions of a topic from number `known` on. On a worker: touches nothing that changes.
  Result<std::vector<Place>> NewPlaces(const std::string& topic, int32_t known, bool first_look);
  int32_t KnownPartitions(const std::string& topic) const;
  Result<int64_t> EdgeOf(const Place& place, records::Edge edge, int64_t ms, const std::map<int32_t, int64_t>& offsets, bool from_end);
  Fault NoOffset(const Place& place) const;
  Status StartAll();
  Task<> Discover(MonoTime now);
  Task<> Fetch(MonoTime until);
  Task<> PassOver(size_t place);
  // Whether a topic may go while it is read.
  bool OutlivesTopics() const { return !options_.topic_pattern.empty() && options_.end == records::Edge::kNone; }
  bool IsLetGo(const Place& place) const { return OutlivesTopics() && place.stop != Place::kNoStop; }
  Task<> LetGo(size_t place, int error);
  void TellOfGone(size_t place);
  void MeetAgain(const std::string& topic);
  std::optional<ports::Polled> NextEnd();
  Task<ports::Polled> DecodeRun(Ctx ctx);
  void Gather(size_t place);
  Status Decode(size_t place);
  Status RefuseRecord(const Place& place, const data::Record& record, const Fault& fault);
  bool Finished(size_t place) const { return places_.all[place].next >= places_.all[place].stop; }
  std::string PlaceName(const Place& place) const { return StrCat("topic ", place.topic, " partition ", place.partition); }
  Fault OfTable(const Fault& fault) const { return Fault(fault.code(), fault.blame(), fault.retry(), StrCat("table ", table_, ": ", fault.message())); }

  Env& env_;
  const records::TopicOptions options_;
  const std::string table_;
  const std::string pipeline_;  // that it is read for; empty: a run to the end
  const std::string own_cluster_;
  const Others others_;
  const bool in_epochs_;             // dead letters wait for the epoch's end
  const std::function<void(std::string why)> unreadable_;
  std::unique_ptr<records::RecordRows> rows_;
  std::unique_ptr<Reader> reader_;
  ClusterPlaces places_;                    // a partition's number is its index here
  std::vector<std::string> listed_;  // all of the cluster's topics when it was opened; of a pattern
  std::vector<bool> missing_;        // per place: its topic was not listed at the start; it goes on where it stood if that comes back
  std::vector<bool> started_;        // per place
  std::vector<bool> end_told_;       // per place
  std::vector<bool> at_end_;         // per place: the cluster has told that there is nothing more
  std::vector<bool> was_at_end_;     // per place: it has since the source was opened
  Arrivals arrivals_;
  size_t at_ = 0;                    // the next one of them
  std::vector<data::Record> records_;        // scratch of Decode
  std::vector<bool> log_append_times_;
  int64_t gathered_to_ = 0;          // offset
  ports::LettersToKeep letters_;
  struct {
    size_t place = 0;
    int64_t from = 0, to = 0;
  } last_read_;                      // by the last Poll
  MonoTime last_arrival_;
  MonoTime next_look_;
  Counter& records_read_;
  Counter& without_row_;
  Counter& lost_;
  Counter& deleted_topics_;
};

}  // namespace freshet::links::kafka
