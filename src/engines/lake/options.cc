#include "engines/lake/options.h"

#include <charconv>

#include "data/known_words.h"

namespace freshet::lake {
namespace {

constexpr std::string_view kKnown[] = {"connector", "warehouse", "catalog-type", "catalog-name", "catalog-database", "catalog-table", "format-version",
                                       "write.format.default", "write.parquet.compression-codec", "write.target-file-size-bytes"};
constexpr std::string_view kRefused[] = {"uri", "hive-conf-dir", "hadoop-conf-dir", "catalog-impl", "io-impl", "write.upsert.enabled", "upsert-enabled",
                                         "write.distribution-mode", "streaming", "monitor-interval", "write-parallelism",
                                         "snapshot-id", "as-of-timestamp", "start-snapshot-id", "end-snapshot-id", "tag", "start-tag", "end-tag", "branch", "overwrite-mode"};

struct CodecName {
  std::string_view name;
  ParquetCodec codec;
};
constexpr CodecName kCodecs[] = {{"zstd", ParquetCodec::kZstd}, {"snappy", ParquetCodec::kSnappy}, {"gzip", ParquetCodec::kGzip}, {"uncompressed", ParquetCodec::kNone}};

// Reads options of one table and words refusals.
class OptionReader {
 public:
  explicit OptionReader(const ports::TableRequest& table) : table_(table) {}

  std::string Get(const std::string& key, std::string otherwise = "") const {
    auto found = table_.options.find(key);
    return found == table_.options.end() ? otherwise : found->second;
  }
  template <typename... Parts>
  Fault Invalid(const Parts&... parts) const { return Fault::Invalid("table ", table_.name, ": ", parts...); }
  template <typename... Parts>
  Fault Unsupported(const Parts&... parts) const { return Fault::Unsupported("table ", table_.name, ": ", parts...); }

  Status OnlyKnown() const {
    for (const auto& [key, text] : table_.options) {
      if (std::find(std::begin(kKnown), std::end(kKnown), key) != std::end(kKnown)) continue;
      bool refused = std::find(std::begin(kRefused), std::end(kRefused), key) != std::end(kRefused);
      if (refused && text != "false") return Unsupported("option '", key, "' is not supported yet; leave it out");
      if (refused) continue;
      return Invalid("connector iceberg has no option '", key, "'", data::InsteadOf(key, kKnown));
    }
    return {};
  }

  // Only what is written can be asked for.
  Status MustBe(const std::string& key, std::string_view only, bool needed) const {
    std::string text = Get(key);
    if (text == only || (text.empty() && !needed)) return {};
    if (text.empty()) return Invalid("connector iceberg needs the option '", key, "'; '", only, "' is supported");
    return Unsupported("'", key, "' = '", text, "'; '", only, "' is supported");
  }

 private:
  const ports::TableRequest& table_;
};

bool IsPathPart(std::string_view name) { return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos; }

Result<std::string> LocationOf(const OptionReader& from, const std::string& table_name) {
  std::string warehouse = from.Get("warehouse");
  while (warehouse.size() > 1 && warehouse.ends_with('/')) warehouse.pop_back();
  if (warehouse.empty()) return from.Invalid("connector iceberg needs the option 'warehouse', a folder");
  bool is_file = warehouse.starts_with("file:/");
  if (!is_file && warehouse.find("://") != std::string::npos) return from.Unsupported("warehouse '", warehouse, "': only local folders are supported");
  if (!is_file && !warehouse.starts_with("/")) return from.Invalid("warehouse '", warehouse, "' must be an absolute path, because readers find files by the paths in the table's metadata");
  std::string database = from.Get("catalog-database", "default");
  std::string name = from.Get("catalog-table", table_name);
  if (!IsPathPart(database) || !IsPathPart(name)) return from.Invalid("'", database, "' and '", name, "' must be names of folders");
  return StrCat(warehouse == "/" ? "" : warehouse, "/", database, "/", name);
}

}  // namespace

Result<LakeOptions> ReadLakeOptions(const ports::TableRequest& table) {
  OptionReader from(table);
  RETURN_NOT_OK(from.OnlyKnown());
  RETURN_NOT_OK(from.MustBe("catalog-type", "hadoop", true));
  RETURN_NOT_OK(from.MustBe("format-version", "2", false));
  RETURN_NOT_OK(from.MustBe("write.format.default", "parquet", false));
  LakeOptions out;
  ASSIGN_OR_RETURN(out.location, LocationOf(from, table.name));
  std::string codec = from.Get("write.parquet.compression-codec", "zstd");
  const auto* known = std::find_if(std::begin(kCodecs), std::end(kCodecs), [&](const CodecName& c) { return c.name == codec; });
  if (known == std::end(kCodecs)) return from.Unsupported("'write.parquet.compression-codec' = '", codec, "'; known are zstd, snappy, gzip, uncompressed");
  out.codec = known->codec;
  out.properties = {{"write.format.default", "parquet"}, {"write.parquet.compression-codec", codec}};
  if (std::string bytes = from.Get("write.target-file-size-bytes"); !bytes.empty()) {
    auto read = std::from_chars(bytes.data(), bytes.data() + bytes.size(), out.file_bytes);
    if (read.ec != std::errc() || read.ptr != bytes.data() + bytes.size() || out.file_bytes <= 0) return from.Invalid("'write.target-file-size-bytes' must be a number of bytes, not '", bytes, "'");
    out.properties["write.target-file-size-bytes"] = bytes;
  }
  return out;
}

std::span<const std::string_view> LakeOptionNames() { return kKnown; }

}  // namespace freshet::lake
