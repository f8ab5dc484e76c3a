-- nor does JSON_OBJECT, in a row either
CREATE TABLE t (id INT, l BIGINT, a ARRAY<INT>, al ARRAY<BIGINT>, h STRING) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"id":1,"l":1,"a":[1],"al":[1],"h":"3a30"}');
SELECT JSON_OBJECT('a' VALUE ROW(BITMAP_BUILD(a))) AS b FROM t;
/* expect error
function JSON_OBJECT cannot write ROW<`EXPR$0` BITMAP> as JSON; dates and times go through CAST(… AS STRING), a BITMAP through BITMAP_TO_ARRAY, map keys must be strings
*/
