-- A print table that is declared anew with other columns has a result of its own
CREATE TABLE s (a INT, b STRING, c INT, PRIMARY KEY (c) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO s SELECT 1, 'x', 5;
ALTER TABLE s DROP a;
INSERT INTO s SELECT 'xyz', 7;
CREATE OR REPLACE TABLE s WITH ('connector' = 'print') AS SELECT 1 AS a, 2 AS b, 3 AS c, 4 AS d;
/* expect s
{"a":1,"b":"x","c":5}
*/
/* expect s_2
{"b":"xyz","c":7}
*/
/* expect s_3
{"a":1,"b":2,"c":3,"d":4}
*/
