#include "data/bitmap.h"

#include <algorithm>
#include <cstring>

namespace freshet::data {
namespace {

using Form = BitmapContainer::Form;

// The form's own numbers; https://github.com/RoaringBitmap/RoaringFormatSpec
constexpr uint32_t kCookie = 12346, kCookieWithRuns = 12347;
constexpr uint32_t kContainersMax = 1 << 16;
constexpr uint32_t kNumbers = 1 << 16;           // of a container
constexpr uint32_t kOffsetsFrom = 4;             // containers with runs among them: fewer have no offsets
constexpr size_t kHeadBytes = 4, kOffsetBytes = 4;
constexpr size_t kTextMax = 0x80000;

size_t ListBytes(uint32_t cardinality) { return size_t{2} * cardinality; }
size_t RunBytes(uint32_t runs) { return 2 + size_t{4} * runs; }  // with their count

// Whether runs take fewer bytes than list or bits.
bool RunsAreShorter(uint32_t runs, uint32_t cardinality) {
  return RunBytes(runs) < (cardinality <= BitmapContainer::kListMax ? ListBytes(cardinality) : BitmapContainer::kBitsBytes);
}

uint32_t RunsOf(std::span<const uint16_t> ascending) {
  uint32_t runs = ascending.empty() ? 0 : 1;
  for (size_t i = 1; i < ascending.size(); ++i) runs += ascending[i] != ascending[i - 1] + 1 ? 1 : 0;
  return runs;
}

void SetRange(std::span<uint64_t> bits, uint32_t first, uint32_t last) {
  uint32_t from = first / 64, to = last / 64;
  uint64_t head = ~uint64_t{0} << (first % 64), tail = ~uint64_t{0} >> (63 - last % 64);
  if (from == to) {
    bits[from] |= head & tail;
    return;
  }
  bits[from] |= head;
  for (uint32_t word = from + 1; word < to; ++word) bits[word] = ~uint64_t{0};
  bits[to] |= tail;
}

// The first bit from `at` on that is set, or not; kNumbers when there is none.
uint32_t NextBit(std::span<const uint64_t> bits, uint32_t at, bool set) {
  for (uint32_t word = at / 64; word < bits.size(); ++word) {
    uint64_t found = set ? bits[word] : ~bits[word];
    if (word == at / 64) found &= ~uint64_t{0} << (at % 64);
    if (found != 0) return word * 64 + static_cast<uint32_t>(std::countr_zero(found));
  }
  return kNumbers;
}

Status Broken(std::string_view why) { return Fault::Invalid("these bytes are no bitmap in RoaringBitmap's portable form for 32 bits: ", why); }

Status CheckList(const BitmapContainer& list) {
  for (size_t i = 1; i < list.size(); ++i) {
    if (list.at(i) <= list.at(i - 1)) return Broken("the numbers of a container do not ascend");
  }
  return {};
}

Status CheckBits(const BitmapContainer& bits) {
  uint32_t set = 0;
  for (size_t word = 0; word < BitmapContainer::kBitsBytes / 8; ++word) set += static_cast<uint32_t>(std::popcount(LoadInt<uint64_t>(Order::kLittle, bits.bytes.data() + 8 * word)));
  return set == bits.cardinality ? Status() : Broken("a container has another number of bits than it says");
}

Status CheckRuns(const BitmapContainer& runs) {
  int64_t behind = 0;
  uint32_t numbers = 0;
  for (size_t i = 0; i < runs.size(); i += 2) {
    if (runs.at(i) < behind) return Broken("the runs of a container do not ascend");
    behind = int64_t{runs.at(i)} + runs.at(i + 1) + 1;
    if (behind > kNumbers) return Broken("a run goes beyond its container");
    numbers += uint32_t{runs.at(i + 1)} + 1;
  }
  return numbers == runs.cardinality ? Status() : Broken("the runs of a container are not as many numbers as it says");
}

Status Check(const BitmapContainer& container) {
  switch (container.form) {
    case Form::kList: return CheckList(container);
    case Form::kBits: return CheckBits(container);
    case Form::kRuns: return CheckRuns(container);
  }
  CHECK(false);
}

uint64_t Applied(BitmapOp op, uint64_t a, uint64_t b) {
  switch (op) {
    case BitmapOp::kAnd: return a & b;
    case BitmapOp::kOr: return a | b;
    case BitmapOp::kXor: return a ^ b;
    case BitmapOp::kAndNot: return a & ~b;
  }
  CHECK(false);
}

template <typename Numbers>
uint16_t* Applied(BitmapOp op, const Numbers& a, const Numbers& b, uint16_t* out) {
  switch (op) {
    case BitmapOp::kAnd: return std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), out);
    case BitmapOp::kOr: return std::set_union(a.begin(), a.end(), b.begin(), b.end(), out);
    case BitmapOp::kXor: return std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), out);
    case BitmapOp::kAndNot: return std::set_difference(a.begin(), a.end(), b.begin(), b.end(), out);
  }
  CHECK(false);
}

