-- a record of canal-json that says something else than it may
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'canal-json', 'rows' = '
{"data":[{"id":1}],"type":"TRUNCATE"}
');
SELECT * FROM t;
/* expect error
canal-json: 'type' is 'TRUNCATE', not INSERT, UPDATE or DELETE
*/
