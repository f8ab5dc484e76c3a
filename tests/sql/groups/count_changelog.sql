-- GROUP BY updates its group row by row; NULL is a key like any other
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"k":"a","v":1}
{"k":"a","v":2}
{"k":"b","v":null}
{"k":null,"v":5}
');
SELECT k, COUNT(*) AS n, SUM(v) AS s FROM t GROUP BY k;
/* expect select_1
{"k":"a","n":2,"s":3}
{"k":"b","n":1,"s":null}
{"k":null,"n":1,"s":5}
*/
/* expect changelog select_1
{"op":"+I","k":"a","n":1,"s":1}
{"op":"-U","k":"a","n":1,"s":1}
{"op":"+U","k":"a","n":2,"s":3}
{"op":"+I","k":"b","n":1,"s":null}
{"op":"+I","k":null,"n":1,"s":5}
*/
