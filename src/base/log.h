#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "base/text.h"
#include "base/time.h"

namespace freshet {

enum class Level : unsigned char { kDebug, kInfo, kWarn, kError };

// Where finished log lines go. io/ has the one that writes to standard error; tests keep lines in memory.
// Thread-safe; called with one whole line without its newline.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void WriteLine(std::string_view json_line) = 0;
};

// One named value of a log line. Numbers and booleans stay bare, everything else becomes a JSON string. A
// Secret has no AppendText, so it does not compile here.
struct LogField {
  template <typename T>
  LogField(std::string_view field_name, const T& value) : name(field_name) {  // NOLINT: brace-initialised at call
    bare = std::is_arithmetic_v<T>;
    AppendText(text, value);
  }
  std::string_view name;
  std::string text;
  bool bare;
};

// A Logger writes JSON lines: {"time":…,"level":…,"room":…,"message":…,fields…}. Cheap to copy; a room keeps
// its own with its name. Thread-safe as far as clock and sink are.
//   log.Info("segment sealed", {{"partition", id}, {"bytes", bytes}});
class Logger {
 public:
  Logger(Clock& clock, LogSink& sink, std::string_view room, Level least = Level::kInfo)
      : clock_(&clock), sink_(&sink), room_(room), least_(least) {}

  Logger ForRoom(std::string_view room) const { return Logger(*clock_, *sink_, room, least_); }

  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) const { Write(Level::kDebug, message, fields); }
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) const { Write(Level::kInfo, message, fields); }
  void Warn(std::string_view message, std::initializer_list<LogField> fields = {}) const { Write(Level::kWarn, message, fields); }
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) const { Write(Level::kError, message, fields); }

 private:
  void Write(Level level, std::string_view message, std::initializer_list<LogField> fields) const;

  Clock* clock_;
  LogSink* sink_;
  std::string room_;
  Level least_;
};

}  // namespace freshet
