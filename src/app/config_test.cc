#include "app/config.h"

#include <gtest/gtest.h>

namespace freshet::app {
namespace {

std::string Refusal(std::string_view yaml, const std::vector<Override>& overrides = {}) {
  return ReadConfig(yaml, "freshet.yaml", overrides).ToString();
}

TEST(Config, AnEmptyFileMeansTheDefaults) {
  auto config = ReadConfig("", "freshet.yaml", {});

  ASSERT_TRUE(config.ok()) << config.ToString();
  EXPECT_EQ(config->kafka_listen.ToString(), "127.0.0.1:9092");
  EXPECT_EQ(config->memory_bytes, 1_GiB);
  EXPECT_EQ(config->loops, 2);
}

TEST(Config, ReadsNestedKeysAndOverridesWin) {
  auto config = ReadConfig("doors:\n  kafka:\n    listen: 127.0.0.1:1\nmemory: 512MiB\n", "freshet.yaml",
                           {{"doors.kafka.listen", "[::1]:0"}});

  ASSERT_TRUE(config.ok()) << config.ToString();
  EXPECT_EQ(config->kafka_listen.ToString(), "[::1]:0");
  EXPECT_EQ(config->memory_bytes, 512_MiB);
}

TEST(Config, UnknownKeysNameFileLineAndTheLikelyMeaning) {
  EXPECT_EQ(Refusal("memory: 1GiB\ndoors:\n  kafka:\n    listn: x\n"),
            "invalid: freshet.yaml:4: unknown key 'doors.kafka.listn'; did you mean 'doors.kafka.listen'?");
  EXPECT_EQ(Refusal("", {{"nonsense", "1"}}), "invalid: --set: unknown key 'nonsense'; `freshet config` lists the keys");
}

TEST(Config, BadValuesNameFileAndLine) {
  EXPECT_EQ(Refusal("\nloops: many\n"), "invalid: freshet.yaml:2: loops: 'many' is not a whole number");
  EXPECT_EQ(Refusal("loops: 0"), "invalid: freshet.yaml:1: loops: 0 is not between 1 and 64");
  EXPECT_EQ(Refusal("memory: 1MiB"), "invalid: freshet.yaml:1: memory: at least 67108864 bytes are needed");
  EXPECT_EQ(Refusal("memory: 1GB"), "invalid: freshet.yaml:1: memory: '1GB' is no size; write 1GiB");
  EXPECT_EQ(Refusal("memory: 512 m"), "invalid: freshet.yaml:1: memory: '512 m' is no size; write 512MiB");
  EXPECT_EQ(Refusal("memory: much"), "invalid: freshet.yaml:1: memory: 'much' is not a whole number; a size is a whole number of bytes, or of KiB, MiB, GiB or TiB");
  EXPECT_EQ(Refusal("loops: 1\n\tmemory: 1GiB\n"), "invalid: freshet.yaml:2: not valid YAML: a tab stands in front of the line's first word; write blanks in its place");
  EXPECT_EQ(Refusal("\tdoors: x\n"), "invalid: freshet.yaml:1: not valid YAML: a tab stands in front of the line's first word; write blanks in its place");
  EXPECT_EQ(Refusal("doors: 5"), "invalid: freshet.yaml:1: unknown key 'doors'; `freshet config` lists the keys");
  EXPECT_EQ(Refusal("topics:\n  auto_create: maybe"), "invalid: freshet.yaml:2: topics.auto_create: 'maybe' is neither true nor false");
  EXPECT_EQ(Refusal("loops: 1\nloops: 2\n"), "invalid: freshet.yaml:2: 'loops' is set twice");
  EXPECT_EQ(Refusal("a: [b").substr(0, 40), "invalid: freshet.yaml:1: not valid YAML:");
}

TEST(Config, TheFirstIdentityHasOnePasswordAndAName) {
  EXPECT_EQ(Refusal("identities: {first: {password_env: A, password_file: b}}"),
            "invalid: identities.first: its password comes from password_file or from password_env, not from both");
  EXPECT_EQ(Refusal("identities: {first: {name: ''}}"), "invalid: freshet.yaml:1: identities.first.name: the name of an identity has 1 to 255 bytes");
}

TEST(Config, ListensBeyondThisMachineWithTlsAndAnIdentityOnly) {
  std::string open = "doors: {kafka: {listen: '0.0.0.0:9092', tls: {certificate: c.pem, key: /k.pem}}}\n", identity = "identities: {first: {password_env: A}}\n";
  auto config = ReadConfig(open + identity, "freshet.yaml", {});

  ASSERT_TRUE(config.ok()) << config.ToString();
  EXPECT_EQ(Rooted(*config, "project").kafka_tls.certificate, "project/c.pem");
  EXPECT_EQ(Rooted(*config, "project").kafka_tls.key, "/k.pem");
  EXPECT_NE(Refusal(open).find("this door has no authentication; "), std::string::npos);
  EXPECT_NE(Refusal("doors: {resp: {listen: '0.0.0.0:6379', password: x}}\n" + identity).find("this door has no TLS; "), std::string::npos);
  EXPECT_NE(Refusal("doors: {http: {tls: {certificate: c.pem}}}").find("a certificate needs its key"), std::string::npos);
  EXPECT_NE(Refusal("doors: {http: {tls: {client_ca: c.pem}}}").find("over TLS only"), std::string::npos);
}

TEST(Config, RefusesToListenBeyondThisMachine) {
  EXPECT_NE(Refusal("doors: {kafka: {listen: '0.0.0.0:9092'}}").find("neither authentication nor TLS"), std::string::npos);
  EXPECT_NE(Refusal("doors: {http: {listen: 'example.com:80'}}").find("neither authentication nor TLS"), std::string::npos);
}

}  // namespace
}  // namespace freshet::app
