-- length() of a JSON path
CREATE TABLE t (n INT, p STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'csv.field-delimiter' = ';', 'csv.quote-character' = '~', 'rows' = '
9;$.s.length()
45;$.str.length()
46;$.one.length()
47;$.nope.length()
');
SELECT n, JSON_VALUE('{"min":11,"str":"abc","nums":[3,1,2.5],"one":{"p":5,"x":1},"o":{"x":3,"y":1},"s":[{"n":"a","p":10,"q":true,"l":[1,2]},{"n":"b","p":11,"l":[]},{"n":"c","p":12.5,"q":false,"m":{"k":1}},{"n":"d","p":null},{"n":"Ab","p":"7","t":"u"}]}', p) AS a FROM t;
/* expect select_1
{"n":45,"a":null}
{"n":46,"a":"2"}
{"n":47,"a":null}
{"n":9,"a":"5"}
*/
