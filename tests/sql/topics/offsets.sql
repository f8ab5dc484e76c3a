-- Where reading begins and ends: by offset, by time, at the end.
CREATE TABLE w (n INT, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp') WITH ('connector' = 'kafka', 'topic' = 'n', 'format' = 'json', 'sink.partitioner' = 'fixed', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO w VALUES (0, CAST(TIMESTAMP '1970-01-01 00:00:00.100' AS TIMESTAMP_LTZ(3))), (1, CAST(TIMESTAMP '1970-01-01 00:00:00.200' AS TIMESTAMP_LTZ(3))), (2, CAST(TIMESTAMP '1970-01-01 00:00:00.300' AS TIMESTAMP_LTZ(3)));
SELECT n, ts FROM w /*+ OPTIONS('scan.startup.mode' = 'specific-offsets', 'scan.startup.specific-offsets' = 'partition:0,offset:2') */;
SELECT n FROM w /*+ OPTIONS('scan.startup.mode' = 'timestamp', 'scan.startup.timestamp-millis' = '200', 'scan.bounded.mode' = 'timestamp', 'scan.bounded.timestamp-millis' = '300') */;
SELECT n FROM w /*+ OPTIONS('scan.startup.mode' = 'latest-offset') */;
SELECT n FROM w /*+ OPTIONS('scan.bounded.mode' = 'specific-offsets', 'scan.bounded.specific-offsets' = 'partition:0,offset:1') */;
/* expect select_1
{"n":2,"ts":"1970-01-01 00:00:00.300Z"}
*/
/* expect select_2
{"n":1}
*/
/* expect select_3
*/
/* expect select_4
{"n":0}
*/
