#pragma once

#include "base/time.h"

namespace freshet::io {

// For a worker that reads from a socket which a library holds: how long it will still wait for the other side.
class ReadPatience {
 public:
  explicit ReadPatience(Duration patience);

  // Until there is something to read, or the end; false when the time is over.
  bool Wait(int descriptor);

 private:
  const MonoTime end_;
};

}  // namespace freshet::io
