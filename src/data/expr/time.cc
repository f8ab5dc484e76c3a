#include <algorithm>

#include "data/civil.h"
#include "data/expr/date_format.h"
#include "data/expr/kernel.h"

// Dates and times: EXTRACT and its short forms, FLOOR and CEIL TO a unit, TIMESTAMPADD and DIFF, formatting, the
// clocks. TIMESTAMP_LTZ is looked at in the session's zone.

namespace freshet::expr {
namespace {

using data::FloorDiv;
using data::FloorMod;
using data::Kind;
using data::kMillisPerDay;
using Text = std::string_view;

bool IsMoment(const Type& t) { return t.IsTimestamp() || t.kind() == Kind::kDate || t.kind() == Kind::kTime; }

// Milliseconds of local wall time of one value.
class LocalMillis {
 public:
  LocalMillis(const Column& column, const Session& session)
      : column_(column), kind_(column.type.kind()), units_(column.type.IsTimestamp() ? column.type.UnitsPerSecond() : 1000),
        offset_(kind_ == Kind::kTimestampLtz ? session.zone_offset_ms : 0) {}
  int64_t operator()(uint32_t row) const {
    int64_t v = column_.IntAt(static_cast<int>(row));
    if (kind_ == Kind::kDate) return v * kMillisPerDay;
    if (kind_ == Kind::kTime || kind_ == Kind::kIntervalMillis) return v;
    return data::Rescale(v, units_, 1000) + offset_;
  }

 private:
  const Column& column_;
  Kind kind_;
  int64_t units_;
  int64_t offset_;
};

int64_t IsoWeek(int64_t days) {
  int64_t weekday = FloorMod(days + 3, 7);           // Monday 0
  int64_t thursday = days - weekday + 3;
  int64_t year = data::CivilFromDays(thursday).year;
  return (thursday - data::DaysFromCivil({year, 1, 1})) / 7 + 1;
}

// EXTRACT's units over local milliseconds; nothing for an unknown unit.
std::optional<int64_t> Part(Text unit, int64_t ms) {
  int64_t days = FloorDiv(ms, kMillisPerDay), of_day = ms - days * kMillisPerDay;
  if (unit == "HOUR") return of_day / 3600000;
  if (unit == "MINUTE") return of_day / 60000 % 60;
  if (unit == "SECOND") return of_day / 1000 % 60;
  if (unit == "MILLISECOND") return of_day % 60000;
  if (unit == "EPOCH") return FloorDiv(ms, 1000);
  auto date = data::CivilFromDays(days);
  if (unit == "YEAR") return date.year;
  if (unit == "MONTH") return date.month;
  if (unit == "DAY" || unit == "DAYOFMONTH") return date.day;
  if (unit == "QUARTER") return (date.month - 1) / 3 + 1;
  if (unit == "DOY" || unit == "DAYOFYEAR") return days - data::DaysFromCivil({date.year, 1, 1}) + 1;
  if (unit == "DOW" || unit == "DAYOFWEEK") return FloorMod(days + 4, 7) + 1;   // Sunday 1
  if (unit == "ISODOW") return FloorMod(days + 3, 7) + 1;                        // Monday 1
  if (unit == "WEEK") return IsoWeek(days);
  if (unit == "DECADE") return FloorDiv(date.year, 10);
  if (unit == "CENTURY") return (date.year + 99) / 100;
  if (unit == "MILLENNIUM") return (date.year + 999) / 1000;
  return std::nullopt;
}

// The unit that HOUR(x), YEAR(x) … stand for.
std::string UnitOf(const Call& call) { return call.option().empty() ? std::string(call.expr.function->name) : call.option(); }

Result<Type> BindExtract(Site& s) {
  std::string unit(s.option.empty() ? s.name : std::string_view(s.option));
  if (!IsMoment(s.type(0))) return s.Mismatch("a date or time");
  if (!Part(unit, 0)) return Fault::Invalid("EXTRACT does not know the unit ", unit);
  return Type::BigInt().WithNullable(s.AnyNullable());
}

Result<ColumnPtr> Extract(const Call& call) {
  std::string unit = UnitOf(call);
  LocalMillis ms(*call.args[0], call.session);
  Output<int64_t> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    if (call.args[0]->IsNull(static_cast<int>(i))) out.SetNull(i);
    else out.Set(i, *Part(unit, ms(i)));
  });
  return out.Finish(call.type());
}

