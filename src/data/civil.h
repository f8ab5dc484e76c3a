#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "data/type.h"

// The proleptic Gregorian calendar as plain numbers, and how dates and times are read and written as text.

namespace freshet::data {

inline constexpr int64_t kMillisPerDay = 86400000;
inline constexpr int64_t kSecondsPerDay = 86400;

struct CivilDate {
  int64_t year = 1970;
  int month = 1;
  int day = 1;
};

int64_t DaysFromCivil(CivilDate date);
CivilDate CivilFromDays(int64_t days);
int DaysInMonth(int64_t year, int month);
inline bool IsLeapYear(int64_t y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }

// Rounds toward minus infinity, so that times before 1970 fall into the right day.
inline int64_t FloorDiv(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0); }
inline int64_t FloorMod(int64_t a, int64_t b) { return a - FloorDiv(a, b) * b; }

// Between the unit of a timestamp type and another (10^3, 10^6, 10^9 a second); narrowing rounds down.
int64_t Rescale(int64_t value, int64_t from_per_second, int64_t to_per_second);

// Cuts digits that a precision does not keep: 12:00:00.789 as TIMESTAMP(1) is 12:00:00.7.
int64_t CutToPrecision(int64_t value, const Type& type);

void AppendDate(std::string& out, int64_t days);                                // 2026-11-23
void AppendTimeOfDay(std::string& out, int64_t millis, int digits);             // 10:00:00.123
void AppendTimestamp(std::string& out, int64_t value, const Type& type, char separator = ' ');  // digits = precision
// The same with trailing zeros of the fraction cut: how formats write.
void AppendTimestampShort(std::string& out, int64_t value, const Type& type, char separator);

// Readers take the whole text or nothing. Lenient ones accept one-digit fields ("2024-2-3 4:5:6").
std::optional<int64_t> ParseDate(std::string_view text, bool lenient = false);       // days; lenient "2024" and "2024-3", too
std::optional<int64_t> ParseTimeOfDay(std::string_view text, bool lenient = false);  // milliseconds; lenient "10" and "10:11", too
// "yyyy-MM-dd HH:mm:ss[.fraction]" with the given separator, into the unit of `type`. Lenient: the time may be absent, and February 30 is the month's last day.
std::optional<int64_t> ParseTimestamp(std::string_view text, const Type& type, char separator = ' ', bool lenient = false);

}  // namespace freshet::data
