#pragma once

namespace freshet::io {

// Batches come and go by the megabyte: what a thread has freed is kept for its next ones, up to some megabytes, and not given back to the system page by page. To be
// called before other threads begin.
void KeepFreedMemory();

}  // namespace freshet::io
