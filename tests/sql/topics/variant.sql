-- VARIANT goes into topics as JSON and comes back: as a value, inside of a row, as the key of an upsert topic
CREATE TABLE raw_lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'raw');
INSERT INTO raw_lines VALUES ('{"id":1,"body":{"b":1,"a":[1,2.50]}}'), ('{"id":2,"body":"text","more":{"w":null}}'), ('{"id":3,"body":null}'), ('{"id":4,"body":{"a":[1,2.5],"b":1}}');
CREATE TABLE events (id INT, body VARIANT, more ROW<w VARIANT>) WITH ('connector' = 'kafka', 'topic' = 'events', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE copied (id INT, body VARIANT, part VARIANT) WITH ('connector' = 'kafka', 'topic' = 'copied', 'format' = 'json', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE copied_lines (line STRING) WITH ('connector' = 'kafka', 'topic' = 'copied', 'format' = 'raw', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE counted (body VARIANT, n BIGINT, PRIMARY KEY (body) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'counted', 'key.format' = 'json', 'value.format' = 'json');
INSERT INTO copied SELECT id, body, body['a'][2] FROM events;
INSERT INTO counted SELECT body, COUNT(*) FROM events WHERE body IS NOT NULL GROUP BY body;
SELECT * FROM events;
SELECT line FROM copied_lines;
SELECT * FROM copied WHERE part IS NOT NULL;
SELECT * FROM counted;
/* expect select_1
{"id":1,"body":"{\"a\":[1,2.5],\"b\":1}","more":null}
{"id":2,"body":"\"text\"","more":{"w":null}}
{"id":3,"body":null,"more":null}
{"id":4,"body":"{\"a\":[1,2.5],\"b\":1}","more":null}
*/
/* expect select_2
{"line":"{\"id\":1,\"body\":{\"a\":[1,2.5],\"b\":1},\"part\":2.5}"}
{"line":"{\"id\":2,\"body\":\"text\",\"part\":null}"}
{"line":"{\"id\":3,\"body\":null,\"part\":null}"}
{"line":"{\"id\":4,\"body\":{\"a\":[1,2.5],\"b\":1},\"part\":2.5}"}
*/
/* expect select_3
{"id":1,"body":"{\"a\":[1,2.5],\"b\":1}","part":"2.5"}
{"id":4,"body":"{\"a\":[1,2.5],\"b\":1}","part":"2.5"}
*/
/* expect select_4
{"body":"\"text\"","n":1}
{"body":"{\"a\":[1,2.5],\"b\":1}","n":2}
*/
