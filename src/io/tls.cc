#include "io/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "io/tls_connection.h"

namespace freshet::io {
namespace {

constexpr int64_t kFileBytesMax = 1 << 20;
constexpr Duration kLookEvery = Seconds(1);

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* thing) const { Free(thing); }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

Bio BioOf(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

int NoPassphrase(char*, int, int, void*) { return -1; }

Result<std::vector<Certificate>> ParseCertificates(const std::string& path, std::string_view text) {
  std::vector<Certificate> certificates;
  Bio bio = BioOf(text);
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) certificates.emplace_back(next);
  TlsComplaint();   // the end of the file is one, too
  if (certificates.empty()) return Fault::Invalid(path, " has no certificate in PEM");
  return certificates;
}

Status CheckTime(const std::string& path, const X509& certificate, WallTime now) {
  time_t seconds = static_cast<time_t>(now.ms / 1000);
  if (X509_cmp_time(X509_get0_notAfter(&certificate), &seconds) <= 0) return Fault::Invalid(path, ": its certificate has expired");
  if (X509_cmp_time(X509_get0_notBefore(&certificate), &seconds) >= 0) return Fault::Invalid(path, ": its certificate is not valid yet");
  return {};
}

Status UseCertificate(SSL_CTX* context, const std::string& path, std::string_view text, WallTime now) {
  ASSIGN_OR_RETURN(auto chain, ParseCertificates(path, text));
  RETURN_NOT_OK(CheckTime(path, *chain[0], now));
  if (SSL_CTX_use_certificate(context, chain[0].get()) != 1) return Fault::Invalid(path, ": ", TlsComplaint());
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return Fault::Invalid(path, ": ", TlsComplaint());
  }
  return {};
}

Status UseKey(SSL_CTX* context, const std::string& path, const Secret& text) {
  Bio bio = BioOf(text.Reveal());
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  TlsComplaint();
  if (key == nullptr) return Fault::Invalid(path, " has no private key in PEM that can be read without a passphrase");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return Fault::Invalid(path, " does not belong to the certificate: ", TlsComplaint());
  }
  return {};
}

Result<std::vector<Certificate>> BelieveIn(SSL_CTX* context, const std::string& path, std::string_view text) {
  ASSIGN_OR_RETURN(auto authorities, ParseCertificates(path, text));
  for (const Certificate& authority : authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1) return Fault::Invalid(path, ": ", TlsComplaint());
  }
  return authorities;
}

Status AskForCertificates(SSL_CTX* context, const std::string& path, std::string_view text) {
  ASSIGN_OR_RETURN(auto authorities, BelieveIn(context, path, text));
  for (const Certificate& authority : authorities) {
    if (SSL_CTX_add_client_CA(context, authority.get()) != 1) return Fault::Invalid(path, ": ", TlsComplaint());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

// Nothing is kept between connections: no ticket outlives the certificate under which it was given.
std::shared_ptr<SSL_CTX> NewContext(const SSL_METHOD* side) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(side), SSL_CTX_free);
  CHECK(context != nullptr);
  SSL_CTX* c = context.get();
  CHECK(SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) == 1);
  CHECK(SSL_CTX_set_cipher_list(c, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);   // of TLS 1.2
  SSL_CTX_set_options(c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(c, 0);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
  return context;
}

}  // namespace

TlsServer::TlsServer(Env& env, std::string door, TlsOptions options)
    : env_(env), door_(std::move(door)), options_(std::move(options)), log_(env.log().ForRoom("io/tls")), watching_(env.loop(0), door_ + " certificates") {}

Result<std::unique_ptr<TlsServer>> TlsServer::Open(Env& env, std::string door, TlsOptions options) {
  std::unique_ptr<TlsServer> server(new TlsServer(env, std::move(door), std::move(options)));
  ASSIGN_OR_RETURN(server->seen_, server->Read());
  ASSIGN_OR_RETURN(Context context, server->Load(server->seen_));
  server->context_.store(std::move(context));
  return server;
}

