#include <gtest/gtest.h>

#include "data/canonical.h"
#include "data/formats/base64.h"
#include "data/formats/format.h"
#include "data/formats/line_reader.h"

namespace freshet::formats {
namespace {

using data::Type;

Schema Wide() {
  Schema schema;
  schema.Add("a", Type::Int());
  schema.Add("s", Type::String());
  schema.Add("t", Type::Timestamp(3));
  schema.Add("r", Type::Row({{"x", Type::BigInt()}, {"y", Type::String()}}));
  return schema;
}

// Reads the records of one chunk and prints the rows canonically, or the fault.
std::string Read(const std::string& format, const Options& options, const Schema& schema, const std::vector<std::string>& records) {
  auto decoder = OpenDecoder(format, options, schema, schema);
  if (!decoder.ok()) return decoder.ToString();
  std::string all;
  for (const auto& record : records) all += record + "\n";
  auto slab = data::Slab::Make(all.size());
  std::memcpy(slab->data(), all.data(), all.size());
  std::string_view chunk(slab->data(), all.size());
  (*decoder)->SetChunk(chunk, slab);
  size_t at = 0;
  for (const auto& record : records) {
    if (Status status = (*decoder)->Append(chunk.substr(at, record.size())); !status.ok()) return status.ToString();
    at += record.size() + 1;
  }
  Batch batch = (*decoder)->Finish();
  std::vector<std::string> names;
  for (const auto& field : schema.fields()) names.push_back(field.name);
  std::string out;
  for (int row = 0; row < batch.length(); ++row) {
    data::CanonicalWriter(names).AppendRow(out, batch, row);
    out += '\n';
  }
  return out;
}

TEST(Json, ReadsFieldsInAnyOrderAndMissingOnesAsNull) {
  std::string rows = Read("json", {}, Wide(),
                          {R"({"a":1,"s":"short","t":"2024-01-01 00:00:01.5","r":{"x":5,"y":"z"}})",
                           R"({"r":{"y":"a long text that lies in the chunk"},"extra":[1,{"a":2}],"s":"an esc\u00e9ped \"long\" text","a":"7"})", "", R"({})"});

  EXPECT_EQ(rows,
            "{\"a\":1,\"s\":\"short\",\"t\":\"2024-01-01 00:00:01.500\",\"r\":{\"x\":5,\"y\":\"z\"}}\n"
            "{\"a\":7,\"s\":\"an escéped \\\"long\\\" text\",\"t\":null,\"r\":{\"x\":null,\"y\":\"a long text that lies in the chunk\"}}\n"
            "{\"a\":null,\"s\":null,\"t\":null,\"r\":null}\n");
}

TEST(Json, PointsIntoTheChunkAgainAfterFinish) {
  Schema schema;
  schema.Add("s", Type::String());
  auto decoder = *OpenDecoder("json", {}, schema, schema);
  std::string text = R"({"s":"a first text of some length"})";
  auto slab = data::Slab::Make(text.size());
  std::memcpy(slab->data(), text.data(), text.size());
  std::string_view chunk(slab->data(), text.size());
  decoder->SetChunk(chunk, slab);

  ASSERT_TRUE(decoder->Append(chunk).ok());
  Batch first = decoder->Finish();
  ASSERT_TRUE(decoder->Append("{\"s\":\"x\"}                                                                ").ok());
  ASSERT_TRUE(decoder->Append(chunk).ok());
  Batch second = decoder->Finish();

  EXPECT_EQ(first.column(0)->String(0), "a first text of some length");
  EXPECT_EQ(second.column(0)->String(1), "a first text of some length");
  EXPECT_EQ(second.column(0)->String(1).data(), slab->data() + 6);
}

TEST(Json, KeepsOtherJsonInAStringColumnAsItsText) {
  Schema schema;
  schema.Add("s", Type::String());

  EXPECT_EQ(Read("json", {}, schema, {R"({"s":12.50})", R"({"s":true})", R"({"s":{"k": [1, "a b"]}})"}),
            "{\"s\":\"12.50\"}\n{\"s\":\"true\"}\n{\"s\":\"{\\\"k\\\":[1,\\\"a b\\\"]}\"}\n");
}

TEST(Json, ReadsAnythingIntoAVariantAndWritesItAsItIs) {
  Schema schema;
  schema.Add("v", Type::Variant());
  std::vector<std::string> records = {R"({"v":{"b": [1, 2.50] ,"a":"é"}})", R"({"v" : "x\u00e9" })", R"({"v":1e2 })", R"({"v": true})", R"({"v":null})", R"({"v":[{"a":1,"a":2}]})"};

  EXPECT_EQ(Read("json", {}, schema, records), R"({"v":"{\"a\":\"é\",\"b\":[1,2.5]}"}
{"v":"\"xé\""}
{"v":"100"}
{"v":"true"}
{"v":null}
{"v":"[{\"a\":2}]"}
)");
  data::BatchBuilder builder(data::TypesOf(schema));
  builder.AppendRow({R"({"a":[null]})"});
  std::string out;
  ASSERT_TRUE((*OpenEncoder("json", {}, schema))->Append(out, builder.Build(), 0).ok());
  EXPECT_EQ(out, R"({"v":{"a":[null]}})");
}

TEST(Json, SaysWhyAValueIsNoVariant) {
  Schema schema;
  schema.Add("v", Type::Variant());
  schema.Add("a", Type::Int());

  EXPECT_EQ(Read("json", {}, schema, {R"({"v":[1e400],"a":1})"}),
            "invalid: json: field 'v': number 1e400 is beyond DOUBLE in {\"v\":[1e400],\"a\":1}; 'json.ignore-parse-errors' = 'true' makes fields that cannot be read NULL, and skips what is no JSON object");
  EXPECT_EQ(Read("json", {{"ignore-parse-errors", "true"}}, schema, {R"({"v":[1e400],"a":1})", R"({"v":tru,"a":2})", R"({"v":{"a":},"a":3})"}), "{\"v\":null,\"a\":1}\n");
}

TEST(Json, NamesFieldAndRecordOfWhatDoesNotFit) {
  EXPECT_EQ(Read("json", {}, Wide(), {R"({"a":"x"})"}),
            "invalid: json: field 'a': 'x' is not an INT in {\"a\":\"x\"}; 'json.ignore-parse-errors' = 'true' makes fields that cannot be read NULL, and skips what is no JSON object");
  EXPECT_NE(Read("json", {}, Wide(), {R"({"t":"2024-01-01T00:00:00"})"}).find("is not a TIMESTAMP(3), which is written like '2026-11-30 13:30:00' unless 'json.timestamp-format.standard' = 'ISO-8601' says otherwise"), std::string::npos);
  EXPECT_NE(Read("json", {}, Wide(), {R"({"t":"2024-01-01T00:00:00Z"})"}).find("; with 'json.timestamp-format.standard' = 'ISO-8601' a TIMESTAMP_LTZ column takes it in {"), std::string::npos);
  EXPECT_NE(Read("json", {}, Wide(), {R"({"t":1764500000000})"}).find("'1764500000000' is not a TIMESTAMP(3); declare the column BIGINT, and another one AS TO_TIMESTAMP_LTZ(it, 3) for milliseconds, 0 for seconds in {"), std::string::npos);
  EXPECT_NE(Read("json", {}, Wide(), {R"({"t":"yesterday"})"}).find("is not a TIMESTAMP(3), which is written like '2026-11-30 13:30:00' in {"), std::string::npos);
  EXPECT_NE(Read("json", {}, Wide(), {R"([1])"}).find("invalid"), std::string::npos);
  EXPECT_NE(Read("json", {{"fail-on-missing-field", "true"}}, Wide(), {R"({"a":1})"}).find("'s' is missing"), std::string::npos);
  EXPECT_NE(Read("json", {{"typo", "true"}}, Wide(), {}).find("known are json.fail-on-missing-field"), std::string::npos);
}

TEST(Json, IgnoringErrorsNullsTheFieldOrSkipsTheRecord) {
  EXPECT_EQ(Read("json", {{"ignore-parse-errors", "true"}}, Wide(), {R"({"a":"x","s":"y"})", R"({"a":1,"s":)", R"({"a":2})"}),
            "{\"a\":null,\"s\":\"y\",\"t\":null,\"r\":null}\n{\"a\":2,\"s\":null,\"t\":null,\"r\":null}\n");
}

TEST(Json, ReadsIsoTimestampsWhenTold) {
  Schema schema;
  schema.Add("t", Type::TimestampLtz(3));

  EXPECT_EQ(Read("json", {{"timestamp-format.standard", "ISO-8601"}}, schema, {R"({"t":"2024-01-01T00:00:00Z"})"}), "{\"t\":\"2024-01-01 00:00:00.000Z\"}\n");
}

// Records as programs write them are read in one pass, and faster where one of their shape came before; a key that is spelled in hexadecimal digits leaves the same record to the
// reader that takes everything.
TEST(Json, ReadsWhatIsUsualAsItReadsAnythingElse) {
  Schema schema = Wide();
  schema.Add("d", Type::Decimal(10, 2));
  schema.Add("f", Type::Double());
  schema.Add("b", Type::Boolean());
  schema.Add("n", Type::SmallInt());
  schema.Add("day", Type::Date());
  schema.Add("u", Type::Timestamp(6));
  schema.Add("l", Type::BigInt());
  std::vector<std::string> records = {
      R"({"l":123456789012345,"u":"2024-02-29 23:59:59.123456","a":12345678,"s":"a text\nof several \"lines\", of which one is longer than thirty-two bytes\tand the rest \\is not","more":"\q\\"})",
      R"({"l":1234567890123456,"r":{"x":12345678901234567,"y":"\b\f\/"},"n":12345,"u":"2024-02-29 23:59:59"})",
      R"({"l":1234567890123456789,"r":{"x":-1000000000000000000},"f":12345678901234567890,"a":0,"more":"\u0041\"","u":"1969-12-31 23:59:59.9"})",
      R"({"a":1,"s":"short","t":"2024-02-29 23:59:59.25","r":{"x":-5,"y":"a text of more than twelve bytes"},"d":12.345,"f":1.5e3,"b":true,"n":-32768,"day":"2024-02-29"})",
      R"({ "t" : "2024-02-29 00:00:00" , "more":[1,{"s":"}"},"]"], "s":"esc\\aped \"t\" \n", "r":null, "a":"7", "s":"again", "b":"false", "f":-0.0, "d":"3"})",
      R"({"a":2147483647,"n":7,"s":"é and more than twelve","r":{"y":null,"x":123456789012345678},"x":{"y":[{}]},"t":null})"};
  uint64_t random = 1;
  auto below = [&random](size_t n) { return (random = random * 6364136223846793005u + 1442695040888963407u) / 8589934592u % n; };
  auto last_row = [&](const std::vector<std::string>& before_and_record) -> std::string {
    std::string text = Read("json", {}, schema, before_and_record);
    return text.starts_with("invalid") ? "invalid" : text.substr(text.rfind('\n', text.size() - 2) + 1);
  };

  for (int i = 0; i < 30000; ++i) {
    const std::string& first = records[below(records.size())];
    std::string record = first;
    static constexpr std::string_view kBytes = "0123456789\"\\,:{}[]-.eEtn u\x1f\xc3\xa9";
    for (size_t change = below(3); change > 0; --change) {
      size_t at = 1 + below(record.size() - 1);
      if (below(2) == 0) record[at] = kBytes[below(kBytes.size())];
      else record.erase(at, 1 + below(3));
    }
    if (record[1] == '}') continue;
    std::string expected = last_row({"{\"\\u007a\":0," + record.substr(1)});
    ASSERT_EQ(last_row({record}), expected) << record;
    ASSERT_EQ(last_row({first, record}), expected) << record;
  }
}