// What becomes of a container that the other set has nothing beside.
bool KeepsLeft(BitmapOp op) { return op != BitmapOp::kAnd; }
bool KeepsRight(BitmapOp op) { return op == BitmapOp::kOr || op == BitmapOp::kXor; }

}  // namespace

BitmapReader::BitmapReader(std::string_view bytes) : in_(bytes, Order::kLittle) {
  auto cookie = in_.Read<uint32_t>();
  bool runs = (cookie & 0xFFFF) == kCookieWithRuns;
  if (!in_.ok() || (!runs && cookie != kCookie)) {
    Fail(in_.ok() ? "they do not begin with its cookie" : "they end early");
    return;
  }
  uint32_t count = runs ? (cookie >> 16) + 1 : in_.Read<uint32_t>();
  if (count > kContainersMax) {
    Fail("more than 65536 containers");
    return;
  }
  if (runs) run_flags_ = in_.ReadBytes((count + 7) / 8);
  heads_ = in_.ReadBytes(count * kHeadBytes);
  if (!runs || count >= kOffsetsFrom) in_.Skip(count * kOffsetBytes);
  if (in_.ok()) count_ = count;
  else Fail("they end early");
}

bool BitmapReader::Fail(std::string_view why) {
  broken_ = why;
  count_ = next_ = 0;
  return false;
}

bool BitmapReader::Next() {
  if (next_ == count_) return false;
  uint32_t i = next_++;
  key_ = LoadInt<uint16_t>(Order::kLittle, heads_.data() + i * kHeadBytes);
  container_.cardinality = uint32_t{LoadInt<uint16_t>(Order::kLittle, heads_.data() + i * kHeadBytes + 2)} + 1;
  if (IsRun(i)) {
    container_.form = Form::kRuns;
    container_.bytes = in_.ReadBytes(size_t{4} * in_.Read<uint16_t>());
  } else {
    bool list = container_.cardinality <= BitmapContainer::kListMax;
    container_.form = list ? Form::kList : Form::kBits;
    container_.bytes = in_.ReadBytes(list ? ListBytes(container_.cardinality) : BitmapContainer::kBitsBytes);
  }
  return in_.ok() || Fail("they end early");
}

void BitmapWriter::Add(uint16_t key, const BitmapContainer& container) {
  if (container.cardinality == 0) return;
  heads_.push_back({key, container.form, container.cardinality, static_cast<uint32_t>(container.bytes.size())});
  body_ += container.bytes;
}

std::string BitmapWriter::Finish() {
  std::string out;
  ByteWriter to(out, Order::kLittle);
  auto count = static_cast<uint32_t>(heads_.size());
  bool runs = std::any_of(heads_.begin(), heads_.end(), [](const Head& head) { return head.form == Form::kRuns; });
  out.reserve(8 + count * (kHeadBytes + kOffsetBytes + 3) + body_.size());
  to.Write<uint32_t>(runs ? kCookieWithRuns | (count - 1) << 16 : kCookie);
  if (runs) {
    out.resize(out.size() + (count + 7) / 8);
    char* flags = out.data() + out.size() - (count + 7) / 8;
    for (uint32_t i = 0; i < count; ++i) flags[i / 8] = static_cast<char>(flags[i / 8] | (heads_[i].form == Form::kRuns ? 1 << (i % 8) : 0));
  } else {
    to.Write<uint32_t>(count);
  }
  for (const Head& head : heads_) {
    to.Write<uint16_t>(head.key);
    to.Write<uint16_t>(static_cast<uint16_t>(head.cardinality - 1));
  }
  if (!runs || count >= kOffsetsFrom) {
    size_t at = out.size() + count * kOffsetBytes;
    for (const Head& head : heads_) {
      to.Write<uint32_t>(static_cast<uint32_t>(at));
      at += head.bytes + (head.form == Form::kRuns ? 2 : 0);
    }
  }
  size_t at = 0;
  for (const Head& head : heads_) {
    if (head.form == Form::kRuns) to.Write<uint16_t>(static_cast<uint16_t>(head.bytes / 4));
    to.WriteBytes(std::string_view(body_).substr(at, head.bytes));
    at += head.bytes;
  }
  heads_.clear();
  body_.clear();
  return out;
}

