#include <openssl/evp.h>

#include <bit>
#include <cmath>

#include "data/civil.h"
#include "data/expr/kernel.h"
#include "data/expr/utf8.h"

// Digests as lower-case hexadecimal text, by OpenSSL; and the numbers by which Java tells values apart, HASH_CODE.

namespace freshet::expr {
namespace {

using Text = std::string_view;

Result<Type> BindDigest(Site& s) {
  if (!s.type(0).IsString()) return s.Mismatch("a string");
  return Type::String().WithNullable(s.AnyNullable());
}

void AppendDigest(std::string& out, const EVP_MD* algorithm, Text bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, algorithm, nullptr) == 1);
  for (unsigned int i = 0; i < size; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
}

template <const EVP_MD* (*kAlgorithm)()>
Result<ColumnPtr> Digest(const Call& call) {
  const EVP_MD* algorithm = kAlgorithm();
  return Map1<Text, Text>(call, [=, text = std::string()](Text bytes) mutable {
    text.clear();
    AppendDigest(text, algorithm, bytes);
    return Text(text);
  });
}

const EVP_MD* Sha2Of(int32_t bits) {
  switch (bits) {
    case 224: return EVP_sha224();
    case 256: return EVP_sha256();
    case 384: return EVP_sha384();
    case 512: return EVP_sha512();
    default: return nullptr;
  }
}

Result<Type> BindSha2(Site& s) {
  if (!s.type(0).IsString() || !s.type(1).IsInteger()) return s.Mismatch("a string and a number of bits");
  RETURN_NOT_OK(s.CastTo(1, Type::Int()));
  bool said = s.args[1]->op == Op::kLiteral && !s.args[1]->value.is_null();
  if (said && Sha2Of(static_cast<int32_t>(s.args[1]->value.integer())) == nullptr) return s.Mismatch("224, 256, 384 or 512 as its number of bits");
  return Type::String();
}

Result<ColumnPtr> Sha2(const Call& call) {
  int64_t refused = -1;
  std::string text;
  auto column = Write2<Text, Text, int32_t>(call, [&](auto& out, uint32_t i, Text bytes, int32_t bits) {
    const EVP_MD* algorithm = Sha2Of(bits);
    if (algorithm == nullptr) {
      refused = bits;
      return out.SetNull(i);
    }
    text.clear();
    AppendDigest(text, algorithm, bytes);
    out.Set(i, text);
  });
  if (refused != -1) return Fault::Invalid("function SHA2 takes 224, 256, 384 or 512 as its number of bits, not ", refused);
  return column;
}

// Java's hashCode, with its int that wraps.
struct JavaHash {
  static uint32_t Of(bool value) { return value ? 1231 : 1237; }
  static uint32_t Of(int64_t value) { return static_cast<uint32_t>(value) ^ static_cast<uint32_t>(static_cast<uint64_t>(value) >> 32); }
  static uint32_t Of(float value) { return std::isnan(value) ? 0x7FC00000U : std::bit_cast<uint32_t>(value); }
  static uint32_t Of(double value) { return Of(std::isnan(value) ? int64_t{0x7FF8000000000000} : std::bit_cast<int64_t>(value)); }
  // Of the units of UTF-16.
  static uint32_t Of(Text text) {
    uint32_t hash = 0;
    for (size_t at = 0; at < text.size();) {
      uint32_t code = TakeCodePoint(text, &at);
      bool two = code >= 0x10000;
      if (two) hash = hash * 31 + 0xD800 + ((code - 0x10000) >> 10);
      hash = hash * 31 + (two ? 0xDC00 + (code & 0x3FF) : code);
    }
    return hash;
  }
  static uint32_t OfDecimal(data::Int128 unscaled, int scale) {
    auto left = static_cast<unsigned __int128>(unscaled < 0 ? -unscaled : unscaled);
    uint32_t hash = 0;
    for (int word = 3; word >= 0; --word) hash = hash * 31 + static_cast<uint32_t>(left >> (32 * word));
    return (unscaled < 0 ? 0 - hash : hash) * 31 + static_cast<uint32_t>(scale);
  }
  static uint32_t OfTimestamp(int64_t units, int64_t units_per_second) {
    int64_t per_milli = units_per_second / 1000, millis = data::FloorDiv(units, per_milli), nanos = (units - millis * per_milli) * (1'000'000 / per_milli);
    return (static_cast<uint32_t>(millis) ^ static_cast<uint32_t>(millis >> 32)) * 31 + static_cast<uint32_t>(nanos);
  }
};

Result<Type> BindHashCode(Site& s) {
  data::Kind kind = s.type(0).kind();
  bool plain = kind >= data::Kind::kBoolean && kind <= data::Kind::kVarchar;  // BOOLEAN, numbers, texts
  bool time = kind >= data::Kind::kDate && kind <= data::Kind::kTimestamp;
  if (!plain && !time) return s.Mismatch("a BOOLEAN, a number, a text, a DATE, TIME or TIMESTAMP");
  return Type::Int().WithNullable(s.AnyNullable());
}

uint32_t HashAt(const Column& column, int row) {
  switch (column.type.kind()) {
    case data::Kind::kBoolean: return JavaHash::Of(column.IntAt(row) != 0);
    case data::Kind::kBigInt: return JavaHash::Of(column.IntAt(row));
    case data::Kind::kFloat: return JavaHash::Of(column.Value<float>(row));
    case data::Kind::kDouble: return JavaHash::Of(column.Value<double>(row));
    case data::Kind::kDecimal: return JavaHash::OfDecimal(column.DecimalAt(row), column.type.scale());
    case data::Kind::kChar:
    case data::Kind::kVarchar: return JavaHash::Of(column.String(row));
    case data::Kind::kTimestamp: return JavaHash::OfTimestamp(column.IntAt(row), column.type.UnitsPerSecond());
    default: return static_cast<uint32_t>(column.IntAt(row));  // of 32 bits and less it is the number
  }
}

Result<ColumnPtr> HashCode(const Call& call) {
  const Column& values = *call.args[0];
  Output<int32_t> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    auto row = static_cast<int>(i);
    if (values.IsNull(row)) out.SetNull(i);
    else out.Set(i, static_cast<int32_t>(HashAt(values, row)));
  });
  return out.Finish(call.type());
}

