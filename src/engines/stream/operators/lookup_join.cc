#include "engines/stream/operators/lookup_join.h"

#include <algorithm>

#include "engines/stream/state/rows.h"
#include "io/pause.h"

namespace freshet::stream {
namespace {

constexpr int64_t kTableBytesMax = int64_t{1} << 30;

std::string KeyOf(const Batch& batch, int row, const std::vector<int>& columns, bool* null) {
  std::string key;
  *null = false;
  for (int c : columns) {
    *null |= batch.column(c)->IsNull(row);
    AppendKey(key, *batch.column(c), row);
  }
  return key;
}

}  // namespace

LookupJoin::LookupJoin(JoinSpec spec, ports::Connector* connector, ports::TableRequest table, std::vector<data::Type> left, std::vector<data::Type> out, const expr::Session& session, std::shared_ptr<const io::CancelFlag> cancel)
    : spec_(std::move(spec)), connector_(connector), table_(std::move(table)), left_(std::move(left)), session_(session), cancel_(std::move(cancel)), pairs_(out) {}

Task<> LookupJoin::Open(Ctx ctx) {
  if (whole_ || lookup_) co_return Status();
  bool files = table_.options["connector"] == "filesystem";
  if (files) {
    auto reading = ReadTable(ctx);
    Status read = co_await reading;
    whole_ = read.ok();
    co_return read;
  }
  ports::LookupRequest request;
  request.table = table_;
  for (int key : spec_.right_keys) request.key_columns.push_back(table_.columns.fields()[static_cast<size_t>(key)].name);
  if (request.key_columns.empty()) co_return Fault::Invalid("table ", table_.name, ": a lookup join needs an equality between one of its columns and the row");
  auto opening = connector_->OpenLookup(ctx, std::move(request));
  auto opened = co_await opening;
  if (!opened.ok()) co_return opened.fault();
  lookup_ = std::move(*opened);
  co_return Status();
}

Task<> LookupJoin::ReadTable(Ctx ctx) {
  auto opening = connector_->OpenSource(ctx, table_);
  auto opened = co_await opening;
  if (!opened.ok()) co_return opened.fault();
  std::unique_ptr<ports::Source> source = std::move(*opened);
  int64_t bytes = 0;
  for (bool ended = false; !ended;) {
    auto polling = source->Poll(ctx);
    auto polled = co_await polling;
    if (!polled.ok()) co_return polled.fault();
    ended = polled->ended;
    if (polled->batch.selected() == 0) continue;
    Batch batch = polled->batch.Gather();
    bytes += batch.pinned_bytes();
    if (bytes > kTableBytesMax) co_return Fault::TooLarge("table ", table_.name, " is larger than ", kTableBytesMax, " bytes, which is as much as a lookup join keeps");
    for (int row = 0; row < batch.length(); ++row) {
      bool null = false;
      std::string key = KeyOf(batch, row, spec_.right_keys, &null);
      if (!null) places_[key].push_back({static_cast<uint32_t>(rows_.size()), row});
    }
    rows_.push_back(std::move(batch));
  }
  co_return Status();
}

// Each distinct key is asked for once; keys that nobody knows are asked for again as often as the query says.
Task<> LookupJoin::Ask(Ctx ctx, Batch batch) {
  rows_.clear();
  places_.clear();
  unknown_.clear();
  Asked asked = KeysOf(batch);
  CHECK((spec_.lookup.retries == 0 && spec_.lookup.timeout_ms == 0) || session_.clock != nullptr);
  if (spec_.lookup.timeout_ms > 0) ctx = ctx.WithDeadline(session_.clock->Now() + Milliseconds(spec_.lookup.timeout_ms));
  for (int attempt = 1; !asked.keys.empty(); ++attempt) {
    auto asking = AskOnce(ctx, batch, std::move(asked));
    auto missing = co_await asking;
    if (!missing.ok()) co_return TooLate(missing.fault());
    asked = std::move(*missing);
    bool ends = asked.keys.empty() || attempt > spec_.lookup.retries;
    if (ends) co_return Status();
    auto pausing = io::PauseUntil(ctx, *session_.clock, session_.clock->Now() + Milliseconds(spec_.lookup.delay_ms));
    Status wanted = co_await pausing;
    if (!wanted.ok()) co_return TooLate(wanted.fault());
  }
  co_return Status();
}

Fault LookupJoin::TooLate(const Fault& fault) const {
  bool by_hint = fault.code() == Code::kDeadlineExceeded && spec_.lookup.timeout_ms > 0;
  return by_hint ? Fault::DeadlineExceeded("table ", table_.name, ": no answer within ", spec_.lookup.timeout_ms, " ms, which is the 'timeout' of the hint LOOKUP") : fault;
}

LookupJoin::Asked LookupJoin::KeysOf(const Batch& batch) {
  Asked asked;
  data::Selection sel = batch.selection();
  for (int k = 0; k < sel.count; ++k) {
    bool null = false;
    std::string key = KeyOf(batch, sel.row(k), spec_.left_keys, &null);
    if (null || !places_.try_emplace(key).second) continue;
    asked.rows.push_back(static_cast<uint16_t>(sel.row(k)));
    asked.keys.push_back(std::move(key));
  }
  return asked;
}

// Those that were not found.
Task<LookupJoin::Asked> LookupJoin::AskOnce(Ctx ctx, Batch batch, Asked asked) {
  std::vector<data::ColumnPtr> columns;
  for (int c : spec_.left_keys) columns.push_back(batch.column(c));
  Batch wanted = Batch(batch.length(), std::move(columns)).WithSelection(asked.rows).Gather();
  auto asking = lookup_->Get(ctx, std::move(wanted));
  auto answer = co_await asking;
  if (!answer.ok()) co_return answer.fault();
  Asked missing;
  bool keeps_all = spec_.kind == JoinKind::kLeft;
  bool any_found = std::find(answer->found.begin(), answer->found.end(), true) != answer->found.end();
  auto batch_number = static_cast<uint32_t>(rows_.size());
  for (int row = 0; row < answer->rows.length(); ++row) {
    auto i = static_cast<size_t>(answer->KeyOf(row));
    if (answer->found[i]) places_[asked.keys[i]].push_back({batch_number, row});
    else if (keeps_all) unknown_[asked.keys[i]] = {batch_number, row};
  }
  for (size_t i = 0; i < asked.keys.size(); ++i) {
    if (answer->found[i]) {
      unknown_.erase(asked.keys[i]);
      continue;
    }
    missing.rows.push_back(asked.rows[i]);
    missing.keys.push_back(std::move(asked.keys[i]));
  }
  if (any_found || keeps_all) rows_.push_back(answer->rows);
  co_return missing;
}

Task<LookupJoin::Batches> LookupJoin::Answer(Ctx ctx, Batch batch) {
  if (ctx.cancel == nullptr) ctx.cancel = cancel_;
  auto opening = Open(ctx);
  Status opened = co_await opening;
  if (!opened.ok()) co_return opened.fault();
  if (!whole_) {
    auto asking = Ask(ctx, batch);
    Status asked = co_await asking;
    if (!asked.ok()) co_return asked.fault();
  }
  co_return Combine(batch);
}

Result<LookupJoin::Batches> LookupJoin::Combine(const Batch& batch) {
  Batches out;
  data::Selection sel = batch.selection();
  auto width = static_cast<int>(left_.size());
  for (int k = 0; k < sel.count; ++k) {
    int row = sel.row(k);
    bool null = false;
    std::string key = KeyOf(batch, row, spec_.left_keys, &null);
    auto found = places_.find(key);
    if (!null && found != places_.end()) {
      for (const Place& place : found->second) {
        const Batch& right = rows_[place.batch];
        for (int c = 0; c < right.column_count(); ++c) pairs_.column(width + c).AppendFrom(*right.column(c), place.row);
        padded_.push_back(false);
        EndRow(batch, row);
        if (pairs_.length() == data::kMaxBatchRows - 1) RETURN_NOT_OK(Flush(batch, out));
      }
    }
    if (spec_.kind != JoinKind::kLeft) continue;
    auto unknown = null ? unknown_.end() : unknown_.find(key);
    for (int c = width; c < pairs_.column_count(); ++c) {
      if (unknown == unknown_.end()) pairs_.column(c).AppendNull();
      else pairs_.column(c).AppendFrom(*rows_[unknown->second.batch].column(c - width), unknown->second.row);
    }
    padded_.push_back(true);
    EndRow(batch, row);
    if (pairs_.length() >= data::kMaxBatchRows - 1) RETURN_NOT_OK(Flush(batch, out));
  }
  RETURN_NOT_OK(Flush(batch, out));
  return out;
}

void LookupJoin::EndRow(const Batch& batch, int row) {
  for (size_t c = 0; c < left_.size(); ++c) pairs_.column(static_cast<int>(c)).AppendFrom(*batch.column(static_cast<int>(c)), row);
  pairs_.EndRow(batch.op(row));
  pair_rows_.push_back(row);
}

// Keeps the pairs that the condition lets through; the row of NULLs behind a row's pairs only if there are none.
Status LookupJoin::Flush(const Batch& batch, Batches& out) {
  if (pair_rows_.empty()) return {};
  Batch pairs = pairs_.Build();
  std::vector<bool> passed(pair_rows_.size(), true);
  if (spec_.condition) {
    auto rows = expr::Filter(*spec_.condition, pairs, pairs.selection(), session_);
    if (!rows.ok()) {
      if (auto pair = FirstUncomputed({spec_.condition}, pairs, session_)) TellFaultOfRow(-1, pairs, *pair);
      return rows.fault();
    }
    passed.assign(pair_rows_.size(), false);
    for (uint16_t row : *rows) passed[row] = true;
  }
  std::vector<uint16_t> kept;
  bool met = met_before_;
  for (size_t i = 0; i < pair_rows_.size(); ++i) {
    if (!padded_[i]) met |= passed[i];
    bool keep = padded_[i] ? !met : passed[i];
    if (keep) kept.push_back(static_cast<uint16_t>(i));
    if (padded_[i]) met = false;
  }
  met_before_ = met && spec_.kind == JoinKind::kLeft;
  if (batch.watermarks()) {
    data::ColumnBuilder before(batch.watermarks()->type, static_cast<int>(pair_rows_.size()));
    for (int row : pair_rows_) before.AppendFrom(*batch.watermarks(), row);
    pairs = pairs.WithWatermarks(before.Finish());
  }
  pair_rows_.clear();
  padded_.clear();
  out.push_back(pairs.WithSelection(std::move(kept)));
  return {};
}

}  // namespace freshet::stream
