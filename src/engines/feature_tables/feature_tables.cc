#include "engines/feature_tables/feature_tables.h"

#include <algorithm>

#include "data/known_words.h"

namespace freshet::feature_tables {
namespace {

using ports::EntityKey;
using ports::EntityRow;
using ports::FeatureColumn;
using ports::FeatureKind;
using ports::FeatureSource;
using ports::FeatureView;

constexpr std::string_view kKnown[] = {"connector", "view"};

// Where a column of the table comes from: entity key number `index`, or feature number `index`.
struct Place {
  bool key;
  size_t index;
};

bool Fits(FeatureKind kind, const data::Type& type) {
  switch (kind) {
    case FeatureKind::kBoolean: return type.kind() == data::Kind::kBoolean;
    case FeatureKind::kInteger: return type.IsInteger();
    case FeatureKind::kReal: return type.IsFloating();
    case FeatureKind::kText: return type.IsString();
  }
  return false;
}

std::string_view TypeOf(FeatureKind kind) {
  switch (kind) {
    case FeatureKind::kBoolean: return "BOOLEAN";
    case FeatureKind::kInteger: return "BIGINT";
    case FeatureKind::kReal: return "DOUBLE";
    case FeatureKind::kText: return "STRING";
  }
  return "STRING";
}

Result<Place> PlaceOf(const FeatureView& view, const data::Field& field) {
  auto key = std::find(view.entity.begin(), view.entity.end(), field.name);
  if (key != view.entity.end()) {
    bool fine = field.type.IsInteger() || field.type.IsString();
    if (!fine) return Fault::Invalid("feature view ", view.name, ": key ", field.name, " is declared ", field.type, "; keys are STRING or BIGINT");
    return Place{true, static_cast<size_t>(key - view.entity.begin())};
  }
  auto column = std::find_if(view.columns.begin(), view.columns.end(), [&](const FeatureColumn& c) { return c.name == field.name; });
  if (column == view.columns.end()) return Fault::NotFound("feature view ", view.name, " has no feature or key '", field.name, "'");
  if (!Fits(column->kind, field.type)) return Fault::Invalid("feature view ", view.name, ": feature ", field.name, " is declared ", field.type, "; declare it ", TypeOf(column->kind));
  return Place{false, static_cast<size_t>(column - view.columns.begin())};
}

// A view's whole numbers are BIGINT, whatever the table says of them.
bool Holds(const data::Type& type, const data::Value& value) {
  if (!type.IsInteger() || value.is_null()) return true;
  int64_t number = value.integer();
  switch (type.kind()) {
    case data::Kind::kTinyInt: return number == static_cast<int8_t>(number);
    case data::Kind::kSmallInt: return number == static_cast<int16_t>(number);
    case data::Kind::kInt: return number == static_cast<int32_t>(number);
    default: return true;
  }
}

std::string KeyText(const data::Column& column, int row) {
  if (column.type.IsString()) return std::string(column.String(row));
  return StrCat(column.IntAt(row));
}

class FeatureLookup final : public ports::Lookup {
 public:
  FeatureLookup(const ports::FeatureStore& store, std::string view, std::vector<size_t> entity, std::vector<Place> places, std::vector<data::Type> types)
      : store_(store), view_(std::move(view)), entity_(std::move(entity)), places_(std::move(places)), types_(std::move(types)) {}

  Task<Found> Get(Ctx ctx, data::Batch keys) override {
    std::vector<EntityKey> entities;
    for (int row = 0; row < keys.length(); ++row) {
      EntityKey entity;
      for (size_t k : entity_) entity.push_back(KeyText(*keys.column(static_cast<int>(k)), row));
      entities.push_back(std::move(entity));
    }
    auto asking = store_.Get(ctx, view_, entities);
    auto rows = co_await asking;
    if (!rows.ok()) co_return rows.fault();
    if (rows->size() != entities.size()) co_return Fault::Corrupt("feature view ", view_, " answered ", rows->size(), " rows for ", entities.size(), " keys");
    co_return Answer(keys, entities, *rows);
  }

 private:
  Result<Found> Answer(const data::Batch& keys, const std::vector<EntityKey>& entities, const std::vector<EntityRow>& rows) const {
    data::BatchBuilder out(types_, static_cast<int>(rows.size()));
    Found found;
    for (size_t r = 0; r < rows.size(); ++r) {
      found.found.push_back(rows[r].found);
      for (size_t c = 0; c < places_.size(); ++c) {  // whose row is not there has the view's defaults, and no key
        data::ColumnBuilder& column = out.column(static_cast<int>(c));
        if (!places_[c].key) {
          const data::Value& value = rows[r].features[places_[c].index].value;
          if (!Holds(types_[c], value)) return DoesNotHold(entities[r], c, value);
          column.AppendValue(value);
        } else if (rows[r].found) {
          column.AppendFrom(*keys.column(static_cast<int>(entity_[places_[c].index])), static_cast<int>(r));
        } else {
          column.AppendNull();
        }
      }
      out.EndRow();
    }
    found.rows = out.Build();
    return found;
  }

