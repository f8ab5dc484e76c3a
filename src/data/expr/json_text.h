#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// JSON as text and as a flat tree, read as strictly as Flink's reader (Jackson) does: numbers keep their digits, of equal keys the last one counts, and what
// stands behind the first value is not looked at.

namespace freshet::expr {

enum class JsonKind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

// Nodes lie in the order of the text: a node's subtree ends before `next`. An object's children are key, value, key, value …
struct JsonNode {
  JsonKind kind = JsonKind::kNull;
  bool escaped = false;  // a string with backslashes
  uint32_t begin = 0;    // of its text; strings without the quotes
  uint32_t end = 0;
  uint32_t next = 0;

  bool is_scalar() const { return kind < JsonKind::kArray; }
};

// A JsonDocument reads one text after the other and keeps its memory. Node 0 is the root. Borrows the text.
class JsonDocument {
 public:
  static constexpr int kDepthMax = 1000;  // arrays and objects in each other
  enum class Stopped : uint8_t { kNowhere, kAtWhatIsNoJson, kTooDeep, kAtTooManyNodes };

  // False: it stopped before the end. A text of n bytes has n/2 nodes at most.
  bool Parse(std::string_view text, size_t nodes_max = SIZE_MAX);
  Stopped stopped() const { return stopped_; }
  // Gives back what it keeps for the next text when that is more than so much.
  void Trim(size_t bytes_max) {
    if (nodes_.capacity() * sizeof(JsonNode) > bytes_max) nodes_ = {};
  }

  const JsonNode& node(uint32_t i) const { return nodes_[i]; }
  uint32_t first_child(uint32_t i) const { return i + 1; }
  size_t ChildrenOf(uint32_t i) const;  // elements of an array, members of an object
  std::string_view raw(const JsonNode& node) const { return text_.substr(node.begin, node.end - node.begin); }
  // Whether a string node says `wanted`.
  bool Says(const JsonNode& node, std::string_view wanted) const;
  // The value of the last member `key` of an object; 0 where there is none.
  uint32_t Member(uint32_t object, std::string_view key) const;

  // A scalar's own text: a string without quotes and escapes, a number as Java's BigDecimal prints it.
  void AppendScalar(std::string& out, const JsonNode& node) const;
  // Without blanks, keys in order.
  void AppendCompact(std::string& out, uint32_t i) const;

 private:
  bool Value(int depth);
  bool Members(uint32_t self, int depth);
  bool Elements(uint32_t self, int depth);
  bool String();
  bool Number();
  bool Literal(std::string_view word, JsonKind kind);
  bool RootEndsCleanly() const;
  void SkipBlanks();
  bool Take(char c);
  bool Stop(Stopped why) {
    stopped_ = why;
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t nodes_max_ = SIZE_MAX;
  Stopped stopped_ = Stopped::kNowhere;
  std::vector<JsonNode> nodes_;
};

// "1.0E+3" of "1.0e3", "0" of "-0": how Java prints the number it reads.
void AppendJavaNumber(std::string& out, std::string_view number);

// Appends what the inside of a JSON string means.
void AppendUnescaped(std::string& out, std::string_view inside);

// Appends one JSON object: members in the order of their keys, of equal keys the last one.
struct JsonMember {
  std::string key;
  std::string value;  // JSON already
};
void AppendObject(std::string& out, std::vector<JsonMember> members);

}  // namespace freshet::expr
