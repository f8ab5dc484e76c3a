-- a record that is not JSON fails the job and is named
-- flink differs, error: it reads the first object of a line and passes over the rest
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
CREATE TABLE u (a INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"a":1} {'); SELECT * FROM u;
/* expect error
json: not a JSON object
*/
