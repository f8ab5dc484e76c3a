#include "base/uuid.h"
#include "data/expr/java_random.h"
#include "data/expr/kernel.h"

// RAND, RAND_INTEGER, UUID: another answer for every row, from the randomness of the job; with a seed of the row's own the first number of java.util.Random, as in Flink.

namespace freshet::expr {
namespace {

using Text = std::string_view;

Fault NoChance(const Call& call) { return Fault::Unsupported("function ", call.expr.function->name, " needs a source of randomness, and this expression is evaluated without one"); }

// The first argument. One that is the same for all rows would begin a sequence, of which each row has the next number: who has which hangs on the order in
// which rows come, and what a restart goes on with on how many had come.
Status BindSeed(Site& s) {
  if (!s.type(0).IsInteger()) return s.Mismatch("a whole number as its seed");
  if (IsConstant(*s.args[0])) return Fault::Unsupported("function ", s.name, " takes no seed that is the same for all rows, whose numbers would hang on the order in which rows come; leave it out, or take a number of the row, as in ", s.name, s.args.size() == 1 ? "(id)" : "(id, 6)");
  return s.CastTo(0, Type::BigInt());
}

Result<Type> BindRand(Site& s) {
  if (!s.args.empty()) RETURN_NOT_OK(BindSeed(s));
  return Type::Double().WithNullable(s.AnyNullable());
}
Result<Type> BindRandInteger(Site& s) {
  if (s.args.size() == 2) RETURN_NOT_OK(BindSeed(s));
  size_t bound = s.args.size() - 1;
  if (!s.type(bound).IsInteger()) return s.Mismatch("a bound");
  RETURN_NOT_OK(s.CastTo(bound, Type::Int()));
  return Type::Int().WithNullable(s.AnyNullable());
}
Result<Type> BindUuid(Site&) { return Type::Char(36).NotNull(); }

Result<ColumnPtr> Rand(const Call& call) {
  if (!call.args.empty()) return Map1<double, int64_t>(call, [](int64_t seed) { return JavaRandom(seed).NextDouble(); });
  if (!call.session.random) return NoChance(call);
  Output<double> out(call.length);
  call.sel.ForEach([&](uint32_t i) { out.Set(i, static_cast<double>(call.session.random() >> 11) * 0x1.0p-53); });
  return out.Finish(call.type());
}

Result<ColumnPtr> RandInteger(const Call& call) {
  bool is_seeded = call.args.size() == 2;
  if (!is_seeded && !call.session.random) return NoChance(call);
  bool refused = false;
  auto seeded = [&](int64_t seed, int32_t bound) {
    refused |= bound <= 0;
    return bound <= 0 ? 0 : JavaRandom(seed).NextInt(bound);
  };
  auto drawn = [&](int32_t bound) {
    refused |= bound <= 0;
    return bound <= 0 ? 0 : static_cast<int32_t>(call.session.random() % static_cast<uint64_t>(bound));
  };
  ColumnPtr column = is_seeded ? Map2<int32_t, int64_t, int32_t>(call, seeded) : Map1<int32_t, int32_t>(call, drawn);
  if (refused) return Fault::Invalid("function RAND_INTEGER takes a bound above zero");
  return column;
}

Result<ColumnPtr> RandomUuid(const Call& call) {
  if (!call.session.random) return NoChance(call);
  Output<Text> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    uint64_t halves[2] = {call.session.random(), call.session.random()};
    Uuid id = Uuid::FromBytes({reinterpret_cast<const char*>(halves), sizeof halves});
    id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0F) | 0x40);  // version 4 …
    id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3F) | 0x80);  // … of RFC 9562
    out.Set(i, id.ToString());
  });
  return out.Finish(call.type());
}

constexpr Function kFunctions[] = {
    {"RAND", 0, 1, BindRand, Rand, {"RAND([seed])", "a DOUBLE from 0 to less than 1, another one for each row; with a seed of the row's own, always the same for it", "RAND() < 1", "true"}, Volatility::kPerRow},
    {"RAND_INTEGER", 1, 2, BindRandInteger, RandInteger, {"RAND_INTEGER([seed, ]bound)", "a whole number from 0 to less than bound; with a seed of the row's own, always the same for it", "RAND_INTEGER(1)", "0"}, Volatility::kPerRow},
    {"UUID", 0, 0, BindUuid, RandomUuid, {"UUID()", "a random UUID, another one for each row", "CHAR_LENGTH(UUID())", "36"}, Volatility::kPerRow},
};

}  // namespace

std::span<const Function> RandomFunctions() { return kFunctions; }

}  // namespace freshet::expr
