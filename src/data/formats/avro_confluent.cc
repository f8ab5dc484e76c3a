#include <algorithm>
#include <map>

#include "data/formats/avro_rows.h"
#include "data/formats/file_format.h"
#include "data/formats/registry_format.h"

// avro-confluent: Avro values by the schemas of their writers, which a schema registry numbers.

namespace freshet::formats {
namespace {

constexpr char kMagic = 0;
constexpr size_t kHeadBytes = 5;
constexpr size_t kSchemasMax = 1000;  // that one table keeps from batch to batch

constexpr FormatOption kOptions[] = {
    {"url", "where the schema registry is: http:// or https://"},
    {"subject", "under which the table's schema is registered; TOPIC-value or TOPIC-key by default"},
    {"basic-auth.credentials-source", "USER_INFO: basic-auth.user-info has them"},
    {"basic-auth.user-info", "name:password"},
    {"bearer-auth.credentials-source", "STATIC_TOKEN: bearer-auth.token has it"},
    {"bearer-auth.token", "the token"},
    {"ssl.truststore.location", "a file of PEM: whose certificates an https:// registry's is to be of; the system's by default"},
    {"ssl.keystore.location", "a file of PKCS#12 (.p12, .pfx) or PEM: the certificate and key to come with"},
    {"ssl.keystore.password", "of that file"},
};
constexpr FormatDescription kAbout = {"avro-confluent", "Avro values of topics, each with the number of the schema that wrote it in a schema registry; the table's own schema is registered when it is written", kOptions};

std::string Get(const Options& options, const std::string& key) {
  auto found = options.find(key);
  return found == options.end() ? "" : found->second;
}

bool IsJavaStore(const std::string& path) { return path.ends_with(".jks"); }
bool IsPkcs12(const std::string& path) { return path.ends_with(".p12") || path.ends_with(".pfx"); }

// Of Flink's options those that mean something else here, each with what to say instead.
Status RefuseByName(const Options& options) {
  if (options.contains("schema")) return Fault::Unsupported("option 'avro-confluent.schema' is not supported: the table's columns say the schema, and what Flink derives from them is registered; leave it out");
  bool java = std::any_of(options.begin(), options.end(), [](const auto& option) { return option.first == "properties" || option.first.starts_with("properties."); });
  if (java) return Fault::Unsupported("option 'avro-confluent.properties' is not supported: it configures a client in Java; say url, basic-auth, bearer-auth and ssl by their own options");
  std::string trusted = Get(options, "ssl.truststore.location"), own = Get(options, "ssl.keystore.location");
  if (options.contains("ssl.truststore.password") || IsJavaStore(trusted) || IsPkcs12(trusted)) return Fault::Unsupported("option 'avro-confluent.ssl.truststore.location' takes a file of PEM, which has no password; keytool -exportcert -rfc writes one");
  if (IsJavaStore(own)) return Fault::Unsupported("option 'avro-confluent.ssl.keystore.location' takes a file of PKCS#12 or PEM; keytool -importkeystore -deststoretype PKCS12 writes one");
  return {};
}

Result<RegistryAccess> AccessOf(const Options& options) {
  RETURN_NOT_OK(RefuseByName(options));
  RETURN_NOT_OK(OnlyKnownOptions(kAbout, options));
  RegistryAccess access{Get(options, "url"), Get(options, "basic-auth.user-info"), Get(options, "bearer-auth.token")};
  access.trusted = Get(options, "ssl.truststore.location");
  access.own = Get(options, "ssl.keystore.location");
  access.own_password = Get(options, "ssl.keystore.password");
  access.own_is_pkcs12 = IsPkcs12(access.own);
  if (access.url.empty()) return Fault::Invalid("format avro-confluent needs the option 'avro-confluent.url', of a schema registry; behind 'key.' or 'value.' for one side of the record");
  if (!access.url.starts_with("http://") && !access.url.starts_with("https://")) return Fault::Invalid("option 'avro-confluent.url' is '", access.url, "'; it begins with http:// or https://");
  size_t host = access.url.find("://") + 3;
  bool has_user = access.url.substr(host, access.url.find('/', host) - host).find('@') != std::string::npos;
  if (has_user) return Fault::Invalid("option 'avro-confluent.url' holds a user; messages would tell it: say 'avro-confluent.basic-auth.user-info'");
  while (access.url.ends_with('/')) access.url.pop_back();
  std::string basic = Get(options, "basic-auth.credentials-source"), bearer = Get(options, "bearer-auth.credentials-source");
  if (basic.empty() == access.user_info.empty() && (basic.empty() || basic == "USER_INFO")) {
    if (bearer.empty() == access.token.empty() && (bearer.empty() || bearer == "STATIC_TOKEN")) return access;
    return Fault::Invalid("option 'avro-confluent.bearer-auth.credentials-source' takes STATIC_TOKEN, together with bearer-auth.token");
  }
  return Fault::Invalid("option 'avro-confluent.basic-auth.credentials-source' takes USER_INFO, together with basic-auth.user-info");
}

bool HasHead(std::string_view record) { return record.size() >= kHeadBytes && record[0] == kMagic; }
int32_t IdOf(std::string_view record) {
  ByteReader in(record.substr(1), Order::kBig);
  return in.Read<int32_t>();
}

class ConfluentDecoder final : public RegistryDecoder {
 public:
  ConfluentDecoder(RegistryAccess access, const Schema& columns) : access_(std::move(access)), columns_(columns) {
    for (const auto& field : columns.fields()) builders_.emplace_back(field.type, 1024);
  }

