package freshet.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/** 'connector' = 'inline': a bounded table whose records, one a line, stand in its own option `rows`. */
public final class InlineTables implements DynamicTableSourceFactory {
  private static final ConfigOption<String> ROWS = ConfigOptions.key("rows").stringType().defaultValue("");
  private static final ConfigOption<String> PARTITIONS = ConfigOptions.key("partitions").stringType().noDefaultValue();
  private static final ConfigOption<Boolean> HEX = ConfigOptions.key("hex").booleanType().defaultValue(false);  // rows are bytes in hex
  private static final ConfigOption<String> INTERLEAVE = ConfigOptions.key("interleave").stringType().noDefaultValue();

  private static final List<List<RowData>> LOOKED_UP = Collections.synchronizedList(new ArrayList<>());  // functions travel as bytes, rows do not

  @Override
  public String factoryIdentifier() {
    return "inline";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(FactoryUtil.FORMAT);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of(ROWS, HEX, PARTITIONS, INTERLEAVE);
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    var format = helper.discoverDecodingFormat(DeserializationFormatFactory.class, FactoryUtil.FORMAT);
    helper.validate();
    List<String> lines = new ArrayList<>();
    for (String line : helper.getOptions().get(ROWS).split("\n")) {
      if (!line.isBlank()) lines.add(line);
    }
    return new InlineTable(format, context.getPhysicalRowDataType(), lines, helper.getOptions().get(HEX));
  }

  private record InlineTable(DecodingFormat<DeserializationSchema<RowData>> format, DataType type, List<String> lines, boolean hex)
      implements ScanTableSource, LookupTableSource {
    @Override
    public ChangelogMode getChangelogMode() {
      return format.getChangelogMode();
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
      List<RowData> rows = rows(context);
      return new DataStreamScanProvider() {
        @Override
        public DataStream<RowData> produceDataStream(ProviderContext provider, StreamExecutionEnvironment env) {
          var rowType = InternalTypeInfo.<RowData>of(type.getLogicalType());
          if (rows.isEmpty()) return env.fromData(List.<RowData>of(new GenericRowData(1)), rowType).filter(row -> false);
          return env.fromData(rows, rowType);
        }

        @Override
        public boolean isBounded() {
          return true;
        }
      };
    }

    @Override
    public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
      List<LogicalType> types = type.getLogicalType().getChildren();
      LOOKED_UP.add(rows(context));
      return LookupFunctionProvider.of(new Lookup(LOOKED_UP.size() - 1, types, context.getKeys()));
    }

    private List<RowData> rows(DynamicTableSource.Context context) {
      DeserializationSchema<RowData> decoder = format.createRuntimeDecoder(context, type);
      List<RowData> rows = new ArrayList<>();
      try {
        decoder.open(null);
        for (String line : lines) decoder.deserialize(hex ? HexFormat.of().parseHex(line.strip().equals("-") ? "" : line.strip()) : line.getBytes(StandardCharsets.UTF_8), new ListCollector<>(rows));
        rows.removeIf(row -> row == null);
      } catch (Exception e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
      return rows;
    }

    @Override
    public DynamicTableSource copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "inline";
    }
  }

  /** The rows whose key columns are equal to those asked for. */
  public static final class Lookup extends LookupFunction {
    private final int table;
    private final List<LogicalType> types;
    private final int[][] keys;
    private transient Map<List<Object>, List<RowData>> byKey;

    Lookup(int table, List<LogicalType> types, int[][] keys) {
      this.table = table;
      this.types = types;
      this.keys = keys;
    }

    @Override
    public void open(FunctionContext context) {
      byKey = new HashMap<>();
      for (RowData row : LOOKED_UP.get(table)) byKey.computeIfAbsent(key(row, false), unused -> new ArrayList<>()).add(row);
    }

    @Override
    public Collection<RowData> lookup(RowData wanted) {
      return byKey.getOrDefault(key(wanted, true), List.of());
    }

    private List<Object> key(RowData row, boolean asked) {
      List<Object> key = new ArrayList<>();
      for (int k = 0; k < keys.length; ++k) {
        key.add(RowData.createFieldGetter(types.get(keys[k][0]), asked ? k : keys[k][0]).getFieldOrNull(row));
      }
      return key;
    }
  }
}
