-- two statements of one set whose constants read alike and have two types are two pieces of work
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"id":1}
{"id":2}
');
CREATE TABLE a (s INT) WITH ('connector' = 'print');
CREATE TABLE b (s BIGINT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO a SELECT SUM(x) FROM (SELECT 2147483647 AS x FROM t);
INSERT INTO b SELECT SUM(x) FROM (SELECT CAST(2147483647 AS BIGINT) AS x FROM t);
END;
/* expect a
{"s":-2}
*/
/* expect b
{"s":4294967294}
*/
