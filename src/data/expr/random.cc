#include "base/uuid.h"
#include "data/expr/kernel.h"

// RAND, RAND_INTEGER, UUID: another answer for every row, from the randomness of the job.

namespace freshet::expr {
namespace {

using Text = std::string_view;

Fault NoChance(const Call& call) { return Fault::Unsupported("function ", call.expr.function->name, " needs a source of randomness, and this expression is evaluated without one"); }

Result<Type> BindRand(Site&) { return Type::Double().NotNull(); }
Result<Type> BindRandInteger(Site& s) {
  if (!s.type(0).IsInteger()) return s.Mismatch("a bound");
  RETURN_NOT_OK(s.CastTo(0, Type::Int()));
  return Type::Int().WithNullable(s.AnyNullable());
}
Result<Type> BindUuid(Site&) { return Type::Char(36).NotNull(); }

Result<ColumnPtr> Rand(const Call& call) {
  if (!call.session.random) return NoChance(call);
  Output<double> out(call.length);
  call.sel.ForEach([&](uint32_t i) { out.Set(i, static_cast<double>(call.session.random() >> 11) * 0x1.0p-53); });
  return out.Finish(call.type());
}

Result<ColumnPtr> RandInteger(const Call& call) {
  if (!call.session.random) return NoChance(call);
  bool refused = false;
  auto column = Map1<int32_t, int32_t>(call, [&](int32_t bound) {
    refused |= bound <= 0;
    return bound <= 0 ? 0 : static_cast<int32_t>(call.session.random() % static_cast<uint64_t>(bound));
  });
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
    {"RAND", 0, 0, BindRand, Rand, {"RAND()", "a DOUBLE from 0 to less than 1, another one for each row; seeds are refused", "RAND() < 1", "true"}, Volatility::kPerRow},
    {"RAND_INTEGER", 1, 1, BindRandInteger, RandInteger, {"RAND_INTEGER(bound)", "a whole number from 0 to less than bound; seeds are refused", "RAND_INTEGER(1)", "0"}, Volatility::kPerRow},
    {"UUID", 0, 0, BindUuid, RandomUuid, {"UUID()", "a random UUID, another one for each row", "CHAR_LENGTH(UUID())", "36"}, Volatility::kPerRow},
};

}  // namespace

std::span<const Function> RandomFunctions() { return kFunctions; }

}  // namespace freshet::expr
