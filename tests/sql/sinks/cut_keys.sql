-- A cast that cuts values does not tell them apart: rows that meet in what is left of their keys are judged
CREATE TABLE t (b STRING, v INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
xa,1
xb,2
xb,3
');
CREATE TABLE s (k VARCHAR(1), n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO s SELECT CAST(b AS VARCHAR(1)), COUNT(*) FROM t GROUP BY b HAVING COUNT(*) < 2;
CREATE TABLE padded (k CHAR(3), n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
EXPLAIN INSERT INTO padded SELECT CAST(b AS CHAR(3)), COUNT(*) FROM t GROUP BY b;
CREATE TABLE longer (k VARCHAR(9), n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
EXPLAIN INSERT INTO longer SELECT CAST(c AS VARCHAR(9)), COUNT(*) FROM (SELECT CAST(b AS VARCHAR(4)) AS c FROM t) GROUP BY c;
/* expect s
{"k":"x","n":1}
*/
/* expect printed
Sink(table=padded)
  StandingRow(keys=[$0], newest)
    Project(k=(CAST CHAR(3) $0), n=$1)
      GroupAggregate(keys=[$0], calls=[COUNT(*)])
        Source(table=t, connector=inline, columns=[b])
Sink(table=longer)
  Project(k=(CAST VARCHAR(9) $0), n=$1)
    GroupAggregate(keys=[$0], calls=[COUNT(*)])
      Project(c=(CAST VARCHAR(4) $0))
        Source(table=t, connector=inline, columns=[b])
*/
