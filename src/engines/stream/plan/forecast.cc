#include "engines/stream/plan/forecast.h"

#include <algorithm>

namespace freshet::stream {
namespace {

constexpr int64_t kText = 24;       // bytes of a text whose length is not said
constexpr int64_t kVariant = 128;    // of a JSON value
constexpr int64_t kBitmap = 1024;    // of a set
constexpr int64_t kElements = 4;
constexpr int64_t kNullMark = 1;
constexpr int64_t kLength = 4;
constexpr int64_t kIndex = 48;      // of a key: its entry and its share of the slots, half of them free
constexpr int64_t kMapNode = 64;    // of a row that lies in an order
constexpr int64_t kJoinRow = 32;    // of a row of a join: its place, its expiry, how often it has met
constexpr int64_t kCall = 16;       // of an aggregate that keeps no values

int64_t BytesOf(const data::Type& type) {
  if (type.IsNested()) {
    int64_t children = 0;
    for (const auto& field : type.fields()) children += BytesOf(field.type);
    return kNullMark + (type.kind() == data::Kind::kRow ? children : kLength + kElements * children);
  }
  if (type.physical() != data::Physical::kString) return kNullMark + static_cast<int64_t>(data::PhysicalWidth(type.physical()));
  if (type.IsOpaque()) return kNullMark + kLength + (type.IsVariant() ? kVariant : kBitmap);
  int64_t length = type.length() > 0 ? std::min<int64_t>(type.length(), kText) : kText;
  return kNullMark + kLength + length;
}

int64_t RowBytes(const std::vector<PlanColumn>& columns) {
  int64_t bytes = 0;
  for (const auto& column : columns) bytes += BytesOf(column.type);
  return bytes;
}

int64_t KeyBytes(const std::vector<PlanColumn>& columns, const std::vector<int>& keys) {
  int64_t bytes = kIndex;
  for (int key : keys) bytes += BytesOf(columns[static_cast<size_t>(key)].type);
  return bytes;
}

std::string For(int64_t ttl_ms) { return ttl_ms > 0 ? StrCat("until nobody has written it for ", ttl_ms, " ms") : "for ever"; }

// Payload of a group, and what its calls keep beside it.
struct Calls {
  int64_t bytes = 8;
  std::string values;
};
Calls CallsOf(const std::vector<AggregateCall>& calls, const std::vector<PlanColumn>& input, bool retracts) {
  static constexpr std::string_view kLists[] = {"LISTAGG", "ARRAY_AGG", "JSON_ARRAYAGG", "JSON_OBJECTAGG", "COLLECT", "PERCENTILE"};
  static constexpr std::string_view kEnds[] = {"MIN", "MAX", "FIRST_VALUE", "LAST_VALUE"};
  Calls out;
  for (const auto& call : calls) {
    out.bytes += kCall;
    bool list = std::find(std::begin(kLists), std::end(kLists), call.function) != std::end(kLists);
    bool end = retracts && std::find(std::begin(kEnds), std::end(kEnds), call.function) != std::end(kEnds);
    if (call.args.empty() || (!call.distinct && !list && !end)) continue;
    out.values += StrCat(", ", kMapNode + BytesOf(input[static_cast<size_t>(call.args[0])].type), call.distinct || end ? " B a different value of " : " B a value of ", call.function);
  }
  return out;
}

struct ForecastOf {
  const Node& node;
  const std::vector<PlanColumn>& in(size_t input) const { return node.inputs[input]->columns; }
  bool retracts() const { return node.inputs[0]->changelog.updates; }

  template <typename Spec>
  std::string operator()(const Spec&) const { return ""; }

