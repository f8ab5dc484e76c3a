#include <algorithm>
#include <unordered_set>

#include "data/civil.h"
#include "data/number_text.h"
#include "engines/datagen/recipe.h"

// Values by chance: each is drawn from what it is (seed, column, row, place in its list), so it is the same however often it is made.

namespace freshet::datagen {
namespace {

using data::Int128;
using data::Kind;
using data::Value;

uint64_t Mix(uint64_t x) {  // the finisher of SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class Draws {
 public:
  Draws(const Recipe& recipe, const RowAt& row, uint64_t place) : state_(Mix(row.seed ^ Mix(recipe.stream)) ^ Mix(static_cast<uint64_t>(row.number) * 2 + 1) ^ Mix(place * 2 + 2)) {}

  uint64_t Next() { return Mix(state_ += 0x9E3779B97F4A7C15ULL); }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }  // [0, 1)
  Int128 Between(Int128 least, Int128 most) {
    auto count = static_cast<unsigned __int128>(most - least) + 1;
    auto drawn = static_cast<unsigned __int128>(Next()) << 64 | Next();
    return least + static_cast<Int128>(count == 0 ? drawn : drawn % count);
  }

 private:
  uint64_t state_;
};

std::string Hexadecimal(Draws& draws, int64_t length) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(static_cast<size_t>(length), '\0');
  uint64_t bits = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (i % 16 == 0) bits = draws.Next();
    out[i] = kDigits[bits & 15];
    bits >>= 4;
  }
  return out;
}

std::string Bytes(Draws& draws, int64_t length) {
  std::string out(static_cast<size_t>(length), '\0');
  for (char& c : out) c = static_cast<char>(draws.Next());
  return out;
}

std::string BigEndian(int64_t value) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(static_cast<uint64_t>(value) >> shift);
  return out;
}

Value InSequence(const Recipe& recipe, const RowAt& row) {
  Int128 number = recipe.least + row.number;
  if (recipe.type.IsString()) return StrCat(static_cast<int64_t>(number));
  if (recipe.type.IsBinary()) return BigEndian(static_cast<int64_t>(number));
  if (recipe.type.IsFloating()) return static_cast<double>(number);
  if (recipe.type.kind() == Kind::kDecimal) return number * data::PowerOfTen(recipe.type.scale());
  return static_cast<int64_t>(number);
}

Value Moment(const Recipe& recipe, const RowAt& row, Draws& draws) {
  int64_t past = recipe.past_ms_most > 0 ? static_cast<int64_t>(draws.Between(0, recipe.past_ms_most)) : 0;
  return data::CutToPrecision(data::Rescale(row.now_ms - past, 1000, recipe.type.UnitsPerSecond()), recipe.type);
}

int64_t TimeOfDay(const Recipe& recipe, const RowAt& row) {
  int64_t ms = data::FloorMod(row.local_ms, data::kMillisPerDay), step = 1000;
  for (int digit = 0; digit < std::min(recipe.type.precision(), 3); ++digit) step /= 10;
  return ms - ms % step;
}

Value Made(const Recipe& recipe, const RowAt& row, uint64_t place);

// Equal values, equal bytes.
void AppendBytes(std::string& out, const Value& value) {
  out += static_cast<char>('0' + value.v.index());
  if (const auto* text = std::get_if<std::string>(&value.v)) out += StrCat(text->size(), ":", *text);
  if (const auto* whole = std::get_if<int64_t>(&value.v)) out += StrCat(*whole, ";");
  if (const auto* real = std::get_if<double>(&value.v)) out.append(reinterpret_cast<const char*>(real), sizeof *real);
  if (const auto* wide = std::get_if<data::Int128>(&value.v)) out.append(reinterpret_cast<const char*>(wide), sizeof *wide);
  if (const auto* list = std::get_if<Value::List>(&value.v)) {
    for (const auto& one : *list) AppendBytes(out, one);
    out += ')';
  }
}

// Keys of maps are there once.
Value List(const Recipe& recipe, const RowAt& row, uint64_t place, Draws& draws) {
  constexpr int kCountMost = 10;  // of an element of a multiset
  Value::List list;
  std::unordered_set<std::string> keys;
  std::string bytes;
  for (int64_t i = 0; i < recipe.length; ++i) {
    uint64_t at = place * 0x100000001ULL + static_cast<uint64_t>(i) + 1;
    Value first = Made(recipe.parts[0], row, at);
    if (recipe.type.kind() != Kind::kArray) {
      bytes.clear();
      AppendBytes(bytes, first);
      if (!keys.insert(bytes).second) continue;
    }
    list.push_back(std::move(first));
    if (recipe.type.kind() == Kind::kMap) list.push_back(Made(recipe.parts[1], row, at));
    if (recipe.type.kind() == Kind::kMultiset) list.push_back(static_cast<int64_t>(draws.Between(1, kCountMost)));
  }
  return list;
}

Value Made(const Recipe& recipe, const RowAt& row, uint64_t place) {
  if (recipe.sequence) return InSequence(recipe, row);
  Draws draws(recipe, row, place);
  if (draws.Unit() < recipe.null_rate) return {};
  int64_t length = recipe.any_length && recipe.length > 1 ? static_cast<int64_t>(draws.Between(1, recipe.length)) : recipe.length;
  switch (recipe.type.kind()) {
    case Kind::kBoolean: return (draws.Next() & 1) != 0;
    case Kind::kFloat:
    case Kind::kDouble: {
      double share = draws.Unit();
      return recipe.real_least * (1 - share) + recipe.real_most * share;
    }
    case Kind::kDecimal: return draws.Between(recipe.least, recipe.most);
    case Kind::kChar:
    case Kind::kVarchar: return Hexadecimal(draws, length);
    case Kind::kBinary:
    case Kind::kVarbinary: return Bytes(draws, length);
    case Kind::kDate: return data::FloorDiv(row.local_ms, data::kMillisPerDay);
    case Kind::kTime: return TimeOfDay(recipe, row);
    case Kind::kTimestamp:
    case Kind::kTimestampLtz: return Moment(recipe, row, draws);
    case Kind::kArray:
    case Kind::kMap:
    case Kind::kMultiset: return List(recipe, row, place, draws);
    case Kind::kRow: {
      Value::List fields;
      for (const auto& part : recipe.parts) fields.push_back(Made(part, row, place));
      return fields;
    }
    default: return static_cast<int64_t>(draws.Between(recipe.least, recipe.most));
  }
}

}  // namespace

Value MakeValue(const Recipe& recipe, const RowAt& row) { return Made(recipe, row, 0); }

}  // namespace freshet::datagen
