#pragma once

#include <string_view>
#include <vector>

#include "data/formats/plain_values.h"

namespace freshet::formats {

// What stands between the values of records, learned from records that were read. A program writes its records alike: between one value and the next the same bytes
// come again, `,"bid":{"auction":`. They are recognised as one, without looking at keys, braces and blanks one by one, and what is to be done with the value behind them is known. Shapes
// that begin alike share their beginning: they are a tree of steps. A record of no known shape is left to its reader, which then teaches it; where nearly
// every record is another one no more are learned, and none are tried. Used by one thread, over the same builders always.
class JsonShapes {
 public:
  explicit JsonShapes(const JsonFields& fields) : fields_(fields) {}

  // Whether records of known shapes come often enough to try them.
  bool useful() const { return !steps_.empty(); }
  // One more row in the builders of Learn; says where the object that begins at `at` ends. Absent: it is of no known shape, or a value is not usual, and some builders may have grown.
  const char* Read(PlainValues& values, const char* at);
  // The shape of a record that its reader took, and that Read, if it was tried, did not.
  void Learn(PlainValues& values, const char* at, data::ColumnBuilder* builders);

 private:
  enum class Do : uint8_t { kNothing, kEnterRow, kSkip, kSkipInteger, kSkipString, kLong, kInt, kText, kMoment, kRead, kEnd };
  // Bytes, and what is done behind them.
  struct Step {
    static constexpr size_t kMost = 64;
    alignas(kMost) char text[kMost] = {};
    uint64_t mask = 0;    // of the bytes that count
    uint32_t length = 0;
    Do then = Do::kNothing;
    JsonUse use = JsonUse::kSkip;             // of kRead
    data::ColumnBuilder* builder = nullptr;
    int next = -1;        // the first of those that may come behind it; kEnd: which of ends_
    int other = -1;       // another one that may come instead of it

    bool IsAt(const char* at) const;
    bool Does(const Step& another) const { return then == another.then && use == another.use && builder == another.builder && std::string_view(text, length) == std::string_view(another.text, another.length); }
  };
  // What a record of that shape has not, or has as a whole.
  struct End {
    std::vector<data::ColumnBuilder*> rows;
    std::vector<data::ColumnBuilder*> nulls;
  };
  class Learner;

  static const char* Take(PlainValues& values, const Step& step, const char* at);
  void Close(const End& end) const;
  bool Add(const Step& step);    // behind place_, unless it is there; false: there are too many
  void Missed();

  static constexpr int kStepsMost = 512;
  static constexpr int kTrust = 1024, kMiss = 2;

  const JsonFields& fields_;
  std::vector<Step> steps_;   // the first one, if any, and its others begin a record
  std::vector<End> ends_;
  int place_ = -1;            // while one is learned: the step that was added last
  bool full_ = false;
  int trust_ = kTrust;        // falls with each record that has no known shape
};

}  // namespace freshet::formats
