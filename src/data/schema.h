#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.h"
#include "data/type.h"

namespace freshet::data {

// A column's identity for ever, as Iceberg numbers it; names are labels that may change.
using FieldId = Strong<struct FieldIdTag, int32_t>;

struct Field {
  FieldId id;
  std::string name;
  Type type;
  bool operator==(const Field&) const = default;
};

// The ordered, named columns of a table or stream. Names are case-sensitive and unique.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields) : fields_(std::move(fields)) {}

  int size() const { return static_cast<int>(fields_.size()); }
  const Field& field(int i) const { return fields_[static_cast<size_t>(i)]; }
  const std::vector<Field>& fields() const { return fields_; }

  // Numbers the new field one above the highest id in use.
  void Add(std::string name, Type type) {
    int32_t id = 1;
    for (const auto& f : fields_) id = f.id.get() >= id ? f.id.get() + 1 : id;
    fields_.push_back({FieldId(id), std::move(name), std::move(type)});
  }
  std::optional<int> Find(std::string_view name) const {
    for (int i = 0; i < size(); ++i) {
      if (field(i).name == name) return i;
    }
    return std::nullopt;
  }
  Type AsRowType() const {
    std::vector<NamedType> row;
    for (const auto& f : fields_) row.push_back({f.name, f.type});
    return Type::Row(std::move(row));
  }
  bool operator==(const Schema&) const = default;

 private:
  std::vector<Field> fields_;
};

}  // namespace freshet::data
