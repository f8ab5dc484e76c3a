#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "io/task.h"

namespace freshet::io {

// host:port as text, e.g. "127.0.0.1:9092", "[::1]:9092", "localhost:0".
struct Address {
  std::string host;
  uint16_t port = 0;

  static Result<Address> Parse(std::string_view text);
  std::string ToString() const;
  bool is_loopback() const;  // 127.0.0.0/8, ::1 or the name localhost
};

// A byte stream, bound to the loop it was accepted or connected on; used from there only. One Read and one
// Write may wait at the same time. Close wakes both with kCancelled.
class Connection {
 public:
  virtual ~Connection() = default;

  // At least one byte, or 0 when the peer has closed its side and everything it sent was read.
  virtual Task<size_t> Read(std::span<char> into) = 0;
  // The same, up to `most` bytes put behind what `to` holds. While it waits `to` keeps no memory beyond that, so a
  // connection that says nothing costs no buffer. `to` must live until the task ends.
  virtual Task<size_t> ReadMore(std::string& to, size_t most) = 0;
  // All bytes handed to the kernel, in order. `bytes` must live until the task ends.
  virtual Task<> Write(std::string_view bytes) = 0;
  virtual void Close() = 0;
  virtual Loop& loop() = 0;
  virtual const std::string& peer() const = 0;
};

// Accepts on the loop it was opened on. Close wakes Accept with kCancelled.
class Listener {
 public:
  virtual ~Listener() = default;

  // The next connection, bound to `home`, which may be another loop: hand it over before use.
  virtual Task<std::unique_ptr<Connection>> Accept(Loop& home) = 0;
  virtual void Close() = 0;
  virtual const Address& address() const = 0;  // with the real port when 0 was asked for
};

class Net {
 public:
  virtual ~Net() = default;

  virtual Result<std::unique_ptr<Listener>> Listen(Loop& loop, const Address& address) = 0;
  virtual Task<std::unique_ptr<Connection>> Connect(Loop& loop, Address address) = 0;
};

}  // namespace freshet::io