// Begin of the unit that holds local `ms`; weeks begin on Sunday. Nothing for an unknown unit.
std::optional<int64_t> FloorTo(Text unit, int64_t ms) {
  static constexpr std::pair<Text, int64_t> kFixed[] = {{"MILLISECOND", 1}, {"SECOND", 1000}, {"MINUTE", 60000}, {"HOUR", 3600000}, {"DAY", kMillisPerDay}};
  for (auto [name, size] : kFixed) {
    if (unit == name) return FloorDiv(ms, size) * size;
  }
  int64_t days = FloorDiv(ms, kMillisPerDay);
  if (unit == "WEEK") return (days - FloorMod(days + 4, 7)) * kMillisPerDay;
  auto date = data::CivilFromDays(days);
  date.day = 1;
  if (unit == "MONTH") return data::DaysFromCivil(date) * kMillisPerDay;
  if (unit == "QUARTER") date.month = (date.month - 1) / 3 * 3 + 1;
  else if (unit == "YEAR") date.month = 1;
  else return std::nullopt;
  return data::DaysFromCivil(date) * kMillisPerDay;
}

int64_t NextUnit(Text unit, int64_t begin) {
  static constexpr std::pair<Text, int64_t> kFixed[] = {{"MILLISECOND", 1}, {"SECOND", 1000}, {"MINUTE", 60000}, {"HOUR", 3600000}, {"DAY", kMillisPerDay}, {"WEEK", 7 * kMillisPerDay}};
  for (auto [name, size] : kFixed) {
    if (unit == name) return begin + size;
  }
  int64_t days = unit == "MONTH" ? 31 : unit == "QUARTER" ? 92 : 366;
  return *FloorTo(unit, begin + days * kMillisPerDay);
}

Result<Type> BindFloorCeil(Site& s) {
  if (s.option.empty()) return BindFloorNumber(s);
  if (!IsMoment(s.type(0))) return s.Mismatch("a date or time and a unit");
  if (!FloorTo(s.option, 0)) return Fault::Invalid(s.name, " does not know the unit ", s.option);
  return s.type(0);
}

template <bool kUp>
Result<ColumnPtr> FloorCeil(const Call& call) {
  if (call.option().empty()) return FloorNumber(call, kUp);
  const Column& in = *call.args[0];
  LocalMillis ms(in, call.session);
  bool date = in.type.kind() == Kind::kDate, time = in.type.kind() == Kind::kTime;
  int64_t offset = in.type.kind() == Kind::kTimestampLtz ? call.session.zone_offset_ms : 0;
  int64_t units = in.type.IsTimestamp() ? in.type.UnitsPerSecond() : 1000;
  auto value = [&](uint32_t i) {
    int64_t local = ms(i), begin = *FloorTo(call.option(), local);
    bool exact = begin == local && (units <= 1000 || in.IntAt(static_cast<int>(i)) % (units / 1000) == 0);
    int64_t bound = kUp && !exact ? NextUnit(call.option(), begin) : begin;
    return date ? FloorDiv(bound, kMillisPerDay) : time ? bound : data::Rescale(bound - offset, 1000, units);
  };
  return VisitPhysical(call.type().physical(), [&](auto tag) -> ColumnPtr {
    using T = decltype(tag);
    if constexpr (std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t>) {
      Output<T> out(call.length);
      call.sel.ForEach([&](uint32_t i) {
        if (in.IsNull(static_cast<int>(i))) out.SetNull(i);
        else out.Set(i, static_cast<T>(value(i)));
      });
      return out.Finish(call.type());
    } else {
      CHECK(false);
    }
  });
}

std::string WithoutPlural(std::string unit) {
  if (unit.starts_with("SQL_TSI_")) unit = unit.substr(8);
  return unit.size() > 3 && unit.back() == 'S' ? unit.substr(0, unit.size() - 1) : unit;
}

