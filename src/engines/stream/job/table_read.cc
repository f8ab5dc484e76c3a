#include "engines/stream/job/table_read.h"

#include <algorithm>
#include <optional>

#include "engines/stream/job/table_request.h"

namespace freshet::stream {
namespace {

using data::Type;

const Type* FieldOf(const Type& row, const std::string& name) {
  for (const auto& field : row.fields()) {
    if (field.name == name) return &field.type;
  }
  return nullptr;
}

// The fields of either row, in the order in which the table declares them.
Type BothOf(const Type& declared, const Type& a, const Type& b) {
  if (a == b || declared.kind() != data::Kind::kRow) return a;
  std::vector<data::NamedType> fields;
  for (const auto& field : declared.fields()) {
    const Type* of_a = FieldOf(a, field.name);
    const Type* of_b = FieldOf(b, field.name);
    if (of_a != nullptr && of_b != nullptr) fields.push_back({field.name, BothOf(field.type, *of_a, *of_b)});
    else if (of_a != nullptr || of_b != nullptr) fields.push_back({field.name, of_a != nullptr ? *of_a : *of_b});
  }
  return Type::Row(std::move(fields)).WithNullable(a.nullable());
}

// The same rows with fewer fields.
data::ColumnPtr Narrowed(const data::ColumnPtr& column, const Type& type) {
  if (type.kind() != data::Kind::kRow || column->type == type) return column;
  auto out = std::make_shared<data::Column>(*column);
  out->type = type;
  out->children.clear();
  const auto& fields = column->type.fields();
  for (const auto& field : type.fields()) {
    auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == field.name; });
    CHECK(at != fields.end());
    out->children.push_back(Narrowed(column->children[static_cast<size_t>(at - fields.begin())], field.type));
  }
  return out;
}

const SourceSpec& SpecOf(const Node& node) { return std::get<SourceSpec>(node.spec); }

const Type* DeclaredType(const Table& table, const std::string& name) {
  auto at = std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& column) { return column.name == name; });
  return at == table.columns.end() ? nullptr : &at->type;
}

}  // namespace

TableRead::TableRead(int source, const NodePtr& node) : all_(MakeNode(node->spec, {}, {})) {
  std::get<SourceSpec>(all_->spec).metadata_keys.clear();
  Add(source, node);
}

bool TableRead::IsOf(const Node& node) const {
  const Table& own = *SpecOf(*all_).table;
  const Table& table = *SpecOf(node).table;
  return &table == &own || (table.name == own.name && table.options == own.options && SourceRequest(node).record == SourceRequest(*all_).record);
}

void TableRead::Add(int source, const NodePtr& node) {
  std::vector<int> places;
  for (size_t c = 0; c < node->columns.size(); ++c) places.push_back(PlaceFor(node->columns[c], SpecOf(*node).metadata_keys[c]));
  sources_.push_back(source);
  readers_.push_back(node);
  places_.push_back(std::move(places));
}

int TableRead::PlaceFor(const PlanColumn& column, const std::string& metadata_key) {
  auto& columns = all_->columns;
  auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& known) { return known.name == column.name; });
  auto place = static_cast<int>(at - columns.begin());
  auto& spec = std::get<SourceSpec>(all_->spec);
  if (at == columns.end()) {
    columns.push_back(column);
    spec.metadata_keys.push_back(metadata_key);
  } else if (const Type* declared = DeclaredType(*spec.table, column.name)) {
    at->type = BothOf(*declared, at->type, column.type);
  }
  return place;
}

Batch TableRead::RowsFor(size_t reader, const Batch& batch) const {
  if (readers_.size() == 1 || batch.length() == 0) return batch;  // an empty batch has no columns
  std::vector<data::ColumnPtr> columns;
  for (size_t c = 0; c < places_[reader].size(); ++c) columns.push_back(Narrowed(batch.column(places_[reader][c]), readers_[reader]->columns[c].type));
  return batch.WithColumns(std::move(columns));
}

std::vector<TableRead> PlanReads(const std::vector<Pipeline::SourcePart>& sources, const std::map<std::string, std::string>& positions) {
  std::vector<TableRead> reads;
  std::vector<std::optional<std::string>> begins;
  for (size_t s = 0; s < sources.size(); ++s) {
    auto saved = positions.find(sources[s].signature);
    std::optional<std::string> begin;
    if (saved != positions.end()) begin = saved->second;
    size_t at = 0;
    while (at < reads.size() && !(begins[at] == begin && reads[at].IsOf(*sources[s].node))) ++at;
    if (at < reads.size()) {
      reads[at].Add(static_cast<int>(s), sources[s].node);
    } else {
      reads.emplace_back(static_cast<int>(s), sources[s].node);
      begins.push_back(std::move(begin));
    }
  }
  return reads;
}

}  // namespace freshet::stream
