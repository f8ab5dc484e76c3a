#pragma once

#include <cstdint>
#include <map>

#include "data/arrow_ipc/messages.h"
#include "data/column.h"

namespace freshet::arrow_ipc {

using data::Pin;

inline constexpr int64_t kBodyBytesMax = 256 << 20;  // of one batch that are in memory at once

// Some bytes of a buffer, with Slab::kSpareBytes readable ones behind, in memory that the pin keeps.
struct Piece {
  const char* data = nullptr;
  Pin pin;
};

// The body of one message: only what is asked for is read. Borrows the input; used by one thread.
class Body {
 public:
  Body(data::ByteInput& in, const BatchPlan& plan) : in_(in), plan_(plan) {}

  // Of buffer `number` so many bytes from `begin` on; aligned for values of their width if `begin` is a multiple of it.
  Result<Piece> Read(size_t number, int64_t begin, int64_t bytes);
  // A whole buffer, kept for those who ask later.
  Result<Piece> Whole(size_t number);
  Result<int64_t> BytesOf(size_t number);  // unpacked

 private:
  struct Kept {
    Piece piece;
    int64_t bytes = 0;
  };
  Result<BufferPlace> PlaceOf(size_t number) const;
  Result<Piece> ReadPlain(int64_t at, int64_t bytes);
  Result<const Kept*> Keep(size_t number);
  bool packed() const { return plan_.codec != data::Codec::kNone; }

  data::ByteInput& in_;
  const BatchPlan& plan_;
  std::map<size_t, Kept> kept_;
  int64_t kept_bytes_ = 0;
};

}  // namespace freshet::arrow_ipc
