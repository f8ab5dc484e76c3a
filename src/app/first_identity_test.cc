#include "app/first_identity.h"

#include <gtest/gtest.h>

#include "testing/sim_env.h"

namespace freshet::app {
namespace {

Config WithFile(std::string file) {
  Config config;
  config.identity_name = "admin";
  config.identity_password_file = std::move(file);
  return Rooted(std::move(config), "project");
}

TEST(FirstIdentity, HasThePasswordOfItsFile) {
  testing::SimEnv sim;
  ASSERT_TRUE(sim.files().CreateDirectories("project").ok());
  ASSERT_TRUE(io::WriteWhole(sim.files(), "project/password", "looking glass\r\n").ok());

  auto identity = ReadFirstIdentity(sim.files(), WithFile("password"));
  auto nobody = ReadFirstIdentity(sim.files(), Config());

  ASSERT_TRUE(identity.ok()) << identity.ToString();
  EXPECT_EQ((*identity)->name, "admin");
  EXPECT_TRUE((*identity)->password.Equals("looking glass"));
  ASSERT_TRUE(nobody.ok());
  EXPECT_FALSE(nobody->has_value());
}

TEST(FirstIdentity, IsRefusedWithoutAPasswordWorthTheName) {
  testing::SimEnv sim;
  ASSERT_TRUE(sim.files().CreateDirectories("project").ok());
  ASSERT_TRUE(io::WriteWhole(sim.files(), "project/short", "glass\n").ok());
  ASSERT_TRUE(io::WriteWhole(sim.files(), "project/lines", "looking glass\nand more\n").ok());
  Config by_env;
  by_env.identity_password_env = "FRESHET_NO_SUCH_VARIABLE";
  auto refusal = [&](const Config& config) { return ReadFirstIdentity(sim.files(), config).ToString(); };

  EXPECT_EQ(refusal(WithFile("short")), "invalid: identities.first: a password of 5 bytes; it has from 8 to 1024");
  EXPECT_EQ(refusal(WithFile("lines")), "invalid: identities.first: project/lines has more than one line; it holds the password and nothing else");
  EXPECT_NE(refusal(WithFile("missing")).find("project/missing"), std::string::npos);
  EXPECT_EQ(refusal(by_env), "invalid: identities.first: the environment has no variable FRESHET_NO_SUCH_VARIABLE");
}

}  // namespace
}  // namespace freshet::app
