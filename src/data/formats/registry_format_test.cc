#include "data/formats/registry_format.h"

#include <gtest/gtest.h>

#include "data/canonical.h"

namespace freshet::formats {
namespace {

using data::Type;
using namespace std::string_literals;

Schema Columns() {
  Schema columns;
  columns.Add("name", Type::String());
  columns.Add("n", Type::BigInt());
  return columns;
}

const Options kUrl = {{"url", "http://registry.example:8081/"}};

std::string Text(const Batch& batch) {
  std::string out;
  for (int row = 0; row < batch.length(); ++row) {
    for (int c = 0; c < batch.column_count(); ++c) {
      data::AppendCanonical(out, *batch.column(c), row);
      out += " ";
    }
  }
  return out;
}

TEST(RegistryFormat, ReadsEachRecordByTheSchemaThatWroteIt) {
  auto decoder = std::move(OpenRegistryDecoder(kUrl, Columns())).value();
  std::string bytes = "\0\0\0\0\x07\x02\x61\x04\0\0\0\x01\x02\x06"s;
  auto slab = data::Slab::Make(bytes.size());
  bytes.copy(slab->data(), bytes.size());
  std::string_view chunk(slab->data(), bytes.size()), old = chunk.substr(0, 8), recent = chunk.substr(8);
  ASSERT_EQ(decoder->MissingSchema(old), 7);
  ASSERT_EQ(decoder->MissingSchema(recent), 258);

  decoder->TakeSchema(7, R"({"type":"record","name":"r","fields":[{"name":"name","type":"string"},{"name":"n","type":"int"}]})"s);
  decoder->TakeSchema(258, R"({"type":"record","name":"r","fields":[{"name":"n","type":"long"}]})"s);
  decoder->SetChunk(chunk, slab);
  Status first = decoder->Append(old), second = decoder->Append(recent);

  EXPECT_TRUE(first.ok()) << first.ToString();
  EXPECT_TRUE(second.ok()) << second.ToString();
  EXPECT_EQ(decoder->MissingSchema(old), std::nullopt);
  EXPECT_EQ(Text(decoder->Finish()), "\"a\" 2 null 3 ");
}

TEST(RegistryFormat, HasBadRecordsWhereTheSchemaIsNone) {
  auto decoder = std::move(OpenRegistryDecoder(kUrl, Columns())).value();
  decoder->TakeSchema(1, Fault::NotFound("status 404"));
  decoder->TakeSchema(2, R"({"type":"record","name":"r","fields":[{"name":"n","type":"string"}]})"s);

  EXPECT_NE(decoder->Append("\0\0\0\0\x01"s).ToString().find("schema 1: status 404"), std::string::npos);
  EXPECT_NE(decoder->Append("\0\0\0\0\x02\x02\x61"s).ToString().find("schema 2: avro: column n"), std::string::npos);
  EXPECT_NE(decoder->Append("{}").ToString().find("a record begins with a byte 0"), std::string::npos);
  EXPECT_EQ(decoder->MissingSchema("{}"), std::nullopt);
  EXPECT_EQ(decoder->rows(), 0);
}

TEST(RegistryFormat, WritesTheNumberOfItsSchemaInFront) {
  auto encoder = std::move(OpenRegistryEncoder(kUrl, Columns())).value();
  data::BatchBuilder rows({Type::String(), Type::BigInt()}, 1);
  rows.column(0).AppendString("a");
  rows.column(1).AppendInt(3);
  rows.EndRow();
  encoder->TakeSchemaId(258);

  std::string out;
  Status written = encoder->Append(out, rows.Build(), 0);

  EXPECT_TRUE(written.ok()) << written.ToString();
  EXPECT_EQ(out, "\0\0\0\x01\x02\x02\x02\x61\x02\x06"s);
  EXPECT_EQ(encoder->schema(), R"({"type":"record","name":"record","namespace":"org.apache.flink.avro.generated","fields":[{"name":"name","type":["null","string"],"default":null},{"name":"n","type":["null","long"],"default":null}]})");
  EXPECT_EQ(encoder->access().url, "http://registry.example:8081");
}

TEST(RegistryFormat, KnowsByWhichFilesARegistryIsTrusted) {
  auto decoder = OpenRegistryDecoder({{"url", "https://r"}, {"ssl.truststore.location", "/ca.pem"}, {"ssl.keystore.location", "/me.p12"}, {"ssl.keystore.password", "x"}}, Columns());

  ASSERT_TRUE(decoder.ok()) << decoder.ToString();
  const RegistryAccess& access = (*decoder)->access();
  EXPECT_EQ(access.trusted, "/ca.pem");
  EXPECT_EQ(access.own, "/me.p12");
  EXPECT_EQ(access.own_password, "x");
  EXPECT_TRUE(access.own_is_pkcs12);
}

TEST(RegistryFormat, RefusesOptionsThatItDoesNotKnow) {
  struct Case {
    Options options;
    std::string fault;
  };
  const Case cases[] = {{{}, "needs the option 'avro-confluent.url'"},
                        {{{"url", "registry:8081"}}, "begins with http:// or https://"},
                        {{{"url", "http://r"}, {"schema", "{}"}}, "option 'avro-confluent.schema' is not supported: the table's columns say the schema"},
                        {{{"url", "http://r"}, {"schemas", "{}"}}, "has no option 'avro-confluent.schemas'"},
                        {{{"url", "http://r"}, {"properties.max.retries", "3"}}, "it configures a client in Java"},
                        {{{"url", "https://r"}, {"ssl.truststore.location", "/t.jks"}}, "takes a file of PEM"},
                        {{{"url", "https://r"}, {"ssl.keystore.location", "/k.jks"}}, "takes a file of PKCS#12 or PEM"},
                        {{{"url", "http://r"}, {"basic-auth.user-info", "a:b"}}, "takes USER_INFO, together with"},
                        {{{"url", "http://r"}, {"bearer-auth.credentials-source", "OAUTHBEARER"}, {"bearer-auth.token", "t"}}, "takes STATIC_TOKEN"}};
  for (const Case& one : cases) {
    auto decoder = OpenRegistryDecoder(one.options, Columns());
    EXPECT_NE(decoder.ToString().find(one.fault), std::string::npos) << decoder.ToString();
  }
}

}  // namespace
}  // namespace freshet::formats
