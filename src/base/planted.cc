#include "base/planted.h"

#ifdef FRESHET_PLANTED_BUGS

#include <cstdlib>
#include <string>

namespace freshet {
namespace {

std::string& PlantedName() {
  static std::string name = [] {
    const char* wanted = std::getenv("FRESHET_PLANT");
    return std::string(wanted == nullptr ? "" : wanted);
  }();
  return name;
}

}  // namespace

bool Planted(std::string_view name) { return PlantedName() == name; }
void Plant(std::string_view name) { PlantedName() = name; }

}  // namespace freshet

#endif
