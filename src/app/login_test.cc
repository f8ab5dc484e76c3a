#include "app/login.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "testing/sim_env.h"

namespace freshet::app {
namespace {

TEST(Login, IsAUserWithThePasswordOfAFile) {
  testing::SimEnv sim;
  ASSERT_TRUE(io::WriteWhole(sim.files(), "password", "sesame\n").ok());
  ParsedArguments nobody, admin{.words = {}, .options = {{"--user", "admin"}, {"--password-file", "password"}}}, file_alone{.words = {}, .options = {{"--password-file", "password"}}};

  auto login = LoginOf(sim.files(), admin);

  ASSERT_TRUE(login.ok() && *login) << login.status().ToString();
  EXPECT_EQ((*login)->user, "admin");
  EXPECT_TRUE((*login)->password.Equals("sesame"));
  EXPECT_FALSE(LoginOf(sim.files(), nobody)->has_value());
  EXPECT_EQ(LoginOf(sim.files(), file_alone).fault().message(), "--password-file is of who asks: say --user NAME, too");
}

TEST(Login, IsOfTheEnvironmentWithoutAFile) {
  testing::SimEnv sim;
  ParsedArguments admin{.words = {}, .options = {{"--user", "admin"}}};
  unsetenv("FRESHET_PASSWORD");
  EXPECT_EQ(LoginOf(sim.files(), admin).fault().message(), "--user admin: its password belongs into a file (--password-file FILE) or into the environment variable FRESHET_PASSWORD");
  setenv("FRESHET_PASSWORD", "sesame", 1);

  auto login = LoginOf(sim.files(), admin);

  ASSERT_TRUE(login.ok() && *login) << login.status().ToString();
  EXPECT_TRUE((*login)->password.Equals("sesame"));
  unsetenv("FRESHET_PASSWORD");
}

}  // namespace
}  // namespace freshet::app