TEST(Json, ReadsRecordsOfMoreShapesThanItKnows) {
  Schema schema;
  schema.Add("a", Type::BigInt());
  schema.Add("r", Type::Row({{"x", Type::BigInt()}, {"q", Type::Row({{"y", Type::BigInt()}, {"z", Type::String()}})}}));
  std::vector<std::string> records;
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    int kind = i % 5;
    std::string q = kind == 0 ? "null" : kind == 1 ? "{}" : StrCat("{\"y\":", i, kind == 2 ? "}" : ",\"z\":\"s\"}");
    std::string r = kind == 4 ? "null" : StrCat("{\"q\":", q, ",\"x\":", -i, "}");
    records.push_back(StrCat("{\"k", i % 1400, "\":[],\"r\":", r, ",\"a\":", i, "}"));
    std::string y = kind < 2 ? "null" : StrCat(i), z = kind == 3 ? "\"s\"" : "null";
    std::string row = kind == 0 ? "null" : StrCat("{\"y\":", y, ",\"z\":", z, "}");
    expected += StrCat("{\"a\":", i, ",\"r\":", kind == 4 ? "null" : StrCat("{\"x\":", -i, ",\"q\":", row, "}"), "}\n");
  }

  EXPECT_EQ(Read("json", {}, schema, records), expected);
}

