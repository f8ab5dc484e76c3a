-- upsert-materialize: NONE leaves out what judges rows of a key, FORCE puts it in where nobody needs it
CREATE TABLE t (b INT, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,5
');
CREATE TABLE s (id INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
SET 'table.exec.sink.upsert-materialize' = 'none';
EXPLAIN INSERT INTO s SELECT MAX(a), COUNT(*) FROM t GROUP BY b;
SET 'table.exec.sink.upsert-materialize' = 'FORCE';
EXPLAIN INSERT INTO s SELECT b, COUNT(*) FROM t GROUP BY b;
/* expect printed
Sink(table=s)
  Project(id=$1, n=$2)
    GroupAggregate(keys=[$0], calls=[MAX($1), COUNT(*)])
      Source(table=t, connector=inline, columns=[b, a])
Sink(table=s)
  StandingRow(keys=[$0], newest)
    GroupAggregate(keys=[$0], calls=[COUNT(*)])
      Source(table=t, connector=inline, columns=[b])
*/
