-- Where the plan proves that rows of one key are one row, nothing judges them: group keys, ranks, deduplicated sides of joins, casts that widen
CREATE TABLE t (b INT, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,5
2,5
');
CREATE TABLE s (k BIGINT, x INT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
EXPLAIN INSERT INTO s SELECT b, MAX(a), COUNT(*) FROM t GROUP BY b;
EXPLAIN INSERT INTO s SELECT l.b, l.n, r.n FROM (SELECT b, CAST(COUNT(*) AS INT) AS n FROM t GROUP BY b) AS l JOIN (SELECT b, COUNT(*) AS n FROM t GROUP BY b) AS r ON l.b = r.b;
EXPLAIN INSERT INTO s SELECT 1, MAX(a), COUNT(*) FROM t;
EXPLAIN INSERT INTO s SELECT b, a, 1 FROM t;
EXPLAIN INSERT INTO s SELECT b, a, 1 FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY b ORDER BY a DESC) AS n FROM t) WHERE n = 1;
EXPLAIN INSERT INTO s SELECT n, a, b FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY a DESC) AS n FROM t) WHERE n <= 3;
EXPLAIN INSERT INTO s SELECT l.b, r.x, 1 FROM (SELECT b, COUNT(*) AS n FROM t GROUP BY b) AS l JOIN (SELECT a, MAX(b) AS x FROM t GROUP BY a) AS r ON l.n = r.x;
/* expect printed
Sink(table=s)
  Project(k=(CAST BIGINT $0), x=$1, n=$2)
    GroupAggregate(keys=[$0], calls=[MAX($1), COUNT(*)])
      Source(table=t, connector=inline, columns=[b, a])
Sink(table=s)
  Project(k=(CAST BIGINT $0), x=$1, n=$3)
    Join(inner, keys=[$0=$0])
      Project(b=$0, n=(CAST INT $1))
        GroupAggregate(keys=[$0], calls=[COUNT(*)])
          Source(table=t, connector=inline, columns=[b])
      GroupAggregate(keys=[$0], calls=[COUNT(*)])
        Source(table=t, connector=inline, columns=[b])
Sink(table=s)
  Project(k=(CAST BIGINT 1), x=$0, n=$1)
    GroupAggregate(keys=[], calls=[MAX($0), COUNT(*)])
      Source(table=t, connector=inline, columns=[a])
Sink(table=s)
  Project(k=(CAST BIGINT $0), x=$1, n=(CAST BIGINT 1))
    Source(table=t, connector=inline, columns=[b, a])
Sink(table=s)
  Project(k=(CAST BIGINT $0), x=$1, n=(CAST BIGINT 1))
    Rank(partition=[$0], order=[$1 DESC], from=1, to=1)
      Source(table=t, connector=inline, columns=[b, a])
Sink(table=s)
  Project(k=$2, x=$1, n=(CAST BIGINT $0))
    Rank(partition=[], order=[$1 DESC], from=1, to=3, with rank)
      Source(table=t, connector=inline, columns=[b, a])
Sink(table=s)
  StandingRow(keys=[$0], newest)
    Project(k=(CAST BIGINT $0), x=$2, n=(CAST BIGINT 1))
      Join(inner, keys=[$1=$1])
        GroupAggregate(keys=[$0], calls=[COUNT(*)])
          Source(table=t, connector=inline, columns=[b])
        Project(x=$1, key$2=(CAST BIGINT $1))
          GroupAggregate(keys=[$0], calls=[MAX($1)])
            Project(a=$1, b=$0)
              Source(table=t, connector=inline, columns=[b, a])
*/
