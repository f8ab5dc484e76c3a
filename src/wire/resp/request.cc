#include "wire/resp/request.h"

#include "wire/resp/line.h"

namespace freshet::wire::resp {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\0' || c == '\v' || c == '\f'; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char Escaped(char c) {
  switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'a': return '\a';
    default: return c;
  }
}

// A browser can be made to send lines of its choice to any port, behind these two: so Redis ends such connections, too.
bool IsOfHttp(const std::vector<std::string>& words) {
  if (words.empty()) return false;
  std::string first = words[0];
  for (char& c : first) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return first == "post" || first == "host:";
}

// Reads a word in double quotes from line[at], just past the opening quote. False when it does not end.
bool ReadDoubleQuoted(std::string_view line, size_t& at, std::string& word) {
  while (at < line.size() && line[at] != '"') {
    if (line[at] != '\\' || at + 1 >= line.size()) {
      word.push_back(line[at++]);
      continue;
    }
    bool hex = line[at + 1] == 'x' && at + 3 < line.size() && HexDigit(line[at + 2]) >= 0 && HexDigit(line[at + 3]) >= 0;
    word.push_back(hex ? static_cast<char>(HexDigit(line[at + 2]) * 16 + HexDigit(line[at + 3])) : Escaped(line[at + 1]));
    at += hex ? 4 : 2;
  }
  return at++ < line.size();
}

bool ReadSingleQuoted(std::string_view line, size_t& at, std::string& word) {
  while (at < line.size() && line[at] != '\'') {
    bool escaped = line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '\'';
    word.push_back(escaped ? '\'' : line[at]);
    at += escaped ? 2 : 1;
  }
  return at++ < line.size();
}

}  // namespace

void RequestParser::Reset() {
  at_ = 0;
  arguments_left_ = argument_size_ = -1;
  pieces_.clear();
  words_.clear();
}

Result<bool> RequestParser::Parse(std::string_view bytes) {
  while (arguments_left_ != 0) {
    if (at_ > caps_.request_bytes_max) return Fault::TooLarge("a request of more than ", caps_.request_bytes_max, " bytes");
    ASSIGN_OR_RETURN(bool came, arguments_left_ < 0 ? ParseHead(bytes) : ParseArgument(bytes));
    if (!came) return false;
  }
  return true;
}

Result<bool> RequestParser::ParseHead(std::string_view bytes) {
  if (at_ >= bytes.size()) return false;
  if (bytes[at_] != '*') {
    size_t end = bytes.find('\n', at_);
    size_t seen = (end == std::string_view::npos ? bytes.size() : end) - at_;
    if (seen > caps_.line_bytes_max) return Fault::TooLarge("too big inline request");
    if (end == std::string_view::npos) return false;
    std::string_view line = bytes.substr(at_, end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    RETURN_NOT_OK(SplitInline(line));
    if (IsOfHttp(words_)) return Fault::Invalid("a request of HTTP came to the port of RESP; the connection is closed, for a web page may have sent it");
    at_ = end + 1;
    if (!words_.empty()) arguments_left_ = 0;
    return true;
  }
  ASSIGN_OR_RETURN(auto line, CutLine(bytes, at_ + 1, caps_.line_bytes_max));
  if (!line) return false;
  auto count = ParseNumber(*line);
  if (!count || *count > static_cast<int64_t>(caps_.arguments_max)) return Fault::Invalid("invalid multibulk length");
  at_ += line->size() + 3;
  if (*count > 0) arguments_left_ = *count;
  return true;
}

Result<bool> RequestParser::ParseArgument(std::string_view bytes) {
  if (argument_size_ < 0) {
    if (at_ >= bytes.size()) return false;
    if (bytes[at_] != '$') return Fault::Invalid("expected '$', got '", bytes.substr(at_, 1), "'");
    ASSIGN_OR_RETURN(auto line, CutLine(bytes, at_ + 1, caps_.line_bytes_max));
    if (!line) return false;
    auto size = ParseNumber(*line);
    if (!size || *size < 0 || *size > static_cast<int64_t>(caps_.argument_bytes_max)) return Fault::Invalid("invalid bulk length");
    at_ += line->size() + 3;
    argument_size_ = *size;
  }
  auto size = static_cast<size_t>(argument_size_);
  if (at_ + size > caps_.request_bytes_max) return Fault::TooLarge("a request of more than ", caps_.request_bytes_max, " bytes");
  if (bytes.size() < at_ + size + 2) return false;
  if (bytes.substr(at_ + size, 2) != "\r\n") return Fault::Invalid("an argument must end in CR LF");
  pieces_.push_back({at_, size});
  at_ += size + 2;
  argument_size_ = -1;
  --arguments_left_;
  return true;
}

// Words between blanks; "…" with escapes and '…' as they are, each followed by a blank or the end.
Status RequestParser::SplitInline(std::string_view line) {
  size_t at = 0;
  for (;;) {
    while (at < line.size() && IsBlank(line[at])) ++at;
    if (at >= line.size()) return {};
    std::string word;
    while (at < line.size() && !IsBlank(line[at])) {
      char c = line[at++];
      bool quoted = c == '"' || c == '\'';
      if (!quoted) {
        word.push_back(c);
        continue;
      }
      bool closed = c == '"' ? ReadDoubleQuoted(line, at, word) : ReadSingleQuoted(line, at, word);
      if (!closed || (at < line.size() && !IsBlank(line[at]))) return Fault::Invalid("unbalanced quotes in request");
    }
    words_.push_back(std::move(word));
  }
}

std::vector<std::string_view> RequestParser::Arguments(std::string_view bytes) const {
  if (is_inline()) return {words_.begin(), words_.end()};
  std::vector<std::string_view> arguments;
  arguments.reserve(pieces_.size());
  for (const Piece& piece : pieces_) arguments.push_back(bytes.substr(piece.offset, piece.size));
  return arguments;
}

void AppendRequest(const std::vector<std::string_view>& arguments, std::string& out) {
  AppendText(out, '*');
  AppendText(out, arguments.size());
  out += "\r\n";
  for (std::string_view argument : arguments) {
    AppendText(out, '$');
    AppendText(out, argument.size());
    out += "\r\n";
    out += argument;
    out += "\r\n";
  }
}

}  // namespace freshet::wire::resp