  std::string operator()(const SourceSpec& s) const {
    if (s.table->connector() != "upsert-kafka") return "";
    return StrCat(kMapNode + RowBytes(node.columns), " B a key, for ever");
  }
  std::string operator()(const AggregateSpec& s) const {
    Calls calls = CallsOf(s.calls, in(0), retracts());
    return StrCat(KeyBytes(in(0), s.keys) + calls.bytes, " B a key", calls.values, ", ", For(s.ttl_ms));
  }
  std::string Windowed(const std::vector<int>& keys, const std::vector<AggregateCall>& of, std::string_view what) const {
    Calls calls = CallsOf(of, in(0), retracts());
    return StrCat(KeyBytes(in(0), keys) + calls.bytes, " B a key and ", what, calls.values, ", until the watermark has passed it");
  }
  std::string operator()(const WindowAggregateSpec& s) const { return Windowed(s.keys, s.calls, "window"); }
  std::string operator()(const SliceAggregateSpec& s) const { return Windowed(s.keys, s.calls, "slice"); }
  std::string operator()(const SessionAggregateSpec& s) const {
    if (s.keeps_rows) return StrCat(RowBytes(in(0)), " B a row, until the watermark has passed its session");
    return Windowed(s.keys, s.calls, "session");
  }
  std::string operator()(const OverSpec& s) const {
    int64_t row = kMapNode + RowBytes(in(0));
    if (s.kind == OverKind::kUpdating) return StrCat(row + kCall * static_cast<int64_t>(s.calls.size()), " B a row, ", For(s.ttl_ms));
    Calls calls = CallsOf(s.calls, in(0), s.bounded);
    std::string out = s.kind == OverKind::kTime ? StrCat(row, " B a row, until the watermark has passed it; ") : "";
    out += StrCat(KeyBytes(in(0), s.partition) + calls.bytes, " B a partition", calls.values, ", ", For(s.ttl_ms));
    if (s.bounded) out += StrCat("; ", row, s.rows ? " B for each of the last " : " B a row of the last ", s.preceding, s.rows ? " rows of a partition" : " ms");
    return out;
  }
  std::string operator()(const RankSpec& s) const {
    int64_t row = kMapNode + RowBytes(in(0)), key = KeyBytes(in(0), s.partition);
    switch (s.kind) {
      case RankKind::kKeepFirst: return StrCat(key + kCall, " B a key, ", For(s.ttl_ms), s.time_column >= 0 ? StrCat("; ", row, " B a key whose row waits for the watermark") : std::string());
      case RankKind::kKeepLast: return StrCat(key + kCall + (node.changelog.update_before ? row : 0), " B a key, ", For(s.ttl_ms));
      case RankKind::kWindow: return StrCat(row, " B for each of ", s.to, " rows of a partition and window, until the watermark has passed it");
      case RankKind::kTopN: break;
    }
    if (retracts()) return StrCat(row, " B a row, ", For(s.ttl_ms));
    return StrCat(key, " B a partition and ", row, " B for each of its ", s.to, " rows, ", For(s.ttl_ms));
  }
  std::string operator()(const StandingSpec& s) const { return StrCat(kMapNode + RowBytes(in(0)), " B a row, ", For(s.ttl_ms)); }
  std::string operator()(const JoinSpec& s) const {
    int64_t left = kJoinRow + RowBytes(in(0)), right = kJoinRow + RowBytes(in(1));
    std::string rows = StrCat(left, " B a row of the left, ", right, " B one of the right");
    switch (s.expiry) {
      case JoinSpec::Expiry::kNever: return StrCat(left, " B a row of the left, ", For(s.left_ttl_ms), "; ", right, " B one of the right, ", For(s.right_ttl_ms));
      case JoinSpec::Expiry::kInterval: return StrCat(rows, ", until the watermark has passed its interval");
      case JoinSpec::Expiry::kWindow: return StrCat(rows, ", until the watermark has passed its window");
      case JoinSpec::Expiry::kVersion: return StrCat(left, " B a row of the left, until the watermark has passed it; ", right, " B a key of the right, for ever");
      case JoinSpec::Expiry::kLookup: break;
    }
    return "";
  }
  std::string operator()(const MatchSpec& s) const {
    return StrCat(RowBytes(in(0)), " B a row, as long as a match that it may be part of can become one", s.within_ms > 0 ? StrCat(", ", s.within_ms, " ms at most") : std::string());
  }
};

}  // namespace

std::string StateForecast(const Node& node) { return std::visit(ForecastOf{node}, node.spec); }

}  // namespace freshet::stream