void ContainerMaker::Load(const BitmapContainer& container, Bits& bits) {
  if (container.form == Form::kBits) {
    std::memcpy(bits.data(), container.bytes.data(), BitmapContainer::kBitsBytes);
    return;
  }
  bits.fill(0);
  if (container.form == Form::kRuns) {
    for (size_t i = 0; i + 1 < container.size(); i += 2) SetRange(bits, container.at(i), std::min(uint32_t{container.at(i)} + container.at(i + 1), kNumbers - 1));  // of bytes that nobody looked at it may be more
    return;
  }
  for (size_t i = 0; i < container.size(); ++i) bits[container.at(i) / 64] |= uint64_t{1} << (container.at(i) % 64);
}

std::span<const uint16_t> ContainerMaker::Numbers(const BitmapContainer& list, std::array<uint16_t, BitmapContainer::kListMax>& into) {
  std::memcpy(into.data(), list.bytes.data(), list.bytes.size());
  return {into.data(), list.size()};
}

void ContainerMaker::AppendRuns() {
  for (uint32_t first = NextBit(bits_, 0, true); first < kNumbers; first = NextBit(bits_, first, true)) {
    uint32_t behind = NextBit(bits_, first, false);
    AppendNumber(static_cast<uint16_t>(first));
    AppendNumber(static_cast<uint16_t>(behind - first - 1));
    first = behind;
  }
}

BitmapContainer ContainerMaker::OfBits() {
  uint32_t cardinality = 0, runs = 0;
  uint64_t carry = 0;  // the bit before a word's first
  for (uint64_t word : bits_) {
    cardinality += static_cast<uint32_t>(std::popcount(word));
    runs += static_cast<uint32_t>(std::popcount(word & ~(word << 1 | carry)));
    carry = word >> 63;
  }
  out_.clear();
  if (RunsAreShorter(runs, cardinality)) {
    AppendRuns();
    return {Form::kRuns, cardinality, out_};
  }
  if (cardinality > BitmapContainer::kListMax) {
    out_.assign(reinterpret_cast<const char*>(bits_.data()), BitmapContainer::kBitsBytes);
    return {Form::kBits, cardinality, out_};
  }
  ForEachNumber(0, {Form::kBits, cardinality, {reinterpret_cast<const char*>(bits_.data()), BitmapContainer::kBitsBytes}}, [this](uint32_t n) { AppendNumber(static_cast<uint16_t>(n)); });
  return {Form::kList, cardinality, out_};
}

BitmapContainer ContainerMaker::OfNumbers(std::span<const uint16_t> ascending) {
  auto cardinality = static_cast<uint32_t>(ascending.size());
  if (cardinality > BitmapContainer::kListMax || RunsAreShorter(RunsOf(ascending), cardinality)) {
    bits_.fill(0);
    for (uint16_t n : ascending) bits_[n / 64] |= uint64_t{1} << (n % 64);
    return OfBits();
  }
  out_.assign(reinterpret_cast<const char*>(ascending.data()), ListBytes(cardinality));
  return {Form::kList, cardinality, out_};
}

BitmapContainer ContainerMaker::Of(const BitmapContainer& container) {
  if (container.form == Form::kList) return OfNumbers(Numbers(container, left_));
  Load(container, bits_);
  return OfBits();
}

BitmapContainer ContainerMaker::Combined(BitmapOp op, const BitmapContainer& a, const BitmapContainer& b) {
  if (a.form == Form::kList && b.form == Form::kList) {
    uint16_t* end = Applied(op, Numbers(a, left_), Numbers(b, right_), both_.data());
    return OfNumbers({both_.data(), end});
  }
  Load(a, bits_);
  Load(b, other_);
  for (size_t word = 0; word < bits_.size(); ++word) bits_[word] = Applied(op, bits_[word], other_[word]);
  return OfBits();
}

std::string BitmapOf(std::vector<uint32_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  ContainerMaker maker;
  BitmapWriter writer;
  std::vector<uint16_t> lower;
  for (size_t i = 0; i < numbers.size();) {
    auto key = static_cast<uint16_t>(numbers[i] >> 16);
    for (lower.clear(); i < numbers.size() && numbers[i] >> 16 == key; ++i) lower.push_back(static_cast<uint16_t>(numbers[i]));
    writer.Add(key, maker.OfNumbers(lower));
  }
  return writer.Finish();
}

Result<std::string> CanonicalBitmap(std::string_view bytes) {
  BitmapReader reader(bytes);
  ContainerMaker maker;
  BitmapWriter writer;
  int32_t last = -1;
  while (reader.Next()) {
    if (reader.key() <= last) return Broken("the keys of its containers do not ascend").fault();
    RETURN_NOT_OK(Check(reader.container()));
    writer.Add(reader.key(), maker.Of(reader.container()));
    last = reader.key();
  }
  if (!reader.broken().empty()) return Broken(reader.broken()).fault();
  return writer.Finish();
}

