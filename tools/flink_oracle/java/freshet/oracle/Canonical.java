package freshet.oracle;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/** Rows as the project writes them everywhere: one JSON object, columns in order, no blanks. */
final class Canonical {
  private Canonical() {}

  static String row(RowData row, List<String> names, List<LogicalType> types) {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < types.size(); ++i) {
      if (i > 0) out.append(',');
      string(out, names.get(i));
      out.append(':');
      value(out, RowData.createFieldGetter(types.get(i), i).getFieldOrNull(row), types.get(i));
    }
    return out.append('}').toString();
  }

  static void value(StringBuilder out, Object value, LogicalType type) {
    if (value == null) {
      out.append("null");
      return;
    }
    switch (type.getTypeRoot()) {
      case CHAR, VARCHAR -> string(out, value.toString());
      case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, INTERVAL_YEAR_MONTH, INTERVAL_DAY_TIME -> out.append(value);
      case DECIMAL -> quoted(out, ((org.apache.flink.table.data.DecimalData) value).toBigDecimal().toPlainString());
      case FLOAT -> floating(out, value.toString(), ((Float) value).isNaN() || ((Float) value).isInfinite(), (Float) value, true);
      case DOUBLE -> floating(out, value.toString(), ((Double) value).isNaN() || ((Double) value).isInfinite(), (Double) value, false);
      case BINARY, VARBINARY -> quoted(out, hex((byte[]) value));
      case DATE -> quoted(out, LocalDate.ofEpochDay((Integer) value).toString());
      case TIME_WITHOUT_TIME_ZONE -> quoted(out, time(LocalTime.ofNanoOfDay((Integer) value * 1_000_000L), LogicalTypeChecks.getPrecision(type)));
      case TIMESTAMP_WITHOUT_TIME_ZONE -> quoted(out, timestamp(value, LogicalTypeChecks.getPrecision(type)));
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> quoted(out, timestamp(value, LogicalTypeChecks.getPrecision(type)) + "Z");
      case ARRAY -> array(out, (ArrayData) value, ((ArrayType) type).getElementType());
      case MAP -> map(out, (MapData) value, ((MapType) type).getKeyType(), ((MapType) type).getValueType());
      case MULTISET -> map(out, (MapData) value, ((MultisetType) type).getElementType(), new org.apache.flink.table.types.logical.IntType(false));
      case ROW, STRUCTURED_TYPE -> out.append(row((RowData) value, names(type), type.getChildren()));
      default -> string(out, value.toString());
    }
  }

  private static List<String> names(LogicalType type) {
    return type instanceof RowType row ? row.getFieldNames() : LogicalTypeChecks.getFieldNames(type);
  }

  private static void array(StringBuilder out, ArrayData array, LogicalType element) {
    ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
    out.append('[');
    for (int i = 0; i < array.size(); ++i) {
      if (i > 0) out.append(',');
      value(out, getter.getElementOrNull(array, i), element);
    }
    out.append(']');
  }

  private static void map(StringBuilder out, MapData map, LogicalType keyType, LogicalType valueType) {
    ArrayData.ElementGetter keys = ArrayData.createElementGetter(keyType), values = ArrayData.createElementGetter(valueType);
    Map<String, String> pairs = new TreeMap<>(CollectedTables.BY_BYTES);
    for (int i = 0; i < map.size(); ++i) {
      StringBuilder key = new StringBuilder(), mapped = new StringBuilder();
      value(key, keys.getElementOrNull(map.keyArray(), i), keyType);
      value(mapped, values.getElementOrNull(map.valueArray(), i), valueType);
      pairs.put(key.toString(), mapped.toString());
    }
    List<String> texts = new ArrayList<>();
    pairs.forEach((key, mapped) -> texts.add("[" + key + "," + mapped + "]"));
    out.append('[').append(String.join(",", texts)).append(']');
  }

  private static String timestamp(Object value, int precision) {
    LocalDateTime at = ((org.apache.flink.table.data.TimestampData) value).toLocalDateTime();
    return at.toLocalDate() + " " + time(at.toLocalTime(), precision);
  }

  private static String time(LocalTime at, int precision) {
    String whole = String.format("%02d:%02d:%02d", at.getHour(), at.getMinute(), at.getSecond());
    return precision == 0 ? whole : whole + "." + String.format("%09d", at.getNano()).substring(0, precision);
  }

  private static String hex(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) out.append(String.format("%02x", b));
    return out.toString();
  }

  private static void quoted(StringBuilder out, String text) {
    out.append('"').append(text).append('"');
  }

  static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); ++i) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
          else out.append(c);
        }
      }
    }
    out.append('"');
  }

  private static void floating(StringBuilder out, String text, boolean special, double value, boolean single) {
    if (special) quoted(out, text);
    else out.append(shortest(value, single));
  }

  /** The fewest digits that read back to the same value (Java's own toString sometimes gives more), laid out as Python's repr does. */
  private static String shortest(double value, boolean single) {
    if (value == 0) return 1 / value < 0 ? "-0.0" : "0.0";
    BigDecimal exact = new BigDecimal(value), rounded = exact;
    for (int digits = 1; digits <= 17; ++digits) {
      rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (single ? rounded.floatValue() == (float) value : rounded.doubleValue() == value) break;
    }
    rounded = rounded.stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = rounded.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = rounded.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return (value < 0 ? "-" : "") + mantissa + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