// The rows of lines, and how many were skipped.
std::string ReadLines(const Schema& schema, const std::string& text, bool as_lines) {
  auto decoder = *OpenDecoder("json", {{"ignore-parse-errors", "true"}}, schema, schema);
  auto slab = data::Slab::Make(text.size());
  std::memcpy(slab->data(), text.data(), text.size());
  std::string_view rest(slab->data(), text.size());
  decoder->SetChunk(rest, slab);
  while (!rest.empty()) {
    size_t taken = as_lines ? dynamic_cast<LineReader&>(*decoder).AppendLine(rest) : 0;
    size_t length = std::min(rest.find('\n'), rest.size());
    if (taken == 0) {
      EXPECT_TRUE(decoder->Append(rest.substr(0, length)).ok());
    }
    rest.remove_prefix(taken > 0 ? taken : std::min(length + 1, rest.size()));
  }
  Batch batch = decoder->Finish();
  std::string out = StrCat(decoder->skipped(), " skipped\n");
  for (int row = 0; row < batch.length(); ++row) {
    data::CanonicalWriter({"a", "s"}).AppendRow(out, batch, row);
    out += '\n';
  }
  return out;
}

TEST(Json, TakesLinesWhoseEndNobodyHasFoundAsItTakesRecords) {
  Schema schema;
  schema.Add("a", Type::BigInt());
  schema.Add("s", Type::String());
  const std::string lines[] = {R"({"a":1,"s":"t","x":[1,2]})", R"({"a":2,"s":"a text of more than twelve bytes","x":[1,)", "2]}", R"({"a":3,"s":"u","x":[{"y":1}, 2]})", R"({"a":4,"s":"v","x":[]})" "\r",
                               "", R"({"a":5,"s":"é","x":["é"]})", "{\"a\":6,\"s\":\"\xff\",\"x\":[]}", R"({"a":7,"s":"w)", R"(","x":[]})", R"({"a":8,"s":"\"x\\","x":[]} )", R"({"a":9,"s":"y","x":[]}z)", "{\"a\":1,", "\"s\":\"t\",\"x\":[1,2]}"};
  uint64_t random = 1;
  auto below = [&random](size_t n) { return (random = random * 6364136223846793005u + 1442695040888963407u) / 8589934592u % n; };

  for (int i = 0; i < 2000; ++i) {
    std::string text = lines[0] + "\n";
    for (size_t n = below(20); n > 0; --n) text += lines[below(std::size(lines))] + (n == 1 && below(2) == 0 ? "" : "\n");
    ASSERT_EQ(ReadLines(schema, text, true), ReadLines(schema, text, false)) << text;
  }
}

