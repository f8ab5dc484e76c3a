#pragma once

#include "data/civil.h"
#include "data/column.h"
#include "data/expr/date_format.h"
#include "data/expr/expr.h"

namespace freshet::expr {

// Local wall time of one value: milliseconds, and what is left of one.
class LocalMillis {
 public:
  LocalMillis(const data::Column& column, const Session& session)
      : column_(column), kind_(column.type.kind()), units_(column.type.IsTimestamp() ? column.type.UnitsPerSecond() : 1000), zone_(kind_ == data::Kind::kTimestampLtz ? session.zone : data::TimeZone()) {}
  int64_t operator()(uint32_t row) const {
    int64_t v = column_.IntAt(static_cast<int>(row));
    if (kind_ == data::Kind::kDate) return v * data::kMillisPerDay;
    if (kind_ == data::Kind::kTime || kind_ == data::Kind::kIntervalMillis) return v;
    return zone_.ToLocal(data::Rescale(v, units_, 1000));
  }
  LocalMoment Moment(uint32_t row) const {
    int64_t per_ms = units_ / 1000;
    auto left = per_ms <= 1 ? 0 : data::FloorMod(column_.IntAt(static_cast<int>(row)), per_ms) * (1000000 / per_ms);
    return {(*this)(row), static_cast<int32_t>(left)};
  }

 private:
  const data::Column& column_;
  data::Kind kind_;
  int64_t units_;
  data::TimeZone zone_;
};

}  // namespace freshet::expr
