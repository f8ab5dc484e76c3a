#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.h"
#include "fuzz/targets.h"

// Known to whoever links a sanitizer, which ends the process by itself.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace freshet::fuzz {
namespace {

const std::filesystem::path kCorpora = "tests/fuzz/corpus";

// "a\x00\n" → three bytes; README.md says how an input stands on its line.
std::string Unescaped(const std::string& line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      out += line[i];
      continue;
    }
    char kind = line.at(++i);
    if (kind == 'x') {
      out += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
    }
  }
  return out;
}

std::string fed;  // which input it is, for whoever dies of it

void TellWhatWasFed() {
  std::string words = StrCat("\nfuzz_corpus_test: died of ", fed, "\n");
  (void)!write(STDERR_FILENO, words.data(), words.size());
}

void OnSignal(int signal) {
  TellWhatWasFed();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

class Corpus : public testing::TestWithParam<Target> {
 protected:
  static void SetUpTestSuite() {
    if (__sanitizer_set_death_callback != nullptr) return __sanitizer_set_death_callback(TellWhatWasFed);
    for (int signal : {SIGABRT, SIGILL, SIGSEGV, SIGFPE}) std::signal(signal, OnSignal);
  }

  // In memory of exactly its size, so that a sanitizer sees who reads beyond it.
  static void Feed(std::string_view input) {
    std::vector<uint8_t> bytes(input.begin(), input.end());
    bytes.shrink_to_fit();
    EXPECT_EQ(GetParam().run(bytes.data(), bytes.size()), 0);
  }
};

// Each as it is, and cut short: a decoder that trusts a length dies of the half.
TEST_P(Corpus, IsReadToTheEnd) {
  std::filesystem::path path = kCorpora / (GetParam().name + ".txt");
  std::ifstream file(path);
  int inputs = 0, line_number = 0;
  fed = StrCat("nothing in ", GetParam().name);
  Feed("");
  for (std::string line; std::getline(file, line);) {
    ++line_number;
    if (line.empty() || line.starts_with('#')) continue;
    fed = StrCat(path.string(), ":", line_number);
    std::string input = Unescaped(line);
    Feed(input);
    Feed(std::string_view(input).substr(0, input.size() / 2));
    Feed(std::string_view(input).substr(0, input.size() - 1));
    ++inputs;
  }

  EXPECT_GT(inputs, 0) << path << " keeps nothing; ./dev fuzz --minimise " << GetParam().name << " makes it";
}

INSTANTIATE_TEST_SUITE_P(OfEachTarget, Corpus, testing::ValuesIn(Targets()), [](const auto& info) { return info.param.name; });

TEST(Corpora, BelongToTargets) {
  std::set<std::string> names;
  for (const Target& target : Targets()) EXPECT_TRUE(names.insert(target.name).second) << target.name << " twice: one of the files needs another name";
  for (const auto& entry : std::filesystem::directory_iterator(kCorpora)) EXPECT_TRUE(names.contains(entry.path().stem().string())) << entry.path();
}

}  // namespace
}  // namespace freshet::fuzz
