#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/secret.h"
#include "io/env.h"
#include "io/task_group.h"
#include "io/wait.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace freshet::io {

// Files in PEM. An empty client_ca asks clients for no certificate; else theirs must be signed by it.
struct TlsOptions {
  std::string certificate;   // the server's, with its chain behind it
  std::string key;           // without a passphrase
  std::string client_ca;

  bool configured() const { return !certificate.empty(); }
};

// A connection that is to be, or is, encrypted. Close and the destructor end it at once; Finish says goodbye first.
class TlsConnection : public Connection {
 public:
  // The server's side, to be done before anything else. A Fault leaves nothing to be said.
  virtual Task<> Handshake() = 0;
  virtual Task<> Finish() = 0;
};

// What a door's new connections are encrypted with: TLS 1.2 and 1.3, by its files as they are now. They are looked at every second; new
// ones are taken for connections from then on, and when they do not hold, the old ones stay and the log says why. Owned by Server.
class TlsServer {
 public:
  // Reads the files. Blocks.
  static Result<std::unique_ptr<TlsServer>> Open(Env& env, std::string door, TlsOptions options);

  // On loop 0: looks at the files until Close.
  void Watch();
  Task<> Close();

  // On any loop.
  std::unique_ptr<TlsConnection> Accept(std::unique_ptr<Connection> plain) const;

 private:
  using Context = std::shared_ptr<ssl_ctx_st>;
  struct Texts {
    std::string certificate, client_ca;
    Secret key;
  };

  TlsServer(Env& env, std::string door, TlsOptions options);
  Result<Texts> Read() const;
  Result<Context> Load(const Texts& texts) const;
  Status Look();
  Task<> LookOften();

  Env& env_;
  const std::string door_;
  const TlsOptions options_;
  Logger log_;
  std::atomic<Context> context_;
  Texts seen_;           // taken or refused; where Look runs
  std::string trouble_;  // with reading the files; told once
  TaskGroup watching_;
};

// Files in PEM: whom a client believes, and, where the server asks for one, its own certificate.
struct TlsClientOptions {
  std::string ca;            // authorities, or the server's certificate itself
  std::string certificate;   // empty: none
  std::string key;

  bool configured() const { return !ca.empty(); }
};

// The other side, for connections that this program makes: TLS 1.2 and 1.3, to a server whose certificate is for the host that was asked for and comes from `ca`. Used on any loop.
class TlsClient {
 public:
  // Reads the files. Blocks.
  static Result<std::unique_ptr<TlsClient>> Open(Files& files, WallTime now, const TlsClientOptions& options);

  // `host` is a name or an address; Handshake is still to be done.
  std::unique_ptr<TlsConnection> Connect(std::unique_ptr<Connection> plain, const std::string& host) const;

 private:
  explicit TlsClient(std::shared_ptr<ssl_ctx_st> context) : context_(std::move(context)) {}

  const std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace freshet::io
