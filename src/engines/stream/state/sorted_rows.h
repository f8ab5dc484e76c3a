#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engines/stream/state/row_arena.h"

namespace freshet::stream {

// Rows of one partition in the order of their keys: bytes that sort as the rows do, no two alike. Keys and rows lie in an arena that
// partitions share; here a row is 24 bytes, the beginning of its key among them, which nearly always says where it belongs. They stand in
// runs of at most 64, so where many are kept one that comes or goes moves few. The arena given is always the same one. One thread.
class SortedRows {
 public:
  using allocator_type = std::pmr::polymorphic_allocator<>;
  using Row = RowArena::Ref;

  explicit SortedRows(const allocator_type& memory) : runs_(memory) {}
  SortedRows(SortedRows&&) noexcept = default;
  SortedRows(SortedRows&& other, const allocator_type& memory) : runs_(std::move(other.runs_), memory), size_(other.size_) {}
  SortedRows& operator=(SortedRows&&) = default;

  // Of the bytes that the arena holds of a row.
  static std::string_view KeyOf(std::string_view kept);
  static std::string_view RowOf(std::string_view kept);

  void Add(std::string_view key, std::string_view row, RowArena& arena);
  // Whether a row of this key would be behind all; of none, it would.
  bool IsBehindAll(std::string_view key, const RowArena& arena) const;
  // Takes the last one out: there is one. Its bytes stay in the arena until they are freed there.
  Row TakeLast();
  // The same of the first row with these bytes whose key is not before `from` nor behind `to`; absent: there is none.
  std::optional<Row> Take(std::string_view row, std::string_view from, std::string_view to, const RowArena& arena);
  // visit(Row&): it may lie elsewhere now. Tells false to stop.
  template <typename F>
  void ForEach(F visit) {
    for (auto& run : runs_) {
      for (auto& place : run) {
        if (!visit(place.row)) return;
      }
    }
  }
  template <typename F>
  void ForEach(F visit) const {
    for (const auto& run : runs_) {
      for (const auto& place : run) {
        if (!visit(place.row)) return;
      }
    }
  }
  void Clear();
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  // The first 16 bytes of a key, with zeros behind one that is shorter: what differs here differs alike in the keys.
  struct Head {
    uint64_t first = 0;
    uint64_t second = 0;
    auto operator<=>(const Head&) const = default;
  };
  struct Place {
    Head head;
    Row row;
  };
  using Run = std::pmr::vector<Place>;
  struct At {
    size_t run = 0;
    size_t place = 0;
  };

  static Head HeadOf(std::string_view key);
  static bool IsBefore(const Place& place, const Head& head, std::string_view key, const RowArena& arena);
  // The first place whose key is not before this one; of a run that is there even when it is behind its last.
  At Find(std::string_view key, const RowArena& arena) const;
  void Erase(At at);

  std::pmr::vector<Run> runs_;  // none of them empty
  size_t size_ = 0;
};

}  // namespace freshet::stream
