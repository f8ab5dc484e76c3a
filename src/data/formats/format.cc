#include "data/formats/format.h"

#include <algorithm>

namespace freshet::formats {
namespace {

struct Format {
  std::string_view name;
  Result<std::unique_ptr<Decoder>> (*decoder)(const Options&, const Schema&, const Schema&);
  Result<std::unique_ptr<Encoder>> (*encoder)(const Options&, const Schema&);
};

constexpr Format kFormats[] = {
    {"json", OpenJsonDecoder, OpenJsonEncoder},
    {"csv", OpenCsvDecoder, OpenCsvEncoder},
    {"raw", OpenRawDecoder, OpenRawEncoder},
};
constexpr std::string_view kNames[] = {"json", "csv", "raw"};

Result<const Format*> Find(const std::string& name) {
  for (const auto& format : kFormats) {
    if (format.name == name) return &format;
  }
  return Fault::Unsupported("format '", name, "' is not supported yet; known are json, csv, raw");
}

}  // namespace

std::span<const std::string_view> FormatNames() { return kNames; }
bool IsFormat(std::string_view name) { return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames); }

Result<std::unique_ptr<Decoder>> OpenDecoder(const std::string& format, const Options& options, const Schema& record, const Schema& wanted) {
  ASSIGN_OR_RETURN(const Format* found, Find(format));
  return found->decoder(options, record, wanted);
}

Result<std::unique_ptr<Encoder>> OpenEncoder(const std::string& format, const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(const Format* found, Find(format));
  return found->encoder(options, columns);
}

Result<bool> BooleanOption(const Options& options, const std::string& key, bool otherwise) {
  auto found = options.find(key);
  if (found == options.end()) return otherwise;
  if (found->second == "true") return true;
  if (found->second == "false") return false;
  return Fault::Invalid("option '", key, "' is '", found->second, "'; it takes true or false");
}

Status OnlyKnown(std::string_view format, const Options& options, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : options) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (auto k : known) list += StrCat(list.empty() ? "" : ", ", format, ".", k);
    return Fault::Invalid("format ", format, " has no option '", format, ".", key, "'; known are ", list);
  }
  return {};
}

}  // namespace freshet::formats
