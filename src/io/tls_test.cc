#include "io/tls.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "io/server.h"
#include "io/tls_connection.h"
#include "testing/sim_env.h"

namespace freshet::io {
namespace {

using testing::SimEnv;

constexpr int64_t kDaySeconds = 24 * 3600;
constexpr int64_t kLongDays = 36500;   // a peer is looked at by the machine's clock, not the simulated one

std::string PemOf(BIO* bio) {
  char* text = nullptr;
  long bytes = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<size_t>(bytes));
  BIO_free(bio);
  return pem;
}

// A certificate that signs itself, and its key.
struct Identity {
  explicit Identity(const std::string& name, WallTime now, int64_t days = 1) : key(EVP_EC_gen("P-256")), certificate(X509_new()) {
    time_t seconds = static_cast<time_t>(now.ms / 1000);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_time_adj_ex(X509_getm_notBefore(certificate), 0, -2 * kDaySeconds, &seconds);
    X509_time_adj_ex(X509_getm_notAfter(certificate), 0, days * kDaySeconds, &seconds);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
  }
  ~Identity() {
    EVP_PKEY_free(key);
    X509_free(certificate);
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  std::string certificate_pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    return PemOf(bio);
  }
  std::string key_pem() const {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    return PemOf(bio);
  }

  EVP_PKEY* key;
  X509* certificate;
};

void Put(SimEnv& sim, const std::string& file, const std::string& text) {
  ASSERT_TRUE(sim.files().CreateDirectories("tls").ok());
  ASSERT_TRUE(WriteWhole(sim.files(), "tls/" + file, text).ok());
}
void Put(SimEnv& sim, const Identity& identity) {
  Put(sim, "certificate.pem", identity.certificate_pem());
  Put(sim, "key.pem", identity.key_pem());
}

// Says back what it hears.
class Echo final : public Sessions {
 public:
  Task<> Serve(Served& served) override {
    EXPECT_TRUE(served.encrypted());
    std::string heard;
    for (;;) {
      auto read = served.connection().ReadMore(heard, 1000);
      auto got = co_await read;
      if (!got.ok()) co_return got.status();
      if (*got == 0) co_return Status::Ok();
      CO_RETURN_NOT_OK(served.connection().Write(heard));
      heard.clear();
    }
  }
};

struct Bench {
  explicit Bench(SimEnv& env) : sim(env) {}

  Status Open(bool asks_clients = false) {
    TlsOptions tls{"tls/certificate.pem", "tls/key.pem", asks_clients ? "tls/client.pem" : ""};
    ASSIGN_OR_RETURN(server, Server::Open(sim, {"test", {"127.0.0.1", 0}, 10, tls}, echo));
    return {};
  }

