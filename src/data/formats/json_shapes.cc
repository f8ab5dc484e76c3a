#include "data/formats/json_shapes.h"

#include <cstring>

namespace freshet::formats {

using data::ColumnBuilder;

[[gnu::always_inline]] inline bool JsonShapes::Step::IsAt(const char* at) const {
  __m256i low = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), _mm256_load_si256(reinterpret_cast<const __m256i*>(text)));
  __m256i high = _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32)), _mm256_load_si256(reinterpret_cast<const __m256i*>(text + 32)));
  uint64_t same = static_cast<uint32_t>(_mm256_movemask_epi8(low)) | static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
  return (same & mask) == mask;
}

[[gnu::always_inline]] inline const char* JsonShapes::Take(PlainValues& values, const Step& step, const char* at) {
  if (at > values.end()) return nullptr;
  const char* behind = nullptr;
  switch (step.then) {
    case Do::kNothing:
    case Do::kEnd: return at;
    case Do::kEnterRow: step.builder->child(0); return at;
    case Do::kSkip: return values.Skip(at);
    case Do::kSkipInteger: return values.SkipInteger(at);
    case Do::kSkipString: return *at == '"' ? values.SkipString(at) : values.Skip(at);
    case Do::kLong: behind = values.ReadInteger<int64_t>(at, *step.builder); break;
    case Do::kInt: behind = values.ReadInteger<int32_t>(at, *step.builder); break;
    case Do::kText: behind = values.ReadText(at, *step.builder); break;
    case Do::kMoment: behind = values.ReadMoment(at, *step.builder); break;
    case Do::kRead: behind = values.Read(step.use, at, *step.builder); break;
  }
  return behind == nullptr ? values.Null(at, *step.builder) : behind;
}

const char* JsonShapes::Read(PlainValues& values, const char* at) {
  for (int number = 0; number >= 0;) {
    const Step& step = steps_[static_cast<size_t>(number)];
    const char* behind = step.IsAt(at) ? Take(values, step, at + step.length) : nullptr;
    number = behind == nullptr ? step.other : step.next;
    if (behind == nullptr) continue;
    at = behind;
    if (step.then != Do::kEnd) continue;
    Close(ends_[static_cast<size_t>(step.next)]);
    trust_ += trust_ < kTrust ? 1 : 0;
    return at;
  }
  Missed();
  return nullptr;
}

void JsonShapes::Close(const End& end) const {
  for (ColumnBuilder* row : end.rows) row->AppendRow();
  for (ColumnBuilder* null : end.nulls) null->AppendNull();
}

void JsonShapes::Missed() {
  trust_ -= kMiss;
  if (trust_ < 0) steps_.clear();
}

bool JsonShapes::Add(const Step& step) {
  int first = place_ >= 0 ? steps_[static_cast<size_t>(place_)].next : steps_.empty() ? -1 : 0, last = -1;
  for (int number = first; number >= 0; number = steps_[static_cast<size_t>(number)].other) {
    last = number;
    if (steps_[static_cast<size_t>(number)].Does(step)) {
      place_ = number;
      return true;
    }
  }
  auto added = static_cast<int>(steps_.size());
  full_ = added >= kStepsMost;
  if (full_) return false;
  steps_.push_back(step);
  if (last >= 0) steps_[static_cast<size_t>(last)].other = added;
  else if (place_ >= 0) steps_[static_cast<size_t>(place_)].next = added;
  place_ = added;
  return true;
}

// Goes through a record that is known to be of the usual kind once more, and adds a step for each value.
class JsonShapes::Learner {
 public:
  Learner(JsonShapes& shapes, PlainValues& values, const char* at) : shapes_(shapes), values_(values), begin_(at) {}

  bool Record(const char* at, ColumnBuilder* builders) {
    at = Object(shapes_.fields_.record(), at, builders);
    auto end = static_cast<int>(shapes_.ends_.size());
    if (at == nullptr || !AddStep({.then = Do::kEnd, .next = end}, at)) return false;
    if (shapes_.steps_[static_cast<size_t>(shapes_.place_)].next == end) shapes_.ends_.push_back(std::move(end_));
    return true;
  }

