#include "app/admin/table.h"

#include <gtest/gtest.h>

namespace freshet::app {
namespace {

using Kind = Table::Kind;

Table Groups() {
  Table table({{"group"}, {"lag", Kind::kNumber}, {"idle", Kind::kFlag}});
  table.Add({"früh", "7", "true"});
  table.Add({"a\x1b[2J\"b", std::nullopt, "false"});
  return table;
}

TEST(Table, AlignsForPeopleAndShowsWhatATerminalWouldObey) {
  EXPECT_EQ(Groups().Aligned(),
            "group       lag  idle\n"
            "früh          7  true\n"
            "a\\x1b[2J\"b    -  false\n");
}

TEST(Table, ALongNameWidensItsOwnRowOnly) {
  Table table({{"topic"}, {"partitions", Kind::kNumber}});
  table.Add({"orders", "2"});
  table.Add({std::string(249, 'x'), "10"});

  EXPECT_EQ(table.Aligned(), "topic" + std::string(57, ' ') + "partitions\n" +
                             "orders" + std::string(65, ' ') + "2\n" +
                             std::string(249, 'x') + "          10\n");
}

TEST(Table, IsOneJsonObjectALineForPrograms) {
  EXPECT_EQ(Groups().JsonLines(),
            "{\"group\":\"früh\",\"lag\":7,\"idle\":true}\n"
            "{\"group\":\"a\\u001b[2J\\\"b\",\"lag\":null,\"idle\":false}\n");
}

}  // namespace
}  // namespace freshet::app
