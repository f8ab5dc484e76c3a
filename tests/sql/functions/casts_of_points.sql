-- whole numbers of texts that begin or end in a point, or have nothing else
CREATE TABLE t (s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"s":".9"}
{"s":"."}
{"s":"-.9"}
{"s":"1."}
{"s":"+.5"}
{"s":"-."}
{"s":""}
{"s":"-"}
{"s":"+-5"}
{"s":"-1.5"}
{"s":"1.x"}
');
SELECT s, TRY_CAST(s AS INT) AS i, TRY_CAST(s AS BIGINT) AS b, TRY_CAST(s AS SMALLINT) AS m, TRY_CAST(s AS TINYINT) AS y FROM t;
/* expect select_1
{"s":"","i":null,"b":null,"m":null,"y":null}
{"s":"+-5","i":null,"b":null,"m":null,"y":null}
{"s":"+.5","i":0,"b":0,"m":0,"y":0}
{"s":"-","i":null,"b":null,"m":null,"y":null}
{"s":"-.","i":0,"b":0,"m":0,"y":0}
{"s":"-.9","i":0,"b":0,"m":0,"y":0}
{"s":"-1.5","i":-1,"b":-1,"m":-1,"y":-1}
{"s":".","i":0,"b":0,"m":0,"y":0}
{"s":".9","i":0,"b":0,"m":0,"y":0}
{"s":"1.","i":1,"b":1,"m":1,"y":1}
{"s":"1.x","i":null,"b":null,"m":null,"y":null}
*/
