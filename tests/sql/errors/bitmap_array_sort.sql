-- an array of BITMAPs has no order
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT ARRAY_SORT(ARRAY[BITMAP_BUILD(a)]) AS b FROM t;
/* expect error
function ARRAY_SORT takes an array of values that have an order, not (ARRAY<BITMAP>); put a CAST around the argument
*/
