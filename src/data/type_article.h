#pragma once

#include <string>

#include "data/type.h"

namespace freshet::data {

// "an INT", "a TIMESTAMP(3)": a type inside a sentence, nullable or not.
inline std::string WithArticle(const Type& type) {
  std::string name = type.WithNullable(true).ToString();
  bool sounds_a_vowel = std::string_view("AEIO").find(name.front()) != std::string_view::npos;
  return (sounds_a_vowel ? "an " : "a ") + name;
}

}  // namespace freshet::data
