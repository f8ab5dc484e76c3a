-- base64 as Jackson reads it: its padding must be there
CREATE TABLE j (i INT, b BYTES) WITH ('connector' = 'inline', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'rows' = '
{"i":1,"b":"YQ=="}
{"i":2,"b":"YQ"}
{"i":3,"b":"YWI"}
{"i":4,"b":"YWJj"}
{"i":6,"b":"YQ==YQ=="}
{"i":7,"b":"YW Jj"}
{"i":8,"b":"-_-_"}
{"i":9,"b":""}
');
SELECT i, b FROM j;
CREATE TABLE c (i INT, b BYTES) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.ignore-parse-errors' = 'true', 'rows' = '
1,YQ==
2,YQ
3,YWJj
4,
');
SELECT i, b FROM c;
/* expect select_1
{"i":1,"b":"61"}
{"i":2,"b":null}
{"i":3,"b":null}
{"i":4,"b":"616263"}
{"i":6,"b":"6161"}
{"i":7,"b":null}
{"i":8,"b":null}
{"i":9,"b":""}
*/
/* expect select_2
{"i":1,"b":"61"}
{"i":2,"b":null}
{"i":3,"b":"616263"}
{"i":4,"b":""}
*/
