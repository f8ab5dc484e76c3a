#include <algorithm>

#include "data/civil.h"
#include "data/expr/kernel.h"
#include "data/expr/local_time.h"

// Dates and times: EXTRACT and its short forms, FLOOR and CEIL TO a unit, TIMESTAMPADD and DIFF. TIMESTAMP_LTZ is looked at in the session's zone.

namespace freshet::expr {
namespace {

using data::FloorDiv;
using data::FloorMod;
using data::Kind;
using data::kMillisPerDay;
using Text = std::string_view;

bool IsMoment(const Type& t) { return t.IsTimestamp() || t.kind() == Kind::kDate || t.kind() == Kind::kTime; }

int64_t IsoWeek(int64_t days) {
  int64_t weekday = FloorMod(days + 3, 7);           // Monday 0
  int64_t thursday = days - weekday + 3;
  int64_t year = data::CivilFromDays(thursday).year;
  return (thursday - data::DaysFromCivil({year, 1, 1})) / 7 + 1;
}

// EXTRACT's units over local time; nothing for an unknown unit.
std::optional<int64_t> Part(Text unit, LocalMoment moment) {
  int64_t days = FloorDiv(moment.ms, kMillisPerDay), of_day = moment.ms - days * kMillisPerDay;
  if (unit == "HOUR") return of_day / 3600000;
  if (unit == "MINUTE") return of_day / 60000 % 60;
  if (unit == "SECOND") return of_day / 1000 % 60;
  if (unit == "MILLISECOND") return of_day % 1000;
  if (unit == "MICROSECOND") return of_day % 1000 * 1000 + moment.nanos / 1000;
  if (unit == "NANOSECOND") return of_day % 1000 * 1000000 + moment.nanos;
  auto date = data::CivilFromDays(days);
  if (unit == "YEAR") return date.year;
  if (unit == "MONTH") return date.month;
  if (unit == "DAY" || unit == "DAYOFMONTH") return date.day;
  if (unit == "QUARTER") return (date.month - 1) / 3 + 1;
  if (unit == "DOY" || unit == "DAYOFYEAR") return days - data::DaysFromCivil({date.year, 1, 1}) + 1;
  if (unit == "DOW" || unit == "DAYOFWEEK") return FloorMod(days + 4, 7) + 1;   // Sunday 1
  if (unit == "ISODOW") return FloorMod(days + 3, 7) + 1;                        // Monday 1
  if (unit == "WEEK") return IsoWeek(days);
  if (unit == "ISOYEAR") return data::CivilFromDays(days - FloorMod(days + 3, 7) + 3).year;
  if (unit == "DECADE") return FloorDiv(date.year, 10);
  if (unit == "CENTURY") return (date.year + 99) / 100;
  if (unit == "MILLENNIUM") return (date.year + 999) / 1000;
  return std::nullopt;
}

// The same over an interval, which keeps the sign in every part.
std::optional<int64_t> IntervalPart(Text unit, int64_t interval, bool months) {
  if (months) return unit == "YEAR" ? std::optional(interval / 12) : unit == "MONTH" ? std::optional(interval % 12) : unit == "QUARTER" ? std::optional(interval % 12 / 3 + 1) : std::nullopt;
  if (unit == "DAY") return interval / kMillisPerDay;
  if (unit == "HOUR") return interval / 3600000 % 24;
  if (unit == "MINUTE") return interval / 60000 % 60;
  if (unit == "SECOND") return interval / 1000 % 60;
  if (unit == "MILLISECOND") return interval % 1000;
  return std::nullopt;
}

// The unit that HOUR(x), YEAR(x) … stand for.
std::string UnitOf(const Call& call) { return call.option().empty() ? std::string(call.expr.function->name) : call.option(); }

Result<Type> BindExtract(Site& s) {
  std::string unit(s.option.empty() ? s.name : std::string_view(s.option));
  if (!IsMoment(s.type(0)) && !s.type(0).IsInterval()) return s.Mismatch("a date, a time or an interval");
  bool known = s.type(0).IsInterval() ? IntervalPart(unit, 0, s.type(0).kind() == Kind::kIntervalMonths).has_value() : unit == "EPOCH" || Part(unit, {}).has_value();
  if (!known) return Fault::Invalid("EXTRACT does not know the unit ", unit, " of ", s.type(0).WithNullable(true));
  return Type::BigInt().WithNullable(s.AnyNullable());
}

Result<ColumnPtr> Extract(const Call& call) {
  std::string unit = UnitOf(call);
  const Column& in = *call.args[0];
  LocalMillis local(in, call.session);
  bool months = in.type.kind() == Kind::kIntervalMonths, instant = in.type.kind() == Kind::kTimestampLtz;
  Output<int64_t> out(call.length);
  call.sel.ForEach([&](uint32_t i) {
    int row = static_cast<int>(i);
    if (in.IsNull(row)) return out.SetNull(i);
    if (in.type.IsInterval()) return out.Set(i, *IntervalPart(unit, in.IntAt(row), months));
    if (unit != "EPOCH") return out.Set(i, *Part(unit, local.Moment(i)));
    out.Set(i, instant ? FloorDiv(in.IntAt(row), in.type.UnitsPerSecond()) : FloorDiv(local(i), 1000));  // of an instant the true one
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
  if (unit == "QUARTER") {
    date.month = (date.month - 1) / 3 * 3 + 1;
    return data::DaysFromCivil(date) * kMillisPerDay;
  }
  date.month = 1;
  if (unit == "DECADE") date.year = FloorDiv(date.year, 10) * 10;
  else if (unit == "CENTURY") date.year = FloorDiv(date.year - 1, 100) * 100 + 1;
  else if (unit == "MILLENNIUM") date.year = FloorDiv(date.year - 1, 1000) * 1000 + 1;
  else if (unit != "YEAR") return std::nullopt;
  return data::DaysFromCivil(date) * kMillisPerDay;
}

int64_t NextUnit(Text unit, int64_t begin) {
  static constexpr std::pair<Text, int64_t> kFixed[] = {{"MILLISECOND", 1}, {"SECOND", 1000}, {"MINUTE", 60000}, {"HOUR", 3600000}, {"DAY", kMillisPerDay}, {"WEEK", 7 * kMillisPerDay}};
  for (auto [name, size] : kFixed) {
    if (unit == name) return begin + size;
  }
  int64_t days = unit == "MONTH" ? 31 : unit == "QUARTER" ? 92 : unit == "YEAR" ? 366 : unit == "DECADE" ? 3653 : unit == "CENTURY" ? 36525 : 365250;
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
  data::TimeZone zone = in.type.kind() == Kind::kTimestampLtz ? call.session.zone : data::TimeZone();
  int64_t units = in.type.IsTimestamp() ? in.type.UnitsPerSecond() : 1000;
  auto value = [&](uint32_t i) {
    int64_t local = ms(i), begin = *FloorTo(call.option(), local);
    bool exact = begin == local && (units <= 1000 || in.IntAt(static_cast<int>(i)) % (units / 1000) == 0);
    int64_t bound = kUp && !exact ? NextUnit(call.option(), begin) : begin;
    return date ? FloorDiv(bound, kMillisPerDay) : time ? bound : data::Rescale(zone.ToUtc(bound), 1000, units);
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
  bool of_day = MillisOf(unit) != 0 && MillisOf(unit) < kMillisPerDay;
  if (of_day && s.type(1).kind() == Kind::kDate) RETURN_NOT_OK(s.CastTo(1, Type::Timestamp(6)));
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

constexpr Function kFunctions[] = {
    {"EXTRACT", 1, 1, BindExtract, Extract,
     {"EXTRACT(unit FROM t)", "YEAR QUARTER MONTH WEEK DAY DOY DOW ISODOW ISOYEAR HOUR MINUTE SECOND MILLISECOND MICROSECOND NANOSECOND EPOCH DECADE CENTURY MILLENNIUM of a time", "EXTRACT(WEEK FROM DATE '2021-01-03')", "53"}},
    {"YEAR", 1, 1, BindExtract, Extract,
     {"YEAR(t)", "the year", "YEAR(DATE '2024-03-10')", "2024"}},
    {"QUARTER", 1, 1, BindExtract, Extract,
     {"QUARTER(t)", "the quarter", "QUARTER(DATE '2024-03-10')", "1"}},
    {"MONTH", 1, 1, BindExtract, Extract,
     {"MONTH(t)", "the month", "MONTH(DATE '2024-03-10')", "3"}},
    {"WEEK", 1, 1, BindExtract, Extract,
     {"WEEK(t)", "the week of the ISO year", "WEEK(DATE '2024-01-01')", "1"}},
    {"DAYOFYEAR", 1, 1, BindExtract, Extract,
     {"DAYOFYEAR(t)", "the day of the year", "DAYOFYEAR(DATE '2024-12-31')", "366"}},
    {"DAYOFMONTH", 1, 1, BindExtract, Extract,
     {"DAYOFMONTH(t)", "the day of the month", "DAYOFMONTH(DATE '2024-12-31')", "31"}},
    {"DAYOFWEEK", 1, 1, BindExtract, Extract,
     {"DAYOFWEEK(t)", "the day of the week, Sunday 1", "DAYOFWEEK(DATE '2024-03-10')", "1"}},
    {"HOUR", 1, 1, BindExtract, Extract,
     {"HOUR(t)", "the hour", "HOUR(TIMESTAMP '2024-03-10 14:04:05')", "14"}},
    {"MINUTE", 1, 1, BindExtract, Extract,
     {"MINUTE(t)", "the minute", "MINUTE(TIMESTAMP '2024-03-10 14:04:05')", "4"}},
    {"SECOND", 1, 1, BindExtract, Extract,
     {"SECOND(t)", "the second", "SECOND(TIMESTAMP '2024-03-10 14:04:05')", "5"}},
    {"FLOOR", 1, 1, BindFloorCeil, FloorCeil<false>,
     {"FLOOR(a) | FLOOR(t TO unit)", "the whole number below, or the begin of a SECOND, MINUTE, HOUR, DAY, WEEK (Sunday), MONTH, QUARTER, YEAR, DECADE, CENTURY, MILLENNIUM", "FLOOR(TIMESTAMP '2024-03-13 14:34:05' TO WEEK)", "'2024-03-10 00:00:00'"}},
    {"CEIL", 1, 1, BindFloorCeil, FloorCeil<true>,
     {"CEIL(a) | CEIL(t TO unit)", "the whole number above, or the next begin of a unit", "CEIL(TIMESTAMP '2024-03-13 14:34:05' TO HOUR)", "'2024-03-13 15:00:00'"}},
    {"CEILING", 1, 1, BindFloorCeil, FloorCeil<true>,
     {"CEILING(a) | CEILING(t TO unit)", "the same as CEIL", "CEILING(1.2)", "'2'"}},
    {"TIMESTAMPADD", 2, 2, BindTimestampAdd, First,
     {"TIMESTAMPADD(unit, n, t)", "n units later; months are clipped to their last day", "TIMESTAMPADD(MONTH, 1, TIMESTAMP '2024-01-31 10:00:00')", "'2024-02-29 10:00:00'"}},
    {"TIMESTAMPDIFF", 2, 2, BindTimestampDiff, TimestampDiff,
     {"TIMESTAMPDIFF(unit, a, b)", "whole units from a to b", "TIMESTAMPDIFF(MONTH, DATE '2024-01-31', DATE '2024-02-29')", "1"}},
    {"MINUS_DATE", 2, 2, BindMinusDate, MinusDate,
     {"(a - b) DAY TO SECOND | MONTH | …", "the time between as an interval", "(TIMESTAMP '2024-01-02 00:00:00' - TIMESTAMP '2024-01-01 12:00:00') DAY TO SECOND", "43200000"}},
};

}  // namespace

std::span<const Function> TimeFunctions() { return kFunctions; }

}  // namespace freshet::expr
