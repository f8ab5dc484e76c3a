-- GROUPING and GROUPING_ID tell a key that is NULL from one that is outside of the row's set; OVER and QUALIFY stand over groups.
-- flink differs, select_3: it takes OVER in ascending order only
-- flink differs, select_4: it plans no QUALIFY beside GROUP BY
CREATE TABLE t (a STRING, b STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
x,p,1
x,NULL,2
y,p,4
');
SELECT a, b, SUM(v) AS s, GROUPING(b) AS g, GROUPING_ID(a, b) AS id FROM t GROUP BY ROLLUP(a, b);
SELECT a, GROUPING(a) AS g FROM t GROUP BY a;
SELECT a, SUM(v) AS s, ROW_NUMBER() OVER (ORDER BY SUM(v) DESC) AS place FROM t GROUP BY a;
SELECT a, SUM(v) AS s FROM t GROUP BY a QUALIFY ROW_NUMBER() OVER (ORDER BY SUM(v) DESC) = 1;
SELECT a FROM t GROUP BY a ORDER BY SUM(v) DESC LIMIT 1;
SELECT a, SUM(v) AS s, SUM(SUM(v)) OVER (ORDER BY a) AS so_far FROM t GROUP BY a;
/* expect select_1
{"a":"x","b":"p","s":1,"g":0,"id":0}
{"a":"x","b":null,"s":2,"g":0,"id":0}
{"a":"x","b":null,"s":3,"g":1,"id":1}
{"a":"y","b":"p","s":4,"g":0,"id":0}
{"a":"y","b":null,"s":4,"g":1,"id":1}
{"a":null,"b":null,"s":7,"g":1,"id":3}
*/
/* expect select_2
{"a":"x","g":0}
{"a":"y","g":0}
*/
/* expect select_3
{"a":"x","s":3,"place":2}
{"a":"y","s":4,"place":1}
*/
/* expect select_4
{"a":"y","s":4}
*/
/* expect select_5
{"a":"y"}
*/
/* expect select_6
{"a":"x","s":3,"so_far":3}
{"a":"y","s":4,"so_far":7}
*/
