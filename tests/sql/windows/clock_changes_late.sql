-- rows that come late around the hour that is there twice, and around the one that is not: what is over, and what a second window makes of the first one's rows
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
SELECT window_start, window_end, COUNT(*) AS n, MIN(id) AS a, MAX(id) AS z FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '30' MINUTE)) GROUP BY window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n, MIN(id) AS a, MAX(id) AS z FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '10' MINUTE, INTERVAL '40' MINUTE)) GROUP BY window_start, window_end;
SELECT window_start, window_end, COUNT(*) AS n, MIN(id) AS a, MAX(id) AS z FROM TABLE(SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '10' MINUTE)) GROUP BY window_start, window_end;
SELECT id, window_start FROM (SELECT id, window_start, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY id DESC) AS rn FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '30' MINUTE))) WHERE rn = 1;
CREATE VIEW parts AS SELECT window_time AS tm, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '15' MINUTE)) GROUP BY window_start, window_end, window_time;
SELECT window_start, COUNT(*) AS n, SUM(c) AS s FROM TABLE(TUMBLE(TABLE parts, DESCRIPTOR(tm), INTERVAL '30' MINUTE)) GROUP BY window_start, window_end;
/* expect select_1
{"window_start":"2024-10-27 02:00:00.000","window_end":"2024-10-27 02:30:00.000","n":3,"a":1,"z":4}
{"window_start":"2024-10-27 02:30:00.000","window_end":"2024-10-27 03:00:00.000","n":4,"a":2,"z":8}
{"window_start":"2024-10-27 03:30:00.000","window_end":"2024-10-27 04:00:00.000","n":1,"a":9,"z":9}
{"window_start":"2025-03-30 01:30:00.000","window_end":"2025-03-30 02:00:00.000","n":1,"a":12,"z":12}
{"window_start":"2025-03-30 03:00:00.000","window_end":"2025-03-30 03:30:00.000","n":1,"a":14,"z":14}
{"window_start":"2025-03-30 03:30:00.000","window_end":"2025-03-30 04:00:00.000","n":1,"a":13,"z":13}
{"window_start":"2025-03-30 04:30:00.000","window_end":"2025-03-30 05:00:00.000","n":1,"a":15,"z":15}
*/
/* expect select_2
{"window_start":"2024-10-27 01:30:00.000","window_end":"2024-10-27 02:10:00.000","n":1,"a":1,"z":1}
{"window_start":"2024-10-27 01:40:00.000","window_end":"2024-10-27 02:20:00.000","n":2,"a":1,"z":3}
{"window_start":"2024-10-27 01:50:00.000","window_end":"2024-10-27 02:30:00.000","n":3,"a":1,"z":4}
{"window_start":"2024-10-27 02:00:00.000","window_end":"2024-10-27 02:40:00.000","n":5,"a":1,"z":6}
{"window_start":"2024-10-27 02:10:00.000","window_end":"2024-10-27 02:50:00.000","n":4,"a":2,"z":5}
{"window_start":"2024-10-27 02:20:00.000","window_end":"2024-10-27 03:00:00.000","n":5,"a":2,"z":8}
{"window_start":"2024-10-27 02:30:00.000","window_end":"2024-10-27 03:10:00.000","n":4,"a":2,"z":8}
{"window_start":"2024-10-27 02:40:00.000","window_end":"2024-10-27 03:20:00.000","n":2,"a":5,"z":7}
{"window_start":"2024-10-27 02:50:00.000","window_end":"2024-10-27 03:30:00.000","n":1,"a":7,"z":7}
{"window_start":"2024-10-27 03:10:00.000","window_end":"2024-10-27 03:50:00.000","n":1,"a":9,"z":9}
{"window_start":"2024-10-27 03:20:00.000","window_end":"2024-10-27 04:00:00.000","n":1,"a":9,"z":9}
{"window_start":"2024-10-27 03:30:00.000","window_end":"2024-10-27 04:10:00.000","n":1,"a":9,"z":9}
{"window_start":"2024-10-27 03:40:00.000","window_end":"2024-10-27 04:20:00.000","n":1,"a":9,"z":9}
{"window_start":"2025-03-30 01:00:00.000","window_end":"2025-03-30 01:40:00.000","n":1,"a":12,"z":12}
{"window_start":"2025-03-30 01:10:00.000","window_end":"2025-03-30 01:50:00.000","n":1,"a":12,"z":12}
{"window_start":"2025-03-30 01:20:00.000","window_end":"2025-03-30 02:00:00.000","n":1,"a":12,"z":12}
{"window_start":"2025-03-30 01:30:00.000","window_end":"2025-03-30 02:10:00.000","n":1,"a":12,"z":12}
{"window_start":"2025-03-30 02:50:00.000","window_end":"2025-03-30 03:30:00.000","n":1,"a":14,"z":14}
{"window_start":"2025-03-30 03:00:00.000","window_end":"2025-03-30 03:40:00.000","n":2,"a":13,"z":14}
{"window_start":"2025-03-30 03:10:00.000","window_end":"2025-03-30 03:50:00.000","n":2,"a":13,"z":14}
{"window_start":"2025-03-30 03:20:00.000","window_end":"2025-03-30 04:00:00.000","n":1,"a":13,"z":13}
{"window_start":"2025-03-30 03:30:00.000","window_end":"2025-03-30 04:10:00.000","n":1,"a":13,"z":13}
{"window_start":"2025-03-30 04:00:00.000","window_end":"2025-03-30 04:40:00.000","n":1,"a":15,"z":15}
{"window_start":"2025-03-30 04:10:00.000","window_end":"2025-03-30 04:50:00.000","n":1,"a":15,"z":15}
{"window_start":"2025-03-30 04:20:00.000","window_end":"2025-03-30 05:00:00.000","n":1,"a":15,"z":15}
{"window_start":"2025-03-30 04:30:00.000","window_end":"2025-03-30 05:10:00.000","n":1,"a":15,"z":15}
*/
/* expect select_3
{"window_start":"2024-10-27 02:00:00.000","window_end":"2024-10-27 02:50:00.000","n":6,"a":1,"z":6}
{"window_start":"2024-10-27 02:59:00.000","window_end":"2024-10-27 03:09:00.000","n":1,"a":7,"z":7}
{"window_start":"2024-10-27 03:40:00.000","window_end":"2024-10-27 03:50:00.000","n":1,"a":9,"z":9}
{"window_start":"2025-03-30 01:30:00.000","window_end":"2025-03-30 01:40:00.000","n":1,"a":12,"z":12}
{"window_start":"2025-03-30 03:30:00.000","window_end":"2025-03-30 03:40:00.000","n":1,"a":13,"z":13}
{"window_start":"2025-03-30 04:30:00.000","window_end":"2025-03-30 04:40:00.000","n":1,"a":15,"z":15}
*/
/* expect select_4
{"id":12,"window_start":"2025-03-30 01:30:00.000"}
{"id":13,"window_start":"2025-03-30 03:30:00.000"}
{"id":14,"window_start":"2025-03-30 03:00:00.000"}
{"id":15,"window_start":"2025-03-30 04:30:00.000"}
{"id":4,"window_start":"2024-10-27 02:00:00.000"}
{"id":8,"window_start":"2024-10-27 02:30:00.000"}
{"id":9,"window_start":"2024-10-27 03:30:00.000"}
*/
/* expect select_5
{"window_start":"2024-10-27 02:00:00.000","n":2,"s":3}
{"window_start":"2024-10-27 02:30:00.000","n":2,"s":3}
{"window_start":"2024-10-27 03:30:00.000","n":1,"s":1}
{"window_start":"2025-03-30 01:30:00.000","n":1,"s":1}
{"window_start":"2025-03-30 03:30:00.000","n":1,"s":1}
{"window_start":"2025-03-30 04:30:00.000","n":1,"s":1}
*/
