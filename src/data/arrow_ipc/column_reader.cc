#include "data/arrow_ipc/column_reader.h"

#include <array>
#include <cstring>

#include "data/column_builder.h"

namespace freshet::arrow_ipc {
namespace {

using data::Column;
using data::ColumnPtr;
using data::Int128;
using data::Slab;
using data::StringRef;

Fault TooShort(const Fit& fit) { return Fault::Corrupt("arrow: column ", fit.path, " has fewer values than its batch has rows"); }

constexpr int64_t kValuesMax = int64_t{1} << 40;  // that an array may say it has: their bytes are counted in 64 bits

size_t WordsFor(int count) { return static_cast<size_t>(count / 64 + 1); }

// The last word's bits beyond `count` do not count.
uint64_t Mask(int count, int word) {
  int bits = count - word * 64;
  return bits >= 64 ? ~uint64_t{0} : bits <= 0 ? 0 : (uint64_t{1} << bits) - 1;
}

bool AllSet(const uint64_t* words, int count) {
  for (int w = 0; w * 64 < count; ++w) {
    if ((~words[w] & Mask(count, w)) != 0) return false;
  }
  return true;
}

// Whether a row is missing here that is there above.
bool HasOwnNull(const uint64_t* words, const uint64_t* parent, int count) {
  for (int w = 0; w * 64 < count; ++w) {
    uint64_t above = parent == nullptr ? ~uint64_t{0} : parent[w];
    if ((above & ~words[w] & Mask(count, w)) != 0) return true;
  }
  return false;
}

bool IsThere(const Column& column, int row) { return column.validity == nullptr || Column::BitAt(column.validity, row); }

template <typename T>
T* Values(Column& out) {
  auto slab = Slab::Make(static_cast<size_t>(out.length) * sizeof(T));
  auto* values = reinterpret_cast<T*>(slab->data());
  out.values = values;
  out.pins.push_back(std::move(slab));
  return values;
}

template <typename T>
T ValueOf(const char* data, int64_t i) {
  T value;
  std::memcpy(&value, data + static_cast<size_t>(i) * sizeof(T), sizeof value);
  return value;
}

// Calls visit with a value of the type that the array's numbers have.
template <typename Visit>
auto WithNumbers(int bits, bool is_signed, Visit&& visit) {
  switch (is_signed ? bits : bits + 1) {
    case 8: return visit(int8_t{});
    case 9: return visit(uint8_t{});
    case 16: return visit(int16_t{});
    case 17: return visit(uint16_t{});
    case 32: return visit(int32_t{});
    case 33: return visit(uint32_t{});
    case 65: return visit(uint64_t{});
    default: return visit(int64_t{});
  }
}

// The same of a column's own integers.
template <typename Visit>
auto WithOwnNumbers(data::Physical physical, Visit&& visit) {
  switch (physical) {
    case data::Physical::kInt8: return visit(int8_t{});
    case data::Physical::kInt16: return visit(int16_t{});
    case data::Physical::kInt32: return visit(int32_t{});
    default: return visit(int64_t{});
  }
}

// Up to 12 bytes lie in the reference itself; behind `at` as many can be read. In place, always: it is a few instructions of each text.
[[gnu::always_inline]] inline StringRef RefTo(const char* at, uint32_t length, uint32_t offset) {
  StringRef ref;
  ref.length = length;
  if (length > StringRef::kInlineMax) [[unlikely]] {
    std::memcpy(ref.prefix, at, 4);
    ref.offset = offset;
    return ref;
  }
  uint64_t front = 0;
  uint32_t back = 0;
  std::memcpy(&front, at, 8);
  std::memcpy(&back, at + 8, 4);
  if (length < 8) front &= (uint64_t{1} << (8 * length)) - 1;
  if (length <= 8) back = 0;
  else if (length < 12) back &= (uint32_t{1} << (8 * (length - 8))) - 1;
  std::memcpy(ref.prefix, &front, 8);
  std::memcpy(&ref.offset, &back, 4);
  return ref;
}

constexpr std::array<Int128, data::kMaxDecimalPrecision + 1> kPowers = [] {
  std::array<Int128, data::kMaxDecimalPrecision + 1> out{};
  out[0] = 1;
  for (size_t i = 1; i < out.size(); ++i) out[i] = out[i - 1] * 10;
  return out;
}();

ColumnPtr NullsOf(const data::Type& type, int count) {
  data::ColumnBuilder builder(type, count);
  for (int i = 0; i < count; ++i) builder.AppendNull();
  return builder.Finish();
}

}  // namespace

Result<ColumnReader> ColumnReader::Open(data::ByteInput& in, const BatchPlan& plan, std::span<const Field> fields, int first_array, bool as_values, Dictionaries dictionaries) {
  ColumnReader out(in, plan, first_array, std::move(dictionaries));
  size_t buffer = 0, views = 0;
  for (const Field& field : fields) RETURN_NOT_OK(out.AddPlaces(field, as_values, buffer, views));
  return out;
}

Status ColumnReader::AddPlaces(const Field& field, bool as_values, size_t& buffer, size_t& views) {
  Fault fewer = Fault::Corrupt("arrow: a batch has fewer arrays than its schema");
  if (places_.size() >= plan_.arrays.size()) return fewer;
  bool is_dictionary = field.is_dictionary && !as_values;
  Field plain;
  plain.shape = field.shape, plain.offsets = field.offsets, plain.is_dense = field.is_dense;
  Parts own = OwnParts(is_dictionary ? field : plain);
  Place place{plan_.arrays[places_.size()], buffer};
  if (place.array.length < 0 || place.array.length > kValuesMax) return Fault::Corrupt("arrow: an array says that it has ", place.array.length, " values");
  bool has_views = !is_dictionary && (field.shape == Shape::kText || field.shape == Shape::kBytes) && field.offsets == Offsets::kViews;
  if (has_views) {
    if (views >= plan_.view_buffers.size()) return fewer;
    place.view_buffers = plan_.view_buffers[views++];
    if (place.view_buffers < 0 || place.view_buffers > static_cast<int64_t>(plan_.buffers.size())) return fewer;
  }
  buffer += static_cast<size_t>(own.buffers) + static_cast<size_t>(place.view_buffers);
  if (buffer > plan_.buffers.size()) return Fault::Corrupt("arrow: a batch has fewer buffers than its schema needs");
  places_.push_back(place);
  if (is_dictionary) return {};
  for (const Field& child : field.children) RETURN_NOT_OK(AddPlaces(child, false, buffer, views));
  return {};
}

// Of the array's own bits those of the wanted rows, from bit 0 on, and those of its parent.
Result<Bits> ColumnReader::ReadBits(const Fit& fit, const Place& place, int64_t from, int count, const Bits& parent) {
  if (place.array.nulls == 0) return parent;
  ASSIGN_OR_RETURN(int64_t there, body_.BytesOf(place.buffer));
  if (there == 0) return parent;
  int64_t first = from / 8, bytes = (from + count + 7) / 8 - first;
  ASSIGN_OR_RETURN(Piece piece, body_.Read(place.buffer, first, bytes));
  Bits own{reinterpret_cast<const uint64_t*>(piece.data), piece.pin};
  int shift = static_cast<int>(from % 8);
  bool must_move = shift != 0 || reinterpret_cast<uintptr_t>(piece.data) % alignof(uint64_t) != 0;
  size_t words = WordsFor(count);
  if (must_move) {
    auto slab = Slab::Make((words + 1) * 8);
    auto* to = reinterpret_cast<uint64_t*>(slab->data());
    std::memset(to, 0, (words + 1) * 8);
    for (int64_t i = 0; i < bytes; ++i) {  // a byte's bits go into one byte or two
      auto bits = static_cast<uint16_t>(static_cast<unsigned char>(piece.data[i]) << (8 - shift));
      if (i > 0) slab->data()[i - 1] = static_cast<char>(slab->data()[i - 1] | static_cast<char>(bits & 0xff));
      slab->data()[i] = static_cast<char>(bits >> 8);
    }
    own = {to, slab};
  }
  if (AllSet(own.words, count)) return parent;
  if (!fit.type.nullable() && HasOwnNull(own.words, parent.words, count)) return Fault::Invalid("arrow: column ", fit.path, " is NOT NULL and a row brings NULL");
  if (parent.words == nullptr) return own;
  auto slab = Slab::Make(words * 8 + 8);
  auto* both = reinterpret_cast<uint64_t*>(slab->data());
  for (size_t w = 0; w < words; ++w) both[w] = static_cast<int>(w) * 64 < count ? own.words[w] & parent.words[w] : 0;
  return Bits{both, slab};
}

ColumnReader::ColumnRef ColumnReader::Begin(const Fit& fit, int count, const Bits& bits) const {
  auto out = std::make_shared<Column>();
  out->type = fit.type;
  out->length = out->base_rows = count;
  out->validity = bits.words;
  if (bits.words != nullptr) out->pins.push_back(bits.pin);
  return out;
}

Result<ColumnPtr> ColumnReader::Read(const Fit& fit, int64_t from, int count, const Bits& parent) {
  if (fit.field == nullptr || !fit.field->is_dictionary) return ReadValues(fit, from, count, parent);
  if (count == 0) return NullsOf(fit.type, 0);
  const Place& place = PlaceOf(fit);
  if (from > place.array.length - count) return TooShort(fit);
  ASSIGN_OR_RETURN(Bits bits, ReadBits(fit, place, from, count, parent));
  return ReadDictionary(fit, from, count, bits);
}

Result<ColumnPtr> ColumnReader::ReadValues(const Fit& fit, int64_t from, int count, const Bits& parent) {
  if (fit.conversion == Conversion::kAbsent || count == 0) return NullsOf(fit.type, count);
  const Place& place = PlaceOf(fit);
  if (from > place.array.length - count) return TooShort(fit);
  if (fit.conversion == Conversion::kNullsOnly) {
    if (!fit.type.nullable()) return Fault::Invalid("arrow: column ", fit.path, " is NOT NULL and a row brings NULL");
    return NullsOf(fit.type, count);
  }
  ASSIGN_OR_RETURN(Bits bits, ReadBits(fit, place, from, count, parent));
  ColumnRef out = Begin(fit, count, bits);
  switch (fit.conversion) {
    case Conversion::kBits: RETURN_NOT_OK(ReadBooleans(place, from, *out)); break;
    case Conversion::kInteger:
    case Conversion::kScaled:
    case Conversion::kDouble: RETURN_NOT_OK(ReadConverted(fit, place, from, *out)); break;
    case Conversion::kDecimal: RETURN_NOT_OK(ReadDecimals(fit, place, from, *out)); break;
    case Conversion::kTexts: RETURN_NOT_OK(fit.field->offsets == Offsets::kViews ? ReadViews(fit, place, from, *out) : ReadTexts(fit, place, from, *out)); break;
    case Conversion::kList:
    case Conversion::kMap: RETURN_NOT_OK(ReadElements(fit, place, from, *out)); break;
    case Conversion::kRow:
      for (const Fit& child : fit.children) {
        ASSIGN_OR_RETURN(ColumnPtr column, Read(child, from, count, bits));
        out->children.push_back(std::move(column));
      }
      break;
    default: RETURN_NOT_OK(ReadPlain(fit, place, from, *out)); break;
  }
  return ColumnPtr(std::move(out));
}

// Memory as the batch has it.
Status ColumnReader::ReadPlain(const Fit& fit, const Place& place, int64_t from, Column& out) {
  auto width = static_cast<int64_t>(data::PhysicalWidth(fit.type.physical()));
  ASSIGN_OR_RETURN(Piece piece, body_.Read(place.buffer + 1, from * width, out.length * width));
  out.values = piece.data;
  out.pins.push_back(std::move(piece.pin));
  return {};
}

Status ColumnReader::ReadBooleans(const Place& place, int64_t from, Column& out) {
  int64_t first = from / 8;
  ASSIGN_OR_RETURN(Piece piece, body_.Read(place.buffer + 1, first, (from + out.length + 7) / 8 - first));
  auto* to = Values<int8_t>(out);
  for (int i = 0; i < out.length; ++i) {
    int64_t bit = from % 8 + i;
    to[i] = static_cast<int8_t>((piece.data[bit / 8] >> (bit % 8)) & 1);
  }
  return {};
}

// Numbers of another width, and times of other units. What becomes too large is no value of the column's type.
Status ColumnReader::ReadConverted(const Fit& fit, const Place& place, int64_t from, Column& out) {
  const Field& field = *fit.field;
  int64_t width = field.bits / 8;
  ASSIGN_OR_RETURN(Piece piece, body_.Read(place.buffer + 1, from * width, out.length * width));
  if (fit.conversion == Conversion::kDouble) {
    auto* to = Values<double>(out);
    for (int i = 0; i < out.length; ++i) to[i] = ValueOf<float>(piece.data, i);
    return {};
  }
  bool is_time = fit.type.kind() == data::Kind::kTime;
  int outside = -1;
  WithNumbers(field.bits, field.is_signed, [&](auto number) {
    using Number = decltype(number);
    WithOwnNumbers(fit.type.physical(), [&](auto own) {
      using Own = decltype(own);
      auto* to = Values<Own>(out);
      for (int i = 0; i < out.length; ++i) {
        auto value = static_cast<int64_t>(ValueOf<Number>(piece.data, i));
        bool over = __builtin_mul_overflow(value, fit.times, &value);
        if (fit.divided_by > 1) value = value / fit.divided_by - (value % fit.divided_by < 0 ? 1 : 0);
        to[i] = static_cast<Own>(value);
        over = over || to[i] != value || (is_time && (value < 0 || value >= 86'400'000));
        if (over && IsThere(out, i)) outside = i;
      }
    });
  });
  if (outside >= 0) return Fault::Invalid("arrow: column ", fit.path, ": a value of ", field.type_name, " is none of ", fit.type);
  return {};
}

Status ColumnReader::ReadDecimals(const Fit& fit, const Place& place, int64_t from, Column& out) {
  int64_t width = fit.field->bits / 8;
  ASSIGN_OR_RETURN(Piece piece, body_.Read(place.buffer + 1, from * width, out.length * width));
  Int128 bound = kPowers[static_cast<size_t>(fit.type.precision())];
  bool fits = true;
  auto convert = [&](auto* to, auto number) {
    using Own = std::remove_pointer_t<decltype(to)>;
    for (int i = 0; i < out.length; ++i) {
      Int128 value = ValueOf<decltype(number)>(piece.data, i);
      bool inside = value < bound && value > -bound;
      fits = fits && (inside || !IsThere(out, i));
      to[i] = inside ? static_cast<Own>(value) : Own{0};
    }
  };
  auto from_width = [&](auto* to) {
    if (width == 4) convert(to, int32_t{});
    else if (width == 8) convert(to, int64_t{});
    else convert(to, Int128{});
  };
  if (fit.type.physical() == data::Physical::kInt128) from_width(Values<Int128>(out));
  else from_width(Values<int64_t>(out));
  return fits ? Status() : Status(Fault::Invalid("arrow: column ", fit.path, ": a value has more digits than ", fit.type));
}

// Ends of texts or elements, counted from the first one's begin.
Result<ColumnReader::Ranges> ColumnReader::ReadRanges(const Field& field, size_t buffer, int64_t from, int count) {
  Ranges out;
  out.ends.resize(static_cast<size_t>(count) + 1);
  bool good = true;
  auto read = [&](auto offset) -> Status {
    using Offset = decltype(offset);
    ASSIGN_OR_RETURN(Piece piece, body_.Read(buffer, from * static_cast<int64_t>(sizeof(Offset)), (static_cast<int64_t>(count) + 1) * static_cast<int64_t>(sizeof(Offset))));
    auto begin = ValueOf<Offset>(piece.data, 0), before = begin;
    out.begin = begin;
    good = begin >= 0;
    for (int i = 0; i <= count; ++i) {
      auto end = ValueOf<Offset>(piece.data, i);
      good = good & (end >= before) & (end >= begin);
      out.ends[static_cast<size_t>(i)] = static_cast<int32_t>(static_cast<std::make_unsigned_t<Offset>>(end) - static_cast<std::make_unsigned_t<Offset>>(begin));
      before = end;
    }
    if (good && static_cast<int64_t>(before) - begin > kBodyBytesMax) return Fault::TooLarge("arrow: ", static_cast<int64_t>(before) - begin, " bytes or elements of one column are needed at once; at most ", kBodyBytesMax, " are read, so write smaller batches");
    return {};
  };
  RETURN_NOT_OK(field.offsets == Offsets::kLong ? read(int64_t{}) : read(int32_t{}));
  if (!good) return Fault::Corrupt("arrow: a column's offsets go backwards");
  return out;
}

Status ColumnReader::ReadTexts(const Fit& fit, const Place& place, int64_t from, Column& out) {
  const Field& field = *fit.field;
  bool fixed = field.shape == Shape::kFixedBytes;
  Ranges ranges;
  if (fixed) {
    if (field.size > 0 && from > kValuesMax / field.size) return TooShort(fit);
    if (static_cast<int64_t>(field.size) * out.length > kBodyBytesMax) return Fault::TooLarge("arrow: column ", fit.path, " has values of ", field.size, " bytes");
    ranges.begin = from * field.size;
    for (int i = 0; i <= out.length; ++i) ranges.ends.push_back(i * field.size);
  } else {
    ASSIGN_OR_RETURN(ranges, ReadRanges(field, place.buffer + 1, from, out.length));
  }
  ASSIGN_OR_RETURN(Piece bytes, body_.Read(place.buffer + (fixed ? 1 : 2), ranges.begin, ranges.ends.back()));
  auto* to = Values<StringRef>(out);
  const int32_t* ends = ranges.ends.data();
  for (int i = 0; i < out.length; ++i) to[i] = RefTo(bytes.data + ends[i], static_cast<uint32_t>(ends[i + 1] - ends[i]), static_cast<uint32_t>(ends[i]));
  out.buffers.emplace_back(bytes.data, static_cast<size_t>(ranges.ends.back()));
  out.pins.push_back(std::move(bytes.pin));
  return {};
}

// They are references as ours, but nobody says that they are right. More buffers than a column may have are copied into one.
Status ColumnReader::ReadViews(const Fit& fit, const Place& place, int64_t from, Column& out) {
  constexpr auto kWidth = static_cast<int64_t>(sizeof(StringRef));
  ASSIGN_OR_RETURN(Piece views, body_.Read(place.buffer + 1, from * kWidth, out.length * kWidth));
  std::vector<std::string_view> buffers;
  std::vector<Pin> pins;
  for (int64_t i = 0; i < place.view_buffers; ++i) {
    size_t number = place.buffer + 2 + static_cast<size_t>(i);
    ASSIGN_OR_RETURN(Piece bytes, body_.Whole(number));
    ASSIGN_OR_RETURN(int64_t length, body_.BytesOf(number));
    buffers.emplace_back(bytes.data, static_cast<size_t>(length));
    pins.push_back(std::move(bytes.pin));
  }
  bool copies = buffers.size() > data::kMaxStringBuffers;
  data::ColumnBuilder copied(fit.type, copies ? out.length : 1);
  auto* to = Values<StringRef>(out);
  for (int i = 0; i < out.length; ++i) {
    StringRef ref = IsThere(out, i) ? ValueOf<StringRef>(views.data, i) : StringRef();
    if (ref.is_inline()) {
      to[i] = RefTo(views.data + i * kWidth + 4, ref.length, 0);
    } else {
      bool inside = ref.buffer < buffers.size() && ref.offset <= buffers[ref.buffer].size() && ref.length <= buffers[ref.buffer].size() - ref.offset;
      if (!inside) return Fault::Corrupt("arrow: column ", fit.path, ": a view points outside its buffers");
      to[i] = ref;
      std::memcpy(to[i].prefix, buffers[ref.buffer].data() + ref.offset, sizeof ref.prefix);
    }
    if (copies) copied.AppendString(ref.is_inline() ? std::string_view(to[i].inline_data(), ref.length) : buffers[ref.buffer].substr(ref.offset, ref.length));
  }
  if (copies) {
    auto whole = copied.Finish();
    out.values = whole->values;
    out.buffers = whole->buffers;
    out.pins.insert(out.pins.end(), whole->pins.begin(), whole->pins.end());
    return {};
  }
  out.buffers = std::move(buffers);
  out.pins.insert(out.pins.end(), pins.begin(), pins.end());
  return {};
}

Status ColumnReader::ReadElements(const Fit& fit, const Place& place, int64_t from, Column& out) {
  const Field& field = *fit.field;
  Ranges ranges;
  if (field.shape == Shape::kFixedList) {
    if (field.size > 0 && from > kValuesMax / field.size) return TooShort(fit);
    if (static_cast<int64_t>(field.size) * out.length > kElementsMax) return Fault::TooLarge("arrow: column ", fit.path, " has lists of ", field.size, " elements");
    ranges.begin = from * field.size;
    for (int i = 0; i <= out.length; ++i) ranges.ends.push_back(i * field.size);
  } else {
    ASSIGN_OR_RETURN(ranges, ReadRanges(field, place.buffer + 1, from, out.length));
  }
  if (ranges.ends.back() > kElementsMax) return Fault::TooLarge("arrow: column ", fit.path, ": the lists of one batch have ", ranges.ends.back(), " elements; at most ", kElementsMax, " are read, so write smaller batches");
  auto slab = Slab::Make(ranges.ends.size() * sizeof(int32_t));
  std::memcpy(slab->data(), ranges.ends.data(), ranges.ends.size() * sizeof(int32_t));
  out.values = slab->data();
  out.pins.push_back(std::move(slab));
  for (const Fit& child : fit.children) {
    ASSIGN_OR_RETURN(ColumnPtr column, Read(child, ranges.begin, ranges.ends.back()));
    out.children.push_back(std::move(column));
  }
  return {};
}

// Values by their numbers. A text stays where its dictionary has it.
Result<ColumnPtr> ColumnReader::ReadDictionary(const Fit& fit, int64_t from, int count, const Bits& bits) {
  ASSIGN_OR_RETURN(ColumnPtr values, dictionaries_(fit));
  int64_t width = fit.field->index_bits / 8;
  ASSIGN_OR_RETURN(Piece piece, body_.Read(PlaceOf(fit).buffer + 1, from * width, count * width));
  ColumnRef out = Begin(fit, count, bits);
  std::vector<int32_t> numbers(static_cast<size_t>(count), 0);
  bool good = true;
  WithNumbers(fit.field->index_bits, true, [&](auto number) {
    for (int i = 0; i < count; ++i) {
      int64_t at = IsThere(*out, i) ? static_cast<int64_t>(static_cast<std::make_unsigned_t<decltype(number)>>(ValueOf<decltype(number)>(piece.data, i))) : 0;
      bool inside = at >= 0 && at < values->length;
      good = good && (inside || !IsThere(*out, i));
      numbers[static_cast<size_t>(i)] = inside ? static_cast<int32_t>(at) : -1;
    }
  });
  if (!good) return Fault::Corrupt("arrow: column ", fit.path, ": a value's number is none of its dictionary's ", values->length);
  if (fit.type.physical() != data::Physical::kString || values->validity != nullptr || values->length == 0) {
    data::ColumnBuilder builder(fit.type, count);
    for (int i = 0; i < count; ++i) {
      if (IsThere(*out, i)) builder.AppendFrom(*values, numbers[static_cast<size_t>(i)]);
      else builder.AppendNull();
    }
    return builder.Finish();
  }
  auto* to = Values<StringRef>(*out);
  const auto* refs = static_cast<const StringRef*>(values->values);
  for (int i = 0; i < count; ++i) to[i] = refs[numbers[static_cast<size_t>(i)]];
  out->buffers = values->buffers;
  out->pins.insert(out->pins.end(), values->pins.begin(), values->pins.end());
  return ColumnPtr(std::move(out));
}

}  // namespace freshet::arrow_ipc
