#include "data/expr/kernel.h"
#include "data/expr/variant.h"

// PARSE_JSON and TRY_PARSE_JSON: texts as VARIANT; and what stands in brackets behind one.

namespace freshet::expr {
namespace {

using data::Kind;
using Text = std::string_view;

Status CheckArguments(Site& s) {
  bool text = s.type(0).IsString() || s.type(0).kind() == Kind::kNull;
  bool twice = s.args.size() < 2 || s.type(1).kind() == Kind::kBoolean || s.type(1).kind() == Kind::kNull;
  if (!text || !twice) return s.Mismatch("a JSON text and whether a key may come twice");
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (s.type(i).kind() == Kind::kNull) RETURN_NOT_OK(s.CastTo(i, i == 0 ? Type::String() : Type::Boolean()));
  }
  return {};
}

Result<Type> BindParse(Site& s) {
  RETURN_NOT_OK(CheckArguments(s));
  return Type::Variant().WithNullable(s.AnyNullable());
}

Result<Type> BindTryParse(Site& s) {
  RETURN_NOT_OK(CheckArguments(s));
  return Type::Variant();
}

template <bool kTry>
Result<ColumnPtr> Parse(const Call& call) {
  Reader<Text> text(*call.args[0]);
  const Column* twice = call.args.size() > 1 ? call.args[1].get() : nullptr;
  Output<Text> out(call.length);
  VariantReader reader;
  Status broken;
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    if (!broken.ok() || !text.valid(i) || (twice != nullptr && twice->IsNull(row))) return out.SetNull(i);
    bool last_counts = twice != nullptr && twice->Value<int8_t>(row) != 0;
    auto variant = reader.Read(text[i], last_counts ? VariantReader::Twice::kLastCounts : VariantReader::Twice::kRefused);
    if (variant.ok()) return out.Set(i, *variant);
    if (!kTry) broken = Fault::Invalid("PARSE_JSON: ", variant.fault().message(), "; TRY_PARSE_JSON gives NULL for it");
    out.SetNull(i);
  });
  RETURN_NOT_OK(broken);
  return out.Finish(call.type());
}

constexpr Function kFunctions[] = {
    {"PARSE_JSON", 1, 2, BindParse, Parse<false>,
     {"PARSE_JSON(json [, keys_may_come_twice])", "the JSON text as VARIANT; what is no JSON is a Fault, and so is a key that comes twice unless TRUE says that the last one counts",
      "PARSE_JSON('{\"b\": 2.50, \"a\": [1]}')", "'{\"a\":[1],\"b\":2.5}'"}},
    {"TRY_PARSE_JSON", 1, 2, BindTryParse, Parse<true>,
     {"TRY_PARSE_JSON(json [, keys_may_come_twice])", "the same, and NULL where PARSE_JSON is a Fault", "TRY_PARSE_JSON('{a')", "null"}},
};

}  // namespace

std::span<const Function> VariantFunctions() { return kFunctions; }

Result<Type> BindVariantItem(Site& s) {
  if (s.type(1).IsInteger()) RETURN_NOT_OK(s.CastTo(1, Type::BigInt()));
  else if (!s.type(1).IsString()) return s.Mismatch("a VARIANT and a key or a place");
  return Type::Variant();
}

ColumnPtr VariantItem(const Call& call) {
  if (call.arg_type(1).IsInteger()) {
    return Write2<Text, Text, int64_t>(call, [](Output<Text>& out, uint32_t i, Text variant, int64_t place) {
      auto element = VariantElement(variant, place);
      if (element) out.Set(i, *element);
      else out.SetNull(i);
    });
  }
  Text last;
  std::string key = CanonicalKey(last);
  return Write2<Text, Text, Text>(call, [&](Output<Text>& out, uint32_t i, Text variant, Text wanted) {
    if (wanted != last) key = CanonicalKey(last = wanted);
    auto member = VariantMember(variant, key);
    if (member) out.Set(i, *member);
    else out.SetNull(i);
  });
}

}  // namespace freshet::expr