constexpr Function kFunctions[] = {
    {"HASH_CODE", 1, 1, BindHashCode, HashCode, {"HASH_CODE(x)", "the hash that Java has for the value, as an INT", "HASH_CODE('hello world')", "1794106052"}},
    {"MD5", 1, 1, BindDigest, Digest<EVP_md5>, {"MD5(s)", "the MD5 digest", "MD5('a')", "'0cc175b9c0f1b6a831c399e269772661'"}},
    {"SHA1", 1, 1, BindDigest, Digest<EVP_sha1>, {"SHA1(s)", "the SHA-1 digest", "SHA1('a')", "'86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'"}},
    {"SHA224", 1, 1, BindDigest, Digest<EVP_sha224>,
     {"SHA224(s)", "the SHA-224 digest", "SHA224('a')", "'abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5'"}},
    {"SHA256", 1, 1, BindDigest, Digest<EVP_sha256>,
     {"SHA256(s)", "the SHA-256 digest", "SHA256('a')", "'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'"}},
    {"SHA384", 1, 1, BindDigest, Digest<EVP_sha384>, {"SHA384(s)", "the SHA-384 digest", "LEFT(SHA384('a'), 16)", "'54a59b9f22b0b808'"}},
    {"SHA512", 1, 1, BindDigest, Digest<EVP_sha512>, {"SHA512(s)", "the SHA-512 digest", "LEFT(SHA512('a'), 16)", "'1f40fc92da241694'"}},
    {"SHA2", 2, 2, BindSha2, Sha2, {"SHA2(s, bits)", "the SHA-2 digest of 224, 256, 384 or 512 bits", "LEFT(SHA2('a', 256), 16)", "'ca978112ca1bbdca'"}},
};

}  // namespace

std::span<const Function> HashFunctions() { return kFunctions; }

}  // namespace freshet::expr
