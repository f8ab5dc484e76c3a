#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace freshet {

// A Secret is text that must not reach a log, message, metric or trace: it has no AppendText and no stream
// operator, so StrCat and Log refuse it at compile time. Wiped when destroyed. Equality takes the same time
// wherever the first difference is.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.Wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    Wipe();
    text_ = std::move(other.text_);
    other.Wipe();
    return *this;
  }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { Wipe(); }

  bool empty() const { return text_.empty(); }
  bool Equals(std::string_view other) const;

  // The only way to the text; call it where the bytes leave the process, and nowhere else.
  std::string_view Reveal() const { return text_; }

 private:
  void Wipe();
  std::string text_;
};

}  // namespace freshet
