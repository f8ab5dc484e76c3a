#include "schedules/outputs.h"

#include <algorithm>

#include "data/record_batch.h"
#include "engines/lake/hadoop_table.h"
#include "engines/lake/manifest.h"

namespace freshet::testing {
namespace {

constexpr int64_t kFileBytesMax = 16 << 20;

struct Found {
  int32_t partition;
  DrawnRecord record;
};

std::string Digits(size_t number) {
  std::string text = StrCat(number);
  return std::string(6 - std::min<size_t>(6, text.size()), '0') + text;
}

// "k#000003=…": the fourth row of a key. A key in two partitions has no order.
std::vector<std::string> RowsOfKeys(const std::vector<Found>& found) {
  std::map<std::string, size_t> counts;
  std::map<std::string, int32_t> homes;
  std::vector<std::string> lines;
  for (const Found& one : found) {
    std::string key = one.record.key.value_or("");
    if (homes.emplace(key, one.partition).first->second != one.partition) lines.push_back(StrCat(key, " stands in two partitions"));
    lines.push_back(StrCat(key, "#", Digits(counts[key]++), "=", one.record.value.value_or("(none)")));
  }
  return lines;
}

std::vector<std::string> TableOf(const std::vector<Found>& found) {
  std::map<std::string, std::optional<std::string>> rows;
  for (const Found& one : found) rows[one.record.key.value_or("")] = one.record.value;
  std::vector<std::string> lines;
  for (const auto& [key, value] : rows) {
    if (value) lines.push_back(key + "=" + *value);
  }
  return lines;
}

// Of {"before":…,"after":…,"op":"…"}. A row that is taken away before it came is told.
std::vector<std::string> RowsLeft(const std::vector<Found>& found) {
  std::map<std::string, int64_t> rows;
  for (const Found& one : found) {
    std::string_view text = one.record.value ? std::string_view(*one.record.value) : std::string_view();
    size_t after = text.find(",\"after\":"), op = text.rfind(",\"op\":");
    if (!text.starts_with("{\"before\":") || after == text.npos || op == text.npos) return {StrCat("no change: ", text)};
    std::string_view before_row = text.substr(10, after - 10), after_row = text.substr(after + 9, op - after - 9);
    if (before_row != "null") --rows[std::string(before_row)];
    if (after_row != "null") ++rows[std::string(after_row)];
  }
  std::vector<std::string> lines;
  for (const auto& [row, times] : rows) {
    if (times != 0) lines.push_back(StrCat(row, " ", times, times == 1 ? "" : " times"));
  }
  return lines;
}

std::vector<std::string> LinesOf(OutputRule rule, const std::vector<Found>& found) {
  if (rule == OutputRule::kRowsOfKey) return RowsOfKeys(found);
  if (rule == OutputRule::kTable) return TableOf(found);
  if (rule == OutputRule::kChanges) return RowsLeft(found);
  std::vector<std::string> lines;
  for (const Found& one : found) lines.push_back(one.record.value.value_or("(none)"));
  return lines;
}

// Those of one batch from `at` on; where the next batch begins.
Result<data::Offset> TakeRecords(std::string_view batch, int32_t partition, data::Offset at, std::vector<Found>& found) {
  ASSIGN_OR_RETURN(auto view, data::RecordBatchView::Parse(batch));
  ASSIGN_OR_RETURN(auto reader, data::RecordReader::Open(view, kFileBytesMax));
  data::Record record;
  for (int32_t i = 0; i < reader.count(); ++i) {
    RETURN_NOT_OK(reader.Next(record).status());
    if (record.offset < at) continue;
    DrawnRecord copy;
    if (record.key) copy.key = std::string(*record.key);
    if (record.value) copy.value = std::string(*record.value);
    found.push_back({partition, std::move(copy)});
  }
  return view.header().next_offset();
}

// As a reader of committed records: up to the last stable offset. None of a topic that is not there.
Task<std::vector<Found>> ReadTopic(ScheduleHouse* house, std::string name) {
  std::vector<Found> found;
  auto topic = house->topics().Find(name);
  for (int32_t p = 0; topic != nullptr && p < topic->partitions; ++p) {
    Ctx ctx;
    data::PartitionKey key{topic->id, data::PartitionId(p)};
    CO_ASSIGN_OR_RETURN(auto bounds, house->log().Bounds(ctx, key));
    data::Offset at = bounds.start;
    while (at < bounds.last_stable) {
      std::vector<ports::LogRead> reads;
      reads.push_back({.key = key, .from = at, .committed_only = true});
      ports::ReadWait wait;
      CO_ASSIGN_OR_RETURN(auto slices, house->log().Read(ctx, std::move(reads), wait));
      if (!slices[0].status.ok()) co_return slices[0].status;
      if (slices[0].batches.empty()) break;
      for (const auto& batch : slices[0].batches) {
        auto next = TakeRecords(*batch, p, at, found);
        if (!next.ok()) co_return next.status();
        at = *next;
      }
    }
  }
  co_return found;
}

void TakeLines(std::string_view text, std::vector<std::string>& lines) {
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// What a reader of the folder sees: files whose names are not hidden.
Result<std::vector<std::string>> ReadFolder(io::Files& files, const std::string& folder) {
  std::vector<std::string> lines;
  ASSIGN_OR_RETURN(bool there, files.Exists(folder));
  if (!there) return lines;
  ASSIGN_OR_RETURN(auto entries, files.List(folder));
  for (const io::Entry& entry : entries) {
    if (entry.is_directory || entry.name.starts_with('.')) continue;
    ASSIGN_OR_RETURN(std::string text, io::ReadWhole(files, folder + "/" + entry.name, kFileBytesMax));
    TakeLines(text, lines);
  }
  return lines;
}

// Every data file of the table's tip.
Result<std::vector<std::string>> ReadLake(Env& env, const std::string& name) {
  std::vector<std::string> lines;
  lake::HadoopTable at(env, "/wh/db/" + name);
  ASSIGN_OR_RETURN(auto version, at.Load());
  if (!version || !version->metadata.tip()) return lines;
  ASSIGN_OR_RETURN(std::string list, io::ReadWhole(env.files(), at.PathOf(version->metadata.tip()->manifest_list), kFileBytesMax));
  ASSIGN_OR_RETURN(auto manifests, lake::ReadManifestList(list));
  for (const auto& manifest : manifests) {
    ASSIGN_OR_RETURN(std::string bytes, io::ReadWhole(env.files(), at.PathOf(manifest.path), kFileBytesMax));
    ASSIGN_OR_RETURN(auto entries, lake::ReadManifest(bytes));
    for (const auto& entry : entries) {
      ASSIGN_OR_RETURN(std::string text, io::ReadWhole(env.files(), at.PathOf(entry.path), kFileBytesMax));
      TakeLines(text, lines);
    }
  }
  return lines;
}

std::vector<Found> ReadPeer(PeerCluster& peer, const std::string& topic) {
  std::vector<Found> found;
  for (int32_t p = 0; p < PeerCluster::kPartitions; ++p) {
    for (const DrawnRecord& record : peer.Committed(topic, p)) found.push_back({p, record});
  }
  return found;
}

bool IsAppended(const DrawnOutput& output) { return output.rule == OutputRule::kRows || output.rule == OutputRule::kRowsOfKey; }

std::vector<std::string> Without(const std::vector<std::string>& all, const std::vector<std::string>& these) {
  std::vector<std::string> rest;
  std::set_difference(all.begin(), all.end(), these.begin(), these.end(), std::back_inserter(rest));
  return rest;
}

std::string Sample(const std::vector<std::string>& lines) {
  std::string text = StrCat(lines.size());
  for (size_t i = 0; i < std::min<size_t>(3, lines.size()); ++i) text += StrCat(i == 0 ? ": " : ", ", lines[i].substr(0, 160));
  return text;
}

}  // namespace

Task<std::vector<std::string>> ReadOutput(SimEnv* sim, ScheduleHouse* house, PeerCluster* peer, const DrawnOutput* output) {
  std::vector<std::string> lines;
  if (output->place == OutputPlace::kTopic) {
    CO_ASSIGN_OR_RETURN(auto found, ReadTopic(house, output->name));
    lines = LinesOf(output->rule, found);
  } else if (output->place == OutputPlace::kPeer) {
    lines = LinesOf(output->rule, ReadPeer(*peer, output->name));
  } else {
    auto read = output->place == OutputPlace::kFiles ? ReadFolder(sim->disk(), "/out/" + output->name) : ReadLake(*sim, output->name);
    if (!read.ok()) co_return read.fault();
    lines = std::move(*read);
  }
  std::sort(lines.begin(), lines.end());
  if (output->rule == OutputRule::kAtLeast) lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  co_return lines;
}

Task<Contents> ReadOutputs(SimEnv* sim, ScheduleHouse* house, PeerCluster* peer, const Drawn* drawn) {
  Contents contents;
  for (const DrawnOutput& output : drawn->outputs) {
    auto reading = ReadOutput(sim, house, peer, &output);
    auto lines = co_await reading;
    if (!lines.ok()) co_return lines.status();
    contents[output.name] = std::move(*lines);
  }
  co_return contents;
}

bool StaysOnceSeen(const DrawnOutput& output) { return output.place == OutputPlace::kTopic && output.rule != OutputRule::kTable && output.rule != OutputRule::kChanges; }

std::vector<std::string> Differences(const Drawn& drawn, const Contents& calm, const Contents& now) {
  std::vector<std::string> told;
  for (const DrawnOutput& output : drawn.outputs) {
    const auto& should = calm.at(output.name);
    const auto& is = now.at(output.name);
    if (should == is) continue;
    told.push_back(StrCat(output.name, ": of ", should.size(), " rows are missing ", Sample(Without(should, is)), "; too many are ", Sample(Without(is, should))));
  }
  return told;
}

std::vector<std::string> Strangers(const Drawn& drawn, const Contents& calm, const Contents& now) {
  std::vector<std::string> told;
  for (const DrawnOutput& output : drawn.outputs) {
    auto strange = Without(now.at(output.name), calm.at(output.name));
    if (IsAppended(output) && !strange.empty()) told.push_back(StrCat(output.name, ": before the end it has rows that are not to come: ", Sample(strange)));
  }
  return told;
}

}  // namespace freshet::testing
