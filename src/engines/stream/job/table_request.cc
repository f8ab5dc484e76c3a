#include "engines/stream/job/table_request.h"

#include <algorithm>

#include "data/known_words.h"
#include "data/records/options.h"

namespace freshet::stream {
namespace {

ports::TableRequest RequestOf(const Table& table) {
  ports::TableRequest request;
  request.name = table.name;
  request.primary_key = table.primary_key;
  request.partitioned_by = table.partitioned_by;
  request.options = table.options;
  for (const auto& column : table.columns) {
    if (column.kind == sql::ColumnKind::kPhysical) request.record.Add(column.name, column.type);
  }
  return request;
}

Status CheckInnerOptions(const Table& table) {
  bool print = table.connector() == "print";
  static constexpr std::string_view kKnown[] = {"connector", "print-identifier", "standard-error", "sink.parallelism"};
  for (const auto& [key, value] : table.options) {
    bool known = key == "connector" || (print && std::find(std::begin(kKnown), std::end(kKnown), key) != std::end(kKnown));
    if (!known) return Fault::Invalid("table ", table.name, ": connector ", table.connector(), " has no option '", key, "'", print ? data::InsteadOf(key, kKnown) : "; it takes none");
    bool word = key != "standard-error" || value == "true" || value == "false";
    if (!word) return Fault::Invalid("table ", table.name, ": option 'standard-error' is '", value, "'; it takes true or false");
  }
  return {};
}

// What formats say does not name the table.
Status OfTable(const Table& table, const Status& checked) {
  bool says = checked.ok() || checked.fault().message().starts_with("table ");
  return says ? checked : Status(Fault(checked.fault().code(), checked.fault().blame(), checked.fault().retry(), StrCat("table ", table.name, ": ", checked.fault().message())));
}

Status CheckAlignment(const Table& table, const ports::TableRequest& request) {
  ASSIGN_OR_RETURN(auto alignment, records::AlignmentOf(request));
  bool in_vain = alignment.has_value() && !table.watermark;
  return in_vain ? Status(Fault::Invalid("table ", table.name, ": alignment group '", alignment->group, "' is for a table that tells its time; declare WATERMARK FOR a column")) : Status();
}

Status CheckSource(const Node& node, const ports::Connectors& connectors, ports::TableUse use, bool bounded) {
  const Table& table = *std::get<SourceSpec>(node.spec).table;
  ASSIGN_OR_RETURN(auto* connector, ConnectorOf(connectors, table));
  ports::TableRequest request = SourceRequest(node);
  request.bounded = bounded || use == ports::TableUse::kLookUp;
  RETURN_NOT_OK(CheckAlignment(table, request));
  return OfTable(table, connector->Check(request, use));
}

Status CheckSink(const Node& node, const ports::Connectors& connectors, bool bounded) {
  const auto& spec = std::get<SinkSpec>(node.spec);
  if (IsInner(spec)) return spec.table != nullptr ? CheckInnerOptions(*spec.table) : Status();
  ASSIGN_OR_RETURN(auto* connector, ConnectorOf(connectors, *spec.table));
  ports::TableRequest request = SinkRequest(node);
  request.bounded = bounded;
  return OfTable(*spec.table, connector->Check(request, ports::TableUse::kWrite));
}

}  // namespace

ports::TableRequest SourceRequest(const Node& source) {
  const auto& spec = std::get<SourceSpec>(source.spec);
  ports::TableRequest request = RequestOf(*spec.table);
  for (const auto& column : source.columns) request.columns.Add(column.name, column.type);
  request.metadata_keys = spec.metadata_keys;
  return request;
}

ports::TableRequest SinkRequest(const Node& sink) { return SinkRequest(*std::get<SinkSpec>(sink.spec).table); }

ports::TableRequest SinkRequest(const Table& table) {
  ports::TableRequest request = RequestOf(table);
  for (const auto* column : table.Insertable()) {
    request.columns.Add(column->name, column->type);
    request.metadata_keys.push_back(column->kind == sql::ColumnKind::kMetadata ? column->metadata_key : "");
  }
  return request;
}

bool IsInner(const SinkSpec& sink) { return sink.table == nullptr || sink.table->connector() == "print" || sink.table->connector() == "blackhole"; }

ResultTable::Shown ShownAs(const Table& table) {
  auto option = [&](const std::string& key) {
    auto found = table.options.find(key);
    return found == table.options.end() ? std::string() : found->second;
  };
  std::string identifier = option("print-identifier");
  return {identifier.empty() ? "" : identifier + "> ", option("standard-error") == "true"};
}

bool LooksUp(const Node& node) {
  const auto* join = std::get_if<JoinSpec>(&node.spec);
  return join != nullptr && join->expiry == JoinSpec::Expiry::kLookup;
}

bool IsByKey(const Table& table) { return table.connector() == "upsert-kafka"; }
bool IsOfTopics(const Table& table) { return table.connector() == "kafka" || IsByKey(table); }

Result<ports::Connector*> ConnectorOf(const ports::Connectors& connectors, const Table& table) {
  auto found = connectors.find(table.connector());
  if (found != connectors.end()) return found->second;
  if (IsOfTopics(table)) return Fault::Unsupported("table ", table.name, ": topics live in a data folder, and this run has none; add --data DATA, the folder of a house that is not running");
  if (table.connector() == "features") return Fault::Unsupported("table ", table.name, ": feature views answer in a house only, which freshet up starts and freshet preview asks; in a case CREATE TEMPORARY TABLE ", table.name, " stands in front");
  std::vector<std::string_view> known{"print", "blackhole"};
  for (const auto& [name, connector] : connectors) known.push_back(name);
  return Fault::Unsupported("table ", table.name, ": connector '", table.connector(), "' is not known here", data::InsteadOf(table.connector(), known));
}

Status CheckTables(const NodePtr& plan, const ports::Connectors& connectors, bool bounded) {
  if (std::holds_alternative<SinkSpec>(plan->spec)) RETURN_NOT_OK(CheckSink(*plan, connectors, bounded));
  if (std::holds_alternative<SourceSpec>(plan->spec)) return CheckSource(*plan, connectors, ports::TableUse::kRead, bounded);
  if (LooksUp(*plan)) {
    RETURN_NOT_OK(CheckTables(plan->inputs[0], connectors, bounded));
    return CheckSource(*plan->inputs[1], connectors, ports::TableUse::kLookUp, bounded);
  }
  for (const auto& input : plan->inputs) RETURN_NOT_OK(CheckTables(input, connectors, bounded));
  return {};
}

}  // namespace freshet::stream
