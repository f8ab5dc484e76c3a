#include "data/arrow_ipc/body.h"

#include <algorithm>
#include <cstring>

namespace freshet::arrow_ipc {
namespace {

constexpr int64_t kLengthBytes = 8;  // in front of a packed buffer

Fault TooMuch(int64_t bytes) { return Fault::TooLarge("arrow: ", bytes, " bytes of one batch are needed at once; at most ", kBodyBytesMax, " are read, so write smaller batches"); }

}  // namespace

Result<BufferPlace> Body::PlaceOf(size_t number) const {
  if (number >= plan_.buffers.size()) return Fault::Corrupt("arrow: a batch has fewer buffers than its columns need");
  BufferPlace place = plan_.buffers[number];
  bool inside = place.offset >= 0 && place.length >= 0 && place.offset <= plan_.body_bytes && place.length <= plan_.body_bytes - place.offset;
  if (!inside) return Fault::Corrupt("arrow: a buffer lies outside its body");
  return place;
}

Result<Piece> Body::ReadPlain(int64_t at, int64_t bytes) {
  if (bytes > kBodyBytesMax) return TooMuch(bytes);
  auto slab = data::Slab::Make(static_cast<size_t>(bytes));
  ASSIGN_OR_RETURN(size_t read, in_.ReadAt(plan_.body_at + at, std::span<char>(slab->data(), static_cast<size_t>(bytes))));
  if (static_cast<int64_t>(read) != bytes) return Fault::Corrupt("arrow: the stream is cut");
  return Piece{slab->data(), slab};
}

Result<const Body::Kept*> Body::Keep(size_t number) {
  auto found = kept_.find(number);
  if (found != kept_.end()) return &found->second;
  ASSIGN_OR_RETURN(BufferPlace place, PlaceOf(number));
  bool is_packed = packed() && place.length > 0;
  if (is_packed && place.length < kLengthBytes) return Fault::Corrupt("arrow: a packed buffer is cut");
  ASSIGN_OR_RETURN(Piece piece, ReadPlain(place.offset, place.length));
  Kept kept{piece, place.length};
  if (is_packed) {
    kept.bytes = LoadInt<int64_t>(Order::kLittle, piece.data);
    std::string_view rest(piece.data + kLengthBytes, static_cast<size_t>(place.length - kLengthBytes));
    std::string plain;
    if (kept.bytes == kNotPacked) {
      plain = rest;
      kept.bytes = static_cast<int64_t>(rest.size());
    } else {
      if (kept.bytes < 0) return Fault::Corrupt("arrow: a packed buffer says that it has ", kept.bytes, " bytes");
      if (kept.bytes > kBodyBytesMax - kept_bytes_) return TooMuch(kept.bytes);
      ASSIGN_OR_RETURN(plain, data::Decompress(plan_.codec, rest, static_cast<size_t>(kept.bytes)));
      if (static_cast<int64_t>(plain.size()) != kept.bytes) return Fault::Corrupt("arrow: a packed buffer has ", plain.size(), " bytes and says ", kept.bytes);
    }
    auto slab = data::Slab::Make(plain.size());
    if (!plain.empty()) std::memcpy(slab->data(), plain.data(), plain.size());
    kept.piece = Piece{slab->data(), slab};
  }
  kept_bytes_ += kept.bytes;
  if (kept_bytes_ > kBodyBytesMax) return TooMuch(kept_bytes_);
  return &kept_.emplace(number, std::move(kept)).first->second;
}

Result<int64_t> Body::BytesOf(size_t number) {
  if (packed()) {
    ASSIGN_OR_RETURN(const Kept* kept, Keep(number));
    return kept->bytes;
  }
  ASSIGN_OR_RETURN(BufferPlace place, PlaceOf(number));
  return place.length;
}

Result<Piece> Body::Whole(size_t number) {
  ASSIGN_OR_RETURN(const Kept* kept, Keep(number));
  return kept->piece;
}

Result<Piece> Body::Read(size_t number, int64_t begin, int64_t bytes) {
  ASSIGN_OR_RETURN(int64_t length, BytesOf(number));
  if (begin < 0 || bytes < 0 || begin > length || bytes > length - begin) return Fault::Corrupt("arrow: a buffer is shorter than its rows");
  if (packed()) {
    ASSIGN_OR_RETURN(const Kept* kept, Keep(number));
    return Piece{kept->piece.data + begin, kept->piece.pin};
  }
  return ReadPlain(plan_.buffers[number].offset + begin, bytes);
}

}  // namespace freshet::arrow_ipc
