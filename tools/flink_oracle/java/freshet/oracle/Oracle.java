package freshet.oracle;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.types.DataType;

/**
 * Reads scripts from standard input, {"statements": [..], "settings": {..}} a line, and answers each by a line: {"changes": [[table, op, row, key]..],
 * "errors": [[result or null, message, statement]..],
 * "seconds": .., "cpu_seconds": ..}: what running took this whole process.
 */
public final class Oracle {
  private static final Pattern SET = Pattern.compile("SET\\s+'([^']*)'\\s*=\\s*'((?:[^']|'')*)'", Pattern.CASE_INSENSITIVE);
  private static final Pattern QUERY = Pattern.compile("(SELECT|WITH|VALUES|\\()\\b?.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final int SECONDS_MOST = Integer.getInteger("oracle.seconds", 60);
  private static final OperatingSystemMXBean PROCESS = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Cluster cluster = new Cluster(32);

  private Oracle() throws Exception {}

  public static void main(String[] args) throws Exception {
    PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    try {
      serve(answers);
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);  // else the cluster's threads would keep the process
    }
    System.exit(0);
  }

  private static void serve(PrintStream answers) throws Exception {
    Oracle oracle = new Oracle();
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(JSON.writeValueAsString(oracle.answer(JSON.readTree(line))));
      answers.flush();
    }
  }

  private ObjectNode answer(JsonNode request) {
    CollectedTables.forget();
    ObjectNode answer = JSON.createObjectNode();
    var errors = answer.putArray("errors");
    StreamTableEnvironment tables = environment(request.path("settings"));
    long began = System.nanoTime(), used = PROCESS.getProcessCpuTime();
    int selects = 0;
    for (JsonNode statement : request.get("statements")) {
      String sql = statement.asText(), result = QUERY.matcher(sql).matches() ? "select_" + ++selects : null;
      try {
        run(tables, sql, result);
      } catch (Throwable e) {
        errors.addArray().add(result).add(messages(e)).add(sql);
      }
    }
    answer.put("seconds", (System.nanoTime() - began) / 1e9).put("cpu_seconds", (PROCESS.getProcessCpuTime() - used) / 1e9);
    var changes = answer.putArray("changes");
    for (var change : new ArrayList<>(CollectedTables.changes())) {
      changes.addArray().add(change.table()).add(change.op()).add(change.row()).add(change.key());
    }
    return answer;
  }

  /** A watermark after every row that raises it; everything in one order; unless the request says otherwise. */
  private StreamTableEnvironment environment(JsonNode wanted) {
    Configuration settings = new Configuration();
    settings.setString("parallelism.default", "1");
    settings.setString("pipeline.auto-watermark-interval", "0 ms");
    settings.setString("table.local-time-zone", "UTC");
    settings.setString("table.exec.sink.require-on-conflict", "false");
    settings.setString("restart-strategy.type", "disable");
    wanted.fields().forEachRemaining(setting -> settings.setString(setting.getKey(), setting.getValue().asText()));
    return StreamTableEnvironment.create(cluster.environment(settings));
  }

  private void run(StreamTableEnvironment tables, String sql, String result) throws Exception {
    if (isSetting(tables, sql)) return;
    TableResult done = result == null ? tables.executeSql(sql) : collect(tables, tables.sqlQuery(sql), result);
    boolean runs = done.getJobClient().isPresent();
    if (!runs) return;
    try {
      done.await(SECONDS_MOST, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      done.getJobClient().get().cancel().get();
      throw new IllegalStateException("still running after " + SECONDS_MOST + " seconds", late);
    }
  }

  /** Does what SET says, but for the parallelism, which is kept. */
  static boolean isSetting(StreamTableEnvironment tables, String sql) {
    Matcher set = SET.matcher(sql);
    if (!set.matches()) return false;
    boolean kept = set.group(1).contains("parallelism");
    if (!kept) tables.getConfig().set(set.group(1), set.group(2).replace("''", "'"));
    return true;
  }

  /** Into a table of the query's own types; names may be doubled in a query, but not in a table. */
  private TableResult collect(StreamTableEnvironment tables, Table query, String result) {
    List<String> names = query.getResolvedSchema().getColumnNames();
    Schema.Builder schema = Schema.newBuilder();
    int n = 0;
    for (DataType type : query.getResolvedSchema().getColumnDataTypes()) schema.column("c" + n++, type);
    return query.insertInto(TableDescriptor.forConnector("collect").schema(schema.build()).option("result", result).option("names", String.join("\n", names)).build()).execute();
  }

  static String messages(Throwable e) {
    List<String> all = new ArrayList<>();
    for (Throwable at = e; at != null && all.size() < 12; at = at.getCause()) {
      if (at.getMessage() != null && !all.contains(at.getMessage())) all.add(at.getMessage());
    }
    return String.join(" | ", all);
  }
}
