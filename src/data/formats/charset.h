#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshet::formats {

// Texts in other characters than UTF-8, by Java's names of them. What cannot be read becomes U+FFFD, what cannot be written a question mark, as in Java.
enum class Charset : unsigned char { kUtf8, kAscii, kLatin1, kUtf16, kUtf16BigEndian, kUtf16LittleEndian };

// "UTF-8", "ISO-8859-1", "latin1" …, in capitals or not; nothing for one that is not known.
std::optional<Charset> FindCharset(std::string_view name);
constexpr std::string_view kCharsetNames = "UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE and UTF-16LE";

void AppendDecoded(std::string& out, std::string_view bytes, Charset charset);  // to UTF-8
void AppendEncoded(std::string& out, std::string_view text, Charset charset);   // from it

}  // namespace freshet::formats
