#include "engines/stream/state/rows.h"

#include <bit>

#include "data/texts.h"

namespace freshet::stream {
namespace {

void AppendBigEndian(std::string& out, uint64_t bits) {
  bits = __builtin_bswap64(bits);
  out.append(reinterpret_cast<const char*>(&bits), sizeof(bits));
}

// Negative numbers before positive ones, as unsigned bytes.
void AppendSigned(std::string& out, int64_t value) { AppendBigEndian(out, static_cast<uint64_t>(value) ^ (uint64_t{1} << 63)); }

void AppendReal(std::string& out, double value) {
  if (value == 0) value = 0;  // -0.0 equals 0.0
  auto bits = std::bit_cast<uint64_t>(value);
  AppendBigEndian(out, (bits >> 63) != 0 ? ~bits : bits | (uint64_t{1} << 63));
}

// A zero byte becomes 0 255, the end is 0 0: a prefix sorts before what it is a prefix of.
void AppendText(std::string& out, std::string_view text) {
  for (char c : text) {
    out += c;
    if (c == '\0') out += '\xff';
  }
  out.append(2, '\0');
}

}  // namespace

std::string RowBytes(const data::Batch& batch, int row) {
  std::string bytes;
  AppendRow(bytes, batch, row);
  return bytes;
}

void AppendRow(std::string& out, const data::Batch& batch, int row) {
  for (const auto& column : batch.columns()) AppendKey(out, *column, row);
}

void ReadRow(std::string_view bytes, data::BatchBuilder& out, int first, int count) {
  for (int c = 0; c < count; ++c) AppendFromKey(out.column(first + c), &bytes);
}

void AppendSortKey(std::string& out, const data::Column& column, int row, SortOrder order) {
  bool null = column.IsNull(row);
  out += static_cast<char>(null == order.nulls_first ? 0 : 1);
  if (null) return;
  size_t begin = out.size();
  switch (column.type.physical()) {
    case data::Physical::kFloat: AppendReal(out, static_cast<double>(column.Value<float>(row))); break;
    case data::Physical::kDouble: AppendReal(out, column.Value<double>(row)); break;
    case data::Physical::kString: AppendText(out, column.String(row)); break;
    case data::Physical::kInt128: {
      data::Int128 value = column.Value<data::Int128>(row);
      AppendSigned(out, static_cast<int64_t>(value >> 64));
      AppendBigEndian(out, static_cast<uint64_t>(value));
      break;
    }
    default: AppendSigned(out, column.IntAt(row));
  }
  if (!order.descending) return;
  for (size_t i = begin; i < out.size(); ++i) out[i] = static_cast<char>(~out[i]);
}

uint64_t ArrivalPlaces::Take(int64_t time, uint64_t arrival) {
  for (auto taken = further_.find({time, arrival}); taken != further_.end();) {
    auto next = further_.find({time, taken->second});
    arrival = taken->second;
    if (next != further_.end()) taken->second = next->second;
    taken = next;
  }
  further_[{time, arrival}] = arrival + 1;
  return arrival;
}

void WriteBytes(ByteWriter& out, std::string_view bytes) { data::WriteVarText(out, bytes); }
std::string_view ReadBytes(ByteReader& in) { return data::ReadVarText(in); }

}  // namespace freshet::stream
