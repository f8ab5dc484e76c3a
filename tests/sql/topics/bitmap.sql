-- a BITMAP's bytes through a topic by key: sets of a day put together to those of all days
CREATE TABLE visits (day_ STRING, visitor INT) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"day_":"mon","visitor":1}
{"day_":"mon","visitor":2}
{"day_":"tue","visitor":2}
{"day_":"tue","visitor":70000}
{"day_":"mon","visitor":1}
');
CREATE TABLE days (day_ STRING, visitors BYTES, PRIMARY KEY (day_) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'days', 'key.format' = 'raw', 'value.format' = 'json');
INSERT INTO days SELECT day_, BITMAP_TO_BYTES(BITMAP_BUILD_AGG(visitor)) FROM visits GROUP BY day_;
SELECT day_, BITMAP_TO_STRING(BITMAP_FROM_BYTES(visitors)) AS v FROM days;
SELECT BITMAP_OR_CARDINALITY_AGG(BITMAP_FROM_BYTES(visitors)) AS once, BITMAP_AND_AGG(BITMAP_FROM_BYTES(visitors)) AS every_day FROM days;
/* expect select_1
{"day_":"mon","v":"{1,2}"}
{"day_":"tue","v":"{2,70000}"}
*/
/* expect select_2
{"once":3,"every_day":"{2}"}
*/
