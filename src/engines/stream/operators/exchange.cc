#include "engines/stream/operators/exchange.h"

namespace freshet::stream {

using data::RowKind;

void Outbox::Send(int level, int shard, ExchangeItem item) {
  auto l = static_cast<size_t>(level);
  if (l >= levels_.size()) levels_.resize(l + 1, std::vector<ExchangeItems>(shards_));
  levels_[l][static_cast<size_t>(shard)].push_back(std::move(item));
}

ExchangeItems Outbox::Take(int level, int shard) {
  auto l = static_cast<size_t>(level);
  if (l >= levels_.size()) return {};
  return std::exchange(levels_[l][static_cast<size_t>(shard)], {});
}

ExchangeOut::ExchangeOut(ExchangeSpec spec, int number, int level, Outbox& outbox)
    : Operator(1), spec_(std::move(spec)), number_(number), level_(level), outbox_(outbox), rows_(static_cast<size_t>(outbox.shards())) {}

void ExchangeOut::Send(int shard, Batch batch) {
  counters_.rows_out += batch.selected();
  outbox_.Send(level_, shard, {number_, std::move(batch), {}});
}

Status ExchangeOut::OnBatch(int, const Batch& batch) {
  if (spec_.to == Place::kShards) {
    Split(batch);
  } else if (spec_.to == Place::kOneShard) {
    Send(LoneShard(outbox_.shards()), batch);
  } else {
    counters_.rows_out += batch.selected();
    outbox_.SendToJob({number_, batch, {}});
  }
  return {};
}

// An update whose halves go to different shards is a deletion here and an insertion there.
void ExchangeOut::Split(const Batch& batch) {
  data::Selection sel = batch.selection();
  keys_.Encode(batch, sel, spec_.keys);
  targets_.clear();
  for (auto& rows : rows_) rows.clear();
  for (int k = 0; k < sel.count; ++k) {
    targets_.push_back(ShardOf(KeyGroupOf(keys_.hash(k)), outbox_.shards()));
    rows_[static_cast<size_t>(targets_.back())].push_back(static_cast<uint16_t>(sel.row(k)));
  }
  Batch whole = batch;
  if (!batch.append_only()) {
    std::vector<int8_t> ops(batch.ops(), batch.ops() + batch.length());
    for (int k = 0; k + 1 < sel.count; ++k) {
      bool parted = batch.op(sel.row(k)) == RowKind::kUpdateBefore && batch.op(sel.row(k + 1)) == RowKind::kUpdateAfter && targets_[static_cast<size_t>(k)] != targets_[static_cast<size_t>(k) + 1];
      if (!parted) continue;
      ops[static_cast<size_t>(sel.row(k))] = static_cast<int8_t>(RowKind::kDelete);
      ops[static_cast<size_t>(sel.row(k + 1))] = static_cast<int8_t>(RowKind::kInsert);
    }
    whole = batch.WithOps(std::move(ops));
  }
  for (size_t shard = 0; shard < rows_.size(); ++shard) {
    if (!rows_[shard].empty()) Send(static_cast<int>(shard), whole.WithSelection(rows_[shard]));
  }
}

Status ExchangeOut::PassWatermark(EventTime watermark) {
  SendToAll({number_, std::nullopt, watermark});
  return {};
}

Status ExchangeOut::PassIdle(bool idle) {
  SendToAll({number_, std::nullopt, {}, idle});
  return {};
}

void ExchangeOut::SendToAll(const ExchangeItem& item) {
  if (spec_.to == Place::kJob) outbox_.SendToJob(item);
  if (spec_.to == Place::kOneShard) outbox_.Send(level_, LoneShard(outbox_.shards()), item);
  for (int shard = 0; spec_.to == Place::kShards && shard < outbox_.shards(); ++shard) outbox_.Send(level_, shard, item);
}

}  // namespace freshet::stream
