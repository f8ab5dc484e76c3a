#pragma once

#include <string_view>

namespace freshet {

// A planted bug: code that does the wrong thing when FRESHET_PLANT names it, compiled only with FRESHET_PLANTED_BUGS.
// Crash suites prove with it that they would notice. Never in a release: there it is a constant false.
#ifdef FRESHET_PLANTED_BUGS
bool Planted(std::string_view name);
// For tests that plant and unplant in one process; an empty name unplants.
void Plant(std::string_view name);
#else
constexpr bool Planted(std::string_view) { return false; }
#endif

}  // namespace freshet
