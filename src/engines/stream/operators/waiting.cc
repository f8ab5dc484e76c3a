#include "engines/stream/operators/waiting.h"

namespace freshet::stream {

Status WaitingOperator::PassWatermark(EventTime watermark) {
  if (queue_.empty()) return EmitWatermark(watermark);
  queue_.push_back({std::nullopt, watermark, std::nullopt});
  return {};
}

Status WaitingOperator::PassIdle(bool idle) {
  if (queue_.empty()) return EmitIdle(idle);
  queue_.push_back({std::nullopt, {}, idle});
  return {};
}

Status WaitingOperator::Pass(const Item& item) { return item.idle ? EmitIdle(*item.idle) : EmitWatermark(item.watermark); }

Task<> WaitingOperator::Settle(Ctx ctx) {
  while (!queue_.empty()) {
    Item item = std::move(queue_.front());
    queue_.pop_front();
    if (!item.batch) {
      Status passed = Pass(item);
      if (!passed.ok()) co_return passed.fault();
      continue;
    }
    Batch asked = *item.batch;
    auto task = Answer(ctx, std::move(*item.batch));
    auto answered = co_await task;
    if (!answered.ok()) {
      TellFault(0, std::move(asked));
      co_return answered.fault();
    }
    for (const Batch& batch : *answered) {
      Status emitted = Emit(batch);
      if (!emitted.ok()) co_return emitted.fault();
    }
  }
  co_return Status();
}

}  // namespace freshet::stream
