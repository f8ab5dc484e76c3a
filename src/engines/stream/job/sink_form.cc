#include "engines/stream/job/sink_form.h"

#include <algorithm>

#include "base/bytes.h"
#include "engines/stream/state/rows.h"

namespace freshet::stream {
namespace {

constexpr size_t kSnippetMax = 70;
constexpr size_t kTextMax = 300;

// Options that say where rows go, and those that say what they look like there. All others say how they get there.
constexpr std::string_view kPlace[] = {"topic", "path", "warehouse", "catalog-database", "catalog-table"};
constexpr std::string_view kLayout[] = {"format", "key.format", "value.format", "key.fields", "key.fields-prefix", "value.fields-include"};
constexpr std::string_view kSinks = "Sink(table=";

template <size_t N>
std::string TextOf(const Table& table, const std::string_view (&keys)[N]) {
  std::string out;
  for (std::string_view key : keys) {
    auto found = table.options.find(std::string(key));
    if (found != table.options.end()) out += StrCat(out.empty() ? "" : ", ", key, "=", found->second);
  }
  return out;
}

std::string WasAndIs(std::string_view was, std::string_view now) { return StrCat("was ", was.substr(0, kTextMax), " and is ", now.substr(0, kTextMax)); }

// "Sink(table=totals)<": how signatures of all sinks of one table begin.
std::string Beginning(std::string_view table) { return StrCat(kSinks, table, ")<"); }

// Up to the end of a list or of a node.
std::string Snippet(std::string_view text) {
  text = text.substr(0, std::min(text.find("])"), text.find(")<")));
  return text.size() <= kSnippetMax ? std::string(text) : StrCat(text.substr(0, kSnippetMax), "…");
}

}  // namespace

std::string DifferenceOf(std::string_view before, std::string_view after) {
  size_t at = 0;
  while (at < before.size() && at < after.size() && before[at] == after[at]) ++at;
  size_t word = at == 0 ? std::string_view::npos : before.find_last_of(" <[", at - 1);
  at = word == std::string_view::npos ? 0 : word + 1;
  return StrCat("was ", Snippet(before.substr(std::min(at, before.size()))), " and is ", Snippet(after.substr(std::min(at, after.size()))));
}

SinkForm FormOf(const Node& sink) {
  const auto& spec = std::get<SinkSpec>(sink.spec);
  if (spec.table == nullptr) return {};
  SinkForm form{.place = spec.table->connector(), .layout = TextOf(*spec.table, kLayout), .columns = {}};
  if (std::string where = TextOf(*spec.table, kPlace); !where.empty()) form.place += " " + where;
  std::string key;
  for (const auto* column : spec.table->Insertable()) {
    std::string text = StrCat(column->name, " ", column->type.ToString());
    form.columns += StrCat(form.columns.empty() ? "" : ", ", text);
    bool in_key = std::find(spec.table->primary_key.begin(), spec.table->primary_key.end(), column->name) != spec.table->primary_key.end();
    if (in_key) key += StrCat(key.empty() ? "" : ", ", text);
  }
  if (!key.empty()) form.layout = StrCat("key=[", key, "]", form.layout.empty() ? "" : ", ", form.layout);
  return form;
}

void SaveForm(const SinkForm& form, OperatorState& state) {
  if (form.place.empty()) return;
  ByteWriter out(state.whole, Order::kLittle);
  for (const auto* text : {&form.place, &form.layout, &form.columns}) WriteBytes(out, *text);
}

SinkForm FormIn(const OperatorState& state) {
  ByteReader in(state.whole, Order::kLittle);
  in.Skip(8);
  in.Skip(in.ReadVarUint64() * 8);  // watermarks
  SinkForm form;
  if (!in.ok() || in.AtEnd()) return form;
  for (auto* text : {&form.place, &form.layout, &form.columns}) *text = ReadBytes(in);
  return in.ok() ? form : SinkForm();
}

SinkChange ChangeOfSink(const Snapshot& last, const Node& sink, const std::string& signature) {
  SinkForm now = FormOf(sink);
  std::string beginning = Beginning(std::get<SinkSpec>(sink.spec).name);
  SinkChange change;
  for (auto old = last.operators.lower_bound(beginning); old != last.operators.end() && old->first.starts_with(beginning); ++old) {
    SinkForm was = FormIn(old->second);
    if (was.place.empty()) return {SinkIs::kUnknown, ""};
    if (was == now && old->first == signature) return {SinkIs::kAsBefore, ""};
    if (was.place != now.place) change = {SinkIs::kElsewhere, WasAndIs(was.place, now.place)};
    else if (was.layout != now.layout) change = {SinkIs::kUnlike, WasAndIs(was.layout, now.layout)};
    else if (was.columns != now.columns) change = {SinkIs::kOfOthers, WasAndIs(was.columns, now.columns)};
    else change = {SinkIs::kOfOthers, DifferenceOf(old->first, signature)};
  }
  return change;
}

bool HasRowsThere(const Snapshot& last, const Node& sink) {
  SinkForm now = FormOf(sink);
  std::string beginning = Beginning(std::get<SinkSpec>(sink.spec).name);
  for (auto old = last.operators.lower_bound(beginning); old != last.operators.end() && old->first.starts_with(beginning); ++old) {
    SinkForm was = FormIn(old->second);
    if (was.place.empty() || was.place == now.place) return true;
  }
  return false;
}

bool RowsStandOtherwise(const SinkChange& change) { return change.is == SinkIs::kOfOthers || change.is == SinkIs::kElsewhere || change.is == SinkIs::kUnlike; }

std::vector<std::string> TablesWritten(const Snapshot& last) {
  std::vector<std::string> tables;
  for (auto one = last.operators.lower_bound(std::string(kSinks)); one != last.operators.end() && one->first.starts_with(kSinks); ++one) {
    std::string table = one->first.substr(kSinks.size(), one->first.find(")<") - kSinks.size());
    if (tables.empty() || tables.back() != table) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace freshet::stream
