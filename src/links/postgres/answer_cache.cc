#include "links/postgres/answer_cache.h"

namespace freshet::links::postgres {

std::optional<std::optional<Cells>> AnswerCache::Find(const std::string& key, MonoTime now) {
  auto found = answers_.find(key);
  if (found == answers_.end()) return std::nullopt;
  Answer& answer = found->second;
  bool old = (expire_after_write_.ns > 0 && now - answer.written >= expire_after_write_) || (expire_after_access_.ns > 0 && now - answer.used >= expire_after_access_);
  if (old) {
    order_.erase(answer.place);
    answers_.erase(found);
    return std::nullopt;
  }
  answer.used = now;
  order_.splice(order_.begin(), order_, answer.place);
  return answer.row;
}

void AnswerCache::Keep(const std::string& key, const std::optional<Cells>& row, MonoTime now) {
  if (rows_max_ == 0 || (!row && !keeps_missing_)) return;
  auto known = answers_.find(key);
  if (known != answers_.end()) order_.erase(known->second.place);
  order_.push_front(key);
  answers_[key] = {row, now, now, order_.begin()};
  if (static_cast<int64_t>(answers_.size()) <= rows_max_) return;
  answers_.erase(order_.back());
  order_.pop_back();
}

}  // namespace freshet::links::postgres
