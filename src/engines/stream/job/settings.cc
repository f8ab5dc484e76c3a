#include "engines/stream/job/settings.h"

#include <algorithm>
#include <charconv>

#include "base/capitals.h"
#include "base/nearest.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {
namespace {

enum class Takes : uint8_t { kAny, kWord, kDuration, kBoolean, kCount, kShards, kStreaming, kNoTime, kRefused };

struct Setting {
  std::string_view key;
  Takes takes;
  std::string_view words = {};  // kWord: one of these, in letters of any case; kRefused, kNoTime: why
  std::string_view why = {};    // kWord: what stands in the way of others
};

// Those that take one word say what else would change rows, and is not there. Those of mini-batch, async-lookup, async-ml-predict, optimizer and object reuse tune how another engine gets to the same
// rows: they are checked, and there is nothing here for them to change (lookups and models are asked by the batch, and answer in its order). sql-client.* is how a client shows rows.
constexpr Setting kSettings[] = {
    {"table.local-time-zone", Takes::kAny},
    {"execution.runtime-mode", Takes::kStreaming},
    {"execution.checkpointing.interval", Takes::kDuration},
    {"table.exec.source.idle-timeout", Takes::kDuration},
    {"table.exec.state.ttl", Takes::kDuration},
    {"execution.state-recovery.ignore-unclaimed-state", Takes::kBoolean},
    {"table.exec.sink.require-on-conflict", Takes::kBoolean},
    {"table.exec.sink.not-null-enforcer", Takes::kWord, "ERROR DROP"},
    {"table.exec.sink.type-length-enforcer", Takes::kWord, "IGNORE TRIM_PAD ERROR"},
    {"table.exec.sink.upsert-materialize", Takes::kWord, "AUTO NONE FORCE"},
    {"table.exec.mini-batch.enabled", Takes::kBoolean},
    {"table.exec.mini-batch.allow-latency", Takes::kDuration},
    {"table.exec.mini-batch.size", Takes::kCount},
    {"table.exec.async-lookup.buffer-capacity", Takes::kCount},
    {"table.exec.async-lookup.timeout", Takes::kDuration},
    {"table.exec.async-lookup.output-mode", Takes::kWord, "ORDERED ALLOW_UNORDERED"},
    {"table.exec.async-ml-predict.max-concurrent-operations", Takes::kCount},
    {"table.exec.async-ml-predict.timeout", Takes::kDuration},
    {"table.exec.async-ml-predict.output-mode", Takes::kWord, "ORDERED ALLOW_UNORDERED"},
    {"table.optimizer.multi-join.enabled", Takes::kBoolean},
    {"table.optimizer.agg-phase-strategy", Takes::kWord, "AUTO ONE_PHASE TWO_PHASE"},
    {"table.optimizer.distinct-agg.split.enabled", Takes::kBoolean},
    {"table.optimizer.distinct-agg.split.bucket-num", Takes::kCount},
    {"table.exec.resource.default-parallelism", Takes::kShards},
    {"parallelism.default", Takes::kShards},
    {"pipeline.object-reuse", Takes::kBoolean},
    {"pipeline.name", Takes::kAny},
    {"sql-client.execution.result-mode", Takes::kWord, "TABLE CHANGELOG TABLEAU"},
    {"sql-client.execution.max-table-result.rows", Takes::kCount},
    {"sql-client.display.max-column-width", Takes::kCount},
    {"sql-client.verbose", Takes::kBoolean},
    {"execution.checkpointing.mode", Takes::kWord, "EXACTLY_ONCE AT_LEAST_ONCE"},
    {"pipeline.auto-watermark-interval", Takes::kDuration},
    {"table.dml-sync", Takes::kBoolean},
    {"table.optimizer.reuse-sub-plan-enabled", Takes::kBoolean},
    {"table.optimizer.reuse-source-enabled", Takes::kBoolean},
    {"table.exec.legacy-cast-behaviour", Takes::kWord, "DISABLED"},
    {"table.exec.sink.nested-constraint-enforcer", Takes::kWord, "IGNORE"},
    {"table.optimizer.non-deterministic-update.strategy", Takes::kWord, "IGNORE"},
    {"table.exec.source.cdc-events-duplicate", Takes::kWord, "FALSE"},
    {"table.sql-dialect", Takes::kWord, "DEFAULT"},
    {"table.exec.emit.early-fire.enabled", Takes::kWord, "FALSE", "a window gives its rows once, when the watermark passes its end; CUMULATE gives parts of it earlier"},
    {"table.exec.emit.early-fire.delay", Takes::kDuration},
    {"table.exec.emit.late-fire.enabled", Takes::kWord, "FALSE", "a window gives its rows once; let the WATERMARK lag by as much as rows come late"},
    {"table.exec.emit.late-fire.delay", Takes::kDuration},
    {"table.exec.emit.allow-lateness", Takes::kNoTime, "a window gives its rows once; let the WATERMARK lag by as much as rows come late"},
    {"table.exec.deduplicate.insert-update-after-sensitive-enabled", Takes::kWord, "TRUE", "a first row is always an insert"},
    {"execution.savepoint.path", Takes::kRefused, "a pipeline goes on from its own last epoch, and nothing reads the savepoint of another engine: it would begin with empty state; leave it out"},
    {"execution.state-recovery.path", Takes::kRefused, "a pipeline goes on from its own last epoch, and nothing reads the savepoint of another engine: it would begin with empty state; leave it out"},
    {"table.column-expansion-strategy", Takes::kRefused, "SELECT * gives all columns; name those that you want"},
    {"table.builtin-catalog-name", Takes::kRefused, "it is default_catalog; CREATE CATALOG makes others"},
    {"table.builtin-database-name", Takes::kRefused, "it is default_database; CREATE DATABASE makes others"},
};

bool IsOneOf(std::string_view words, std::string_view said) {
  std::string value = InCapitals(said);
  return !value.empty() && value.find(' ') == std::string::npos && StrCat(" ", words, " ").find(StrCat(" ", value, " ")) != std::string::npos;
}

const Setting* Find(std::string_view key) {
  for (const auto& setting : kSettings) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

}  // namespace

Result<int> ParseShards(std::string_view text) {
  int shards = 0;
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), shards);
  bool good = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && shards >= 1 && shards <= kKeyGroups;
  if (good) return shards;
  return Fault::Invalid("'", text, "' is no number of shards; there are from 1 to ", kKeyGroups, " (state has that many key groups)");
}

