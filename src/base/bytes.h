#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/status.h"

// Bytes travel as std::string_view (borrowed) and std::string (owned). The two classes below are the only
// readers and writers of fixed-width numbers, so bounds are checked in one place.

namespace freshet {

enum class Order : unsigned char { kBig, kLittle };

constexpr int64_t operator""_KiB(unsigned long long n) { return static_cast<int64_t>(n) << 10; }
constexpr int64_t operator""_MiB(unsigned long long n) { return static_cast<int64_t>(n) << 20; }
constexpr int64_t operator""_GiB(unsigned long long n) { return static_cast<int64_t>(n) << 30; }

template <typename Int>
Int ByteSwapTo(Order order, Int value) {
  static_assert(std::endian::native == std::endian::little);
  if (order == Order::kLittle || sizeof(Int) == 1) return value;
  using Unsigned = std::make_unsigned_t<Int>;
  auto bits = static_cast<Unsigned>(value);
  if constexpr (sizeof(Int) == 2) bits = __builtin_bswap16(bits);
  if constexpr (sizeof(Int) == 4) bits = __builtin_bswap32(bits);
  if constexpr (sizeof(Int) == 8) bits = __builtin_bswap64(bits);
  return static_cast<Int>(bits);
}

// Reads or writes one number at an address that the caller has checked.
template <typename Int>
Int LoadInt(Order order, const char* at) {
  Int value;
  std::memcpy(&value, at, sizeof value);
  return ByteSwapTo(order, value);
}
template <typename Int>
void StoreInt(Order order, char* at, Int value) {
  value = ByteSwapTo(order, value);
  std::memcpy(at, &value, sizeof value);
}

// A ByteReader walks borrowed bytes. After the first short read it stays failed and yields zeros, so a
// decoder reads straight on and asks ok() once. Never allocates.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes, Order order = Order::kBig) : bytes_(bytes), order_(order) {}

  bool ok() const { return ok_; }
  size_t position() const { return at_; }
  size_t remaining() const { return bytes_.size() - at_; }
  bool AtEnd() const { return at_ == bytes_.size(); }
  void Fail() { ok_ = false; at_ = bytes_.size(); }

  template <typename Int>
  Int Read() {
    if (remaining() < sizeof(Int)) { Fail(); return 0; }
    Int value = LoadInt<Int>(order_, bytes_.data() + at_);
    at_ += sizeof(Int);
    return value;
  }

  // A view of the next n bytes; empty and failed when there are fewer.
  std::string_view ReadBytes(size_t n) {
    if (remaining() < n) { Fail(); return {}; }
    auto view = bytes_.substr(at_, n);
    at_ += n;
    return view;
  }
  void Skip(size_t n) { ReadBytes(n); }

  // Base-128 varints (Protocol Buffers encoding), at most 5 or 10 bytes; the signed form is zig-zag.
  uint32_t ReadVarUint32();
  uint64_t ReadVarUint64();
  int32_t ReadVarInt32() { uint32_t n = ReadVarUint32(); return static_cast<int32_t>((n >> 1) ^ (~(n & 1) + 1)); }
  int64_t ReadVarInt64() { uint64_t n = ReadVarUint64(); return static_cast<int64_t>((n >> 1) ^ (~(n & 1) + 1)); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  Order order_;
  bool ok_ = true;
};

// A ByteWriter appends to a string that it borrows.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out, Order order = Order::kBig) : out_(out), order_(order) {}

  size_t position() const { return out_.size(); }

  template <typename Int>
  void Write(Int value) {
    char bytes[sizeof(Int)];
    StoreInt(order_, bytes, value);
    out_.append(bytes, sizeof bytes);
  }
  void WriteBytes(std::string_view bytes) { out_.append(bytes); }
  void WriteVarUint32(uint32_t value) { WriteVarUint64(value); }
  void WriteVarUint64(uint64_t value);
  void WriteVarInt32(int32_t value) { WriteVarUint32((static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31)); }
  void WriteVarInt64(int64_t value) { WriteVarUint64((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }

  // Overwrites a number written before, for lengths known only at the end.
  template <typename Int>
  void Patch(size_t position, Int value) {
    CHECK(position + sizeof(Int) <= out_.size());
    StoreInt(order_, out_.data() + position, value);
  }

 private:
  std::string& out_;
  Order order_;
};

}  // namespace freshet
