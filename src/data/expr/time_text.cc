#include <algorithm>
#include <cmath>

#include "data/civil.h"
#include "data/expr/date_format.h"
#include "data/expr/kernel.h"
#include "data/expr/local_time.h"

// Times as text and back, by Java's patterns; seconds since 1970; other zones; the clocks.

namespace freshet::expr {
namespace {

using data::FloorDiv;
using data::FloorMod;
using data::Kind;
using data::kMillisPerDay;
using Text = std::string_view;

// A pattern that the query says itself is refused now; zones are read, not written.
Status CheckPattern(const Expr& pattern, bool writes) {
  if (pattern.op != Op::kLiteral || pattern.value.is_null()) return {};
  const std::string& text = pattern.value.text();
  RETURN_NOT_OK(DatePattern::Compile(text).status());
  bool quoted = false;
  for (char c : text) {
    quoted ^= c == '\'';
    if (writes && !quoted && (c == 'X' || c == 'x' || c == 'Z')) return Fault::Unsupported("date pattern '", text, "': a local time has no zone to write; leave '", c, "' out");
  }
  return {};
}

Result<Type> BindDateFormat(Site& s) {
  if (s.type(0).IsString()) RETURN_NOT_OK(s.CastTo(0, Type::Timestamp(3)));
  if (!s.type(0).IsTimestamp()) return s.Mismatch("a timestamp and a pattern such as 'yyyy-MM-dd'");
  if (!s.type(1).IsString()) return s.Mismatch("a timestamp and a pattern such as 'yyyy-MM-dd'");
  RETURN_NOT_OK(CheckPattern(*s.args[1], true));
  return Type::String().WithNullable(s.AnyNullable());
}

// Keeps the compiled pattern of the last row: patterns hardly ever change within a batch.
class PatternCache {
 public:
  Result<const DatePattern*> Get(Text text) {
    if (!pattern_ || text_ != text) {
      ASSIGN_OR_RETURN(pattern_, DatePattern::Compile(text));
      text_ = text;
      step_ms_ = pattern_->step_ms();
      said_.reset();
    }
    return &*pattern_;
  }
  // By the pattern that was got last. Rows that follow each other often say the same.
  Text Say(LocalMoment moment) {
    int64_t step = step_ms_ > 0 ? FloorDiv(moment.ms, step_ms_) : 0;
    bool same = step_ms_ > 0 && said_ == step;
    if (same) return out_;
    out_.clear();
    pattern_->Append(out_, moment);
    said_ = step;
    return out_;
  }

