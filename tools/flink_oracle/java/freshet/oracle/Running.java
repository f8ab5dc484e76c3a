package freshet.oracle;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Runs one script whose jobs never end, with Flink's own defaults. Its statements are the first line of standard input, a list; the answer is
 * {"jobs": N} when all have been started, and {"failed": message} as soon as something goes wrong. It ends with its input.
 */
public final class Running {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static volatile boolean stopping = false;

  private Running() {}

  public static void main(String[] args) throws Exception {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      List<JobClient> jobs = start(JSON.readTree(input.readLine()));
      answers.println(JSON.writeValueAsString(Map.of("jobs", jobs.size())));
      for (JobClient job : jobs) job.getJobExecutionResult().whenComplete((result, failure) -> ended(answers, failure));
      input.readLine();
      stopping = true;
      for (JobClient job : jobs) job.cancel().get();
    } catch (Throwable e) {
      tell(answers, e);
    }
    System.exit(0);  // else the cluster's threads would keep the process
  }

  private static List<JobClient> start(JsonNode statements) throws Exception {
    Configuration settings = new Configuration();
    settings.setString("restart-strategy.type", "disable");
    StreamTableEnvironment tables = StreamTableEnvironment.create(new Cluster(4).environment(settings));
    List<JobClient> jobs = new ArrayList<>();
    for (JsonNode statement : statements) {
      if (!Oracle.isSetting(tables, statement.asText())) tables.executeSql(statement.asText()).getJobClient().ifPresent(jobs::add);
    }
    return jobs;
  }

  private static void ended(PrintStream answers, Throwable failure) {
    if (!stopping) tell(answers, failure == null ? new IllegalStateException("a job ended by itself") : failure);
  }

  private static void tell(PrintStream answers, Throwable failure) {
    failure.printStackTrace();
    try {
      answers.println(JSON.writeValueAsString(Map.of("failed", Oracle.messages(failure))));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
