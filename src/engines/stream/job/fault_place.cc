#include "engines/stream/job/fault_place.h"

#include <algorithm>

#include "data/canonical.h"
#include "engines/stream/job/short_text.h"
#include "engines/stream/plan/unique_keys.h"

namespace freshet::stream {
namespace {

constexpr size_t kPlacesShown = 3;
constexpr size_t kOperatorBytesMax = 80;
constexpr size_t kRowBytesMax = 300;

std::vector<expr::ExprPtr> ExprsOf(const Node& node) {
  if (const auto* filter = std::get_if<FilterSpec>(&node.spec)) return {filter->condition};
  if (const auto* project = std::get_if<ProjectSpec>(&node.spec)) return project->exprs;
  if (const auto* watermark = std::get_if<WatermarkSpec>(&node.spec)) return {watermark->expr};
  return {};
}

// Which row of the site's it was; -1: nobody knows.
int RowOf(const FaultSite& site, const Node& node, const expr::Session& session) {
  if (!site.rows || site.rows->selected() == 0) return -1;
  if (site.is_row || site.rows->selected() == 1) return site.rows->selection().row(0);
  return FirstUncomputed(ExprsOf(node), *site.rows, session).value_or(-1);
}

// Those of a unique key in front.
std::vector<int> ColumnsInOrder(const Node& of, int count) {
  std::vector<int> columns(static_cast<size_t>(count));
  for (int c = 0; c < count; ++c) columns[static_cast<size_t>(c)] = c;
  std::vector<UniqueKey> keys = UniqueKeys(of);
  if (!keys.empty()) std::stable_partition(columns.begin(), columns.end(), [&](int c) { return keys.front().contains(c); });
  return columns;
}

std::string RowText(const Node& of, const data::Batch& rows, int row) {
  std::vector<std::string> names;
  std::vector<data::ColumnPtr> values;
  for (int c : ColumnsInOrder(of, std::min(rows.column_count(), static_cast<int>(of.columns.size())))) {
    names.push_back(of.columns[static_cast<size_t>(c)].name);
    values.push_back(rows.column(c));
  }
  std::string text;
  data::CanonicalWriter(names).AppendRow(text, data::Batch(rows.length(), std::move(values)), row);
  return ShortText(text, kRowBytesMax);
}

bool IsAbout(Code code) { return code != Code::kCancelled && code != Code::kExhausted; }

}  // namespace

std::string PlacesText(const std::vector<PlanPlace>& places) {
  std::string out;
  for (size_t i = 0; i < places.size() && i < kPlacesShown; ++i) {
    out += StrCat(out.empty() ? "" : ", ", places[i].sink);
    if (places[i].line > 0) out += StrCat(" (line ", places[i].line, ")");
  }
  return places.size() > kPlacesShown ? StrCat(out, " and ", places.size() - kPlacesShown, " more") : out;
}

Fault AtSite(const Fault& fault, const FaultSite& site, const Node& node, const std::vector<PlanPlace>& statements, const expr::Session& session) {
  if (!IsAbout(fault.code())) return fault;
  std::string message = StrCat(fault.message(), "; operator ", ShortText(NodeText(node), kOperatorBytesMax));
  if (!statements.empty()) message += StrCat(" of ", PlacesText(statements));
  int row = RowOf(site, node, session);
  const Node& of = site.input < 0 || node.inputs.empty() ? node : *node.inputs[std::min(static_cast<size_t>(site.input), node.inputs.size() - 1)];
  std::string shown = row < 0 ? "" : RowText(of, *site.rows, row);
  if (!shown.empty() && fault.message().find(shown) == std::string::npos) message += StrCat("; row ", shown);
  return Fault(fault.code(), fault.blame(), fault.retry(), std::move(message));
}

}  // namespace freshet::stream
