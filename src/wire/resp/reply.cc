#include "wire/resp/reply.h"

#include <charconv>
#include <cmath>

#include "wire/resp/line.h"

namespace freshet::wire::resp {
namespace {

void AppendDouble(std::string& out, double number) {
  if (std::isnan(number)) out += "nan";
  else if (std::isinf(number)) out += number > 0 ? "inf" : "-inf";
  else AppendText(out, number);
}

// Walks one reply. `at` is where the next byte to understand is; Parse returns false when bytes are missing.
class ReplyParser {
 public:
  ReplyParser(std::string_view bytes, const ReplyCaps& caps) : bytes_(bytes), caps_(caps) {}
  size_t at() const { return at_; }

  Result<bool> Parse(Reply& reply, int depth) {
    if (depth > caps_.depth_max) return Fault::TooLarge("a reply nested deeper than ", caps_.depth_max);
    if (++items_ > caps_.items_max) return Fault::TooLarge("a reply of more than ", caps_.items_max, " items");
    if (at_ >= bytes_.size()) return false;
    char kind = bytes_[at_];
    ASSIGN_OR_RETURN(auto line, CutLine(bytes_, at_ + 1, caps_.line_bytes_max));
    if (!line) return false;
    at_ += line->size() + 3;
    switch (kind) {
      case '$': return ParseBulk(*line, Reply::Kind::kBulk, reply);
      case '=': return ParseBulk(*line, Reply::Kind::kVerbatim, reply);
      case '!': return ParseBulk(*line, Reply::Kind::kError, reply);
      case '*': return ParseItems(*line, Reply::Kind::kArray, 1, depth, reply);
      case '~': return ParseItems(*line, Reply::Kind::kSet, 1, depth, reply);
      case '>': return ParseItems(*line, Reply::Kind::kPush, 1, depth, reply);
      case '%': return ParseItems(*line, Reply::Kind::kMap, 2, depth, reply);
      default: return ParseLine(kind, *line, reply);
    }
  }

 private:
  Result<bool> ParseBulk(std::string_view line, Reply::Kind kind, Reply& reply) {
    auto size = ParseNumber(line);
    if (!size || *size < -1) return Fault::Invalid("'", line, "' is no length");
    if (*size == -1) return Set(reply, Reply::Kind::kNull);
    if (*size > static_cast<int64_t>(caps_.bulk_bytes_max)) return Fault::TooLarge("a bulk string of ", *size, " bytes");
    auto length = static_cast<size_t>(*size);
    if (bytes_.size() < at_ + length + 2) return false;
    if (bytes_.substr(at_ + length, 2) != "\r\n") return Fault::Invalid("a bulk string must end in CR LF");
    reply.text = bytes_.substr(at_, length);
    at_ += length + 2;
    if (kind == Reply::Kind::kVerbatim) {
      if (reply.text.size() < 4 || reply.text[3] != ':') return Fault::Invalid("a verbatim string without its format");
      reply.text.erase(0, 4);
    }
    return Set(reply, kind);
  }

  // Items grow as they come: a count alone allocates nothing.
  Result<bool> ParseItems(std::string_view line, Reply::Kind kind, int64_t each, int depth, Reply& reply) {
    auto count = ParseNumber(line);
    if (!count || *count < -1) return Fault::Invalid("'", line, "' is no count");
    if (*count == -1) return Set(reply, Reply::Kind::kNull);
    if (*count > static_cast<int64_t>(caps_.items_max)) return Fault::TooLarge("a reply of ", *count, " items");
    reply.items.clear();
    for (int64_t i = 0; i < *count * each; ++i) {
      ASSIGN_OR_RETURN(bool came, Parse(reply.items.emplace_back(), depth + 1));
      if (!came) return false;
    }
    return Set(reply, kind);
  }

  Result<bool> ParseLine(char kind, std::string_view line, Reply& reply) {
    reply.text = line;
    switch (kind) {
      case '+': return Set(reply, Reply::Kind::kSimple);
      case '-': return Set(reply, Reply::Kind::kError);
      case '(': return Set(reply, Reply::Kind::kBigNumber);
      case '_': return Set(reply, Reply::Kind::kNull);
      case '#':
        if (line != "t" && line != "f") return Fault::Invalid("'", line, "' is no boolean");
        reply.integer = line == "t";
        return Set(reply, Reply::Kind::kBoolean);
      case ':': {
        auto number = ParseNumber(line);
        if (!number) return Fault::Invalid("'", line, "' is no integer");
        reply.integer = *number;
        return Set(reply, Reply::Kind::kInteger);
      }
      case ',': {
        auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), reply.number);
        if (error != std::errc() || end != line.data() + line.size()) return Fault::Invalid("'", line, "' is no double");
        return Set(reply, Reply::Kind::kDouble);
      }
      default: return Fault::Invalid("a reply cannot begin with byte ", static_cast<int>(static_cast<unsigned char>(kind)));
    }
  }

  static bool Set(Reply& reply, Reply::Kind kind) {
    reply.kind = kind;
    return true;
  }

  std::string_view bytes_;
  const ReplyCaps& caps_;
  size_t at_ = 0;
  size_t items_ = 0;
};

}  // namespace

void ReplyWriter::Head(char kind, int64_t number) {
  out_.push_back(kind);
  AppendText(out_, number);
  out_ += "\r\n";
}

void ReplyWriter::Simple(std::string_view text) {
  out_.push_back('+');
  out_ += text;
  out_ += "\r\n";
}

void ReplyWriter::Error(std::string_view text) {
  out_.push_back('-');
  for (char c : text) out_.push_back(c == '\r' || c == '\n' ? ' ' : c);
  out_ += "\r\n";
}

void ReplyWriter::Integer(int64_t number) { Head(':', number); }

void ReplyWriter::Bulk(std::string_view bytes) {
  Head('$', static_cast<int64_t>(bytes.size()));
  out_ += bytes;
  out_ += "\r\n";
}

void ReplyWriter::Double(double number) {
  std::string text;
  AppendDouble(text, number);
  if (version_ < 3) return Bulk(text);
  out_ += "," + text + "\r\n";
}

void ReplyWriter::Boolean(bool value) {
  if (version_ < 3) return Integer(value);
  out_ += value ? "#t\r\n" : "#f\r\n";
}

void ReplyWriter::Null() { out_ += version_ < 3 ? "$-1\r\n" : "_\r\n"; }
void ReplyWriter::NullArray() { out_ += version_ < 3 ? "*-1\r\n" : "_\r\n"; }
void ReplyWriter::Array(size_t items) { Head('*', static_cast<int64_t>(items)); }

void ReplyWriter::Map(size_t entries) {
  if (version_ < 3) return Array(entries * 2);
  Head('%', static_cast<int64_t>(entries));
}

void ReplyWriter::Verbatim(std::string_view format, std::string_view text) {
  CHECK(format.size() == 3);
  if (version_ < 3) return Bulk(text);
  Head('=', static_cast<int64_t>(text.size() + 4));
  out_ += format;
  out_.push_back(':');
  out_ += text;
  out_ += "\r\n";
}

Result<size_t> ParseReply(std::string_view bytes, const ReplyCaps& caps, Reply& reply) {
  ReplyParser parser(bytes, caps);
  ASSIGN_OR_RETURN(bool whole, parser.Parse(reply, 0));
  return whole ? parser.at() : size_t{0};
}

}  // namespace freshet::wire::resp
