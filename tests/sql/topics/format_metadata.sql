-- what records of changelog formats say beside the row: whose it is, and when it changed; both rows of an update have it
CREATE TABLE d_lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'd', 'sink.partitioner' = 'fixed', 'format' = 'raw');
INSERT INTO d_lines VALUES
  ('{"before":null,"after":{"id":1,"name":"a"},"source":{"db":"shop","schema":"public","table":"orders","ts_ms":1767225600123,"lsn":77,"query":null},"op":"c","ts_ms":1767225600456}'),
  ('{"ts_ms":1767225601000,"source":{"table":"orders","db":"shop","ts_ms":"1767225600999"},"op":"c","after":{"id":3,"name":"b"},"before":null}'),
  ('{"before":null,"after":{"id":2,"name":"c"},"op":"r"}');
CREATE TABLE d (
  id INT, name STRING, made TIMESTAMP_LTZ(3) METADATA FROM 'value.ingestion-timestamp' VIRTUAL, committed TIMESTAMP_LTZ(3) METADATA FROM 'value.source.timestamp' VIRTUAL,
  db STRING METADATA FROM 'value.source.database' VIRTUAL, `schema` STRING METADATA FROM 'value.source.schema' VIRTUAL, tab STRING METADATA FROM 'value.source.table' VIRTUAL,
  props MAP<STRING, STRING> METADATA FROM 'value.source.properties' VIRTUAL, part INT METADATA FROM 'partition' VIRTUAL
) WITH ('connector' = 'kafka', 'topic' = 'd', 'scan.startup.mode' = 'earliest-offset', 'format' = 'debezium-json');
SELECT id, name, made, committed, db, `schema`, tab, props['lsn'] AS lsn, props['query'] AS query, part >= 0 AS placed FROM d;
CREATE TABLE u_lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'u', 'sink.partitioner' = 'fixed', 'format' = 'raw');
INSERT INTO u_lines VALUES
  ('{"before":null,"after":{"id":1,"name":"a"},"source":{"db":"shop","table":"orders"},"op":"c"}'),
  ('{"before":{"id":1,"name":"a"},"after":{"id":1,"name":"b"},"source":{"db":"shop","table":"orders"},"op":"u"}'),
  ('{"before":null,"after":{"id":2,"name":"a"},"source":{"db":"shop","table":"orders"},"op":"c"}'),
  ('{"before":{"id":2,"name":"a"},"after":null,"source":{"db":"shop","table":"orders"},"op":"d"}');
CREATE TABLE u (id INT, name STRING, tab STRING METADATA FROM 'value.source.table' VIRTUAL) WITH ('connector' = 'kafka', 'topic' = 'u', 'scan.startup.mode' = 'earliest-offset', 'format' = 'debezium-json');
SELECT tab, COUNT(*) AS n, MAX(name) AS name FROM u GROUP BY tab;
CREATE TABLE s_lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 's', 'sink.partitioner' = 'fixed', 'format' = 'raw');
INSERT INTO s_lines VALUES ('{"schema":{"type":"struct"},"payload":{"before":null,"after":{"id":3},"source":{"db":"shop"},"op":"c","ts_ms":1767225600456}}');
CREATE TABLE s (id INT, said STRING METADATA FROM 'value.schema' VIRTUAL, db STRING METADATA FROM 'value.source.database' VIRTUAL) WITH ('connector' = 'kafka', 'topic' = 's', 'scan.startup.mode' = 'earliest-offset', 'format' = 'debezium-json', 'debezium-json.schema-include' = 'true');
SELECT * FROM s;
CREATE TABLE c_lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'c', 'sink.partitioner' = 'fixed', 'format' = 'raw');
INSERT INTO c_lines VALUES ('{"data":[{"id":"1"},{"id":"2"}],"database":"shop","table":"orders","type":"INSERT","es":1767225600000,"ts":1767225600456,"sqlType":{"id":4},"pkNames":["id"]}');
CREATE TABLE c (
  id INT, db STRING METADATA FROM 'value.database' VIRTUAL, tab STRING METADATA FROM 'value.table' VIRTUAL, types MAP<STRING, INT> METADATA FROM 'value.sql-type' VIRTUAL,
  pk ARRAY<STRING> METADATA FROM 'value.pk-names' VIRTUAL, made TIMESTAMP_LTZ(3) METADATA FROM 'value.ingestion-timestamp' VIRTUAL, happened TIMESTAMP(3) METADATA FROM 'value.event-timestamp' VIRTUAL
) WITH ('connector' = 'kafka', 'topic' = 'c', 'scan.startup.mode' = 'earliest-offset', 'format' = 'canal-json');
SELECT * FROM c;
CREATE TABLE m_lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'm', 'sink.partitioner' = 'fixed', 'format' = 'raw');
INSERT INTO m_lines VALUES ('{"database":"shop","table":"orders","type":"insert","ts":1767225600,"primary_key_columns":["id"],"data":{"id":1}}');
CREATE TABLE m (
  id INT, db STRING METADATA FROM 'value.database' VIRTUAL, tab STRING METADATA FROM 'value.table' VIRTUAL, pk ARRAY<STRING> METADATA FROM 'value.primary-key-columns' VIRTUAL,
  made TIMESTAMP_LTZ(3) METADATA FROM 'value.ingestion-timestamp' VIRTUAL
) WITH ('connector' = 'kafka', 'topic' = 'm', 'scan.startup.mode' = 'earliest-offset', 'format' = 'maxwell-json');
SELECT * FROM m;
/* expect select_1
{"id":1,"name":"a","made":"2026-01-01 00:00:00.456Z","committed":"2026-01-01 00:00:00.123Z","db":"shop","schema":"public","tab":"orders","lsn":"77","query":null,"placed":true}
{"id":2,"name":"c","made":null,"committed":null,"db":null,"schema":null,"tab":null,"lsn":null,"query":null,"placed":true}
{"id":3,"name":"b","made":"2026-01-01 00:00:01.000Z","committed":"2026-01-01 00:00:00.999Z","db":"shop","schema":null,"tab":"orders","lsn":null,"query":null,"placed":true}
*/
/* expect select_2
{"tab":"orders","n":1,"name":"b"}
*/
/* expect select_3
{"id":3,"said":"{\"type\":\"struct\"}","db":"shop"}
*/
/* expect select_4
{"id":1,"db":"shop","tab":"orders","types":[["id",4]],"pk":["id"],"made":"2026-01-01 00:00:00.456Z","happened":"2026-01-01 00:00:00.000"}
{"id":2,"db":"shop","tab":"orders","types":[["id",4]],"pk":["id"],"made":"2026-01-01 00:00:00.456Z","happened":"2026-01-01 00:00:00.000"}
*/
/* expect select_5
{"id":1,"db":"shop","tab":"orders","pk":["id"],"made":"2026-01-01 00:00:00.000Z"}
*/
