#include "io/patience.h"

#include <algorithm>

namespace freshet::io {
namespace {

constexpr Duration kPatience = Seconds(30);
constexpr Duration kPatienceWhenShort = Seconds(2);

}  // namespace

PeerPatience::PeerPatience(Connection& connection, const Budget& held, MonoTime piece_began)
    : connection_(connection), held_(held), give_up_(piece_began + kPatience) {
  connection_.loop().At(piece_began + kPatienceWhenShort, *this);
}

PeerPatience::~PeerPatience() {
  if (armed()) connection_.loop().Cancel(*this);
}

void PeerPatience::Run() {
  MonoTime now = connection_.loop().clock().Now();
  bool is_over = now >= give_up_ || held_.used() > held_.bytes_max() / 2;
  if (is_over) connection_.Close();
  else connection_.loop().At(std::min(give_up_, now + kPatienceWhenShort), *this);
}

Task<> WriteWithPatience(Connection& connection, std::string_view bytes, const Budget& held) {
  while (!bytes.empty()) {
    PeerPatience patience(connection, held, connection.loop().clock().Now());
    std::string_view piece = bytes.substr(0, PeerPatience::kPieceBytes);
    auto write = connection.Write(piece);
    Status written = co_await write;
    if (!written.ok()) co_return written;
    bytes.remove_prefix(piece.size());
  }
  co_return Status::Ok();
}

}  // namespace freshet::io
