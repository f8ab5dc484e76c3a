package freshet.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.types.logical.LogicalType;

/** 'connector' = 'collect': takes every change, as print does, and keeps it for the answer. */
public final class CollectedTables implements DynamicTableSinkFactory {
  static final Comparator<String> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  /** One change: its kind, the row and the sink's key, both canonical. */
  record Change(String table, String op, String row, String key) {}

  private static final List<Change> changes = Collections.synchronizedList(new ArrayList<>());

  static void forget() {
    changes.clear();
  }

  static List<Change> changes() {
    return changes;
  }

  @Override
  public String factoryIdentifier() {
    return "collect";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    ResolvedSchema schema = context.getCatalogTable().getResolvedSchema();
    String names = context.getCatalogTable().getOptions().get("names");
    int[] keys = schema.getPrimaryKeyIndexes();
    List<String> columns = new ArrayList<>();
    List<LogicalType> types = new ArrayList<>();
    for (var column : schema.getColumns()) {
      if (!column.isPersisted()) continue;
      columns.add(column.getName());
      types.add(column.getDataType().getLogicalType());
    }
    String table = context.getCatalogTable().getOptions().getOrDefault("result", context.getObjectIdentifier().getObjectName());
    if (names != null) columns = names.isEmpty() ? List.of() : Arrays.asList(names.split("\n", -1));
    return new CollectSink(new Kept(table, columns, types, keys));
  }

  private record CollectSink(Kept kept) implements DynamicTableSink {
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
      return requested;
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
      return SinkV2Provider.of(kept);
    }

    @Override
    public DynamicTableSink copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "collect";
    }
  }

  private record Kept(String table, List<String> names, List<LogicalType> types, int[] keys) implements Sink<RowData> {
    @Override
    public SinkWriter<RowData> createWriter(WriterInitContext context) {
      return new SinkWriter<>() {
        @Override
        public void write(RowData row, Context at) {
          changes.add(new Change(table, row.getRowKind().shortString(), Canonical.row(row, names, types), key(row)));
        }

        @Override
        public void flush(boolean end) {}

        @Override
        public void close() {}
      };
    }

    private String key(RowData row) {
      if (keys.length == 0) return null;
      StringBuilder out = new StringBuilder();
      for (int k : keys) {
        Canonical.value(out, RowData.createFieldGetter(types.get(k), k).getFieldOrNull(row), types.get(k));
        out.append(',');
      }
      return out.toString();
    }
  }
}
