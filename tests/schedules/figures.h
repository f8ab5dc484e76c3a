#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace freshet::testing {

// Every named point that an epoch passes, from its rows to what other systems are owed. Those that are passed on other ways stand in schedules_test.cc, each with the test that ends a house there.
inline constexpr std::string_view kKillPoints[] = {
    "pipeline.after_prepare",    "epochs.before_state_file",   "epochs.state_file_unsynced", "epochs.state_file_without_name", "epochs.after_state_file",
    "pipeline.before_commit",    "epochs.before_commit",       "log.before_joint_write",     "log.after_joint_write",          "log.before_joint_unit",
    "journal.before_write",      "journal.before_sync",        "journal.after_sync",         "journal.before_ack",             "log.after_joint_unit",
    "epochs.after_commit",       "pipeline.after_commit",      "files.before_publish",       "files.published_unsynced",       "files.before_carry",
    "lake.before_link",          "lake.after_link",            "lake.before_hint",           "link.before_commit",             "link.after_commit",
    "pipeline.before_delivered", "pipeline.before_redelivery", "log.before_segment_write",   "log.after_segment_write",        "log.before_segment_sync",
    "log.before_large_write",    "log.after_large_write",      "log.before_checkpoint",      "log.after_checkpoint",           "epochs.before_checkpoint",
    "epochs.after_checkpoint",   "journal.before_file_rename", "journal.after_file_rename",
};
inline constexpr size_t kKillPointCount = std::size(kKillPoints);

// What schedules met, and whether it held.
struct ScheduleFigures {
  int64_t schedules = 0;
  std::array<int64_t, kKillPointCount> kills{};  // at each named point
  int64_t step_kills = 0;                        // between two steps
  int64_t change_kills = 0;                      // at a call that changes a file
  int64_t restarts = 0;                          // with a kill or without
  int64_t other_parallelism = 0;                 // of them
  int64_t zombies = 0;                           // commits of attempts that had ended
  int64_t swallowed = 0;                         // answers to what took effect
  int64_t lost = 0;                              // requests that took no effect
  int64_t epochs = 0;                            // committed
  int64_t rows = 0;                              // of committed output, compared
  int64_t virtual_ms = 0;
  int64_t mismatches = 0;

  int64_t all_kills() const {
    int64_t all = step_kills + change_kills;
    for (int64_t at_point : kills) all += at_point;
    return all;
  }
  void Add(const ScheduleFigures& other) {
    schedules += other.schedules;
    for (size_t i = 0; i < kKillPointCount; ++i) kills[i] += other.kills[i];
    step_kills += other.step_kills;
    change_kills += other.change_kills;
    restarts += other.restarts;
    other_parallelism += other.other_parallelism;
    zombies += other.zombies;
    swallowed += other.swallowed;
    lost += other.lost;
    epochs += other.epochs;
    rows += other.rows;
    virtual_ms += other.virtual_ms;
    mismatches += other.mismatches;
  }
};

}  // namespace freshet::testing