Result<TlsServer::Texts> TlsServer::Read() const {
  Texts texts;
  ASSIGN_OR_RETURN(texts.certificate, ReadWhole(env_.files(), options_.certificate, kFileBytesMax));
  ASSIGN_OR_RETURN(std::string key, ReadWhole(env_.files(), options_.key, kFileBytesMax));
  texts.key = Secret(std::move(key));
  if (!options_.client_ca.empty()) {
    ASSIGN_OR_RETURN(texts.client_ca, ReadWhole(env_.files(), options_.client_ca, kFileBytesMax));
  }
  return texts;
}

Result<TlsServer::Context> TlsServer::Load(const Texts& texts) const {
  Context context = NewContext(TLS_server_method());
  RETURN_NOT_OK(UseCertificate(context.get(), options_.certificate, texts.certificate, env_.clock().WallNow()));
  RETURN_NOT_OK(UseKey(context.get(), options_.key, texts.key));
  if (!options_.client_ca.empty()) RETURN_NOT_OK(AskForCertificates(context.get(), options_.client_ca, texts.client_ca));
  return context;
}

// On a worker.
Status TlsServer::Look() {
  ASSIGN_OR_RETURN(Texts now, Read());
  bool same = now.certificate == seen_.certificate && now.client_ca == seen_.client_ca && now.key.Equals(seen_.key.Reveal());
  if (same) return {};
  auto context = Load(now);
  seen_ = std::move(now);
  if (!context.ok()) return context.status();
  context_.store(std::move(context).value());
  log_.Info("new connections get the new certificate", {{"door", door_}});
  return {};
}

Task<> TlsServer::LookOften() {
  auto look = [this] { return Look(); };
  for (;;) {
    Signal::Waiter wait(watching_.cancelled(), env_.clock().Now() + kLookEvery);
    bool closed = co_await wait;
    if (closed || watching_.cancel()->raised()) break;
    Offload offload(env_.workers(), Pool::kGeneral, look);
    Status looked = co_await offload;
    std::string trouble = looked.ok() ? "" : looked.fault().message();
    if (!trouble.empty() && trouble != trouble_) log_.Warn("the certificate that was there stays", {{"door", door_}, {"why", trouble}});
    trouble_ = trouble;
  }
  co_return Status::Ok();
}

void TlsServer::Watch() { watching_.Spawn(Lane::kIdle, LookOften()); }

Task<> TlsServer::Close() {
  auto close = watching_.Close();
  co_return co_await close;
}

std::unique_ptr<TlsConnection> TlsServer::Accept(std::unique_ptr<Connection> plain) const {
  SSL* ssl = SSL_new(context_.load().get());   // holds on to its context
  CHECK(ssl != nullptr);
  SSL_set_accept_state(ssl);
  return NewTlsConnection(std::move(plain), ssl);
}

Result<std::unique_ptr<TlsClient>> TlsClient::Open(Files& files, WallTime now, const TlsClientOptions& options) {
  std::shared_ptr<SSL_CTX> context = NewContext(TLS_client_method());
  ASSIGN_OR_RETURN(std::string ca, ReadWhole(files, options.ca, kFileBytesMax));
  RETURN_NOT_OK(BelieveIn(context.get(), options.ca, ca).status());
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);  // a server's own certificate will do, whoever signed it
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (!options.certificate.empty()) {
    ASSIGN_OR_RETURN(std::string certificate, ReadWhole(files, options.certificate, kFileBytesMax));
    ASSIGN_OR_RETURN(std::string key, ReadWhole(files, options.key, kFileBytesMax));
    RETURN_NOT_OK(UseCertificate(context.get(), options.certificate, certificate, now));
    RETURN_NOT_OK(UseKey(context.get(), options.key, Secret(std::move(key))));
  }
  return std::unique_ptr<TlsClient>(new TlsClient(std::move(context)));
}

std::unique_ptr<TlsConnection> TlsClient::Connect(std::unique_ptr<Connection> plain, const std::string& host) const {
  SSL* ssl = SSL_new(context_.get());
  CHECK(ssl != nullptr);
  SSL_set_connect_state(ssl);
  bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  ERR_clear_error();
  if (!is_address) CHECK(SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1);
  return NewTlsConnection(std::move(plain), ssl);
}

}  // namespace freshet::io
