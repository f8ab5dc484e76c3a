#pragma once

#include <span>
#include <vector>

#include "io/env.h"
#include "ports/dead_letters.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::topic_tables {

// Each bad record goes to __dead.<its topic>, with where it stood, who read it and why in its headers. Those of one partition go together: a commit for each would hold up
// the good ones behind ten thousand. Owned by TopicTables; thread-safe.
class DeadLetterTopics final : public ports::DeadLetters {
 public:
  DeadLetterTopics(Env& env, ports::EventLog& log, ports::Topics& topics) : env_(env), log_(log), topics_(topics) {}

  Task<> Keep(Ctx ctx, std::vector<ports::DeadLetter> letters) override;
  Task<std::vector<ports::LogAppend>> Stage(Ctx ctx, std::vector<ports::DeadLetter> letters) override;
  // Reads the topic that keeps them from its start to what is committed now.
  Task<std::vector<ports::LetterPlace>> Standing(Ctx ctx, ports::DeadLetter like) override;

 private:
  Task<ports::LogAppend> AppendOf(Ctx ctx, std::span<const ports::DeadLetter> run);  // of one partition, as one batch

  Env& env_;
  ports::EventLog& log_;
  ports::Topics& topics_;
};

}  // namespace freshet::topic_tables
