-- A TIME as a text ends in its last digit that is no zero, or in one behind the point; a day that a month has not is its last one in a TIMESTAMP of a text, and no DATE.
CREATE TABLE t (id INT, ti TIME(3), s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1,"ti":"10:11:12.5","s":"2024-02-30"}
{"id":2,"ti":"00:00:00","s":"2023-02-29 10:11:12.25"}
{"id":3,"ti":"23:59:59.123","s":"2024-04-31 00:00:00"}
{"id":4,"ti":"23:59:59.12","s":"2024-02-32 00:00:00"}
{"id":5,"ti":null,"s":"2024-2-31 1:2:3"}
{"id":6,"ti":"01:00:00","s":"2024-13-01"}
');
SELECT id, CAST(ti AS STRING) AS t, CAST(CAST(ti AS TIME(0)) AS STRING) AS t0, CONCAT('at ', CAST(ti AS VARCHAR(20))) AS c FROM t;
SELECT id, TRY_CAST(s AS TIMESTAMP(3)) AS t, TRY_CAST(s AS TIMESTAMP(0)) AS t0, TRY_CAST(s AS TIMESTAMP_LTZ(3)) AS z, TRY_CAST(s AS DATE) AS d FROM t;
SELECT CAST('2024-02-30 00:00:00' AS TIMESTAMP(3)) AS a, CAST('2023-02-29 23:59:59' AS TIMESTAMP(6)) AS b;
/* expect select_1
{"id":1,"t":"10:11:12.5","t0":"10:11:12","c":"at 10:11:12.5"}
{"id":2,"t":"00:00:00.0","t0":"00:00:00","c":"at 00:00:00.0"}
{"id":3,"t":"23:59:59.123","t0":"23:59:59","c":"at 23:59:59.123"}
{"id":4,"t":"23:59:59.12","t0":"23:59:59","c":"at 23:59:59.12"}
{"id":5,"t":null,"t0":null,"c":null}
{"id":6,"t":"01:00:00.0","t0":"01:00:00","c":"at 01:00:00.0"}
*/
/* expect select_2
{"id":1,"t":"2024-02-29 00:00:00.000","t0":"2024-02-29 00:00:00","z":"2024-02-29 00:00:00.000Z","d":null}
{"id":2,"t":"2023-02-28 10:11:12.250","t0":"2023-02-28 10:11:12","z":"2023-02-28 10:11:12.250Z","d":null}
{"id":3,"t":"2024-04-30 00:00:00.000","t0":"2024-04-30 00:00:00","z":"2024-04-30 00:00:00.000Z","d":null}
{"id":4,"t":null,"t0":null,"z":null,"d":null}
{"id":5,"t":"2024-02-29 01:02:03.000","t0":"2024-02-29 01:02:03","z":"2024-02-29 01:02:03.000Z","d":null}
{"id":6,"t":null,"t0":null,"z":null,"d":null}
*/
/* expect select_3
{"a":"2024-02-29 00:00:00.000","b":"2023-02-28 23:59:59.000000"}
*/
