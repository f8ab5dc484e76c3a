#include "app/project_reading.h"

#include <gtest/gtest.h>

#include "testing/sim_env.h"

namespace freshet::app {
namespace {

void Put(io::Files& files, const std::string& path, std::string_view text) {
  ASSERT_TRUE(files.CreateDirectories(path.substr(0, path.rfind('/'))).ok());
  ASSERT_TRUE(io::WriteWhole(files, path, text).ok());
}

std::vector<std::string> Waiting(io::Files& files) {
  auto lines = WhatWaitsForAStart(files, "project", "data");
  EXPECT_TRUE(lines.ok()) << lines.status().ToString();
  return lines.ok() ? *lines : std::vector<std::string>();
}

TEST(ProjectReading, TellsWhatOnlyAStartTakesIn) {
  testing::SimEnv sim;
  io::Files& files = sim.files();
  Put(files, "project/freshet.yaml", "loops: 1\n");
  Put(files, "project/products/trip.yaml", "name: trip\n");
  Put(files, "project/services/late.yaml", "name: late\n");
  Put(files, "project/products/notes.txt", "not read");
  Put(files, "project/pipelines/p.sql", "SELECT 1;");
  Put(files, "data/FORMAT", "1");
  EXPECT_TRUE(Waiting(files).empty());  // no house says what it has read
  ASSERT_TRUE(WriteReading(files, "data", *ReadingOf(files, "project")).ok());
  EXPECT_TRUE(Waiting(files).empty());

  Put(files, "project/freshet.yaml", "loops: 2\n");
  Put(files, "project/products/stop.yaml", "name: stop\n");
  Put(files, "project/products/notes.txt", "otherwise");
  Put(files, "project/functions/f.py", "x = 1\n");
  Put(files, "project/pipelines/p.sql", "SELECT 2;");
  ASSERT_TRUE(files.Remove("project/services/late.yaml").ok());

  EXPECT_EQ(Waiting(files), (std::vector<std::string>{
                                "freshet.yaml has changed, and waits for the next start: until then the house runs by what it said",
                                "functions/f.py is new, and waits for the next start: until then the house calls what the folder held when it started",
                                "products/stop.yaml is new, and waits for the next start: until then the house serves the feature views that it knows",
                                "services/late.yaml is gone, and waits for the next start: until then the house decides as it did"}));
}

}  // namespace
}  // namespace freshet::app
