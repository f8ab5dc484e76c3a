#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/env.h"

// What a disk holds, and what it may hold after a power cut. The rules, stricter than any one file system:
// a write, a change of length or a change of a name is durable only when a sync of its file (its folder, for names)
// covered it; of the others any subset survives, in whole or, for a write, in sectors; a renaming is all or nothing.

namespace freshet::testing {

// What becomes of one pending operation when the power goes. The last three are for writes only.
enum class Fate : unsigned char {
  kDrop,
  kKeep,
  kTearFront,  // the sectors before the middle reach the disk
  kTearBack,   // those behind it do
  kZero,       // the new length does, the bytes do not
};

// A DiskImage is a value: copying one is cheap (contents are shared until written).
class DiskImage {
 public:
  static constexpr int64_t kSector = 512;
  using Inode = int;
  static constexpr Inode kRoot = 0;
  static constexpr Inode kNone = -1;

  DiskImage();

  // Names. Paths are '/'-separated; "", "." and "/" all mean the root folder.
  Inode Find(std::string_view path) const;
  bool IsDirectory(Inode inode) const { return nodes_[Index(inode)].directory; }
  const std::map<std::string, Inode>& Entries(Inode directory) const { return nodes_[Index(directory)].entries; }
  Inode Create(Inode directory, const std::string& name, bool is_directory);
  // One atomic change of up to two names (kNone takes a name away).
  struct NameChange {
    Inode directory;
    std::string name;
    Inode inode;
  };
  void ChangeNames(std::vector<NameChange> changes);

  // Contents, as readers see them before any crash.
  const std::string& Content(Inode file) const { return *nodes_[Index(file)].content; }
  void Write(Inode file, int64_t offset, std::string bytes);
  void Truncate(Inode file, int64_t size);
  int64_t BytesUsed() const;

  void Sync(Inode inode);
  // The sync failed: what it should have covered stays pending for ever, whatever later syncs say.
  void FailSync(Inode inode);

  // Changes bytes that are at rest, as rot or a misdirected write would.
  void Damage(Inode file, int64_t offset, std::string_view bytes);
  void DamageLength(Inode file, int64_t size);

  size_t pending() const { return pending_.size(); }
  // "write wal 0+512", "name log/a", …, in the order they were asked for.
  std::vector<std::string> DescribePending() const;
  // The fates that are possible, and differ, for each pending operation.
  std::vector<std::vector<Fate>> PossibleFates() const;

  // The disk after the power came back. One fate for each pending operation.
  DiskImage AfterCrash(const std::vector<Fate>& fates) const;
  // The same, with fates and torn sectors drawn at random.
  DiskImage AfterCrash(io::Random& random) const;
  // What a reader would see, for comparing states: every path with its content.
  std::map<std::string, std::string> Everything() const;

 private:
  struct Node {
    bool directory = false;
    std::shared_ptr<std::string> content = std::make_shared<std::string>();
    std::shared_ptr<std::string> durable = std::make_shared<std::string>();
    std::map<std::string, Inode> entries;
    std::map<std::string, Inode> durable_entries;
  };
  struct Pending {
    enum class Kind : unsigned char { kWrite, kTruncate, kNames } kind;
    Inode file = kNone;
    int64_t offset = 0;  // of a write; the new length for kTruncate
    std::shared_ptr<const std::string> bytes;
    std::vector<NameChange> names;
    bool doomed = false;  // a sync that covered it failed

    bool Touches(Inode inode) const;
  };

  static size_t Index(Inode inode) { return static_cast<size_t>(inode); }
  static std::string& Own(std::shared_ptr<std::string>& shared);
  static void Put(std::string& content, int64_t offset, std::string_view bytes);
  void MakeDurable(const Pending& op, Fate fate);
  void Supersede(const Pending& newer);
  static void SupersedeNames(Pending& op, const Pending& newer, std::vector<Pending>& left);
  static void SupersedeWrite(const Pending& op, const Pending& newer, std::vector<Pending>& left);
  static void SupersedeTruncate(const Pending& op, const Pending& newer, std::vector<Pending>& left);
  void PutSectors(const Pending& op, const std::function<bool(int64_t sector)>& keeps);
  void ForgetVolatile();
  std::string NameOf(Inode inode) const;
  void Walk(Inode directory, const std::string& path, std::map<std::string, std::string>& out) const;

  std::vector<Node> nodes_;
  std::vector<Pending> pending_;
};

}  // namespace freshet::testing
