#include "engines/files/test_files.h"

namespace freshet::files {
namespace {

// Keeps letters in memory: at once, or told apart with the epoch's end.
class Letters final : public ports::DeadLetters {
 public:
  Task<> Keep(Ctx, std::vector<ports::DeadLetter> letters) override {
    Take(letters);
    co_return Status();
  }
  Task<std::vector<ports::LogAppend>> Stage(Ctx, std::vector<ports::DeadLetter> letters) override {
    Take(letters);
    co_return std::vector<ports::LogAppend>();
  }
  Task<std::vector<ports::LetterPlace>> Standing(Ctx, ports::DeadLetter) override { co_return std::vector<ports::LetterPlace>(); }
  std::vector<std::string> kept;
  std::string first_why;

 private:
  void Take(const std::vector<ports::DeadLetter>& letters) {
    if (kept.empty() && !letters.empty()) first_why = letters[0].why;
    for (const auto& letter : letters) kept.push_back(StrCat(letter.topic, " ", *letter.key, "@", letter.offset, " ", *letter.value));
  }
};

// The rows of each Poll, told with how many letters its epoch's end has brought; from a position, when one is given.
Task<std::string> ReadInEpochs(Ctx ctx, SimEnv& sim, Letters& letters, std::string format, std::string from, size_t piece_bytes) {
  ports::TableRequest table = Request("in", std::move(format));
  table.bounded = false;
  FilesConnector files(sim.env());
  files.KeepDeadLettersIn(letters);
  CO_ASSIGN_OR_RETURN(auto source, files.OpenSource(ctx, table));
  Status sought = from.empty() ? Status() : source->Seek(from);
  if (!sought.ok()) co_return sought.fault();
  if (piece_bytes > 0) Pieces{&sim, piece_bytes}.Tell(*source);
  std::string out;
  for (bool ended = false; !ended;) {
    CO_ASSIGN_OR_RETURN(auto polled, source->Poll(ctx));
    for (int row = 0; row < polled.batch.length(); ++row) out += polled.batch.column(0)->String(row);
    auto staging = source->Prepare(ctx);
    auto staged = co_await staging;
    if (!staged.ok()) co_return staged.fault();
    if (source->staged_bytes() != 0) co_return Fault::Internal("a letter has stayed behind");
    out += StrCat("@", source->Position(), "=", letters.kept.size(), " ");
    ended = polled.ended;
  }
  co_return out;
}

TEST(Files, KeepLinesThatCannotBeDecodedAndGoOnBehindThem) {
  for (size_t piece_bytes : {0, 1, 20, 1 << 20}) {
    SimEnv sim;
    ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
    ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "x,1\nbad,many\ny,2\nworse,").ok());
    ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/b", "bad,more\nz,3\n").ok());
    Letters letters;

    auto rows = sim.Run(ReadInEpochs(Ctx(), sim, letters, "csv", "", piece_bytes));

    ASSERT_TRUE(rows.ok()) << rows.ToString();
    std::string keys;
    for (char c : *rows) keys += c >= 'x' && c <= 'z' ? std::string(1, c) : "";
    EXPECT_EQ(keys, "xyz") << piece_bytes;
    std::vector<std::string> all{"files.t in/a@4 bad,many", "files.t in/a@17 worse,", "files.t in/b@0 bad,more"};
    bool empty_is_null = letters.kept.size() == 2;
    if (empty_is_null) all.erase(all.begin() + 1);
    EXPECT_EQ(letters.kept, all) << piece_bytes;
    EXPECT_NE(letters.first_why.find("table t, file in/a byte 4: csv: column v: 'many' is not an INT"), std::string::npos) << letters.first_why;
  }
}

TEST(Files, OfNothingButLinesThatCannotBeDecodedAreReadInSteps) {
  for (size_t piece_bytes : {0, 5000, 1 << 20}) {
    SimEnv sim;
    ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
    std::string lines;
    for (int i = 0; i < 2500; ++i) lines += "bad,many\n";
    ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", lines + "good,1\n").ok());
    Letters letters, rest;

    auto rows = sim.Run(ReadInEpochs(Ctx(), sim, letters, "csv", "", piece_bytes));
    auto behind = sim.Run(ReadInEpochs(Ctx(), sim, rest, "csv", "0:9000", piece_bytes));

    ASSERT_TRUE(rows.ok() && behind.ok()) << rows.ToString();
    EXPECT_EQ(letters.kept.size(), 2500U);
    EXPECT_EQ(rest.kept.size(), 1500U);
    EXPECT_TRUE(rows->find("=1000 ") != std::string::npos || piece_bytes == 5000) << *rows;
    EXPECT_NE(rows->find("good@0:22507"), std::string::npos) << *rows;
  }
}

TEST(Files, FailAtALineThatCannotBeDecodedWhereTheTableSaysSo) {
  SimEnv sim;
  FilesConnector files(sim.env());
  Letters letters;
  files.KeepDeadLettersIn(letters);
  ASSERT_TRUE(sim.disk().CreateDirectories("in").ok());
  ASSERT_TRUE(io::WriteWhole(sim.disk(), "in/a", "x,1\nbad,many\n").ok());
  ports::TableRequest strict = Request("in", "csv"), looked_at = Request("in", "csv");
  strict.options["csv.ignore-parse-errors"] = "false";
  int told = 0;
  looked_at.unreadable = [&told](std::string) { ++told; };

  auto failed = sim.Run(ReadAll(Ctx(), files, strict, ""));
  auto looked = sim.Run(ReadAll(Ctx(), files, looked_at, ""));
  size_t before = letters.kept.size();
  auto read = sim.Run(ReadAll(Ctx(), files, Request("in", "csv"), ""));

  EXPECT_NE(failed.ToString().find("file in/a line 2: csv: column v: 'many' is not an INT"), std::string::npos) << failed.ToString();
  ASSERT_TRUE(looked.ok() && read.ok()) << looked.ToString() << read.ToString();
  EXPECT_EQ(told, 1);
  EXPECT_EQ(before, 0U);
  EXPECT_EQ(letters.kept.size(), 1U);  // a run that ends keeps them at once
}

}  // namespace
}  // namespace freshet::files
