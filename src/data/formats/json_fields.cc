#include "data/formats/json_fields.h"

#include <algorithm>
#include <cstring>

namespace freshet::formats {

using data::Kind;
using data::NamedType;

JsonKey::JsonKey(const std::string& name) {
  std::string whole = "\"" + name + "\":";
  length = static_cast<uint32_t>(whole.size());
  bool plain = std::none_of(name.begin(), name.end(), [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' '; });
  if (!plain || whole.size() > kMost) return;
  std::memcpy(text, whole.data(), whole.size());
  mask = static_cast<uint32_t>((uint64_t{1} << whole.size()) - 1);
}

const JsonField* JsonObject::Find(std::string_view name) const {
  auto found = std::find_if(fields.begin(), fields.end(), [name](const JsonField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

// Wanted fields that the record does not declare are expected behind its own.
int JsonFields::Add(const std::vector<NamedType>& record, const std::vector<NamedType>& wanted) {
  JsonObject object;
  object.wanted = static_cast<int>(wanted.size());
  auto add = [&](const NamedType& declared) {
    JsonField field{.key = JsonKey(declared.name), .name = declared.name, .nested = declared.type.IsNested()};
    auto at = std::find_if(wanted.begin(), wanted.end(), [&](const auto& w) { return w.name == declared.name; });
    if (at != wanted.end()) {
      field.column = static_cast<int>(at - wanted.begin());
      field.use = UseOf(at->type);
      bool row = declared.type.kind() == Kind::kRow && at->type.kind() == Kind::kRow;
      if (field.use == JsonUse::kRow) field.object = Add(row ? declared.type.fields() : at->type.fields(), at->type.fields());
    }
    object.fields.push_back(std::move(field));
  };
  for (const auto& field : record) add(field);
  for (const auto& field : wanted) {
    if (object.Find(field.name) == nullptr) add(field);
  }
  objects_.push_back(std::move(object));
  return static_cast<int>(objects_.size()) - 1;
}

JsonUse JsonFields::UseOf(const data::Type& type) {
  if (type.IsString()) return JsonUse::kText;
  if (type.kind() == Kind::kBigInt) return JsonUse::kLong;
  if (type.IsInteger()) return JsonUse::kInteger;
  if (type.IsTimestamp()) return JsonUse::kMoment;
  if (type.IsFloating()) return JsonUse::kReal;
  if (type.kind() == Kind::kDecimal) return JsonUse::kDecimal;
  if (type.kind() == Kind::kBoolean) return JsonUse::kBoolean;
  if (type.kind() == Kind::kRow) return JsonUse::kRow;
  usable_ &= !type.IsNested() && !type.IsInterval() && !type.IsOpaque();
  return JsonUse::kOther;
}

}  // namespace freshet::formats
