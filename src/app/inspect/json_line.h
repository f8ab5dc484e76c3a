#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

namespace freshet::app {

// One JSON object on one line.
class JsonLine {
 public:
  JsonLine& Text(std::string_view name, std::string_view value) {
    Name(name);
    AppendJsonString(out_, value);
    return *this;
  }
  template <typename Value>
  JsonLine& Number(std::string_view name, const Value& value) {
    Name(name);
    AppendText(out_, value);
    return *this;
  }
  std::string Finish() const { return out_ + "}"; }

 private:
  void Name(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    AppendJsonString(out_, name);
    out_ += ':';
  }
  std::string out_ = "{";
};

}  // namespace freshet::app