int64_t MillisOf(Text unit) {
  static constexpr std::pair<Text, int64_t> kFixed[] = {{"MILLISECOND", 1}, {"FRAC_SECOND", 1}, {"SECOND", 1000}, {"MINUTE", 60000}, {"HOUR", 3600000}, {"DAY", kMillisPerDay}, {"WEEK", 7 * kMillisPerDay}};
  for (auto [name, size] : kFixed) {
    if (unit == name) return size;
  }
  return 0;
}
int64_t MonthsOf(Text unit) { return unit == "MONTH" ? 1 : unit == "QUARTER" ? 3 : unit == "YEAR" ? 12 : 0; }

// TIMESTAMPADD(unit, n, ts) is ts + n × interval.
Result<Type> BindTimestampAdd(Site& s) {
  std::string unit = WithoutPlural(s.option);
  if (!s.type(0).IsInteger() || !IsMoment(s.type(1))) return s.Mismatch("a unit, a whole number and a date or time");
  if (MillisOf(unit) == 0 && MonthsOf(unit) == 0) return Fault::Invalid("TIMESTAMPADD does not know the unit ", s.option);
  ExprPtr interval = MillisOf(unit) != 0 ? Literal(Type::IntervalMillis().NotNull(), MillisOf(unit)) : Literal(Type::IntervalMonths().NotNull(), MonthsOf(unit));
  ASSIGN_OR_RETURN(auto scaled, MakeCall("*", {interval, s.args[0]}));
  ASSIGN_OR_RETURN(auto sum, MakeCall("+", {s.args[1], scaled}));
  s.args = {sum};
  return sum->type;
}
Result<ColumnPtr> First(const Call& call) { return call.args[0]; }

int64_t WholeMonths(int64_t from, int64_t to) {  // in local milliseconds
  if (to < from) return -WholeMonths(to, from);
  int64_t d1 = FloorDiv(from, kMillisPerDay), d2 = FloorDiv(to, kMillisPerDay);
  auto a = data::CivilFromDays(d1), b = data::CivilFromDays(d2);
  int64_t months = (b.year - a.year) * 12 + b.month - a.month;
  int day = std::min(a.day, data::DaysInMonth(b.year, b.month));  // Jan 31 to Feb 29 is one month
  bool short_of = b.day < day || (b.day == day && to - d2 * kMillisPerDay < from - d1 * kMillisPerDay);
  return months - (short_of ? 1 : 0);
}

Result<Type> BindTimestampDiff(Site& s) {
  std::string unit = WithoutPlural(s.option);
  if (!IsMoment(s.type(0)) || !IsMoment(s.type(1))) return s.Mismatch("a unit and two dates or times");
  if (MillisOf(unit) == 0 && MonthsOf(unit) == 0) return Fault::Invalid("TIMESTAMPDIFF does not know the unit ", s.option);
  return Type::Int().WithNullable(s.AnyNullable());
}

Result<ColumnPtr> TimestampDiff(const Call& call) {
  std::string unit = WithoutPlural(call.option());
  LocalMillis a(*call.args[0], call.session), b(*call.args[1], call.session);
  int64_t millis = MillisOf(unit), months = MonthsOf(unit);
  Output<int32_t> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    if (call.args[0]->IsNull(row) || call.args[1]->IsNull(row)) return out.SetNull(i);
    out.Set(i, static_cast<int32_t>(millis != 0 ? (b(i) - a(i)) / millis : WholeMonths(a(i), b(i)) / months));
  });
  return out.Finish(call.type());
}

