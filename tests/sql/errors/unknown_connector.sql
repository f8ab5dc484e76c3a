-- unknown connectors are refused with the known ones
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
CREATE TABLE o (a INT) WITH ('connector' = 'elsewhere'); INSERT INTO o SELECT a FROM t;
/* expect error
connector 'elsewhere' is not known here
*/
