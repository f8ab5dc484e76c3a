-- maxwell-json: one row a record; what an update did not change is as it is
CREATE TABLE t (id INT, name STRING, seen TIMESTAMP(3)) WITH ('connector' = 'inline', 'format' = 'maxwell-json', 'maxwell-json.ignore-parse-errors' = 'true', 'rows' = '
{"database":"test","table":"e","type":"insert","ts":1477053217,"xid":23396,"commit":true,"data":{"id":1,"name":"a","seen":"2026-01-01 00:00:00"}}
{"database":"test","table":"e","type":"update","data":{"id":1,"name":"b","seen":"2026-01-01 00:00:01"},"old":{"seen":"2026-01-01 00:00:00","name":"a"}}
{"database":"test","table":"e","type":"insert","data":{"name":"c","id":2,"seen":"no time"}}
{"database":"test","table":"e","type":"bootstrap-start","data":{}}
{"database":"test","table":"e","type":"delete","data":{"id":2,"name":"c"}}
');
SELECT id, name, seen FROM t;
/* expect changelog select_1
{"op":"+I","id":1,"name":"a","seen":"2026-01-01 00:00:00.000"}
{"op":"-U","id":1,"name":"a","seen":"2026-01-01 00:00:00.000"}
{"op":"+U","id":1,"name":"b","seen":"2026-01-01 00:00:01.000"}
{"op":"+I","id":2,"name":"c","seen":null}
{"op":"-D","id":2,"name":"c","seen":null}
*/
