#include "wire/yaml/document.h"

#include <gtest/gtest.h>

namespace freshet::wire::yaml {
namespace {

Result<std::string> ReadTopic(std::string_view yaml) {
  ASSIGN_OR_RETURN(Node root, Parse(yaml, "p.yaml"));
  ASSIGN_OR_RETURN(Fields fields, Fields::Of(root, "p.yaml", "", {"features", "a"}));
  ASSIGN_OR_RETURN(const Node* features, fields.Need("features"));
  RETURN_NOT_OK(fields.Finish());
  ASSIGN_OR_RETURN(Fields inner, Fields::Of(*features, "p.yaml", "features", {"topic", "ttl_ms", "entity"}));
  ASSIGN_OR_RETURN(std::string topic, inner.Text("topic"));
  ASSIGN_OR_RETURN(int64_t ttl, inner.Integer("ttl_ms", 5, 0, 100));
  ASSIGN_OR_RETURN(auto entity, inner.Texts("entity"));
  RETURN_NOT_OK(inner.Finish());
  return StrCat(topic, " ", ttl, " ", entity.size());
}

TEST(YamlDocument, ReadsWhatIsAskedForAndRefusesTheRestByLine) {
  EXPECT_EQ(*ReadTopic("features:\n  topic: t\n  ttl_ms: 7\n  entity: [a, b]\n"), "t 7 2");
  EXPECT_EQ(*ReadTopic("features: {topic: t}"), "t 5 0");
  EXPECT_EQ(ReadTopic("features:\n  topic: t\n  tll_ms: 7\n").ToString(),
            "invalid: p.yaml:3: unknown key 'features.tll_ms'; did you mean 'ttl_ms'?");
  EXPECT_EQ(ReadTopic("features:\n  tpoic: t\n").ToString(), "invalid: p.yaml:2: unknown key 'features.tpoic'; did you mean 'topic'?") << "before what is missing";
  EXPECT_EQ(ReadTopic("features:\n  colour: red\n").ToString(), "invalid: p.yaml:2: unknown key 'features.colour'; it takes topic, ttl_ms, entity");
  EXPECT_EQ(ReadTopic("features: {topic: t}\na: 1\n").ToString(), "invalid: p.yaml:2: unknown key 'a'; it takes features") << "nobody asked for it";
  EXPECT_EQ(ReadTopic("features:\n  topic: t\n  ttl_ms: 101\n").ToString(), "invalid: p.yaml:3: features.ttl_ms: 101 is not between 0 and 100");
  EXPECT_EQ(ReadTopic("features:\n  topic: [t]\n").ToString(), "invalid: p.yaml:2: features.topic: must be a single value");
  EXPECT_EQ(ReadTopic("features: {}\n").ToString(), "invalid: p.yaml:1: 'features.topic' is missing");
  EXPECT_EQ(ReadTopic("features: 5\n").ToString(), "invalid: p.yaml:1: features must be a mapping");
  EXPECT_EQ(ReadTopic("").ToString(), "invalid: p.yaml:1: 'features' is missing");
  EXPECT_EQ(ReadTopic("a: 1\na: 2\n").ToString(), "invalid: p.yaml:2: 'a' is set twice");
  EXPECT_EQ(ReadTopic("a: 1\n---\nnonsense\n").ToString(), "invalid: p.yaml:2: a second document begins behind '---'; a file is one document");
  EXPECT_EQ(ReadTopic("features t\n").ToString(), "invalid: p.yaml:1: 'features t' is no 'key: value'; is a colon missing?");
  EXPECT_EQ(ReadTopic("features:\n").ToString(), "invalid: p.yaml:1: features must be a mapping; write what belongs to it below, or leave it out");
  EXPECT_EQ(ReadTopic("features:\n\ttopic: t\n").ToString(), "invalid: p.yaml:2: not valid YAML: a tab stands in front of the line's first word; write blanks in its place");
  EXPECT_TRUE(ReadTopic("a: [").ToString().starts_with("invalid: p.yaml:1: not valid YAML:"));
}

// yaml-cpp alone reads document after document here, for ever.
TEST(YamlDocument, ComesToAnEndWhereASignIsOutOfPlace) {
  EXPECT_EQ(Parse(",", "p.yaml").ToString(), "invalid: p.yaml:1: not valid YAML: ',' does not go on with what stands before it");
  EXPECT_EQ(Parse("{a: 1}\n, b: 2\n", "p.yaml").ToString(), "invalid: p.yaml:2: not valid YAML: ', b: 2' does not go on with what stands before it");
  EXPECT_EQ(*ReadTopic("---\nfeatures: {topic: t}\n...\n"), "t 5 0");
}

TEST(YamlDocument, CountsAliasesEachTime) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    bomb += StrCat("a", i, ": &a", i, " [");
    for (int j = 0; j < 10; ++j) bomb += StrCat("*a", i - 1, j == 9 ? "" : ", ");
    bomb += "]\n";
  }

  EXPECT_EQ(Parse(bomb, "bomb.yaml").code(), Code::kTooLarge);
  EXPECT_EQ(Parse(std::string(100, '[') + std::string(100, ']'), "deep.yaml").code(), Code::kInvalid);
}

}  // namespace
}  // namespace freshet::wire::yaml
