#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "data/formats/format.h"

// Formats whose records name a schema that a registry keeps. They know no network: who reads asks what is missing and brings
// it, who writes registers their schema and tells its id.

namespace freshet::formats {

// How a registry is reached, as a table's options say it.
struct RegistryAccess {
  std::string url;
  std::string user_info;  // name:password, of HTTP Basic; empty: none
  std::string token;      // of HTTP Bearer; empty: none
  std::string trusted = {};  // a file of PEM; empty: whom the system trusts
  std::string own = {};      // a file with a certificate and its key; empty: none
  std::string own_password = {};
  bool own_is_pkcs12 = false;
};

class RegistryDecoder : public Decoder {
 public:
  virtual const RegistryAccess& access() const = 0;
  // The schema that this record needs and that nobody has brought yet.
  virtual std::optional<int32_t> MissingSchema(std::string_view record) const = 0;
  // A Fault, or a schema that does not fit the columns, makes its records bad ones until the batch ends; then it is missing again.
  virtual void TakeSchema(int32_t id, const Result<std::string>& json) = 0;
};

class RegistryEncoder : public Encoder {
 public:
  virtual const RegistryAccess& access() const = 0;
  virtual const std::string& subject() const = 0;  // empty: as the topic has it
  virtual const std::string& schema() const = 0;   // JSON
  // Before the first Append.
  virtual void TakeSchemaId(int32_t id) = 0;
};

bool HasRegistry(std::string_view format);
// avro-confluent: a byte 0, the schema's id in four bytes, an Avro value.
Result<std::unique_ptr<RegistryDecoder>> OpenRegistryDecoder(const Options& options, const Schema& wanted);
Result<std::unique_ptr<RegistryEncoder>> OpenRegistryEncoder(const Options& options, const Schema& columns);
const FormatDescription& DescribeRegistryFormat();

}  // namespace freshet::formats