TEST(Json, DoesNotReadBehindTheEndOfARecord) {
  Schema schema;
  schema.Add("a", Type::Int());
  schema.Add("b", Type::String());
  auto decoder = *OpenDecoder("json", {}, schema, schema);
  std::string text = R"({"a":1,"b":"cut off in the middle"})";
  auto slab = data::Slab::Make(text.size());
  std::memcpy(slab->data(), text.data(), text.size());
  decoder->SetChunk({slab->data(), text.size()}, slab);

  for (size_t length = 1; length < text.size(); ++length) EXPECT_FALSE(decoder->Append({slab->data(), length}).ok()) << length;
  ASSERT_TRUE(decoder->Append({slab->data(), text.size()}).ok());  // now its shape is known
  for (size_t length = 1; length < text.size(); ++length) EXPECT_FALSE(decoder->Append({slab->data(), length}).ok()) << length;
}

TEST(Json, WritesAsFlinkDoes) {
  Schema schema;
  schema.Add("d", Type::Decimal(10, 2));
  schema.Add("x", Type::Double());
  schema.Add("t", Type::Timestamp(3));
  schema.Add("m", Type::Map(Type::String(), Type::Int()));
  schema.Add("b", Type::Bytes());
  data::BatchBuilder builder(data::TypesOf(schema));
  builder.AppendRow({data::Value(data::Int128{1250}), 1e7, int64_t{50}, data::Value::List{"k", 1}, "hi"});
  Batch batch = builder.Build();
  std::string out;

  ASSERT_TRUE((*OpenEncoder("json", {}, schema))->Append(out, batch, 0).ok());

  EXPECT_EQ(out, R"({"d":12.50,"x":1.0E7,"t":"1970-01-01 00:00:00.05","m":{"k":1},"b":"aGk="})");
}

