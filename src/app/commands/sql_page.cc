#include "app/commands/sql_page.h"

#include <cstdio>

#include "app/commands/command.h"
#include "data/expr/function.h"
#include "data/formats/file_format.h"
#include "data/formats/registry_format.h"
#include "data/records/options.h"
#include "data/records/tuning.h"
#include "engines/datagen/datagen.h"
#include "engines/feature_tables/feature_tables.h"
#include "engines/files/options.h"
#include "engines/lake/options.h"
#include "engines/lake/parquet_files.h"
#include "engines/stream/job/settings.h"
#include "engines/stream/plan/aggregates.h"
#include "links/kafka/properties.h"
#include "links/postgres/options.h"

namespace freshet::app {
namespace {

// A cell of a Markdown table; code stands between back-ticks, two of them where it has some itself.
std::string Escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}
std::string Code(std::string_view text) {
  std::string fence = text.find('`') == std::string_view::npos ? "`" : "``";
  return fence + Escaped(text) + fence;
}

void AppendRow(std::string& out, const expr::Doc& doc) { out += StrCat("| ", Code(doc.signature), " | ", Escaped(doc.meaning), " | ", Code(doc.example), " | ", Code(doc.answer), " |\n"); }

template <typename Names>
void AppendNames(std::string& out, std::string_view of, const Names& names) {
  out += StrCat("| `", of, "` | ");
  bool first = true;
  for (std::string_view name : names) {
    if (name == "connector") continue;
    out += StrCat(first ? "`" : ", `", name, "`");
    first = false;
  }
  out += " |\n";
}

void AppendConnectors(std::string& out) {
  out += "\n## Options of connectors\nAn unknown one is refused with the known ones. `blackhole` takes none, `print` `print-identifier` (stands with a > before every line that freshet run shows), `standard-error` and `sink.parallelism`.\n\n| connector | options |\n|---|---|\n";
  AppendNames(out, "kafka", records::TopicOptionNames(false));
  AppendNames(out, "upsert-kafka", records::TopicOptionNames(true));
  std::vector<std::string> properties;
  for (std::string_view name : links::kafka::PropertyNames()) properties.push_back(StrCat("properties.", name));
  AppendNames(out, "properties of another cluster", properties);
  std::vector<std::string> tuning;
  for (std::string_view name : records::TuningProperties()) tuning.push_back(StrCat("properties.", name));
  AppendNames(out, "properties that tune Java's client: taken with a notice, read by nobody", tuning);
  AppendNames(out, "filesystem", files::FilesOptionNames());
  AppendNames(out, "datagen", datagen::DatagenOptionNames());
  AppendNames(out, "iceberg", lake::LakeOptionNames());
  AppendNames(out, "features", feature_tables::FeatureOptionNames());
  AppendNames(out, "jdbc", links::postgres::JdbcOptionNames());
  out += "\n## Keys of SET\n| | keys |\n|---|---|\n";
  AppendNames(out, "SET", stream::SettingNames());
}

void AppendFormat(std::string& out, const formats::FormatDescription& format, std::string_view use) {
  out += StrCat("### ", format.name, use, "\n", format.meaning, "\n\n| option | takes |\n|---|---|\n");
  for (const auto& option : format.options) out += StrCat("| `", format.name, ".", option.key, "` | ", Escaped(option.meaning), " |\n");
  out += "\n";
}

constexpr std::string_view kHead = "| call | gives | example | answer |\n|---|---|---|---|\n";

}  // namespace

std::string SqlPage() {
  std::string out = StrCat("## Functions\n\n### Conditions and casts\n", kHead);
  for (const auto& form : expr::FormDocs()) AppendRow(out, form);
  for (const auto& family : expr::Families()) {
    out += StrCat("\n### ", family.title, "\n", kHead);
    for (const auto& function : family.functions()) AppendRow(out, function.doc);
  }
  out += StrCat("\n## Aggregates\nIn groups, in windows and before OVER; over rows that are taken back, too. FILTER (WHERE …) counts some rows only.\n\n", kHead);
  for (const auto& function : stream::AggregateFunctions()) AppendRow(out, function.doc);
  for (const auto& doc : stream::GroupDocs()) AppendRow(out, doc);
  AppendConnectors(out);
  out += "\n## Formats\nKeys have the format's name before them: `'json.ignore-parse-errors' = 'true'`.\n\n";
  for (const auto& format : formats::DescribeFormats()) AppendFormat(out, format, "");
  AppendFormat(out, formats::DescribeRegistryFormat(), "");
  AppendFormat(out, formats::ArrowFiles().Describe(), ", as files");
  AppendFormat(out, formats::AvroFiles().Describe(), ", as files");
  AppendFormat(out, lake::ParquetFiles()->Describe(), ", as files");
  out += "## Refused by name\n| in Flink | here |\n|---|---|\n";
  for (const auto& refused : expr::RefusedFunctions()) out += StrCat("| function `", refused.name, "` | ", refused.reason, " |\n");
  for (auto [name, reason] : formats::RefusedFormats()) out += StrCat("| format `", name, "` | ", reason, " |\n");
  return out;
}

Result<int> PrintSql(const Arguments& arguments) {
  RETURN_NOT_OK(ParseArguments(arguments, {}, 0));
  std::fputs(SqlPage().c_str(), stdout);
  return 0;
}

}  // namespace freshet::app
