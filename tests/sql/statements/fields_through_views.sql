-- fields of a row that nobody reads behind a computed column, a watermark and a view are not read at all; a row that is asked for whole is
CREATE TABLE events (kind INT, place ROW<id INT, spot ROW<x INT, y INT, name STRING>, ts TIMESTAMP(3), note STRING>, other ROW<id INT, ts TIMESTAMP(3), note STRING>,
  ts AS COALESCE(place.ts, other.ts), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '
{"kind":0,"place":{"id":1,"spot":{"x":7,"y":8,"name":"a"},"ts":"2024-01-01 00:00:01","note":"one"}}
{"kind":1,"other":{"id":2,"ts":"2024-01-01 00:00:02","note":"two"}}
{"kind":0,"place":{"id":3,"spot":null,"ts":"2024-01-01 00:00:03","note":"three"}}
{"kind":0,"place":null,"other":{"ts":"2024-01-01 00:00:04"}}
');
CREATE VIEW places AS SELECT place.spot, place.id, place, ts FROM events WHERE kind = 0;
CREATE TABLE xs (x INT, ts TIMESTAMP(3)) WITH ('connector' = 'print');
CREATE TABLE wholes (p ROW<id INT, spot ROW<x INT, y INT, name STRING>, ts TIMESTAMP(3), note STRING>, n STRING) WITH ('connector' = 'print');
CREATE TABLE nulls (b BOOLEAN, id INT) WITH ('connector' = 'print');
EXPLAIN INSERT INTO xs SELECT spot.x, ts FROM places;
INSERT INTO xs SELECT spot.x, ts FROM places;
INSERT INTO wholes SELECT place, place.spot.name FROM places;
INSERT INTO nulls SELECT spot IS NULL, id FROM places;
/* expect printed
Sink(table=xs)
  Project(x=$1.spot.x, ts=$2)
    Filter((= $0 0))
      Watermark(rowtime=$2, expr=(- $2 INTERVAL DAY TO SECOND(3) 1000))
        Project(kind=$0, place=$1, ts=(COALESCE $1.ts $2.ts))
          Source(table=events, connector=inline, columns=[kind, place ROW<`spot` ROW<`x` INT>, `ts` TIMESTAMP(3)>, other ROW<`ts` TIMESTAMP(3)>])
*/
/* expect xs
{"x":7,"ts":"2024-01-01 00:00:01.000"}
{"x":null,"ts":"2024-01-01 00:00:03.000"}
{"x":null,"ts":"2024-01-01 00:00:04.000"}
*/
/* expect wholes
{"p":null,"n":null}
{"p":{"id":1,"spot":{"x":7,"y":8,"name":"a"},"ts":"2024-01-01 00:00:01.000","note":"one"},"n":"a"}
{"p":{"id":3,"spot":null,"ts":"2024-01-01 00:00:03.000","note":"three"},"n":null}
*/
/* expect nulls
{"b":false,"id":1}
{"b":true,"id":3}
{"b":true,"id":null}
*/