 private:
  const char* Object(const JsonObject& object, const char* at, ColumnBuilder* builders) {
    std::vector<bool> has(static_cast<size_t>(object.wanted));
    at = values_.SkipBlanks(at + 1);
    while (at != nullptr && !values_.Is(at, '}')) {
      std::string_view name;
      at = values_.PlainString(at, &name);
      if (at == nullptr) return nullptr;
      at = values_.SkipBlanks(values_.SkipBlanks(at) + 1);
      const JsonField* field = object.Find(name);
      bool wanted = field != nullptr && field->column >= 0 && !has[static_cast<size_t>(field->column)];
      if (wanted) has[static_cast<size_t>(field->column)] = true;
      at = wanted ? Value(*field, at, builders[field->column]) : Unwanted(field, at);
      if (at == nullptr) return nullptr;
      at = values_.SkipBlanks(at);
      if (values_.Is(at, ',')) at = values_.SkipBlanks(at + 1);
    }
    for (const auto& field : object.fields) {
      if (field.column >= 0 && !has[static_cast<size_t>(field.column)]) end_.nulls.push_back(&builders[field.column]);
    }
    return at == nullptr ? nullptr : at + 1;
  }

  const char* Value(const JsonField& field, const char* at, ColumnBuilder& builder) {
    if (field.use != JsonUse::kRow) return Pass(AddStep({.then = DoFor(field.use, builder.type()), .use = field.use, .builder = &builder}, at), at);
    if (*at == 'n') {
      end_.nulls.push_back(&builder);
      return values_.Skip(at);
    }
    const JsonObject& object = shapes_.fields_.object(field);
    bool enters = object.wanted > 0;
    if (enters && !AddStep({.then = Do::kEnterRow, .builder = &builder}, at + 1)) return nullptr;  // with its brace, which tells it from null
    at = Object(object, at, enters ? &builder.child(0) : nullptr);
    end_.rows.push_back(&builder);
    return at;
  }

  // That a row is not there tells shapes apart; what else nobody wants may be anything.
  const char* Unwanted(const JsonField* field, const char* at) {
    bool no_row = field != nullptr && field->nested && *at == 'n';
    if (no_row) return values_.Skip(at);
    bool integer = *at == '-' || (*at >= '0' && *at <= '9');
    return Pass(AddStep({.then = *at == '"' ? Do::kSkipString : integer ? Do::kSkipInteger : Do::kSkip}, at), at);
  }

  const char* Pass(bool added, const char* at) { return added ? begin_ = values_.Skip(at) : nullptr; }

  static Do DoFor(JsonUse use, const data::Type& type) {
    if (use == JsonUse::kLong) return Do::kLong;
    if (type.kind() == data::Kind::kInt) return Do::kInt;
    if (use == JsonUse::kText) return Do::kText;
    return PlainValues::IsOfMilliseconds(type) ? Do::kMoment : Do::kRead;
  }

  // Behind all bytes since the last value, as far as `at`. Where they are many, steps that do nothing come first.
  bool AddStep(const Step& step, const char* at) {
    for (; static_cast<size_t>(at - begin_) > Step::kMost; begin_ += Step::kMost) {
      if (!shapes_.Add(With({}, {begin_, Step::kMost}))) return false;
    }
    bool added = shapes_.Add(With(step, {begin_, static_cast<size_t>(at - begin_)}));
    begin_ = at;
    return added;
  }
  static Step With(const Step& what, std::string_view text) {
    Step step = what;
    if (!text.empty()) std::memcpy(step.text, text.data(), text.size());
    step.length = static_cast<uint32_t>(text.size());
    step.mask = text.size() == Step::kMost ? ~uint64_t{0} : (uint64_t{1} << text.size()) - 1;
    return step;
  }

  JsonShapes& shapes_;
  PlainValues& values_;
  const char* begin_;   // behind the last value
  End end_;
};

void JsonShapes::Learn(PlainValues& values, const char* at, ColumnBuilder* builders) {
  if (trust_ < 0 || full_) return;
  place_ = -1;
  Learner(*this, values, at).Record(at, builders);
}

}  // namespace freshet::formats
