-- rows with NULL in a column that is NOT NULL are dropped when the script says so; what was there before stays
SET 'table.exec.sink.not-null-enforcer' = 'drop';
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.null-literal' = 'NULL', 'rows' = '
a,1
NULL,2
b,NULL
c,3
');
CREATE TABLE plain (k STRING NOT NULL, v INT) WITH ('connector' = 'print');
CREATE TABLE strict (k STRING NOT NULL, v INT NOT NULL) WITH ('connector' = 'print');
CREATE TABLE keyed (k STRING, n BIGINT, newest INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
CREATE TABLE loose (k STRING, v INT) WITH ('connector' = 'print');
INSERT INTO plain SELECT k, v FROM t;
INSERT INTO strict SELECT k, v FROM t;
INSERT INTO keyed SELECT k, COUNT(*), MAX(v) FROM t GROUP BY k;
INSERT INTO loose SELECT k, v FROM t;
/* expect plain
{"k":"a","v":1}
{"k":"b","v":null}
{"k":"c","v":3}
*/
/* expect strict
{"k":"a","v":1}
{"k":"c","v":3}
*/
/* expect keyed
{"k":"a","n":1,"newest":1}
{"k":"b","n":1,"newest":null}
{"k":"c","n":1,"newest":3}
*/
/* expect loose
{"k":"a","v":1}
{"k":"b","v":null}
{"k":"c","v":3}
{"k":null,"v":2}
*/
/* expect changelog strict
{"op":"+I","k":"a","v":1}
{"op":"+I","k":"c","v":3}
*/
