-- a record that is no JSON object fails the job and is named
CREATE TABLE t (a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1
2
');
CREATE TABLE u (a INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '7'); SELECT * FROM u;
/* expect error
json: not a JSON object
*/
