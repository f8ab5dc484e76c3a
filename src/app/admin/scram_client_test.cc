#include "app/admin/scram_client.h"

#include <gtest/gtest.h>

namespace freshet::app {
namespace {

// The exchange of RFC 7677 §3.
constexpr std::string_view kChallenge = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

ScramClient Client() { return {"user", Secret("pencil"), "rOprNGfwEbeRWgbNEkqO"}; }

TEST(ScramClient, SaysWhatTheStandardSays) {
  ScramClient client = Client();

  EXPECT_EQ(client.First(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  auto proof = client.Prove(kChallenge);
  ASSERT_TRUE(proof.ok()) << proof.ToString();
  EXPECT_EQ(*proof, "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_TRUE(client.Verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").ok());
}

TEST(ScramClient, ABrokerThatDoesNotKnowThePasswordIsRefused) {
  ScramClient client = Client();
  client.First();

  EXPECT_FALSE(client.Verify("v=").ok()) << "before anything was proved";
  ASSERT_TRUE(client.Prove(kChallenge).ok());
  EXPECT_FALSE(client.Verify("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").ok());
  EXPECT_FALSE(client.Verify("e=other-error").ok());
}

TEST(ScramClient, ChallengesThatAreNoneAreRefused) {
  for (std::string_view challenge : {"", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
                                     "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000",
                                     "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ=="}) {
    ScramClient client = Client();
    client.First();

    EXPECT_EQ(client.Prove(challenge).code(), Code::kUnauthenticated) << challenge;
  }
}

TEST(ScramClient, NamesAreEscaped) { EXPECT_EQ(ScramClient("a,b=c", Secret("p"), "n").First(), "n,,n=a=2Cb=3Dc,r=n"); }

}  // namespace
}  // namespace freshet::app
