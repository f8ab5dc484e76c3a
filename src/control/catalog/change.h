#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "data/topic.h"
#include "ports/credentials.h"

// The payload of a CatalogChange record, and a topic's bytes in the snapshot file; docs/formats/catalog.md.

namespace freshet::catalog {

struct Change {
  enum class Kind : uint8_t { kTopicPut = 1, kTopicGone = 2, kProducerIdsEnd = 3, kCredentialPut = 4, kCredentialGone = 5, kLoginSecret = 6 };
  Kind kind = Kind::kTopicPut;
  uint64_t number = 0;            // of the change, from 1 on without a gap; 0 inside a snapshot
  data::Topic topic;              // kTopicPut; kTopicGone has the id only
  int64_t producer_ids_end = 0;   // kProducerIdsEnd
  ports::NamedCredential credential = {};  // kCredentialPut; kCredentialGone has name and mechanism only
  Secret login_secret = {};       // kLoginSecret
};

std::string EncodeChange(const Change& change);
// kCorrupt for bytes that are no change; configs were checked before they were journaled and are checked again.
Result<Change> DecodeChange(std::string_view bytes);

void EncodeTopic(const data::Topic& topic, ByteWriter& writer);
Result<data::Topic> DecodeTopic(ByteReader& reader);

}  // namespace freshet::catalog
