-- PLAN_ADVICE: state that grows for ever, joins that compare all pairs, and that there is nothing to say
CREATE TABLE t (k STRING, n INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'inline', 'format' = 'json', 'rows' = '{"k":"a","n":1,"ts":"2026-01-01 00:00:00"}');
EXPLAIN PLAN_ADVICE SELECT k, COUNT(*) AS c, STDDEV_POP(n) AS s FROM t GROUP BY k;
EXPLAIN PLAN_ADVICE SELECT a.k FROM t AS a JOIN t AS b ON a.n < b.n;
EXPLAIN PLAN_ADVICE SELECT a.k FROM t AS a JOIN t AS b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '1' MINUTE;
SET 'table.exec.state.ttl' = '1 h';
EXPLAIN PLAN_ADVICE SELECT k, COUNT(*) AS c FROM t GROUP BY k;
SELECT COUNT(*) AS c FROM t;
/* expect printed
Sink(result=select_1)
  GroupAggregate(keys=[$0], calls=[COUNT(*), STDDEV_POP($1)])
    Project(k=$0, arg$1=(CAST DOUBLE $1))
      Watermark(rowtime=$2, expr=$2)
        Source(table=t, connector=inline, columns=[k, n, ts])
advice[1]: GroupAggregate(keys=[$0], calls=[COUNT(*), STDDEV_POP($1)]) keeps its state for ever: SET 'table.exec.state.ttl', or say STATE_TTL, where keys stop coming
Sink(result=select_1)
  Project(k=$0)
    Join(inner, keys=[], where=(< $1 $3))
      Watermark(rowtime=$2, expr=$2)
        Source(table=t, connector=inline, columns=[k, n, ts])
      Watermark(rowtime=$1, expr=$1)
        Source(table=t, connector=inline, columns=[n, ts])
advice[1]: Join(inner, keys=[], where=(< $1 $3)) compares every row with every other, on one shard: say an equality in ON
advice[2]: Join(inner, keys=[], where=(< $1 $3)) keeps its state for ever: SET 'table.exec.state.ttl', or say STATE_TTL, where keys stop coming
Sink(result=select_1)
  Project(k=$0)
    IntervalJoin(inner, keys=[$0=$0], times=[$1 - $1 in -60000..0 ms], where=(AND (>= $3 $1) (<= $3 (+ $1 INTERVAL DAY TO SECOND(3) 60000))))
      Watermark(rowtime=$1, expr=$1)
        Source(table=t, connector=inline, columns=[k, ts])
      Watermark(rowtime=$1, expr=$1)
        Source(table=t, connector=inline, columns=[k, ts])
no advice
Sink(result=select_1)
  GroupAggregate(keys=[$0], calls=[COUNT(*)])
    Project(k=$0)
      Watermark(rowtime=$1, expr=$1)
        Source(table=t, connector=inline, columns=[k, ts])
no advice
*/
/* expect select_1
{"c":1}
*/
