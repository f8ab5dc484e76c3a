-- ROLLUP, CUBE and GROUPING SETS group once for each set; a key that is aggregated too keeps its value.
CREATE TABLE t (a STRING, b STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
x,p,1
x,q,2
y,p,4
');
SELECT a, b, SUM(v) AS s FROM t GROUP BY ROLLUP(a, b);
SELECT a, b, COUNT(*) AS n, MAX(b) AS m FROM t GROUP BY GROUPING SETS ((a), (b), ());
SELECT a, SUM(v) AS s FROM t GROUP BY CUBE(a) HAVING SUM(v) > 3;
SELECT a, LISTAGG(b) AS bs, LISTAGG(b, ' + ') AS plus FROM t GROUP BY a;
/* expect changelog select_1
{"op":"+I","a":"x","b":"p","s":1}
{"op":"+I","a":"x","b":null,"s":1}
{"op":"+I","a":null,"b":null,"s":1}
{"op":"+I","a":"x","b":"q","s":2}
{"op":"-U","a":"x","b":null,"s":1}
{"op":"+U","a":"x","b":null,"s":3}
{"op":"-U","a":null,"b":null,"s":1}
{"op":"+U","a":null,"b":null,"s":3}
{"op":"+I","a":"y","b":"p","s":4}
{"op":"+I","a":"y","b":null,"s":4}
{"op":"-U","a":null,"b":null,"s":3}
{"op":"+U","a":null,"b":null,"s":7}
*/
/* expect select_2
{"a":"x","b":null,"n":2,"m":"q"}
{"a":"y","b":null,"n":1,"m":"p"}
{"a":null,"b":"p","n":2,"m":"p"}
{"a":null,"b":"q","n":1,"m":"q"}
{"a":null,"b":null,"n":3,"m":"q"}
*/
/* expect select_3
{"a":"y","s":4}
{"a":null,"s":7}
*/
/* expect select_4
{"a":"x","bs":"p,q","plus":"p + q"}
{"a":"y","bs":"p","plus":"p"}
*/
