-- What is drawn stays within its bounds; a column that nobody reads still ends the table
CREATE TABLE drawn (n INT, kind STRING, v VARCHAR(5), c CHAR(3), d DECIMAL(5, 2), f FLOAT, o BOOLEAN, l ARRAY<INT>, r ROW<x SMALLINT, y STRING>, ts TIMESTAMP(3), nothing INT, d2 DATE, b BYTES) WITH ('connector' = 'datagen', 'number-of-rows' = '500',
  'rows-per-second' = '100000', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '200', 'fields.kind.length' = '8',
  'fields.v.var-len' = 'true', 'fields.d.min' = '-1.5', 'fields.d.max' = '2.25', 'fields.f.min' = '1', 'fields.f.max' = '2', 'fields.l.length' = '2', 'fields.l.element.min' = '3', 'fields.l.element.max' = '4',
  'fields.r.x.min' = '7', 'fields.r.x.max' = '9', 'fields.r.y.length' = '1', 'fields.ts.max-past' = '1 h', 'fields.nothing.null-rate' = '1', 'fields.b.length' = '4');
SELECT COUNT(*) AS n, MIN(CHAR_LENGTH(kind)) AS kind_least, MAX(CHAR_LENGTH(kind)) AS kind_most, MIN(CHAR_LENGTH(v)) >= 1 AND MAX(CHAR_LENGTH(v)) = 5 AS v, MIN(CHAR_LENGTH(c)) AS c,
  MIN(d) >= -1.5 AND MAX(d) <= 2.25 AND COUNT(DISTINCT d) > 50 AS d, MIN(f) >= 1 AND MAX(f) <= 2 AS f, COUNT(DISTINCT o) AS o, MIN(l[1]) AS l_least, MAX(l[2]) AS l_most, MIN(CARDINALITY(l)) AS l_size,
  MIN(r.x) AS x_least, MAX(r.x) AS x_most, MAX(CHAR_LENGTH(r.y)) AS y, MIN(ts) > TIMESTAMP '2025-12-31 23:00:00' OR MIN(ts) = TIMESTAMP '2025-12-31 23:00:00' AS not_older, MAX(ts) <= TIMESTAMP '2026-01-01 00:00:00' AS not_newer,
  COUNT(nothing) AS nothing, MAX(d2) AS d2, COUNT(DISTINCT kind) AS kinds
FROM drawn;
SELECT COUNT(*) AS n FROM drawn WHERE o OR NOT o;
/* expect select_1
{"n":200,"kind_least":8,"kind_most":8,"v":true,"c":3,"d":true,"f":true,"o":2,"l_least":3,"l_most":4,"l_size":2,"x_least":7,"x_most":9,"y":1,"not_older":true,"not_newer":true,"nothing":0,"d2":"2026-01-01","kinds":200}
*/
/* expect select_2
{"n":200}
*/
