-- a statement set runs as ks job that reads its shared source once
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
a,1
b,2
');
CREATE TABLE ks (k STRING) WITH ('connector' = 'print');
CREATE TABLE vs (v BIGINT) WITH ('connector' = 'print');
CREATE TABLE nowhere (k STRING, n BIGINT) WITH ('connector' = 'blackhole');
EXECUTE STATEMENT SET BEGIN
INSERT INTO ks SELECT k FROM t;
INSERT INTO vs SELECT v FROM t WHERE v > 1;
INSERT INTO nowhere SELECT k, COUNT(*) FROM t GROUP BY k;
END;
EXPLAIN CHANGELOG_MODE INSERT INTO nowhere SELECT k, COUNT(*) FROM t WHERE v > 0 GROUP BY k;
/* expect ks
{"k":"a"}
{"k":"b"}
*/
/* expect vs
{"v":2}
*/
/* expect printed
Sink(table=nowhere), changelogMode=[I,UA,D]
  GroupAggregate(keys=[$0], calls=[COUNT(*)]), changelogMode=[I,UA,D]
    Project(k=$0), changelogMode=[I]
      Filter((> $1 0)), changelogMode=[I]
        Source(table=t, connector=inline, columns=[k, v]), changelogMode=[I]
*/
