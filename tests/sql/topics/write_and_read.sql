-- Rows written to a topic are read back, with their partition and offset, to the present end.
CREATE TABLE clicks (k STRING, v INT, part INT METADATA FROM 'partition' VIRTUAL, off BIGINT METADATA FROM 'offset' VIRTUAL, t STRING METADATA FROM 'topic' VIRTUAL,
  kind STRING METADATA FROM 'timestamp-type' VIRTUAL)
WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = '', 'format' = 'json', 'sink.partitioner' = 'fixed', 'scan.startup.mode' = 'earliest-offset');
INSERT INTO clicks VALUES ('a', 1), ('b', CAST(NULL AS INT)), ('c', 3);
SELECT k, v, part, off, t, kind FROM clicks;
/* expect changelog select_1
{"op":"+I","k":"a","v":1,"part":0,"off":0,"t":"clicks","kind":"CreateTime"}
{"op":"+I","k":"b","v":null,"part":0,"off":1,"t":"clicks","kind":"CreateTime"}
{"op":"+I","k":"c","v":3,"part":0,"off":2,"t":"clicks","kind":"CreateTime"}
*/
