#include "links/postgres/answer_cache.h"

namespace freshet::links::postgres {

std::optional<std::vector<Cells>> AnswerCache::Find(const std::string& key, MonoTime now) {
  auto found = answers_.find(key);
  if (found == answers_.end()) return std::nullopt;
  Answer& answer = found->second;
  bool old = (expire_after_write_.ns > 0 && now - answer.written >= expire_after_write_) || (expire_after_access_.ns > 0 && now - answer.used >= expire_after_access_);
  if (old) {
    Forget(key);
    return std::nullopt;
  }
  answer.used = now;
  order_.splice(order_.begin(), order_, answer.place);
  return answer.rows;
}

void AnswerCache::Keep(const std::string& key, const std::vector<Cells>& rows, MonoTime now) {
  Forget(key);
  Answer answer{rows, now, now, {}};
  if (answer.size() > rows_max_ || (rows.empty() && !keeps_missing_)) return;
  order_.push_front(key);
  answer.place = order_.begin();
  rows_ += answer.size();
  answers_.emplace(key, std::move(answer));
  while (rows_ > rows_max_) Forget(std::string(order_.back()));
}

void AnswerCache::Forget(const std::string& key) {
  auto known = answers_.find(key);
  if (known == answers_.end()) return;
  rows_ -= known->second.size();
  order_.erase(known->second.place);
  answers_.erase(known);
}

}  // namespace freshet::links::postgres
