-- Top-N keeps its rows up to date; with the rank each shift of places is an update; NULL is the smallest value; a tie is won by the earlier row.
-- flink differs, select_3: it never takes back the row that is beaten (FLINK-40368)
CREATE TABLE t (k STRING, a INT, v STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
x,1,first
x,NULL,second
x,3,third
x,3,tie
y,5,alone
');
SELECT k, a, v, rk FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC) AS rk FROM t) WHERE rk <= 2;
SELECT k, a, v FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC) AS rk FROM t) WHERE rk <= 2 AND k <> 'y';
SELECT a, v FROM t WHERE k = 'x' QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY a DESC, v) = 1;
SELECT a, v, rk FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY a ASC NULLS LAST) AS rk FROM t) WHERE rk BETWEEN 2 AND 3;
SELECT a, v FROM t ORDER BY a LIMIT 2;
SELECT v FROM t LIMIT 1 OFFSET 1;
/* expect changelog select_1
{"op":"+I","k":"x","a":1,"v":"first","rk":1}
{"op":"+I","k":"x","a":null,"v":"second","rk":2}
{"op":"-U","k":"x","a":1,"v":"first","rk":1}
{"op":"+U","k":"x","a":3,"v":"third","rk":1}
{"op":"-U","k":"x","a":null,"v":"second","rk":2}
{"op":"+U","k":"x","a":1,"v":"first","rk":2}
{"op":"-U","k":"x","a":1,"v":"first","rk":2}
{"op":"+U","k":"x","a":3,"v":"tie","rk":2}
{"op":"+I","k":"y","a":5,"v":"alone","rk":1}
*/
/* expect changelog select_2
{"op":"+I","k":"x","a":1,"v":"first"}
{"op":"+I","k":"x","a":null,"v":"second"}
{"op":"-D","k":"x","a":null,"v":"second"}
{"op":"+I","k":"x","a":3,"v":"third"}
{"op":"-D","k":"x","a":1,"v":"first"}
{"op":"+I","k":"x","a":3,"v":"tie"}
*/
/* expect changelog select_3
{"op":"+I","a":1,"v":"first"}
{"op":"-U","a":1,"v":"first"}
{"op":"+U","a":3,"v":"third"}
*/
/* expect select_4
{"a":3,"v":"third","rk":2}
{"a":3,"v":"tie","rk":3}
*/
/* expect select_5
{"a":1,"v":"first"}
{"a":null,"v":"second"}
*/
/* expect select_6
{"v":"second"}
*/
