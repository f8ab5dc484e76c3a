-- An interval join keeps rows only while a partner may come; an outer row without one comes out when the watermark has passed, a late one at once.
CREATE TABLE events (side STRING, txn INT, v STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
l,1,a,2024-01-01 00:00:01
l,4,b,2024-01-01 00:00:04
r,4,yes,2024-01-01 00:00:09
l,8,c,2024-01-01 00:00:21
l,7,late,2024-01-01 00:00:02
r,8,no,2024-01-01 00:00:40
');
CREATE VIEW l AS SELECT txn, v, ts FROM events WHERE side = 'l';
CREATE VIEW r AS SELECT txn, v, ts FROM events WHERE side = 'r';
SELECT l.txn, l.v, r.v AS label FROM l LEFT JOIN r ON l.txn = r.txn AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '10' SECOND;
CREATE VIEW pairs AS SELECT r.v AS label, l.ts FROM l, r WHERE l.txn = r.txn AND l.ts >= r.ts - INTERVAL '10' SECOND AND l.ts < r.ts + INTERVAL '1' SECOND;
SELECT label, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE pairs, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY label, window_start, window_end;
/* expect changelog select_1
{"op":"+I","txn":4,"v":"b","label":"yes"}
{"op":"+I","txn":1,"v":"a","label":null}
{"op":"+I","txn":7,"v":"late","label":null}
{"op":"+I","txn":8,"v":"c","label":null}
*/
/* expect select_2
{"label":"yes","window_end":"2024-01-01 00:00:10.000","n":1}
*/
