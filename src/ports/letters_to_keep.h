#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/valid_utf8.h"
#include "io/env.h"
#include "ports/dead_letters.h"
#include "ports/letters_met.h"

namespace freshet::ports {

// Dead letters of one source until they are handed over: at once, before their neighbours go on (after a crash a letter may be there twice, it is never missing), or with the
// position behind them (an attempt that dies leaves none behind). Owned by the source, on its loop.
class LettersToKeep {
 public:
  // `room`: whose log tells the first ones. `keeper` absent: nobody keeps any, and none may be added.
  LettersToKeep(Env& env, std::string room, DeadLetters* keeper, Counter& handed_over) : env_(env), room_(std::move(room)), keeper_(keeper), handed_over_(handed_over) {}

  void Add(DeadLetter letter) {
    letter.why = ValidUtf8(letter.why);  // it quotes the record
    if (warned_++ < kWarningsMax) env_.log().ForRoom(room_).Warn("a record cannot be decoded and is kept as a dead letter", {{"dead_letters", DeadLetterTopic(letter.topic)}, {"why", letter.why}});
    bytes_ += letter.bytes();
    letters_.push_back(std::move(letter));
  }
  int64_t bytes() const { return bytes_; }
  // Of a source whose table others of its pipeline read as well, elsewhere: what these have staged, this one does not. `met` outlives it.
  void ShareWith(LettersMet& met) { met_ = &met; }

  Task<> Keep(Ctx ctx) {
    if (letters_.empty()) co_return Status();
    auto keeping = keeper_->Keep(ctx, Take());
    co_return co_await keeping;
  }
  Task<std::vector<LogAppend>> Stage(Ctx ctx) {
    std::vector<LogAppend> nothing;
    if (met_ != nullptr) {
      CO_RETURN_NOT_OK(LeaveOutWhatOthersMet(ctx));
    }
    if (letters_.empty()) co_return nothing;
    auto staging = keeper_->Stage(ctx, Take());
    co_return co_await staging;
  }

 private:
  static constexpr int64_t kWarningsMax = 10;

  Task<> LeaveOutWhatOthersMet(Ctx ctx) {
    for (const DeadLetter& letter : letters_) {
      if (met_->Knows(letter)) continue;
      CO_ASSIGN_OR_RETURN(auto standing, keeper_->Standing(ctx, letter));
      met_->Learn(letter, std::move(standing));
    }
    std::erase_if(letters_, [this](const DeadLetter& letter) { return !met_->Claim(letter); });
    if (letters_.empty()) bytes_ = 0;
    co_return Status();
  }

  std::vector<DeadLetter> Take() {
    handed_over_.Add(static_cast<int64_t>(letters_.size()));
    bytes_ = 0;
    return std::exchange(letters_, {});
  }

  Env& env_;
  const std::string room_;
  DeadLetters* const keeper_;
  LettersMet* met_ = nullptr;  // absent: nobody else reads the table
  Counter& handed_over_;
  std::vector<DeadLetter> letters_;
  int64_t bytes_ = 0;
  int64_t warned_ = 0;
};

}  // namespace freshet::ports
