package freshet.oracle;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One cluster inside this process for all the jobs of all the cases. */
final class Cluster implements PipelineExecutorServiceLoader, PipelineExecutorFactory {
  private final MiniCluster cluster;

  Cluster(int slots) throws Exception {
    Configuration settings = new Configuration();
    settings.set(RestOptions.BIND_PORT, "0");
    settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
    cluster = new MiniCluster(new MiniClusterConfiguration.Builder().setConfiguration(settings).setNumSlotsPerTaskManager(slots).build());
    cluster.start();
  }

  StreamExecutionEnvironment environment(Configuration settings) {
    settings.set(DeploymentOptions.TARGET, getName());
    settings.set(DeploymentOptions.ATTACHED, true);
    return new StreamExecutionEnvironment(this, settings, Cluster.class.getClassLoader());
  }

  @Override
  public PipelineExecutorFactory getExecutorFactory(Configuration settings) {
    return this;
  }

  @Override
  public Stream<String> getExecutorNames() {
    return Stream.of(getName());
  }

  @Override
  public String getName() {
    return "oracle";
  }

  @Override
  public boolean isCompatibleWith(Configuration settings) {
    return true;
  }

  @Override
  public PipelineExecutor getExecutor(Configuration unused) {
    return (pipeline, settings, loader) -> {
      var graph = PipelineExecutorUtils.getStreamGraph(pipeline, settings);
      graph.serializeUserDefinedInstances();
      return cluster.submitJob(graph).thenApply(submitted -> new Job(submitted.getJobID(), cluster));
    };
  }

  private record Job(JobID id, MiniCluster cluster) implements JobClient {
    @Override
    public JobID getJobID() {
      return id;
    }

    @Override
    public CompletableFuture<JobStatus> getJobStatus() {
      return cluster.getJobStatus(id);
    }

    @Override
    public CompletableFuture<Void> cancel() {
      return cluster.cancelJob(id).thenApply(done -> null);
    }

    @Override
    public CompletableFuture<String> stopWithSavepoint(boolean drain, String folder, org.apache.flink.core.execution.SavepointFormatType format) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException("no savepoints here"));
    }

    @Override
    public CompletableFuture<String> triggerSavepoint(String folder, org.apache.flink.core.execution.SavepointFormatType format) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException("no savepoints here"));
    }

    @Override
    public CompletableFuture<Map<String, Object>> getAccumulators() {
      return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletableFuture<JobExecutionResult> getJobExecutionResult() {
      return cluster.requestJobResult(id).thenApply(result -> {
        try {
          return result.toJobExecutionResult(Cluster.class.getClassLoader());
        } catch (Exception e) {
          throw new java.util.concurrent.CompletionException(e);
        }
      });
    }
  }
}