// (a - b) DAY TO SECOND | MONTH …
Result<Type> BindMinusDate(Site& s) {
  if (!IsMoment(s.type(0)) || !IsMoment(s.type(1))) return s.Mismatch("two dates or times");
  bool months = s.option.starts_with("YEAR") || s.option.starts_with("MONTH") || s.option.starts_with("QUARTER");
  return (months ? Type::IntervalMonths() : Type::IntervalMillis()).WithNullable(s.AnyNullable());
}
Result<ColumnPtr> MinusDate(const Call& call) {
  LocalMillis a(*call.args[0], call.session), b(*call.args[1], call.session);
  auto null = [&](uint32_t i) { return call.args[0]->IsNull(static_cast<int>(i)) || call.args[1]->IsNull(static_cast<int>(i)); };
  if (call.type().kind() == Kind::kIntervalMonths) {
    Output<int32_t> out(call.length);
    call.sel.ForEach([&](uint32_t i) { null(i) ? out.SetNull(i) : out.Set(i, static_cast<int32_t>(WholeMonths(b(i), a(i)))); });
    return out.Finish(call.type());
  }
  Output<int64_t> out(call.length);
  call.sel.ForEach([&](uint32_t i) { null(i) ? out.SetNull(i) : out.Set(i, a(i) - b(i)); });
  return out.Finish(call.type());
}

// ---- text and back ----

Result<Type> BindDateFormat(Site& s) {
  if (s.type(0).IsString()) RETURN_NOT_OK(s.CastTo(0, Type::Timestamp(3)));
  if (!s.type(0).IsTimestamp() && s.type(0).kind() != Kind::kDate) return s.Mismatch("a time and a pattern such as 'yyyy-MM-dd'");
  if (!s.type(1).IsString()) return s.Mismatch("a time and a pattern such as 'yyyy-MM-dd'");
  if (s.args[1]->op == Op::kLiteral) RETURN_NOT_OK(DatePattern::Compile(s.args[1]->value.text()));
  return Type::String().WithNullable(s.AnyNullable());
}

// Keeps the compiled pattern of the last row: patterns hardly ever change within a batch.
class PatternCache {
 public:
  Result<const DatePattern*> Get(Text text) {
    if (!pattern_ || text_ != text) {
      ASSIGN_OR_RETURN(pattern_, DatePattern::Compile(text));
      text_ = text;
    }
    return &*pattern_;
  }

 private:
  std::string text_;
  std::optional<DatePattern> pattern_;
};

Result<ColumnPtr> DateFormat(const Call& call) {
  LocalMillis ms(*call.args[0], call.session);
  Reader<Text> pattern(*call.args[1]);
  Output<Text> out(call.length);
  PatternCache cache;
  Status status;
  std::string text;
  call.sel.ForEach([&](uint32_t i) {
    if (call.args[0]->IsNull(static_cast<int>(i)) || !pattern.valid(i)) return out.SetNull(i);
    auto compiled = cache.Get(pattern[i]);
    if (!compiled.ok()) {
      status = compiled.status();
      return out.SetNull(i);
    }
    text.clear();
    (*compiled)->Append(text, ms(i));
    out.Set(i, text);
  });
  RETURN_NOT_OK(status);
  return out.Finish(call.type());
}

Result<Type> BindToTimestamp(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and an optional pattern");
  }
  if (s.args.size() > 1 && s.args[1]->op == Op::kLiteral) RETURN_NOT_OK(DatePattern::Compile(s.args[1]->value.text()));
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
  if (exact || text.size() < 19) return exact;
  for (const char* last : {"30", "29", "28"}) {
    std::string clipped(text);
    if (clipped.compare(8, 2, last) < 0 || clipped.compare(8, 2, "31") > 0) continue;
    clipped.replace(8, 2, last);
    if (auto value = data::ParseTimestamp(clipped, ms)) return value;
  }
  return std::nullopt;
}

// Local milliseconds of a text by an optional pattern.
class TimeReader {
 public:
  explicit TimeReader(const Call& call, size_t pattern_arg) : pattern_(*call.args[std::min(pattern_arg, call.args.size() - 1)]), with_pattern_(call.args.size() > pattern_arg) {}
  std::optional<int64_t> Read(Text text, uint32_t row, Status* status) {
    if (!with_pattern_) return LenientMillis(text);
    if (!pattern_.valid(row)) return std::nullopt;
    auto compiled = cache_.Get(pattern_[row]);
    if (compiled.ok()) return (*compiled)->Parse(text);
    *status = compiled.status();
    return std::nullopt;
  }