 private:
  std::string text_;
  std::optional<DatePattern> pattern_;
  int64_t step_ms_ = 0;
  std::optional<int64_t> said_;  // the step that is in out_
  std::string out_;
};

Result<ColumnPtr> DateFormat(const Call& call) {
  LocalMillis ms(*call.args[0], call.session);
  Reader<Text> pattern(*call.args[1]);
  Output<Text> out(call.length);
  PatternCache cache;
  Status status;
  call.sel.ForEach([&](uint32_t i) {
    if (call.args[0]->IsNull(static_cast<int>(i)) || !pattern.valid(i)) return out.SetNull(i);
    auto compiled = cache.Get(pattern[i]);
    if (!compiled.ok()) {
      status = compiled.status();
      return out.SetNull(i);
    }
    out.Set(i, cache.Say(ms.Moment(i)));
  });
  RETURN_NOT_OK(status);
  return out.Finish(call.type());
}

Result<Type> BindToTimestamp(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and an optional pattern");
  }
  if (s.args.size() > 1) RETURN_NOT_OK(CheckPattern(*s.args[1], false));
  return s.name == "TO_DATE" ? Type::Date() : Type::Timestamp(3);
}

// Text as Flink's TO_TIMESTAMP reads it: a bare date works, and February 30 becomes the month's last day.
std::optional<int64_t> LenientMillis(Text text) {
  Type ms = Type::Timestamp(3);
  if (text.size() == 10) {
    auto days = data::ParseDate(text);
    return days ? std::optional<int64_t>(*days * kMillisPerDay) : std::nullopt;
  }
  auto exact = data::ParseTimestamp(text, ms);
  if (exact || text.size() < 19) return text.size() <= 29 ? exact : std::nullopt;  // nine digits of fraction at most
  if (text.substr(11) == "24:00:00") {  // the end of a day
    auto days = data::ParseDate(text.substr(0, 10));
    return days && text[10] == ' ' ? std::optional<int64_t>((*days + 1) * kMillisPerDay) : std::nullopt;
  }
  for (const char* last : {"30", "29", "28"}) {
    std::string clipped(text);
    if (clipped.compare(8, 2, last) < 0 || clipped.compare(8, 2, "31") > 0) continue;
    clipped.replace(8, 2, last);
    if (auto value = data::ParseTimestamp(clipped, ms)) return value;
  }
  return std::nullopt;
}

// Local time of a text by an optional pattern.
class TimeReader {
 public:
  explicit TimeReader(const Call& call, size_t pattern_arg, bool prefix = false)
      : pattern_(*call.args[std::min(pattern_arg, call.args.size() - 1)]), with_pattern_(call.args.size() > pattern_arg), prefix_(prefix) {}
  std::optional<ReadMoment> Read(Text text, uint32_t row, Status* status) {
    if (!with_pattern_) {
      auto ms = LenientMillis(text);
      return ms ? std::optional(ReadMoment{*ms, {}}) : std::nullopt;
    }
    if (!pattern_.valid(row)) return std::nullopt;
    auto compiled = cache_.Get(pattern_[row]);
    if (compiled.ok()) return (*compiled)->Parse(text, prefix_);
    *status = compiled.status();
    return std::nullopt;
  }

 private:
  Reader<Text> pattern_;
  bool with_pattern_;
  bool prefix_;
  PatternCache cache_;
};

Result<ColumnPtr> ToTimestamp(const Call& call) {
  TimeReader reader(call, 1);
  Status status;
  auto column = Write1<int64_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
    auto moment = reader.Read(text, i, &status);
    if (moment) out.Set(i, moment->local_ms);
    else out.SetNull(i);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<ColumnPtr> ToDate(const Call& call) {
  TimeReader reader(call, 1, true);
  Status status;
  auto column = Write1<int32_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
    std::optional<int64_t> days;
    if (call.args.size() == 1) days = data::ParseDate(text.substr(0, text.find(' ')), true);
    else if (auto moment = reader.Read(text, i, &status)) days = FloorDiv(moment->local_ms, kMillisPerDay);
    if (days) out.Set(i, static_cast<int32_t>(*days));
    else out.SetNull(i);
  });
  RETURN_NOT_OK(status);
  return column;
}

// Of a number: so many parts of a second, 10 to the precision of them, since 1970. Of a text: in UTC, or in the zone that is said.
Result<Type> BindToTimestampLtz(Site& s) {
  if (s.type(0).IsString()) {
    for (size_t i = 1; i < s.args.size(); ++i) {
      if (!s.type(i).IsString()) return s.Mismatch("a string, a pattern and a zone");
    }
    if (s.args.size() > 1) RETURN_NOT_OK(CheckPattern(*s.args[1], false));
    bool said = s.args.size() > 2 && s.args[2]->op == Op::kLiteral && !s.args[2]->value.is_null();
    if (said) RETURN_NOT_OK(data::TimeZone::Find(s.args[2]->value.text()).status());
    return Type::TimestampLtz(3);
  }
  if (!s.type(0).IsNumeric() || s.args.size() > 2) return s.Mismatch("a number and a precision, or a string");
  int64_t precision = 3;
  if (s.args.size() > 1) {
    if (s.args[1]->op != Op::kLiteral || s.args[1]->value.is_null() || !s.type(1).IsInteger()) return s.Mismatch("a number and a constant precision");
    precision = s.args[1]->value.integer();
  }
  if (precision < 0 || precision > 9) return Fault::Invalid("TO_TIMESTAMP_LTZ takes a precision from 0 (seconds) and 3 (milliseconds) to 9, not ", precision);
  RETURN_NOT_OK(s.CastTo(0, s.type(0).IsFloating() ? Type::Double() : Type::BigInt()));
  return Type::TimestampLtz(std::max(3, static_cast<int>(precision))).WithNullable(s.AnyNullable());
}