std::string Combined(BitmapOp op, std::string_view a, std::string_view b) {
  BitmapReader left(a), right(b);
  ContainerMaker maker;
  BitmapWriter writer;
  bool more_left = left.Next(), more_right = right.Next();
  while (more_left || more_right) {
    bool from_left = more_left && (!more_right || left.key() <= right.key()), from_right = more_right && (!more_left || right.key() <= left.key());
    if (from_left && from_right) writer.Add(left.key(), maker.Combined(op, left.container(), right.container()));
    else if (from_left && KeepsLeft(op)) writer.Add(left.key(), left.container());
    else if (from_right && KeepsRight(op)) writer.Add(right.key(), right.container());
    if (from_left) more_left = left.Next();
    if (from_right) more_right = right.Next();
  }
  return writer.Finish();
}

int64_t BitmapCardinality(std::string_view bitmap) {
  int64_t numbers = 0;
  for (BitmapReader reader(bitmap); reader.Next();) numbers += reader.container().cardinality;
  return numbers;
}

std::string BitmapText(std::string_view bitmap) {
  std::string out = "{";
  bool whole = true;
  for (BitmapReader reader(bitmap); whole && reader.Next();) {
    ForEachNumber(reader.key(), reader.container(), [&out, &whole](uint32_t n) {
      if (!whole) return;
      if (out.size() > 1) out += ',';
      whole = out.size() <= kTextMax;
      if (whole) AppendText(out, n);
      else out += "...";
    });
  }
  return out + '}';
}

void BitmapSet::Kept::operator=(const BitmapContainer& container) {
  form = container.form;
  cardinality = container.cardinality;
  bytes.assign(container.bytes);
}

void BitmapSet::Kept::ToBits() {
  std::pmr::string bits(BitmapContainer::kBitsBytes, '\0', bytes.get_allocator());
  ForEachNumber(0, view(), [&bits](uint32_t n) { bits[n / 8] = static_cast<char>(bits[n / 8] | 1 << (n % 8)); });
  bytes.swap(bits);
  form = Form::kBits;
}

void BitmapSet::Kept::Add(uint16_t number) {
  if (form == Form::kRuns || (form == Form::kList && cardinality == BitmapContainer::kListMax)) ToBits();
  if (form == Form::kBits) {
    char& byte = bytes[number / 8];
    bool there = (byte >> (number % 8) & 1) != 0;
    byte = static_cast<char>(byte | 1 << (number % 8));
    cardinality += there ? 0 : 1;
    return;
  }
  size_t low = 0, high = cardinality;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (view().at(middle) < number) low = middle + 1;
    else high = middle;
  }
  if (low < cardinality && view().at(low) == number) return;
  bytes.insert(2 * low, reinterpret_cast<const char*>(&number), sizeof number);
  ++cardinality;
}

int64_t BitmapSet::cardinality() const {
  int64_t numbers = 0;
  for (const auto& [key, kept] : containers_) numbers += kept.cardinality;
  return numbers;
}

void BitmapSet::Add(uint32_t number) { containers_.try_emplace(static_cast<uint16_t>(number >> 16)).first->second.Add(static_cast<uint16_t>(number)); }

void BitmapSet::Keep(std::string_view bitmap, BitmapOp op) {
  ContainerMaker maker;
  for (BitmapReader reader(bitmap); reader.Next();) {
    auto at = containers_.find(reader.key());
    if (at == containers_.end()) {
      if (KeepsRight(op)) containers_.try_emplace(reader.key()).first->second = reader.container();
      continue;
    }
    at->second = maker.Combined(op, at->second.view(), reader.container());
    if (at->second.cardinality == 0) containers_.erase(at);
  }
}

void BitmapSet::Combine(BitmapOp op, std::string_view bitmap) {
  if (op == BitmapOp::kAnd) {
    BitmapReader reader(bitmap);
    bool more = reader.Next();
    for (auto at = containers_.begin(); at != containers_.end();) {
      while (more && reader.key() < at->first) more = reader.Next();
      at = more && reader.key() == at->first ? std::next(at) : containers_.erase(at);
    }
  }
  Keep(bitmap, op);
}

std::string BitmapSet::bitmap() const {
  ContainerMaker maker;
  BitmapWriter writer;
  for (const auto& [key, kept] : containers_) writer.Add(key, maker.Of(kept.view()));
  return writer.Finish();
}

}  // namespace freshet::data
