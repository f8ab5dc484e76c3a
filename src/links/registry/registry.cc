#include "links/registry/registry.h"

#include <nlohmann/json.hpp>
#include <set>

#include "data/json_tree.h"
#include "io/wait.h"

namespace freshet::links::registry {
namespace {

using Json = nlohmann::json;

constexpr size_t kFetchedMax = 10'000;
constexpr size_t kTextShown = 300;
constexpr Duration kAbsentFor = Seconds(5);

// A subject as a part of a path.
std::string Escaped(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    auto byte = static_cast<unsigned char>(c);
    if (plain) out += c;
    else out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

Fault Refused(const formats::RegistryAccess& access, const std::string& what, const HttpAnswer& answer) {
  std::string why = StrCat("schema registry ", access.url, ", ", what, ": status ", answer.status, ", ", answer.body.substr(0, kTextShown));
  if (answer.status == 401) return Fault::Unauthenticated(why);
  if (answer.status == 403) return Fault::PermissionDenied(why);
  if (answer.status == 404) return Fault::NotFound(why);
  if (answer.status == 409 || answer.status == 422) return Fault::Invalid(why);
  return Fault(Code::kUnavailable, Blame::kWorld, Retry::kLater, why);
}

Fault NoAnswer(const formats::RegistryAccess& access, const std::string& what, const std::string& body) {
  return Fault(Code::kUnavailable, Blame::kWorld, Retry::kLater, StrCat("schema registry ", access.url, ", ", what, ": its answer is none: ", body.substr(0, kTextShown)));
}

}  // namespace

Result<std::string> Registry::Fetch(const formats::RegistryAccess& access, int32_t id) {
  {
    std::lock_guard lock(mutex_);
    auto found = fetched_.find({access.url, id});
    if (found != fetched_.end()) return found->second;
    auto absent = absent_.find({access.url, id});
    if (absent != absent_.end() && env_.clock().Now() < absent->second.until) return absent->second.why;
  }
  auto asked = Ask(access, id);
  bool of_this_one = !asked.ok() && (asked.code() == Code::kNotFound || asked.code() == Code::kUnsupported);
  if (!of_this_one) return asked;
  std::lock_guard lock(mutex_);
  if (absent_.size() >= kFetchedMax) absent_.clear();
  absent_.insert_or_assign({access.url, id}, Absent{asked.fault(), env_.clock().Now() + kAbsentFor});
  return asked;
}

Result<std::string> Registry::Ask(const formats::RegistryAccess& access, int32_t id) {
  std::string what = StrCat("schema ", id);
  ASSIGN_OR_RETURN(HttpAnswer answer, http_->Get(access, StrCat("/schemas/ids/", id)));
  if (answer.status != 200) return Refused(access, what, answer);
  Json json = data::ParseJson<Json>(answer.body);
  bool whole = json.is_object() && json.contains("schema") && json["schema"].is_string();
  if (!whole) return NoAnswer(access, what, answer.body);
  bool avro = !json.contains("schemaType") || json["schemaType"] == "AVRO";
  if (!avro) return Fault::Unsupported("schema ", id, " is of another kind than Avro");
  if (json.contains("references") && !json["references"].empty()) return Fault::Unsupported("schema ", id, " refers to other schemas, which is not supported");
  auto schema = json["schema"].get<std::string>();
  std::lock_guard lock(mutex_);
  if (fetched_.size() >= kFetchedMax) fetched_.clear();
  fetched_[{access.url, id}] = schema;
  return schema;
}

Result<int32_t> Registry::Register(const formats::RegistryAccess& access, const std::string& subject, const std::string& schema) {
  std::string what = StrCat("subject '", subject, "'");
  Json body;
  body["schema"] = schema;
  ASSIGN_OR_RETURN(HttpAnswer answer, http_->Post(access, StrCat("/subjects/", Escaped(subject), "/versions"), body.dump()));
  if (answer.status != 200) return Refused(access, what, answer);
  Json json = data::ParseJson<Json>(answer.body);
  bool whole = json.is_object() && json.contains("id") && json["id"].is_number_integer();
  if (!whole) return NoAnswer(access, what, answer.body);
  return json["id"].get<int32_t>();
}

Task<> Registry::FetchFor(Ctx, records::RecordRows& rows, std::span<const data::Record> records) {
  std::set<std::pair<formats::RegistryDecoder*, int32_t>> missing;
  rows.EachMissing(records, [&](formats::RegistryDecoder& decoder, int32_t id) { missing.emplace(&decoder, id); });
  for (const auto& one : missing) {
    auto fetch = [&] { return Fetch(one.first->access(), one.second); };
    io::Offload offload(env_.workers(), io::Pool::kRemote, fetch);
    auto schema = co_await offload;
    bool of_registry = !schema.ok() && schema.code() != Code::kNotFound && schema.code() != Code::kUnsupported;
    if (of_registry) co_return schema.fault();
    one.first->TakeSchema(one.second, schema);
  }
  co_return Status();
}

Task<> Registry::RegisterFor(Ctx, records::RowRecords& rows) {
  for (const auto& one : rows.to_register()) {
    auto add = [&] { return Register(one.encoder->access(), one.subject, one.encoder->schema()); };
    io::Offload offload(env_.workers(), io::Pool::kRemote, add);
    auto id = co_await offload;
    if (!id.ok()) co_return id.fault();
    one.encoder->TakeSchemaId(*id);
  }
  co_return Status();
}

}  // namespace freshet::links::registry