TEST(Csv, ReadsQuotesAndNulls) {
  Schema schema;
  schema.Add("a", Type::Int());
  schema.Add("s", Type::String());

  EXPECT_EQ(Read("csv", {{"null-literal", "N"}}, schema, {"1,\"x,\"\"y\"\"\"", "N,N", "3,"}), "{\"a\":1,\"s\":\"x,\\\"y\\\"\"}\n{\"a\":null,\"s\":null}\n{\"a\":3,\"s\":\"\"}\n");
  EXPECT_NE(Read("csv", {}, schema, {"x,y"}).find("column a: 'x' is not an INT in x,y; 'csv.ignore-parse-errors' = 'true' makes fields"), std::string::npos);
  EXPECT_NE(Read("csv", {}, schema, {"a,s"}).find("'a' is not an INT in a,s; if that line names the columns, take it out"), std::string::npos);
  EXPECT_NE(Read("csv", {}, schema, {"1"}).find("1 fields where 2 columns stand"), std::string::npos);
  EXPECT_NE(Read("csv", {}, schema, {"1,2,3"}).find("more than 2 fields"), std::string::npos);
  EXPECT_EQ(Read("csv", {{"ignore-trailing-unmappable", "true"}}, schema, {"1,2,3,\"4\""}), "{\"a\":1,\"s\":\"2\"}\n");
  EXPECT_EQ(Read("csv", {{"ignore-parse-errors", "true"}, {"field-delimiter", ";"}}, schema, {"x;y", "1;\"open"}), "{\"a\":null,\"s\":\"y\"}\n");
}

TEST(Csv, CountsPositionsOfColumnsThatNobodyWants) {
  Schema record, wanted;
  for (const char* name : {"a", "b", "c"}) record.Add(name, Type::Int());
  wanted.Add("c", Type::Int());
  auto decoder = *OpenDecoder("csv", {}, record, wanted);

  ASSERT_TRUE(decoder->Append("x,,3").ok());

  EXPECT_EQ(decoder->Finish().column(0)->IntAt(0), 3);
  EXPECT_FALSE(decoder->Append("1,2").ok());
}

TEST(Csv, QuotesWhatJacksonQuotes) {
  Schema schema;
  schema.Add("s", Type::String());
  schema.Add("t", Type::Timestamp(3));
  data::BatchBuilder builder(data::TypesOf(schema));
  builder.AppendRow({"plain", int64_t{0}});
  builder.AppendRow({"a \"b\"", data::Value()});
  Batch batch = builder.Build();
  auto encoder = *OpenEncoder("csv", {}, schema);
  std::string out;

  for (int row = 0; row < 2; ++row) {
    ASSERT_TRUE(encoder->Append(out, batch, row).ok());
    out += '\n';
  }

  EXPECT_EQ(out, "plain,\"1970-01-01 00:00:00\"\n\"a \"\"b\"\"\",\n");
}

