#pragma once

#include <map>
#include <string>

#include "ports/connector.h"

namespace freshet::stream {

// What a look at tables could not read.
struct Unread {
  int64_t records = 0;
  std::string first;  // where it stands, and why
};

// The same connectors, whose sources pass over what they cannot read and say so here, instead of keeping it in the house. All of them are read on one loop.
class Looking {
 public:
  explicit Looking(const ports::Connectors& all);

  const ports::Connectors& connectors() const { return connectors_; }
  const Unread& unread() const { return unread_; }

 private:
  class Passing final : public ports::Connector {
   public:
    Passing(ports::Connector& inner, Unread& unread) : inner_(inner), unread_(unread) {}

    Status Check(const ports::TableRequest& table, ports::TableUse use) const override { return inner_.Check(table, use); }
    Task<std::unique_ptr<ports::Source>> OpenSource(Ctx ctx, ports::TableRequest table) override;
    Task<std::unique_ptr<ports::Sink>> OpenSink(Ctx ctx, ports::TableRequest table) override { return inner_.OpenSink(ctx, std::move(table)); }
    Task<std::unique_ptr<ports::Lookup>> OpenLookup(Ctx ctx, ports::LookupRequest lookup) override { return inner_.OpenLookup(ctx, std::move(lookup)); }
    const ports::TableCatalog* catalog() const override { return inner_.catalog(); }

   private:
    ports::Connector& inner_;
    Unread& unread_;
  };

  Unread unread_;
  std::map<std::string, Passing> passing_;
  ports::Connectors connectors_;
};

}  // namespace freshet::stream
