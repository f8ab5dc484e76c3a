#include "app/admin/verb.h"

#include <gtest/gtest.h>

#include "app/admin/assignment.h"
#include "app/admin/reset.h"

namespace freshet::app {
namespace {

constexpr Option kOptions[] = {{"--json", false}, {"--partitions"}, {"--topic"}};
constexpr std::string_view kCreateOptions[] = {"--partitions"};
Status CheckPartitions(const ParsedArguments& arguments) { return ParseNumber("--partitions", arguments.value("--partitions", "1"), 1).status(); }
constexpr AdminVerb kVerbs[] = {{"list", "list", 0, 0, {}, nullptr}, {"create", "create TOPIC [--partitions N]", 1, 1, kCreateOptions, nullptr, CheckPartitions}};

std::string Found(const Arguments& words) {
  auto arguments = ParseArguments(words, kOptions, 3);
  EXPECT_TRUE(arguments.ok());
  auto verb = FindVerb("topics", kVerbs, *arguments);
  return verb.ok() ? std::string((*verb)->name) : verb.fault().message();
}

TEST(AdminVerbs, AreFoundWithTheirWordsAndOptions) {
  EXPECT_EQ(Found({"list", "--json"}), "list");
  EXPECT_EQ(Found({"create", "orders", "--partitions=3"}), "create");
}

TEST(AdminVerbs, WhatIsOffIsNamedWithItsUsage) {
  EXPECT_EQ(Found({"list", "orders"}), "write freshet topics list");
  EXPECT_EQ(Found({"create"}), "write freshet topics create TOPIC [--partitions N]");
  EXPECT_EQ(Found({"list", "--partitions", "3"}), "list takes no --partitions; write freshet topics list");
  EXPECT_EQ(Found({"create", "orders", "--partitions", "0"}), "--partitions: 0 is less than 1");
  EXPECT_EQ(Found({"creat", "orders"}).find("freshet topics does not know 'creat'; did you mean 'create'?\nwrite one of"), 0u);
  EXPECT_NE(Found({"destroy"}).find("write one of\n  freshet topics list\n  freshet topics create"), std::string::npos);
  EXPECT_NE(Found({}).find("write one of"), std::string::npos);
}

TEST(AdminVerbs, NumbersAreWholeAndNotTooSmall) {
  EXPECT_EQ(*ParseNumber("--shift-by", "-5", INT64_MIN), -5);
  for (std::string_view wrong : {"", "x", "1.5", "3 ", "99999999999999999999", "0"}) {
    EXPECT_EQ(ParseNumber("--partitions", wrong, 1).code(), Code::kInvalid) << wrong;
  }
}

TEST(ResetOffsets, TimesAreReadInTheirZone) {
  EXPECT_EQ(*ParseDateTime("1970-01-01T00:00:01"), 1000);
  EXPECT_EQ(*ParseDateTime("1970-01-02T00:00:00.250Z"), 86'400'250);
  EXPECT_EQ(*ParseDateTime("1970-01-02T01:00:00+01:00"), 86'400'000);
  EXPECT_EQ(*ParseDateTime("1970-01-01T18:30:00-05:30"), 86'400'000);
  for (std::string_view wrong : {"", "yesterday", "1970-01-01", "1970-01-01 00:00:00", "1970-01-01T00:00:00+1", "1970-01-01T00:00:00+25:00", "1969-12-31T23:59:59", "1970-01-01T00:00:00ZZ"}) {
    EXPECT_EQ(ParseDateTime(wrong).code(), Code::kInvalid) << wrong;
  }
}

TEST(Assignment, IsReadInKafkasForm) {
  using namespace std::string_literals;
  std::string bytes = "\0\1\0\0\0\2\0\1t\0\0\0\2\0\0\0\0\0\0\0\2\0\1u\0\0\0\1\0\0\0\5\0\0\0\0"s;

  EXPECT_EQ(ShowAssignment(bytes), "t[0,2] u[5]");
  EXPECT_EQ(ShowAssignment(""), "");
  EXPECT_EQ(ShowAssignment(bytes.substr(0, 17)), "17 bytes") << "cut short";
  EXPECT_EQ(ShowAssignment("\0\1\x7f\xff\xff\xff"s), "6 bytes") << "a count of topics that are not there";
}

}  // namespace
}  // namespace freshet::app
