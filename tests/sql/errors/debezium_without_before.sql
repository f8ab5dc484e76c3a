-- an update without the row as it was is refused with what the database must do
CREATE TABLE t (id INT) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'rows' = '
{"before":null,"after":{"id":1},"op":"u"}
');
SELECT * FROM t;
/* expect error
REPLICA IDENTITY FULL
*/
