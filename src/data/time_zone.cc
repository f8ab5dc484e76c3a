#include "data/time_zone.h"

#include <algorithm>
#include <charconv>

#include "data/civil.h"
#include "data/zone_data.h"

namespace freshet::data {

namespace {

// Local seconds of a rule's day in a year.
int64_t SecondsOf(const ZoneDay& day, int64_t year) {
  int64_t first = DaysFromCivil({year, day.month, 1});
  int64_t ahead = FloorMod(day.weekday - (first + 4), 7);
  int64_t date = first + ahead + 7 * (day.week - 1);
  if (date >= first + DaysInMonth(year, day.month)) date -= 7;
  return date * kSecondsPerDay + day.seconds;
}

int32_t OffsetByRule(const ZoneRule& rule, int64_t utc) {
  if (rule.standard == rule.summer) return rule.standard;
  int64_t year = CivilFromDays(FloorDiv(utc + rule.standard, kSecondsPerDay)).year;
  int64_t begin = SecondsOf(rule.begin, year) - rule.standard, end = SecondsOf(rule.end, year) - rule.summer;
  bool summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
  return summer ? rule.summer : rule.standard;
}

// "+08:00", "GMT+08:00", "UTC-3:30".
std::optional<int64_t> OffsetOf(std::string_view text) {
  for (std::string_view prefix : {"GMT", "UTC"}) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  }
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  size_t colon = text.find(':');
  int hours = 0, minutes = 0;
  std::string_view h = text.substr(1, colon == std::string_view::npos ? colon : colon - 1), m = colon == std::string_view::npos ? "0" : text.substr(colon + 1);
  auto number = [](std::string_view digits, int* n) { return digits.size() <= 2 && std::from_chars(digits.data(), digits.data() + digits.size(), *n).ptr == digits.data() + digits.size() && !digits.empty(); };
  if (!number(h, &hours) || !number(m, &minutes) || hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return std::nullopt;
  int64_t ms = (hours * 60 + minutes) * int64_t{60000};
  return text[0] == '-' ? -ms : ms;
}

// Java's short ids.
std::string_view LongName(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kShort[] = {
      {"ACT", "Australia/Darwin"},   {"AET", "Australia/Sydney"}, {"AGT", "America/Argentina/Buenos_Aires"}, {"ART", "Africa/Cairo"}, {"AST", "America/Anchorage"},  {"BST", "Asia/Dhaka"},
      {"CST", "America/Chicago"},    {"CTT", "Asia/Shanghai"},    {"EAT", "Africa/Addis_Ababa"},             {"IET", "America/Indiana/Indianapolis"},               {"IST", "Asia/Kolkata"},
      {"JST", "Asia/Tokyo"},         {"MIT", "Pacific/Apia"},     {"NET", "Asia/Yerevan"},                   {"NST", "Pacific/Auckland"},                           {"PLT", "Asia/Karachi"},
      {"PNT", "America/Phoenix"},    {"PRT", "America/Puerto_Rico"}, {"PST", "America/Los_Angeles"},         {"SST", "Pacific/Guadalcanal"},                        {"VST", "Asia/Ho_Chi_Minh"}};
  for (auto [brief, full] : kShort) {
    if (brief == name) return full;
  }
  return name;
}

}  // namespace

TimeZone TimeZone::Fixed(int64_t offset_ms) {
  TimeZone zone;
  zone.offset_ms_ = offset_ms;
  return zone;
}

Result<TimeZone> TimeZone::Find(std::string_view name) {
  if (name == "Z" || name == "UTC" || name == "GMT") return TimeZone();
  if (auto offset = OffsetOf(name)) return Fixed(*offset);
  name = LongName(name);
  auto zones = Zones();
  auto found = std::lower_bound(zones.begin(), zones.end(), name, [](const ZoneData& zone, std::string_view wanted) { return zone.name < wanted; });
  if (found == zones.end() || found->name != name) return Fault::Invalid("no time zone '", name.substr(0, 60), "'; write a name such as Europe/Zurich, or an offset such as GMT+08:00");
  if (found->count == 0 && found->rule.standard == found->rule.summer) return Fixed(found->rule.standard * int64_t{1000});
  TimeZone zone;
  zone.place_ = &*found;
  return zone;
}

std::string TimeZone::Name() const {
  if (place_ != nullptr) return std::string(place_->name);
  if (offset_ms_ == 0) return "UTC";
  int64_t minutes = std::abs(offset_ms_) / 60'000;
  auto two = [](int64_t n) { return StrCat(n < 10 ? "0" : "", n); };
  return StrCat(offset_ms_ < 0 ? "-" : "+", two(minutes / 60), ":", two(minutes % 60));
}

int64_t TimeZone::OffsetAt(int64_t utc_ms) const {
  if (fixed()) return offset_ms_;
  int64_t utc = FloorDiv(utc_ms, 1000);
  const int64_t *begin = ZoneMoments().data() + place_->first, *end = begin + place_->count;
  const int64_t* next = std::upper_bound(begin, end, utc);
  if (next == begin && place_->count > 0) return place_->before * int64_t{1000};
  if (next == end) return OffsetByRule(place_->rule, utc) * int64_t{1000};
  return ZoneOffsets()[static_cast<size_t>(place_->first + (next - begin) - 1)] * int64_t{1000};
}

int64_t TimeZone::ToUtc(int64_t local_ms, bool later) const {
  if (fixed()) return local_ms - offset_ms_;
  // Offsets change rarely: those of a day before and a day after are the two that may hold.
  int64_t early = OffsetAt(local_ms - OffsetAt(local_ms) - kMillisPerDay), late = OffsetAt(local_ms - OffsetAt(local_ms) + kMillisPerDay);
  bool early_holds = OffsetAt(local_ms - early) == early, late_holds = OffsetAt(local_ms - late) == late;
  if (early_holds && late_holds) return local_ms - (later ? late : early);
  return local_ms - (late_holds ? late : early);
}

}  // namespace freshet::data