Result<bool> CheckSettingName(const std::string& key) {
  if (Find(key) != nullptr) return true;
  std::vector<std::string_view> known;
  for (const auto& setting : kSettings) known.push_back(setting.key);
  std::string near = DidYouMean(key, known);
  if (near.empty()) return false;
  return Fault::Invalid("SET: '", key, "' is not known here", near);
}

namespace {

Status CheckValue(const std::string& key, const std::string& value) {
  bool digits = !value.empty() && value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos;
  switch (Find(key)->takes) {
    case Takes::kAny: return {};
    case Takes::kWord:
      if (IsOneOf(Find(key)->words, value)) return {};
      return Fault::Invalid("SET '", key, "' = '", value, "': it takes one of ", Find(key)->words, Find(key)->why.empty() ? "" : "; ", Find(key)->why);
    case Takes::kBoolean:
      if (value == "true" || value == "false") return {};
      return Fault::Invalid("SET '", key, "' = '", value, "': it takes true or false");
    case Takes::kRefused: return Fault::Unsupported("SET '", key, "' is not supported: ", Find(key)->words);
    case Takes::kCount:
      if (digits) return {};
      return Fault::Invalid("SET '", key, "' = '", value, "': it takes a number");
    case Takes::kShards: {
      auto shards = ParseShards(value);
      return shards.ok() ? Status() : Fault::Invalid("SET '", key, "': ", shards.fault().message());
    }
    case Takes::kStreaming:
      if (value == "streaming") return {};
      return Fault::Unsupported("execution.runtime-mode '", value, "' is not supported; bounded inputs run to their end in streaming mode");
    case Takes::kNoTime:
    case Takes::kDuration: break;
  }
  auto duration = data::ParseDuration(value);
  if (!duration.ok()) return Fault::Invalid("SET '", key, "': ", duration.fault().message());
  bool takes = Find(key)->takes != Takes::kNoTime || duration->ns == 0;
  return takes ? Status() : Status(Fault::Unsupported("SET '", key, "' = '", value, "' is not supported: ", Find(key)->words));
}

}  // namespace

Result<bool> CheckSetting(const std::string& key, const std::string& value) {
  ASSIGN_OR_RETURN(bool read, CheckSettingName(key));
  if (read) RETURN_NOT_OK(CheckValue(key, value));
  return read;
}

std::vector<std::string_view> SettingNames() {
  std::vector<std::string_view> names;
  for (const auto& setting : kSettings) names.push_back(setting.key);
  return names;
}

}  // namespace freshet::stream
