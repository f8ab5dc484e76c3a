#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engines/journal/files.h"
#include "engines/journal/scan.h"

namespace freshet::journal {

// One journal file as a recovery from some position would read it.
struct InspectedFile {
  const FileName& name;
  int64_t bytes = 0;
  bool is_needed = true;             // a recovery would read it
  Status holds;                      // else: why a recovery would refuse to start
  std::optional<FileHeader> header;  // nothing also when no frame was ever written
  const Scan& scan;

  int64_t PlaceOf(data::Position position) const { return static_cast<int64_t>(kFileHeaderBytes + (position - name.first)); }
};

// Shows every file in use to `visit`, in order. Reads only, and goes on where a recovery would refuse.
Status InspectFiles(io::Files& files, const std::string& directory, const std::optional<Uuid>& house, data::Position from,
                    const std::function<void(const InspectedFile&)>& visit);

}  // namespace freshet::journal
