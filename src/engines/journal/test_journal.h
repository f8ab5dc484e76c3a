#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engines/journal/journal.h"
#include "testing/sim_env.h"

// For the tests of this room: a journal of small files in the simulated world, and a projection that keeps what it was given.

namespace freshet::journal {

using testing::SimEnv;

inline constexpr char kDirectory[] = "data/journal";
inline const Uuid kHouse = Uuid::Parse("11111111-2222-4333-8444-555555555555").value();

// Keeps every payload it was given; its own durability is a number that the test moves.
class Notes : public ports::Projection {
 public:
  std::string_view name() const override { return "notes"; }
  Status Apply(const data::FrameView& frame) override {
    texts.push_back(std::string(frame.payload));
    return {};
  }
  Status ApplyDamage(const data::Damage& damage) override {
    damages.push_back(damage);
    texts_before_damage.push_back(texts.size());
    return {};
  }
  Task<> Flush(Ctx, data::Position up_to) override {
    durable = up_to;
    co_return Status::Ok();
  }
  data::Position DurablePosition() const override { return durable; }

  std::vector<std::string> texts;
  std::vector<data::Damage> damages;
  std::vector<size_t> texts_before_damage;
  data::Position durable{0};
};

inline JournalOptions Options() {
  return {.directory = kDirectory, .house = kHouse, .file_bytes = 64 << 10, .unprepared_bytes = 32 << 10};
}

inline ports::Unit UnitOf(std::vector<std::string> texts, data::RecordType type = data::RecordType::kLogAppend) {
  ports::Unit unit;
  for (std::string& text : texts) {
    data::Frame frame{.type = type, .stream = data::StreamId::OfPartition({kHouse, data::PartitionId(3)}), .next_offset = data::Offset(77), .head = std::move(text)};
    unit.Stage(std::move(frame));
  }
  return unit;
}

inline Task<> SubmitOne(FileJournal& journal, std::string text, int64_t* told) {
  Ctx ctx;
  std::vector<std::string> texts;
  texts.push_back(std::move(text));
  auto submit = journal.Submit(ctx, UnitOf(std::move(texts)));
  auto submitted = co_await submit;
  if (!submitted.ok()) co_return submitted.status();
  if (told != nullptr) ++*told;
  co_return Status::Ok();
}

// Texts "0".."n-1", one unit each, one after the other.
inline Task<> SubmitMany(FileJournal& journal, int count, size_t bytes, int64_t* told) {
  for (int i = 0; i < count; ++i) {
    std::string text = StrCat(i, " ");
    text.resize(std::max(bytes, text.size()), 'x');
    CO_RETURN_NOT_OK(SubmitOne(journal, std::move(text), told));
  }
  co_return Status::Ok();
}

inline Task<> WriteMany(Env& env, int count, size_t bytes, int64_t* told) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  auto submit = SubmitMany(**journal, count, bytes, told);
  Status submitted = co_await submit;
  auto close = (*journal)->Close();
  co_await close;
  co_return submitted;
}

struct Read {
  std::vector<std::string> texts;
  std::vector<data::Damage> damages;
  Recovery recovery;
};

inline Task<Read> ReadBack(Env& env) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  Read read{notes.texts, notes.damages, (*journal)->recovery()};
  auto close = (*journal)->Close();
  co_await close;
  co_return read;
}

inline Task<> ReplayInto(Env& env, Notes& notes) {
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  auto close = (*journal)->Close();
  co_return co_await close;
}

inline std::string FileAt(SimEnv& sim, size_t index) {
  auto entries = sim.disk().List(kDirectory).value();
  std::erase_if(entries, [](const io::Entry& entry) { return !entry.name.ends_with(".jnl"); });
  return StrCat(kDirectory, "/", entries.at(index).name);
}

// Units of three frames each, "0.0 …", "0.1 …" and so on.
inline Task<> SubmitPairs(Env& env, int pairs, int64_t* told) {
  Notes notes;
  auto journal = FileJournal::Open(env, Options(), {&notes});
  if (!journal.ok()) co_return journal.status();
  Ctx ctx;
  for (int i = 0; i < pairs; ++i) {
    std::vector<std::string> texts;
    for (int part = 0; part < 3; ++part) texts.push_back(StrCat(i, ".", part, " ", std::string(600, 'x')));
    auto submit = (*journal)->Submit(ctx, UnitOf(std::move(texts)));
    auto submitted = co_await submit;
    if (!submitted.ok()) break;
    *told = i + 1;
  }
  auto close = (*journal)->Close();
  co_await close;
  co_return Status::Ok();
}

}  // namespace freshet::journal
