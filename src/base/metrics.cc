#include "base/metrics.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/text.h"

namespace freshet {
namespace {

std::string LabelText(const Labels& labels, std::string_view extra_name = {}, std::string_view extra_value = {}) {
  std::string out;
  auto append = [&out](std::string_view name, std::string_view value) {
    out += out.empty() ? '{' : ',';
    out += name;
    out += '=';
    AppendJsonString(out, value);
  };
  for (const auto& [name, value] : labels) append(name, value);
  if (!extra_name.empty()) append(extra_name, extra_value);
  if (!out.empty()) out += '}';
  return out;
}

std::string SecondsText(int64_t us) {
  std::string fraction = StrCat(us % 1000000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return StrCat(us / 1000000, ".", fraction);
}

void AppendHistogram(std::string& out, std::string_view name, const Labels& labels, const Histogram& histogram) {
  int64_t so_far = 0;
  for (int i = 0; i < Histogram::kBuckets; ++i) {
    so_far += histogram.bucket(i);
    std::string bound = i + 1 == Histogram::kBuckets ? "+Inf" : SecondsText(int64_t{1} << i);
    out += StrCat(name, "_bucket", LabelText(labels, "le", bound), " ", so_far, "\n");
  }
  out += StrCat(name, "_sum", LabelText(labels), " ", SecondsText(histogram.sum_us()), "\n");
  out += StrCat(name, "_count", LabelText(labels), " ", so_far, "\n");
}

}  // namespace

void Histogram::Record(Duration elapsed) {
  auto us = static_cast<uint64_t>(std::max<int64_t>(elapsed.us(), 0));
  int bucket = us <= 1 ? 0 : std::min(static_cast<int>(std::bit_width(us - 1)), kBuckets - 1);
  buckets_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(static_cast<int64_t>(us), std::memory_order_relaxed);
}

int64_t Histogram::count() const {
  int64_t total = 0;
  for (const auto& bucket : buckets_) total += bucket.load(std::memory_order_relaxed);
  return total;
}

int64_t Histogram::QuantileUs(double quantile) const {
  int64_t total = count();
  if (total == 0) return 0;
  auto wanted = static_cast<int64_t>(quantile * static_cast<double>(total - 1)) + 1;
  int64_t so_far = 0;
  for (int i = 0; i < kBuckets; ++i) {
    so_far += bucket(i);
    if (so_far >= wanted) return int64_t{1} << i;
  }
  return int64_t{1} << (kBuckets - 1);
}

Counter& Metrics::AddCounter(std::string_view name, std::string_view help, Labels labels) {
  return Find(name, help, Kind::kCounter, std::move(labels)).counter;
}

Gauge& Metrics::AddGauge(std::string_view name, std::string_view help, Labels labels) {
  return Find(name, help, Kind::kGauge, std::move(labels)).gauge;
}

Histogram& Metrics::AddHistogram(std::string_view name, std::string_view help, Labels labels) {
  return Find(name, help, Kind::kHistogram, std::move(labels)).histogram;
}

Metrics::Series& Metrics::Find(std::string_view name, std::string_view help, Kind kind, Labels labels) {
  std::lock_guard lock(mutex_);
  auto family = std::find_if(families_.begin(), families_.end(), [&](const Family& f) { return f.name == name; });
  if (family == families_.end()) {
    family = families_.emplace(families_.end());
    family->name = name;
    family->help = help;
    family->kind = kind;
  }
  CHECK(family->kind == kind);
  for (Series& series : family->series) {
    if (series.labels == labels) return series;
  }
  Series& series = family->series.emplace_back();
  series.labels = std::move(labels);
  return series;
}

std::string Metrics::ToPrometheusText() const {
  static constexpr std::string_view kKindNames[] = {"counter", "gauge", "histogram"};
  std::lock_guard lock(mutex_);
  std::string out;
  for (const Family& family : families_) {
    out += StrCat("# HELP ", family.name, " ", family.help, "\n");
    out += StrCat("# TYPE ", family.name, " ", kKindNames[static_cast<size_t>(family.kind)], "\n");
    for (const Series& series : family.series) {
      if (family.kind == Kind::kHistogram) {
        AppendHistogram(out, family.name, series.labels, series.histogram);
        continue;
      }
      int64_t value = family.kind == Kind::kCounter ? series.counter.value() : series.gauge.value();
      out += StrCat(family.name, LabelText(series.labels), " ", value, "\n");
    }
  }
  return out;
}

}  // namespace freshet
