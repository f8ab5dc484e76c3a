import { isInternal } from "../../api/house.ts";
import type { Look } from "../../api/look.ts";
import { recordsOf } from "../../api/house.ts";

const PIPELINE = `CREATE TABLE clicks (user BIGINT)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'format' = 'json',
      'scan.startup.mode' = 'earliest-offset');
CREATE TABLE clicks_by_user (user BIGINT, clicks BIGINT, PRIMARY KEY (user) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', 'topic' = 'clicks_by_user',
      'key.format' = 'json', 'value.format' = 'json');
INSERT INTO clicks_by_user SELECT user, COUNT(*) FROM clicks GROUP BY user;`;

// What to do next in a house that does not do everything yet; nothing once events flow through a pipeline.
export function Welcome({ look }: { look: Look }) {
  const { house } = look;
  const hasRecords = house.topics.some((t) => !isInternal(t.name) && recordsOf(t) > 0);
  if (!hasRecords) {
    return (
      <section className="welcome" aria-label="Next step">
        <h2>Nothing has arrived yet</h2>
        <p>Send a first event with any Kafka client; its topic is made on the way:</p>
        <pre>
          <code>{`echo '{"user":7}' | kcat -P -b ${house.doors.kafka} -t clicks`}</code>
        </pre>
      </section>
    );
  }
  if (house.pipelines.length > 0) return null;
  return (
    <section className="welcome" aria-label="Next step">
      <h2>Events arrive; nothing reads them yet</h2>
      <p>
        Put Flink SQL into <code>pipelines/clicks.sql</code> of the project folder and start the house again:
      </p>
      <pre>
        <code>{PIPELINE}</code>
      </pre>
    </section>
  );
}
