#include "control/guard/identities.h"

#include <gtest/gtest.h>

#include "control/guard/identity_guard.h"
#include "control/guard/scram.h"
#include "data/formats/base64.h"
#include "testing/memory_credentials.h"
#include "testing/sim_env.h"

namespace freshet::guard {
namespace {

using data::ScramMechanism;
using testing::MemoryCredentials;
using testing::SimEnv;

std::string Base64(std::string_view bytes) {
  std::string text;
  formats::AppendBase64(text, bytes);
  return text;
}

std::string Xor(std::string a, std::string_view b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

// What a client of RFC 5802 answers to the server's first message.
struct ScramClient {
  std::string name = "alice";
  std::string password = "wonderland";
  ScramMechanism mechanism = ScramMechanism::kSha256;
  std::string nonce_begin = {};
  std::string auth_message = {};
  Secret salted = {};

  std::string First() const { return StrCat("n,,n=", name, ",r=client"); }
  std::string Last(std::string_view server_first, std::string_view nonce_end = "", std::string_view binding = "biws") {
    std::string nonce = nonce_begin;
    nonce += std::string(server_first.substr(2, server_first.find(",s=") - 2));
    nonce += nonce_end;
    std::string_view rest = server_first.substr(server_first.find(",s=") + 3);
    std::string salt = *formats::ParseBase64(rest.substr(0, rest.find(",i=")));
    int32_t iterations = std::stoi(std::string(rest.substr(rest.find(",i=") + 3)));
    salted = SaltPassword(mechanism, Secret(password), salt, iterations);
    std::string without_proof = StrCat("c=", binding, ",r=", nonce);
    auth_message = StrCat("n=", name, ",r=client,", server_first, ",", without_proof);
    auto credential = CredentialOf(mechanism, salted, salt, iterations);
    std::string proof = Xor(Mac(mechanism, salted.Reveal(), "Client Key"), Mac(mechanism, credential.stored_key.Reveal(), auth_message));
    return StrCat(without_proof, ",p=", Base64(proof));
  }
  std::string ExpectedFinal() const {
    return StrCat("v=", Base64(Mac(mechanism, Mac(mechanism, salted.Reveal(), "Server Key"), auth_message)));
  }
};

// A house where admin is configured and alice stored.
struct Bench {
  explicit Bench(SimEnv& env) : sim(env), identities(sim, credentials, ConfiguredIdentity{"admin", Secret("looking glass")}) {}

  Task<> Begin() {
    CO_RETURN_NOT_OK(identities.Begin());
    CO_RETURN_NOT_OK(Put("alice", ScramMechanism::kSha256, "wonderland"));
    co_return Status::Ok();
  }
  Task<> Put(std::string name, ScramMechanism mechanism, std::string password, int32_t iterations = 4096) {
    Secret salted = SaltPassword(mechanism, Secret(std::move(password)), "salt", iterations);
    Ctx ctx;
    auto put = identities.PutCredential(ctx, std::move(name), mechanism, "salt", iterations, std::move(salted));
    co_return co_await put;
  }
  // The two steps of one exchange.
  Task<ports::SaslStep> Login(ScramClient* client, std::string nonce_end = "", std::string binding = "biws") {
    auto begun = identities.BeginSasl(data::ScramMechanismName(client->mechanism), false);
    if (!begun.ok()) co_return begun.fault();
    Ctx ctx;
    auto first = (*begun)->Next(ctx, client->First());
    auto challenge = co_await first;
    if (!challenge.ok()) co_return challenge.fault();
    last_challenge = challenge->token;
    auto last = (*begun)->Next(ctx, client->Last(challenge->token, nonce_end, binding));
    co_return co_await last;
  }

  SimEnv& sim;
  MemoryCredentials credentials;
  Identities identities;
  std::string last_challenge;
};

void ExpectRuns(Task<> (*body)(Bench&)) {
  SimEnv sim;
  Bench bench(sim);
  Status ran = sim.Run(body(bench));
  EXPECT_TRUE(ran.ok()) << ran.ToString();
}
#define IDENTITIES_TEST(name)                   \
  Task<> name(Bench& bench);                    \
  TEST(Identities, name) { ExpectRuns(name); }  \
  Task<> name(Bench& bench)

TEST(Scram, ComputesTheExampleOfRfc7677) {
  std::string salt = *formats::ParseBase64("W22ZaJ0SNY7soEsUEjb6gQ==");
  Secret salted = SaltPassword(ScramMechanism::kSha256, Secret("pencil"), salt, 4096);
  auto credential = CredentialOf(ScramMechanism::kSha256, salted, salt, 4096);
  std::string auth_message =
      "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  std::string proof = *formats::ParseBase64("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  std::string wrong = proof;
  wrong[0] ^= 1;

  EXPECT_TRUE(Proves(ScramMechanism::kSha256, credential, auth_message, proof));
  EXPECT_EQ(Base64(ServerSignature(ScramMechanism::kSha256, credential, auth_message)), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  EXPECT_FALSE(Proves(ScramMechanism::kSha256, credential, auth_message, wrong));
  EXPECT_FALSE(Proves(ScramMechanism::kSha256, credential, auth_message, ""));
  EXPECT_FALSE(Proves(ScramMechanism::kSha256, credential, auth_message + "x", proof));
}

IDENTITIES_TEST(WhoeverHasThePasswordComesIn) {
  CO_RETURN_NOT_OK(bench.Begin());
  CO_RETURN_NOT_OK(bench.Put("bob", ScramMechanism::kSha512, "builder", 8192));
  for (ScramClient client : {ScramClient{}, ScramClient{"bob", "builder", ScramMechanism::kSha512}, ScramClient{"admin", "looking glass"},
                             ScramClient{"admin", "looking glass", ScramMechanism::kSha512},
                             ScramClient{"alice", "wonderland", ScramMechanism::kSha256, "client"}}) {
    CO_ASSIGN_OR_RETURN(ports::SaslStep step, bench.Login(&client));
    EXPECT_TRUE(step.principal != nullptr && step.principal->name == client.name);
    EXPECT_EQ(step.token, client.ExpectedFinal());
    EXPECT_TRUE(bench.identities.Knows(*step.principal));
  }
  co_return Status::Ok();
}

IDENTITIES_TEST(EverythingWrongIsAnsweredAlike) {
  CO_RETURN_NOT_OK(bench.Begin());
  struct Case {
    ScramClient client;
    std::string nonce_end = {};
    std::string binding = "biws";
  };
  for (Case bad : {Case{{"alice", "guess"}}, Case{{"nobody", "wonderland"}}, Case{{"alice", "wonderland", ScramMechanism::kSha512}}, Case{{}, "x"}, Case{{"alice", "wonderland", ScramMechanism::kSha256, "x"}}, Case{{}, "", "eSws"},
                   Case{{}, "", "n"}, Case{{"", "wonderland"}}}) {
    MonoTime began = bench.sim.clock().Now();
    auto login = bench.Login(&bad.client, bad.nonce_end, bad.binding);
    auto refused = co_await login;
    EXPECT_EQ(refused.code(), Code::kUnauthenticated);
    if (!refused.ok()) {
      EXPECT_EQ(refused.fault().message(), "authentication failed");
    }
    EXPECT_EQ((bench.sim.clock().Now() - began).ms(), 250);
  }
  co_return Status::Ok();
}

IDENTITIES_TEST(AProofIsGoodOnceAndInItsExchangeOnly) {
  CO_RETURN_NOT_OK(bench.Begin());
  Ctx ctx;
  ScramClient client;
  auto exchange = bench.identities.BeginSasl("SCRAM-SHA-256", false), other = bench.identities.BeginSasl("SCRAM-SHA-256", false);
  if (!exchange.ok() || !other.ok()) co_return Fault::Internal("no exchange");
  CO_ASSIGN_OR_RETURN(ports::SaslStep challenge, (*exchange)->Next(ctx, client.First()));
  CO_ASSIGN_OR_RETURN(ports::SaslStep other_challenge, (*other)->Next(ctx, client.First()));
  std::string proof = client.Last(challenge.token);
  CO_ASSIGN_OR_RETURN(ports::SaslStep in, (*exchange)->Next(ctx, proof));
  auto replay = (*exchange)->Next(ctx, proof);
  auto replayed = co_await replay;
  auto elsewhere = (*other)->Next(ctx, proof);
  auto replayed_elsewhere = co_await elsewhere;

  EXPECT_TRUE(in.principal != nullptr);
  EXPECT_NE(challenge.token, other_challenge.token);
  EXPECT_EQ(replayed.code(), Code::kUnauthenticated);
  EXPECT_EQ(replayed_elsewhere.code(), Code::kUnauthenticated);
  co_return Status::Ok();
}

IDENTITIES_TEST(ANameThatIsNotKnownLooksLikeOneThatIs) {
  CO_RETURN_NOT_OK(bench.Begin());
  auto challenge_of = [&](const std::string& name) {
    auto challenge = bench.identities.Challenge(name, ScramMechanism::kSha256);
    return StrCat(challenge->salt, " ", challenge->iterations);
  };

  EXPECT_EQ(challenge_of("mallory"), challenge_of("mallory"));
  EXPECT_NE(challenge_of("mallory"), challenge_of("mallory2"));
  std::string salt = bench.identities.Challenge("mallory", ScramMechanism::kSha512)->salt;
  EXPECT_TRUE(salt.size() >= 24 && salt.size() <= 26) << salt;
  EXPECT_EQ(bench.identities.Challenge("mallory", ScramMechanism::kSha256)->iterations, bench.identities.Challenge("admin", ScramMechanism::kSha256)->iterations);
  co_return Status::Ok();
}

IDENTITIES_TEST(PasswordsAloneAreCheckedAgainstTheSameCredentials) {
  CO_RETURN_NOT_OK(bench.Begin());
  CO_RETURN_NOT_OK(bench.Put("bob", ScramMechanism::kSha512, "builder"));
  struct Case {
    std::string name, password;
    bool right;
  };
  Ctx ctx;
  for (const Case& one : {Case{"alice", "wonderland", true}, {"bob", "builder", true}, {"admin", "looking glass", true}, {"alice", "", false}, {"alice", "builder", false},
                          {"nobody", "wonderland", false}, {"", "", false}, {"alice", std::string(5000, 'w'), false}}) {
    auto check = bench.identities.CheckPassword(ctx, one.name, Secret(one.password));
    auto checked = co_await check;
    EXPECT_EQ(checked.ok(), one.right) << one.name;
    EXPECT_EQ(checked.code(), one.right ? Code::kOk : Code::kUnauthenticated);
  }
  co_return Status::Ok();
}

IDENTITIES_TEST(PlainIsSpokenOnEncryptedConnectionsOnly) {
  CO_RETURN_NOT_OK(bench.Begin());
  Ctx ctx;
  auto plain = bench.identities.BeginSasl("PLAIN", true);
  if (!plain.ok()) co_return plain.status();
  std::string token("\0alice\0wonderland", 17);
  EXPECT_EQ((*plain)->name(), "");
  CO_ASSIGN_OR_RETURN(ports::SaslStep step, (*plain)->Next(ctx, token));
  EXPECT_TRUE(step.principal != nullptr && step.principal->name == "alice");
  EXPECT_EQ((*plain)->name(), "alice");
  auto other_id = bench.identities.BeginSasl("PLAIN", true);
  std::string token_for_admin("admin\0alice\0wonderland", 22);
  auto next = (*other_id)->Next(ctx, token_for_admin);
  auto as_admin = co_await next;

  EXPECT_EQ(as_admin.code(), Code::kUnauthenticated);
  EXPECT_EQ((*other_id)->name(), "alice");
  EXPECT_EQ(bench.identities.BeginSasl("PLAIN", false).code(), Code::kUnsupported);
  EXPECT_EQ(bench.identities.BeginSasl("GSSAPI", true).code(), Code::kUnsupported);
  EXPECT_EQ(bench.identities.Mechanisms(false).size(), 2u);
  EXPECT_EQ(bench.identities.Mechanisms(true).size(), 3u);
  co_return Status::Ok();
}

IDENTITIES_TEST(WhoeverHasNoCredentialAnyMoreIsNobody) {
  CO_RETURN_NOT_OK(bench.Begin());
  IdentityGuard guard(bench.identities);
  ports::Access read{"kafka", "Fetch", ports::Action::kRead}, login{"kafka", "SaslHandshake", ports::Action::kNone};
  Ctx nobody, alice;
  alice.principal = std::make_shared<io::Principal>(io::Principal{.name = "alice"});

  EXPECT_EQ(guard.Admit(nobody, read).code(), Code::kUnauthenticated);
  EXPECT_TRUE(guard.Admit(nobody, login).ok());
  EXPECT_TRUE(guard.Admit(alice, read).ok());
  CO_RETURN_NOT_OK(bench.identities.RemoveCredential(nobody, "alice", ScramMechanism::kSha256));
  EXPECT_EQ(guard.Admit(alice, read).code(), Code::kUnauthenticated);
  co_return Status::Ok();
}

IDENTITIES_TEST(RefusesCredentialsThatAreTooWeakOrNotItsOwn) {
  CO_RETURN_NOT_OK(bench.Begin());
  Ctx ctx;
  struct Case {
    std::string name, salt;
    int32_t iterations;
    size_t key_bytes;
  };
  for (const Case& bad : {Case{"eve", "salt", 4095, 32}, {"eve", "salt", 16385, 32}, {"eve", "", 4096, 32}, {"eve", "salt", 4096, 64}, {"", "salt", 4096, 32},
                          {"admin", "salt", 4096, 32}, {"a\nb", "salt", 4096, 32}}) {
    auto put = bench.identities.PutCredential(ctx, bad.name, ScramMechanism::kSha256, bad.salt, bad.iterations, Secret(std::string(bad.key_bytes, 'k')));
    Status refused = co_await put;
    EXPECT_EQ(refused.code(), Code::kInvalid) << bad.name << " " << bad.iterations;
  }
  auto remove = bench.identities.RemoveCredential(ctx, "admin", ScramMechanism::kSha256);
  Status own = co_await remove;
  auto remove_missing = bench.identities.RemoveCredential(ctx, "eve", ScramMechanism::kSha256);
  Status missing = co_await remove_missing;
  EXPECT_EQ(own.code(), Code::kInvalid);
  EXPECT_EQ(missing.code(), Code::kNotFound);
  co_return Status::Ok();
}

Task<> AHouseWithoutIdentitiesIsOpenAndMakesNone(Bench& bench) {
  MemoryCredentials none;
  Identities open(bench.sim, none, std::nullopt);
  CO_RETURN_NOT_OK(open.Begin());
  Ctx ctx;
  auto put = open.PutCredential(ctx, "eve", ScramMechanism::kSha256, "salt", 4096, Secret(std::string(32, 'k')));
  Status refused = co_await put;

  EXPECT_TRUE(open.is_open());
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_TRUE(open.Mechanisms(true).empty());
  EXPECT_EQ(open.BeginSasl("SCRAM-SHA-256", true).code(), Code::kUnsupported);
  CO_RETURN_NOT_OK(bench.Begin());
  Identities stored_only(bench.sim, bench.credentials, std::nullopt);
  CO_RETURN_NOT_OK(stored_only.Begin());
  EXPECT_FALSE(stored_only.is_open());
  co_return Status::Ok();
}
TEST(Identities, AHouseWithoutIdentitiesIsOpenAndMakesNone) { ExpectRuns(AHouseWithoutIdentitiesIsOpenAndMakesNone); }

}  // namespace
}  // namespace freshet::guard