 private:
  Reader<Text> pattern_;
  bool with_pattern_;
  PatternCache cache_;
};

Result<ColumnPtr> ToTimestamp(const Call& call) {
  TimeReader reader(call, 1);
  Status status;
  auto column = Write1<int64_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
    auto ms = reader.Read(text, i, &status);
    if (ms) out.Set(i, *ms);
    else out.SetNull(i);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<ColumnPtr> ToDate(const Call& call) {
  TimeReader reader(call, 1);
  Status status;
  auto column = Write1<int32_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
    std::optional<int64_t> days = call.args.size() == 1 ? data::ParseDate(text) : std::nullopt;
    if (call.args.size() > 1) {
      auto ms = reader.Read(text, i, &status);
      if (ms) days = FloorDiv(*ms, kMillisPerDay);
    }
    if (days) out.Set(i, static_cast<int32_t>(*days));
    else out.SetNull(i);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<Type> BindToTimestampLtz(Site& s) {
  if (s.type(0).IsString()) {
    if (s.args.size() > 2) return Fault::Unsupported("TO_TIMESTAMP_LTZ with a zone is not supported yet; set table.local-time-zone");
    return Type::TimestampLtz(3);
  }
  if (!s.type(0).IsNumeric()) return s.Mismatch("a number and a precision, or a string");
  int64_t precision = 3;
  if (s.args.size() > 1) {
    if (s.args[1]->op != Op::kLiteral || s.args[1]->value.is_null()) return s.Mismatch("a number and a constant precision");
    precision = s.args[1]->value.integer();
  }
  if (precision != 0 && precision != 3) return Fault::Invalid("TO_TIMESTAMP_LTZ takes precision 0 (seconds) or 3 (milliseconds), not ", precision);
  RETURN_NOT_OK(s.CastTo(0, Type::BigInt()));
  return Type::TimestampLtz(3).WithNullable(s.AnyNullable());
}
Result<ColumnPtr> ToTimestampLtz(const Call& call) {
  if (call.arg_type(0).IsString()) {
    TimeReader reader(call, 1);
    Status status;
    auto column = Write1<int64_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
      auto ms = reader.Read(text, i, &status);
      if (ms) out.Set(i, *ms - call.session.zone_offset_ms);
      else out.SetNull(i);
    });
    RETURN_NOT_OK(status);
    return column;
  }
  int64_t scale = call.args.size() > 1 && call.args[1]->IntAt(0) == 0 ? 1000 : 1;
  return Map1<int64_t, int64_t>(call, [=](int64_t n) { return n * scale; });
}

Result<Type> BindFromUnixtime(Site& s) {
  if (!s.type(0).IsInteger() || (s.args.size() > 1 && !s.type(1).IsString())) return s.Mismatch("seconds and an optional pattern");
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
    (*compiled)->Append(text, seconds * 1000 + call.session.zone_offset_ms);
    out.Set(i, text);
  });
  RETURN_NOT_OK(status);
  return column;
}

Result<Type> BindUnixTimestamp(Site& s) {
  for (size_t i = 0; i < s.args.size(); ++i) {
    if (!s.type(i).IsString()) return s.Mismatch("a string and an optional pattern");
  }
  return Type::BigInt().WithNullable(s.AnyNullable());
}
Result<ColumnPtr> UnixTimestamp(const Call& call) {
  TimeReader reader(call, 1);
  Status status;
  auto column = Write1<int64_t, Text>(call, [&](auto& out, uint32_t i, Text text) {
    auto ms = reader.Read(text, i, &status);
    out.Set(i, ms ? FloorDiv(*ms - call.session.zone_offset_ms, 1000) : INT64_MIN);  // Flink's answer for what it cannot read
  });
  RETURN_NOT_OK(status);
  return column;
}

// ---- clocks ----

Result<Type> BindNow(Site&) { return Type::TimestampLtz(3).NotNull(); }
Result<Type> BindLocalNow(Site&) { return Type::Timestamp(3).NotNull(); }
Result<Type> BindToday(Site&) { return Type::Date().NotNull(); }
Result<Type> BindTimeOfDay(Site&) { return Type::Time(0).NotNull(); }

