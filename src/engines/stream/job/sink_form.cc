#include "engines/stream/job/sink_form.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/capitals.h"
#include "engines/stream/job/carried.h"
#include "engines/stream/job/short_text.h"
#include "engines/stream/job/table_request.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

constexpr size_t kSnippetMax = 70;
constexpr size_t kTextMax = 300;

// Options that say where rows go. Of all others, those that LooksOf takes say what rows look like there, and the rest how they get there.
constexpr std::string_view kPlace[] = {"topic", "path", "warehouse", "catalog-database", "catalog-table"};
constexpr std::pair<std::string_view, std::string_view> kUsual[] = {  // said or not, they mean this
    {"value.fields-include", "ALL"}, {"key.fields-prefix", ""}, {"timestamp-format.standard", "SQL"}, {"encode.decimal-as-plain-number", "FALSE"}, {"encode.ignore-null-fields", "FALSE"}, {"map-null-key.mode", "FAIL"},
    {"field-delimiter", ","}, {"quote-character", "\""}, {"array-element-delimiter", ";"}, {"null-literal", ""}, {"charset", "UTF-8"}, {"endianness", "BIG-ENDIAN"}, {"encoding", "BINARY"}};
constexpr std::string_view kOfReaders[] = {"ignore-parse-errors", "fail-on-missing-field", "allow-comments", "decode.json-parser.enabled", "url", "basic-auth.", "bearer-auth.", "ssl.", "properties."};
constexpr std::string_view kSinks = "Sink(table=", kLeft = "LeftSink(";
constexpr std::string_view kByKey = "upsert-kafka topic=", kDeleted = "deleted ";  // places

std::string PlaceText(const Table& table) {
  std::string out(table.connector());
  for (std::string_view key : kPlace) {
    auto found = table.options.find(std::string(key));
    if (found != table.options.end()) out += StrCat(" ", key, "=", found->second);
  }
  return out;
}

// What an option is called wherever a table has one format for key and value, or says that of the value alone.
std::string FullName(const std::string& key, const std::string& format) {
  bool of_value = key == "format" || (!format.empty() && key.starts_with(format + "."));
  return of_value ? "value." + key : key;
}

// Whether rows are written otherwise when the option is another one.
bool IsOfLooks(std::string_view name, const std::string& value) {
  if (!name.starts_with("key.") && !name.starts_with("value.")) return false;
  for (const auto& [usual, meaning] : kUsual) {
    if (name.ends_with(usual) && InCapitals(value) == meaning) return false;
  }
  return std::none_of(std::begin(kOfReaders), std::end(kOfReaders), [&](std::string_view word) { return name.find("." + std::string(word)) != std::string_view::npos; });
}

std::string LooksOf(const Table& table) {
  auto format = table.options.find("format");
  std::map<std::string, std::string> looks;
  for (const auto& [key, value] : table.options) {
    std::string name = FullName(key, format == table.options.end() ? "" : format->second);
    if (IsOfLooks(name, value)) looks[name] = value;
  }
  std::string out;
  for (const auto& [name, value] : looks) out += StrCat(out.empty() ? "" : ", ", name, "=", value);
  return out;
}

std::string WasAndIs(std::string_view was, std::string_view now) { return StrCat("was ", ShortText(was, kTextMax), " and is ", ShortText(now, kTextMax)); }

// Up to the end of a list or of a node.
std::string Snippet(std::string_view text) { return ShortText(text.substr(0, std::min(text.find("])"), text.find(")<"))), kSnippetMax); }

std::string TableNameOf(std::string_view signature) { return std::string(signature.substr(kSinks.size(), signature.find(")<") - kSinks.size())); }

bool ReadsWhatWasRead(const Node& node, const Snapshot& last) {
  if (std::holds_alternative<SourceSpec>(node.spec)) return WasRead(last, Signature(node));
  return std::any_of(node.inputs.begin(), node.inputs.end(), [&](const NodePtr& input) { return ReadsWhatWasRead(*input, last); });
}

}  // namespace

std::string DifferenceOf(std::string_view before, std::string_view after) {
  size_t at = 0;
  while (at < before.size() && at < after.size() && before[at] == after[at]) ++at;
  size_t word = at == 0 ? std::string_view::npos : before.find_last_of(" <[", at - 1);
  at = word == std::string_view::npos ? 0 : word + 1;
  return StrCat("was ", Snippet(before.substr(std::min(at, before.size()))), " and is ", Snippet(after.substr(std::min(at, after.size()))));
}

