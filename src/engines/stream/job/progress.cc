#include "data/civil.h"
#include "engines/stream/job/job.h"

// How far a job has come, for those who ask.

namespace freshet::stream {
namespace {

// What a query knows of the source's event time.
ports::SourceProgress WithWatermarks(ports::SourceProgress source, const WatermarkAssigner& assigner) {
  source.has_watermark = true;
  source.watermark = assigner.emitted();
  for (auto& partition : source.partitions) {
    auto known = assigner.partitions().find(partition.number);
    if (known == assigner.partitions().end()) continue;
    partition.watermark = known->second.watermark;
    partition.active = known->second.active;
  }
  return source;
}

}  // namespace

std::vector<ports::SourceProgress> Job::Sources() const {
  std::vector<ports::SourceProgress> out;
  for (const auto& input : inputs_) {
    const Table& table = *std::get<SourceSpec>(input.read.node().spec).table;
    std::vector<ports::TopicPlace> places = input.source->Places();
    ports::SourceProgress progress{.table = table.name, .connector = table.connector()};
    for (int32_t number : input.source->Partitions()) {
      progress.partitions.push_back({.number = number});
      if (static_cast<size_t>(number) < places.size()) progress.partitions.back().place = places[static_cast<size_t>(number)];
    }
    size_t before = out.size();
    for (int source : input.read.sources()) {
      for (const auto* assigner : pipeline_->assigners(source)) out.push_back(WithWatermarks(progress, *assigner));
    }
    if (out.size() == before) out.push_back(std::move(progress));
  }
  return out;
}

std::vector<ports::SinkProgress> Job::Sinks() const {
  std::vector<ports::SinkProgress> out;
  for (size_t i = 0; i < pipeline_->sinks().size(); ++i) {
    const auto& spec = std::get<SinkSpec>(pipeline_->sinks()[i].node->spec);
    ports::SinkProgress sink{.table = spec.name, .rows = pipeline_->sink_rows(static_cast<int>(i))};
    if (spec.table != nullptr) {
      sink.connector = spec.table->connector();
      auto topic = spec.table->options.find("topic");
      if (topic != spec.table->options.end()) sink.topic = topic->second;
    }
    out.push_back(std::move(sink));
  }
  return out;
}

std::vector<Pipeline::OperatorReport> Job::Report() const {
  std::vector<Pipeline::OperatorReport> out = pipeline_->Report();
  if (shards_) shards_->Report(out);
  return out;
}

std::string Job::WatermarkText() const {
  std::string out;
  for (const auto& source : Sources()) {
    if (!source.has_watermark) continue;
    for (const auto& partition : source.partitions) {
      std::string time = "none";
      if (partition.watermark != data::kNoEventTime) {
        time.clear();
        data::AppendTimestamp(time, partition.watermark.get(), data::Type::Timestamp(3));
      }
      out += StrCat(source.table, ": partition ", partition.number, partition.active ? " active" : " idle or ended", ", watermark ", time, "\n");
    }
    const auto* slowest = source.held_back_by();
    if (slowest != nullptr) out += StrCat(source.table, ": partition ", slowest->number, " holds the watermark back\n");
  }
  out += StrCat("late rows: ", late_rows(), "\n");
  return out;
}

}  // namespace freshet::stream
