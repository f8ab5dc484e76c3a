-- QUALIFY speaks of the SELECT list by its names; they stand before the columns of FROM
CREATE TABLE t (k STRING, v INT, n INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1,5
a,2,1
a,3,7
b,9,2
b,4,1
');
SELECT k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) rn FROM t QUALIFY rn <= 1;
SELECT k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) n FROM t QUALIFY n <= 1;
SELECT k, v AS w, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) rn FROM t QUALIFY rn <= 2 AND w > 2;
SELECT k, v * 2 AS v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) rn FROM t QUALIFY rn = 1 AND v > 10;
SELECT k, v + 1 AS v2 FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) = 1 AND v2 > 4;
SELECT * FROM (SELECT k AS kk, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS rn FROM t QUALIFY rn <= 1 AND kk <> 'b');
/* expect select_1
{"k":"a","v":3,"rn":1}
{"k":"b","v":9,"rn":1}
*/
/* expect select_2
{"k":"a","v":3,"n":1}
{"k":"b","v":9,"n":1}
*/
/* expect select_3
{"k":"a","w":3,"rn":1}
{"k":"b","w":4,"rn":2}
{"k":"b","w":9,"rn":1}
*/
/* expect select_4
{"k":"b","v":18,"rn":1}
*/
/* expect select_5
{"k":"b","v2":10}
*/
/* expect select_6
{"kk":"a","v":3,"rn":1}
*/
