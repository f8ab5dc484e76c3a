#include "base/secret.h"

namespace freshet {

bool Secret::Equals(std::string_view other) const {
  unsigned char difference = text_.size() == other.size() ? 0 : 1;
  for (size_t i = 0; i < other.size(); ++i) {
    char mine = text_.empty() ? '\0' : text_[i % text_.size()];
    difference = static_cast<unsigned char>(difference | (mine ^ other[i]));
  }
  return difference == 0;
}

void Secret::Wipe() {
  volatile char* at = text_.data();
  for (size_t i = 0; i < text_.size(); ++i) at[i] = 0;
  text_.clear();
}

}  // namespace freshet
