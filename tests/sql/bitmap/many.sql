-- more numbers than a list takes: the container becomes bits
CREATE TABLE t (n INT) WITH ('connector' = 'datagen', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '9000');
SELECT BITMAP_BUILD_CARDINALITY_AGG(n * 3) AS c, MD5(CAST(BITMAP_TO_STRING(BITMAP_BUILD_AGG(n * 3)) AS STRING)) AS m, MD5(BITMAP_TO_STRING(BITMAP_BUILD_AGG(n))) AS r FROM t;
/* expect select_1
{"c":9000,"m":"e107e6ef1a781e5aaae0f808d7afcc16","r":"68b74fd2f4f32caf365fe3c306793e27"}
*/
