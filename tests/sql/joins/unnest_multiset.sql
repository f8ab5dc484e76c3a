-- UNNEST of a MULTISET gives one column: an element as often as it is there, and with ORDINALITY its place.
CREATE TABLE t (k STRING, m STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = '-', 'rows' = '
a,x
a,x
b,y
c,-
b,z
a,x
');
CREATE VIEW q AS SELECT k, COLLECT(m) AS s FROM t GROUP BY k;
SELECT k, x FROM q CROSS JOIN UNNEST(s) AS u(x);
SELECT k, x, n FROM q CROSS JOIN UNNEST(s) WITH ORDINALITY AS u(x, n) WHERE k <> 'b';
SELECT k, x FROM q LEFT JOIN UNNEST(s) AS u(x) ON TRUE;
SELECT * FROM q, UNNEST(s);
SELECT k, u.a, u.b FROM (SELECT k, COLLECT(ROW(m, k)) AS s FROM t GROUP BY k) AS r CROSS JOIN UNNEST(s) AS u(a, b);
SELECT k, x, n FROM q LEFT JOIN UNNEST(s) WITH ORDINALITY AS u(x, n) ON TRUE WHERE k <> 'b';
/* expect select_1
{"k":"a","x":"x"}
{"k":"a","x":"x"}
{"k":"a","x":"x"}
{"k":"b","x":"y"}
{"k":"b","x":"z"}
*/
/* expect select_2
{"k":"a","x":"x","n":1}
{"k":"a","x":"x","n":2}
{"k":"a","x":"x","n":3}
*/
/* expect select_3
{"k":"a","x":"x"}
{"k":"a","x":"x"}
{"k":"a","x":"x"}
{"k":"b","x":"y"}
{"k":"b","x":"z"}
{"k":"c","x":null}
*/
/* expect select_4
{"k":"a","s":[["x",3]],"EXPR$0":"x"}
{"k":"a","s":[["x",3]],"EXPR$0":"x"}
{"k":"a","s":[["x",3]],"EXPR$0":"x"}
{"k":"b","s":[["y",1],["z",1]],"EXPR$0":"y"}
{"k":"b","s":[["y",1],["z",1]],"EXPR$0":"z"}
*/
/* expect select_5
{"k":"a","a":"x","b":"a"}
{"k":"a","a":"x","b":"a"}
{"k":"a","a":"x","b":"a"}
{"k":"b","a":"y","b":"b"}
{"k":"b","a":"z","b":"b"}
{"k":"c","a":null,"b":"c"}
*/
/* expect select_6
{"k":"a","x":"x","n":1}
{"k":"a","x":"x","n":2}
{"k":"a","x":"x","n":3}
{"k":"c","x":null,"n":null}
*/