Result<ColumnPtr> ClockValue(const Call& call, int64_t (*convert)(int64_t utc, int64_t local)) {
  if (call.session.clock == nullptr) return Fault::Unsupported("function ", call.expr.function->name, " needs a clock, and this expression is evaluated without one");
  int64_t now = call.session.clock->WallNow().ms;
  return data::Repeat(Literal(call.type(), convert(now, now + call.session.zone_offset_ms))->constant, 0, call.length);
}
Result<ColumnPtr> Now(const Call& call) { return ClockValue(call, [](int64_t utc, int64_t) { return utc; }); }
Result<ColumnPtr> LocalNow(const Call& call) { return ClockValue(call, [](int64_t, int64_t local) { return local; }); }
Result<ColumnPtr> Today(const Call& call) { return ClockValue(call, [](int64_t, int64_t local) { return FloorDiv(local, kMillisPerDay); }); }
Result<ColumnPtr> TimeOfDay(const Call& call) { return ClockValue(call, [](int64_t, int64_t local) { return FloorMod(local, kMillisPerDay) / 1000 * 1000; }); }

constexpr Function kFunctions[] = {
    {"EXTRACT", 1, 1, BindExtract, Extract},
    {"YEAR", 1, 1, BindExtract, Extract},
    {"QUARTER", 1, 1, BindExtract, Extract},
    {"MONTH", 1, 1, BindExtract, Extract},
    {"WEEK", 1, 1, BindExtract, Extract},
    {"DAYOFYEAR", 1, 1, BindExtract, Extract},
    {"DAYOFMONTH", 1, 1, BindExtract, Extract},
    {"DAYOFWEEK", 1, 1, BindExtract, Extract},
    {"HOUR", 1, 1, BindExtract, Extract},
    {"MINUTE", 1, 1, BindExtract, Extract},
    {"SECOND", 1, 1, BindExtract, Extract},
    {"FLOOR", 1, 1, BindFloorCeil, FloorCeil<false>},
    {"CEIL", 1, 1, BindFloorCeil, FloorCeil<true>},
    {"CEILING", 1, 1, BindFloorCeil, FloorCeil<true>},
    {"TIMESTAMPADD", 2, 2, BindTimestampAdd, First},
    {"TIMESTAMPDIFF", 2, 2, BindTimestampDiff, TimestampDiff},
    {"MINUS_DATE", 2, 2, BindMinusDate, MinusDate},
    {"DATE_FORMAT", 2, 2, BindDateFormat, DateFormat},
    {"TO_TIMESTAMP", 1, 2, BindToTimestamp, ToTimestamp},
    {"TO_DATE", 1, 2, BindToTimestamp, ToDate},
    {"TO_TIMESTAMP_LTZ", 1, 3, BindToTimestampLtz, ToTimestampLtz},
    {"FROM_UNIXTIME", 1, 2, BindFromUnixtime, FromUnixtime},
    {"UNIX_TIMESTAMP", 1, 2, BindUnixTimestamp, UnixTimestamp},
    {"CURRENT_TIMESTAMP", 0, 0, BindNow, Now, Volatility::kPerRow},
    {"NOW", 0, 0, BindNow, Now, Volatility::kPerRow},
    {"CURRENT_ROW_TIMESTAMP", 0, 0, BindNow, Now, Volatility::kPerRow},
    {"PROCTIME", 0, 0, BindNow, Now, Volatility::kPerRow},
    {"LOCALTIMESTAMP", 0, 0, BindLocalNow, LocalNow, Volatility::kPerRow},
    {"CURRENT_DATE", 0, 0, BindToday, Today, Volatility::kPerRow},
    {"CURRENT_TIME", 0, 0, BindTimeOfDay, TimeOfDay, Volatility::kPerRow},
    {"LOCALTIME", 0, 0, BindTimeOfDay, TimeOfDay, Volatility::kPerRow},
};

}  // namespace

std::span<const Function> TimeFunctions() { return kFunctions; }

}  // namespace freshet::expr
