-- exchanges stand where rows must come together by key, and not where they already do
SET 'parallelism.default' = '2';
CREATE TABLE t (k STRING, g INT, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1,1
b,1,2
a,2,4
');
CREATE TABLE names (k STRING, name STRING) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,Anna
b,Bert
');
EXPLAIN SELECT k, s FROM (SELECT k, s, ROW_NUMBER() OVER (PARTITION BY k ORDER BY s DESC) AS r FROM (SELECT k, SUM(v) AS s FROM t GROUP BY k)) WHERE r <= 1;
EXPLAIN SELECT g, COUNT(*) FROM (SELECT k, MAX(g) AS g FROM t GROUP BY k) GROUP BY g;
EXPLAIN SELECT COUNT(*) FROM t JOIN names ON t.k = names.k;
EXPLAIN SELECT k FROM t WHERE v > 1;
/* expect printed
Sink(result=select_1)
  Exchange(to=job)
    Rank(partition=[$0], order=[$1 DESC], from=1, to=1)
      GroupAggregate(keys=[$0], calls=[SUM($1)])
        Exchange(to=shards, keys=[$0])
          Source(table=t, connector=inline, columns=[k, v])
Sink(result=select_1)
  Exchange(to=job)
    GroupAggregate(keys=[$0], calls=[COUNT(*)])
      Exchange(to=shards, keys=[$0])
        Project(g=$1)
          GroupAggregate(keys=[$0], calls=[MAX($1)])
            Exchange(to=shards, keys=[$0])
              Source(table=t, connector=inline, columns=[k, g])
Sink(result=select_1)
  Exchange(to=job)
    GroupAggregate(keys=[], calls=[COUNT(*)])
      Exchange(to=one shard)
        Project()
          Join(inner, keys=[$0=$0])
            Exchange(to=shards, keys=[$0])
              Source(table=t, connector=inline, columns=[k])
            Exchange(to=shards, keys=[$0])
              Source(table=names, connector=inline, columns=[k])
Sink(result=select_1)
  Project(k=$0)
    Filter((> $1 1))
      Source(table=t, connector=inline, columns=[k, v])
*/