  const RegistryAccess& access() const override { return access_; }

  std::optional<int32_t> MissingSchema(std::string_view record) const override {
    if (!HasHead(record) || readers_.contains(IdOf(record))) return std::nullopt;
    return IdOf(record);
  }

  void TakeSchema(int32_t id, const Result<std::string>& json) override {
    auto reader = ReaderOf(json);
    if (reader.ok()) reader->SetChunk(chunk_, pin_);
    readers_.insert_or_assign(id, std::move(reader));
  }

  void SetChunk(std::string_view chunk, Pin pin) override {
    chunk_ = chunk;
    pin_ = std::move(pin);
    for (auto& [id, reader] : readers_) {
      if (reader.ok()) reader->SetChunk(chunk_, pin_);
    }
  }

  Status Append(std::string_view record) override {
    if (!HasHead(record)) return Fault::Invalid("avro-confluent: a record begins with a byte 0 and the four bytes of its schema's id; this one was written otherwise");
    auto found = readers_.find(IdOf(record));
    if (found == readers_.end()) return Fault::Unavailable("avro-confluent: schema ", IdOf(record), " has not been fetched");
    if (!found->second.ok()) return Fault::Invalid("avro-confluent: schema ", IdOf(record), ": ", found->second.fault().message());
    ByteReader in(record.substr(kHeadBytes), Order::kLittle);
    auto row = found->second->Read(in, builders_);
    if (!row.ok()) {
      for (auto& builder : builders_) builder.Truncate(rows_);
      return row.status();
    }
    rows_ += *row ? 1 : 0;
    return {};
  }

  int rows() const override { return rows_; }
  int64_t skipped() const override { return 0; }
  Batch Finish() override {
    std::vector<data::ColumnPtr> columns;
    for (auto& builder : builders_) columns.push_back(builder.Finish());
    Batch out(rows_, std::move(columns));
    rows_ = 0;
    if (readers_.size() > kSchemasMax) readers_.clear();  // they come again
    std::erase_if(readers_, [](const auto& reader) { return !reader.second.ok(); });  // who was not there may be there now
    return out;
  }

 private:
  Result<AvroRowReader> ReaderOf(const Result<std::string>& json) const {
    if (!json.ok()) return json.fault();
    ASSIGN_OR_RETURN(auto writer, avro::ParseSchema(*json));
    return AvroRowReader::Make(std::move(writer), columns_);
  }

  const RegistryAccess access_;
  const Schema columns_;
  std::map<int32_t, Result<AvroRowReader>> readers_;  // by id; a Fault: its records are bad
  std::vector<data::ColumnBuilder> builders_;
  int rows_ = 0;
  std::string_view chunk_;
  Pin pin_;
};

class ConfluentEncoder final : public RegistryEncoder {
 public:
  ConfluentEncoder(RegistryAccess access, std::string subject, std::string schema, Schema columns)
      : access_(std::move(access)), subject_(std::move(subject)), schema_(std::move(schema)), columns_(std::move(columns)) {}

  const RegistryAccess& access() const override { return access_; }
  const std::string& subject() const override { return subject_; }
  const std::string& schema() const override { return schema_; }
  void TakeSchemaId(int32_t id) override { id_ = id; }

  Status Append(std::string& out, const Batch& batch, int row) override {
    CHECK(id_ >= 0);
    ByteWriter to(out, Order::kBig);
    to.Write(kMagic);
    to.Write(id_);
    return AppendAvroRow(out, columns_, batch, row);
  }

 private:
  const RegistryAccess access_;
  const std::string subject_;
  const std::string schema_;
  const Schema columns_;
  int32_t id_ = -1;
};

}  // namespace

bool HasRegistry(std::string_view format) { return format == kAbout.name; }
const FormatDescription& DescribeRegistryFormat() { return kAbout; }

Result<std::unique_ptr<RegistryDecoder>> OpenRegistryDecoder(const Options& options, const Schema& wanted) {
  ASSIGN_OR_RETURN(RegistryAccess access, AccessOf(options));
  return std::unique_ptr<RegistryDecoder>(std::make_unique<ConfluentDecoder>(std::move(access), wanted));
}

Result<std::unique_ptr<RegistryEncoder>> OpenRegistryEncoder(const Options& options, const Schema& columns) {
  ASSIGN_OR_RETURN(RegistryAccess access, AccessOf(options));
  auto schema = AvroSchemaOf(columns, AvroTimestamps::kLegacy);
  if (!schema.ok()) return Fault::Unsupported("avro-confluent writes by Flink's old mapping of timestamps: ", schema.fault().message());
  return std::unique_ptr<RegistryEncoder>(std::make_unique<ConfluentEncoder>(std::move(access), Get(options, "subject"), std::move(*schema), columns));
}

}  // namespace freshet::formats
