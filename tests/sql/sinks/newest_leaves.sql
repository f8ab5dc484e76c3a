-- Two groups meet in the key of a table: when the newer one leaves, the older one is what the table says
CREATE TABLE t (b INT, a INT) WITH ('connector' = 'inline', 'format' = 'csv', 'rows' = '
1,5
2,5
2,6
3,9
3,10
');
CREATE TABLE s (id INT, g INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO s SELECT MAX(a), b, COUNT(*) FROM t GROUP BY b ON CONFLICT DO DEDUPLICATE;
CREATE TABLE u (id INT, g INT, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO u SELECT MAX(a), b, COUNT(*) FROM t GROUP BY b;
EXPLAIN INSERT INTO u SELECT MAX(a), b, COUNT(*) FROM t GROUP BY b;
/* expect s
{"id":10,"g":3,"n":2}
{"id":5,"g":1,"n":1}
{"id":6,"g":2,"n":2}
*/
/* expect changelog s
{"op":"+I","id":5,"g":1,"n":1}
{"op":"-U","id":5,"g":1,"n":1}
{"op":"+U","id":5,"g":2,"n":1}
{"op":"-U","id":5,"g":2,"n":1}
{"op":"+U","id":5,"g":1,"n":1}
{"op":"+I","id":6,"g":2,"n":2}
{"op":"+I","id":9,"g":3,"n":1}
{"op":"-D","id":9,"g":3,"n":1}
{"op":"+I","id":10,"g":3,"n":2}
*/
/* expect u
{"id":10,"g":3,"n":2}
{"id":5,"g":1,"n":1}
{"id":6,"g":2,"n":2}
*/
/* expect printed
Sink(table=u)
  StandingRow(keys=[$0], newest)
    Project(id=$1, g=$0, n=$2)
      GroupAggregate(keys=[$0], calls=[MAX($1), COUNT(*)])
        Source(table=t, connector=inline, columns=[b, a])
*/
