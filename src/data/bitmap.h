#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"

// Values of the type BITMAP: sets of whole numbers of 32 bits, in the order that they have without a sign (-1 is the greatest). One lies in a string column
// in RoaringBitmap's portable form for 32 bits, and of the bytes that this allows for one set always in the same ones: a container has the form that takes
// the fewest bytes, of equals the list. So two are equal when their bytes are, and state, journal and exchanges carry one as they carry any string.

namespace freshet::data {

// The numbers of a set that have the same upper 16 bits, by their lower 16 bits.
struct BitmapContainer {
  enum class Form : uint8_t {
    kList,  // the numbers, uint16 each, ascending; at most kListMax
    kBits,  // 65,536 bits
    kRuns,  // pairs of uint16: a number, and how many behind it are there, too
  };
  static constexpr uint32_t kListMax = 4096;
  static constexpr size_t kBitsBytes = 8192;

  Form form = Form::kList;
  uint32_t cardinality = 0;
  std::string_view bytes;  // little-endian

  uint16_t at(size_t i) const { return LoadInt<uint16_t>(Order::kLittle, bytes.data() + 2 * i); }
  size_t size() const { return bytes.size() / 2; }  // of what at() takes
};

// A BitmapReader walks over the containers of bytes in the portable form. It never reads outside of them and allocates nothing; what is in a container
// it does not look at.
class BitmapReader {
 public:
  explicit BitmapReader(std::string_view bytes);

  // The next container; false at the end, or when broken() says why there is none.
  bool Next();
  uint16_t key() const { return key_; }  // the upper 16 bits
  const BitmapContainer& container() const { return container_; }
  std::string_view broken() const { return broken_; }

 private:
  bool Fail(std::string_view why);
  bool IsRun(uint32_t i) const { return !run_flags_.empty() && (static_cast<uint8_t>(run_flags_[i / 8]) >> (i % 8) & 1) != 0; }

  ByteReader in_;
  std::string_view run_flags_, heads_;  // a bit, and key and cardinality - 1, for each container
  uint32_t count_ = 0, next_ = 0;
  uint16_t key_ = 0;
  BitmapContainer container_;
  std::string_view broken_;
};

// A BitmapWriter puts containers together, keys ascending.
class BitmapWriter {
 public:
  void Add(uint16_t key, const BitmapContainer& container);  // an empty one adds nothing
  std::string Finish();                                      // leaves it as it was made

 private:
  struct Head {
    uint16_t key;
    BitmapContainer::Form form;
    uint32_t cardinality;
    uint32_t bytes;
  };
  std::vector<Head> heads_;
  std::string body_;
};

enum class BitmapOp : uint8_t { kAnd, kOr, kXor, kAndNot };

// A ContainerMaker makes containers in the form that takes the fewest bytes. What it gives is valid until its next call. Of some 40 KiB; one thread.
class ContainerMaker {
 public:
  BitmapContainer OfNumbers(std::span<const uint16_t> ascending);
  BitmapContainer Of(const BitmapContainer& container);
  BitmapContainer Combined(BitmapOp op, const BitmapContainer& a, const BitmapContainer& b);

 private:
  using Bits = std::array<uint64_t, 1024>;
  static void Load(const BitmapContainer& container, Bits& bits);
  static std::span<const uint16_t> Numbers(const BitmapContainer& list, std::array<uint16_t, BitmapContainer::kListMax>& into);
  BitmapContainer OfBits();
  void AppendRuns();
  void AppendNumber(uint16_t number) { out_.append(reinterpret_cast<const char*>(&number), sizeof number); }

  Bits bits_, other_;
  std::array<uint16_t, BitmapContainer::kListMax> left_, right_;
  std::array<uint16_t, 2 * BitmapContainer::kListMax> both_;
  std::string out_;
};

// The canonical bytes of a set.
std::string BitmapOf(std::vector<uint32_t> numbers);
// Of bytes from elsewhere; Invalid says what is wrong with them. What stands behind the set is not looked at.
Result<std::string> CanonicalBitmap(std::string_view bytes);

// Of canonical bytes.
std::string Combined(BitmapOp op, std::string_view a, std::string_view b);
int64_t BitmapCardinality(std::string_view bitmap);
// "{1,2,4294967295}". Behind 524,288 characters "...": as Flink has it.
std::string BitmapText(std::string_view bitmap);

// f(uint32_t) for each number, ascending.
template <typename F>
void ForEachNumber(uint16_t key, const BitmapContainer& container, F f) {
  uint32_t upper = uint32_t{key} << 16;
  if (container.form == BitmapContainer::Form::kList) {
    for (size_t i = 0; i < container.size(); ++i) f(upper | container.at(i));
  } else if (container.form == BitmapContainer::Form::kRuns) {
    for (size_t i = 0; i + 1 < container.size(); i += 2) {
      for (uint32_t n = container.at(i), last = n + container.at(i + 1); n <= last; ++n) f(upper | n);
    }
  } else {
    for (uint32_t word = 0; word < BitmapContainer::kBitsBytes / 8; ++word) {
      auto bits = LoadInt<uint64_t>(Order::kLittle, container.bytes.data() + 8 * word);
      for (; bits != 0; bits &= bits - 1) f(upper | (word * 64 + static_cast<uint32_t>(std::countr_zero(bits))));
    }
  }
}
template <typename F>
void ForEachNumber(std::string_view bitmap, F f) {
  for (BitmapReader reader(bitmap); reader.Next();) ForEachNumber(reader.key(), reader.container(), f);
}

// A BitmapSet is a set that changes, kept by container, so that a change costs no more than the containers that it meets.
class BitmapSet {
 public:
  using allocator_type = std::pmr::polymorphic_allocator<>;
  explicit BitmapSet(const allocator_type& memory) : containers_(memory) {}

  bool empty() const { return containers_.empty(); }
  int64_t cardinality() const;
  void Add(uint32_t number);
  void Combine(BitmapOp op, std::string_view bitmap);
  std::string bitmap() const;  // canonical

 private:
  struct Kept {
    using allocator_type = std::pmr::polymorphic_allocator<>;
    explicit Kept(const allocator_type& memory) : bytes(memory) {}

    BitmapContainer view() const { return {form, cardinality, bytes}; }
    void operator=(const BitmapContainer& container);
    void Add(uint16_t number);
    void ToBits();

    BitmapContainer::Form form = BitmapContainer::Form::kList;
    uint32_t cardinality = 0;
    std::pmr::string bytes;
  };
  void Keep(std::string_view bitmap, BitmapOp op);

  std::pmr::map<uint16_t, Kept> containers_;  // none is empty
};

}  // namespace freshet::data
