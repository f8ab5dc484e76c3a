-- rows that come late around the hour that is there twice, joined by their windows: what is over when it has been shown the second time
-- not for flink: which of its two inputs it reads first decides there what is late
SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE t (id INT, x BIGINT, ts AS TO_TIMESTAMP_LTZ(x, 3), WATERMARK FOR ts AS ts - INTERVAL '5' MINUTE) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"x":1729987200000}
{"id":2,"x":1729989000000}
{"id":3,"x":1729991400000}
{"id":4,"x":1729988400000}
{"id":5,"x":1729993200000}
{"id":6,"x":1729991100000}
{"id":7,"x":1729994340000}
{"id":8,"x":1729992600000}
{"id":9,"x":1729996800000}
{"id":10,"x":1729993800000}
{"id":11,"x":1711843200000}
{"id":12,"x":1743294600000}
{"id":13,"x":1743298200000}
{"id":14,"x":1743297000000}
{"id":15,"x":1743301800000}
{"id":16,"x":1743298500000}
');
SELECT a.id, b.id AS other, a.window_start FROM (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '30' MINUTE))) AS a JOIN (SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '30' MINUTE))) AS b ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.id < b.id;
/* expect select_1
{"id":1,"other":3,"window_start":"2024-10-27 02:00:00.000"}
{"id":1,"other":4,"window_start":"2024-10-27 02:00:00.000"}
{"id":2,"other":5,"window_start":"2024-10-27 02:30:00.000"}
{"id":2,"other":7,"window_start":"2024-10-27 02:30:00.000"}
{"id":2,"other":8,"window_start":"2024-10-27 02:30:00.000"}
{"id":3,"other":4,"window_start":"2024-10-27 02:00:00.000"}
{"id":5,"other":7,"window_start":"2024-10-27 02:30:00.000"}
{"id":5,"other":8,"window_start":"2024-10-27 02:30:00.000"}
{"id":7,"other":8,"window_start":"2024-10-27 02:30:00.000"}
*/
