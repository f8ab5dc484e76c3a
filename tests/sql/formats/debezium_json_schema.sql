-- debezium-json with its schema beside the payload; a record that is none is skipped where that is asked for
CREATE TABLE t (id INT, name STRING) WITH ('connector' = 'inline', 'format' = 'debezium-json', 'debezium-json.schema-include' = 'true', 'debezium-json.ignore-parse-errors' = 'true', 'rows' = '
{"schema":{"type":"struct"},"payload":{"before":null,"after":{"id":1,"name":"ball"},"op":"c"}}
{"id":7}
{"schema":null,"payload":{"before":{"id":1,"name":"ball"},"after":{"id":1,"name":"bell"},"op":"u"}}
{"schema":null,"payload":{"before":null,"after":{"id":1,"name":"bell"},"op":"u"}}
');
SELECT * FROM t;
/* expect select_1
{"id":1,"name":"bell"}
*/
