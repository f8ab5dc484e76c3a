#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace freshet {

// StrCat joins strings, characters and numbers into one string, for messages and names.
// A type of ours takes part by offering `void AppendText(std::string&, const T&)` beside it.
inline void AppendText(std::string& out, std::string_view text) { out.append(text); }
inline void AppendText(std::string& out, const char* text) { out.append(text); }
inline void AppendText(std::string& out, char c) { out.push_back(c); }
inline void AppendText(std::string& out, bool value) { out.append(value ? "true" : "false"); }
void AppendText(std::string& out, int64_t value);
void AppendText(std::string& out, uint64_t value);
void AppendText(std::string& out, float value);
void AppendText(std::string& out, double value);
template <std::integral Number>
void AppendText(std::string& out, Number value) {
  if constexpr (std::is_signed_v<Number>) AppendText(out, static_cast<int64_t>(value));
  else AppendText(out, static_cast<uint64_t>(value));
}

// One of what StrCat joins, borrowed: one appender is compiled for a type, not one for each row of types.
class TextPart {
 public:
  TextPart(std::string_view text) : thing_(text.data()), size_(text.size()) {}  // NOLINT: parts convert
  TextPart(const char* text) : TextPart(std::string_view(text)) {}              // NOLINT
  TextPart(const std::string& text) : TextPart(std::string_view(text)) {}       // NOLINT
  template <typename T>
  TextPart(const T& thing)                                                      // NOLINT
      : thing_(&thing), append_([](std::string& out, const void* it) { AppendText(out, *static_cast<const T*>(it)); }) {}

  void AppendTo(std::string& out) const {
    if (append_ != nullptr) append_(out, thing_);
    else out.append(static_cast<const char*>(thing_), size_);
  }

 private:
  const void* thing_;
  size_t size_ = 0;
  void (*append_)(std::string& out, const void* thing) = nullptr;  // absent: it is text
};

std::string Joined(std::initializer_list<TextPart> parts);

template <typename... Parts>
std::string StrCat(const Parts&... parts) {
  return Joined({TextPart(parts)...});
}

// Appends `text` as a JSON string with its quotes. Bytes ≥ 0x80 pass through; control characters are escaped.
void AppendJsonString(std::string& out, std::string_view text);

// Lower-case hexadecimal of each byte.
std::string ToHex(std::string_view bytes);

}  // namespace freshet
