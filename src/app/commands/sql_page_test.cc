#include "app/commands/sql_page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace freshet::app {
namespace {

std::string Text(const std::string& path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

TEST(SqlPage, IsWhatTheRegistriesSay) {
  EXPECT_EQ(Text("docs/sql.md"), Text("tools/dev/docs/sql.head.md") + SqlPage()) << "write it again: ./dev docs";
}

}  // namespace
}  // namespace freshet::app
