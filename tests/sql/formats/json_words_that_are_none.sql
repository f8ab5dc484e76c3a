-- A bare word that is no JSON is not NULL and no text: its record is broken.
CREATE TABLE t (id INT, s STRING, b BOOLEAN, n INT) WITH ('connector' = 'inline', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'rows' = '{"id":1,"s":north}
{"id":2,"b":nein}
{"id":3,"s":12x}
{"id":4,"s":true5}
{"id":5,"n":none}
{"id":6,"s":null,"b":null,"n":null}
{"id":7,"s":12}
{"id":8,"s":true,"n": null }
{"id":9,"s":-}');
SELECT * FROM t;
/* expect select_1
{"id":6,"s":null,"b":null,"n":null}
{"id":7,"s":"12","b":null,"n":null}
{"id":8,"s":"true","b":null,"n":null}
*/
