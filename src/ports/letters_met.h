#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/dead_letters.h"

namespace freshet::ports {

// Which records of one table are dead letters already, for a pipeline that reads it at several places: what one reader has handed over, no other one does. Owned by
// who drives the readers, on their loop; of one attempt.
class LettersMet {
 public:
  static constexpr size_t kMetMax = 100'000;  // of this attempt, of one topic; the oldest ones are forgotten

  bool Knows(const DeadLetter& of) const { return topics_.contains(Name(of)); }
  // Those that stood when this attempt met the first one of that topic.
  void Learn(const DeadLetter& of, std::vector<LetterPlace> standing) {
    std::sort(standing.begin(), standing.end());
    topics_[Name(of)].standing = std::move(standing);
  }
  // Whether this is the first time that anybody meets it; from now on it is not.
  bool Claim(const DeadLetter& letter) {
    OfTopic& topic = topics_[Name(letter)];
    LetterPlace place{letter.partition, letter.offset};
    bool stands = std::binary_search(topic.standing.begin(), topic.standing.end(), place);
    if (stands || !topic.met.insert(place).second) return false;
    topic.in_order.push_back(place);
    if (topic.in_order.size() <= kMetMax) return true;
    topic.met.erase(topic.in_order.front());
    topic.in_order.pop_front();
    return true;
  }

 private:
  struct OfTopic {
    std::vector<LetterPlace> standing;
    std::set<LetterPlace> met;
    std::deque<LetterPlace> in_order;
  };
  static std::string Name(const DeadLetter& letter) { return StrCat(letter.topic, "/", letter.topic_id); }

  std::map<std::string, OfTopic> topics_;
};

}  // namespace freshet::ports
