#include "data/records/tuning.h"

#include <algorithm>

namespace freshet::records {
namespace {

using Text = std::string_view;

constexpr Text kPrefix = "properties.";
constexpr Text kTuning[] = {
    // consumers
    "allow.auto.create.topics", "auto.commit.interval.ms", "client.id.prefix", "default.api.timeout.ms", "enable.auto.commit", "exclude.internal.topics",
    "group.instance.id", "group.protocol", "heartbeat.interval.ms", "key.deserializer", "max.poll.interval.ms", "max.poll.records", "partition.assignment.strategy",
    "partition.discovery.interval.ms", "register.consumer.metrics", "session.timeout.ms", "value.deserializer",
    // producers
    "buffer.memory", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "key.serializer", "max.block.ms", "metadata.max.idle.ms",
    "partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms", "retries", "value.serializer",
    // both
    "auto.include.jmx.reporter", "client.dns.lookup", "enable.metrics.push", "metadata.recovery.rebootstrap.trigger.ms", "metadata.recovery.strategy", "metric.reporters", "metrics.num.samples",
    "metrics.recording.level", "metrics.sample.window.ms", "retry.backoff.max.ms", "socket.connection.setup.timeout.max.ms"};

}  // namespace

std::span<const Text> TuningProperties() { return kTuning; }

bool OnlyTunes(Text option) {
  return option.starts_with(kPrefix) && std::find(std::begin(kTuning), std::end(kTuning), option.substr(kPrefix.size())) != std::end(kTuning);
}

}  // namespace freshet::records