// Each sign is looked for behind its own last place: else this took minutes.
TEST(Csv, WritesATextOfQuotesInTimeThatGrowsWithItsLength) {
  constexpr size_t kQuotes = 1 << 20;
  Schema schema;
  schema.Add("s", Type::String());
  auto encoder = *OpenEncoder("csv", {{"escape-character", "\\"}}, schema);
  data::BatchBuilder rows({Type::String()});
  rows.AppendRow({data::Value(std::string(kQuotes, '"') + "a\\b")});
  std::string out;

  Status written = encoder->Append(out, rows.Build(), 0);

  ASSERT_TRUE(written.ok());
  ASSERT_EQ(out.size(), 2 * kQuotes + 6);
  EXPECT_EQ(out.substr(0, 5), "\"\\\"\\\"");
  EXPECT_EQ(out.substr(out.size() - 5), "a\\\\b\"");
}

TEST(Base64, IsItsOwnInverse) {
  for (std::string text : {"", "a", "ab", "abc", "\xff\x00z"}) {
    std::string coded;
    AppendBase64(coded, text);
    EXPECT_EQ(ParseBase64(coded), text);
  }
  EXPECT_EQ(ParseBase64("a$=="), std::nullopt);
}

TEST(Base64, WantsItsPaddingWhereJacksonDoes) {
  EXPECT_EQ(ParsePaddedBase64("YQ=="), "a");
  EXPECT_EQ(ParsePaddedBase64("YQ==YWJj"), "aabc");
  EXPECT_EQ(ParsePaddedBase64("YWJj YWI="), "abcab");
  EXPECT_EQ(ParsePaddedBase64(""), "");
  for (const char* broken : {"YQ", "YWI", "Y", "YQ=", "Y===", "====", "YW Jj", "YWJjY", "-_-_"}) EXPECT_EQ(ParsePaddedBase64(broken), std::nullopt) << broken;
}

TEST(Raw, HoldsNumbersByTheirBytesInTheOrderThatIsSaid) {
  Schema n;
  n.Add("n", Type::Int());
  Schema d;
  d.Add("d", Type::Double());

  EXPECT_EQ(Read("raw", {}, n, {std::string("\0\0\1\2", 4)}), "{\"n\":258}\n");
  EXPECT_EQ(Read("raw", {{"endianness", "little-endian"}}, n, {std::string("\2\1\0\0", 4)}), "{\"n\":258}\n");
  EXPECT_EQ(Read("raw", {}, d, {std::string("\x3F\xF8\0\0\0\0\0\0", 8)}), "{\"d\":1.5}\n");
  EXPECT_EQ(Read("raw", {}, n, {"abc"}), "invalid: raw: 3 bytes are no INT, which has 4");
  EXPECT_EQ(Read("raw", {{"endianness", "middle"}}, n, {}), "invalid: option 'raw.endianness' is 'middle'; it takes big-endian or little-endian");
}

