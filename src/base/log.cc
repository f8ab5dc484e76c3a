#include "base/log.h"

#include "base/valid_utf8.h"

namespace freshet {
namespace {

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kDebug: return "debug";
    case Level::kInfo: return "info";
    case Level::kWarn: return "warn";
    case Level::kError: return "error";
  }
  return "unknown";
}

}  // namespace

void Logger::Write(Level level, std::string_view message, std::initializer_list<LogField> fields) const {
  if (level < least_) return;
  std::string line = StrCat("{\"time\":", clock_->WallNow().ms, ",\"level\":\"", LevelName(level), "\",\"room\":");
  AppendJsonString(line, room_);
  line += ",\"message\":";
  AppendJsonString(line, message);
  for (const LogField& field : fields) {
    line += ',';
    AppendJsonString(line, field.name);
    line += ':';
    if (field.bare) line += field.text;
    else AppendJsonString(line, ValidUtf8(field.text));  // of records, files, peers: whatever their bytes are
  }
  line += '}';
  sink_->WriteLine(line);
}

}  // namespace freshet
