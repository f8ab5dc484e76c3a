-- a record that is an array of objects is a row of each; what stands behind a record's first value is not looked at
CREATE TABLE t (i INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
[{"i":1},{"i":2,"s":"x,]}"}]
[]
[{"i":3},null,{"i":4,"s":"\u00e9"}]
{"i":13}{"i":14}
{"i":24}"
 [ {"i":18} , {"i":19} ] [
{"i":25,"s":{"a":[1]}}}
');
SELECT i, s FROM t;
CREATE TABLE broken (i INT, s STRING) WITH ('connector' = 'inline', 'format' = 'json', 'json.ignore-parse-errors' = 'true', 'rows' = '
[{"i":5},7,{"i":6}]
[{"i":7},{"i":"x"},{"i":8}]
[{"i":9},{"i":10
{"i":15} garbage
[{"i":16}]{"i":17}
null
"x"
17
{"i":21},
{"i":22}}
{"i":23}[
');
SELECT i, s FROM broken;
/* expect select_1
{"i":1,"s":null}
{"i":13,"s":null}
{"i":18,"s":null}
{"i":19,"s":null}
{"i":2,"s":"x,]}"}
{"i":24,"s":null}
{"i":25,"s":"{\"a\":[1]}"}
{"i":3,"s":null}
{"i":4,"s":"é"}
*/
/* expect select_2
{"i":15,"s":null}
{"i":16,"s":null}
{"i":21,"s":null}
{"i":22,"s":null}
{"i":23,"s":null}
{"i":5,"s":null}
{"i":6,"s":null}
{"i":7,"s":null}
{"i":8,"s":null}
{"i":9,"s":null}
{"i":null,"s":null}
*/