TEST(Raw, ReadsAndWritesTextsInOtherCharacters) {
  struct Case {
    std::string charset, bytes, text, written;
  };
  using namespace std::string_literals;
  const Case cases[] = {{"ISO-8859-1", "caf\xE9", "café", "caf\xE9"},
                        {"latin1", "\xFF", "ÿ", "\xFF"},
                        {"US-ASCII", "a\xE9", "a\uFFFD", "a?"},
                        {"UTF-16", "\0a\0\xE9"s, "aé", "\xFE\xFF\0a\0\xE9"s},
                        {"UTF-16", "\xFF\xFE"s + "a\0"s, "a", "\xFE\xFF\0a"s},
                        {"utf-16be", "\xD8\x3D\xDE\x00"s, "😀", "\xD8\x3D\xDE\x00"s},
                        {"UTF-16LE", "\x3D\xD8\x00\xDE" "a\0b"s, "😀a\uFFFD", "\x3D\xD8\x00\xDE" "a\0\xFD\xFF"s},
                        {"UTF-16BE", "\xDC\x00\0x"s, "\uFFFDx", "\xFF\xFD\0x"s},
                        {"UTF-8", "é", "é", "é"}};
  Schema schema;
  schema.Add("s", Type::String());
  for (const auto& one : cases) {
    auto decoder = *OpenDecoder("raw", {{"charset", one.charset}}, schema, schema);
    ASSERT_TRUE(decoder->Append(one.bytes).ok());
    Batch batch = decoder->Finish();
    EXPECT_EQ(batch.column(0)->String(0), one.text) << one.charset;
    std::string written;
    ASSERT_TRUE((*OpenEncoder("raw", {{"charset", one.charset}}, schema))->Append(written, batch, 0).ok());
    EXPECT_EQ(written, one.written) << one.charset;
  }
  EXPECT_EQ(Read("raw", {{"charset", "EBCDIC"}}, schema, {}), "unsupported: raw.charset 'EBCDIC' is not supported; known are UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE and UTF-16LE");
}

TEST(Formats, NameThoseThatAreNotThereWithTheReason) {
  EXPECT_EQ(Read("avro-confluent", {}, Wide(), {}), "unsupported: format 'avro-confluent' is not supported yet: its records name schemas of a registry: it is one of topics ('connector' = 'kafka'); files have avro");
  EXPECT_EQ(Read("xml", {}, Wide(), {}), "invalid: no format 'xml'; known are json, debezium-json, canal-json, maxwell-json, csv, avro, protobuf, arrow, raw");
  EXPECT_EQ(Read("raw", {{"x", "y"}}, Wide(), {}), "invalid: format raw has no option 'raw.x'; known are raw.charset, raw.endianness");
}

TEST(ChangelogFormats, KeepTheDecoderAsItWasAfterARecordThatBreaks) {
  struct Records {
    std::string format, update, breaks, is_none, removal;
  };
  const Records all[] = {
      {"debezium-json", R"({"before":{"a":1},"after":{"a":2},"op":"u"})", R"({"before":{"a":3},"after":{"a":"x"},"op":"u"})", R"({"op":"x"})", R"({"before":{"a":2},"op":"d"})"},
      {"canal-json", R"({"old":[{"a":1}],"data":[{"a":2}],"type":"UPDATE"})", R"({"data":[{"a":3},{"a":"x"}],"type":"INSERT"})", R"({"data":[],"type":"TRUNCATE"})", R"({"type":"DELETE","data":[{"a":2}]})"},
      {"maxwell-json", R"({"type":"update","data":{"a":2},"old":{"a":1}})", R"({"type":"update","data":{"a":"x"},"old":{"a":1}})", R"({"data":{"a":1}})", R"({"data":{"a":2},"old":{},"type":"delete"})"},
  };
  Schema schema;
  schema.Add("a", Type::Int());
  for (const auto& records : all) {
    auto decoder = OpenDecoder(records.format, {}, schema, schema);
    ASSERT_TRUE(decoder.ok());
    auto append = [&](std::string_view text) {
      auto slab = data::Slab::Make(text.size());
      std::memcpy(slab->data(), text.data(), text.size());
      (*decoder)->SetChunk({slab->data(), text.size()}, slab);
      return (*decoder)->Append({slab->data(), text.size()}).ok();
    };

    EXPECT_TRUE(append(records.update)) << records.format;
    EXPECT_FALSE(append(records.breaks)) << records.format;
    EXPECT_FALSE(append(records.is_none)) << records.format;
    EXPECT_TRUE(append(records.removal)) << records.format;

    Batch batch = (*decoder)->Finish();
    ASSERT_EQ(batch.length(), 3);
    EXPECT_EQ(batch.op(0), data::RowKind::kUpdateBefore);
    EXPECT_EQ(batch.op(2), data::RowKind::kDelete);
    EXPECT_EQ(batch.column(0)->IntAt(0), 1);
    EXPECT_EQ(batch.column(0)->IntAt(1), 2);
  }
}

}  // namespace
}  // namespace freshet::formats
