#include "data/bitmap.h"
#include "data/expr/kernel.h"
#include "data/expr/made.h"
#include "data/expr/types.h"

// BITMAP_…: sets of INTs made of arrays and bytes, put together, and led back to SQL.

namespace freshet::expr {
namespace {

using data::BitmapOp;
using data::Kind;
using Text = std::string_view;

constexpr size_t kArrayMax = Made::kTextBytesMax / sizeof(int32_t);  // numbers of one array

Result<Type> BindBuild(Site& s) {
  Type wanted = Type::Array(Type::Int());
  if (!ImplicitlyCastable(s.type(0), wanted)) return s.Mismatch("an ARRAY<INT>");
  RETURN_NOT_OK(s.CastTo(0, wanted));
  return Type::Bitmap().WithNullable(s.AnyNullable());
}

Result<Type> BindFromBytes(Site& s) {
  if (s.type(0).kind() == Kind::kNull) RETURN_NOT_OK(s.CastTo(0, Type::Bytes()));
  if (!s.type(0).IsBinary()) return s.Mismatch("BYTES");
  return Type::Bitmap().WithNullable(s.AnyNullable());
}

Status WantBitmaps(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (s.type(i).kind() == Kind::kNull) RETURN_NOT_OK(s.CastTo(i, Type::Bitmap()));
    if (!s.type(i).IsBitmap()) return Fault::Invalid("function ", s.name, " takes ", s.args.size() == 1 ? "a BITMAP" : "BITMAPs", ", not ", s.type(i).WithNullable(true), "; BITMAP_BUILD makes one of an ARRAY<INT>, BITMAP_FROM_BYTES of BYTES");
  }
  return {};
}

// What they give stands beside them.
Type ResultOf(Text name) {
  if (name == "BITMAP_CARDINALITY") return Type::BigInt();
  if (name == "BITMAP_TO_ARRAY") return Type::Array(Type::Int());
  if (name == "BITMAP_TO_BYTES") return Type::Bytes();
  return name == "BITMAP_TO_STRING" ? Type::String() : Type::Bitmap();
}

Result<Type> BindBitmaps(Site& s) {
  RETURN_NOT_OK(WantBitmaps(s));
  return ResultOf(s.name).WithNullable(s.AnyNullable());
}

Result<ColumnPtr> Build(const Call& call) {
  const Column& array = *call.args[0];
  Output<Text> out(call.length);
  std::vector<uint32_t> numbers;
  call.sel.ForEach([&](uint32_t row) {
    int r = static_cast<int>(row);
    if (array.IsNull(r)) return out.SetNull(row);
    numbers.clear();
    auto [begin, end] = array.Range(r);
    for (int i = begin; i < end; ++i) {
      if (!array.children[0]->IsNull(i)) numbers.push_back(static_cast<uint32_t>(array.children[0]->Value<int32_t>(i)));
    }
    out.Set(row, data::BitmapOf(numbers));
  });
  return out.Finish(call.type());
}

Result<ColumnPtr> FromBytes(const Call& call) {
  Status broken;
  auto column = Write1<Text, Text>(call, [&](auto& out, uint32_t i, Text bytes) {
    if (!broken.ok()) return out.SetNull(i);
    auto bitmap = data::CanonicalBitmap(bytes);
    if (bitmap.ok()) return out.Set(i, *bitmap);
    broken = Fault::Invalid("BITMAP_FROM_BYTES: ", bitmap.fault().message());
    out.SetNull(i);
  });
  RETURN_NOT_OK(broken);
  return column;
}

template <BitmapOp kOp>
Result<ColumnPtr> Combine(const Call& call) {
  return Write2<Text, Text, Text>(call, [](auto& out, uint32_t i, Text a, Text b) { out.Set(i, data::Combined(kOp, a, b)); });
}

Result<ColumnPtr> Cardinality(const Call& call) {
  return Map1<int64_t, Text>(call, [](Text bitmap) { return data::BitmapCardinality(bitmap); });
}

Result<ColumnPtr> ToArray(const Call& call) {
  Made made("BITMAP_TO_ARRAY", call);
  Status many;
  auto column = BuildPresent(call, [&](data::ColumnBuilder& out, int row) {
    Text bitmap = call.args[0]->String(row);
    auto numbers = static_cast<size_t>(data::BitmapCardinality(bitmap));
    if (numbers > kArrayMax && many.ok()) many = Fault::TooLarge("BITMAP_TO_ARRAY: a set of ", numbers, " numbers; an array takes at most ", kArrayMax, " of one; BITMAP_CARDINALITY counts them");
    if (!many.ok() || !made.Adds(numbers * sizeof(int32_t))) return out.AppendNull();
    data::ForEachNumber(bitmap, [&out](uint32_t n) { out.child(0).Append(static_cast<int32_t>(n)); });
    out.AppendList();
  });
  RETURN_NOT_OK(many);
  return made.Done(column);
}

Result<ColumnPtr> ToBytes(const Call& call) { return data::WithType(call.args[0], call.type()); }

Result<ColumnPtr> ToString(const Call& call) {
  Made made("BITMAP_TO_STRING", call);
  return made.Done(Write1<Text, Text>(call, [&](auto& out, uint32_t i, Text bitmap) {
    std::string text = data::BitmapText(bitmap);
    if (made.Takes(text.size())) out.Set(i, text);
    else out.SetNull(i);
  }));
}

constexpr Function kFunctions[] = {
    {"BITMAP_BUILD", 1, 1, BindBuild, Build, {"BITMAP_BUILD(array)", "the set of an array's INTs, without its NULLs; ordered without a sign, so that -1 is the greatest", "BITMAP_BUILD(ARRAY[3, 1, 3, -1])", "'{1,3,4294967295}'"}},
    {"BITMAP_FROM_BYTES", 1, 1, BindFromBytes, FromBytes,
     {"BITMAP_FROM_BYTES(bytes)", "the set that they hold in RoaringBitmap's portable form for 32 bits; other bytes are a Fault", "BITMAP_FROM_BYTES(X'3a3000000100000000000000100000000700')", "'{7}'"}},
    {"BITMAP_AND", 2, 2, BindBitmaps, Combine<BitmapOp::kAnd>, {"BITMAP_AND(a, b)", "what is in both; NULL when one is", "BITMAP_AND(BITMAP_BUILD(ARRAY[1, 2]), BITMAP_BUILD(ARRAY[2, 3]))", "'{2}'"}},
    {"BITMAP_OR", 2, 2, BindBitmaps, Combine<BitmapOp::kOr>, {"BITMAP_OR(a, b)", "what is in one or both", "BITMAP_OR(BITMAP_BUILD(ARRAY[1, 2]), BITMAP_BUILD(ARRAY[2, 3]))", "'{1,2,3}'"}},
    {"BITMAP_XOR", 2, 2, BindBitmaps, Combine<BitmapOp::kXor>, {"BITMAP_XOR(a, b)", "what is in one alone", "BITMAP_XOR(BITMAP_BUILD(ARRAY[1, 2]), BITMAP_BUILD(ARRAY[2, 3]))", "'{1,3}'"}},
    {"BITMAP_ANDNOT", 2, 2, BindBitmaps, Combine<BitmapOp::kAndNot>, {"BITMAP_ANDNOT(a, b)", "what is in a and not in b", "BITMAP_ANDNOT(BITMAP_BUILD(ARRAY[1, 2]), BITMAP_BUILD(ARRAY[2, 3]))", "'{1}'"}},
    {"BITMAP_CARDINALITY", 1, 1, BindBitmaps, Cardinality, {"BITMAP_CARDINALITY(b)", "how many", "BITMAP_CARDINALITY(BITMAP_BUILD(ARRAY[1, 2, 2]))", "2"}},
    {"BITMAP_TO_ARRAY", 1, 1, BindBitmaps, ToArray, {"BITMAP_TO_ARRAY(b)", "the numbers in order, at most 4,194,304 of them", "BITMAP_TO_ARRAY(BITMAP_BUILD(ARRAY[-1, 2]))", "[2,-1]"}},
    {"BITMAP_TO_BYTES", 1, 1, BindBitmaps, ToBytes,
     {"BITMAP_TO_BYTES(b)", "in RoaringBitmap's portable form for 32 bits, of equal sets the same bytes", "BITMAP_TO_BYTES(BITMAP_BUILD(ARRAY[7]))", "'3a3000000100000000000000100000000700'"}},
    {"BITMAP_TO_STRING", 1, 1, BindBitmaps, ToString,
     {"BITMAP_TO_STRING(b)", "the numbers without a sign; of many the first ones, ...", "BITMAP_TO_STRING(BITMAP_BUILD(ARRAY[2, -1]))", "'{2,4294967295}'"}},
};

}  // namespace

std::span<const Function> BitmapFunctions() { return kFunctions; }

}  // namespace freshet::expr