Result<ColumnPtr> TextToTimestampLtz(const Call& call) {
  TimeReader reader(call, 1);
  std::unique_ptr<Reader<Text>> zones;
  if (call.args.size() > 2) zones = std::make_unique<Reader<Text>>(*call.args[2]);
  Status status;
  auto column = Write1<int64_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
    if (zones && !zones->valid(i)) return out.SetNull(i);
    auto zone = zones ? data::TimeZone::Find((*zones)[i]) : Result<data::TimeZone>(data::TimeZone());
    if (!zone.ok()) status = zone.status();
    auto moment = zone.ok() ? reader.Read(text, i, &status) : std::nullopt;
    if (moment) out.Set(i, zone->ToUtc(moment->local_ms));
    else out.SetNull(i);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<ColumnPtr> ToTimestampLtz(const Call& call) {
  if (call.arg_type(0).IsString()) return TextToTimestampLtz(call);
  int64_t precision = call.args.size() > 1 ? call.args[1]->IntAt(0) : 3, per_second = 1;
  for (int64_t i = 0; i < precision; ++i) per_second *= 10;
  int64_t units = call.type().UnitsPerSecond();
  if (call.arg_type(0).kind() == Kind::kDouble) return Map1<int64_t, double>(call, [=](double n) { return static_cast<int64_t>(std::floor(n * static_cast<double>(units / per_second))); });
  return Map1<int64_t, int64_t>(call, [=](int64_t n) { return data::Rescale(n, per_second, units); });
}

Result<Type> BindFromUnixtime(Site& s) {
  if (!s.type(0).IsInteger() || (s.args.size() > 1 && !s.type(1).IsString())) return s.Mismatch("seconds and an optional pattern");
  if (s.args.size() > 1) RETURN_NOT_OK(CheckPattern(*s.args[1], true));
  RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
  return Type::String().WithNullable(s.AnyNullable());
}
Result<ColumnPtr> FromUnixtime(const Call& call) {
  PatternCache cache;
  Status status;
  std::string text;
  ColumnPtr patterns = call.args.size() > 1 ? call.args[1] : data::Repeat(Literal(Type::String(), "yyyy-MM-dd HH:mm:ss")->constant, 0, call.length);
  Reader<Text> pattern(*patterns);
  auto column = Write1<Text, int64_t>(call, [&](auto& out, uint32_t i, int64_t seconds) {
    if (!pattern.valid(i)) return out.SetNull(i);
    auto compiled = cache.Get(pattern[i]);
    if (!compiled.ok()) {
      status = compiled.status();
      return out.SetNull(i);
    }
    text.clear();
    (*compiled)->Append(text, {call.session.zone.ToLocal(seconds * 1000), 0});
    out.Set(i, text);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<Type> BindUnixTimestamp(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and an optional pattern");
  }
  if (s.args.size() > 1) RETURN_NOT_OK(CheckPattern(*s.args[1], false));
  return Type::BigInt().WithNullable(s.AnyNullable());
}
Result<ColumnPtr> UnixTimestamp(const Call& call) {
  TimeReader reader(call, 1);
  Status status;
  auto column = Write1<int64_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
    auto moment = reader.Read(text, i, &status);
    if (!moment) return out.Set(i, INT64_MIN);  // Flink's answer for what it cannot read
    out.Set(i, (moment->offset_ms ? moment->local_ms - *moment->offset_ms : call.session.zone.ToUtc(moment->local_ms)) / 1000);
  });
  RETURN_NOT_OK(status);
  return column;
}

// ---- zones ----

Result<Type> BindConvertTz(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a time as text and two zones");
    bool said = i > 0 && s.args[i]->op == Op::kLiteral && !s.args[i]->value.is_null();
    if (said) RETURN_NOT_OK(data::TimeZone::Find(s.args[i]->value.text()).status());
  }
  return Type::String();
}