SinkForm FormOf(const Node& sink, const data::TimeZone& zone) {
  const auto& spec = std::get<SinkSpec>(sink.spec);
  if (spec.table == nullptr) return {};
  SinkForm form{.place = PlaceText(*spec.table), .layout = LooksOf(*spec.table), .columns = {}};
  std::string key;
  for (const auto* column : spec.table->Insertable()) {
    std::string text = StrCat(column->name, " ", column->type.ToString());
    form.columns += StrCat(form.columns.empty() ? "" : ", ", text);
    bool in_key = std::find(spec.table->primary_key.begin(), spec.table->primary_key.end(), column->name) != spec.table->primary_key.end();
    if (in_key) key += StrCat(key.empty() ? "" : ", ", text);
  }
  if (!key.empty()) form.layout = StrCat("key=[", key, "]", form.layout.empty() ? "" : ", ", form.layout);
  if (zone.Name() != "UTC") form.columns += StrCat(", in ", zone.Name());
  return form;
}

void SaveForm(const SinkForm& form, std::string_view topic_id, OperatorState& state) {
  if (form.place.empty()) return;
  ByteWriter out(state.whole, Order::kLittle);
  for (const auto* text : {&form.place, &form.layout, &form.columns}) WriteBytes(out, *text);
  if (!topic_id.empty()) WriteBytes(out, topic_id);
}

namespace {

struct Saved {
  SinkForm form;
  std::string topic_id;
  size_t begin = 0;  // of these in the state's bytes
};

Saved SavedIn(const OperatorState& state) {
  ByteReader in(state.whole, Order::kLittle);
  in.Skip(8);
  in.Skip(in.ReadVarUint64() * 8);  // watermarks
  Saved saved{.begin = in.position()};
  if (!in.ok() || in.AtEnd()) return saved;
  for (auto* text : {&saved.form.place, &saved.form.layout, &saved.form.columns}) *text = ReadBytes(in);
  if (in.ok() && !in.AtEnd()) saved.topic_id = ReadBytes(in);
  return in.ok() ? saved : Saved();
}

}  // namespace

SinkForm FormIn(const OperatorState& state) { return SavedIn(state).form; }

TopicIds IdsOf(const ports::Topics& topics) {
  return [&topics](const std::string& name) {
    auto topic = topics.Find(name);
    return topic == nullptr ? std::string() : topic->id.ToString();
  };
}

std::string TopicIdOf(const Node& sink, const TopicIds& ids) {
  const auto& spec = std::get<SinkSpec>(sink.spec);
  bool is_ours = ids && spec.table != nullptr && spec.table->connector() == "upsert-kafka" && !spec.table->options.contains("properties.bootstrap.servers");
  return is_ours ? ids(spec.table->options.at("topic")) : "";
}

void LeaveDeletedTopics(Snapshot& last, const TopicIds& ids) {
  if (!ids) return;
  for (auto sink = last.operators.lower_bound(std::string(kSinks)); sink != last.operators.end() && sink->first.starts_with(kSinks); ++sink) {
    Saved saved = SavedIn(sink->second);
    bool is_known = !saved.topic_id.empty() && saved.form.place.starts_with(kByKey);
    if (!is_known || ids(saved.form.place.substr(kByKey.size())) == saved.topic_id) continue;
    saved.form.place.insert(0, kDeleted);
    sink->second.whole.resize(saved.begin);
    SaveForm(saved.form, "", sink->second);
  }
}

bool RowsStandOtherwise(const SinkChange& change) { return change.is == SinkIs::kOfOthers || change.is == SinkIs::kElsewhere || change.is == SinkIs::kUnlike; }

SinkChanges::SinkChanges(const Snapshot& last, const std::vector<NodePtr>& plans, const data::TimeZone& zone) : last_(last), zone_(zone) {
  for (const auto& plan : plans) now_.push_back(NowOf(*plan));
  for (std::string_view beginning : {kSinks, kLeft}) {
    for (auto old = last.operators.lower_bound(std::string(beginning)); old != last.operators.end() && old->first.starts_with(beginning); ++old) before_.push_back({old->first, FormIn(old->second)});
  }
  // A version that did not say what sinks are: of those whose table has still its name, it is as it is now.
  for (auto& old : before_) {
    if (!old.form.place.empty()) continue;
    auto same = std::find_if(now_.begin(), now_.end(), [&](const Sink& now) { return now.signature.starts_with(StrCat(kSinks, TableNameOf(old.signature), ")<")); });
    if (same != now_.end()) old.form = same->form;
  }
}