  Fault DoesNotHold(const EntityKey& entity, size_t column, const data::Value& value) const {
    std::string key;
    for (const auto& part : entity) key += StrCat(key.empty() ? "" : ", ", part);
    auto view = store_.Find(view_);
    std::string feature = view == nullptr ? std::string() : StrCat(" ", view->columns[places_[column].index].name);
    return Fault::Invalid("feature view ", view_, ": feature", feature, " of (", key, ") is ", value.integer(), ", which ", types_[column].WithNullable(true), " does not hold; declare the column BIGINT");
  }

  const ports::FeatureStore& store_;
  std::string view_;
  std::vector<size_t> entity_;  // per entity key: its column among the keys asked with
  std::vector<Place> places_;
  std::vector<data::Type> types_;
};

}  // namespace

std::string FeatureTables::ViewOf(const ports::TableRequest& table) const {
  auto option = table.options.find("view");
  return option == table.options.end() ? table.name : option->second;
}

Fault FeatureTables::NoView(const ports::TableRequest& table) const {
  std::vector<std::shared_ptr<const ports::FeatureView>> views = store_.List();
  std::vector<std::string_view> known;
  for (const auto& view : views) known.push_back(view->name);
  return Fault::NotFound("table ", table.name, ": no feature view '", ViewOf(table), "' is served", data::InsteadOf(ViewOf(table), known));
}

Status FeatureTables::Check(const ports::TableRequest& table, ports::TableUse use) const {
  if (use == ports::TableUse::kRead) return Fault::Unsupported("table ", table.name, ": features are looked up, not read; join it FOR SYSTEM_TIME AS OF a PROCTIME() column");
  if (use == ports::TableUse::kWrite) return Fault::Unsupported("table ", table.name, ": features follow their view's topic; INSERT INTO an upsert-kafka table of that topic");
  for (const auto& [key, value] : table.options) {
    bool known = std::find(std::begin(kKnown), std::end(kKnown), key) != std::end(kKnown);
    if (!known) return Fault::Invalid("table ", table.name, ": connector features has no option '", key, "'", data::InsteadOf(key, kKnown));
  }
  auto view = store_.Find(ViewOf(table));
  if (!view) return NoView(table);
  for (const auto& field : table.columns.fields()) RETURN_NOT_OK(PlaceOf(*view, field).status());
  return {};
}

Task<std::unique_ptr<ports::Source>> FeatureTables::OpenSource(Ctx, ports::TableRequest table) { co_return Check(table, ports::TableUse::kRead); }
Task<std::unique_ptr<ports::Sink>> FeatureTables::OpenSink(Ctx, ports::TableRequest table) { co_return Check(table, ports::TableUse::kWrite); }

Task<std::unique_ptr<ports::Lookup>> FeatureTables::OpenLookup(Ctx, ports::LookupRequest lookup) {
  Status checked = Check(lookup.table, ports::TableUse::kLookUp);
  if (!checked.ok()) co_return checked.fault();
  std::string name = ViewOf(lookup.table);
  auto view = store_.Find(name);
  std::vector<size_t> entity;
  for (const auto& key : view->entity) {
    auto at = std::find(lookup.key_columns.begin(), lookup.key_columns.end(), key);
    if (at == lookup.key_columns.end()) co_return Fault::Invalid("table ", lookup.table.name, ": ON must equate every key of feature view ", name, "; '", key, "' is missing");
    entity.push_back(static_cast<size_t>(at - lookup.key_columns.begin()));
  }
  if (lookup.key_columns.size() != view->entity.size()) co_return Fault::Invalid("table ", lookup.table.name, ": ON may equate the keys of feature view ", name, " only; put other conditions into WHERE");
  std::vector<Place> places;
  std::vector<data::Type> types;
  for (const auto& field : lookup.table.columns.fields()) {
    auto place = PlaceOf(*view, field);
    if (!place.ok()) co_return place.fault();
    places.push_back(*place);
    types.push_back(field.type.WithNullable(true));
  }
  std::unique_ptr<ports::Lookup> opened = std::make_unique<FeatureLookup>(store_, name, std::move(entity), std::move(places), std::move(types));
  co_return opened;
}

std::span<const std::string_view> FeatureOptionNames() { return kKnown; }

}  // namespace freshet::feature_tables
