#include "engines/journal/inspect.h"

namespace freshet::journal {

Status InspectFiles(io::Files& files, const std::string& directory, const std::optional<Uuid>& house, data::Position from,
                    const std::function<void(const InspectedFile&)>& visit) {
  ASSIGN_OR_RETURN(std::vector<FileName> names, ListFiles(files, directory));
  data::Position at = from;
  for (size_t i = 0; i < names.size(); ++i) {
    const FileName* following = i + 1 < names.size() ? &names[i + 1] : nullptr;
    Scan scan;
    InspectedFile file{.name = names[i], .is_needed = following == nullptr || following->first > from, .holds = {}, .header = {}, .scan = scan};
    auto bytes = io::ReadWhole(files, names[i].path, INT32_MAX);
    auto header = bytes.ok() ? CheckFile(names[i], *bytes, static_cast<int64_t>(bytes->size()), house, following == nullptr) : bytes.status();
    if (!header.ok()) file.holds = header.status();
    if (header.ok()) file.header = *header;
    if (bytes.ok()) file.bytes = static_cast<int64_t>(bytes->size());
    if (file.header.has_value()) {
      if (file.is_needed) file.holds = CheckFollows(names[i], at);
      scan = ScanFile(*bytes, *file.header, following != nullptr ? following->first : from);
      at = std::max(at, scan.end);
    }
    visit(file);
  }
  return {};
}

}  // namespace freshet::journal
