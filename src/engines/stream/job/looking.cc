#include "engines/stream/job/looking.h"

namespace freshet::stream {

Looking::Looking(const ports::Connectors& all) {
  for (const auto& [name, connector] : all) connectors_[name] = &passing_.try_emplace(name, *connector, unread_).first->second;
}

Task<std::unique_ptr<ports::Source>> Looking::Passing::OpenSource(Ctx ctx, ports::TableRequest table) {
  table.unreadable = [&unread = unread_](std::string why) {
    if (unread.records++ == 0) unread.first = std::move(why);
  };
  return inner_.OpenSource(ctx, std::move(table));
}

}  // namespace freshet::stream
