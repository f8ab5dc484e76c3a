#include <gtest/gtest.h>

#include "wire/sasl/messages.h"

namespace freshet::wire::sasl {
namespace {

using namespace std::string_view_literals;

TEST(Sasl, ReadsTheMessagesOfRfc7677) {
  auto first = ParseScramClientFirst("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  auto last = ParseScramClientFinal("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

  ASSERT_TRUE(first.ok() && last.ok());
  EXPECT_EQ(first->gs2_header, "n,,");
  EXPECT_EQ(first->bare, "n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(first->name, "user");
  EXPECT_EQ(first->nonce, "rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(last->channel_binding, "biws");
  EXPECT_EQ(last->nonce, "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  EXPECT_EQ(last->without_proof, "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  EXPECT_EQ(last->proof, "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
}

TEST(Sasl, DecodesCommasAndEqualsSignsInNames) {
  auto message = ParseScramClientFirst("y,a=a=2Cb=3D,n=a=2Cb=3D,r=x,later=ignored");

  ASSERT_TRUE(message.ok()) << message.ToString();
  EXPECT_EQ(message->name, "a,b=");
  EXPECT_EQ(message->authorization_id, "a,b=");
  EXPECT_EQ(message->gs2_header, "y,a=a=2Cb=3D,");
}

TEST(Sasl, RefusesWhatIsNotAFirstMessage) {
  for (auto bad : {""sv, "n"sv, "n,"sv, "n,,"sv, "x,,n=a,r=b"sv, "n,,n=a"sv, "n,,r=b,n=a"sv, "n,,n=,r=b"sv, "n,,n=a,r="sv, "n,,n=a=2,r=b"sv, "n,,n=a=2c,r=b"sv,
                   "n,,n=a,r=b\x01"sv, "n,,n=a\0b,r=b"sv, "n,x,n=a,r=b"sv, "n,,n=\xff,r=b"sv, "n,,n=\xed\xa0\x80,r=b"sv, "n,,n=\xc0\xaf,r=b"sv}) {
    EXPECT_EQ(ParseScramClientFirst(bad).code(), Code::kInvalid) << bad;
  }
  EXPECT_EQ(ParseScramClientFirst("p=tls-unique,,n=a,r=b").code(), Code::kUnsupported);
  EXPECT_EQ(ParseScramClientFirst("n,,m=must,n=a,r=b").code(), Code::kUnsupported);
  EXPECT_EQ(ParseScramClientFirst("n,,n=a,r=b,tokenauth=true").code(), Code::kUnsupported);
  EXPECT_EQ(ParseScramClientFirst(StrCat("n,,n=", std::string(kNameBytesMax + 1, 'a'), ",r=b")).code(), Code::kInvalid);
  EXPECT_EQ(ParseScramClientFirst(StrCat("n,,n=a,r=", std::string(kTokenBytesMax, 'b'))).code(), Code::kTooLarge);
}

TEST(Sasl, RefusesWhatIsNotALastMessage) {
  for (auto bad : {""sv, "c=biws"sv, "c=biws,r=x"sv, "c=biws,p=x"sv, "r=x,c=biws,p=x"sv, "p=x"sv, ",p=x"sv, "c=biws,r=,p=x"sv}) {
    EXPECT_EQ(ParseScramClientFinal(bad).code(), Code::kInvalid) << bad;
  }
}

TEST(Sasl, ReadsPlainAndRefusesWhatIsNot) {
  auto message = ParsePlain("\0alice\0wonder land"sv);

  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->name, "alice");
  EXPECT_EQ(message->password, "wonder land");
  EXPECT_EQ(message->authorization_id, "");
  for (auto bad : {""sv, "alice"sv, "\0alice"sv, "\0alice\0"sv, "\0\0secret"sv, "\0alice\0secret\0"sv, "\0al\nice\0secret"sv}) {
    EXPECT_EQ(ParsePlain(bad).code(), Code::kInvalid);
  }
}

}  // namespace
}  // namespace freshet::wire::sasl
