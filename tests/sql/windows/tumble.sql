-- TUMBLE counts a window once its end has passed, keeps late rows aside and fires the rest at the end
CREATE TABLE txn (card STRING, amount DECIMAL(12, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '4' SECOND)
WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"card":"a","amount":1.00,"ts":"2024-01-01 00:00:01"}
{"card":"b","amount":2.50,"ts":"2024-01-01 00:00:02"}
{"card":"a","amount":4.00,"ts":"2024-01-01 00:00:07"}
{"card":"a","amount":8.00,"ts":"2024-01-01 00:00:04.999"}
{"card":"a","amount":16.00,"ts":"2024-01-01 00:00:12"}
{"card":"b","amount":32.00,"ts":"2024-01-01 00:00:03"}
{"card":"b","amount":64.00,"ts":"2024-01-01 00:00:25"}
');
SELECT card, window_start, window_end, COUNT(*) AS n, SUM(amount) AS total
FROM TABLE(TUMBLE(TABLE txn, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY card, window_start, window_end;
/* expect select_1
{"card":"a","window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:05.000","n":2,"total":"9.00"}
{"card":"a","window_start":"2024-01-01 00:00:05.000","window_end":"2024-01-01 00:00:10.000","n":1,"total":"4.00"}
{"card":"a","window_start":"2024-01-01 00:00:10.000","window_end":"2024-01-01 00:00:15.000","n":1,"total":"16.00"}
{"card":"b","window_start":"2024-01-01 00:00:00.000","window_end":"2024-01-01 00:00:05.000","n":1,"total":"2.50"}
{"card":"b","window_start":"2024-01-01 00:00:25.000","window_end":"2024-01-01 00:00:30.000","n":1,"total":"64.00"}
*/
/* expect txn$late
{"card":"b","amount":"32.00","ts":"2024-01-01 00:00:03.000"}
*/
