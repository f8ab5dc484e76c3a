#include "io/tls_connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace freshet::io {
namespace {

constexpr size_t kCipherBytes = 17 << 10;   // read at one time: a record and a little more
constexpr size_t kPlainBytes = 64 << 10;    // encrypted at one time

// OpenSSL works on two buffers in memory; what crosses the socket crosses it here.
class TlsOverConnection final : public TlsConnection {
 public:
  TlsOverConnection(std::unique_ptr<Connection> plain, SSL* ssl) : plain_(std::move(plain)), ssl_(ssl) {
    BIO* in = BIO_new(BIO_s_mem());
    BIO* out = BIO_new(BIO_s_mem());
    CHECK(in != nullptr && out != nullptr);
    SSL_set_bio(ssl_, in, out);   // owns them
  }
  ~TlsOverConnection() override { SSL_free(ssl_); }

  Task<> Handshake() override {
    for (;;) {
      ERR_clear_error();
      int done = SSL_do_handshake(ssl_);
      int error = SSL_get_error(ssl_, done);
      std::string complaint = done == 1 || error == SSL_ERROR_WANT_READ ? "" : TlsComplaint();
      CO_RETURN_NOT_OK(Send());   // an alert says why, too
      if (done == 1) co_return Status::Ok();
      if (!complaint.empty()) co_return Fault::Invalid("tls handshake with ", peer(), ": ", complaint);
      CO_ASSIGN_OR_RETURN(bool more, Receive());
      if (!more) co_return Fault::Cancelled(peer(), " closed the connection during the tls handshake");
    }
  }

  Task<size_t> Read(std::span<char> into) override {
    for (;;) {
      auto now = ReadNow(into);
      if (!now.ok()) co_return now.fault();
      if (now->has_value()) co_return **now;
      CO_RETURN_NOT_OK(Send());
      CO_ASSIGN_OR_RETURN(bool more, Receive());
      if (!more) co_return size_t{0};
    }
  }

  Task<size_t> ReadMore(std::string& to, size_t most) override {
    size_t before = to.size();
    for (;;) {
      to.resize(before + most);
      auto now = ReadNow(std::span<char>(to.data() + before, most));
      to.resize(before + (now.ok() ? now->value_or(0) : 0));
      if (!now.ok()) co_return now.fault();
      if (now->has_value()) co_return **now;
      to.shrink_to_fit();
      CO_RETURN_NOT_OK(Send());
      CO_ASSIGN_OR_RETURN(bool more, Receive());
      if (!more) co_return size_t{0};
    }
  }

  Task<> Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      std::string_view part = bytes.substr(0, kPlainBytes);
      bytes.remove_prefix(part.size());
      ERR_clear_error();
      int written = SSL_write(ssl_, part.data(), static_cast<int>(part.size()));
      if (written != static_cast<int>(part.size())) co_return Fault::Invalid("tls to ", peer(), ": ", TlsComplaint());
      CO_RETURN_NOT_OK(Send());
    }
    co_return Status::Ok();
  }

  Task<> Finish() override {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    auto send = Send();
    co_return co_await send;
  }

  void Close() override { plain_->Close(); }
  Loop& loop() override { return plain_->loop(); }
  const std::string& peer() const override { return plain_->peer(); }

 private:
  // Bytes that were decrypted, 0 at the end, nothing when more must come.
  Result<std::optional<size_t>> ReadNow(std::span<char> into) {
    ERR_clear_error();
    int got = SSL_read(ssl_, into.data(), static_cast<int>(std::min<size_t>(into.size(), INT32_MAX)));
    if (got > 0) return std::optional(static_cast<size_t>(got));
    switch (SSL_get_error(ssl_, got)) {
      case SSL_ERROR_WANT_READ: return std::optional<size_t>();
      case SSL_ERROR_ZERO_RETURN: return std::optional(size_t{0});
      default: return Fault::Invalid("tls from ", peer(), ": ", TlsComplaint());
    }
  }

  // Nothing waits between taking the bytes and handing them on, so they leave in the order in which they were made.
  Task<> Send() {
    size_t pending = BIO_ctrl_pending(SSL_get_wbio(ssl_));
    if (pending == 0) co_return Status::Ok();
    std::string cipher(pending, '\0');
    CHECK(BIO_read(SSL_get_wbio(ssl_), cipher.data(), static_cast<int>(pending)) == static_cast<int>(pending));
    auto write = plain_->Write(cipher);
    co_return co_await write;
  }

  // False at the end of the stream.
  Task<bool> Receive() {
    auto read = plain_->ReadMore(received_, kCipherBytes);
    auto got = co_await read;
    if (!got.ok()) co_return got.status();
    if (*got == 0) co_return false;
    CHECK(BIO_write(SSL_get_rbio(ssl_), received_.data(), static_cast<int>(received_.size())) == static_cast<int>(received_.size()));
    received_.clear();
    co_return true;
  }

  std::unique_ptr<Connection> plain_;
  SSL* const ssl_;
  std::string received_;
};

}  // namespace

std::unique_ptr<TlsConnection> NewTlsConnection(std::unique_ptr<Connection> plain, ssl_st* ssl) {
  return std::make_unique<TlsOverConnection>(std::move(plain), ssl);
}

std::string TlsComplaint() {
  unsigned long code = ERR_get_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "it was broken off";
}

}  // namespace freshet::io