const SinkChanges::Sink* SinkChanges::AsBefore(const Sink& now) const {
  auto old = std::find_if(before_.begin(), before_.end(), [&](const Sink& one) { return one.signature == now.signature && one.form == now.form; });
  return old == before_.end() ? nullptr : &*old;
}

// Who wrote that place and does not any more.
std::vector<const SinkChanges::Sink*> SinkChanges::PastOf(const Sink& now) const {
  std::vector<const Sink*> past;
  for (const auto& old : before_) {
    bool goes_on = std::any_of(now_.begin(), now_.end(), [&](const Sink& one) { return AsBefore(one) == &old; });
    if (old.form.place == now.form.place && !goes_on) past.push_back(&old);
  }
  return past;
}

SinkChange SinkChanges::Of(const Node& sink) const {
  Sink now = NowOf(sink);
  std::vector<const Sink*> past = PastOf(now);
  const Sink* before = AsBefore(now);
  if (!past.empty()) {
    const Sink& old = *past.front();
    if (old.form.layout != now.form.layout) return {SinkIs::kUnlike, WasAndIs(old.form.layout, now.form.layout)};
    if (old.form.columns != now.form.columns) return {SinkIs::kOfOthers, WasAndIs(old.form.columns, now.form.columns)};
    if (old.signature.starts_with(kLeft)) return {SinkIs::kOfOthers, "was left by an earlier version of the file, with the rows that it had then"};
    if (before != nullptr) return {SinkIs::kOfOthers, StrCat("another statement wrote it, too: ", Snippet(old.signature.substr(old.signature.find(")<") + 2)))};
    return {SinkIs::kOfOthers, DifferenceOf(old.signature, now.signature)};
  }
  if (before != nullptr) return {SinkIs::kAsBefore, ""};
  for (const auto& old : before_) {
    bool same_name = old.signature.starts_with(StrCat(kSinks, std::get<SinkSpec>(sink.spec).name, ")<"));
    bool is_deleted = same_name && old.form.place == StrCat(kDeleted, now.form.place);
    if (is_deleted) return {SinkIs::kElsewhere, StrCat("its topic '", now.form.place.substr(kByKey.size()), "' was deleted since the last epoch")};
    if (same_name && old.form.place != now.form.place) return {SinkIs::kElsewhere, WasAndIs(old.form.place, now.form.place)};
  }
  return {};
}

bool SinkChanges::HasRowsThere(const Node& sink) const {
  std::string place = FormOf(sink, zone_).place;
  return std::any_of(before_.begin(), before_.end(), [&](const Sink& old) { return old.form.place == place; });
}

bool SinkChanges::HasSuchRowsThere(const Node& sink) const {
  SinkForm form = FormOf(sink, zone_);
  return std::any_of(before_.begin(), before_.end(), [&](const Sink& old) { return old.form.place == form.place && old.form.columns == form.columns; });
}

bool SinkChanges::LacksRows(const Node& sink) const {
  const auto& spec = std::get<SinkSpec>(sink.spec);
  if (IsInner(spec) || !IsByKey(*spec.table)) return false;
  SinkChange change = Of(sink);
  return RowsStandOtherwise(change) || (change.is == SinkIs::kNew && ReadsWhatWasRead(sink, last_));
}

bool SinkChanges::IsWritten(const std::string& place) const {
  return std::any_of(now_.begin(), now_.end(), [&](const Sink& now) { return now.form.place == place; });
}

std::vector<std::string> SinkChanges::Left() const {
  std::vector<std::string> tables;
  for (const auto& old : before_) {
    if (!old.signature.starts_with(kSinks) || IsWritten(old.form.place)) continue;
    std::string table = TableNameOf(old.signature);
    bool has_moved = std::any_of(now_.begin(), now_.end(), [&](const Sink& now) { return TableNameOf(now.signature) == table; });
    if (has_moved) continue;  // which is told of that table
    if (tables.empty() || tables.back() != table) tables.push_back(std::move(table));
  }
  return tables;
}

std::map<std::string, std::string> SinkChanges::LeftPlaces() const {
  std::map<std::string, std::string> left;
  for (const auto& old : before_) {
    bool is_left = old.form.place.starts_with("upsert-kafka ") && !IsWritten(old.form.place);
    if (!is_left) continue;
    OperatorState state;
    ByteWriter out(state.whole, Order::kLittle);
    out.Write(int64_t{0});
    out.WriteVarUint64(0);  // no watermarks
    SaveForm(old.form, "", state);
    left[StrCat(kLeft, old.form.place, ")")] = std::move(state.whole);
  }
  return left;
}

}  // namespace freshet::stream