Result<ColumnPtr> ConvertTz(const Call& call) {
  auto pattern = DatePattern::Compile("yyyy-MM-dd HH:mm:ss");
  CHECK(pattern.ok());
  Status status;
  std::string text;
  auto column = Write3<Text, Text, Text, Text>(call, [&](auto& out, uint32_t i, Text time, Text from_name, Text to_name) {
    auto from = data::TimeZone::Find(from_name), to = data::TimeZone::Find(to_name);
    if (!from.ok() || !to.ok()) {
      status = from.ok() ? to.status() : from.status();
      return out.SetNull(i);
    }
    auto moment = pattern->Parse(time);
    if (!moment) return out.SetNull(i);
    text.clear();
    pattern->Append(text, {to->ToLocal(from->ToUtc(moment->local_ms, true)), 0});
    out.Set(i, text);
  });
  RETURN_NOT_OK(status);
  return column;
}

// ---- clocks ----

Result<Type> BindNow(Site&) { return Type::TimestampLtz(3).NotNull(); }
Result<Type> BindLocalNow(Site&) { return Type::Timestamp(3).NotNull(); }
Result<Type> BindSeconds(Site&) { return Type::BigInt().NotNull(); }
Result<Type> BindToday(Site&) { return Type::Date().NotNull(); }
Result<Type> BindTimeOfDay(Site&) { return Type::Time(0).NotNull(); }

Result<ColumnPtr> ClockValue(const Call& call, int64_t (*convert)(int64_t utc, int64_t local)) {
  if (call.session.clock == nullptr) return Fault::Unsupported("function ", call.expr.function->name, " needs a clock, and this expression is evaluated without one");
  int64_t now = call.session.clock->WallNow().ms;
  return data::Repeat(Literal(call.type(), convert(now, call.session.zone.ToLocal(now)))->constant, 0, call.length);
}
Result<ColumnPtr> Now(const Call& call) { return ClockValue(call, [](int64_t utc, int64_t) { return utc; }); }
Result<ColumnPtr> Seconds(const Call& call) { return ClockValue(call, [](int64_t utc, int64_t) { return FloorDiv(utc, 1000); }); }
Result<ColumnPtr> LocalNow(const Call& call) { return ClockValue(call, [](int64_t, int64_t local) { return local; }); }
Result<ColumnPtr> Today(const Call& call) { return ClockValue(call, [](int64_t, int64_t local) { return FloorDiv(local, kMillisPerDay); }); }
Result<ColumnPtr> TimeOfDay(const Call& call) { return ClockValue(call, [](int64_t, int64_t local) { return FloorMod(local, kMillisPerDay) / 1000 * 1000; }); }

