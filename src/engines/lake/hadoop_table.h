#pragma once

#include <optional>
#include <string>

#include "engines/lake/metadata.h"
#include "io/env.h"

namespace freshet::lake {

// One table of a Hadoop catalog: a folder whose metadata/vN.metadata.json are its versions. The version that exists with
// the highest N is the table; version-hint.text only says where to begin looking. All calls block: on workers.
class HadoopTable {
 public:
  // `location` as it stands in metadata: an absolute path, or file:// and one.
  HadoopTable(Env& env, std::string location);

  const std::string& location() const { return location_; }
  std::string metadata_folder() const { return folder_ + "/metadata"; }
  std::string data_folder() const { return folder_ + "/data"; }
  std::string PathOf(std::string_view location) const;  // a file named in metadata, as a path
  std::string NameOf(int64_t version) const;            // as metadata names it

  struct Version {
    int64_t number = 0;
    TableMetadata metadata;
  };
  Result<std::optional<Version>> Load() const;  // absent: there is no table yet

  // Makes `metadata` version `number`, if nobody has made it before: kAlreadyExists is a lost race, nothing is changed.
  // After any other Fault the outcome is unknown: Load again and look.
  Status Commit(int64_t number, const TableMetadata& metadata);
  // Makes sure that a version found by Load, perhaps made just before a crash, stays, and that the hint knows it.
  Status Confirm(int64_t number);

  // A new durable file. Its name is durable only after its folder is synced.
  Status WriteNew(const std::string& path, std::string_view bytes);

 private:
  std::string VersionPath(int64_t number) const;
  Result<int64_t> Hint() const;  // 0: none
  Status WriteHint(int64_t number);

  Env& env_;
  std::string location_;
  std::string folder_;
};

}  // namespace freshet::lake
