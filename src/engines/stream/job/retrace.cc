#include "engines/stream/job/retrace.h"

#include "engines/stream/job/table_request.h"

namespace freshet::stream {

bool ShowsRowsEarly(const Node& sink) {
  const auto* spec = std::get_if<SinkSpec>(&sink.spec);
  if (spec == nullptr || IsInner(*spec) || !IsOfTopics(*spec->table)) return false;
  auto guarantee = spec->table->options.find("sink.delivery-guarantee");
  bool with_the_epoch = guarantee != spec->table->options.end() && guarantee->second == "exactly-once";
  return !with_the_epoch;
}

bool ShowsChangesEarly(const Node& sink) { return ShowsRowsEarly(sink) && sink.inputs[0]->changelog.updates; }

bool Retrace::Takes(const ports::Polled& polled) {
  int64_t& before = rows_[polled.partition];
  bool takes = !polled.came_later && before < kRowsMax;
  before += polled.batch.selected();
  return takes;
}

}  // namespace freshet::stream