  // What came back, behind the name on the server's certificate: "house: hello".
  Task<std::string> Say(std::string words, const Identity* self = nullptr) {
    CO_ASSIGN_OR_RETURN(auto plain, sim.net().Connect(sim.loop(0), server->address()));
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL* ssl = SSL_new(context.get());
    if (self != nullptr) SSL_use_certificate(ssl, self->certificate);
    if (self != nullptr) SSL_use_PrivateKey(ssl, self->key);
    SSL_set_connect_state(ssl);
    auto connection = NewTlsConnection(std::move(plain), ssl);
    CO_RETURN_NOT_OK(connection->Handshake());
    X509* shown = SSL_get0_peer_certificate(ssl);
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
    std::string heard = StrCat(name, ": ");
    for (std::string_view rest = words; !rest.empty();) {
      std::string_view piece = rest.substr(0, 20'000);
      rest.remove_prefix(piece.size());
      CO_RETURN_NOT_OK(connection->Write(piece));
      size_t wanted = heard.size() + piece.size();
      while (heard.size() < wanted) {
        CO_ASSIGN_OR_RETURN(size_t got, connection->ReadMore(heard, wanted - heard.size()));
        if (got == 0) co_return Fault::Cancelled("the server said goodbye");
      }
    }
    CO_RETURN_NOT_OK(connection->Finish());
    co_return heard;
  }

  Task<> Sleep(Duration duration) {
    SleepUntil pause(sim.clock().Now() + duration);
    co_await pause;
    co_return Status::Ok();
  }

  SimEnv& sim;
  Echo echo;
  std::unique_ptr<Server> server;
};

Task<> RunAndClose(Bench& bench, Task<> (*body)(Bench&)) {
  auto run = body(bench);
  Status outcome = co_await run;
  if (bench.server != nullptr) {
    CO_RETURN_NOT_OK(bench.server->Close(bench.sim.clock().Now() + Seconds(1)));
    bench.server.reset();
  }
  co_return outcome;
}

#define EXPECT_OPENS(open)                            \
  if (Status opened = open; !opened.ok()) co_return opened

#define TLS_TEST(name)                                \
  Task<> name(Bench& bench);                          \
  TEST(Tls, name) {                                   \
    SimEnv sim;                                       \
    Bench bench(sim);                                 \
    Status ran = sim.Run(RunAndClose(bench, name));   \
    EXPECT_TRUE(ran.ok()) << ran.ToString();          \
  }                                                   \
  Task<> name(Bench& bench)

TLS_TEST(CarriesWhatIsSaidBothWays) {
  Identity house("house", bench.sim.clock().WallNow());
  Put(bench.sim, house);
  EXPECT_OPENS(bench.Open());
  std::string much(300'000, 'x');
  CO_ASSIGN_OR_RETURN(std::string heard, bench.Say("hello"));
  CO_ASSIGN_OR_RETURN(std::string heard_much, bench.Say(much));

  EXPECT_EQ(heard, "house: hello");
  EXPECT_TRUE(heard_much == "house: " + much);
  co_return Status::Ok();
}

TLS_TEST(TakesANewCertificateWithoutARestart) {
  Identity old_one("old", bench.sim.clock().WallNow()), new_one("new", bench.sim.clock().WallNow());
  Put(bench.sim, old_one);
  EXPECT_OPENS(bench.Open());
  CO_ASSIGN_OR_RETURN(std::string before, bench.Say("hello"));
  Put(bench.sim, new_one);
  CO_RETURN_NOT_OK(bench.Sleep(Seconds(3)));
  CO_ASSIGN_OR_RETURN(std::string after, bench.Say("hello"));

  EXPECT_EQ(before, "old: hello");
  EXPECT_EQ(after, "new: hello");
  co_return Status::Ok();
}

TLS_TEST(KeepsTheOldCertificateWhenTheNewOneDoesNotHold) {
  WallTime now = bench.sim.clock().WallNow();
  Identity good("good", now), other("other", now), expired("expired", now, -1);
  Put(bench.sim, good);
  EXPECT_OPENS(bench.Open());
  struct Case {
    std::string certificate, key;
  };
  for (const Case& bad : {Case{other.certificate_pem(), good.key_pem()}, {"no certificate", good.key_pem()}, {expired.certificate_pem(), expired.key_pem()}, {good.certificate_pem(), ""}}) {
    Put(bench.sim, "certificate.pem", bad.certificate);
    Put(bench.sim, "key.pem", bad.key);
    CO_RETURN_NOT_OK(bench.Sleep(Seconds(3)));
    CO_ASSIGN_OR_RETURN(std::string heard, bench.Say("hello"));
    EXPECT_EQ(heard, "good: hello");
  }
  Put(bench.sim, other);
  CO_RETURN_NOT_OK(bench.Sleep(Seconds(3)));
  CO_ASSIGN_OR_RETURN(std::string heard, bench.Say("hello"));
  EXPECT_EQ(heard, "other: hello");
  co_return Status::Ok();
}

TLS_TEST(DoesNotBeginWithFilesThatDoNotHold) {
  WallTime now = bench.sim.clock().WallNow();
  Identity good("good", now), other("other", now), expired("expired", now, -1);

  EXPECT_EQ(bench.Open().code(), Code::kNotFound);
  Put(bench.sim, expired);
  EXPECT_EQ(bench.Open().ToString(), "invalid: tls/certificate.pem: its certificate has expired");
  Put(bench.sim, good);
  Put(bench.sim, "key.pem", other.key_pem());
  EXPECT_NE(bench.Open().ToString().find("tls/key.pem does not belong to the certificate"), std::string::npos);
  co_return Status::Ok();
}

TLS_TEST(AsksClientsForACertificateOfTheirAuthority) {
  WallTime now = bench.sim.clock().WallNow();
  Identity house("house", now), client("client", now, kLongDays), stranger("stranger", now, kLongDays);
  Put(bench.sim, house);
  Put(bench.sim, "client.pem", client.certificate_pem());
  EXPECT_OPENS(bench.Open(true));
  CO_ASSIGN_OR_RETURN(std::string heard, bench.Say("hello", &client));
  auto say_nobody = bench.Say("hello");
  auto nobody = co_await say_nobody;
  auto say_stranger = bench.Say("hello", &stranger);
  auto refused = co_await say_stranger;

  EXPECT_EQ(heard, "house: hello");
  EXPECT_FALSE(nobody.ok());
  EXPECT_FALSE(refused.ok());
  co_return Status::Ok();
}

Task<> Shake(Bench& bench, TlsClientOptions options, std::string host, bool* believed) {
  auto client = TlsClient::Open(bench.sim.files(), bench.sim.clock().WallNow(), options);
  if (!client.ok()) co_return client.status();
  CO_ASSIGN_OR_RETURN(auto plain, bench.sim.net().Connect(bench.sim.loop(0), bench.server->address()));
  auto connection = (*client)->Connect(std::move(plain), host);
  auto handshake = connection->Handshake();
  Status shaken = co_await handshake;
  *believed = shaken.ok();
  if (!shaken.ok()) co_return Status::Ok();
  CO_RETURN_NOT_OK(connection->Write("hello"));
  std::string heard;
  CO_ASSIGN_OR_RETURN(size_t got, connection->ReadMore(heard, 100));
  *believed = got == 5;  // a server that refuses our certificate says so when it is too late for the handshake
  auto finish = connection->Finish();
  co_return co_await finish;
}

TLS_TEST(BelievesWhomItIsToldTo) {
  WallTime now = bench.sim.clock().WallNow();
  Identity house("house", now, kLongDays), other("other", now, kLongDays), client("client", now, kLongDays);
  Put(bench.sim, house);
  Put(bench.sim, "other.pem", other.certificate_pem());
  Put(bench.sim, "client.pem", client.certificate_pem());
  Put(bench.sim, "client.key", client.key_pem());
  Put(bench.sim, "none.pem", "no certificate");
  EXPECT_OPENS(bench.Open(true));
  TlsClientOptions good{"tls/certificate.pem", "tls/client.pem", "tls/client.key"};
  bool by_name = false, by_another_name = true, by_address = true, by_another = true;
  CO_RETURN_NOT_OK(Shake(bench, good, "house", &by_name));
  CO_RETURN_NOT_OK(Shake(bench, good, "home", &by_another_name));
  CO_RETURN_NOT_OK(Shake(bench, good, "127.0.0.1", &by_address));
  CO_RETURN_NOT_OK(Shake(bench, {"tls/other.pem", "", ""}, "house", &by_another));

  EXPECT_TRUE(by_name);
  EXPECT_FALSE(by_another_name || by_address || by_another);
  EXPECT_EQ(TlsClient::Open(bench.sim.files(), now, {"tls/none.pem", "", ""}).status().ToString(), "invalid: tls/none.pem has no certificate in PEM");
  EXPECT_EQ(TlsClient::Open(bench.sim.files(), now, {"tls/certificate.pem", "tls/client.pem", "tls/key.pem"}).code(), Code::kInvalid);
  co_return Status::Ok();
}

TLS_TEST(EndsWhatIsNoTlsAndDoesNotWaitForWhoSaysNothing) {
  Identity house("house", bench.sim.clock().WallNow());
  Put(bench.sim, house);
  EXPECT_OPENS(bench.Open());
  for (std::string words : {"GET / HTTP/1.1\r\n\r\n", ""}) {
    CO_ASSIGN_OR_RETURN(auto plain, bench.sim.net().Connect(bench.sim.loop(0), bench.server->address()));
    if (!words.empty()) {
      CO_RETURN_NOT_OK(plain->Write(words));
    }
    std::string answer;
    size_t got = 1;
    while (got > 0) {
      CO_ASSIGN_OR_RETURN(got, plain->ReadMore(answer, 1000));
    }
    EXPECT_LT(answer.size(), 16u);   // an alert at most
  }
  CO_ASSIGN_OR_RETURN(std::string heard, bench.Say("hello"));
  EXPECT_EQ(heard, "house: hello");
  co_return Status::Ok();
}

}  // namespace
}  // namespace freshet::io