constexpr Function kFunctions[] = {
    {"DATE_FORMAT", 2, 2, BindDateFormat, DateFormat,
     {"DATE_FORMAT(t, pattern)", "a time by a pattern of Java's; TIMESTAMP_LTZ in the session's zone", "DATE_FORMAT(TIMESTAMP '2024-03-10 14:04:05', 'yyyy-MM-dd EEE a hh:mm D')", "'2024-03-10 Sun PM 02:04 70'"}},
    {"TO_TIMESTAMP", 1, 2, BindToTimestamp, ToTimestamp,
     {"TO_TIMESTAMP(s [, pattern])", "a TIMESTAMP(3); NULL when the text does not fit", "TO_TIMESTAMP('10/03/2024', 'dd/MM/yyyy')", "'2024-03-10 00:00:00.000'"}},
    {"TO_DATE", 1, 2, BindToTimestamp, ToDate,
     {"TO_DATE(s [, pattern])", "a DATE; NULL when the text does not fit", "TO_DATE('2024-03-10')", "'2024-03-10'"}},
    {"TO_TIMESTAMP_LTZ", 1, 3, BindToTimestampLtz, ToTimestampLtz,
     {"TO_TIMESTAMP_LTZ(n [, precision]) | TO_TIMESTAMP_LTZ(s [, pattern [, zone]])", "an instant of seconds (0), milliseconds (3) … since 1970, or of a text in UTC or in a zone", "TO_TIMESTAMP_LTZ(1700000000, 0)", "'2023-11-14 22:13:20.000Z'"}},
    {"FROM_UNIXTIME", 1, 2, BindFromUnixtime, FromUnixtime,
     {"FROM_UNIXTIME(seconds [, pattern])", "a text in the session's zone", "FROM_UNIXTIME(44)", "'1970-01-01 00:00:44'"}},
    {"UNIX_TIMESTAMP", 1, 2, BindUnixTimestamp, UnixTimestamp,
     {"UNIX_TIMESTAMP(s [, pattern])", "seconds since 1970 of a text in the session's zone; -9223372036854775808 when it does not fit", "UNIX_TIMESTAMP('1970-01-01 00:00:10')", "10"}},
    {"CONVERT_TZ", 3, 3, BindConvertTz, ConvertTz,
     {"CONVERT_TZ(s, from, to)", "a time as text in another zone; of a time that is there twice the later one", "CONVERT_TZ('2024-01-01 00:00:00', 'UTC', 'America/Los_Angeles')", "'2023-12-31 16:00:00'"}},
    {"UNIX_TIMESTAMP()", 0, 0, BindSeconds, Seconds,
     {"UNIX_TIMESTAMP()", "seconds since 1970 now, for each row", "UNIX_TIMESTAMP() > 0", "true"}, Volatility::kPerRow},
    {"CURRENT_TIMESTAMP", 0, 0, BindNow, Now,
     {"CURRENT_TIMESTAMP", "now as TIMESTAMP_LTZ(3), for each row", "CURRENT_TIMESTAMP > TO_TIMESTAMP_LTZ(0, 3)", "true"}, Volatility::kPerRow},
    {"NOW", 0, 0, BindNow, Now,
     {"NOW()", "the same as CURRENT_TIMESTAMP", "NOW() > TO_TIMESTAMP_LTZ(0, 3)", "true"}, Volatility::kPerRow},
    {"CURRENT_ROW_TIMESTAMP", 0, 0, BindNow, Now,
     {"CURRENT_ROW_TIMESTAMP()", "the same as CURRENT_TIMESTAMP", "CURRENT_ROW_TIMESTAMP() > TO_TIMESTAMP_LTZ(0, 3)", "true"}, Volatility::kPerRow},
    {"PROCTIME", 0, 0, BindNow, Now,
     {"PROCTIME()", "the processing time, for time attributes", "PROCTIME() > TO_TIMESTAMP_LTZ(0, 3)", "true"}, Volatility::kPerRow},
    {"LOCALTIMESTAMP", 0, 0, BindLocalNow, LocalNow,
     {"LOCALTIMESTAMP", "now as TIMESTAMP(3) in the session's zone", "LOCALTIMESTAMP > TIMESTAMP '1970-01-01 00:00:00'", "true"}, Volatility::kPerRow},
    {"CURRENT_DATE", 0, 0, BindToday, Today,
     {"CURRENT_DATE", "today in the session's zone", "CURRENT_DATE > DATE '1970-01-01'", "true"}, Volatility::kPerRow},
    {"CURRENT_TIME", 0, 0, BindTimeOfDay, TimeOfDay,
     {"CURRENT_TIME", "the time of day in the session's zone", "CURRENT_TIME >= TIME '00:00:00'", "true"}, Volatility::kPerRow},
    {"LOCALTIME", 0, 0, BindTimeOfDay, TimeOfDay,
     {"LOCALTIME", "the same as CURRENT_TIME", "LOCALTIME >= TIME '00:00:00'", "true"}, Volatility::kPerRow},
};

}  // namespace

std::span<const Function> TimeTextFunctions() { return kFunctions; }

}  // namespace freshet::expr
